"""Checking, applying, asking why, stopping and restarting, as typed at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.small_plan import H1, PLAN, XAC_NHAN, write_plan

TEN_MISTAKES = (
    PLAN.replace("issued: 2023-04-13", "issued: 13/4/2023")
    .replace("focal_point: ban\n", "focal_point: bam\n")
    .replace("remind: [7 days before,", "remind: [7 days bfore,")
    .replace("chase: every 2 working days after", "chase: sometimes")
    .replace("to: thuong-truc", "to: thuong-truk")
    .replace("label: Số vụ giải quyết, type: integer, min: 0", "label: Số vụ giải quyết, type: integer, min: none")
    .replace('"I13 <= I12 + previous.I12 or note"', '"I13 <= "')
    .replace("by: 3 working days after cut-off", "by: 3 working days after cutoff")
    .replace("review: ban}", "review: van}")
    .replace("due: 2023-04-18", "due: 2023-04-31")
)


def test_a_good_plan_has_no_problems(dondoc: Program) -> None:
    written = dondoc.plan.read_text(encoding="utf-8")
    dondoc.plan.write_text(written.replace("due: 2023-04-18", "due: 2023-04-20"), encoding="utf-8")
    answer = dondoc("check", dondoc.plan)
    assert (answer.status, answer.out) == (0, "1 file: no problems.\n")


def test_a_warning_is_told_and_the_status_stays_0(dondoc: Program) -> None:
    answer = dondoc("check", dondoc.plan)
    assert answer.status == 0
    assert "warning: the reminder `7 days before` falls on 2023-04-11" in answer.out
    assert answer.out.endswith("1 file: 0 errors, 1 warning.\n")


def test_ten_mistakes_are_ten_located_problems_and_exit_status_1(dondoc: Program, tmp_path: Path) -> None:
    broken = write_plan(tmp_path / "broken", TEN_MISTAKES)
    answer = dondoc("check", broken)
    assert answer.status == 1
    located = [line for line in answer.out.splitlines() if line.startswith(f"{broken}:")]
    assert len(located) == 10, answer.out
    assert answer.out.endswith("1 file: 10 errors, 0 warnings.\n")
    data = dondoc("check", broken, "--json").data
    assert [set(one) for one in data] == [
        {"file", "line", "column", "severity", "code", "message", "hint"} for _ in range(10)
    ]
    assert [f"{one['file']}:{one['line']}:{one['column']}" for one in data] == [
        ":".join(line.split(":")[:3]) for line in located
    ]


def test_warnings_alone_are_exit_status_0(dondoc: Program, tmp_path: Path) -> None:
    quiet = PLAN.replace("due: 2023-04-18", "due: 2023-04-22")  # a Saturday, written out
    answer = dondoc("check", write_plan(tmp_path / "saturday", quiet), "--json")
    assert answer.status == 0
    assert {one["severity"] for one in answer.data} <= {"warning"}


def test_a_file_that_is_not_there_is_a_problem_too(dondoc: Program) -> None:
    answer = dondoc("check", "nowhere.yaml")
    assert (answer.status, answer.out.startswith("nowhere.yaml:1:1: ")) == (1, True)
    assert "name a file in it" in dondoc("check", dondoc.plan.parent).out


def test_apply_shows_what_follows_and_says_what_was_done(dondoc: Program) -> None:
    answer = dondoc("apply", dondoc.plan, "--yes", now="2023-04-13T08:00")
    assert answer.status == 0
    assert "6 obligations." in answer.out
    assert "can-bo@gia-binh.example" in answer.out
    assert answer.out.endswith("ke-hoach: version 1 is in force; 6 obligations added.\n")
    again = dondoc("apply", dondoc.plan, now="2023-04-14T08:00")
    assert (again.status, "nothing was changed" in again.out) == (0, True)


def test_apply_asks_first_and_where_nobody_can_be_asked_changes_nothing(dondoc: Program) -> None:
    answer = dondoc("apply", dondoc.plan, now="2023-04-13T08:00")
    assert (answer.status, "--yes" in answer.err) == (2, True)
    assert dondoc("status", "--json").data["obligations"] == []


def test_an_organisation_is_not_in_force_before_a_plan_on_it_is(dondoc: Program) -> None:
    file = dondoc.plan.with_name("organisation.yaml")
    assert "No plan is in force on this organisation" in dondoc("apply", file).out
    assert dondoc("apply", file, "--yes", "--json").data["applied"] is False
    dondoc("apply", dondoc.plan, "--yes")
    assert "This is what is in force already." in dondoc("apply", file).out
    assert dondoc("apply", file, "--yes", "--json").data["applied"] is True


def test_apply_with_a_mistake_changes_nothing(dondoc: Program, tmp_path: Path) -> None:
    answer = dondoc("apply", write_plan(tmp_path / "broken", TEN_MISTAKES), "--yes")
    assert (answer.status, answer.out.endswith("Nothing was changed.\n")) == (1, True)
    answer = dondoc("apply", tmp_path / "broken" / "ke-hoach.yaml", "--yes", "--json")
    assert (answer.status, answer.data["applied"], len(answer.data["problems"])) == (1, False, 10)
    assert dondoc("status", "--json").data["totals"]["total"] == 0


def test_apply_answers_a_program_with_what_changed(dondoc: Program) -> None:
    answer = dondoc("apply", dondoc.plan, "--yes", "--json", "--at", "2023-07-03T08:00", "--by", "van-thu")
    assert answer.status == 0
    (plan,) = answer.data["plans"]
    assert (plan["plan"], plan["version"], plan["added"], plan["before_adoption"]) == ("ke-hoach", 1, 6, 4)


def test_the_calendar_shows_days_off_and_lunar_months(dondoc: Program) -> None:
    found = dondoc("calendar", "2023", "--json").data
    assert {"date": "2023-09-04", "name": "Quốc khánh (nghỉ bù)", "source": "holidays VN"} in found["days_off"]
    assert {"first_day": "2023-03-22", "year": 2023, "month": 2, "leap": True} in found["lunar_months"]
    assert set(found) == {"days_off", "made_up", "lunar_months"}
    assert "Quốc khánh" in dondoc("calendar", "2023").out
    assert dondoc("calendar", "1800").status == 2


def test_why_a_letter_went_and_what_goes_next(in_force: Program) -> None:
    in_force("round", now="2023-04-18T08:00")
    told = in_force("explain", XAC_NHAN, now="2023-04-18T08:30").out
    assert "Nhắc đúng ngày đến hạn → can-bo@gia-binh.example – thư đã gửi lúc 08:00 18/4/2023" in told
    assert "Thông báo người đứng đầu Hội Phụ nữ huyện Gia Bình" in told
    english = in_force("explain", H1, "--language", "en", now="2023-04-18T08:30").out
    assert "3 working days after cut-off 14/6/2023 = 19/6/2023: 17–18/6 is a weekend" in english
    data = in_force("explain", XAC_NHAN, "--json", now="2023-04-18T08:30").data
    assert (data["obligation"], len(data["happened"]), len(data["next"])) == (XAC_NHAN, 2, 1)


def test_what_an_address_was_written(in_force: Program) -> None:
    in_force("round", now="2023-04-18T08:00")
    told = in_force("explain", "can-bo@gia-binh.example", now="2023-04-18T08:30")
    assert XAC_NHAN in told.out
    mistyped = in_force("explain", "can-bo@gia-bihn.example")
    assert mistyped.status == 2
    assert "Nobody has the address can-bo@gia-bihn.example" in mistyped.err
    assert "Did you mean can-bo@gia-binh.example" in mistyped.err
    assert in_force("explain", "gia-binh").status == 2


def test_the_brake(in_force: Program) -> None:
    assert in_force("pause", "ke-hoach", "--why", "Sửa danh bạ", "--by", "van-thu").status == 0
    assert in_force("round", "--json", now="2023-04-18T08:00").data["sent"] == 0
    assert "(van-thu, Sửa danh bạ)" in in_force("explain", XAC_NHAN, now="2023-04-18T08:30").out
    assert in_force("resume", "ke-hoach").status == 0
    assert in_force("round", "--json", now="2023-04-18T08:30").data["sent"] == 2
    assert in_force("pause", "ke-hoac").status == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["renew", "organisation.yaml", "--year", "2025"], "organisation.yaml is an organisation. Name a plan."),
        (["renew", "ke-hoach.yaml", "--year", "2023"], "ke-hoach.yaml begins in 2023 itself."),
        (["renew", ".", "--year", "2025"], ". is a folder. Name a file in it."),
        (["people", "x.xlsx", "--organisation", "ke-hoach.yaml"], "ke-hoach.yaml is a plan. Name an organisation"),
        (["people", "x.xlsx", "--organisation", "latin.yaml"], "`dondoc check latin.yaml` shows each with its place."),
        (["calendar", "2023", "--organisation", "ke-hoach.yaml"], "ke-hoach.yaml is a plan. Name an organisation"),
        (["draft", "nowhere/missing.docx"], "There is no file nowhere/missing.docx."),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(
    dondoc: Program, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(dondoc.plan.parent)
    Path("latin.yaml").write_bytes(b"organisation: h\xf4i\n")
    answer = dondoc(*words)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize(
    "words", [["chek"], ["check"], ["check", "x.yaml", "--jsn"], ["calendar", "soon"], ["explain"], ["outbox", "foo"]]
)
def test_wrong_usage_is_exit_status_2(dondoc: Program, words: list[str]) -> None:
    answer = dondoc(*words)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err

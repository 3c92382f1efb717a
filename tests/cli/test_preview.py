"""`dondoc preview` and `dondoc diff`: what they print, write, and refuse."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.cli.conftest import Program
from tests.small_plan import H1, ORGANISATION, PLAN, XAC_NHAN, write_plan


def test_preview_answers_with_every_obligation_and_every_letter(dondoc: Program) -> None:
    found = dondoc("preview", dondoc.plan, "--json")
    assert found.status == 0
    assert found.data.keys() == {"obligations", "letters"}
    one = next(one for one in found.data["obligations"] if one["id"] == H1)
    assert one == {
        "id": H1, "task": "bao-cao", "unit": "gia-binh", "period": "2023-H1",
        "opens": "2023-04-13T00:00:00+07:00", "due": "2023-06-19T23:59:59+07:00", "assumed": [],
    }  # fmt: skip
    first = found.data["letters"][0]
    assert first.keys() == {"id", "at", "to", "kind", "subject", "steps"}
    assert (first["at"], first["to"], first["kind"]) == (
        "2023-04-13T08:00:00+07:00", "can-bo@gia-binh.example", "duties",
    )  # fmt: skip
    assert first["steps"] == [{"obligation": XAC_NHAN, "rung": "remind/7 days before", "ordinal": 0}]
    assert len({one["id"] for one in found.data["letters"]}) == len(found.data["letters"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), {"Hạn Mã Việc", "Gửi lúc Người nhận Loại thư Số việc Tiêu đề", "6 việc phải làm"}),
        (("--language", "en"), {"Due Id Duty", "Leaves Recipient Kind of letter Duties Subject", "6 obligations"}),
    ],
)
def test_the_table_is_in_one_language_headings_and_kinds_of_letters_too(
    dondoc: Program, words: tuple[str, ...], said: set[str]
) -> None:
    lines = [" ".join(line.split()) for line in dondoc("preview", dondoc.plan, *words).out.splitlines()]
    assert said <= set(lines)
    assert any(" can-bo@gia-binh.example duties 1 " in line for line in lines) == bool(words)
    assert any(" can-bo@gia-binh.example nhắc việc 1 " in line for line in lines) == (not words)


def test_preview_needs_no_ledger_and_leaves_nothing_behind(dondoc: Program) -> None:
    dondoc("preview", dondoc.plan)
    assert not dondoc.home.exists()


def test_preview_shows_only_the_days_that_are_asked_for(dondoc: Program) -> None:
    whole = dondoc("preview", dondoc.plan, "--json").data
    june = dondoc("preview", dondoc.plan, "--from", "2023-06-01", "--to", "2023-06-30", "--json").data
    assert june["letters"] == [one for one in whole["letters"] if one["at"].startswith("2023-06")]
    assert {one["id"] for one in june["obligations"]} >= {H1}
    assert dondoc("preview", dondoc.plan, "--from", "2023-06-30", "--to", "2023-06-01").status == 2


def test_when_everybody_is_on_time_nobody_is_chased(dondoc: Program) -> None:
    letters = dondoc("preview", dondoc.plan, "--assume", "on-time", "--json").data["letters"]
    assert {one["kind"] for one in letters} == {"duties", "receipt", "review", "accepted"}
    assert {step["rung"] for one in letters for step in one["steps"]} == {
        "remind/7 days before", "remind/on the day", "review/asked",
    }  # fmt: skip


def test_the_calendar_file_keeps_its_uids(dondoc: Program, tmp_path: Path) -> None:
    ics = tmp_path / "ke-hoach.ics"
    texts = []
    for _ in range(2):
        assert dondoc("preview", dondoc.plan, "--ics", ics).status == 0
        texts.append(ics.read_bytes())
    assert texts[0] == texts[1]
    found = Calendar.from_ical(texts[0])
    todos = {str(one["uid"]): one for one in found.walk("VTODO")}
    assert todos[f"{H1}@hoi"]["due"].dt == date(2023, 6, 19)
    assert "Báo cáo 6 tháng" in todos[f"{H1}@hoi"]["summary"]
    assert len(todos) == len(found.walk("VEVENT")) == 6


def test_the_pages_show_each_letter_as_it_would_be_read(dondoc: Program, tmp_path: Path) -> None:
    folder = tmp_path / "xem-truoc"
    found = dondoc("preview", dondoc.plan, "--html", folder, "--json").data
    assert {one.name for one in folder.iterdir()} >= {"index.html", "duties.html", "days.html", "style.css"}
    assert {one.stem for one in (folder / "letters").iterdir()} == {one["id"] for one in found["letters"]}
    page = (folder / "people" / "can-bo-gia-binh.example.html").read_text(encoding="utf-8")
    for one in found["letters"]:
        assert (f"../letters/{one['id']}.html" in page) == (one["to"] == "can-bo@gia-binh.example")
    assert "3 ngày làm việc sau" in (folder / "duties.html").read_text(encoding="utf-8")
    assert "<script" not in "".join(one.read_text(encoding="utf-8") for one in folder.rglob("*.html"))


def test_pages_are_written_anew_but_never_over_other_files(dondoc: Program, tmp_path: Path) -> None:
    folder = tmp_path / "xem-truoc"
    assert dondoc("preview", dondoc.plan, "--html", folder, "--language", "en").status == 0
    assert "Who gets how many letters" in (folder / "index.html").read_text(encoding="utf-8")
    assert dondoc("preview", dondoc.plan, "--html", folder).status == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("keep me")
    refused = dondoc("preview", dondoc.plan, "--html", other)
    assert (refused.status, "holds other files" in refused.err) == (1, True)
    assert [one.name for one in other.iterdir()] == ["mine.txt"]


def test_a_plan_with_mistakes_is_not_previewed(dondoc: Program) -> None:
    broken = write_plan(dondoc.plan.parent, PLAN.replace("focal_point: ban", "focal_point: bam"))
    found = dondoc("preview", broken)
    assert (found.status, "focal_point" in found.out or "bam" in found.out) == (1, True)
    assert dondoc("diff", broken, "--json").data.keys() == {"problems"}


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("due: 2023-04-30", "đến hạn vào ngày nghỉ 30/04/2023"),
        ("due: 2023-05-04", "ngày làm việc đầu tiên sau 5 ngày nghỉ"),
        ("due: 2023-04-13", "ngay khi vừa bắt đầu"),
    ],
)
def test_days_to_look_at_again_are_named(dondoc: Program, yaml: str, said: str) -> None:
    changed = write_plan(dondoc.plan.parent, PLAN.replace("due: 2023-04-18", yaml))
    assert said in dondoc("preview", changed).out.replace("\n", " ")


def test_diff_says_what_would_change_and_changes_nothing(in_force: Program) -> None:
    changed = write_plan(in_force.plan.parent, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    found = in_force("diff", changed, "--json", now="2023-04-14T09:00").data
    assert [one["id"] for one in found["moved"]] == [XAC_NHAN, XAC_NHAN.replace("gia-binh", "que-vo")]
    assert found["moved"][0]["to"] == "2023-04-25T23:59:59+07:00"
    assert found["told"] == ["can-bo@gia-binh.example", "can-bo@que-vo.example"]
    assert any(found["letters"].values())
    assert found["confirm"] is None
    told = in_force("diff", changed, now="2023-04-14T09:00").out
    assert "moved" in told
    assert f"Letters that differ: {sum(map(len, found['letters'].values()))}." in told
    assert not in_force("diff", changed, "--json", now="2023-04-14T09:00").data["version"] > 1


def test_diff_counts_the_letters_that_differ_and_shows_the_first_of_them(in_force: Program) -> None:
    changed = write_plan(in_force.plan.parent, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    letters = in_force("diff", changed, "--json", now="2023-04-14T09:00").data["letters"]
    told = in_force("diff", changed, now="2023-04-14T09:00").out
    assert told.index("moved") < told.index("Letters that differ"), "duties come first"
    rows = [line.split() for line in told.partition("Letters that differ")[2].splitlines()]
    for by in ("kind", "to"):
        for name in {one[by] for some in letters.values() for one in some}:
            assert [name, *(str(sum(one[by] == name for one in some)) for some in letters.values())] in rows
    for word, some in zip(("new", "gone", "changed"), letters.values(), strict=True):
        assert sum(row[:1] == [word] for row in rows) == min(len(some), 3)
        assert (["and", str(len(some) - 3), "more"] in rows) == (len(some) > 3)


def test_diff_shows_the_first_of_many_units_for_which_an_edit_does_the_same(dondoc: Program) -> None:
    more = "".join(
        f"  - {{id: xa-{n}, name: Xã {n}, level: district, in: hoi, "
        f"people: [{{role: officer, email: can-bo@xa-{n}.example}}]}}\n"
        for n in range(10)
    )
    house = ORGANISATION.replace("  - id: gia-binh\n", f"{more}  - id: gia-binh\n")
    write_plan(dondoc.plan.parent, PLAN, house)
    assert dondoc("apply", dondoc.plan, "--yes", now="2023-04-13T08:00").status == 0
    write_plan(dondoc.plan.parent, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"), house)
    told = dondoc("diff", dondoc.plan, now="2023-04-14T09:00").out
    assert " and 4 more.\n" in told.partition("Told at once: ")[2]
    rows = [line.split() for line in told.splitlines()]
    moved = [row[1:] for row in rows if row[:1] == ["moved"]]
    assert len(moved) == 9
    assert moved[0] == ["ke-hoach/xac-nhan/gia-binh/once", "18/04/2023", "25/04/2023"]
    assert moved[8] == ["and", "4", "more", "of", "this", "task", "18/04/2023", "25/04/2023"]
    assert len(dondoc("diff", dondoc.plan, "--json", now="2023-04-14T09:00").data["moved"]) == 12


def test_dropping_what_was_handed_in_needs_a_word(in_force: Program, tmp_path: Path) -> None:
    answers = tmp_path / "so-lieu.json"
    answers.write_text('{"I12": 4, "I13": 3}')
    in_force("submit", H1, "--data", answers, now="2023-06-12T09:00")
    start, _, rest = PLAN.partition("      - id: bao-cao")
    write_plan(in_force.plan.parent, start + rest.partition("        submit: {form: so-lieu, review: ban}\n")[2])
    assert "--confirm drop-1" in in_force("diff", in_force.plan, now="2023-06-13T09:00").out
    refused = in_force("apply", in_force.plan, "--yes", now="2023-06-13T09:00")
    assert (refused.status, "Nothing was changed" in refused.out, H1 in refused.out) == (1, True, True)
    data = in_force("apply", in_force.plan, "--yes", "--json", now="2023-06-13T09:00")
    assert (data.status, data.data["confirm"], data.data["applied"]) == (1, "drop-1", False)
    done = in_force("apply", in_force.plan, "--yes", "--confirm", "drop-1", now="2023-06-13T09:00")
    assert (done.status, "dropped" in done.out) == (0, True)

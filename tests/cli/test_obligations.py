"""What was handed in and what was decided, as typed at a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.small_plan import FIGURES, H1, XAC_NHAN


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "so-lieu.json"
    path.write_text(json.dumps(FIGURES), encoding="utf-8")
    return path


def standing(dondoc: Program, obligation: str = H1, *words: str, now: str) -> dict:
    answer = dondoc("status", "ke-hoach", *words, "--json", now=now)
    return next(one for one in answer.data["obligations"] if one["id"] == obligation)


def test_a_report_received_on_paper_before_the_deadline_and_typed_in_after_it_counts_as_on_time(
    in_force: Program, figures: Path
) -> None:
    late = "2023-06-25T09:00"
    answer = in_force("submit", H1, "--data", figures, "--at", "2023-06-18T16:00", "--by", "van-thu", now=late)
    assert (answer.status, answer.out) == (0, f"Đã ghi nhận: {H1}#1, nhận lúc 2023-06-18T16:00:00+07:00, đúng hạn.\n")
    assert in_force("review", H1, "accept", now=late).status == 0
    assert standing(in_force, now=late)["standing"] == "done_on_time"
    assert standing(in_force, H1, "--at", "2023-06-24T09:00", now=late)["standing"] == "overdue"


def test_an_event_recorded_by_mistake_is_undone(in_force: Program, figures: Path) -> None:
    now = "2023-06-16T09:00"
    event = in_force("submit", H1, "--data", figures, "--json", now=now).data["event"]
    answer = in_force("undo", event, "--why", "Ghi nhầm đơn vị", "--json", now=now)
    assert (answer.status, answer.data["kind"], answer.data["undone"]) == (0, "voided", event)
    assert answer.data["now"]["standing"] == "due_soon"
    assert in_force("undo", event, "--why", "x", now=now).status == 1, "once is enough"


def test_answers_that_must_be_put_right_are_told_and_nothing_is_recorded(in_force: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "sai.json"
    wrong.write_text('{"I12": "nhiều"}', encoding="utf-8")
    answer = in_force("submit", H1, "--data", wrong, now="2023-06-16T09:00")
    assert answer.status == 1
    assert "I12 (Số vụ tiếp nhận): “nhiều” không phải là số" in answer.out
    assert "I13 (Số vụ giải quyết): chưa được điền" in answer.out
    data = in_force("submit", H1, "--data", wrong, "--json", now="2023-06-16T09:00").data
    assert (data["recorded"], [one["field"] for one in data["problems"]]) == (False, ["I12", "I13"])


def test_the_whole_way_of_a_report(in_force: Program, figures: Path) -> None:
    days = iter(range(12, 30))

    def does(*words: str | Path) -> dict:
        answer = in_force(*words, "--json", now=f"2023-06-{next(days)}T09:00")
        assert answer.status == 0, answer.err
        return answer.data

    assert does("extend", H1, "ask", "--to", "2023-06-26", "--why", "Mất điện")["kind"] == "extension_asked"
    assert does("extend", H1, "grant")["now"]["due"] == "2023-06-26T23:59:59+07:00"
    assert does("submit", H1, "--data", figures)["late"] is False
    returned = does("review", H1, "return", "--note", "Thiếu", "--to", "2023-06-28")
    assert (returned["kind"], returned["now"]["standing"]) == ("returned", "returned")
    assert does("submit", H1, "--data", figures)["version"] == 2
    assert does("review", H1, "accept")["now"]["standing"] == "done_on_time"


def test_hold_release_and_waive(in_force: Program) -> None:
    now = "2023-04-20T09:00"
    assert "held" in in_force("hold", XAC_NHAN, "--why", "Đang làm việc", now=now).out
    assert "released" in in_force("release", XAC_NHAN, now=now).out
    assert "is waived" in in_force("waive", XAC_NHAN, "--why", "Sáp nhập", now=now).out
    answer = in_force("waive", XAC_NHAN, "--why", "Sáp nhập", now=now)
    assert (answer.status, answer.err.startswith("Rehearsal")) == (1, True)
    assert "Waiving is not possible: it was waived." in answer.err


def test_who_does_it_is_the_login_unless_it_is_said(in_force: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "thu-hoai")
    now = "2023-04-20T09:00"
    assert in_force("waive", XAC_NHAN, "--why", "x", "--json", now=now).data["by"] == "thu-hoai"
    assert in_force("waive", H1, "--why", "x", "--by", "chi-lan", "--json", now=now).data["by"] == "chi-lan"
    assert in_force("waive", H1, "--why", "x", "--by", " ", now=now).status == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["submit", "ke-hoach/bao-cao/gia-binh/2023-H3"], H1),
        (["review", H1, "accept", "--at", "yesterday"], "2023-06-18T16:00"),
        (["extend", H1, "ask", "--to", "30/6/2023"], "--to 2023-06-30"),
        (["submit", H1, "--data", "nowhere.json"], "nowhere.json"),
        (["status", "ke-hoac"], "ke-hoach"),
    ],
)
def test_what_cannot_be_understood_says_what_to_write(in_force: Program, words: list[str], says: str) -> None:
    answer = in_force(*words, now="2023-06-16T09:00")
    assert (answer.status, says in answer.err) == (2, True), answer.err


def test_answers_may_come_on_standard_input(in_force: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    piped = tmp_path / "piped"
    piped.write_text(json.dumps(FIGURES), encoding="utf-8")
    with piped.open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert in_force("submit", H1, "--data", "-", now="2023-06-16T09:00").status == 0


def test_the_status_for_people_shows_what_is_open_and_the_four_cells(in_force: Program) -> None:
    shown = in_force("status", now="2023-06-10T09:00").out
    assert "Hội Phụ nữ huyện Gia Bình" in shown
    assert "done_on_time" in shown
    assert "2023-H2" not in shown, "upcoming"
    assert "2023-H2" in in_force("status", "--all", now="2023-06-10T09:00").out
    assert "\x1b" not in shown, "no colours into a pipe"


def test_a_duty_is_reassigned_to_a_unit_and_a_persons_posts_to_another_person(in_force: Program) -> None:
    now = "2023-04-17T09:00"
    answer = in_force("reassign", H1, "--to", "que-vo", "--json", now=now)
    assert (answer.status, answer.data["kind"], answer.data["now"]["owner"]) == (0, "reassigned", "que-vo")
    asked = in_force("reassign", "can-bo@gia-binh.example", "--to", "lan@gia-binh.example", now=now)
    assert (asked.status, "add --yes" in asked.err) == (2, True)
    assert "gia-binh/officer  can-bo@gia-binh.example  lan@gia-binh.example" in asked.out
    words = ("reassign", "can-bo@gia-binh.example", "--to", "lan@gia-binh.example", "--yes", "--json")
    done = in_force(*words, now=now)
    assert (done.status, done.data["duties"], done.data["posts"]) == (0, [XAC_NHAN], ["gia-binh/officer"])
    assert done.data["applied"] is True
    again = in_force(*words, now=now)
    assert (again.status, "nobody is called can-bo@gia-binh.example" in again.err) == (1, True)
    assert in_force("reassign", H1, "--to", "que-vo", "--name", "Lan", now=now).status == 2


def test_handing_posts_over_before_a_plan_is_in_force_does_not_say_that_anything_was_applied(dondoc: Program) -> None:
    words = ("reassign", "can-bo@gia-binh.example", "--to", "lan@gia-binh.example", "--yes")
    told = dondoc(*words, "--name", "Lan").out
    assert "No plan is in force on this organisation" in told
    assert told.endswith("organisation.yaml is changed; nothing was applied, and nobody was told.\n")
    assert "lan@gia-binh.example" in dondoc.plan.with_name("organisation.yaml").read_text(encoding="utf-8")
    back = dondoc("reassign", "lan@gia-binh.example", "--to", "mai@gia-binh.example", "--yes", "--json").data
    assert (back["reassigned"], back["applied"]) == (True, False)


def test_a_signed_document_is_recorded_with_its_number_and_its_scan(
    in_force: Program, figures: Path, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4")
    now = "2023-06-25T09:00"
    words = ("--data", figures, "--file", scan, "--document-number", "12/BC-PN", "--signed-on", "2023-06-17",
             "--signed-by", "Nguyễn Thị Hà", "--at", "2023-06-18T16:00")  # fmt: skip
    assert in_force("submit", H1, *words, now=now).status == 0
    told = in_force("explain", H1, now=now).out
    assert "văn bản số 12/BC-PN, ngày 17/6/2023, Nguyễn Thị Hà ký" in told
    assert in_force("submit", H1, "--data", figures, "--signed-on", "17/6", now=now).status == 2


def test_a_spreadsheet_is_written_filled_in_and_imported(in_force: Program, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    now, file = "2023-06-25T09:00", tmp_path / "da-nop.xlsx"
    assert in_force("import", file, "--template", "ke-hoach", now=now).status == 0
    assert in_force("import", file, "--template", "ke-hoach", now=now).status == 2, "nothing is overwritten"
    book = load_workbook(file)
    row = {cell.value: cell.column for cell in book["bao-cao"][1]}
    for heading, value in (("received", "18/6/2023"), ("I12", 4), ("I13", "nhiều")):
        book["bao-cao"].cell(3, row[heading]).value = value
    book.save(file)
    wrong = in_force("import", file, now=now)
    assert wrong.status == 1
    assert "bao-cao!L3: I13 (Số vụ giải quyết): “nhiều” không phải là số" in wrong.out
    book["bao-cao"].cell(3, row["I13"]).value = 3
    book.save(file)
    assert in_force("import", file, "--json", now=now).data == {
        "recorded": [f"{H1}#1"], "repeated": [], "accepted": 0, "problems": [],
    }  # fmt: skip


def test_what_was_handed_in_is_backed_up_restored_and_erased(in_force: Program, figures: Path, tmp_path: Path) -> None:
    now = "2023-06-18T16:00"
    assert in_force("submit", H1, "--data", figures, now=now).status == 0
    file = tmp_path / "a.zip"
    assert in_force("backup", file, "--json", now=now).data["files"] == 0
    assert "as of 2023-06-18T09:00Z" in in_force("backup", tmp_path / "b.zip", now=now).out, "16:00 in Hà Nội"
    assert in_force("backup", file, now=now).status == 2, "nothing is overwritten"
    asked = in_force("erase", H1, "--why", "Nhầm", now=now)
    assert (asked.status, "add --yes to erase 1 version, 0 files, 0 arrivals" in asked.err) == (2, True)
    assert in_force("erase", H1, "--why", "Nhầm", "--yes", "--json", now=now).data["versions"] == [1]
    refused = in_force("restore", file, now=now)
    assert (refused.status, "the ledger is not empty" in refused.err) == (1, True)
    in_force.set(database_url=f"sqlite:///{tmp_path / 'neu.db'}")
    assert in_force("restore", file, "--json", now=now).data["paused"] is True
    assert in_force("resume", "--json", now=now).data["was_paused"] is True
    assert standing(in_force, now=now)["standing"] == "submitted"

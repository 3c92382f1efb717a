"""A spreadsheet of submissions: all of it or nothing, mistakes by cell, the same rows only once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dondoc.desk.bulk_import import import_file, template
from dondoc.desk.explain import explain_obligation
from dondoc.desk.import_sheet import SheetUnreadable
from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from tests.desk.matters import letters_of, stands, story
from tests.places import local, workplace
from tests.small_plan import H1, PLAN, XAC_NHAN, write_plan

QUE_VO_H1 = H1.replace("gia-binh", "que-vo")
Cells = dict[str, dict[str, object]]


@pytest.fixture
def late_office(tmp_path: Path, ledger_url: str, plan_file: Path) -> Workplace:
    """The plan was first applied in August: the reports of June were due before."""
    place = workplace(tmp_path / "home", ledger_url, at=local("2023-08-01 08:00"))
    apply_plan(place, plan_file, by="quan-tri")
    return place


@pytest.fixture
def fill(late_office: Workplace, tmp_path: Path) -> Callable[[Cells], Path]:
    """Fills in the template: by obligation, what stands under which heading."""

    def filled(rows: Cells) -> Path:
        file = tmp_path / "da-nop.xlsx"
        file.write_bytes(template(late_office, "ke-hoach"))
        book = load_workbook(file)
        for sheet in book.worksheets:
            columns = {cell.value: cell.column for cell in sheet[1]}
            for row in range(3, sheet.max_row + 1):
                for heading, value in rows.get(str(sheet.cell(row, 1).value), {}).items():
                    sheet.cell(row, columns[heading]).value = value
        book.save(file)
        return file

    return filled


GOOD: Cells = {
    H1: {
        "received": "18/6/2023", "accepted": "2023-06-20", "I12": 4, "I13": "3",
        "document": "12/BC-PN", "signed_on": "2023-06-17", "signed_by": "Nguyễn Thị Hà", "files": "scan.pdf",
    },
    QUE_VO_H1: {"received": "2023-06-21 09:30", "I12": 5, "I13": 5},
}  # fmt: skip


def test_the_template_has_a_row_for_every_duty_that_was_due_before(late_office: Workplace, tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    file.write_bytes(template(late_office, "ke-hoach"))
    book = load_workbook(file)
    assert book.sheetnames == ["bao-cao", "xac-nhan"]
    assert [cell.value for cell in book["bao-cao"][1]][-3:] == ["I12", "I13", "note"]
    assert [row[0].value for row in book["bao-cao"].iter_rows(min_row=3)] == [H1, QUE_VO_H1]
    with pytest.raises(SheetUnreadable, match="no row with a column `obligation` is filled in"):
        import_file(late_office, file, by="van-thu")


def test_rows_are_recorded_with_the_day_they_were_received_and_nobody_is_written_to(
    late_office: Workplace, fill: Callable[[Cells], Path], tmp_path: Path
) -> None:
    file = fill(GOOD)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 scan")
    found = import_file(late_office, file, by="van-thu")
    assert (found.problems, [one.reference for one in found.recorded]) == ((), [f"{H1}#1", f"{QUE_VO_H1}#1"])
    assert (stands(late_office, H1).standing, stands(late_office, QUE_VO_H1).standing) == ("done_on_time", "submitted")
    assert story(late_office, H1) == ["Scheduled", "BeforeAdoption", "Submitted", "Accepted"]
    told = [line.text.vi for line in explain_obligation(late_office, H1).explanation.happened]
    assert any("văn bản số 12/BC-PN, ngày 17/6/2023, Nguyễn Thị Hà ký" in line for line in told), told
    assert letters_of(late_office, "receipt") == letters_of(late_office, "accepted") == []


def test_the_same_rows_again_record_nothing(
    late_office: Workplace, fill: Callable[[Cells], Path], tmp_path: Path
) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 scan")
    file = fill(GOOD)
    import_file(late_office, file, by="van-thu")
    again = import_file(late_office, file, by="van-thu")
    assert (again.problems, again.recorded, len(again.repeated)) == ((), (), 2)
    assert story(late_office, H1).count("Submitted") == story(late_office, H1).count("Accepted") == 1
    assert load_workbook(fill({})).sheetnames == ["xac-nhan"], "what is recorded is asked for no more"


def test_every_mistake_is_told_with_its_cell_and_nothing_is_recorded(
    late_office: Workplace, fill: Callable[[Cells], Path]
) -> None:
    rows: Cells = {
        H1: {"received": "hôm qua", "I12": 4, "I13": 3},
        QUE_VO_H1: {"received": "2023-06-19", "I12": "nhiều", "I13": "=1+1", "files": "../khac.pdf"},
        XAC_NHAN: {"nothing": "x"},
    }
    found = import_file(late_office, fill(rows), by="van-thu")
    assert found.recorded == ()
    assert [str(one).partition(";")[0] for one in found.problems] == [
        "bao-cao!G4: there is no file ../khac.pdf beside the spreadsheet",
        "bao-cao!L4: holds a formula",
        "bao-cao!D3: “hôm qua” is no day",
        "bao-cao!K4: I12 (Số vụ tiếp nhận): “nhiều” không phải là số",
        "bao-cao!L4: I13 (Số vụ giải quyết): chưa được điền",
        "xac-nhan!D3: the day of receipt is missing",
    ]
    assert story(late_office, QUE_VO_H1) == ["Scheduled", "BeforeAdoption"]


def test_an_unknown_duty_is_told_with_the_nearest_and_one_row_twice_is_refused(
    late_office: Workplace, fill: Callable[[Cells], Path]
) -> None:
    file = fill({H1: {"received": "2023-06-18", "I12": 1, "I13": 1}})
    book = load_workbook(file)
    sheet = book["bao-cao"]
    for row in (5, 6):
        for column in range(1, sheet.max_column + 1):
            sheet.cell(row, column).value = sheet.cell(3, column).value
    sheet.cell(6, 1).value = H1.replace("2023-H1", "2023-H3")
    book.save(file)
    problems = [str(one) for one in import_file(late_office, file, by="x").problems]
    assert any(line.startswith("bao-cao!A5: stands in bao-cao!A3 already") for line in problems)
    assert any(line.startswith("bao-cao!A6: No obligation is called") and H1 in line for line in problems)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"obligation,received\n"])
def test_what_is_no_spreadsheet_is_told_in_a_sentence(late_office: Workplace, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "sai.xlsx"
    file.write_bytes(content)
    with pytest.raises(SheetUnreadable, match="cannot be imported"):
        import_file(late_office, file, by="x")


def test_a_table_that_is_asked_for_is_told_with_the_row_that_cannot_hold_it(tmp_path: Path, ledger_url: str) -> None:
    table = "      - {id: ds, label: Danh sách, type: table, of: [Họ tên, Xã]}\n"
    plan = PLAN.replace("    fields:\n", f"    fields:\n{table}")
    place = workplace(tmp_path / "home", ledger_url, at=local("2023-08-01 08:00"))
    proposal, _ = apply_plan(place, write_plan(tmp_path / "plans", plan), by="quan-tri")
    assert not proposal.refused, "\n".join(map(str, proposal.problems))
    file = tmp_path / "da-nop.xlsx"
    file.write_bytes(template(place, "ke-hoach"))
    book = load_workbook(file)
    sheet = book["bao-cao"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert "ds" not in columns
    for heading, value in (("received", "2023-06-18"), ("I12", 4), ("I13", 3)):
        sheet.cell(3, columns[heading]).value = value
    book.save(file)
    found = import_file(place, file, by="van-thu")
    (problem,) = found.problems
    assert str(problem) == (
        "bao-cao!A3: `ds` is a table, which one row cannot hold; "
        f"take this row out, and record it with `dondoc submit {H1} --data FILE.json` or on its page"
    )
    assert (found.recorded, story(place, H1)) == ((), ["Scheduled", "BeforeAdoption"])

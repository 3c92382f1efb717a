"""The answering sheet: written, filled in by another program, and read back through the common validator."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dondoc.core.forms import validate
from dondoc.core.plan import Form, FormField, Submit
from notifications.answer_sheet import (
    HIDDEN,
    FilledIn,
    NoAnswerSheet,
    form_mark,
    read_answer_sheet,
    write_answer_sheet,
)

DUTY = "ke-hoach/bao-cao/gia-binh/2023-H1"
FIELDS = (
    FormField(id="I12", label="Số vụ tiếp nhận", type="integer", unit="vụ", min=0),
    FormField(id="I14", label="Tỷ lệ cơ sở có kế hoạch", type="ratio", of=("co_ke_hoach", "tong_so")),
    FormField(id="kinh_phi", label="Kinh phí", type="money"),
    FormField(id="loai", label="Loại hình", type="choice", choices=("Hội nghị", "Tập huấn")),
    FormField(id="co_mo_hinh", label="Có mô hình", type="boolean"),
    FormField(id="ngay", label="Ngày tổ chức", type="date"),
    FormField(id="ds", label="Danh sách", type="table", of=("Họ tên", "Số tiền"), required=False),
    FormField(id="ghi_chu", label="=1+1", type="text", required=False),
)


def filled_in(answers: dict[str, object], rows: list[list[object]] | None = None) -> bytes:
    """The sheet as another program saves it, with these answers beside the ids."""
    sheet = write_answer_sheet(DUTY, ["Báo cáo 6 tháng", "Hội Phụ nữ huyện Gia Bình"], FIELDS, "vi")
    book = load_workbook(BytesIO(sheet))
    for cells in book.worksheets[0].iter_rows(max_col=3):
        if cells[0].value in answers:
            cells[2].value = answers[cells[0].value]
    for at, row in enumerate(rows or [], 2):
        for column, value in enumerate(row, 1):
            book["ds"].cell(at, column, value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes) -> FilledIn:
    return read_answer_sheet(content, {DUTY: FIELDS})


def test_a_sheet_filled_in_gives_the_answers_that_were_written() -> None:
    found = read(
        filled_in(
            {"I12": 1250, "I14.co_ke_hoach": 5, "I14.tong_so": "8", "kinh_phi": "1.250.000,5 đồng", "loai": "Tập huấn",
             "co_mo_hinh": "có", "ngay": date(2023, 6, 15)},
            [["Nguyễn Thị Hoa", 500_000], ["Trần Văn Bình", "600.000"]],
        )
    )  # fmt: skip
    assert (found.obligation, found.form, found.problems, found.nothing) == (DUTY, form_mark(FIELDS), (), False)
    checked = validate(Form(fields=FIELDS), Submit(), found.answers)
    assert checked.problems == ()
    assert checked.values == {
        "I12": 1250,
        "I14": {"co_ke_hoach": 5, "tong_so": 8},
        "kinh_phi": "1250000.5",
        "loai": "Tập huấn",
        "co_mo_hinh": True,
        "ngay": "2023-06-15",
        "ds": [{"Họ tên": "Nguyễn Thị Hoa", "Số tiền": "500000"}, {"Họ tên": "Trần Văn Bình", "Số tiền": "600.000"}],
    }


def test_a_formula_is_named_and_not_reckoned() -> None:
    found = read(filled_in({"I12": "=SUM(A1:A3)"}))
    assert [(one.field, one.code) for one in found.problems] == [("I12", "formula")]
    assert "I12" not in found.answers


def test_nothing_to_report_is_a_line_of_the_sheet() -> None:
    assert read(filled_in({"nothing": "có"})).nothing
    assert not read(filled_in({"nothing": "không"})).nothing


def test_labels_are_protected_and_never_formulas() -> None:
    book = load_workbook(BytesIO(write_answer_sheet(DUTY, ["=cmd|' /C calc'!A0"], FIELDS, "en")))
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    assert book[HIDDEN].sheet_state == "veryHidden"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    unlocked = [row[2] for row in sheet.iter_rows() if row[0].value in ("I12", "kinh_phi")]
    assert [cell.protection.locked for cell in unlocked] == [False, False]
    lists = {str(one.formula1) for one in sheet.data_validations.dataValidation if one.type == "list"}
    assert lists == {'"Hội nghị,Tập huấn"', '"yes,no"'}


def test_the_same_form_makes_the_same_bytes() -> None:
    assert write_answer_sheet(DUTY, ["A"], FIELDS, "vi") == write_answer_sheet(DUTY, ["A"], FIELDS, "vi")


def test_a_sheet_for_another_duty_says_whose_it_is() -> None:
    found = read_answer_sheet(filled_in({"I12": 4}), {})
    assert (found.obligation, dict(found.answers)) == (DUTY, {})


def bomb(size: int) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return out.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part, data if part.filename == name else old.read(part))
    return out.getvalue()


def ordinary() -> bytes:
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.4", id="a PDF"),
        pytest.param(b"PK\x03\x04" + b"\0" * 50, id="half an archive"),
        pytest.param(bomb(40_000_000), id="a bomb"),
        pytest.param(b"\0" * 5_000_001, id="too large"),
        pytest.param(ordinary(), id="another spreadsheet"),
        pytest.param(with_part(filled_in({}), "xl/styles.xml", ENTITIES), id="entities"),
    ],
)
def test_what_is_no_answering_sheet_is_refused_before_it_is_unpacked(content: bytes) -> None:
    with pytest.raises(NoAnswerSheet):
        read(content)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_sheet_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(content))
    except NoAnswerSheet:
        return
    assert set(found.answers) <= {one.id for one in FIELDS} | {"I14.co_ke_hoach", "I14.tong_so"}


SOUND = filled_in({"I12": 4, "loai": "Tập huấn"})

"""The answering sheet: a form as a spreadsheet that goes out with a letter, and is read when it comes back filled in.

A hidden sheet says which duty it answers and of which form it was made. Whatever comes is read within fixed bounds:
a spreadsheet is a ZIP archive of XML, and an archive of some kilobytes can unpack to gigabytes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import xlsxwriter
from openpyxl import load_workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dondoc.core.forms import FieldProblem
from dondoc.core.plan import FormField
from dondoc.core.text import Text, nfc

HIDDEN = "_dondoc"
MOST_BYTES, MOST_UNPACKED, MOST_PARTS, MOST_RATIO = 5_000_000, 30_000_000, 200, 150
ROWS_OF_TABLE = 60
NOTHING = "nothing"
"""The id of the line in which it is said that there is nothing to report."""

_WORDS = {
    "vi": {
        "sheet": "Trả lời",
        "how": "Điền vào các ô màu vàng, lưu lại và gửi kèm khi trả lời thư. Không đổi tên tệp, không thêm công thức.",
        "heads": ("Mã", "Nội dung", "Trả lời", "Đơn vị tính", "Hướng dẫn"),
        "nothing": "Không phát sinh trong kỳ (nếu đúng, chọn “có” và bỏ trống các ô khác)",
        "yes": ("có", "không"),
        "several": "nhiều lựa chọn, cách nhau dấu chấm phẩy: ",
        "one": "chọn một trong danh sách",
        "day": "ngày, như 19/6/2023",
        "whole": "số nguyên",
        "table": "điền vào trang “{name}”",
        "lines": "mỗi mục một dòng",
        "optional": "không bắt buộc",
    },
    "en": {
        "sheet": "Answers",
        "how": "Fill in the yellow cells, save, and attach it to your reply. Write figures, no formulas.",
        "heads": ("Id", "What", "Answer", "Unit", "Hint"),
        "nothing": "Nothing to report for the period (if so, choose “yes” and leave the rest empty)",
        "yes": ("yes", "no"),
        "several": "several, separated by semicolons: ",
        "one": "choose from the list",
        "day": "a day, as 2023-06-19",
        "whole": "a whole number",
        "table": "fill in the sheet “{name}”",
        "lines": "one item on each line",
        "optional": "optional",
    },
}


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A sheet that came back: for which duty, of which form, and what was answered; or why it cannot be read."""

    obligation: str
    form: str
    answers: Mapping[str, object]
    nothing: bool = False
    problems: tuple[FieldProblem, ...] = ()


class NoAnswerSheet(ValueError):
    """A file is no answering sheet, or holds more than one may hold; it is an attachment like any other."""


def form_mark(fields: Sequence[FormField]) -> str:
    """What tells one state of a form from another: its fields and how they are answered."""
    told = [[one.id, one.type, list(one.of), list(one.choices)] for one in fields]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def write_answer_sheet(obligation: str, titles: Sequence[str], fields: Sequence[FormField], language: str) -> bytes:
    """The sheet for these fields; `titles` are the lines above them, the duty's title first."""
    words: Mapping[str, Any] = _WORDS["en" if language == "en" else "vi"]
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": titles[0], "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same bytes each time
    look = {"font_name": "Times New Roman", "font_size": 12, "text_wrap": True, "valign": "top"}
    plain, head = book.add_format(look), book.add_format({**look, "bold": True, "bg_color": "#DDE7F3", "border": 1})
    title = book.add_format({**look, "bold": True, "font_size": 14, "text_wrap": False})
    line = book.add_format({**look, "border": 1})
    answer = book.add_format({**look, "border": 1, "bg_color": "#FFF9DB", "locked": False})
    day = book.add_format(
        {**look, "border": 1, "bg_color": "#FFF9DB", "locked": False, "num_format": "dd/mm/yyyy", "align": "left"}
    )

    sheet = book.add_worksheet(words["sheet"])
    sheet.set_column(0, 0, 16, plain)
    sheet.set_column(1, 1, 52, plain)
    sheet.set_column(2, 2, 28, plain)
    sheet.set_column(3, 3, 12, plain)
    sheet.set_column(4, 4, 40, plain)
    row = 0
    for text in titles:
        sheet.write_string(row, 0, text, title if row == 0 else book.add_format({**look, "text_wrap": False}))
        row += 1
    sheet.write_string(row, 0, words["how"], book.add_format({**look, "italic": True, "text_wrap": False}))
    row += 2
    for column, text in enumerate(words["heads"]):
        sheet.write_string(row, column, text, head)
    sheet.freeze_panes(row + 1, 0)
    tables = []
    for one in fields:
        for name, label in _lines(one, language):
            row += 1
            hint = _hint(one, words)
            for column, text in enumerate((name, label, "", one.unit.within(language) if one.unit else "", hint)):
                sheet.write_string(row, column, text, line)
            if one.type == "table":
                tables.append(one)
            else:
                sheet.write_blank(row, 2, None, day if one.type == "date" else answer)
                _guide(sheet, row, one, words, ratio=name != one.id)
    row += 1
    for column, text in enumerate((NOTHING, words["nothing"], "", "", "")):
        sheet.write_string(row, column, text, line)
    sheet.write_blank(row, 2, None, answer)
    sheet.data_validation(row, 2, row, 2, {"validate": "list", "source": list(words["yes"])})
    sheet.protect("", {"format_columns": True, "format_rows": True})
    for one in tables:
        _table_sheet(book, one, language, head, answer)
    _marks(book, obligation, fields)
    book.close()
    return buffer.getvalue()


def _lines(one: FormField, language: str) -> list[tuple[str, str]]:
    label = one.label.within(language)
    if one.type != "ratio":
        return [(one.id, label)]
    return [(f"{one.id}.{part}", f"{label}: {one.part(part).within(language)}") for part in one.halves]


def _hint(one: FormField, words: Mapping[str, Any]) -> str:
    match one.type:
        case "integer":
            hint = str(words["whole"])
        case "date":
            hint = str(words["day"])
        case "choice":
            hint = str(words["one"])
        case "multiple choice":
            hint = words["several"] + "; ".join(one.choices)
        case "boolean":
            hint = " / ".join(words["yes"])
        case "list":
            hint = str(words["lines"])
        case "table":
            hint = words["table"].format(name=_sheet_name(one))
        case _:
            hint = ""
    return hint if one.required else ", ".join(filter(None, (hint, words["optional"])))


def _guide(sheet: Worksheet, row: int, one: FormField, words: Mapping[str, Any], *, ratio: bool) -> None:
    """What the spreadsheet program itself checks while somebody types."""
    low = float(one.min) if one.min is not None else -1e15
    high = float(one.max) if one.max is not None else 1e15
    rule: dict[str, Any] | None = None
    if ratio:
        rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    elif one.type == "integer":
        rule = {"validate": "integer", "criteria": "between", "minimum": int(low), "maximum": int(high)}
    elif one.type in ("decimal", "money", "percent"):
        rule = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    elif one.type == "date":
        rule = {"validate": "date", "criteria": "between", "minimum": date(1900, 1, 1), "maximum": date(2100, 12, 31)}
    elif one.type == "boolean":
        rule = {"validate": "list", "source": list(words["yes"])}
    elif one.type == "choice" and len(",".join(one.choices)) <= 255 and not any("," in name for name in one.choices):
        rule = {"validate": "list", "source": list(one.choices)}
    if rule:
        sheet.data_validation(row, 2, row, 2, rule)


def _sheet_name(one: FormField) -> str:
    return one.id[:31]


def _table_sheet(book: xlsxwriter.Workbook, one: FormField, language: str, head: Format, answer: Format) -> None:
    sheet = book.add_worksheet(_sheet_name(one))
    columns = one.of or (one.label.within(language),)
    sheet.set_column(0, len(columns) - 1, 28)
    for column, text in enumerate(columns):
        sheet.write_string(0, column, text, head)
        for row in range(1, ROWS_OF_TABLE + 1):
            sheet.write_blank(row, column, None, answer)
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _marks(book: xlsxwriter.Workbook, obligation: str, fields: Sequence[FormField]) -> None:
    marks = book.add_worksheet(HIDDEN)
    for row, (name, value) in enumerate((("obligation", obligation), ("form", form_mark(fields)))):
        marks.write_string(row, 0, name)
        marks.write_string(row, 1, value)
    marks.very_hidden()
    marks.protect()


# -- reading


def read_answer_sheet(content: bytes, fields_of: Mapping[str, Sequence[FormField]]) -> FilledIn:
    """What a sheet that came back says; `fields_of` gives the fields of every duty that it may answer.

    Raises:
        NoAnswerSheet: it is none, or unpacks to more than one may hold.
    """
    refuse_bomb(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            return _read(book, fields_of)
        finally:
            book.close()
    except NoAnswerSheet:
        raise
    except Exception as error:  # the library raises whatever comes to hand on a damaged file
        raise NoAnswerSheet("it cannot be read") from error


def is_spreadsheet(name: str) -> bool:
    """Whether a file's name says that it is one."""
    return name.lower().endswith((".xlsx", ".xlsm"))


def refuse_bomb(content: bytes) -> None:
    """NoAnswerSheet for what is no spreadsheet, or unpacks to more than is read."""
    if len(content) > MOST_BYTES:
        raise NoAnswerSheet(f"it has more than {MOST_BYTES} bytes")
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(content), 1):
                raise NoAnswerSheet("it unpacks to more than an answering sheet holds")
            for part in parts:
                with archive.open(part) as file:
                    start = file.read(4096)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise NoAnswerSheet("it declares entities")
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, NoAnswerSheet):
            raise
        raise NoAnswerSheet("it is no spreadsheet") from error


def _read(book: Any, fields_of: Mapping[str, Sequence[FormField]]) -> FilledIn:
    if HIDDEN not in book.sheetnames:
        raise NoAnswerSheet("it was not made here")
    marks = {
        str(cells[0].value): str(cells[1].value or "")
        for cells in book[HIDDEN].iter_rows(max_row=4, max_col=2)
        if len(cells) == 2 and cells[0].value
    }
    obligation = marks.get("obligation", "")
    fields = fields_of.get(obligation)
    if fields is None:
        return FilledIn(obligation, marks.get("form", ""), {})
    known = {name: one for one in fields for name, _ in _lines(one, "vi")}
    answers: dict[str, object] = {}
    problems: list[FieldProblem] = []
    nothing = False
    for cells in book[book.sheetnames[0]].iter_rows(max_row=600, max_col=3):
        if len(cells) < 3 or not isinstance(cells[0].value, str):
            continue
        name = nfc(cells[0].value).strip()
        if name == NOTHING:
            nothing = str(cells[2].value or "").strip().casefold() in ("có", "yes", "x", "true")
        elif name in known and known[name].type != "table":
            _take(cells[2], known[name], name, answers, problems)
    for one in fields:
        if one.type == "table" and _sheet_name(one) in book.sheetnames:
            rows = _rows(book[_sheet_name(one)], one, problems)
            if rows:
                answers[one.id] = rows
    return FilledIn(obligation, marks.get("form", ""), answers, nothing, tuple(problems))


def _take(cell: Any, one: FormField, name: str, answers: dict[str, object], problems: list[FieldProblem]) -> None:
    if getattr(cell, "data_type", "") == "f":
        problems.append(_formula(one))
    elif cell.value is not None:
        answers[name] = plain_value(cell.value)


def _rows(sheet: Any, one: FormField, problems: list[FieldProblem]) -> list[dict[str, object]]:
    columns = one.of or (one.label.vi or one.label.en,)
    rows = []
    for cells in sheet.iter_rows(min_row=2, max_row=501, max_col=len(columns)):
        if any(getattr(cell, "data_type", "") == "f" for cell in cells):
            problems.append(_formula(one))
            return []
        row: dict[str, object] = {
            column: plain_value(cell.value)
            for column, cell in zip(columns, cells, strict=False)
            if cell.value is not None
        }
        if row:
            rows.append(row)
    return rows


def plain_value(value: object) -> object:
    """A cell's value as answers are read: days as ISO texts, whole numbers without a point."""
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case bool():
            return value
        case float() if value.is_integer() and abs(value) < 1e15:
            return int(value)
        case int() | float():
            return value
        case _:
            return str(value)


def _formula(one: FormField) -> FieldProblem:
    return FieldProblem(
        one.id,
        one.label,
        "formula",
        Text(
            vi="ô này có công thức; hãy ghi hoặc dán giá trị", en="the cell holds a formula; write or paste the value"
        ),
    )


def file_name(obligation: str) -> str:
    """The name under which the sheet of a duty is attached.

    >>> file_name("ke-hoach/bao-cao/gia-binh/2023-H1")
    'bao-cao-gia-binh-2023-H1.xlsx'
    """
    return f"{'-'.join(obligation.split('/')[1:])}.xlsx"

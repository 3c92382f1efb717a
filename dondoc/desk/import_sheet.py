"""The spreadsheet in which many submissions come at once: a row for each duty, a column for each question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import xlsxwriter
from openpyxl import load_workbook

from dondoc.core.plan import FormField
from dondoc.core.text import Text, nfc
from dondoc.errors import DondocError, first_line
from notifications.answer_sheet import NoAnswerSheet, plain_value, refuse_bomb

MOST_ROWS, MOST_COLUMNS = 5_000, 300
KEY = "obligation"
TOLD = {
    "owner": Text(vi="Đơn vị", en="Owner"),
    "due": Text(vi="Hạn", en="Due"),
}
"""Columns that help whoever fills it in, and are not read."""
ABOUT = {
    "received": Text(vi="Ngày nhận", en="Day of receipt"),
    "accepted": Text(vi="Ngày duyệt (nếu đã duyệt)", en="Day of acceptance, if accepted"),
    "nothing": Text(vi="Không phát sinh (x)", en="Nothing to report (x)"),
    "files": Text(vi="Tệp kèm theo, cách nhau dấu ;", en="Files, separated by ;"),
    "document": Text(vi="Số văn bản", en="Number of the document"),
    "signed_on": Text(vi="Ngày ký", en="Signed on"),
    "signed_by": Text(vi="Người ký", en="Signed by"),
}
_PREFIX = "="


class SheetUnreadable(DondocError):
    """A spreadsheet of submissions cannot be read."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file} cannot be imported: {why}. `dondoc import {file.name} --template PLAN` writes one to fill in."
        )


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that somebody filled in: its place, the duty it is about, and what stands under each heading."""

    sheet: str
    number: int
    obligation: str
    said: Mapping[str, object]
    columns: Mapping[str, str] = field(default_factory=dict)
    formulas: tuple[str, ...] = ()
    """Cells with a formula, which is never taken for a value."""

    def cell(self, heading: str) -> str:
        """Where something stands, as `bao-cao!C7`; of a ratio, its first half."""
        column = self.columns.get(heading) or next(
            (letter for name, letter in self.columns.items() if name.startswith(f"{heading}.")), self.columns[KEY]
        )
        return f"{self.sheet}!{column}{self.number}"


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """A task's sheet: its questions, and a row for each duty (id, owner, deadline)."""

    name: str
    fields: Sequence[FormField]
    rows: Sequence[tuple[str, str, str]]


def write_template(sheets: Iterable[TemplateSheet], language: str) -> bytes:
    """A workbook to fill in; texts in it are never formulas."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#DDE7F3", "border": 1})
    label = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    taken: set[str] = set()
    for one in sheets:
        sheet = book.add_worksheet(_name(one.name, taken))
        questions = {name: text for asked in one.fields for name, text in _asked(asked, language)}
        columns = {KEY: Text(vi="Mã việc", en="Duty"), **TOLD, **ABOUT}
        headings = {name: text.within(language) for name, text in columns.items()} | questions
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, len(headings), 20)
        for column, (name, text) in enumerate(headings.items()):
            sheet.write_string(0, column, name, head)
            sheet.write_string(1, column, text, label)
            if name in ("received", "accepted", "signed_on"):
                sheet.set_column(column, column, 14, day)
        for number, cells in enumerate(one.rows, 2):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text)
        sheet.freeze_panes(2, 1)
    book.close()
    return buffer.getvalue()


def read_rows(file: Path) -> list[SheetRow]:
    """The rows in which something is filled in, of every sheet whose first row has a column `obligation`.

    Raises:
        SheetUnreadable: it is no spreadsheet, or larger than one may be.
    """
    try:
        content = file.read_bytes()
        refuse_bomb(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except OSError as error:
        raise SheetUnreadable(file, first_line(error.strerror or error)) from None
    except NoAnswerSheet as error:
        raise SheetUnreadable(file, str(error)) from None
    except Exception as error:  # noqa: BLE001 - the library raises whatever comes to hand on a damaged file
        raise SheetUnreadable(file, f"it is no XLSX file ({first_line(error)})") from None
    found: list[SheetRow] = []
    for sheet in book.worksheets:
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 3)
        headings = [nfc(str(cell.value or "")).strip() for cell in next(rows, ())]
        if KEY not in headings:
            continue
        for number, cells in enumerate(rows, 2):
            row = _row(sheet.title, number, headings, cells)
            if row is not None:
                found.append(row)
        if len(found) > MOST_ROWS:
            raise SheetUnreadable(file, f"it has more than {MOST_ROWS} rows; divide it")
    if not found:
        raise SheetUnreadable(file, "no row with a column `obligation` is filled in")
    return found


def _row(sheet: str, number: int, headings: Sequence[str], cells: Iterable[object]) -> SheetRow | None:
    said: dict[str, object] = {}
    columns: dict[str, str] = {}
    formulas = []
    for heading, cell in zip(headings, cells, strict=False):
        if not heading:
            continue
        value = getattr(cell, "value", None)
        columns[heading] = _letter(list(headings).index(heading))
        if getattr(cell, "data_type", "") == "f" or (isinstance(value, str) and value.startswith(_PREFIX)):
            formulas.append(f"{sheet}!{columns[heading]}{number}")
        elif value is not None and str(value).strip():
            said[heading] = plain_value(value)
    obligation = str(said.pop(KEY, "")).strip()
    given = {heading: value for heading, value in said.items() if heading not in TOLD}
    if not (given or formulas) or (number == 2 and "/" not in obligation):  # the row of labels
        return None
    return SheetRow(sheet, number, obligation, given, columns, tuple(formulas))


def _asked(one: FormField, language: str) -> list[tuple[str, str]]:
    label = one.label.within(language)
    if one.type == "ratio" and len(one.of) == 2:
        return [(f"{one.id}.{part}", f"{label}: {one.part(part).within(language)}") for part in one.of]
    return [(one.id, label)]


def _name(name: str, taken: set[str]) -> str:
    """A sheet's name: at most 31 letters, none twice."""
    short = name[:31]
    for number in range(2, 1_000):
        if short.lower() not in taken:
            break
        short = f"{name[:27]}-{number}"
    taken.add(short.lower())
    return short


def _letter(index: int) -> str:
    """The letter of a column: 0 is A, 26 is AA.

    >>> _letter(0), _letter(25), _letter(26), _letter(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

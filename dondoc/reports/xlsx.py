"""A report's figures as a workbook: every unit and indicator, with formulas that add up and are worked out anew.

Texts are written as texts, so that what a unit typed never becomes a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from dondoc.core.indicators import Row
from dondoc.core.statistics import Counts
from dondoc.core.text import collation
from dondoc.reports.charts import CELLS
from dondoc.reports.gather import Gathered
from dondoc.reports.words import words_in

PART, WHOLE, SHARE = "#,##0.0##", "#,##0", "0.0%"
"""How numbers are shown; one that may have no part is never shown with a separator and nothing behind it."""
A4 = 9
COLUMNS = 24
"""As many columns as can be read on one A4 page on its side."""
LINE = 16
"""Points of a line of text, 12 points high."""
_SHEETS = {"vi": ("Chỉ tiêu", "Tiến độ", "Báo cáo trong kỳ"), "en": ("Indicators", "Progress", "Reports")}


def write_xlsx(found: Gathered) -> bytes:
    """The workbook: indicators by unit, the four cells by unit, and every report that was owed."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The same figures make the same file: nothing in it tells when it was written.
    book.set_properties({"title": found.span.title.within(found.plan.organisation.language), "created": found.at})
    _Book(book, found).write()
    book.close()
    return written.getvalue()


class _Book:
    def __init__(self, book: Any, found: Gathered) -> None:
        self.book = book
        self.found = found
        self.language = found.plan.organisation.language
        self.words = words_in(self.language)
        self.period = found.span.title.within(self.language)
        self.names: dict[str, str] = {one.id: one.name.within(self.language) for one in found.plan.organisation.units}
        font = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
        self.text = book.add_format({**font, "text_wrap": True, "border": 1})
        self.head = book.add_format({**font, "bold": True, "text_wrap": True, "align": "center", "border": 1})
        self.place = book.add_format({**font, "align": "center", "border": 1})
        self.part = book.add_format({**font, "num_format": PART, "border": 1})
        self.whole = book.add_format({**font, "num_format": WHOLE, "border": 1})
        self.share = book.add_format({**font, "num_format": SHARE, "border": 1})
        self.bold = book.add_format({**font, "bold": True, "border": 1})
        self.sums = {
            form: book.add_format({**font, "bold": True, "num_format": form, "border": 1})
            for form in (PART, WHOLE, SHARE)
        }
        self.day = book.add_format({**font, "num_format": "dd/mm/yyyy", "align": "center", "border": 1})

    def write(self) -> None:
        names = _SHEETS["en" if self.language == "en" else "vi"]
        for name, fill in zip(names, (self._indicators, self._progress, self._sent), strict=True):
            sheet = self.book.add_worksheet(name)
            self._on_paper(sheet, name, columns=fill(sheet))

    def _on_paper(self, sheet: Any, name: str, *, columns: int) -> None:
        """A4 on its side, as wide as the page, under its title; every further page begins with the head."""
        title = f"{self.found.plan.plan.title.within(self.language)}: {name}, {self.period}"[:200]
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.7)
        sheet.fit_to_pages(-(-columns // COLUMNS), 0)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, 1)
        sheet.set_header('&C&"Times New Roman,Bold"&13' + title.replace("&", "&&"))
        sheet.set_footer('&C&"Times New Roman,Regular"&12 &P/&N')

    def _units(self, units: Sequence[str]) -> list[str]:
        return sorted(units, key=lambda unit: collation(str(self.names.get(unit, unit))))

    def _indicators(self, sheet: Any) -> int:
        """Of a ratio stand numerator and denominator beside it: what is added up are these."""
        rows = self.found.rows
        units = self._units(list({unit for row in rows for unit in row.entries}))
        self._first_columns(sheet, units)
        column = 2
        for row in rows:
            label = f"{row.indicator.id}. {row.indicator.label.within(self.language)}"
            if row.indicator.is_ratio:
                field = row.indicator.field
                top, bottom = (field.part(name).within(self.language) for name in field.halves)
                sheet.write_string(0, column, f"{label}: {top}", self.head)
                sheet.write_string(0, column + 1, f"{label}: {bottom}", self.head)
                sheet.write_string(0, column + 2, label, self.head)
                self._ratio(sheet, row, units, column)
                column += 3
            else:
                sheet.write_string(0, column, label, self.head)
                self._amounts(sheet, row, units, column)
                column += 1
        sheet.set_column(2, max(column - 1, 2), 10)
        sheet.set_row(0, 9 * LINE)
        return column

    def _amounts(self, sheet: Any, row: Row, units: Sequence[str], column: int) -> None:
        last = len(units) + 1
        entries = [entry.figure.value if (entry := row.entries.get(unit)) else None for unit in units]
        total = row.total.value if row.total else None
        parted = any(value is not None and value % 1 for value in (*entries, total))
        for line, value in enumerate(entries, 1):
            self._put(sheet, line, column, value, self.part if parted else self.whole)
        form = self.sums[PART if parted else WHOLE]
        if row.hidden or not row.indicator.across:
            self._put(sheet, last, column, total, form)
        else:
            cells = f"{xl_rowcol_to_cell(1, column)}:{xl_rowcol_to_cell(last - 1, column)}"
            sheet.write_formula(last, column, f"=SUM({cells})", form, float(total or 0))

    def _ratio(self, sheet: Any, row: Row, units: Sequence[str], column: int) -> None:
        last = len(units) + 1
        for line, unit in enumerate(units, 1):
            entry = row.entries.get(unit)
            parts = entry.figure.parts if entry else None
            self._put(sheet, line, column, parts[0] if parts else None, self.whole)
            self._put(sheet, line, column + 1, parts[1] if parts else None, self.whole)
            self._divided(sheet, line, column, entry.figure.value if entry else None, self.share)
        totals = row.total.parts if row.total else None
        for offset in (0, 1):
            cells = f"{xl_rowcol_to_cell(1, column + offset)}:{xl_rowcol_to_cell(last - 1, column + offset)}"
            value = float(totals[offset]) if totals else 0
            sheet.write_formula(last, column + offset, f"=SUM({cells})", self.sums[WHOLE], value)
        self._divided(sheet, last, column, row.total.value if row.total else None, self.sums[SHARE])

    def _divided(self, sheet: Any, line: int, column: int, value: Decimal | None, form: Any) -> None:
        top, bottom = xl_rowcol_to_cell(line, column), xl_rowcol_to_cell(line, column + 1)
        known = float(value) if value is not None else ""
        sheet.write_formula(line, column + 2, f'=IF(N({bottom})=0,"",{top}/{bottom})', form, known)

    def _progress(self, sheet: Any) -> int:
        """The four cells of each unit; the last line and the last column are sums."""
        counts = self.found.figures.counts
        units = self._units([unit for unit, tally in counts.by_unit.items() if tally.in_force.total])
        self._first_columns(sheet, units)
        for column, cell in enumerate(CELLS, 2):
            sheet.write_string(0, column, self.words[cell], self.head)
        sheet.write_string(0, 6, self.words["total"], self.head)
        lines = [(line, counts.by_unit[unit].in_force) for line, unit in enumerate(units, 1)]
        for line, found in lines:
            for column, cell in enumerate(CELLS, 2):
                sheet.write_number(line, column, getattr(found, cell), self.whole)
            self._across(sheet, line, found, self.whole)
        last, whole = len(units) + 1, counts.whole.in_force
        for column, cell in enumerate(CELLS, 2):
            cells = f"{xl_rowcol_to_cell(1, column)}:{xl_rowcol_to_cell(last - 1, column)}"
            sheet.write_formula(last, column, f"=SUM({cells})", self.sums[WHOLE], getattr(whole, cell))
        self._across(sheet, last, whole, self.sums[WHOLE])
        sheet.set_column(2, 6, 14)
        sheet.set_row(0, 3 * LINE)
        return 7

    def _across(self, sheet: Any, line: int, counts: Counts, form: Any) -> None:
        cells = f"{xl_rowcol_to_cell(line, 2)}:{xl_rowcol_to_cell(line, 5)}"
        sheet.write_formula(line, 6, f"=SUM({cells})", form, counts.total)

    def _sent(self, sheet: Any) -> int:
        """Rows are as high as their longest text: not every program does that by itself."""
        wide = (5, 34, 60, 13, 13, 10, 24)
        names = ("number", "unit", "task", "due", "received", "days", "standing")
        for column, name in enumerate(names):
            sheet.write_string(0, column, self.words[name], self.head)
        for line, one in enumerate(self.found.sent, 1):
            unit, title = self.names.get(one.now.owner, one.now.owner), one.obligation.title(self.language)
            sheet.write_number(line, 0, line, self.place)
            sheet.write_string(line, 1, unit, self.text)
            sheet.write_string(line, 2, title, self.text)
            sheet.set_row(line, LINE * max(-(-len(unit) // wide[1]), -(-len(title) // wide[2])))
            sheet.write_datetime(line, 3, one.due, self.day)
            if one.received:
                sheet.write_datetime(line, 4, one.received, self.day)
            else:
                sheet.write_blank(line, 4, None, self.text)
            sheet.write_number(line, 5, one.days_late, self.whole)
            word = one.column if not one.days_late else "late" if one.received else "missing"
            sheet.write_string(line, 6, self.words[word], self.text)
        for column, width in enumerate(wide):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 2 * LINE)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(self.found.sent), 1), 6)
        return len(wide)

    def _first_columns(self, sheet: Any, units: Sequence[str]) -> None:
        sheet.write_string(0, 0, self.words["number"], self.head)
        sheet.write_string(0, 1, self.words["unit"], self.head)
        for line, unit in enumerate(units, 1):
            name = self.names.get(unit, unit)
            sheet.write_number(line, 0, line, self.place)
            sheet.write_string(line, 1, name, self.text)
            sheet.set_row(line, LINE * -(-len(name) // 34))
        sheet.write_string(len(units) + 1, 0, "", self.bold)
        sheet.write_string(len(units) + 1, 1, self.words["all"], self.bold)
        sheet.set_column(0, 0, 5)
        sheet.set_column(1, 1, 34)
        sheet.freeze_panes(1, 2)

    def _put(self, sheet: Any, line: int, column: int, value: Decimal | None, form: Any) -> None:
        if value is None:
            sheet.write_blank(line, column, None, form)
        else:
            sheet.write_number(line, column, float(value), form)

"""The report on half a year as it is compiled, and what a reader finds in a paper."""

from __future__ import annotations

import re
from io import BytesIO

import docx
from pypdf import PdfReader

from dondoc.desk.reports import Form, Wish, compile_report
from dondoc.desk.workplace import Workplace

PLAN, PERIOD = "tre-em-2023", "2023-H1"


def report(office: Workplace, form: Form, **wish: object) -> bytes:
    return compile_report(office, PLAN, PERIOD, Wish(form, **wish))  # type: ignore[arg-type]


def words(written: bytes) -> str:
    document = docx.Document(BytesIO(written))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))

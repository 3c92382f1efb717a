"""Reads a plan document (.txt, .docx, .pdf with text) into paragraphs, as a person would see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from dondoc.core.text import nfc
from dondoc.errors import DondocError, first_line

MAX_BYTES = 16_000_000
MAX_TEXT = 8_000_000
MAX_UNPACKED = 64_000_000
"""What a DOCX or XLSX file, which is an archive, may hold once it is unpacked."""
MARK = re.compile(r"(?:[IVXLC]+|[0-9]+(?:\.[0-9]+)*|[a-zđ])[.)]\s|[-–+•*]\s|(?:Nơi nhận|TM\.|KT\.)")
"""What stands before a numbered or listed paragraph, and where a document ends."""

_NO_TEXT = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")
_ENDS = tuple(".:;!?…,/”\"'")


class DocumentUnreadable(DondocError):
    """A plan document cannot be read."""

    def __init__(self, file: Path, why: str, instead: str) -> None:
        self.why = why
        super().__init__(f"{file} cannot be read as a plan document: {why}. {instead}")


def read_document(file: Path) -> list[str]:
    """The document's paragraphs in order, each in one line, in NFC; DocumentUnreadable says why not."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise DocumentUnreadable(file, f"it has more than {MAX_BYTES // 10**6} MB", "Remove its pictures first.")
        match file.suffix.lower():
            case ".docx":
                lines = _docx(file)
            case ".pdf":
                lines = _pdf(file)
            case ".txt" | ".md":
                lines = _text(file)
            case other:
                kinds = "Save it as .docx, .txt, or PDF with text."
                raise DocumentUnreadable(file, f"`{other or 'no ending'}` is not a kind that is known", kinds)
    except OSError as error:
        raise DocumentUnreadable(file, first_line(error.strerror or error), "Check the path.") from None
    found = paragraphs(lines)
    if not found:
        raise DocumentUnreadable(file, "there is no text in it", "A scan must be turned into text (OCR) first.")
    return found


def unpacks_to_too_much(file: Path) -> bool:
    """Whether an archive says that it holds more than is read; what is no archive is left to its reader."""
    try:
        with ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED
    except BadZipFile:
        return False


def paragraphs(lines: Iterable[str]) -> list[str]:
    """Whole paragraphs from lines: one that a page or line break cut in two is joined again.

    >>> paragraphs(["1. Triển khai Quyết định của Chính", "", "phủ về trẻ em.", "- Một", "- Hai"])
    ['1. Triển khai Quyết định của Chính phủ về trẻ em.', '- Một', '- Hai']
    """
    found: list[str] = []
    apart = True
    for raw in lines:
        line = " ".join(_NO_TEXT.sub(" ", nfc(raw)).split()).strip("*_ ")
        if not line or re.fullmatch(r"[-–]?\s*[0-9]+\s*[-–]?", line):  # an empty line, or a page's number
            apart = apart or not line
            continue
        if found and _goes_on(found[-1], line, apart=apart):
            found[-1] += f" {line}"
        else:
            found.append(line)
        apart = False
    return found


def _goes_on(before: str, line: str, *, apart: bool) -> bool:
    if MARK.match(line):
        return False
    open_ended = not before.endswith(_ENDS)
    if line[0].islower():
        return open_ended or before.endswith(",")
    return not apart and open_ended and not before.isupper() and len(before) > 60


def _text(file: Path) -> list[str]:
    data = file.read_bytes()
    if len(data) > MAX_TEXT:
        raise DocumentUnreadable(file, f"it has more than {MAX_TEXT // 10**6} MB of text", "Split it.")
    for encoding in ("utf-16", "utf-8-sig") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
    raise DocumentUnreadable(file, "it is written in no Unicode encoding", "Save it as UTF-8.")


def _docx(file: Path) -> list[str]:
    from docx import Document
    from docx.table import Table

    if unpacks_to_too_much(file):
        raise DocumentUnreadable(file, f"it unpacks to more than {MAX_UNPACKED // 10**6} MB", "Save its text alone.")
    try:
        document = Document(str(file))
        return [line for block in document.iter_inner_content() for line in _block(block, isinstance(block, Table))]
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - what a broken file makes the library raise is not told anywhere
        raise DocumentUnreadable(file, f"it is no DOCX file ({first_line(error)})", "Save it again.") from None


def _block(block: object, table: bool) -> Iterator[str]:
    if table:
        for row in getattr(block, "rows", ()):
            cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
            yield from (line for cell in cells for line in [*cell.splitlines(), ""])
        return
    text: str = getattr(block, "text", "")
    style = str(getattr(getattr(block, "style", None), "name", ""))
    bullet = "List" in style and text.strip() and not MARK.match(text)
    yield from ("", f"- {text}" if bullet else text)


def _pdf(file: Path) -> list[str]:
    from dondoc.authoring.drafting.pdf import pdf_lines

    try:
        return pdf_lines(file)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        raise DocumentUnreadable(file, f"it is no PDF file ({first_line(error)})", "Save it again.") from None

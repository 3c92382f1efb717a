"""A paper as DOCX: the template is filled in, and the blocks take the place of its `{{ content }}`."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from dondoc.errors import DondocError, first_line
from dondoc.reports.charts import as_png
from dondoc.reports.docx_template import default_template
from dondoc.reports.paper import Block, Heading, Paper, Paragraph, Picture, Table

MARK = "\u2042content\u2042"
PORTRAIT, LANDSCAPE = 16.5, 24.7
"""Centimetres between the margins."""


class TemplateWrong(DondocError):
    """An organisation's own template cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file} cannot be used as a template: {why}. Mend it, or remove it to use dondoc's own.")


def write_docx(paper: Paper, templates: Path | None = None) -> bytes:
    """The paper as a DOCX file; `templates` may hold `report.docx`, `dispatch.docx` or `dossier.docx` of one's own.

    Raises:
        TemplateWrong: a template of one's own cannot be read, or has no place for the content.
    """
    own = templates / f"{paper.kind}.docx" if templates else None
    if own is not None and own.is_file():
        source, name = own.read_bytes(), str(own)
    else:
        source, name = default_template(paper.kind, paper.letterhead.style), f"{paper.kind}.docx"
    try:
        template = DocxTemplate(BytesIO(source))
        template.render({**paper.as_data(), "content": MARK}, autoescape=True)
        document = template.docx
        place = next(one for one in document.paragraphs if MARK in one.text)
    except StopIteration:
        raise TemplateWrong(name, "no paragraph of it says {{ content }}") from None
    except (TemplateError, KeyError, ValueError, OSError) as error:
        raise TemplateWrong(name, first_line(str(error))) from error
    writer = _Writer(document, place)
    for block in paper.blocks:
        writer.write(block)
    writer.keep_with_signature()
    place._p.getparent().remove(place._p)  # noqa: SLF001 - python-docx takes no paragraph away
    writer.append(paper)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer:
    def __init__(self, document: Any, place: DocxParagraph) -> None:
        self.document = document
        self.place = place
        self.at_end = False

    def write(self, block: Block) -> None:
        match block:
            case Heading():
                self._paragraph(block.text, f"Heading {block.level}")
            case Paragraph():
                said, style = (f"- {block.text}", "Paper Item") if block.item else (block.text, "Paper Body")
                self._paragraph(said, style).paragraph_format.keep_with_next = block.leads or None
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)

    def keep_with_signature(self) -> None:
        """The last paragraphs stay on the page of the signature, which never stands alone."""
        above = self.place._p.getprevious()  # noqa: SLF001
        for _ in range(2):
            if above is None or above.tag != qn("w:p"):
                return
            DocxParagraph(above, self.place._parent).paragraph_format.keep_with_next = True  # noqa: SLF001
            above = above.getprevious()

    def append(self, paper: Paper) -> None:
        """The appendices, each on pages of its own that are counted from 1, wide tables on their sides."""
        self.at_end = True
        for number, block in enumerate(paper.appendices, 1):
            wide = isinstance(block, Table) and block.wide
            section = self.document.add_section(WD_SECTION.NEW_PAGE)
            self._count_from_one(section._sectPr)  # noqa: SLF001 - python-docx numbers no pages
            portrait = (Mm(210), Mm(297))
            section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = portrait[::-1] if wide else portrait
            word, title, with_it = paper.head_of(number)
            for text, size, bold in ((word, 14, True), (title, 14, True), (with_it, 14, False)):
                line = self._paragraph(text, "Paper Caption")
                line.runs[0].font.size, line.runs[0].font.bold, line.runs[0].font.italic = Pt(size), bold, not bold
                line.paragraph_format.space_before = Pt(0)
            self.write(replace(block, title="") if isinstance(block, Table) else block)

    def _count_from_one(self, section: Any) -> None:
        if section.find(qn("w:pgNumType")) is None:  # a section begins as a copy of the one before
            pages = OxmlElement("w:pgNumType")
            pages.set(qn("w:start"), "1")
            section.find(qn("w:cols")).addprevious(pages)

    def _paragraph(self, text: str, style: str) -> DocxParagraph:
        if self.at_end:
            added: DocxParagraph = self.document.add_paragraph(text, style=style)
            return added
        return self.place.insert_paragraph_before(text, style=style)

    def _table(self, block: Table) -> None:
        if block.title:
            self._paragraph(block.title, "Paper Caption")
        room = LANDSCAPE if block.wide else PORTRAIT
        widths = [Cm(room * width / sum(block.widths)) for width in block.widths]
        table = self.document.add_table(rows=1 + len(block.rows), cols=len(block.columns))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):  # noqa: SLF001
            column.w = width
        size = 9 if block.wide else None
        for row, texts in zip(table._tbl.tr_lst, (block.columns, *block.rows), strict=True):  # noqa: SLF001
            head = texts is block.columns
            last = block.total and texts is block.rows[-1]
            above_total = block.total and len(block.rows) > 1 and texts is block.rows[-2]
            for number, (cell, text) in enumerate(zip(row.tc_lst, texts, strict=True)):
                self._cell(cell, text, widths[number], bold=head or last, size=size, keep=above_total,
                           align="center" if head else "right" if number in block.numbers else "left")  # fmt: skip
        self._repeat_head(table)
        if not self.at_end:
            self.place._p.addprevious(table._tbl)  # noqa: SLF001
        self._paragraph(block.note, "Paper Table").paragraph_format.space_after = Pt(6)

    def _cell(self, cell: Any, text: str, width: int, *, bold: bool, size: int | None, align: str, keep: bool) -> None:
        """Written into the XML at once: python-docx looks for each cell anew, which takes minutes in large tables."""
        cell.width = width
        paragraph = cell.p_lst[0]
        properties = paragraph.get_or_add_pPr()
        style = OxmlElement("w:pStyle")
        style.set(qn("w:val"), "PaperTable")
        properties.append(style)
        if keep:  # a sum never stands alone on the next page
            properties.append(OxmlElement("w:keepNext"))
        jc = OxmlElement("w:jc")
        jc.set(qn("w:val"), align)
        properties.append(jc)
        run = OxmlElement("w:r")
        if bold or size:
            form = OxmlElement("w:rPr")
            if bold:
                form.append(OxmlElement("w:b"))
            if size:
                half = OxmlElement("w:sz")
                half.set(qn("w:val"), str(size * 2))
                form.append(half)
            run.append(form)
        written = OxmlElement("w:t")
        written.text = text
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(written)
        paragraph.append(run)

    def _repeat_head(self, table: Any) -> None:
        for number, row in enumerate(table._tbl.tr_lst):  # noqa: SLF001
            properties = row.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))

    def _picture(self, block: Picture) -> None:
        self._paragraph(block.title, "Paper Caption")
        holder = self._paragraph("", "Paper Table")
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = holder.add_run()
        run.add_picture(BytesIO(as_png(block.svg)), width=Cm(PORTRAIT))
        drawing = run._r.find(f".//{qn('wp:docPr')}")  # noqa: SLF001 - python-docx has no text alternatives
        if drawing is not None:
            drawing.set("descr", block.alt)
            drawing.set("title", block.title)

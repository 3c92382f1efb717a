"""The template of DOCX papers when an organisation has none of its own: page, styles, letterhead, signature.

Measures are those of Decree 30/2020/NĐ-CP, appendix I; `doan_the` writes number, title and subject as mass
organisations do. It is an ordinary docxtpl template: `{{ … }}` are filled in, and what a paper says comes where
`{{ content }}` stands.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any, Literal

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
CENTRE, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
TEXT_WIDTH = 165
"""Millimetres between the margins: 210, less 30 on the left and 15 on the right."""
STYLES = ("Normal", "Paper Body", "Paper Item", "Paper Table", "Paper Caption", "Heading 1", "Heading 2", "Heading 3")
"""The styles that content is written in; a template of an organisation's own may define them otherwise."""


@lru_cache(maxsize=8)
def default_template(kind: Literal["report", "dispatch", "dossier"], style: Literal["nd30", "doan_the"]) -> bytes:
    """The template as a file."""
    document = Document()
    _drop_second_styles(document)
    _page(document)
    _styles(document)
    _letterhead(document, kind, style)
    _subject(document, kind, style)
    document.add_paragraph("{{ content }}", style="Paper Body")
    if kind != "dossier":
        _signature(document)
    properties = document.core_properties
    properties.author, properties.title, properties.language = "", "{{ title }}", "vi-VN"
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _drop_second_styles(document: Any) -> None:
    """python-docx's own file carries Word 2010's copy of the styles; ours would contradict it."""
    links = document.part.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/stylesWithEffects")]:
        del links[name]


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    run = number.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no fields
    run.font.size = Pt(13)


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, 14)
    normal.paragraph_format.space_after = Pt(0)
    languages = OxmlElement("w:lang")
    languages.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(languages)
    for name, level in (("Heading 1", 1), ("Heading 2", 2), ("Heading 3", 3)):
        heading = document.styles[name]
        _font(heading, 14, bold=level < 3)
        heading.font.italic = level == 3
        heading.font.all_caps = False
        form = heading.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(6), Pt(6), True
        form.first_line_indent, form.alignment = Cm(1.27), JUSTIFY
    for name, size in (("Paper Body", 14), ("Paper Item", 14), ("Paper Table", 12), ("Paper Caption", 13)):
        style = document.styles.add_style(name, 1)
        style.base_style = normal
        _font(style, size, bold=name == "Paper Caption")
        form = style.paragraph_format
        form.space_after = Pt(0 if name == "Paper Table" else 6)
        if name in ("Paper Body", "Paper Item"):
            form.alignment, form.first_line_indent, form.line_spacing = JUSTIFY, Cm(1.27), 1.15
        elif name == "Paper Caption":
            form.alignment, form.keep_with_next, form.space_before = CENTRE, True, Pt(6)


def _font(style: Any, size: float, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for colour in style.element.rPr.findall(qn("w:color")):
        style.element.rPr.remove(colour)


def _letterhead(document: Any, kind: str, style: str) -> None:
    table = document.add_table(rows=2, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _without_padding(table)
    widths = (Mm(TEXT_WIDTH * 0.4), Mm(TEXT_WIDTH * 0.6))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    party = style == "doan_the"
    left, right = table.rows[0].cells
    first = left.paragraphs[0]
    _line(first, "{{ parent }}", 14 if party else 13)
    _line(left.add_paragraph(), "{{ body }}", 14 if party else 13, bold=True)
    if party:
        _line(left.add_paragraph(), "*", 14)
    else:
        _rule(left.paragraphs[-1], 0.35, widths[0])
    _line(right.paragraphs[0], "{{ top }}", 12, bold=True)  # on one line, as it must stand
    _line(right.add_paragraph(), "{{ motto }}", 14, bold=True)
    _rule(right.paragraphs[-1], 0.62, widths[1])
    number, day = table.rows[1].cells
    _line(number.paragraphs[0], "{{ number }}", 14 if party else 13)
    if kind == "dispatch":
        about = number.add_paragraph()
        _line(about, "{{ about }}", 12)
        about.runs[0].font.italic = party
        about.paragraph_format.space_before = Pt(6)
    _line(day.paragraphs[0], "{{ place_and_day }}", 14, italic=True)
    for cell in (number, day):
        cell.paragraphs[0].paragraph_format.space_before = Pt(8)


def _without_padding(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx knows no margins of cells
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def _subject(document: Any, kind: str, style: str) -> None:
    party = style == "doan_the"
    if kind != "dispatch":
        title = document.add_paragraph()
        _line(title, "{{ title }}", 15 if party else 14, bold=True)
        title.paragraph_format.space_before = Pt(18)
        about = document.add_paragraph()
        _line(about, "{{ about }}", 14, bold=True)
        _rule(about, 0.22, Mm(TEXT_WIDTH), after=12)
    document.add_paragraph("{%p if to|length == 1 %}")
    one = document.add_paragraph()
    _line(one, "{{ to_word }}: {{ to[0] }}", 14)
    one.paragraph_format.space_before = one.paragraph_format.space_after = Pt(12)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if to|length > 1 %}")
    _line(document.add_paragraph(), "{{ to_word }}:", 14)
    document.add_paragraph("{%p for one in to %}")
    each = document.add_paragraph("- {{ one }}{{ '.' if loop.last else ';' }}")
    each.paragraph_format.left_indent = Cm(5)
    each.paragraph_format.space_after = Pt(6)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


def _signature(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    for column, share in zip(table.columns, (0.45, 0.55), strict=True):
        column.width = column.cells[0].width = Mm(TEXT_WIDTH * share)
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(14)
    label = left.paragraphs[0]
    _line(label, "{{ recipients_word }}:", 12, bold=True, italic=True, alignment=LEFT)
    left.add_paragraph("{%p for one in recipients %}")
    _line(left.add_paragraph(), "- {{ one }}", 11, alignment=LEFT)
    left.add_paragraph("{%p endfor %}")
    _line(right.paragraphs[0], "{{ authority }}", 14, bold=True)
    _line(right.add_paragraph(), "{{ post }}", 14, bold=True)
    for _ in range(4):
        _line(right.add_paragraph(), "", 14)
    _line(right.add_paragraph(), "{{ signer }}", 14, bold=True)
    properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no way to keep a row whole
    properties.append(OxmlElement("w:cantSplit"))


def _line(
    paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False, alignment: Any = CENTRE
) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    paragraph.alignment = alignment


def _rule(paragraph: Paragraph, share: float, width: int, *, after: float = 0) -> None:
    """A rule under the paragraph, a share of the width, in the middle: the border of an empty one between indents."""
    form = paragraph.paragraph_format
    ruled = paragraph._p.addnext  # noqa: SLF001
    line = OxmlElement("w:p")
    ruled(line)
    below = Paragraph(line, paragraph._parent)  # noqa: SLF001
    indent = int(width * (1 - share) / 2)
    below.paragraph_format.left_indent = below.paragraph_format.right_indent = indent
    below.paragraph_format.line_spacing = Pt(3)
    below.paragraph_format.space_after = Pt(after)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = line.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )
    form.space_after = Pt(1)

"""A paper as PDF and as a page of HTML, the heads of its appendices, and where its pages break."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from dondoc.core.statistics import Counts
from dondoc.desk.workplace import Workplace
from dondoc.reports.charts import cells_chart
from dondoc.reports.compose import compose_report
from dondoc.reports.docx import write_docx
from dondoc.reports.gather import gather_report
from dondoc.reports.paper import Heading, Letterhead, Paper, Paragraph, Picture, Table
from dondoc.reports.pdf import write_pdf
from dondoc.reports.words import words_in
from dondoc.store.plans import applied
from tests.places import local
from tests.reports.compiled import PERIOD, PLAN, report, text_of, words
from tests.servers.chromium import WIDTHS, NoChromium, everybody_can_use, running_chromium

# -- PDF and HTML


def test_the_pdf_says_its_vietnamese_and_is_tagged_and_archivable(office: Workplace) -> None:
    written = report(office, "pdf")
    said = text_of(written)
    for sentence in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Tỷ lệ cơ sở Hội có kế hoạch",
        "Huyện Yên Phong",
        "chưa gửi",
    ):
        assert sentence in said
    reader = PdfReader(BytesIO(written))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.root_object
    assert reader.root_object["/Lang"].startswith("vi")
    about = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert re.search(r'pdfaid:part[>="]+2', about)
    assert re.search(r'pdfuaid:part[>="]+1', about)


def test_without_the_fonts_of_the_machine_the_pdf_still_says_its_vietnamese(office: Workplace) -> None:
    with office.database.reading() as connection:
        plan = applied(connection, PLAN)
        found = gather_report(connection, plan, PERIOD, office.now())
    paper = compose_report(found, Letterhead(body="Hội LHPN tỉnh Bắc Ninh"), {})
    assert "Tỷ lệ cơ sở Hội có kế hoạch" in text_of(write_pdf(paper, office.now(), bundled_fonts=True))


def test_the_page_takes_what_units_wrote_as_text() -> None:
    from dondoc.reports.html import write_html

    head = Letterhead(body="Hội <b>")
    paper = Paper("report", "vi", head, "BC", "BÁO CÁO", "a & b", (Paragraph("<script>alert(1)</script>"),), year=2023)
    page = write_html(paper).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<script>" in words(write_docx(paper))  # in a paper it is only a word
    assert "<script>alert(1)</script>" in text_of(write_pdf(paper, local("2023-06-28 08:00")))


# -- appendices, as the decree has them


def test_each_appendix_says_its_number_its_title_and_its_paper_and_counts_its_own_pages(office: Workplace) -> None:
    written = docx.Document(BytesIO(report(office, "docx")))
    told = [one.text for one in written.paragraphs]
    place = told.index("Phụ lục I")
    assert told[place + 1] == "SỐ LIỆU THEO ĐƠN VỊ"
    assert told[place + 2].startswith("(Kèm theo Báo cáo số ")
    assert written.paragraphs[place + 2].runs[0].font.italic
    assert "Phụ lục II" in told
    assert "Chi tiết kèm theo: Phụ lục I (số liệu theo đơn vị); Phụ lục II (tiến độ theo đơn vị)." in told
    assert len([number for number in written.element.body.iter(qn("w:pgNumType")) if number.get(qn("w:start"))]) == 2


def test_the_pdf_and_the_page_head_their_appendices_alike(office: Workplace) -> None:
    for told in (text_of(report(office, "pdf")), in_plain(report(office, "html"))):
        assert "Phụ lục II TIẾN ĐỘ THEO ĐƠN VỊ (Kèm theo Báo cáo số " in told
    tables = (Table("Số liệu", ("a",), (("b",),), (1,)), Table("Tiến độ", ("a",), (("b",),), (1,)))
    paper = Paper(
        "report", "vi", Letterhead(body="Hội", place="Huế"), "BC-BTV", "BÁO CÁO", "x", (), number="5",
        day=date(2023, 6, 28), appendices=tables,
    )  # fmt: skip
    with_it = "(Kèm theo Báo cáo số 05/BC-BTV ngày 28 tháng 6 năm 2023)"
    assert paper.head_of(2) == ("Phụ lục II", "TIẾN ĐỘ", with_it)
    assert replace(paper, appendices=tables[:1]).head_of(1) == ("Phụ lục", "SỐ LIỆU", with_it)
    pages = [
        page.extract_text().split() for page in PdfReader(BytesIO(write_pdf(paper, local("2023-06-28 08:00")))).pages
    ]
    assert [page[0] for page in pages[1:]] == ["Phụ", "Phụ"]  # the first page of each shows no number


def in_plain(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


# -- where pages break, and how they are laid out


@pytest.mark.parametrize("above", range(18, 25))
def test_what_leads_to_a_list_stays_with_its_first_item(above: int) -> None:
    filling = tuple(Paragraph("Một dòng.") for _ in range(above))
    blocks = (*filling, Heading("Đề mục"), Paragraph("Gồm các việc:"), Paragraph("Việc đầu.", item=True))
    paper = Paper("report", "vi", Letterhead(body="Hội"), "BC", "BÁO CÁO", "x", blocks, year=2023)
    pages = [page.extract_text() for page in PdfReader(BytesIO(write_pdf(paper, local("2023-06-28 08:00")))).pages]
    together = {tuple(said in page for page in pages) for said in ("Đề mục", "Gồm các việc:", "Việc đầu.")}
    assert len(together) == 1, pages
    written = docx.Document(BytesIO(write_docx(paper)))
    leading = next(one for one in written.paragraphs if one.text == "Gồm các việc:")
    assert leading.paragraph_format.keep_with_next


@pytest.mark.servers
def test_the_page_has_its_letterhead_in_the_middle_and_room_for_number_and_day(
    office: Workplace, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_bytes(report(office, "html"))
    try:
        with running_chromium() as browser:
            for width in WIDTHS.values():
                page = browser.new_page(viewport={"width": width, "height": 800})
                page.goto((tmp_path / "report.html").as_uri())
                everybody_can_use(page)
                aligned = {one.evaluate("e => getComputedStyle(e).textAlign") for one in page.locator("header p").all()}
                assert aligned == {"center"}
                blank = page.locator("header .number").evaluate("e => getComputedStyle(e).whiteSpace")
                assert blank == "pre-wrap"
    except NoChromium as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("above", range(17, 24))
def test_no_caption_and_no_heading_stands_alone_at_the_foot_of_a_page(above: int) -> None:
    filling = tuple(Paragraph("Một dòng.") for _ in range(above))
    table = Table("Bảng số liệu", ("Cột đầu", "Cột sau"), tuple((f"Ô{row}", "x") for row in range(3)), (1, 1))
    picture = Picture("Biểu đồ", cells_chart([("Tên cột", Counts(1, 1, 1, 1))], words_in("vi")), "Bốn phần")
    for title, shown, follows in ((table.title, table, "Ô0"), (picture.title, picture, "Tên cột")):
        blocks = (*filling, Heading("Đề mục"), shown)
        paper = Paper("report", "vi", Letterhead(body="Hội"), "BC", "BÁO CÁO", "x", blocks, year=2023)
        pages = [page.extract_text() for page in PdfReader(BytesIO(write_pdf(paper, local("2023-06-28 08:00")))).pages]
        together = {tuple(said in page for page in pages) for said in ("Đề mục", title, follows)}
        assert len(together) == 1, pages

"""Compiled reports, official letters and dossiers: what they say, and that they are as the decree wants them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.shared import Cm, Pt
from pypdf import PdfReader

from dondoc.desk.reports import (
    UnknownPart,
    UnknownUnit,
    Wish,
    compile_report,
    dispatch,
    dossier,
    from_markdown,
    keep_texts,
)
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.reports.docx import write_docx
from dondoc.reports.gather import UnknownPeriod, gather_report
from dondoc.reports.paper import Letterhead, Paper, Paragraph
from dondoc.store.papers import Numbered
from dondoc.store.plans import applied
from tests.places import bac_ninh, local
from tests.reports.compiled import PERIOD, PLAN, report, text_of, words


@pytest.fixture(scope="module")
def docx_report(office: Workplace) -> bytes:
    return report(office, "docx")


# -- the measures of Decree 30/2020/NĐ-CP, appendix I


def test_the_page_has_the_margins_of_the_decree(docx_report: bytes) -> None:
    section = docx.Document(BytesIO(docx_report)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= round(section.top_margin.mm) <= 25
    assert 20 <= round(section.bottom_margin.mm) <= 25
    assert 30 <= round(section.left_margin.mm) <= 35
    assert 15 <= round(section.right_margin.mm) <= 20


def test_pages_are_numbered_in_the_top_margin_but_not_the_first(docx_report: bytes) -> None:
    section = docx.Document(BytesIO(docx_report)).sections[0]
    assert section.different_first_page_header_footer
    number = section.header.paragraphs[0]
    assert "PAGE" in number._p.xml
    assert number.runs[0].font.size == Pt(13)


def test_the_body_is_times_new_roman_fourteen_justified_with_an_indent(docx_report: bytes) -> None:
    styles = docx.Document(BytesIO(docx_report)).styles
    body = styles["Paper Body"]
    assert (body.font.name, body.font.size) == ("Times New Roman", Pt(14))
    form = body.paragraph_format
    assert form.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY
    assert form.first_line_indent in (Cm(1), Cm(1.27))
    assert form.space_after >= Pt(6)
    assert 1.0 <= form.line_spacing <= 1.5


def test_the_letterhead_stands_in_two_columns_without_borders(docx_report: bytes) -> None:
    table = docx.Document(BytesIO(docx_report)).tables[0]
    left, right = table.rows[0].cells
    assert [one.text for one in left.paragraphs if one.text] == [
        "HỘI LHPN VIỆT NAM",
        "BAN THƯỜNG VỤ HỘI LHPN TỈNH BẮC NINH",
    ]
    assert [one.text for one in right.paragraphs if one.text] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    ]  # fmt: skip
    national, motto = (one.runs[0] for one in right.paragraphs if one.text)
    assert (national.font.size in (Pt(12), Pt(13)), national.bold) == (True, True)
    assert (motto.font.size in (Pt(13), Pt(14)), motto.bold) == (True, True)
    parent, body = (one.runs[0] for one in left.paragraphs if one.text)
    assert (parent.font.size, parent.bold, body.font.size, body.bold) == (Pt(13), False, Pt(13), True)
    assert "w:tblBorders" not in table._tbl.tblPr.xml
    assert table.style.name == "Normal Table" or not table.style.element.xpath(".//w:tblBorders")


def test_number_and_day_stay_blank_until_the_clerk_records_them(office: Workplace) -> None:
    blank = words(report(office, "docx"))
    assert "Số:         /BC-BTV" in blank
    assert "Bắc Ninh, ngày      tháng      năm 2023" in blank
    numbered = words(report(office, "docx", numbered=Numbered("5", date(2023, 6, 5)), by="van-thu"))
    assert "Số: 05/BC-BTV" in numbered
    assert "Bắc Ninh, ngày 05 tháng 6 năm 2023" in numbered
    assert "Số: 05/BC-BTV" in words(report(office, "docx"))  # recorded: printed again without being told


def test_title_and_subject_are_fourteen_bold_and_centred(docx_report: bytes) -> None:
    paragraphs = docx.Document(BytesIO(docx_report)).paragraphs
    title = next(one for one in paragraphs if one.text == "BÁO CÁO")
    assert (title.runs[0].font.size, title.runs[0].bold) == (Pt(14), True)
    assert title.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER


def test_the_signature_stands_beside_the_recipients(docx_report: bytes) -> None:
    tables = docx.Document(BytesIO(docx_report)).tables
    left, right = next(table for table in tables if table.rows[0].cells[0].text.startswith("Nơi nhận")).rows[0].cells
    label, *items = [one for one in left.paragraphs if one.text]
    assert (label.runs[0].font.size, label.runs[0].bold, label.runs[0].italic) == (Pt(12), True, True)
    assert {one.runs[0].font.size for one in items} == {Pt(11)}
    assert items[-1].text == "- Lưu: VP, GĐXH."
    assert [one.text for one in right.paragraphs if one.text] == ["TM. BAN THƯỜNG VỤ", "PHÓ CHỦ TỊCH THƯỜNG TRỰC"]


def test_the_letterhead_of_a_mass_organisation_writes_its_number_otherwise() -> None:
    head = Letterhead(style="doan_the", parent="Trung ương Hội", body="Ban Thường vụ", report_sign="BC-BTV")
    paper = Paper("report", "vi", head, "BC-BTV", "BÁO CÁO", "kết quả", (Paragraph("Một."),), number="127", year=2023)
    assert paper.number_line == "Số 127-BC/BTV"
    document = docx.Document(BytesIO(write_docx(paper)))
    left = document.tables[0].rows[0].cells[0]
    assert [one.text for one in left.paragraphs] == ["TRUNG ƯƠNG HỘI", "BAN THƯỜNG VỤ", "*"]


# -- what it says


def test_the_report_goes_through_the_plan_section_by_section(docx_report: bytes) -> None:
    document = docx.Document(BytesIO(docx_report))
    first = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert first == [
        "I. TÌNH HÌNH TRIỂN KHAI, CÔNG TÁC CHỈ ĐẠO", "II. KẾT QUẢ THỰC HIỆN", "III. ĐÁNH GIÁ",
        "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ THỜI GIAN TỚI", "V. ĐỀ XUẤT, KIẾN NGHỊ",
    ]  # fmt: skip
    second = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    sections = [section.title.within("vi") for section in bac_ninh()[0].sections]
    assert [one.partition(". ")[2] for one in second[: len(sections)]] == sections


def test_figures_add_up_and_say_how_many_units_reported(docx_report: bytes) -> None:
    said = words(docx_report)
    assert (
        "Số buổi truyền thông về trẻ em: 91 buổi (7/8 đơn vị; một phần số liệu đang chờ duyệt)." in said
    )  # 7 x 10 + 21
    assert "Tổng giá trị nguồn lực hỗ trợ trẻ em: 724,5 triệu đồng" in said  # 7 x 100,5 + 21
    assert "Tỷ lệ cơ sở Hội có kế hoạch và hoạt động: 66,7%" in said  # 56 of 84, no average


def test_a_sensitive_indicator_with_small_counts_is_nowhere_shown_by_unit(office: Workplace) -> None:
    said = words(report(office, "docx"))
    assert "Số liệu nhạy cảm có giá trị nhỏ, không công bố theo đơn vị: Số vụ việc bạo lực" in said
    book = openpyxl.load_workbook(BytesIO(report(office, "xlsx")))
    sheet = book.worksheets[0]
    columns = {str(cell.value)[:3]: cell.column for cell in sheet[1]}
    assert [sheet.cell(line, columns["I12"]).value for line in range(2, 10)] == [None] * 8
    assert sheet.cell(10, columns["I12"]).value == 21
    assert sheet.cell(2, columns["I13"]).value is not None  # none of these is small


def test_units_that_reported_late_or_not_at_all_are_listed(docx_report: bytes) -> None:
    document = docx.Document(BytesIO(docx_report))
    table = next(one for one in document.tables if one.rows[0].cells[-1].text == "Tình trạng")
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [(row[1], row[3], row[4], row[5], row[6]) for row in rows] == [
        ("Ban GĐXH", "21/6/2023", "", "7", "chưa gửi"),
        ("Huyện Yên Phong", "19/6/2023", "", "9", "chưa gửi"),
        ("Huyện Tiên Du", "19/6/2023", "21/6/2023", "2", "gửi muộn"),
    ]


def test_units_stand_in_vietnamese_order(docx_report: bytes) -> None:
    document = docx.Document(BytesIO(docx_report))
    table = next(one for one in document.tables if one.rows[0].cells[-1].text == "I14")
    assert [row.cells[1].text for row in table.rows[1:-1]] == [
        "Huyện Gia Bình", "Huyện Lương Tài", "Huyện Tiên Du", "Huyện Yên Phong",
        "Thành phố Bắc Ninh", "Thành phố Từ Sơn", "Thị xã Quế Võ", "Thị xã Thuận Thành",
    ]  # fmt: skip


def test_what_the_department_writes_stands_in_place_of_what_was_gathered(office: Workplace) -> None:
    texts = from_markdown(report(office, "md").decode())
    assert {"situation", "results/II.1", "assessment/ket_qua", "directions"} <= texts.keys()
    assert keep_texts(office, PLAN, PERIOD, texts, by="can-bo") == ()  # nothing was changed
    changed = {**texts, "assessment/ket_qua": "Phong trào lan tỏa.\n\n- Điểm sáng: Gia Bình."}
    assert keep_texts(office, PLAN, PERIOD, changed, by="can-bo") == ("assessment/ket_qua",)
    said = words(report(office, "docx"))
    assert "Phong trào lan tỏa." in said
    assert "- Điểm sáng: Gia Bình." in said
    assert "Duy trì các mô hình." not in said
    assert keep_texts(office, PLAN, PERIOD, {"assessment/ket_qua": ""}, by="can-bo") == ("assessment/ket_qua",)
    assert "Duy trì các mô hình." in words(report(office, "docx"))
    with pytest.raises(UnknownPart, match="situation"):
        keep_texts(office, PLAN, PERIOD, {"situatoin": "x"}, by="can-bo")


def test_a_report_as_it_was_known_before_leaves_out_what_came_later(office: Workplace) -> None:
    early = words(report(office, "docx", at=local("2023-06-20 08:00")))
    assert "Số buổi truyền thông về trẻ em: 75 buổi (6/8 đơn vị)." in early
    for said in (early, words(report(office, "docx"))):
        assert "Báo cáo kết quả thực hiện công tác trẻ em – năm 2023: hạn 19/12/2023, 8 đơn vị." in said


def test_a_period_that_the_plan_has_not_is_told_with_those_it_has(office: Workplace) -> None:
    with pytest.raises(UnknownPeriod, match="2023-H1"):
        compile_report(office, PLAN, "2023-H9", Wish("docx"))


def test_a_year_is_not_said_to_rise_over_the_half_of_it_that_it_contains(office: Workplace) -> None:
    said = words(compile_report(office.at(local("2024-01-02 08:00")), PLAN, "2023", Wish("docx")))
    assert "Thay đổi sau kỳ đó" in said
    assert "Tăng, giảm" not in said
    assert "Số liệu kỳ này gồm cả 6 tháng đầu năm 2023." in said
    assert "Không có việc nào đến hạn trong 6 tháng tới." in said


def test_periods_of_a_length_follow_each_other(office: Workplace) -> None:
    written = docx.Document(BytesIO(compile_report(office.at(local("2024-01-02 08:00")), PLAN, "2023", Wish("docx"))))
    trend = next(table for table in written.tables if table.cell(0, 0).text == "Kỳ")
    assert [row.cells[0].text for row in trend.rows[1:]] == [
        "Quý II năm 2023", "Quý III năm 2023", "Quý IV năm 2023", "6 tháng đầu năm 2023", "Năm 2023",
    ]  # fmt: skip


# -- LibreOffice


@pytest.mark.servers
def test_libreoffice_opens_the_report_and_works_out_the_workbook(
    office: Workplace, docx_report: bytes, tmp_path: Path, converted: Callable[[Path, str], Path]
) -> None:
    (tmp_path / "report.docx").write_bytes(docx_report)
    pdf = text_of(converted(tmp_path / "report.docx", "pdf").read_bytes())
    assert "TM. BAN THƯỜNG VỤ" in pdf
    (tmp_path / "figures.xlsx").write_bytes(without_results(report(office, "xlsx")))
    book = openpyxl.load_workbook(converted(tmp_path / "figures.xlsx", "xlsx:Calc MS Excel 2007 XML"), data_only=True)
    indicators, progress, _ = book.worksheets
    heads = {str(cell.value): cell.column for cell in indicators[1]}
    last = indicators.max_row
    sums = {head.split(".")[0]: indicators.cell(last, column).value for head, column in heads.items()}
    assert (sums["I01"], sums["I10"]) == (91, 724.5)
    assert sums["I14"] == pytest.approx(56 / 84)
    with office.database.reading() as connection:
        whole = gather_report(connection, applied(connection, PLAN), PERIOD, office.now()).figures.counts.whole.in_force
    assert [progress.cell(progress.max_row, column).value for column in range(3, 8)] == [
        whole.done_on_time, whole.done_late, whole.open_in_time, whole.open_overdue, whole.total,
    ]  # fmt: skip


def without_results(book: bytes) -> bytes:
    """The workbook with its formulas' results taken out, so that whoever shows one has worked it out."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as given, zipfile.ZipFile(out, "w") as written:
        for name in given.namelist():
            data = given.read(name)
            if name.startswith("xl/worksheets/"):
                data, count = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
                assert count or b"<f>" not in data
            written.writestr(name, data)
    return out.getvalue()


def test_the_workbook_keeps_its_head_and_never_takes_a_text_for_a_formula(office: Workplace) -> None:
    book = openpyxl.load_workbook(BytesIO(report(office, "xlsx")))
    assert [sheet.freeze_panes for sheet in book.worksheets] == ["C2", "C2", "C2"]
    formulas = [
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert all(one.startswith(("=SUM(", "=IF(N(")) for one in formulas)


def test_the_workbook_is_made_for_paper_and_shows_whole_numbers_whole(office: Workplace) -> None:
    book = openpyxl.load_workbook(BytesIO(report(office, "xlsx")))
    for sheet in book.worksheets:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$B")
        assert "6 tháng đầu năm 2023" in str(sheet.oddHeader.center.text)
    indicators, _, sent = book.worksheets
    forms = {str(cell.value).split(".")[0]: indicators.cell(2, cell.column).number_format for cell in indicators[1]}
    assert (forms["I01"], forms["I10"]) == ("#,##0", "#,##0.0##")
    assert all(sent.row_dimensions[row].height >= 16 for row in range(2, sent.max_row + 1))


@pytest.mark.servers
def test_each_sheet_of_the_demo_plan_prints_on_one_page(
    office: Workplace, tmp_path: Path, converted: Callable[[Path, str], Path]
) -> None:
    (tmp_path / "printed.xlsx").write_bytes(report(office, "xlsx"))
    assert len(PdfReader(converted(tmp_path / "printed.xlsx", "pdf")).pages) == 3


# -- official letters and dossiers


def test_the_official_letter_names_what_is_overdue_and_asks_for_it(office: Workplace) -> None:
    said = words(dispatch(office, PLAN, "h-yen-phong", Wish("docx", at=local("2023-06-20 08:00"))))
    assert "/BTV-GĐXH" in said
    assert "Kính gửi: Hội LHPN huyện Yên Phong" in said
    assert "V/v đôn đốc" in said
    assert "Trân trọng./." in said
    assert "- Như trên;" in said


def test_a_unit_that_owes_nothing_is_not_urged(office: Workplace) -> None:
    with pytest.raises(NotAllowed, match="nothing of it is overdue"):
        dispatch(office, PLAN, "h-gia-binh", Wish("docx", at=local("2023-04-14 08:00")))
    with pytest.raises(UnknownUnit, match="h-gia-binh"):
        dispatch(office, PLAN, "h-gia-bin", Wish("docx"))
    with pytest.raises(NotAllowed, match="no such form"):
        dispatch(office, PLAN, "h-yen-phong", Wish("xlsx"))


def test_the_dossier_of_a_body_without_matters_says_so(office: Workplace) -> None:
    said = words(dossier(office, PLAN, "thuong-truc", Wish("docx"), since=local("2023-06-01 00:00")))
    assert "Các việc trình Thường trực Hội LHPN tỉnh Bắc Ninh xem xét" in said
    assert "I. Việc đang trình, chưa giải quyết (0)" in said
    assert "Số:" not in said  # it is laid before a meeting, and not issued

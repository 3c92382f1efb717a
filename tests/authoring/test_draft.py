"""A plan document becomes a skeleton: its parts, who and when, its words as sources, its guesses as assumptions."""

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
import typst
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from dondoc.authoring.check import Checked, check_texts
from dondoc.authoring.drafting.dates import deadlines
from dondoc.authoring.drafting.document import DocumentUnreadable, paragraphs, read_document
from dondoc.authoring.drafting.draft import Draft, draft
from dondoc.authoring.drafting.outline import outline
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.plan import Plan, Recurrence, Task

FOLDER = Path(__file__).parents[2] / "plan_definitions" / "bac-ninh"
DOCUMENT = FOLDER / "ke-hoach-tre-em-2023.txt"
ORGANISATION = load_organisation((FOLDER / "organisation.yaml").read_bytes(), "organisation.yaml")


def drafted(lines: list[str], name: str = "van-ban.txt") -> Draft:
    assert ORGANISATION.value is not None
    return draft(lines, ORGANISATION.value, name)


def checked(found: Draft) -> Checked:
    return check_texts(load_plan(found.text), ORGANISATION)


def plan_of(found: Draft) -> Plan:
    plan = load_plan(found.text).value
    assert plan is not None
    return plan


@pytest.fixture(scope="module")
def bac_ninh() -> Draft:
    return drafted(read_document(DOCUMENT), DOCUMENT.name)


def task(plan: Plan, beginning: str) -> Task:
    return next(one for one in plan.tasks() if (one.source or "").startswith(beginning))


def test_the_skeleton_passes_check_and_asks_for_four_things(bac_ninh: Draft) -> None:
    assert checked(bac_ninh).problems == ()
    asked = [bac_ninh.text.splitlines()[line - 1].split(":")[0].strip() for line, _ in bac_ninh.questions]
    assert asked == ["plan", "number", "period", "escalate"]
    assert bac_ninh.text.count("# ?") == 5  # the fifth explains the sign


def test_the_head_is_read_from_the_opening(bac_ninh: Draft) -> None:
    plan = plan_of(bac_ninh)
    assert plan.issued == date(2023, 4, 13)
    assert plan.title.vi.startswith("Triển khai thực hiện công tác trẻ em")
    assert plan.focal_point == "ban-gdxh"
    assert [recipient.purpose for recipient in plan.recipients[:2]] == ["report", "coordination"]
    assert len(plan.recipients) == 6
    assert len(plan.notes) == 3
    assert len(plan.funding) == 2


def test_the_sections_are_those_of_the_document_with_the_gap_in_its_numbers(bac_ninh: Draft) -> None:
    plan = plan_of(bac_ninh)
    assert [section.id for section in plan.sections] == ["II.1", "II.2", "II.3", "II.4", "V.1", "V.2"]
    assert sum(1 for _ in plan.tasks()) == 25


def test_owners_are_recognised_however_they_are_written(bac_ninh: Draft) -> None:
    plan = plan_of(bac_ninh)
    assert task(plan, "Giao Ban gia đình xã hội").owner == ("ban-gdxh",)
    assert task(plan, "Giao Ban Tuyên giáo").owner == ("ban-tg",)
    assert task(plan, "Giao Ban tổ chức chính sách luật pháp").owner == ("ban-tccslp",)
    assert "owner" not in task(plan, "Giao Ban Tuyên giáo").assumed
    districts = task(plan, "Xây dựng đội ngũ báo cáo viên")
    assert [getattr(owner, "each", owner) for owner in districts.owner] == ["district"]
    assert "owner" in districts.assumed


def test_the_periodic_reports_are_two_tasks_and_standing_duties_are_told_of_in_them(bac_ninh: Draft) -> None:
    plan = plan_of(bac_ninh)
    half, year = plan.task("bao-cao-6-thang"), plan.task("bao-cao-nam")
    assert half is not None
    assert year is not None
    assert isinstance(half.due, Recurrence)
    assert isinstance(year.due, Recurrence)
    assert (half.due.every, half.due.only, year.due.every) == ("half-year", ("H1",), "year")
    assert half.through == "ban-gdxh"
    assert half.report_to == "tinh-hoi"
    standing = [one.continuing for one in plan.tasks() if one.continuing]
    assert len(standing) == 22
    assert {one.reported_in for one in standing} == {("bao-cao-6-thang", "bao-cao-nam")}


def test_occasions_are_recognised(bac_ninh: Draft) -> None:
    found = task(plan_of(bac_ninh), "Tổ chức các hoạt động nhân")
    assert {one.id: one.due for one in found.occasions} == {
        "quoc-te-thieu-nhi": "before 2023-06-01",
        "trung-thu": "before lunar 15/8",
    }


def test_every_task_keeps_the_words_of_the_document_and_marks_every_guess(bac_ninh: Draft) -> None:
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    for one in plan_of(bac_ninh).tasks():
        assert one.source is not None
        assert one.source in text
        guessed = {key for key in ("due", "occasions", "continuing") if getattr(one, key)}
        assert guessed <= set(one.assumed)


WHEN = {
    "gửi báo cáo trước ngày 25 hằng tháng": ({"every": "month", "by": "day 25"}, True),
    "báo cáo định kỳ hằng quý về Tỉnh Hội": ({"every": "quarter", "by": "last working day"}, False),
    "hoàn thành trước ngày 30/6/2023": ("2023-06-30", True),
    "gửi về Hội trước ngày 20/12": ("2023-12-20", True),
    "chậm nhất là ngày 15 tháng 11 năm 2023": ("2023-11-15", True),
    "tổ chức trong tháng 7": ("in July 2023", True),
    "hoàn thành trong quý III": ("in September 2023", True),
    "trong 5 ngày làm việc kể từ ngày nhận": ("5 working days after plan.issued", False),
    "nộp trước ngày 31/6/2023": (None, False),
    "theo Quyết định số 1437 ngày 29/10/2018": (None, False),
    "thực hiện Nghị quyết 121/2020/QH14 ngày 19/6/2020": (None, False),
    "hoàn thành trước ngày 31/12/2022": (None, False),
    "tích cực tuyên truyền": (None, False),
    "submit the report by 30 June 2023": ("2023-06-30", True),
    "submit a quarterly report": ({"every": "quarter", "by": "last working day"}, False),
}


@pytest.mark.parametrize("words", WHEN)
def test_deadlines_are_recognised_and_dates_of_documents_are_not(words: str) -> None:
    found = deadlines(words, date(2023, 4, 13), date(2023, 12, 31))
    assert ((found[0].value, found[0].said) if found else (None, False)) == WHEN[words]


OTHER = """
BAN THƯỜNG VỤ

Ngày 2 tháng 1 năm 2024

KẾ HOẠCH
Công tác năm 2024

II. NHIỆM VỤ
1) Tuyên truyền
a) Ban Tuyên giáo chủ trì, phối hợp với Văn phòng tổ chức hội thi trước ngày 20/10/2024.
b. Gửi danh sách trong tháng 3
+ Kèm ảnh
5. Họp giao ban trước ngày 25 hằng tháng
"""


def test_letters_brackets_and_gaps_are_tolerated() -> None:
    found = outline(paragraphs(OTHER.splitlines()))
    assert [leaf.path for part in found.parts for leaf in part.leaves()] == ["II.1.a", "II.1.b-1", "II.5"]
    result = drafted(paragraphs(OTHER.splitlines()))
    plan = plan_of(result)
    contest = task(plan, "Ban Tuyên giáo chủ trì")
    assert contest.owner == ("ban-tg",)
    assert contest.due == "2024-10-20"
    assert "due" not in contest.assumed


MARKS = st.sampled_from(
    ["", "- ", "I. ", "II) ", "1. ", "2.3 ", "a) ", "+ ", "Nơi nhận: ", "Giao ", "Số: ", "ngày 1 tháng 2 năm 2024 "]
)
WORDS = st.text(st.sampled_from("abư :#'\"[]{}>|&*!%@`,-–/\\\t\x00\x85\u2028é1"), max_size=150)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MARKS, WORDS), max_size=8))
def test_whatever_a_document_says_its_skeleton_is_a_plan(lines: list[tuple[str, str]]) -> None:
    result = drafted(paragraphs(mark + words for mark, words in lines))
    structural = {"yaml-syntax", "unreadable-character", "wrong-kind", "unknown-key", "duplicate-key", "wrong-name"}
    found = checked(result).problems
    assert [str(problem) for problem in found if problem.code in structural | {"duplicate-id"}] == []


def test_what_nobody_can_know_is_a_question_mark_that_check_points_at() -> None:
    result = drafted(paragraphs(OTHER.splitlines()))
    told = [(problem.line, problem.code) for problem in checked(result).problems if problem.severity == "error"]
    assert told == [(next(line for line, said in result.questions if "focal point" in said), "unknown-unit")]


def test_a_document_without_parts_is_still_a_skeleton() -> None:
    result = drafted(["Một văn bản không có mục nào"])
    assert any("no numbered parts" in said for _, said in result.questions)
    assert load_plan(result.text).value is not None


def test_a_sentence_cut_by_a_page_is_one_paragraph() -> None:
    found = read_document(DOCUMENT)
    assert any("Thủ tướng Chính phủ ban hành kế hoạch" in text for text in found)
    assert any("dành cho các nhóm đối tượng phụ nữ" in text for text in found)


def test_a_docx_gives_the_same_skeleton_as_the_text(bac_ninh: Draft, tmp_path: Path) -> None:
    document = Document()
    for text in read_document(DOCUMENT):
        bullet = re.match(r"- (.*)", text)
        if bullet:
            document.add_paragraph(bullet[1], style="List Bullet")
        else:
            document.add_paragraph(text)
    file = tmp_path / "van-ban.docx"
    document.save(str(file))
    assert drafted(read_document(file), DOCUMENT.name).text == bac_ninh.text


def pdf(lines: list[str]) -> bytes:
    """The smallest PDF with these lines on its page."""
    shown = "BT /F1 12 Tf 50 800 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 850]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>stream\n{shown}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj{one}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return body + end.encode()


def test_a_pdf_with_text_is_read(tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(pdf(["PLAN", "I. Duties", "1. Submit the report by 30 June 2024", "3"]))
    assert read_document(file) == ["PLAN", "I. Duties", "1. Submit the report by 30 June 2024"]


@pytest.mark.parametrize("paragraphs", ["first-line-indent: 1cm, spacing: 0.65em", "spacing: 1.3em"])
def test_a_pdf_shows_where_its_paragraphs_begin(paragraphs: str, tmp_path: Path) -> None:
    """By the decree on documents the first line is indented; others leave room between paragraphs."""
    written = read_document(DOCUMENT)
    text = "\n\n".join(f"#{json.dumps(one, ensure_ascii=False)}" for one in written)
    head = '#set page("a4", numbering: "1")\n#set text(size: 13pt, hyphenate: false)\n'
    source = f"{head}#set par(justify: true, leading: 0.65em, {paragraphs})\n{text}"
    file = tmp_path / "plan.pdf"
    typst.compile(source.encode(), output=file)
    found, meant = ([one.replace("/ ", "/") for one in some] for some in (read_document(file), written))
    assert found == meant, "but for a line that ends with a slash"


UNREADABLE = {
    "a.odt": (b"x", "`.odt` is not a kind"),
    "a.docx": (b"x", "it is no DOCX file"),
    "a.pdf": (b"x", "it is no PDF file"),
    "scan.pdf": (pdf([]), "there is no text in it"),
    "empty.txt": (b"\n \n", "there is no text in it"),
    "old.txt": ("Kế hoạch".encode("cp1258", "replace") + b"\xff", "no Unicode encoding"),
}


def bomb() -> bytes:
    """A small archive that unpacks to 100 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 100_000_000)
    return stream.getvalue()


def test_an_archive_that_explodes_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "bomb.docx").write_bytes(bomb())
    with pytest.raises(DocumentUnreadable, match="it unpacks to more than 64 MB"):
        read_document(tmp_path / "bomb.docx")


def test_the_largest_document_that_check_reads_costs_seconds_and_no_more_than_300_mb(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_text("- Một việc phải làm trong năm\n" * 200_000, encoding="utf-8")
    script = f"""
import time
from pathlib import Path
from dondoc.authoring.beside import read_beside
from dondoc.core.plan import Plan
head = dict(plan="p", title="P", issued="2023-01-01", period="2023-01-01/2023-12-31", focal_point="x")
plan = Plan.model_validate(head | dict(source="large.txt"))
started = time.process_time()
assert read_beside(plan, Path({str(tmp_path)!r})).document
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]
print(time.process_time() - started, int(peak) / 1000)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, told.stdout.split())
    assert seconds < 8  # one on a quiet machine
    assert megabytes < 300


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_document_that_cannot_be_read_says_why_and_what_to_do(name: str, tmp_path: Path) -> None:
    data, why = UNREADABLE[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentUnreadable, match=re.escape(why)):
        read_document(tmp_path / name)


def test_utf_16_as_old_word_processors_save_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kế hoạch", encoding="utf-16")
    assert read_document(tmp_path / "a.txt") == ["Kế hoạch"]


def test_the_command_writes_a_new_file_and_never_over_an_old_one(tmp_path: Path) -> None:
    out = tmp_path / "moi.yaml"
    words = [sys.executable, "-c", "from dondoc.cli import main; main()", "draft", str(DOCUMENT), "--out", str(out)]
    first = subprocess.run(words, capture_output=True, text=True, check=False)
    assert first.returncode == 0
    assert first.stderr.endswith("25 tasks; 4 things to decide, 0 to mend, and all that is `assumed`.\n")
    assert out.read_text(encoding="utf-8").startswith("# yaml-language-server")
    second = subprocess.run(words, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert "is there already" in second.stderr

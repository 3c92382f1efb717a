"""Official letters in the portal: the focal point takes them along and records their numbers; others look, or less."""

from __future__ import annotations

import re
from io import BytesIO

import httpx
import pytest
from docx import Document
from pypdf import PdfReader

from dondoc.desk.obligations import direct
from dondoc.store.letters import letters
from tests.places import local
from tests.servers.portal import Portal
from tests.web.leading import QUE_VO, SECRETARY, csrf, let_things_happen, signed_in
from tests.web.test_leadership import text_of

FOCAL_POINT = "can-bo@hoi.example"
HERE = "/p/ke-hoach/dispatch/que-vo"


@pytest.fixture
def urged(portal: Portal) -> Portal:
    """The standing committee had Quế Võ urged by official letter on 27 June."""
    let_things_happen(portal)
    direct(portal.place, QUE_VO, "thuong-truc", by=SECRETARY, urged=True, why="Gửi trong tuần này.")
    return portal


def in_alert(portal: Portal) -> httpx.Client:
    """A browser in which the focal point's officer followed the link of the alert."""
    with portal.place.database.reading() as connection:
        said = next(one.letter for one in letters(connection, recipient=FOCAL_POINT) if one.letter.kind == "alert")
    link = re.search(r"http://\S+/dispatch/\S+", said.text)
    assert link, said.text
    browser = portal.visit()
    assert browser.get(link[0]).status_code == 200
    return browser


def in_docx(browser: httpx.Client) -> str:
    document = Document(BytesIO(browser.get(f"{HERE}/file?as=docx").content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(one.text for one in document.paragraphs)])


def test_who_is_asked_to_write_a_letter_takes_it_along_and_records_its_number_from_the_alert(urged: Portal) -> None:
    officer = in_alert(urged)
    told = text_of(officer.get(HERE))
    assert "Công văn đôn đốc Hội Phụ nữ thị xã Quế Võ" in told
    assert "Thường trực cho ý kiến ngày 27/6/2023: đôn đốc bằng công văn: Gửi trong tuần này." in told
    assert "Báo cáo 6 tháng – 6 tháng đầu năm 2023 20/6/2023 (8 ngày)" in told
    assert "Chưa có số" in told
    assert re.search(r"ngày\s+tháng\s+năm 2023", in_docx(officer))
    sent = {"csrf": csrf(officer.get(HERE)), "number": "5", "day": "2023-06-27"}
    assert "Đã ghi số và ngày của công văn. " in text_of(officer.post(HERE, data=sent))
    assert "Công văn số 5, ngày 27/6/2023." in text_of(officer.get(HERE))
    printed = in_docx(officer)
    assert "Số: 05/" in printed
    assert "ngày 27 tháng 6 năm 2023" in printed
    pdf = PdfReader(BytesIO(officer.get(f"{HERE}/file?as=pdf").content))
    assert "Số: 05/" in pdf.pages[0].extract_text()
    assert officer.get(f"{HERE}/file?as=odt").status_code == 404


def test_the_link_of_an_alert_opens_the_letter_to_its_unit_and_no_other(urged: Portal) -> None:
    officer = in_alert(urged)
    for path in ("/p/ke-hoach/dispatch", "/p/ke-hoach/dispatch/gia-binh", "/p/ke-hoach/dispatch/gia-binh/file"):
        assert officer.get(path).status_code == 403, path
    sent = {"csrf": csrf(officer.get(HERE)), "number": "5", "day": "2023-06-27"}
    assert officer.post("/p/ke-hoach/dispatch/gia-binh", data=sent).status_code == 403
    assert officer.get("/p/ke-hoach/dispatch/khong-co").status_code == 403
    assert officer.get("/p/khong-co/dispatch/que-vo").status_code == 404


def test_the_focal_point_sees_every_unit_that_is_late_and_which_letter_is_still_to_be_sent(urged: Portal) -> None:
    with signed_in(urged, FOCAL_POINT) as officer:
        assert "Công văn đôn đốc: Kế hoạch công tác trẻ em" in text_of(officer.get("/"))
        told = text_of(officer.get("/p/ke-hoach/dispatch"))
        assert "Hội Phụ nữ thị xã Quế Võ 2 việc 19/4/2023 Cần gửi, theo ý kiến chỉ đạo" in told
        assert "Hội Phụ nữ huyện Gia Bình 1 việc 19/4/2023 Chưa có" in told
        officer.post(HERE, data={"csrf": csrf(officer.get(HERE)), "number": "5", "day": "2023-06-27"})
        assert "Quế Võ 2 việc 19/4/2023 Số 5, ngày 27/6/2023" in text_of(officer.get("/p/ke-hoach/dispatch"))
        assert officer.get("/p/ke-hoach/dispatch/khong-co").status_code == 404


def test_the_leadership_reads_but_leaves_the_number_to_the_focal_point(urged: Portal) -> None:
    with signed_in(urged, SECRETARY) as secretary:
        shown = secretary.get(HERE)
        assert "Chưa có số" in text_of(shown)
        assert 'name="number"' not in shown.text
        refused = secretary.post(HERE, data={"csrf": csrf(shown), "number": "5", "day": "2023-06-27"})
        assert refused.status_code == 403
        assert "Chưa có số" in text_of(secretary.get(HERE))


def test_the_next_letter_has_a_number_of_its_own(urged: Portal) -> None:
    urged.clock.now = local("2023-06-27 20:00")
    with signed_in(urged, FOCAL_POINT) as officer:

        def numbered(number: str, day: str) -> str:
            officer.post(HERE, data={"csrf": csrf(officer.get(HERE)), "number": number, "day": day})
            return text_of(officer.get(HERE))

        assert "Công văn số 5, ngày 19/6/2023" not in numbered("5", "2023-06-19")  # one was due on that day itself
        assert "Chưa có số" in numbered("5", "2023-06-26")  # it was urged on the 27th
        assert "Công văn số 5, ngày 27/6/2023" in numbered("5", "2023-06-27")
        urged.clock.now = local("2023-06-28 07:00")
        assert "Công văn số 5, ngày 27/6/2023" in text_of(officer.get(HERE))
        direct(urged.place, QUE_VO, "thuong-truc", by=SECRETARY, urged=True)
        assert "Chưa có số" in text_of(officer.get(HERE))
        assert re.search(r"ngày\s+tháng\s+năm 2023", in_docx(officer))


@pytest.mark.parametrize(
    "sent", [{"number": "", "day": "2023-06-27"}, {"number": "5", "day": ""}, {"number": "5", "day": "2023-06-28"}]
)
def test_a_number_without_its_day_or_of_tomorrow_is_not_recorded(urged: Portal, sent: dict[str, str]) -> None:
    officer = in_alert(urged)
    answer = officer.post(HERE, data={"csrf": csrf(officer.get(HERE)), **sent})
    assert answer.status_code == 422
    assert "Chưa ghi được" in answer.text
    assert f'name="number" value="{sent["number"]}"' in answer.text
    assert "Chưa có số" in text_of(officer.get(HERE))

"""What the pages of units take and refuse: whose duty, which files, late, twice, handed on, nothing to report."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from dondoc.core.history import Reassigned, Submitted
from dondoc.desk.links import new_link
from dondoc.desk.obligations import waive
from dondoc.desk.uploads import FileUnfit, take_in
from dondoc.store.letters import letters
from dondoc.store.matters import load
from dondoc.store.submissions import submissions_of
from tests.places import local
from tests.servers.portal import Portal
from tests.small_plan import H1, H2, XAC_NHAN

OFFICER, HEAD, NEIGHBOUR = "can-bo@gia-binh.example", "chu-tich@gia-binh.example", "can-bo@que-vo.example"
PDF = b"%PDF-1.7\n%%EOF\n"
FIGURES = {"f-I12": "4", "f-I13": "3"}


@contextmanager
def visit(portal: Portal, person: str = OFFICER, target: str = "") -> Iterator[httpx.Client]:
    """A browser in which the person's link was opened."""
    _, address = new_link(portal.place, person, purpose="answer", target=target, lasts=timedelta(days=300), by="test")
    with portal.visit() as browser:
        browser.get(address)
        yield browser


def csrf(browser: httpx.Client) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text)[1]  # type: ignore[index]


def post(browser: httpx.Client, path: str, files: list | None = None, **form: str) -> httpx.Response:
    return browser.post(path, data={"csrf": csrf(browser), **form}, files=files)


def hand_in(browser: httpx.Client, obligation: str = H1, **form: str) -> httpx.Response:
    answer = post(browser, f"/o/{obligation}", do="check", **(form or FIGURES))
    assert answer.status_code == 200, answer.text
    return post(browser, f"/o/{obligation}/send", answering="Nguyễn Thị Hoa")


def archive(**entries: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name.replace("__", "/"), data)
    return content.getvalue()


def test_a_unit_sees_its_own_duties_and_nobody_elses(rich_portal: Portal) -> None:
    with visit(rich_portal, NEIGHBOUR) as neighbour:
        for path in (f"/o/{H1}", f"/o/{H1}/check", f"/o/{H1}/receipt", "/u/gia-binh"):
            answer = neighbour.get(path)
            assert answer.status_code == 403, path
            assert "Số vụ tiếp nhận" not in answer.text
        for path in (f"/o/{H1}", f"/o/{H1}/draft", f"/o/{H1}/files", f"/o/{H1}/send", f"/o/{H1}/extension",
                     f"/o/{H1}/hand-over", "/u/gia-binh/events"):  # fmt: skip
            assert post(neighbour, path, **FIGURES).status_code == 403, path
        assert neighbour.get("/o/ke-hoach/bao-cao/khong-co/2023-H1").status_code == 404
        assert neighbour.get("/u/que-vo").status_code == 200


def test_a_link_made_for_one_duty_opens_no_other(rich_portal: Portal) -> None:
    with visit(rich_portal, target=H1) as browser:
        assert browser.get(f"/o/{H1}").status_code == 200
        assert browser.get(f"/o/{H2}").status_code == 403
        assert browser.get("/u/gia-binh").status_code == 403


def test_the_same_sent_twice_is_one_submission_and_a_change_is_another(rich_portal: Portal) -> None:
    with visit(rich_portal) as browser:
        assert f"{H1}#1" in hand_in(browser).text
        assert f"{H1}#1" in hand_in(browser).text
        assert f"{H1}#2" in hand_in(browser, **{**FIGURES, "f-I12": "5"}).text
    with rich_portal.place.database.reading() as connection:
        assert [one.data["I12"] for one in submissions_of(connection, H1)] == [4, 5]
    assert len(rich_portal.posted) == 3


def test_what_comes_late_is_taken_and_marked_unless_the_plan_locks(rich_portal: Portal) -> None:
    rich_portal.clock.now = local("2023-06-21 09:00")
    with visit(rich_portal) as browser:
        post(browser, f"/o/{H1}", do="check", **FIGURES)
        assert "ghi là nộp muộn" in browser.get(f"/o/{H1}/check").text
        assert "nộp muộn" in hand_in(browser).text
        locked = browser.get(f"/o/{XAC_NHAN}").text
        assert "Kế hoạch không nhận sau thời hạn" in locked
        assert post(browser, f"/o/{XAC_NHAN}/send", answering="Hoa").status_code == 409


def test_nothing_to_report_is_an_answer(rich_portal: Portal) -> None:
    with visit(rich_portal) as browser:
        wrong = post(browser, f"/o/{H1}", do="check", nothing="1", **FIGURES)
        assert wrong.status_code == 422
        assert "đã báo “không phát sinh” thì không điền số liệu" in wrong.text
        assert "Báo cáo: không phát sinh." in hand_in(browser, nothing="1", **{"f-note": "Không có vụ nào"}).text
    with rich_portal.place.database.reading() as connection:
        (kept,) = submissions_of(connection, H1)
    assert kept.nothing_to_report
    assert kept.data == {"note": "Không có vụ nào"}


def test_who_is_answering_is_asked_and_recorded(rich_portal: Portal) -> None:
    with visit(rich_portal) as browser:
        post(browser, f"/o/{H1}", do="check", **FIGURES)
        unnamed = post(browser, f"/o/{H1}/send", answering="  ")
        assert unnamed.status_code == 422
        assert "Xin ghi họ tên người gửi." in unnamed.text
        hand_in(browser)
    with rich_portal.place.database.reading() as connection:
        ((_, history),) = load(connection, [H1])
    (event,) = [fact for fact in history if isinstance(fact, Submitted)]
    assert event.by == f"Nguyễn Thị Hoa ({OFFICER})"


def test_a_colleague_goes_on_where_one_stopped_and_gets_a_letter(rich_portal: Portal) -> None:
    with visit(rich_portal) as browser:
        post(browser, f"/o/{H1}/draft", **{"f-I12": "17"})
        post(browser, f"/o/{H1}/hand-over", to=HEAD, why="Tôi đi học")
        assert post(browser, f"/o/{H1}/hand-over", to=NEIGHBOUR).status_code == 409, "somebody of another unit"
    with rich_portal.place.database.reading() as connection:
        (letter,) = [one.letter for one in letters(connection, recipient=HEAD) if one.letter.kind == "reassigned"]
        ((_, history),) = load(connection, [H1])
    (event,) = [fact for fact in history if isinstance(fact, Reassigned)]
    assert (event.owner, event.person, event.why) == ("gia-binh", HEAD, "Tôi đi học")
    address = re.search(rf"http://\S+/o/{H1}\?k=\S+", letter.text)[0]  # type: ignore[index]
    with rich_portal.visit() as colleague:
        page = colleague.get(address).text
    assert 'value="17"' in page
    assert f"Người viết: {OFFICER}" in page


def test_what_was_closed_meanwhile_is_told_and_nothing_is_kept(rich_portal: Portal) -> None:
    with visit(rich_portal) as browser:
        post(browser, f"/o/{H1}", do="check", **FIGURES)
        waive(rich_portal.place, H1, by="ban", why="Không có đối tượng")
        answer = post(browser, f"/o/{H1}/send", answering="Hoa")
    assert answer.status_code == 409
    assert "vừa thay đổi" in answer.text
    assert "dondoc" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_a_file_is_kept_with_its_name_and_comes_back_as_a_download(rich_portal: Portal) -> None:
    name = "Báo cáo quý – xã Đại Lai.pdf"
    with visit(rich_portal) as browser:
        post(browser, f"/o/{H1}/files", [("file", (name, PDF, "application/pdf"))], **FIGURES)
        page = browser.get(f"/o/{H1}").text
        assert name in page
        assert 'value="4"' in page
        where = re.search(rf"/o/{H1}/files/[0-9a-f]{{64}}", page)[0]  # type: ignore[index]
        got = browser.get(where)
        assert got.content == PDF
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-type"] == "application/octet-stream"
        with visit(rich_portal, NEIGHBOUR) as neighbour:
            assert neighbour.get(where).status_code == 403
        post(browser, f"/o/{H1}/files", drop=where.rpartition("/")[2], **FIGURES)
        assert name not in browser.get(f"/o/{H1}").text


BOMB = archive(word__document_xml=b"\0" * 30_000_000, content=b"x")
UNFIT = {
    "a page that says it is a PDF": ("a.pdf", b"<html><script>alert(1)</script>"),
    "a program": ("a.exe", b"MZ" + b"\0" * 100),
    "a program that says it is a document": ("a.docx", b"MZ" + b"\0" * 100),
    "an archive of anything that says it is a document": ("a.docx", archive(readme=b"x")),
    "a bomb": ("a.docx", BOMB),
    "a way out of the folder": ("a.docx", archive(word__document=b"x", **{"..__..__etc__passwd": b"x"})),
    "an archive that is cut off": ("a.docx", archive(word__document=b"x" * 1000)[:60]),
    "nothing": ("a.pdf", b""),
    "a kind that was not asked for": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20),
}


@pytest.mark.parametrize("what", UNFIT)
def test_a_file_that_is_not_what_it_should_be_is_refused_in_words_and_not_kept(rich_portal: Portal, what: str) -> None:
    name, content = UNFIT[what]
    with visit(rich_portal) as browser:
        answer = post(browser, f"/o/{H1}/files", [("file", (name, content, "application/pdf"))], **FIGURES)
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.text
    assert 'value="4"' in answer.text, "what was typed stays"
    assert not rich_portal.place.attachments.folder.exists()


def test_a_file_that_is_too_large_is_refused(rich_portal: Portal) -> None:
    with pytest.raises(FileUnfit, match="at most 20 MB"):
        take_in(rich_portal.place, "a.pdf", io.BytesIO(PDF), 20_000_001, None)


def test_names_of_files_lead_nowhere(rich_portal: Portal) -> None:
    kept = take_in(rich_portal.place, "..\\..\\C:\\thư mục\\\u202ebáo\x00 cáo.pdf", io.BytesIO(PDF), len(PDF), None)
    assert kept.filename == "báo cáo.pdf"


def test_what_is_written_is_shown_and_never_run(rich_portal: Portal) -> None:
    script = "<script>alert('x')</script>"
    with visit(rich_portal) as browser:
        page = hand_in(browser, **FIGURES, **{"f-note": script}).text
    assert script not in page
    assert "&lt;script&gt;" in page

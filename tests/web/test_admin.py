"""The administrator's pages: what came in and waits for a person, letters that did not leave, people, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from sqlalchemy import update

from dondoc.desk.links import new_link
from dondoc.desk.submissions import submit
from dondoc.store import schema
from dondoc.store.arrivals import arrived, find_arrival, recent_arrivals, settle
from dondoc.store.letters import letters
from tests.desk.matters import stands
from tests.servers.portal import Portal
from tests.small_plan import FIGURES, H1

ADMINISTRATOR = "quan-tri@hoi.example"
MAIL = (
    "From: La <nguoi-la@example.com>\r\nTo: theo-doi@tinh-hoi.example\r\nSubject: =?utf-8?q?B=C3=A1o_c=C3=A1o?=\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nSố vụ tiếp nhận: 4\r\nSố vụ giải quyết: nhiều\r\n"
).encode()


def csrf(answer: httpx.Response) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', answer.text)[1]  # type: ignore[index]


@contextmanager
def administrator(portal: Portal) -> Iterator[httpx.Client]:
    link = new_link(portal.place, ADMINISTRATOR, purpose="sign_in", lasts=timedelta(minutes=15), by="test")[1]
    with portal.visit() as browser:
        browser.post("/sign-in", data={"csrf": csrf(browser.get(link)), "k": link.partition("?k=")[2]})
        yield browser


def aside(portal: Portal) -> int:
    kept = portal.place.attachments.keep([MAIL])
    with portal.place.database.writing() as connection:
        arrived(connection, "mail", "1", kept, arrived_at=portal.clock.now, now=portal.clock.now)
        (one,) = recent_arrivals(connection)
        settle(connection, one.id, "aside", now=portal.clock.now, detail="from a stranger, nguoi-la@example.com")
    return one.id


def test_a_mail_that_was_kept_aside_is_looked_at_and_taken_in_by_hand(portal: Portal) -> None:
    number = aside(portal)
    with administrator(portal) as browser:
        assert "from a stranger, nguoi-la@example.com" in browser.get("/admin").text
        page = browser.get(f"/admin/arrivals/{number}")
        assert "Số vụ giải quyết: nhiều" in page.text
        raw = browser.get(f"/admin/arrivals/{number}/raw")
        assert (raw.content, raw.headers["content-type"]) == (MAIL, "application/octet-stream")
        assert raw.headers["content-disposition"].startswith("attachment")
        sent = {"csrf": csrf(page), "do": "take in", "text": "Số vụ tiếp nhận: 4\nSố vụ giải quyết: nhiều"}
        assert "Không có nhiệm vụ này" in browser.post(page.url, data={**sent, "obligation": "ke-hoach/x"}).text
        wrong = browser.post(page.url, data={**sent, "obligation": H1})
        assert (wrong.status_code, stands(portal.place, H1).standing) == (422, "open")
        assert "“nhiều” không phải là số" in wrong.text
        sent["text"] = "Số vụ tiếp nhận: 4\nSố vụ giải quyết: 3"
        assert browser.post(page.url, data={**sent, "obligation": H1}).url.path == "/admin"
        again = browser.post(page.url, data={**sent, "obligation": H1})
        assert again.status_code == 422, "what was recorded is not recorded twice"
    assert stands(portal.place, H1).standing == "submitted"
    with portal.place.database.reading() as connection:
        assert find_arrival(connection, number).outcome == "submitted"


def test_a_mail_that_needs_nothing_is_put_away_with_the_reason(portal: Portal) -> None:
    number = aside(portal)
    with administrator(portal) as browser:
        page = browser.get(f"/admin/arrivals/{number}")
        assert "Xin ghi lý do" in browser.post(page.url, data={"csrf": csrf(page), "do": "put away", "why": ""}).text
        browser.post(page.url, data={"csrf": csrf(page), "do": "put away", "why": "Thư rác"})
        assert browser.get("/admin/arrivals/999").status_code == 404
    with portal.place.database.reading() as connection:
        found = find_arrival(connection, number)
    assert (found.outcome, found.detail) == ("ignored", f"put away by {ADMINISTRATOR}: Thư rác")


def test_a_letter_that_was_refused_leaves_again_or_is_dropped_with_a_reason(portal: Portal) -> None:
    submit(portal.place, H1, FIGURES, by="can-bo@gia-binh.example", channel="form")
    with portal.place.database.writing() as connection:
        connection.execute(update(schema.outbox).values(state="uncertain", last_error="lost during DATA"))
    with administrator(portal) as browser:
        page = browser.get("/admin")
        assert "lost during DATA" in page.text
        letter = re.search(r'name="letter" value="([^"]+)"', page.text)[1]  # type: ignore[index]
        browser.post("/admin/letters", data={"csrf": csrf(page), "letter": letter, "do": "retry"})
        assert state(portal, letter) == "queued"
        browser.post("/admin/letters", data={"csrf": csrf(page), "letter": letter, "do": "cancel", "why": "Đã gọi"})
        assert state(portal, letter) == "refused"
        gone = browser.post("/admin/letters", data={"csrf": csrf(page), "letter": "none", "do": "retry"})
    assert (gone.status_code, "Chưa thực hiện được" in gone.text) == (409, True)


def state(portal: Portal, letter: str) -> str:
    with portal.place.database.reading() as connection:
        return next(one.state for one in letters(connection) if one.letter.id == letter)


def test_links_are_taken_back_and_a_letters_link_opens_none_of_these_pages(portal: Portal) -> None:
    theirs = new_link(portal.place, "can-bo@hoi.example", purpose="review", lasts=timedelta(1), by="test")[1]
    with portal.visit() as reviewer, administrator(portal) as browser:
        reviewer.get(theirs)
        assert reviewer.get("/admin").status_code == 403
        assert reviewer.get("/review").status_code == 200
        sent = {"csrf": csrf(browser.get("/admin")), "key": "can-bo@hoi.example"}
        assert browser.post("/admin/links", data={**sent, "why": ""}).status_code == 409
        assert browser.post("/admin/links", data={**sent, "why": "Chuyển công tác"}).status_code == 200
        assert reviewer.get("/review").status_code == 410

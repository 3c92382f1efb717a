"""A ledger in which something happened, for the leadership's pages, and a leader who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from re import search
from secrets import token_hex

import httpx

from dondoc.core.history import Escalated, Step
from dondoc.desk.submissions import submit
from dondoc.store.ledger import record
from dondoc.store.links import Link, keep_link
from tests.places import local
from tests.servers.portal import Portal
from tests.small_plan import FIGURES, H1

QUE_VO = "ke-hoach/bao-cao/que-vo/2023-H1"
"""Overdue since 20/6, put before the standing committee on 23/6."""

SECRETARY = "thu-ky@hoi.example"
LATER = local("2023-06-27 10:00")


def let_things_happen(portal: Portal) -> None:
    """Gia Bình handed in on time, Quế Võ did not and was escalated; it is 27 June."""
    portal.clock.now = local("2023-06-16 09:00")
    submit(portal.place, H1, FIGURES, by="can-bo@gia-binh.example", channel="form")
    put_before(portal, QUE_VO, "thuong-truc")
    portal.clock.now = LATER


def put_before(portal: Portal, obligation: str, body: str) -> None:
    """The matter goes before a body on 23 June."""
    at = local("2023-06-23 08:00")
    step = Step(0, f"escalate/{body}", 0, SECRETARY)
    put_up = Escalated(
        obligation=obligation, happened_at=at, recorded_at=at, by="dondoc", why="", step=step, letter="l", to=body
    )
    with portal.place.database.writing() as connection:
        record(connection, [put_up])


@contextmanager
def signed_in(portal: Portal, person: str) -> Iterator[httpx.Client]:
    """A browser in which this person signed in with a link by mail."""
    now = portal.clock.now
    link = Link(token_hex(8), "sign_in", person, "hoi", "", now, now + timedelta(minutes=15), None, "test")
    with portal.place.database.writing() as connection:
        keep_link(connection, link)
    with portal.visit() as browser:
        page = browser.get(portal.signed("/sign-in", link.id))
        token = portal.signed("", link.id).partition("?k=")[2]
        answer = browser.post("/sign-in", data={"csrf": csrf(page), "k": token})
        assert answer.status_code == 200, answer.text
        yield browser


def csrf(page: httpx.Response) -> str:
    """What guards the forms of a page."""
    found = search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]

"""Signing in: a link by mail, once, within a quarter of an hour; roles come from the organisation file."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from dondoc.desk.links import SIGN_IN_WITHIN
from dondoc.store.letters import letters
from tests.servers.portal import Portal

ADMINISTRATOR = "quan-tri@hoi.example"


def csrf(answer: httpx.Response) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', answer.text)[1]


def ask(portal: Portal, browser: httpx.Client, person: str) -> httpx.Response:
    return browser.post("/sign-in", data={"csrf": csrf(browser.get("/sign-in")), "email": person})


def the_letter(portal: Portal) -> str:
    with portal.place.database.reading() as connection:
        (found,) = (one.letter for one in letters(connection) if one.letter.kind == "sign_in")
    assert found.urgent
    assert found.recipient.key == ADMINISTRATOR
    assert found.valid_until == portal.clock.now + SIGN_IN_WITHIN
    return re.search(r"http://\S+", found.text)[0]


def confirm(browser: httpx.Client, address: str) -> httpx.Response:
    return browser.post("/sign-in", data={"csrf": csrf(browser.get(address)), "k": address.partition("?k=")[2]})


def test_the_administrator_signs_in_with_a_link_that_was_mailed(portal: Portal) -> None:
    with portal.visit() as browser:
        assert "vừa được gửi đến" in ask(portal, browser, "Quan-Tri@hoi.example ").text
        assert portal.posted
        answer = confirm(browser, the_letter(portal))
        assert (answer.status_code, answer.url.path) == (200, "/")
        browser.post("/leave", data={"csrf": csrf(answer)})
        assert browser.get("/").status_code == 401


def test_opening_the_link_uses_nothing_up_and_using_it_does(portal: Portal) -> None:
    with portal.visit() as browser:
        ask(portal, browser, ADMINISTRATOR)
        address = the_letter(portal)
        for _ in range(3):
            assert portal.visit().get(address).status_code == 200
        assert confirm(browser, address).status_code == 200
    with portal.visit() as second:
        answer = confirm(second, address)
    assert answer.status_code == 410
    assert "chỉ dùng được một lần" in answer.text


def test_a_link_to_sign_in_opens_no_page_by_itself(portal: Portal) -> None:
    with portal.visit() as browser:
        ask(portal, browser, ADMINISTRATOR)
        token = the_letter(portal).partition("?k=")[2]
        assert browser.get("/", params={"k": token}).url.path == "/sign-in"
        assert browser.get("/").status_code == 401


def test_after_a_quarter_of_an_hour_it_is_over_and_a_session_after_half_a_day(portal: Portal) -> None:
    with portal.visit() as browser:
        ask(portal, browser, ADMINISTRATOR)
        address = the_letter(portal)
        portal.clock.now += SIGN_IN_WITHIN
        assert confirm(browser, address).status_code == 410
    with portal.visit() as browser:
        portal.clock.now += timedelta(minutes=1)
        ask(portal, browser, ADMINISTRATOR)


def test_somebody_unknown_gets_the_same_answer_and_no_letter(portal: Portal) -> None:
    with portal.visit() as browser:
        known, unknown = ask(portal, browser, ADMINISTRATOR), ask(portal, browser, "ai-do@noi-khac.example")
    without = [re.sub(r'value="[^"]+"', "", one.text) for one in (known, unknown)]
    assert without[0] == without[1]
    the_letter(portal)


def test_one_may_not_ask_without_end(portal: Portal) -> None:
    with portal.visit() as browser:
        answers = [ask(portal, browser, "ai-do@noi-khac.example").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize("wrong", ["", "không phải thư", "@" + "x" * 300])
def test_what_is_no_address_is_told_at_the_field(portal: Portal, wrong: str) -> None:
    with portal.visit() as browser:
        answer = ask(portal, browser, wrong)
    assert answer.status_code == 422
    assert 'aria-describedby="email-wrong"' in answer.text

"""What all pages share: languages, words, files from elsewhere; every page can be used by everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from dondoc.desk.links import new_link
from dondoc.web.pages import STATIC, vendored
from dondoc.web.words import PORTAL
from notifications import catalogue
from notifications.translations import PLACE
from tests.servers.chromium import WIDTHS, everybody_can_use
from tests.servers.portal import Portal

CATALOGUE = catalogue.words(PORTAL, "en")


def test_files_from_elsewhere_are_those_that_were_taken_in() -> None:
    readme = (STATIC / "vendor" / "README.md").read_text()
    listed = dict(re.findall(r"^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    assert vendored() == listed


def test_the_english_catalogue_holds_exactly_the_words_of_the_pages_translated_and_compiled() -> None:
    assert {m.id for m in CATALOGUE if m.id} == {m.id for m in catalogue.source_words(PORTAL) if m.id}
    assert [m.id for m in CATALOGUE if m.id and (not m.string or m.fuzzy)] == []
    assert PORTAL.compiled("en").read_bytes() == catalogue.as_mo(CATALOGUE)
    assert [m.id for m in CATALOGUE if not set(PLACE.findall(m.string)) <= set(PLACE.findall(m.id))] == []


def test_no_template_carries_a_script_or_a_style_of_its_own() -> None:
    for path in PORTAL.templates.rglob("*.html"):
        found = re.findall(r"<style|<script(?! src=)|\son\w+=|\sstyle=|javascript:", path.read_text())
        assert found == [], path.name


@pytest.mark.parametrize(
    ("asked", "cookie", "language"),
    [("", "", "vi"), ("en-GB,vi;q=0.5", "", "en"), ("fr,en;q=0.1", "", "en"), ("en", "vi", "vi"), ("x;q=y", "", "vi")],
)
def test_the_language_is_the_one_chosen_or_preferred(portal: Portal, asked: str, cookie: str, language: str) -> None:
    with portal.visit(headers={"Accept-Language": asked}) as browser:
        if cookie:
            browser.get("/sign-in", params={"lang": cookie})
        answer = browser.get("/sign-in")
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing_on_the_pages_that_everybody_meets(portal: Portal, browser: Browser, width: int) -> None:
    address = new_link(portal.place, "can-bo@gia-binh.example", purpose="answer", lasts=timedelta(1), by="test")[1]
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for path in ("/sign-in", "/sign-in?lang=en", "/nowhere", address):
        page.goto(path if path.startswith("http") else portal.url + path)
        everybody_can_use(page)
    assert [one for one in said if "Content Security Policy" in one] == []
    assert page.url == f"{portal.url}/"
    context.close()

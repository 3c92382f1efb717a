"""A report handed in by the keyboard alone, on a screen enlarged to 200 per cent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from dondoc.desk.links import new_link
from tests.desk.matters import stands
from tests.servers.chromium import everybody_can_use
from tests.servers.portal import Portal
from tests.small_plan import H1

pytestmark = [pytest.mark.servers, pytest.mark.slow]

FOCUSED = "[document.activeElement.name, document.activeElement.textContent.trim()]"


def tab_to(page: Page, what: str) -> None:
    """Go on with the tab key to the field of this name, or the button with these words; it is seen where one is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if what in page.evaluate(FOCUSED):
            assert page.evaluate(
                "e => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            ), f"the focus on {what} is not shown"
            return
    raise AssertionError(f"the keyboard does not reach {what}")


def test_a_report_is_handed_in_by_the_keyboard_at_twice_the_size(portal: Portal, browser: Browser) -> None:
    _, link = new_link(
        portal.place, "can-bo@gia-binh.example", purpose="answer", target=H1, lasts=timedelta(days=1), by="test"
    )
    context = browser.new_context(viewport={"width": 640, "height": 400}, locale="vi-VN")  # 1280 × 800, at 200 %
    page = context.new_page()
    page.goto(link)
    everybody_can_use(page)
    page.keyboard.press("Tab")
    assert "nội dung" in page.evaluate(FOCUSED)[1].lower(), "the first stop skips to what the page is about"
    for name, figure in (("f-I12", "4"), ("f-I13", "3")):
        tab_to(page, name)
        page.keyboard.type(figure)
    tab_to(page, "Xem lại và gửi")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/check$"))
    everybody_can_use(page)
    tab_to(page, "answering")
    page.keyboard.type("Nguyễn Thị Hoa")
    tab_to(page, "Gửi báo cáo")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/receipt$"))
    everybody_can_use(page)
    context.close()
    assert stands(portal.place, H1).standing == "submitted"

"""Axe finds nothing on the pages of reviewers, of a body and of the administrator, on a telephone and on a screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from dondoc.desk.links import new_link
from dondoc.store.links import Purpose
from tests.servers.chromium import WIDTHS, everybody_can_use
from tests.servers.portal import Portal
from tests.small_plan import H1
from tests.web.test_admin import aside
from tests.web.test_review import hand_in

pytestmark = [pytest.mark.servers, pytest.mark.slow]

PAGES: dict[tuple[str, Purpose], tuple[str, ...]] = {
    ("can-bo@hoi.example", "review"): (
        "/review",
        f"/review/{H1}",
        "/p/ke-hoach/dispatch",
        "/p/ke-hoach/dispatch/gia-binh",
    ),
    ("thu-ky@hoi.example", "sign_in"): ("/d/thuong-truc", "/list?plan=ke-hoach", "/feeds"),
    ("quan-tri@hoi.example", "sign_in"): ("/admin", "/admin/arrivals/1"),
}


@pytest.mark.parametrize("device", WIDTHS)
def test_everybody_can_use_the_pages_of_those_who_decide(portal: Portal, browser: Browser, device: str) -> None:
    hand_in(portal)
    assert aside(portal) == 1
    for (person, purpose), paths in PAGES.items():
        link = new_link(portal.place, person, purpose=purpose, lasts=timedelta(minutes=15), by="test")[1]
        context = browser.new_context(viewport={"width": WIDTHS[device], "height": 800}, locale="vi-VN")
        page = context.new_page()
        page.goto(link)
        if purpose == "sign_in":
            page.get_by_role("button", name="Đăng nhập").click()
        for path in paths:
            answer = page.goto(f"{portal.url}{path}")
            assert answer is not None
            assert answer.status == 200, path
            everybody_can_use(page)
        context.close()

"""The session of two reviewers in a real Chromium: many at once, a return and what is handed in again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dondoc.desk.links import new_link
from dondoc.desk.submissions import submit
from tests.desk.matters import stands, story
from tests.servers.chromium import WIDTHS, everybody_can_use
from tests.servers.portal import Portal
from tests.small_plan import H1

pytestmark = [pytest.mark.servers, pytest.mark.slow]

QUE_VO = H1.replace("gia-binh", "que-vo")
SECRET = "Một cháu bị bạo hành"
ANSWERS = {"I12": 4, "I13": 3, "I14": "5/8", "kinh_phi": "12,5", "vuong_mac": SECRET}


def hand_in(portal: Portal, obligation: str, **more: object) -> None:
    by = f"can-bo@{obligation.split('/')[2]}.example"
    assert submit(portal.place, obligation, {**ANSWERS, **more}, by=by, channel="form").problems == ()


def reviewer(
    browser: Browser, portal: Portal, person: str, device: str, *, script: bool
) -> tuple[BrowserContext, Page]:
    link = new_link(portal.place, person, purpose="review", lasts=timedelta(1), by="test")[1]
    context = browser.new_context(
        viewport={"width": WIDTHS[device], "height": 800}, java_script_enabled=script, locale="vi-VN"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("link", name="Chờ quyết định").click()
    return context, page


@pytest.mark.parametrize(("device", "script"), [("desktop", True), ("phone", False)])
def test_two_reviewers_decide_at_once_and_what_was_returned_comes_back(
    rich_portal: Portal, browser: Browser, device: str, script: bool
) -> None:
    portal = rich_portal
    hand_in(portal, H1)
    hand_in(portal, QUE_VO, I12=5)
    ours, first = reviewer(browser, portal, "can-bo@hoi.example", device, script=script)
    theirs, second = reviewer(browser, portal, "truong-ban@hoi.example", device, script=script)
    pages = (first, second)
    if script:
        everybody_can_use(first)
    for page in pages:
        page.get_by_role("link", name="Hội Phụ nữ huyện Gia Bình").click()
    assert first.get_by_role("row", name="Số vụ tiếp nhận").get_by_role("cell").nth(2).inner_text() == "5 (5 – 5)"
    assert first.get_by_text(SECRET).is_visible()
    if script:
        everybody_can_use(first)

    first.get_by_label("Lý do, cần sửa gì").fill("Thiếu số vụ của xã Đại Lai.")
    assert first.get_by_label("Nộp lại trước hết ngày").input_value() == "2023-06-20"
    first.get_by_role("button", name="Trả lại").click()
    first.get_by_text("Đã trả lại; đơn vị được báo qua thư.").wait_for()
    before = story(portal.place, H1)
    second.get_by_label("Nhận xét gửi đơn vị").fill("Đủ số liệu.")
    second.get_by_role("button", name="Duyệt báo cáo").click()
    second.get_by_text("quyết định của anh/chị chưa được ghi nhận").wait_for()
    assert "Thiếu số vụ của xã Đại Lai." in second.locator("#since").inner_text()
    assert second.get_by_text("Đủ số liệu.").is_visible()
    assert story(portal.place, H1) == before
    if script:
        everybody_can_use(second)

    portal.clock.now += timedelta(hours=2)
    hand_in(portal, H1, I12=6)
    second.get_by_role("link", name="Xem lại và quyết định").click()
    second.locator("li", has_text="Số vụ tiếp nhận: 4 → 6").wait_for()
    if script:
        everybody_can_use(second)
    for page in pages:
        page.goto(f"{portal.url}/review")
    for box in first.get_by_role("checkbox").all():
        box.check()
    second.get_by_label("Chọn Báo cáo 6 tháng – 6 tháng đầu năm 2023 – Hội Phụ nữ thị xã Quế Võ").check()
    first.get_by_role("button", name="Duyệt các báo cáo đã chọn").click()
    first.get_by_text("Đã duyệt 2 báo cáo").wait_for()
    second.get_by_role("button", name="Duyệt các báo cáo đã chọn").click()
    second.get_by_role("heading", name="Chưa ghi nhận: vừa có thay đổi").wait_for()
    assert [stands(portal.place, one).standing for one in (H1, QUE_VO)] == ["done_on_time", "done_on_time"]
    if script:
        everybody_can_use(second)
    ours.close()
    theirs.close()

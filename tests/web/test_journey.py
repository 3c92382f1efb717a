"""From the link in a letter that was truly delivered to the accepted report, in a real Chromium."""

from __future__ import annotations

import asyncio
import email
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dondoc.desk.deliver import deliver
from dondoc.desk.obligations import extend, review
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store.submissions import submissions_of
from tests.places import local
from tests.servers.chromium import WIDTHS, everybody_can_use
from tests.servers.portal import Portal, serving
from tests.servers.smtp_receiver import SmtpReceiver
from tests.small_plan import H1
from tests.web.conftest import office
from tests.web.rich_plan import rich

pytestmark = [pytest.mark.servers, pytest.mark.slow]

OFFICER = "can-bo@gia-binh.example"
WAYS = [("desktop", True), ("phone", False)]
if os.environ.get("DONDOC_PROVE") == "whole":
    WAYS += [("desktop", False), ("phone", True)]
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Post:
    """The portal, and the mail server that its letters truly reach."""

    portal: Portal
    receiver: SmtpReceiver

    def letters(self, to: str = OFFICER) -> list[str]:
        """The texts of the letters that arrived for somebody, in order."""
        return [
            email.message_from_bytes(one.content, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
            for one in self.receiver.messages
            if to in one.recipients
        ]


def in_thread(place: Workplace) -> None:
    asyncio.run(deliver(place, "portal"))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """At 09:00 on 12 June 2023, after the round that reminds of the report of 19 June."""
    with SmtpReceiver() as receiver:

        def make(url: str) -> Workplace:
            return office(tmp_path, url, plan=rich(), smtp_url=f"smtp://127.0.0.1:{receiver.port}")

        with serving(make, local("2023-06-12 09:00"), in_thread) as portal:
            yield Post(portal, receiver)


def reminded(post: Post) -> str:
    """The link in the reminder that arrived."""
    held = threading.Thread(
        target=lambda: asyncio.run(run_round(post.portal.place))
    )  # the browser has this thread's loop
    held.start()
    held.join()
    (text,) = post.letters()
    return re.search(rf"http://\S+/o/{H1}\?k=\S+", text)[0]  # type: ignore[index]


def opened(browser: Browser, link: str, width: int, *, script: bool) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(link)
    return context, page


def look(page: Page, *, script: bool) -> None:
    if script:
        everybody_can_use(page)


def send(page: Page, name: str = "Nguyễn Thị Hoa") -> None:
    page.get_by_role("button", name="Xem lại và gửi").click()
    page.get_by_label("Họ tên người gửi").fill(name)
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.locator("#reference").wait_for()


@pytest.mark.parametrize(("device", "script"), WAYS, ids=lambda one: one if isinstance(one, str) else f"script {one}")
def test_from_the_letter_to_the_accepted_report(browser: Browser, post: Post, device: str, script: bool) -> None:
    link, width = reminded(post), WIDTHS[device]
    context, page = opened(browser, link, width, script=script)
    assert page.url == f"{post.portal.url}/o/{H1}"
    assert page.get_by_text("3 ngày làm việc sau ngày chốt số liệu 14/6/2023").is_visible()
    look(page, script=script)

    page.get_by_label("Số vụ tiếp nhận").fill("bốn")
    page.get_by_label("Số vụ giải quyết").fill("3")
    if script:
        page.locator("#saved", has_text="Đã lưu nháp lúc 09:00").wait_for()
    else:
        page.get_by_role("button", name="Lưu nháp").last.click()
    context.close()

    post.portal.clock.now += timedelta(days=1)  # the next day, on another machine
    context, page = opened(browser, link, width, script=script)
    assert page.get_by_label("Số vụ tiếp nhận").input_value() == "bốn"
    page.get_by_role("button", name="Xem lại và gửi").click()
    assert page.get_by_role("alert").is_visible()
    wrong = page.get_by_label("Số vụ tiếp nhận")
    assert wrong.get_attribute("aria-invalid") == "true"
    assert page.locator("#f-I12-wrong").inner_text() == "“bốn” không phải là số; hãy ghi như 1.234,5"
    assert page.get_by_label("Số vụ giải quyết").input_value() == "3"
    look(page, script=script)
    wrong.fill("4")
    page.get_by_label("co ke hoach").fill("5")
    page.get_by_label("so xa").fill("8")
    page.get_by_label("Kinh phí đã dùng").fill("12,5")
    page.get_by_label("Trực tuyến").check()
    page.get_by_label("Cha mẹ").check()
    page.get_by_label("Lớp tập huấn, Tên lớp, 1").fill("Kỹ năng sống")
    page.get_by_label("Lớp tập huấn, Số người, 1").fill("35")
    page.set_input_files("#file", {"name": "Báo cáo quý.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="Tải tệp lên").click()
    page.get_by_role("link", name="Báo cáo quý.pdf").wait_for()
    assert page.get_by_label("Kinh phí đã dùng").input_value() == "12,5", "what was typed beside the file is kept"

    page.get_by_role("button", name="Xem lại và gửi").click()
    page.get_by_label("Họ tên người gửi").wait_for()
    look(page, script=script)
    assert page.get_by_role("row", name=re.compile(r"^Kinh phí đã dùng (Kỳ này )?12,5 triệu đồng")).is_visible()
    page.get_by_role("link", name="Sửa lại").click()
    send(page)
    assert page.locator("#reference").inner_text() == f"{H1}#1"
    look(page, script=script)
    receipt = post.letters()[-1]
    assert "đã nhận" in receipt.lower()

    post.portal.clock.now += timedelta(hours=1)
    review(post.portal.place, H1, "return", by="can-bo@hoi.example", note="Thiếu số vụ của xã Đại Lai.")
    page.goto(link)
    assert page.get_by_text("Thiếu số vụ của xã Đại Lai.").is_visible()
    assert page.get_by_label("Số vụ tiếp nhận").input_value() == "4"
    look(page, script=script)
    page.get_by_label("Số vụ tiếp nhận").fill("6")
    send(page)
    assert page.locator("#reference").inner_text() == f"{H1}#2"

    review(post.portal.place, H1, "accept", by="can-bo@hoi.example")
    page.goto(link)
    assert page.get_by_text("Hoàn thành đúng hạn").is_visible()
    assert page.get_by_role("button", name="Xem lại và gửi").count() == 0
    look(page, script=script)
    context.close()
    with post.portal.place.database.reading() as connection:
        first, second = submissions_of(connection, H1)
    assert first.data == {
        "I12": 4, "I13": 3, "I14": {"co_ke_hoach": 5, "so_xa": 8}, "kinh_phi": "12.5", "hinh_thuc": "Trực tuyến",
        "doi_tuong": ["Cha mẹ"], "lop": [{"Tên lớp": "Kỹ năng sống", "Số người": "35"}],
    }  # fmt: skip
    assert (second.data["I12"], second.by) == (6, f"Nguyễn Thị Hoa ({OFFICER})")
    assert [one.filename for one in second.attachments] == ["Báo cáo quý.pdf"]


def test_more_time_is_asked_for_and_granted(browser: Browser, post: Post) -> None:
    link = reminded(post)
    context, page = opened(browser, link, 360, script=True)
    page.get_by_text("Đề nghị gia hạn").click()
    page.get_by_label("Xin gia hạn đến ngày").fill("2023-06-10")
    page.get_by_label("Lý do").fill("Cán bộ đi học")
    page.get_by_role("button", name="Gửi đề nghị").click()
    assert page.locator("#extension-wrong").inner_text() == "Xin chọn ngày sau hạn hiện nay (19/6/2023)."
    assert page.get_by_label("Lý do").input_value() == "Cán bộ đi học"
    everybody_can_use(page)
    page.get_by_label("Xin gia hạn đến ngày").fill("2023-06-26")
    page.get_by_role("button", name="Gửi đề nghị").click()
    page.get_by_text("Đang chờ trả lời đề nghị gia hạn đến 26/6/2023").wait_for()
    extend(post.portal.place, H1, "grant", by="can-bo@hoi.example")
    page.reload()
    assert page.get_by_text("hạn ban đầu").is_visible()
    context.close()


def test_twenty_megabytes_over_a_slow_connection_show_how_far_they_have_come(
    browser: Browser, post: Post, tmp_path: Path
) -> None:
    link = reminded(post)
    context, page = opened(browser, link, 360, script=True)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 100, "downloadThroughput": 1_000_000, "uploadThroughput": 8_000_000},
    )
    file = tmp_path / "Số liệu.pdf"
    file.write_bytes(PDF + b"%" + b"0123456789abcdef" * 1_250_000)
    seen = page.evaluate_handle("() => { window.seen = []; return window.seen }")
    page.evaluate(
        "new MutationObserver(() => window.seen.push(document.getElementById('upload').value))"
        ".observe(document.getElementById('upload'), {attributes: true})"
    )
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Tải tệp lên").click()
    page.get_by_role("link", name="Số liệu.pdf").wait_for(timeout=60_000)
    assert page.get_by_text("20.0 MB").is_visible()
    steps = seen.json_value()
    assert len(steps) >= 3
    assert steps == sorted(steps)
    context.close()
    (kept,) = [path for path in post.portal.place.attachments.folder.rglob("*") if path.is_file()]
    assert kept.stat().st_size == file.stat().st_size


def test_a_units_own_page_and_an_event_it_reports(browser: Browser, post: Post) -> None:
    link = reminded(post)
    context, page = opened(browser, link, 360, script=True)
    page.get_by_role("link", name="Việc của đơn vị").click()
    everybody_can_use(page)
    assert page.get_by_role("link", name="Báo cáo 6 tháng").first.is_visible()
    page.get_by_text("Báo sự việc mà kế hoạch yêu cầu báo").click()
    page.get_by_label("Nội dung ngắn gọn").fill("Một vụ tại xã Đại Lai")
    page.get_by_role("button", name="Báo sự việc").click()
    page.get_by_role("link", name="Báo cáo vụ việc").wait_for()
    everybody_can_use(page)
    context.close()

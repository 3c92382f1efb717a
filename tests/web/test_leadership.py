"""The leadership's pages: what they show comes from the ledger, every figure leads to its list, all can use them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from dondoc.core.statistics import Counts
from dondoc.desk.links import new_link
from dondoc.desk.plans import apply_plan
from dondoc.web.pictures import bar, timeline
from tests.servers.chromium import WIDTHS, everybody_can_use
from tests.servers.portal import Portal, serving
from tests.small_plan import H1, ORGANISATION, PLAN
from tests.web.conftest import office
from tests.web.leading import LATER, QUE_VO, SECRETARY, let_things_happen, signed_in

PAGES = (
    "/lead",
    "/p/ke-hoach",
    "/units/que-vo",
    "/t/ke-hoach/bao-cao",
    "/t/ke-hoach/bao-cao/2023-H1",
    "/i/ke-hoach/I12",
    f"/h/{QUE_VO}",
    "/list?cell=open_overdue",
)


def text_of(answer: httpx.Response) -> str:
    """The words of a page's main part."""
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def looked_at(portal: Portal) -> Portal:
    let_things_happen(portal)
    return portal


def test_a_unit_is_found_by_what_it_is_called_now(looked_at: Portal, tmp_path: Path) -> None:
    file = tmp_path / "plans" / "hoi" / "organisation.yaml"
    file.write_text(ORGANISATION.replace("id: que-vo", "id: que-vo-moi\n    was: que-vo"), encoding="utf-8")
    apply_plan(looked_at.place, file, by="quan-tri")
    with signed_in(looked_at, SECRETARY) as leader:
        assert text_of(leader.get("/units/que-vo-moi")) == text_of(leader.get("/units/que-vo"))


def test_the_first_screen_says_how_many_are_overdue_who_since_when_what_was_done_and_who_decides(
    looked_at: Portal,
) -> None:
    with signed_in(looked_at, SECRETARY) as leader:
        told = text_of(leader.get("/lead"))
    assert told.startswith(
        "Toàn cảnh các kế hoạch 3 việc đang quá hạn Đơn vị Việc Quá hạn từ Đã xử lý Ai quyết định "
        "Hội Phụ nữ huyện Gia Bình Xác nhận 19/4/2023 (70 ngày) chưa nhắc Ban Gia đình"
    )
    assert (
        "Hội Phụ nữ thị xã Quế Võ Báo cáo 6 tháng – 6 tháng đầu năm 2023 20/6/2023 (8 ngày) "
        "báo cáo Thường trực 23/6/2023 Thường trực (trình 4 ngày)"
    ) in told
    assert "Đang chờ quyết định Thường trực : 1 việc đã trình, chưa giải quyết" in told
    assert "0 Hoàn thành đúng hạn 0 Hoàn thành quá hạn 3 Chưa xong, trong hạn 3 Chưa xong, quá hạn" in told


def test_every_figure_opens_the_list_behind_it(looked_at: Portal) -> None:
    with signed_in(looked_at, SECRETARY) as leader:
        for path in ("/lead", "/p/ke-hoach", "/units/que-vo", "/t/ke-hoach/bao-cao", "/t/ke-hoach/bao-cao/2023-H1"):
            shown = leader.get(path).text
            found = re.findall(r'<a[^>]*href="(/list\?[^"]+)"[^>]*>(?:<strong[^>]*>)?(?:\d+/)?(\d+)<', shown)
            assert found, path
            assert "cell=total" in shown or "period=2023-H1" in shown, path
            for address, figure in found:
                assert text_of(leader.get(unescape(address))).partition(": ")[2].split()[0] == figure, (path, address)


def test_a_unit_and_a_task_begin_with_what_is_overdue_of_them(looked_at: Portal) -> None:
    with signed_in(looked_at, SECRETARY) as leader:
        unit, task = (text_of(leader.get(path)) for path in ("/units/que-vo", "/t/ke-hoach/bao-cao"))
    assert "2 việc đang quá hạn Việc Quá hạn từ" in unit
    assert "1 việc đang quá hạn Đơn vị Việc Quá hạn từ Đã xử lý Ai quyết định Hội Phụ nữ thị xã Quế Võ" in task


def test_a_deadline_is_told_with_its_own_day_and_the_name_of_its_period(looked_at: Portal) -> None:
    with signed_in(looked_at, SECRETARY) as leader:
        shown = leader.get("/p/ke-hoach")
    told = text_of(shown)
    assert "18/4/2023 Xác nhận 0/2 2 19/6/2023 Báo cáo 6 tháng – 6 tháng đầu năm 2023 0/2 1" in told
    assert "<title>Báo cáo 6 tháng – 6 tháng đầu năm 2023: 19/6/2023</title>" in shown.text


def test_money_is_told_by_its_source(tmp_path: Path) -> None:
    plan = PLAN.replace(
        "forms:", "funding: [{id: ns, title: {vi: Ngân sách, en: The budget}, amount: 9000, unit: £}]\nforms:"
    )
    plan = plan.replace(
        "        owner: each district\n        due: {every",
        ("        funding: {line: ns, planned: 5000, used: I12}\n        owner: each district\n        due: {every"),
    )
    with serving(lambda url: office(tmp_path, url, plan=plan), LATER) as portal:
        let_things_happen(portal)
        with signed_in(portal, SECRETARY) as leader:
            shown = text_of(leader.get("/p/ke-hoach"))
            english = text_of(leader.get("/p/ke-hoach?lang=en"))
    assert "Nguồn Được cấp Dự kiến Đã dùng Còn lại Ngân sách (£) 9.000 5.000 4 8.996" in shown
    assert "Source Allotted Planned Used Left The budget (£) 9,000 5,000 4 8,996" in english


def test_an_occasion_is_called_by_its_title(tmp_path: Path) -> None:
    days = """\
      - id: treo-bang
        title: Treo băng zôn
        owner: each district
        occasions:
          - {id: trung-thu, title: {vi: Tết Trung thu, en: Mid-Autumn Festival}, due: 2023-09-28}
"""
    with (
        serving(lambda url: office(tmp_path, url, plan=PLAN + days), LATER) as portal,
        signed_in(portal, SECRETARY) as leader,
    ):
        assert "28/9/2023 Treo băng zôn – Tết Trung thu 0/2" in text_of(leader.get("/p/ke-hoach"))
        for path in ("/t/ke-hoach/treo-bang", "/t/ke-hoach/treo-bang/trung-thu"):
            assert "Tết Trung thu" in text_of(leader.get(path)), path
        assert "Mid-Autumn Festival" in text_of(
            leader.get("/list?plan=ke-hoach&task=treo-bang&period=trung-thu&lang=en")
        )


def test_a_list_is_narrowed_by_its_address_and_turns_its_pages(
    looked_at: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dondoc.desk.leading.LINES", 2)
    with signed_in(looked_at, SECRETARY) as leader:
        assert text_of(leader.get("/list?plan=ke-hoach&cell=open_overdue&unit=que-vo")).startswith(
            "Chưa xong, quá hạn: 2"
        )
        assert "Gia Bình" not in text_of(leader.get("/list?plan=ke-hoach&cell=open_overdue&unit=que-vo"))
        assert text_of(leader.get("/list?plan=ke-hoach&section=I&period=2023-H2")).startswith("Tất cả: 2")
        assert text_of(leader.get("/list?before=thuong-truc&cell=open")).startswith("Chưa hoàn thành: 1")
        first, second = leader.get("/list?cell=total"), leader.get("/list?cell=total&first=2")
        ids = [re.findall(r'href="/h/([^"]+)"', one.text) for one in (first, second)]
        assert 'rel="next"' in first.text
        assert len(ids[0]) == len(ids[1]) == 2
        assert not set(ids[0]) & set(ids[1])
        assert leader.get("/list?cell=nonsense").status_code == 404
        assert leader.get("/list?plan=nonsense").status_code == 404


def test_an_indicator_is_told_by_unit_with_its_total_and_how_it_was_computed(looked_at: Portal) -> None:
    with signed_in(looked_at, SECRETARY) as leader:
        told = text_of(leader.get("/i/ke-hoach/I12"))
        assert leader.get("/i/ke-hoach/I99").status_code == 404
    assert "Toàn bộ 4 Hội Phụ nữ huyện Gia Bình 4 (chờ duyệt) Hội Phụ nữ thị xã Quế Võ –" in told
    assert "6 tháng đầu năm 2023: Cộng 1/2 đơn vị." in told


def test_the_history_is_told_in_plain_words_in_both_languages(looked_at: Portal) -> None:
    with signed_in(looked_at, SECRETARY) as leader:
        told, english = text_of(leader.get(f"/h/{H1}")), text_of(leader.get(f"/h/{H1}?lang=en"))
        assert leader.get("/h/ke-hoach/bao-cao/khong-co/2023-H1").status_code == 404
    assert "Hạn: Thứ Hai 19/6/2023" in told
    assert "09:00 16/6/2023 – Nhận báo cáo lần 1" in told
    assert "Version 1 received at 09:00 16/6/2023" in english


def test_the_pages_are_for_the_leadership_alone(looked_at: Portal) -> None:
    with signed_in(looked_at, "can-bo@gia-binh.example") as unit, looked_at.visit() as stranger:
        for path in PAGES:
            assert unit.get(path).status_code == 403, path
            assert stranger.get(path).status_code == 401, path
    with signed_in(looked_at, "quan-tri@hoi.example") as administrator:
        assert administrator.get("/lead").status_code == 200


def test_a_bar_is_as_wide_as_its_cells_are_many_and_a_timeline_holds_every_deadline() -> None:
    assert [(part.cell, part.x, part.width) for part in bar(Counts(done_on_time=1, open_overdue=3))] == [
        ("done_on_time", 0.0, 25.0),
        ("open_overdue", 25.0, 75.0),
    ]
    assert bar(Counts()) == []
    day = LATER.date()
    year = timeline(
        day, day + timedelta(100), day + timedelta(50), ["A"], [(0, day + timedelta(100), "open_overdue", "x")]
    )
    assert (year.today, year.marks[0].x) == (618.0, 986.0)
    assert timeline(day, day, day - timedelta(1), [], []).today is None


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing_on_the_leaderships_pages(looked_at: Portal, browser: Browser, width: int) -> None:
    address = new_link(looked_at.place, SECRETARY, purpose="read", lasts=timedelta(1), by="test")[1]
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address)
    for path in PAGES if width == WIDTHS["phone"] else PAGES[:2]:  # what differs there are the wide tables
        page.goto(looked_at.url + path)
        assert page.locator("h1").count() == 1
        everybody_can_use(page)
    if width == WIDTHS["phone"]:
        context.add_cookies([{"name": "lang", "value": "en", "url": looked_at.url}])
        page.goto(f"{looked_at.url}/d/thuong-truc?since=2023-06-01")
        everybody_can_use(page)
        with signed_in(looked_at, SECRETARY) as leader:  # calendars are only for those
            cookies = [{"name": one.name, "value": one.value or "", "url": looked_at.url} for one in leader.cookies.jar]
        context.add_cookies(cookies)
        page.goto(f"{looked_at.url}/feeds")
        assert page.locator("h1").count() == 1
        everybody_can_use(page)
    page.emulate_media(media="print")
    page.goto(f"{looked_at.url}/p/ke-hoach")
    assert not page.locator("body > header").is_visible()
    assert said == []
    context.close()

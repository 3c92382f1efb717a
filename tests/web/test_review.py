"""The reviewer's pages: what waits, one submission beside others, decisions that know what they were made about."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dondoc.desk.links import new_link
from dondoc.desk.obligations import extend
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import submit
from dondoc.store.letters import letters
from dondoc.store.links import Purpose
from dondoc.store.matters import load
from tests.desk.matters import stands, story
from tests.places import local
from tests.servers.portal import Portal
from tests.small_plan import FIGURES, H1, ORGANISATION, write_plan

OFFICER = "can-bo@hoi.example"
HEAD = "truong-ban@hoi.example"
OWNER = "can-bo@gia-binh.example"
QUE_VO = H1.replace("gia-binh", "que-vo")
DAY = timedelta(days=1)


def hand_in(portal: Portal, obligation: str = H1, **data: object) -> None:
    receipt = submit(portal.place, obligation, {**FIGURES, **data}, by=f"Hoa ({OWNER})", channel="form")
    assert receipt.problems == ()


@contextmanager
def visit(portal: Portal, person: str = OFFICER, to: str = "", purpose: Purpose = "review") -> Iterator[httpx.Client]:
    """A browser in which somebody's link was opened."""
    link = new_link(portal.place, person, purpose=purpose, target=to, lasts=DAY, by="test")[1]
    with portal.visit() as browser:
        browser.get(link)
        yield browser


def hidden(answer: httpx.Response) -> dict[str, str]:
    """What a form of the page carries along."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', answer.text)[1]  # type: ignore[index]
        for name in ("csrf", "seen")
    }


def decide(browser: httpx.Client, seen: httpx.Response, what: str, obligation: str = H1, **data: str) -> httpx.Response:
    return browser.post(f"/review/{obligation}/{what}", data={**hidden(seen), **data})


@pytest.fixture
def waiting(portal: Portal) -> Iterator[Portal]:
    """Two reports that wait, of 12 and of 13 June."""
    hand_in(portal)
    portal.clock.now = local("2023-06-13 09:00")
    hand_in(portal, QUE_VO, I12=40)
    return portal


def test_what_waits_is_shown_the_earliest_due_first_and_only_to_reviewers(waiting: Portal) -> None:
    with visit(waiting) as browser:
        text = browser.get("/review").text
        assert text.index("huyện Gia Bình") < text.index("thị xã Quế Võ")
        assert "Duyệt trước hết 15/6/2023" in text
        assert "Duyệt trước hết 16/6/2023" in text
    with visit(waiting, OWNER, purpose="answer") as browser:
        assert browser.get("/review").status_code == 403
        assert browser.get(f"/review/{H1}").status_code == 403


def test_the_list_narrows_to_a_unit_and_says_when_nothing_is_left(waiting: Portal) -> None:
    with visit(waiting) as browser:
        text = browser.get("/review", params={"unit": "que-vo"}).text
        assert "huyện Gia Bình</a>" not in text
        assert "thị xã Quế Võ</a>" in text
        assert "Không có việc nào như đã lọc" in browser.get("/review", params={"period": "2023-H2"}).text


def test_a_reviewers_link_about_one_report_opens_that_one_alone(waiting: Portal) -> None:
    with visit(waiting, to=H1) as browser:
        assert browser.get(f"/review/{H1}").status_code == 200
        assert browser.get(f"/review/{QUE_VO}").status_code == 403
        assert "Quế Võ" not in browser.get("/review").text


def test_whoever_only_reviews_is_led_from_the_page_of_the_duty_to_the_review(waiting: Portal) -> None:
    with visit(waiting) as browser:
        answer = browser.get(f"/o/{H1}")
    assert answer.url.path == f"/review/{H1}"


def test_a_reviewers_letter_lets_nobody_answer_for_the_unit(waiting: Portal) -> None:
    asyncio.run(run_round(waiting.place))
    with waiting.place.database.reading() as connection:
        (letter,) = [one.letter for one in letters(connection, recipient=OFFICER) if H1 in one.letter.about]
    with waiting.visit() as browser:
        page = browser.get(waiting.signed(f"/o/{H1}", letter.id))
        assert page.url.path == f"/review/{H1}"
        given = {"csrf": hidden(page)["csrf"], "f-I12": "1", "answering": "Hoa"}
        assert browser.post(f"/o/{H1}/draft", data=given).status_code == 403
        assert browser.post(f"/o/{H1}/send", data=given).status_code == 403


def test_figures_stand_beside_the_other_units(waiting: Portal) -> None:
    with visit(waiting) as browser:
        text = browser.get(f"/review/{H1}").text
    assert re.search(r"Số vụ tiếp nhận.*?>4<.*?>–<.*?>40 <small[^>]*>\(40 – 40\)", text, re.DOTALL)


def test_a_figure_far_from_last_periods_is_marked_with_the_reason(waiting: Portal) -> None:
    waiting.clock.now = local("2023-12-20 09:00")
    hand_in(waiting, H1.replace("H1", "H2"), I12=13, I13=3)
    with visit(waiting) as browser:
        assert "Số liệu cần xem lại: Số vụ tiếp nhận" in browser.get("/review").text
        text = browser.get(f"/review/{H1.replace('H1', 'H2')}").text
    assert "gấp 3,3 lần kỳ trước của đơn vị" in text


def test_many_are_accepted_at_once(waiting: Portal) -> None:
    with visit(waiting) as browser:
        seen = browser.get("/review")
        ticked = re.findall(r'name="one" value="([^"]+)"', seen.text)
        answer = browser.post("/review", data={"csrf": hidden_csrf(seen), "one": ticked})
    assert (answer.status_code, answer.url.path) == (200, "/review")
    assert "Đã duyệt 2 báo cáo" in answer.text
    assert [stands(waiting.place, one).standing for one in (H1, QUE_VO)] == ["done_on_time", "done_on_time"]
    assert len(waiting.posted) == 1


def hidden_csrf(answer: httpx.Response) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', answer.text)[1]  # type: ignore[index]


def test_of_many_what_changed_meanwhile_is_left_and_told(waiting: Portal) -> None:
    with visit(waiting) as browser:
        seen = browser.get("/review")
        hand_in(waiting, QUE_VO, I12=41)  # corrected after the page was opened
        ticked = re.findall(r'name="one" value="([^"]+)"', seen.text)
        answer = browser.post("/review", data={"csrf": hidden_csrf(seen), "one": [*ticked, "ke-hoach/none@1"]})
    assert answer.status_code == 409
    assert "Chưa ghi nhận: vừa có thay đổi" in answer.text
    assert "Báo cáo 6 tháng – 6 tháng đầu năm 2023 – Hội Phụ nữ thị xã Quế Võ" in answer.text
    assert [stands(waiting.place, one).standing for one in (H1, QUE_VO)] == ["done_on_time", "submitted"]


def test_two_reviewers_at_once_the_second_sees_what_the_first_did(waiting: Portal) -> None:
    with visit(waiting) as first, visit(waiting, HEAD) as second:
        page_of_first, page_of_second = first.get(f"/review/{H1}"), second.get(f"/review/{H1}")
        assert decide(first, page_of_first, "accept", note="Đầy đủ").url.path == "/review"
        before = story(waiting.place, H1)
        answer = decide(second, page_of_second, "return", why="Thiếu xã Đại Lai", to="2023-06-20")
    assert answer.status_code == 409
    assert "Đã duyệt (can-bo@hoi.example): Đầy đủ" in answer.text
    assert "Thiếu xã Đại Lai" in answer.text, "what the second wrote is not lost"
    assert story(waiting.place, H1) == before
    assert stands(waiting.place, H1).standing == "done_on_time"


def test_a_return_needs_a_reason_and_a_day_and_shows_three_working_days(waiting: Portal) -> None:
    waiting.clock.now = local("2023-06-15 09:00")  # a Thursday
    with visit(waiting) as browser:
        seen = browser.get(f"/review/{H1}")
        assert 'value="2023-06-20"' in seen.text
        assert "3 ngày làm việc kể từ hôm nay, tức thứ Ba, 20/6/2023" in seen.text
        without = decide(browser, seen, "return", why=" ", to="2023-06-20")
        past = decide(browser, seen, "return", why="Thiếu", to="2023-06-14")
        assert (without.status_code, past.status_code) == (422, 422)
        assert "Xin ghi lý do" in without.text
        assert "Xin chọn ngày từ hôm nay trở đi" in past.text
        assert stands(waiting.place, H1).standing == "submitted"
        decide(browser, seen, "return", why="Thiếu xã Đại Lai", to="2023-06-21")
        now = stands(waiting.place, H1)
        assert (now.standing, now.now.answer_by.day(now.calendar).isoformat()) == ("returned", "2023-06-21")
        hand_in(waiting, I12=6)
        text = browser.get(f"/review/{H1}").text
    assert "Bản 2, nhận" in text
    assert "Số vụ tiếp nhận: <del>4</del> → <ins>6</ins>" in text
    assert "Thiếu xã Đại Lai" in text


def test_more_time_is_granted_for_another_day_or_refused_with_a_reason(portal: Portal) -> None:
    extend(portal.place, H1, "ask", by=OWNER, to=local("2023-06-26 00:00").date(), why="Đi học")
    extend(portal.place, QUE_VO, "ask", by=OWNER, to=local("2023-06-27 00:00").date(), why="Mưa lũ")
    with visit(portal) as browser:
        assert "Xin gia hạn đến 26/6/2023" in browser.get("/review").text
        seen = browser.get(f"/review/{H1}")
        early = decide(browser, seen, "extension", do="grant", to="2023-06-19", why="")
        assert "Xin chọn ngày sau hạn hiện nay (19/6/2023)" in early.text
        decide(browser, seen, "extension", do="grant", to="2023-06-23", why="")
        now = stands(portal.place, H1)
        assert now.now.due.day(now.calendar).isoformat() == "2023-06-23"
        seen = browser.get(f"/review/{QUE_VO}")
        assert decide(browser, seen, "extension", QUE_VO, do="refuse", why="").status_code == 422
        answer = decide(browser, seen, "extension", QUE_VO, do="refuse", why="Đã chốt số")
    assert "Không có việc nào chờ quyết định" in answer.text
    assert story(portal.place, QUE_VO)[-1] == "ExtensionRefused"


def test_nobody_but_the_reviewer_decides_and_forged_forms_change_nothing(waiting: Portal) -> None:
    with waiting.place.database.reading() as connection:
        before = load(connection, [H1, QUE_VO])
    with visit(waiting, "chu-tich@hoi.example", purpose="sign_in") as leader, visit(waiting) as officer:
        assert leader.get(f"/review/{H1}").status_code in (401, 403)
        seen = officer.get(f"/review/{H1}")
        assert officer.post(f"/review/{H1}/accept", data={"seen": hidden(seen)["seen"]}).status_code == 403
        assert decide(officer, seen, "hold", why="Giữ").status_code == 403  # nothing is about to go up
        assert decide(officer, seen, "extension", do="grant", to="2023-07-01", why="").status_code == 403
    with waiting.place.database.reading() as connection:
        assert load(connection, [H1, QUE_VO]) == before


# -- who reviews while somebody is away, and after a unit was replaced

AWAY = "{role: officer, email: can-bo@hoi.example, away: 2023-06-01/2023-06-16, stand_in: que-vo/officer}"
STAND_IN = "can-bo@que-vo.example"
NEW_UNIT = """\
  - id: phong-moi
    name: Phòng Gia đình
    in: hoi
    kind: department
    valid_from: 2023-06-11
    replaces: [ban]
    people: [{role: officer, email: can-bo-moi@hoi.example}]
"""


def reorganise(portal: Portal, tmp_path: Path, organisation: str) -> None:
    apply_plan(portal.place, write_plan(tmp_path / "plans" / "hoi", organisation=organisation), by="quan-tri")


def test_a_reviewers_stand_in_decides_for_as_long_as_the_reviewer_is_away(waiting: Portal, tmp_path: Path) -> None:
    with visit(waiting, STAND_IN) as browser:
        assert browser.get("/review").status_code == 403
    reorganise(waiting, tmp_path, ORGANISATION.replace("{role: officer, email: can-bo@hoi.example}", AWAY))
    with visit(waiting, STAND_IN) as browser:
        assert "huyện Gia Bình" in browser.get("/review").text
        decide(browser, browser.get(f"/review/{H1}"), "accept")
        assert stands(waiting.place, H1).now.accepted is not None
    waiting.clock.now = local("2023-06-17 09:00")
    with visit(waiting, STAND_IN) as browser:
        assert browser.get("/review").status_code == 403
        assert browser.get(f"/review/{QUE_VO}").status_code == 403


def test_a_reviewing_unit_that_was_replaced_is_followed_by_its_successor(waiting: Portal, tmp_path: Path) -> None:
    old = "    name: Ban Gia đình\n"
    replaced = ORGANISATION.replace(old, f"{old}    valid_until: 2023-06-10\n").replace(
        "  - id: gia-binh\n", f"{NEW_UNIT}  - id: gia-binh\n"
    )
    reorganise(waiting, tmp_path, replaced)
    with visit(waiting, "can-bo-moi@hoi.example") as browser:
        decide(browser, browser.get(f"/review/{H1}"), "accept")
    assert stands(waiting.place, H1).now.accepted is not None

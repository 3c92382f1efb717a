"""What leadership reads of a task in a period: its state, its counts, and when it looks different by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from dondoc.core.address import Directory
from dondoc.core.history import Accepted, BeforeAdoption, ExtensionGranted, Returned, Waived
from dondoc.core.mirror import Picture, picture
from dondoc.core.organisation import Organisation
from dondoc.core.standing import situation
from dondoc.core.text import Text
from tests.core.telling import VIETNAM, Story, by, local, report
from tests.core.test_decide_properties import stories

HOUSE = Organisation.model_validate(
    {
        "organisation": "hoi",
        "name": "Hội",
        "units": [
            {"id": "h-gia-binh", "name": {"vi": "Hội LHPN huyện Gia Bình", "en": "Gia Bình district"}},
            {"id": "h-tien-du", "name": {"vi": "Hội LHPN huyện Tiên Du", "en": "Tiên Du district"}},
            {"id": "ban-gdxh", "name": "Ban Gia đình Xã hội"},
        ],
        "committees": [{"id": "thuong-truc", "name": "Thường trực"}, {"id": "ban-thuong-vu", "name": "Ban Thường vụ"}],
    }
)
OPENS = "2023-05-20 00:00"


def gia_binh(**more: object) -> Story:
    return Story(report(opens=OPENS, **more))  # type: ignore[arg-type]


def tien_du() -> Story:
    return Story(replace(report(opens=OPENS), id="tre-em-2023/bao-cao-6-thang/h-tien-du/2023-H1", unit="h-tien-du"))


def shown(when: str, *told: Story, language: str = "vi") -> Picture:
    judged = [(one.obligation, situation(one.obligation, tuple(one.history))) for one in told]
    return picture(judged, local(when), VIETNAM, Directory(HOUSE.model_copy(update={"language": language})))


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("2023-05-19 23:59", "Upcoming"),
        ("2023-05-20 00:00", "Collecting"),
        ("2023-06-19 23:59", "Collecting"),
        ("2023-06-20 00:00", "Overdue"),
    ],
)
def test_time_alone_takes_it_from_upcoming_to_collecting_to_overdue(when: str, state: str) -> None:
    assert shown(when, gia_binh(), tien_du()).state == state


def test_one_that_is_overdue_makes_the_whole_overdue_and_is_named() -> None:
    handed_in = gia_binh()
    handed_in.submits("2023-06-18 09:00")
    found = shown("2023-06-20 08:00", handed_in, tien_du())
    assert found.state == "Overdue"
    assert found.name == (
        "Báo cáo 6 tháng – 6 tháng đầu năm 2023 · 1/2 đã nộp, 1 quá hạn từ 20/6/2023: "
        "Hội LHPN huyện Tiên Du · chưa nhắc · Ban Gia đình Xã hội quyết định"
    )
    assert found.state_name == "Quá hạn"
    assert found.message == (
        "đã nhận 1/2, hạn 19/6/2023 · quá hạn 1: Hội LHPN huyện Tiên Du, từ 20/6/2023 · chưa nhắc"
        " · Ban Gia đình Xã hội quyết định"
    )
    assert found.parameters == {"Hạn": "19/6/2023", "Đã nhận": "1/2", "Quá hạn": ["Hội LHPN huyện Tiên Du"]}


def test_what_was_put_before_somebody_shows_as_escalated_and_before_whom() -> None:
    late = tien_du()
    late.runs("2023-06-01 08:00", "2023-06-28 08:00")
    found = shown("2023-06-28 08:00", late)
    assert found.state == "Escalated"
    assert found.message.endswith("báo cáo Thường trực 26/6/2023 · Thường trực quyết định")
    assert found.name.endswith(
        "1 quá hạn từ 20/6/2023: Hội LHPN huyện Tiên Du · báo cáo Thường trực 26/6/2023 · Thường trực quyết định"
    )
    assert found.rows[0]["Đã xử lý"].startswith("nhắc 6 lần, gần nhất 23/6/2023, thông báo lãnh đạo đơn vị 20/6/2023")
    assert found.rows[0]["Ai quyết định"] == "Thường trực"


def test_all_received_is_collected_and_all_accepted_is_closed() -> None:
    both = gia_binh(), tien_du()
    for one in both:
        one.submits("2023-06-18 09:00")
    assert shown("2023-06-25 08:00", *both).state == "Collected"
    for one in both:
        one.happens(Accepted, "2023-06-21 09:00")
    assert shown("2023-06-25 08:00", *both).state == "Closed"


def test_a_returned_report_is_collected_again() -> None:
    story = gia_binh()
    story.submits("2023-06-18 09:00")
    story.happens(Returned, "2023-06-19 09:00", why="thiếu biểu", due=by("2023-06-22"))
    found = shown("2023-06-20 08:00", story)
    assert (found.state, found.rows[0]["Tình trạng"]) == ("Collecting", "trả lại để bổ sung")
    assert found.rows[0]["Hạn"] == "22/6/2023"


@pytest.mark.parametrize(("kind", "word"), [(Waived, "được miễn"), (BeforeAdoption, "trước khi áp dụng")])
def test_what_nobody_owes_any_more_is_not_counted_but_stands_in_the_table(kind: type, word: str) -> None:
    freed = gia_binh()
    freed.happens(kind, "2023-05-25 09:00")
    found = shown("2023-06-01 08:00", freed, tien_du())
    assert found.parameters["Đã nhận"] == "0/1"
    assert [row["Tình trạng"] for row in found.rows] == [word, "đang thực hiện"]


def test_an_extension_stands_beside_the_date() -> None:
    story = gia_binh()
    story.happens(ExtensionGranted, "2023-06-15 09:00", due=by("2023-06-26"))
    assert shown("2023-06-20 08:00", story).rows[0]["Hạn"] == "26/6/2023 (được gia hạn)"


def test_it_speaks_the_organisations_language() -> None:
    found = shown("2023-06-20 08:00", tien_du(), language="en")
    assert found.message == (
        "received 0/1, due 19 June 2023 · overdue 1: Tiên Du district, since 20 June 2023 · not reminded"
        " · Ban Gia đình Xã hội to decide"
    )
    assert found.state_name == "Overdue"


def test_a_long_title_keeps_its_end_which_tells_the_periods_apart() -> None:
    terms = replace(report().terms, title=Text(vi="Treo băng zôn, khẩu hiệu, pano, áp phích và tổ chức " * 3))
    long = replace(report(), terms=terms)
    name = shown("2023-06-01 08:00", Story(long)).name
    assert name.endswith("… – 6 tháng đầu năm 2023 · 0/1 đã nộp · hạn 19/6/2023")
    assert len(name) < 140


def test_it_says_when_time_will_change_it() -> None:
    assert shown("2023-05-01 08:00", gia_binh()).changes_at == local("2023-05-20 00:00")
    assert shown("2023-06-01 08:00", gia_binh()).changes_at == local("2023-06-20 00:00")
    assert shown("2023-06-20 00:00", gia_binh()).changes_at is None


@given(stories())
def test_it_looks_the_same_until_the_moment_it_says(told: tuple[Story, datetime]) -> None:
    story, when = told
    judged = [(story.obligation, situation(story.obligation, tuple(story.history)))]
    directory = Directory(HOUSE)
    before = picture(judged, when, VIETNAM, directory)
    if before.changes_at is None:
        later = picture(judged, when + timedelta(days=900), VIETNAM, directory)
    else:
        later = picture(judged, before.changes_at - timedelta(seconds=1), VIETNAM, directory)
        after = picture(judged, before.changes_at, VIETNAM, directory)
        assert (after.state, after.rows) != (before.state, before.rows)
    assert (later.state, later.message, later.rows) == (before.state, before.message, before.rows)

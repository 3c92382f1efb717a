"""Why a letter went, why none did, what goes next: in both languages, with the rule, the calendar and the event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from dondoc.calendar.deadline import Anchors, resolve
from dondoc.calendar.grammar import parse_deadline
from dondoc.calendar.periods import Period
from dondoc.core.address import Directory
from dondoc.core.explanation import Explanation, explain
from dondoc.core.history import (
    Accepted,
    BeforeAdoption,
    Bounced,
    Cancelled,
    ExtensionGranted,
    Held,
    Returned,
    Voided,
    Waived,
)
from dondoc.core.organisation import Organisation
from tests.core.telling import USUAL, VIETNAM, Story, by, local, report
from tests.core.test_decide_properties import stories

HOUSE = Organisation.model_validate(
    {
        "organisation": "hoi",
        "name": "Hội",
        "units": [
            {
                "id": "h-gia-binh",
                "name": {"vi": "Hội LHPN huyện Gia Bình", "en": "Gia Bình district"},
                "people": [{"email": "can-bo@h-gia-binh.example"}],
            },
            {"id": "ban-gdxh", "name": "Ban Gia đình Xã hội", "people": [{"email": "ban@x.example"}]},
        ],
        "committees": [{"id": "thuong-truc", "name": "Thường trực"}, {"id": "ban-thuong-vu", "name": "BTV"}],
    }
)


def told(story: Story, when: str, **more: object) -> Explanation:
    return explain(story.obligation, tuple(story.history), local(when), VIETNAM, Directory(HOUSE), **more)  # type: ignore[arg-type]


def quiet(story: Story, when: str, **more: object) -> str:
    return " ".join(one.en for one in told(story, when, **more).quiet)


def test_a_letter_that_went_names_its_rule_its_recipient_and_its_fate() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-05 12:00")
    line = told(story, "2023-06-05 12:00").happened[-1]
    assert line.text.vi == "Nhắc trước hạn 14 ngày → owner@x.example – thư đã gửi lúc 08:00 5/6/2023"
    assert line.text.en == "Reminder 14 days before → owner@x.example – its letter left at 08:00 5/6/2023"


def test_a_letter_that_came_back_says_so() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-05 12:00")
    story.of_letter(Bounced, "letter-0", "2023-06-05 13:00")
    assert told(story, "2023-06-05 14:00").happened[-1].text.en.endswith("its letter came back")


def test_the_next_step_names_its_day_its_rule_and_whom_it_reaches() -> None:
    (line,) = told(Story(report()), "2023-06-01 09:00").coming
    assert (line.at, line.text.vi) == (
        local("2023-06-05 08:00"),
        "Nhắc trước hạn 14 ngày – gửi can-bo@h-gia-binh.example",
    )


def test_a_step_that_falls_on_a_holiday_says_which_and_when_it_goes_instead() -> None:
    (line,) = told(Story(report(due="2023-09-18")), "2023-08-31 09:00").coming
    assert line.at == local("2023-08-31 08:00")
    assert "Thứ Hai 4/9/2023 là ngày nghỉ (Quốc khánh (nghỉ bù)), gửi sớm Thứ Năm 31/8/2023" in line.text.vi
    assert "Monday 4/9/2023 is off (Quốc khánh (nghỉ bù)), sent Thursday 31/8/2023" in line.text.en


def test_the_deadline_is_given_with_its_reason_where_the_plan_reckons_it() -> None:
    cut_off = local("2023-06-14 00:00").astimezone(VIETNAM.zone).date()
    period = Period("2023-H1", cut_off, cut_off, cut_off)
    due = resolve(parse_deadline("3 working days after cut-off"), Anchors(period=period), VIETNAM)
    found = told(Story(report()), "2023-06-01 09:00", scheduled=due).deadline
    assert found.en == (
        "Due on Monday 19/6/2023 (3 working days after cut-off 14/6/2023 = 19/6/2023: 17–18/6 is a weekend)."
    )


def test_a_changed_deadline_is_told_with_the_original_one() -> None:
    story = Story(report())
    story.happens(ExtensionGranted, "2023-06-15 09:00", due=by("2023-06-26"))
    assert told(story, "2023-06-15 10:00").deadline.en == ("Due on Monday 26/6/2023; originally on Monday 19/6/2023.")


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        ([(Waived, {})], "It was waived."),
        ([(Cancelled, {})], "The plan does not ask for it any more."),
        ([(BeforeAdoption, {})], "It was due before its plan was first applied"),
        ([("submits", {})], "the owner is not reminded, the reviewer decides"),
        ([("submits", {}), (Accepted, {})], "It is done"),
        ([(Held, {"why": "đang làm việc"})], "The matter is held (đang làm việc)"),
    ],
)
def test_why_nothing_goes_names_the_event_that_stopped_it(happens: list, says: str) -> None:
    story = Story(report())
    for kind, data in happens:
        if kind == "submits":
            story.submits("2023-06-09 09:00")
        else:
            story.happens(kind, "2023-06-09 10:00", **data)
    assert says in quiet(story, "2023-06-12 09:00")


def test_a_brake_is_told_with_who_put_it_on_and_why() -> None:
    assert "Sending is stopped (quan-tri, sửa danh bạ)" in quiet(
        Story(report()), "2023-06-12 09:00", stopped="quan-tri, sửa danh bạ"
    )


def test_at_night_and_on_holidays_letters_wait_for_the_office_to_open() -> None:
    assert "it waits until 13:30 5/6/2023" in quiet(Story(report()), "2023-06-05 12:00")
    assert "(Sunday): it waits until 07:30 12/6/2023" in quiet(Story(report()), "2023-06-11 09:00")


def test_a_matter_whose_owner_was_never_reached_does_not_go_before_a_committee() -> None:
    committee_only = replace(USUAL, remind=(), chase=None, escalate=USUAL.escalate[2:3])
    story = Story(report(policy=committee_only), mail_works=False)
    assert "nothing may go before a committee" in quiet(story, "2023-07-03 09:00")


def test_what_was_taken_back_is_marked() -> None:
    story = Story(report())
    number = story.happens(Waived, "2023-06-01 09:00")
    story.happens(Voided, "2023-06-02 09:00", event=number)
    first, second = told(story, "2023-06-02 10:00").happened
    assert (first.undone, second.text.en) == (True, "Took back event 1 (test)")


def test_a_returned_report_is_told_with_the_day_of_its_answer() -> None:
    story = Story(report())
    story.submits("2023-06-16 09:00")
    story.happens(Returned, "2023-06-20 09:00", due=by("2023-06-23"), why="Thiếu mục II")
    found = told(story, "2023-06-20 10:00")
    assert "to be handed in again by Friday 23/6/2023" in found.deadline.en
    assert found.happened[-1].text.vi == "Trả lại, nộp lại trước hết Thứ Sáu 23/6/2023 (test): Thiếu mục II"


@given(stories())
def test_every_story_can_be_told_in_both_languages(made_up: tuple) -> None:
    story, now = made_up
    found = explain(story.obligation, tuple(story.history), now, VIETNAM, Directory(HOUSE))
    assert found.deadline.vi
    assert found.deadline.en
    assert bool(found.coming) or bool(found.quiet)
    for line in (*found.happened, *found.coming):
        assert line.text.vi
        assert line.text.en

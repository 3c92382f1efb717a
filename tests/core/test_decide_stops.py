"""What stops the letters of an obligation or starts them anew, and who hears that it is settled: tables of days."""

from __future__ import annotations

import pytest

from dondoc.core.decide import next_action
from dondoc.core.history import (
    Accepted,
    Amended,
    BeforeAdoption,
    Cancelled,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    Reminded,
    Returned,
    Voided,
    Waived,
)
from tests.core.telling import VIETNAM, Story, by, report

# -- what stops and restarts it


def test_a_submission_stops_reminders_and_asks_the_reviewer_until_the_decision() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-12 08:00")
    story.submits("2023-06-14 15:00")
    assert story.runs("2023-06-14 15:00", "2023-06-22 17:00") == [
        ("15/06 08:00", "review/asked"),
        ("19/06 08:00", "review/on the day"),  # three working days after the 14th
        ("21/06 08:00", "review/chase#1"),
    ]
    story.happens(Accepted, "2023-06-22 17:10")
    assert next_action(story.obligation, tuple(story.history), VIETNAM) is None


def test_a_submission_to_a_task_nobody_reviews_ends_it() -> None:
    story = Story(report(review=None))
    story.submits("2023-06-01 09:00")
    assert story.runs("2023-06-01 09:00", "2023-12-31 09:00") == []


def test_a_return_starts_a_new_cycle_towards_its_own_date() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-19 08:00")
    story.submits("2023-06-19 10:00")
    story.happens(Returned, "2023-06-21 10:00", due=by("2023-06-28"), why="thiếu phụ lục")
    assert story.runs("2023-06-21 10:00", "2023-07-03 17:00") == [
        ("27/06 08:00", "remind/1 working days before"),
        ("28/06 08:00", "remind/on the day"),
        ("29/06 08:00", "escalate/head of owner"),
        ("30/06 08:00", "chase#1"),
        ("03/07 08:00", "escalate/focal point"),
    ]


def test_an_extension_starts_reminders_anew_and_leaves_out_those_before_it() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-16 08:00")
    story.happens(ExtensionGranted, "2023-06-16 14:00", due=by("2023-06-26"))
    assert story.runs("2023-06-16 14:00", "2023-06-27 17:00") == [
        ("19/06 08:00", "remind/7 days before"),
        ("23/06 08:00", "remind/1 working days before"),
        ("26/06 08:00", "remind/on the day"),
        ("27/06 08:00", "escalate/head of owner"),
    ]


def test_an_amended_deadline_starts_reminders_anew() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-12 08:00")
    story.happens(Amended, "2023-06-13 09:00", due=by("2023-07-10"))
    assert story.runs("2023-06-13 09:00", "2023-07-03 17:00") == [
        ("26/06 08:00", "remind/14 days before"),
        ("03/07 08:00", "remind/7 days before"),
    ]


def test_an_extension_taken_back_starts_anew_as_well_so_no_step_key_is_used_twice() -> None:
    story = Story(report())
    granted = story.happens(ExtensionGranted, "2023-06-13 09:00", due=by("2023-06-26"))
    story.happens(Voided, "2023-06-14 09:00", event=granted)
    assert story.runs("2023-06-14 09:00", "2023-06-19 17:00") == [
        ("16/06 08:00", "remind/1 working days before"),
        ("19/06 08:00", "remind/on the day"),
    ]
    assert {fact.step.cycle for fact in story.history if isinstance(fact, Reminded)} == {2}


def test_who_decides_on_an_extension_is_asked_and_chased_while_the_owner_is_still_reminded() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-12 08:00")
    number = story.happens(ExtensionAsked, "2023-06-13 10:00", due=by("2023-06-30"))
    assert story.runs("2023-06-13 10:00", "2023-06-16 17:00") == [
        ("14/06 08:00", f"extension/{number}"),
        ("16/06 08:00", f"extension/{number}#1"),
        ("16/06 08:00", "remind/1 working days before"),
    ]
    story.happens(ExtensionRefused, "2023-06-16 17:00")
    assert story.runs("2023-06-16 17:00", "2023-06-19 17:00") == [("19/06 08:00", "remind/on the day")]


@pytest.mark.parametrize("end", [Waived, Cancelled, BeforeAdoption])
def test_what_is_waived_cancelled_or_before_adoption_gets_no_letter(end: type) -> None:
    story = Story(report())
    story.happens(end, "2023-04-14 08:00")
    assert story.runs("2023-04-14 08:00", "2023-12-31 08:00") == []


def test_a_submission_recorded_by_mistake_and_undone_lets_the_chase_go_on() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-21 08:00")
    mistake = story.submits("2023-06-21 10:00")
    story.happens(Voided, "2023-06-22 10:00", event=mistake)
    assert story.runs("2023-06-22 10:00", "2023-06-23 17:00") == [
        ("22/06 10:00", "escalate/focal point"),
        ("23/06 08:00", "chase#2"),
        ("23/06 08:00", "forewarn/thuong-truc"),
    ]


# -- what is settled


def test_a_committee_hears_of_the_end_once_on_the_next_working_morning() -> None:
    told = Story(report())
    told.runs("2023-06-05 08:00", "2023-06-28 09:00")  # before the standing board since Monday the 26th
    told.submits("2023-06-30 15:00")
    told.runs("2023-06-30 15:00", "2023-07-03 12:00")
    told.happens(Accepted, "2023-07-03 16:00")
    assert told.runs("2023-07-03 16:00", "2023-12-31 09:00") == [("04/07 08:00", "resolved/thuong-truc")]


@pytest.mark.parametrize("kind", [Waived, Cancelled])
def test_a_committee_hears_too_that_nothing_is_owed_any_more(kind: type[Event]) -> None:
    told = Story(report())
    told.runs("2023-06-05 08:00", "2023-06-28 09:00")
    told.happens(kind, "2023-06-28 10:00")
    assert told.runs("2023-06-28 10:00", "2023-12-31 09:00") == [("29/06 08:00", "resolved/thuong-truc")]


def test_every_committee_that_had_the_matter_hears_and_nobody_below() -> None:
    told = Story(report())
    told.runs("2023-06-05 08:00", "2023-07-04 09:00")
    told.happens(Waived, "2023-07-04 10:00")
    assert told.runs("2023-07-04 10:00", "2023-12-31 09:00") == [
        ("05/07 08:00", "resolved/thuong-truc"),
        ("05/07 08:00", "resolved/ban-thuong-vu"),
    ]


def test_an_extension_after_the_dossier_does_not_lose_the_committee() -> None:
    told = Story(report())
    told.runs("2023-06-05 08:00", "2023-06-28 09:00")
    told.happens(ExtensionGranted, "2023-06-28 10:00", due=by("2023-07-14"))
    told.happens(Waived, "2023-06-29 10:00")
    assert told.runs("2023-06-29 10:00", "2023-12-31 09:00") == [("30/06 08:00", "resolved/thuong-truc")]


def test_what_was_told_as_settled_and_is_open_again_may_be_told_again() -> None:
    told = Story(report(review=None))
    told.runs("2023-06-05 08:00", "2023-06-28 09:00")
    wrong = told.submits("2023-06-28 10:00")
    assert told.runs("2023-06-28 10:00", "2023-06-29 09:00") == [("29/06 08:00", "resolved/thuong-truc")]
    told.happens(Voided, "2023-06-29 10:00", event=wrong)
    told.runs("2023-06-29 10:00", "2023-07-05 09:00")  # on to the standing committee
    told.submits("2023-07-05 10:00")
    assert told.runs("2023-07-05 10:00", "2023-12-31 09:00") == [("06/07 08:00", "resolved/ban-thuong-vu")]


def test_what_no_committee_saw_ends_in_silence() -> None:
    told = Story(report())
    told.runs("2023-06-05 08:00", "2023-06-22 09:00")
    told.happens(Waived, "2023-06-22 10:00")
    assert told.runs("2023-06-22 10:00", "2023-12-31 09:00") == []

"""Where a matter stands: on time or late, done or not, and in which of the four cells."""

from __future__ import annotations

import pytest

from dondoc.core.history import Accepted, BeforeAdoption, ExtensionGranted, Returned, Submitted, Voided, Waived, as_of
from dondoc.core.standing import cell, received_in_time, situation, standing
from tests.core.telling import VIETNAM, Story, by, local, report


def where(story: Story, when: str) -> tuple[str, str | None]:
    now = situation(story.obligation, tuple(story.history))
    return (
        standing(story.obligation, now, local(when), VIETNAM),
        cell(story.obligation, now, local(when)),
    )


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2023-04-12 23:59", "upcoming"),
        ("2023-04-13 00:00", "open"),
        ("2023-06-12 23:59", "open"),
        ("2023-06-13 00:00", "due_soon"),
        ("2023-06-18 23:59", "due_soon"),
        ("2023-06-19 00:00", "due_today"),
        ("2023-06-19 23:59", "due_today"),
        ("2023-06-20 00:00", "overdue"),
    ],
)
def test_an_unanswered_matter_goes_from_upcoming_to_overdue_at_midnight(when: str, expected: str) -> None:
    assert where(Story(report()), when) == (expected, "open_overdue" if expected == "overdue" else "open_in_time")


@pytest.mark.parametrize(
    ("received", "expected"),
    [("2023-06-19 23:59", "done_on_time"), ("2023-06-20 00:00", "done_late")],
)
def test_a_day_deadline_ends_at_midnight(received: str, expected: str) -> None:
    story = Story(report())
    story.submits(received)
    story.happens(Accepted, "2023-06-22 09:00")
    assert where(story, "2023-06-23 08:00") == (expected, expected)


def test_a_report_received_on_paper_before_the_deadline_and_typed_in_after_it_is_on_time() -> None:
    story = Story(report())
    story.submits("2023-06-18 16:00", recorded="2023-06-25 09:00")
    story.happens(Accepted, "2023-06-26 09:00")
    assert where(story, "2023-06-26 10:00") == ("done_on_time", "done_on_time")


def test_as_of_a_day_before_it_was_recorded_the_report_is_not_known() -> None:
    story = Story(report())
    story.submits("2023-06-18 16:00", recorded="2023-06-25 09:00")
    story.history = list(as_of(story.history, local("2023-06-24 17:00")))
    assert where(story, "2023-06-24 17:00") == ("overdue", "open_overdue")


def test_a_submission_under_review_is_not_done_and_in_time_if_received_in_time() -> None:
    story = Story(report())
    story.submits("2023-06-19 17:00")
    assert where(story, "2023-07-30 08:00") == ("submitted", "open_in_time")


def test_a_submission_received_late_and_under_review_is_not_done_overdue() -> None:
    story = Story(report())
    story.submits("2023-06-21 17:00")
    assert where(story, "2023-06-22 08:00") == ("submitted", "open_overdue")


def test_a_returned_report_answered_by_its_date_counts_by_its_first_receipt() -> None:
    story = Story(report())
    story.submits("2023-06-19 10:00")
    story.happens(Returned, "2023-06-21 10:00", due=by("2023-06-26"))
    assert where(story, "2023-06-26 23:59") == ("returned", "open_in_time")
    assert where(story, "2023-06-27 00:00") == ("overdue", "open_overdue")
    story.submits("2023-06-26 20:00")
    story.happens(Accepted, "2023-06-28 08:00")
    assert where(story, "2023-06-28 08:00") == ("done_on_time", "done_on_time")


def test_a_returned_report_answered_after_its_date_counts_by_the_accepted_versions_receipt() -> None:
    story = Story(report())
    story.submits("2023-06-19 10:00")
    story.happens(Returned, "2023-06-21 10:00", due=by("2023-06-26"))
    story.submits("2023-06-27 08:00")
    story.happens(Accepted, "2023-06-28 08:00")
    assert where(story, "2023-06-28 08:00") == ("done_late", "done_late")


def test_an_extension_counts_by_the_new_deadline_and_by_the_original_one_beside_it() -> None:
    story = Story(report())
    story.happens(ExtensionGranted, "2023-06-16 10:00", due=by("2023-06-30"))
    story.submits("2023-06-28 10:00")
    story.happens(Accepted, "2023-06-29 10:00")
    now = situation(story.obligation, tuple(story.history))
    assert received_in_time(now)
    assert not received_in_time(now, original=True)
    assert cell(story.obligation, now, local("2023-07-01 00:00"), original=True) == "done_late"
    assert now.extended


def test_what_is_waived_stands_outside_the_total() -> None:
    story = Story(report())
    story.happens(Waived, "2023-06-01 08:00")
    assert where(story, "2023-07-01 08:00") == ("waived", None)


def test_what_was_due_before_adoption_is_outside_until_it_is_recorded() -> None:
    story = Story(report())
    story.happens(BeforeAdoption, "2023-07-01 08:00")
    assert where(story, "2023-07-01 08:00") == ("before_adoption", None)
    story.submits("2023-06-15 08:00", recorded="2023-07-02 08:00")
    assert where(story, "2023-07-02 08:00") == ("submitted", "open_in_time")


def test_a_submission_undone_leaves_no_trace_in_the_standing() -> None:
    story = Story(report())
    before = situation(story.obligation, ())
    number = story.happens(Submitted, "2023-06-10 08:00", version=1, channel="paper")
    story.happens(Voided, "2023-06-11 08:00", event=number)
    assert situation(story.obligation, tuple(story.history)) == before

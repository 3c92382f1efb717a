"""What leadership hears on Monday: the cells, what is late, done, to be decided; and when nothing is said at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dondoc.core.address import Directory
from dondoc.core.foresight import foresee
from dondoc.core.history import Accepted, Scheduled, Waived
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.summary import Summary, is_time, next_time, summaries
from tests.core.telling import VIETNAM, Story, local, report

HOUSE = Organisation.model_validate(
    {
        "organisation": "hoi",
        "name": "Hội",
        "units": [
            {"id": "h-gia-binh", "name": "Gia Bình", "people": [{"email": "can-bo@h-gia-binh.example"}]},
            {"id": "ban-gdxh", "name": "Ban", "people": [{"role": "head", "email": "ban@x.example"}]},
        ],
        "committees": [
            {"id": "thuong-truc", "name": "Thường trực", "secretary": {"email": "thu-ky@x.example"}},
            {"id": "ban-thuong-vu", "name": "BTV", "secretary": {"email": "btv@x.example"}},
        ],
    }
)


def asking(one: Obligation, *bodies: str) -> Obligation:
    return replace(one, terms=replace(one.terms, summary_to=bodies))


def told(story: Story, when: str) -> tuple[Summary, ...]:
    return summaries([(story.obligation, tuple(story.history))], local(when), VIETNAM, Directory(HOUSE))


def scheduled(*bodies: str) -> Story:
    story = Story(asking(report(), *bodies))
    story.happens(Scheduled, "2023-04-13 08:00")
    return story


def test_a_plan_that_names_nobody_sends_nothing() -> None:
    assert told(scheduled(), "2023-06-12 08:00") == ()


def test_while_something_is_running_its_cells_are_told() -> None:
    (one,) = told(scheduled("thuong-truc"), "2023-06-12 08:00")
    assert (one.recipient.key, one.day, one.since) == ("thu-ky@x.example", date(2023, 6, 12), date(2023, 6, 5))
    (plan,) = one.plans
    assert (plan.counts.open_in_time, plan.counts.total) == (1, 1)
    assert (plan.late, plan.done, plan.to_decide) == ((), (), ())


def test_what_is_late_is_told_until_it_is_before_the_body_and_then_waits_for_its_decision() -> None:
    story = scheduled("thuong-truc")
    story.runs("2023-04-13 08:00", "2023-06-23 17:00")
    (plan,) = told(story, "2023-06-26 08:00")[0].plans
    assert ([one.id for one, _ in plan.late], plan.to_decide) == ([story.obligation.id], ())
    story.runs("2023-06-26 08:00", "2023-06-30 17:00")
    (plan,) = told(story, "2023-07-03 08:00")[0].plans
    assert (plan.late, [one.id for one, _ in plan.to_decide]) == ((), [story.obligation.id])


def test_what_was_done_is_told_once_and_then_there_is_silence() -> None:
    story = scheduled("thuong-truc")
    story.submits("2023-06-16 09:00")
    story.happens(Accepted, "2023-06-20 10:00")
    (plan,) = told(story, "2023-06-26 08:00")[0].plans
    assert [one.id for one, _ in plan.done] == [story.obligation.id]
    assert told(story, "2023-07-03 08:00") == ()


def test_what_is_waived_is_not_told() -> None:
    story = scheduled("thuong-truc")
    story.happens(Waived, "2023-06-01 10:00")
    assert told(story, "2023-06-12 08:00") == ()


def test_a_plan_that_began_this_week_is_told_of_in_the_next() -> None:
    story = Story(asking(report(), "thuong-truc"))
    story.happens(Scheduled, "2023-06-14 08:00")
    assert told(story, "2023-06-15 08:00") == ()
    assert len(told(story, "2023-06-19 08:00")) == 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2023-06-12 07:59", "2023-06-12 08:00"),
        ("2023-06-12 08:00", "2023-06-19 08:00"),
        ("2023-06-14 12:00", "2023-06-19 08:00"),
        ("2023-04-28 12:00", "2023-05-04 08:00"),  # Monday 1/5 to Wednesday 3/5 were days off
    ],
)
def test_it_goes_on_the_first_working_day_of_the_week(after: str, expected: str) -> None:
    assert next_time(local(after), VIETNAM) == local(expected)
    assert is_time(local(expected), VIETNAM)


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2023-06-12 07:59", False), ("2023-06-12 09:00", False), ("2023-06-13 08:30", True), ("2023-06-17 08:00", False)],
)
def test_after_downtime_it_goes_on_a_later_morning_of_the_week(now: str, expected: bool) -> None:
    assert is_time(local(now), VIETNAM) is expected


def test_what_is_foreseen_has_a_summary_for_every_week_in_which_something_runs() -> None:
    story = scheduled("thuong-truc")
    future = foresee(
        [(story.obligation, tuple(story.history))], local("2023-06-01 08:00"), local("2023-08-31 08:00"), VIETNAM,
        Directory(HOUSE), assume="on-time",
    )  # fmt: skip
    weeks = [f"{one.at:%d/%m}" for one in future if one.kind == "summary"]
    assert weeks == ["05/06", "12/06", "19/06", "26/06"]  # handed in on 19/6 and accepted in that week

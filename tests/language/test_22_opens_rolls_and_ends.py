"""Opening, rolling off days off, and the end of the day: at midnight or with the office."""

import pytest

from tests.language.saying import owed, placed, problems, table
from tests.places import local


@pytest.mark.parametrize(
    ("task", "opens"),
    [
        ("due: 2023-06-30", "2023-04-13 00:00"),  # with the plan's issue
        ("due: 2023-06-30, opens: 2023-06-05", "2023-06-05 00:00"),
        ("due: 2023-06-30, opens: 14 days before 2023-06-30", "2023-06-16 00:00"),
        ("due: 2023-06-30, opens: 2023-06-05 09:30", "2023-06-05 09:30"),
        ("due: 2023-06-30, opens: 2023-01-01", "2023-04-13 00:00"),  # never before the plan is issued
        ("due: {every: quarter, by: last day, only: [Q3]}", "2023-07-01 00:00"),
        ("due: {every: quarter, by: last day, only: [Q3]}, opens: 10 days before cut-off", "2023-09-20 00:00"),
    ],
)
def test_a_duty_opens_when_it_says_so(task: str, opens: str) -> None:
    assert [one.opens for one in owed(f"- {{id: t, title: T, owner: gia-binh, {task}}}")] == [local(opens)]


@pytest.mark.parametrize(
    ("task", "day"),
    [
        ("due: 4 days after 2023-06-14", "2023-06-19"),  # Sunday 18/6: computed days move on
        ("due: 4 days after 2023-06-14, roll: previous working day", "2023-06-16"),
        ("due: 4 days after 2023-06-14, roll: none", "2023-06-18"),
        ("due: 2023-06-18", "2023-06-18"),  # a day written out stays
        ("due: 2023-06-18, roll: next working day", "2023-06-19"),
        ("due: 2023-04-29, roll: next working day", "2023-05-04"),  # weekend, 30/4, 1/5, and two days in exchange
        ("due: 2 weeks after 2023-04-17", "2023-05-04"),
        ("due: 1 month after 2023-05-31", "2023-06-30"),  # June has no 31st
    ],
)
def test_a_day_off_is_left_or_not(task: str, day: str) -> None:
    assert table(f"- {{id: t, title: T, owner: gia-binh, {task}}}") == [f"gia-binh once {day}"]


def test_a_day_off_that_was_written_out_is_a_warning() -> None:
    assert placed("- {id: t, title: T, owner: gia-binh, due: 2023-06-18}") == ["day-off at 2023-06-18}"]
    assert problems("- {id: t, title: T, owner: gia-binh, due: 2023-06-18, roll: none}") == []


def test_a_day_ends_at_midnight_or_with_the_office_or_at_the_hour_written() -> None:
    task = "- {id: t, title: T, owner: gia-binh, due: 2023-06-19}"
    assert owed(task)[0].due.at == local("2023-06-20 00:00")
    assert owed(task.replace("}", ", day_ends: office}"))[0].due.at == local("2023-06-19 17:00")
    (clock,) = owed(task.replace("2023-06-19", "2023-06-19 11:30"))
    assert (clock.due.at, clock.due.whole_day) == (local("2023-06-19 11:30"), False)

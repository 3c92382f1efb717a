"""Where a deadline rolls off a day off, what makes a day too late, and when the day of a deadline is over."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dondoc.calendar.deadline import Deadline, Roll, day_deadline, resolve
from dondoc.calendar.grammar import parse_deadline
from dondoc.calendar.periods import Period
from tests.calendar.reckoning import BRITAIN, PLAN, Q3, VIETNAM, clock, day, local


@pytest.mark.parametrize(
    ("text", "roll", "expected"),
    [
        ("3 days after 2023-06-14", "next working day", "2023-06-19"),
        ("3 days after 2023-06-14", "previous working day", "2023-06-16"),
        ("3 days after 2023-06-14", "none", "2023-06-17"),
        ("2023-09-02", "next working day", "2023-09-05"),
        ("2023-09-02", "previous working day", "2023-08-31"),
        ("2023-09-02", "none", "2023-09-02"),
        ("2023-09-05", "previous working day", "2023-09-05"),
        ("in April 2023", "none", "2023-04-30"),
        ("in April 2023", "next working day", "2023-05-04"),
        # Never to or past what it must precede, never back to what it must follow.
        ("before lunar 15/8/2025", "next working day", "2025-10-05"),  # Sunday; Monday is the festival
        ("before lunar 15/8/2025", "previous working day", "2025-10-03"),
        ("1 day before 2023-06-19", "next working day", "2023-06-18"),
        ("before 2023-06-19", "next working day", "2023-06-18"),
        ("1 day after 2023-06-16", "previous working day", "2023-06-17"),
        ("2 days before 2023-06-20", "next working day", "2023-06-19"),
    ],
)
def test_the_author_may_choose_where_a_day_off_rolls(text: str, roll: Roll, expected: str) -> None:
    assert day(text, roll=roll) == expected


def test_by_default_a_deadline_before_a_feast_is_not_rolled_onto_it() -> None:
    assert day("before lunar 15/8/2025") == "2025-10-05"
    assert day("1 day before 2023-06-19") == "2023-06-18"


@pytest.mark.parametrize(
    ("text", "covering", "expected"),
    [
        ("2023-06-20", None, "2023-06-19"),
        ("2023-06-19", None, "2023-06-18"),
        ("lunar 15/8", None, "2023-09-28"),
        ("day 20 of last month", Q3, "2023-09-19"),
        ("day 25 of last month", Q3, "2023-09-24"),  # a Sunday; Monday the 25th would be too late
        ("before 2023-06-20", None, "2023-06-19"),  # exclusive as it stands
        ("3 working days after 2023-06-14", None, "2023-06-19"),  # counted, not named
        ("in June 2023", None, "2023-06-30"),
    ],
)
def test_strict_makes_the_named_day_itself_too_late(text: str, covering: Period | None, expected: str) -> None:
    assert day(text, replace(PLAN, period=covering), strict=True) == expected


def test_hours_roll_only_when_told_to_and_keep_their_time() -> None:
    event = replace(PLAN, event=local("2023-06-16 14:05"))
    assert clock("24 hours after event", event, roll="next working day") == "2023-06-19 14:05"
    assert clock("24 hours after event", event, roll="previous working day") == "2023-06-16 14:05"
    assert clock("24 hours after event", event, roll="none") == "2023-06-17 14:05"


def test_a_day_may_end_with_the_office() -> None:
    due = resolve(parse_deadline("3 working days after plan.issued"), PLAN, VIETNAM, day_ends="office")
    assert due == Deadline(local("2023-04-18 17:00"))
    assert due.day(VIETNAM) == date(2023, 4, 18)
    assert day_deadline(date(2023, 4, 18), VIETNAM, "office") == due
    assert day_deadline(date(2023, 4, 18), VIETNAM) == resolve(parse_deadline("2023-04-18"), PLAN, VIETNAM)


@pytest.mark.parametrize(
    ("text", "instant", "met"),
    [
        ("2023-06-19", "2023-06-18 23:59", True),
        ("2023-06-19", "2023-06-19 23:59:59.999999", True),
        ("2023-06-19", "2023-06-20 00:00", False),
        ("2023-06-19 17:00", "2023-06-19 16:59", True),
        ("2023-06-19 17:00", "2023-06-19 17:00", True),
        ("2023-06-19 17:00", "2023-06-19 17:00:00.000001", False),
    ],
)
def test_a_day_lasts_until_midnight_and_a_clock_time_includes_itself(text: str, instant: str, met: bool) -> None:
    assert resolve(parse_deadline(text), PLAN, VIETNAM).met_by(local(instant)) is met


def test_the_day_people_read_is_the_local_one() -> None:
    assert Deadline(datetime(2023, 6, 19, 17, tzinfo=UTC)).day(VIETNAM) == date(2023, 6, 19)
    assert Deadline(datetime(2023, 6, 19, 17, tzinfo=UTC), whole_day=False).day(VIETNAM) == date(2023, 6, 20)
    assert Deadline(datetime(2023, 6, 19, 23, tzinfo=UTC)).day(BRITAIN) == date(2023, 6, 19)

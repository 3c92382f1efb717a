"""Office hours, letter slots, and where a day ends."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.calendar.workdays import work_calendar
from tests.calendar.calendars import BRITAIN, VIETNAM, every_day


def local(text: str) -> datetime:
    """An instant written in Vietnamese local time."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "inside"),
    [
        ("2023-06-19 07:29:59", False),
        ("2023-06-19 07:30", True),
        ("2023-06-19 11:29:59", True),
        ("2023-06-19 11:30", False),
        ("2023-06-19 13:30", True),
        ("2023-06-19 16:59:59", True),
        ("2023-06-19 17:00", False),
        ("2023-06-18 09:00", False),  # Sunday
        ("2023-09-04 09:00", False),  # holiday
        ("2024-05-04 09:00", True),  # Saturday worked in exchange
        ("2023-06-19 00:00", False),
    ],
)
def test_office_hours_begin_at_their_minute_and_end_before_theirs(instant: str, inside: bool) -> None:
    assert VIETNAM.in_office(local(instant)) is inside


@pytest.mark.parametrize(
    ("instant", "following"),
    [
        ("2023-06-19 09:15", "2023-06-19 09:15"),
        ("2023-06-19 12:00", "2023-06-19 13:30"),
        ("2023-06-19 18:00", "2023-06-20 07:30"),
        ("2023-06-19 06:00", "2023-06-19 07:30"),
        ("2023-06-18 10:00", "2023-06-19 07:30"),
        ("2023-09-02 10:00", "2023-09-05 07:30"),
        ("2023-01-22 00:00", "2023-01-27 07:30"),
        ("2024-05-04 23:59", "2024-05-06 07:30"),
    ],
)
def test_a_moment_outside_the_office_moves_to_the_next_opening(instant: str, following: str) -> None:
    assert VIETNAM.next_office_time(local(instant)) == local(following)


@pytest.mark.parametrize(
    ("instant", "slot"),
    [
        ("2023-06-19 07:59:59", "2023-06-19 08:00"),
        ("2023-06-19 08:00", "2023-06-19 08:00"),
        ("2023-06-19 08:00:01", "2023-06-20 08:00"),
        ("2023-06-16 08:01", "2023-06-19 08:00"),
        ("2023-06-17 03:00", "2023-06-19 08:00"),
        ("2023-08-31 09:00", "2023-09-05 08:00"),
    ],
)
def test_letters_leave_at_the_first_slot_of_a_working_day(instant: str, slot: str) -> None:
    assert VIETNAM.next_letters_slot(local(instant)) == local(slot)


def test_a_day_ends_at_midnight_or_with_the_office() -> None:
    assert VIETNAM.day_ends(date(2023, 6, 19)) == datetime(2023, 6, 19, 17, tzinfo=UTC)
    assert VIETNAM.day_ends(date(2023, 6, 19), office=True) == datetime(2023, 6, 19, 10, tzinfo=UTC)
    assert VIETNAM.end_of_office_day(date(2023, 6, 19)) == datetime(2023, 6, 19, 10, tzinfo=UTC)
    assert VIETNAM.letters_slot(date(2023, 6, 18)) == datetime(2023, 6, 18, 1, tzinfo=UTC)


def test_the_local_day_changes_at_local_midnight() -> None:
    assert VIETNAM.day_of(datetime(2023, 6, 19, 16, 59, 59, tzinfo=UTC)) == date(2023, 6, 19)
    assert VIETNAM.day_of(datetime(2023, 6, 19, 17, tzinfo=UTC)) == date(2023, 6, 20)
    assert VIETNAM.local(datetime(2023, 6, 19, 17, tzinfo=UTC)).time() == time(0)


@pytest.mark.parametrize("zone", ["Europe/London", "America/Havana", "America/Asuncion", "Africa/Cairo", "Asia/Beirut"])
@pytest.mark.parametrize("year", [2010, 2023, 2024])
def test_a_day_ends_where_the_next_begins_even_when_clocks_change(zone: str, year: int) -> None:
    calendar = work_calendar(zone=zone, holidays=None)
    for day in every_day(year):
        end = calendar.day_ends(day)
        assert calendar.day_of(end - timedelta(microseconds=1)) == day
        assert calendar.day_of(end) == day + timedelta(days=1)


def test_a_day_of_changing_clocks_is_an_hour_shorter_or_longer() -> None:
    spring, autumn = date(2023, 3, 26), date(2023, 10, 29)
    before = timedelta(days=1)
    assert BRITAIN.day_ends(spring) - BRITAIN.day_ends(spring - before) == timedelta(hours=23)
    assert BRITAIN.day_ends(autumn) - BRITAIN.day_ends(autumn - before) == timedelta(hours=25)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - see timezones
def test_office_times_and_slots_are_where_they_promise_to_be(instant: datetime) -> None:
    following = VIETNAM.next_office_time(instant)
    assert instant <= following
    assert VIETNAM.in_office(following)
    slot = VIETNAM.next_letters_slot(instant)
    assert slot >= instant
    assert VIETNAM.in_office(slot)
    assert not any(
        instant <= VIETNAM.letters_slot(day) < slot
        for day in (VIETNAM.day_of(instant) + timedelta(days=n) for n in range(12))
        if VIETNAM.is_working_day(day)
    )


@pytest.mark.parametrize(
    "ask",
    [
        VIETNAM.local,
        VIETNAM.day_of,
        VIETNAM.in_office,
        VIETNAM.next_office_time,
        VIETNAM.next_letters_slot,
    ],
)
def test_a_naive_instant_is_refused(ask: object) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        ask(datetime(2023, 6, 19, 9))  # type: ignore[operator]  # noqa: DTZ001 - naive on purpose

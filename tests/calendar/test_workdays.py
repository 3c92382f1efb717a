"""Working days, against the days off that Vietnam's government published."""

from datetime import date, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.calendar.workdays import DayOff, MadeUpDay, WorkCalendar, parse_office_hours, work_calendar
from tests.calendar.calendars import BRITAIN, VIETNAM, every_day

DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))

# What was published: each line is the first and last day of a break (weekends inside it included) and its source.
# "art. 111" is Labour Code 2019, art. 111.3: a holiday on a weekly day of rest is given back on the next working day.
BREAKS = {
    2023: [
        ("2023-01-01", "2023-01-02", "Labour Code 2019, art. 112; art. 111"),
        ("2023-01-20", "2023-01-26", "8056/VPCP-KGVX, 1/12/2022"),
        ("2023-04-29", "2023-05-03", "Labour Code 2019, art. 112; art. 111"),
        ("2023-09-01", "2023-09-04", "8056/VPCP-KGVX, 1/12/2022"),
    ],
    2024: [
        ("2024-01-01", "2024-01-01", "Labour Code 2019, art. 112"),
        ("2024-02-08", "2024-02-14", "8662/VPCP-KGVX, 3/11/2023"),
        ("2024-04-18", "2024-04-18", "Labour Code 2019, art. 112"),
        ("2024-04-27", "2024-05-01", "2450/VPCP-KGVX, 12/4/2024"),
        ("2024-08-31", "2024-09-03", "8662/VPCP-KGVX, 3/11/2023"),
    ],
    2025: [
        ("2025-01-01", "2025-01-01", "Labour Code 2019, art. 112"),
        ("2025-01-25", "2025-02-02", "8726/VPCP-KGVX, 26/11/2024"),
        ("2025-04-07", "2025-04-07", "Labour Code 2019, art. 112"),
        ("2025-04-30", "2025-05-04", "8726/VPCP-KGVX, 26/11/2024"),
        ("2025-08-30", "2025-09-02", "8726/VPCP-KGVX, 26/11/2024"),
    ],
    2026: [
        ("2026-01-01", "2026-01-04", "12729/VPCP-KGVX, 25/12/2025"),
        ("2026-02-14", "2026-02-22", "the Government Office's letter of 13/10/2025"),
        ("2026-04-25", "2026-04-27", "Labour Code 2019, art. 112; art. 111"),
        ("2026-04-30", "2026-05-03", "Labour Code 2019, art. 112"),
        ("2026-08-29", "2026-09-02", "the Government Office's letter of 13/10/2025"),
    ],
}
SATURDAYS_WORKED = {
    2023: [],
    2024: ["2024-05-04"],  # 2450/VPCP-KGVX
    2025: ["2025-04-26"],  # 8726/VPCP-KGVX
    2026: ["2026-01-10", "2026-08-22"],  # 12729/VPCP-KGVX; the letter of 13/10/2025
}


def published_working_days(year: int) -> list[date]:
    worked = {date.fromisoformat(text) for text in SATURDAYS_WORKED[year]}
    breaks = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last, _ in BREAKS[year]]
    return [
        day
        for day in every_day(year)
        if day in worked or (day.weekday() < 5 and not any(first <= day <= last for first, last in breaks))
    ]


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_of_the_year_is_worked_or_off_as_the_government_published(year: int) -> None:
    assert [day for day in every_day(year) if VIETNAM.is_working_day(day)] == published_working_days(year)


def test_without_the_overlay_2026_is_wrong_on_exactly_the_three_days_that_the_overlay_mends() -> None:
    library_alone = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
    differ = [d for d in every_day(2026) if library_alone.is_working_day(d) != VIETNAM.is_working_day(d)]
    assert differ == [date(2026, 1, 2), date(2026, 1, 10), date(2026, 11, 24)]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2023-01-19", None),
        ("2023-01-20", "29 Tết"),
        ("2023-01-21", "Giao thừa Tết Nguyên Đán"),
        ("2023-01-26", "Mùng năm Tết Nguyên Đán"),
        ("2023-01-27", None),
        ("2023-06-17", "Thứ Bảy"),
        ("2023-06-18", "Chủ nhật"),
        ("2023-06-19", None),
        ("2023-09-02", "Quốc khánh"),
        ("2023-09-04", "Quốc khánh (nghỉ bù)"),
        ("2024-05-04", None),  # a Saturday that was worked
        ("2026-01-02", "Nghỉ hoán đổi (12729/VPCP-KGVX)"),
        ("2026-11-24", None),
    ],
)
def test_a_day_off_is_explained_by_its_holiday_or_its_weekday(day: str, why: str | None) -> None:
    assert VIETNAM.why_off(date.fromisoformat(day)) == why


def test_weekdays_are_named_in_the_language_asked_for() -> None:
    assert VIETNAM.why_off(date(2023, 6, 18), "en") == "Sunday"
    assert BRITAIN.why_off(date(2023, 6, 18)) == "Sunday"


def test_holidays_and_worked_saturdays_are_listed_with_their_sources() -> None:
    assert VIETNAM.made_up_days(2025) == (MadeUpDay(date(2025, 4, 26), "holidays VN"),)
    assert [one.day.isoformat() for one in VIETNAM.made_up_days(2026)] == [
        "2026-01-10",
        "2026-08-22",
        "2026-11-24",
    ]
    assert DayOff(date(2023, 9, 2), "Quốc khánh", "holidays VN") in VIETNAM.days_off(2023)
    assert DayOff(date(2026, 1, 2), "Nghỉ hoán đổi", "12729/VPCP-KGVX") in VIETNAM.days_off(2026)
    assert date(2026, 11, 24) not in {one.day for one in VIETNAM.days_off(2026)}
    assert list(VIETNAM.days_off(2023)) == sorted(VIETNAM.days_off(2023), key=lambda one: one.day)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2023-06-14", 3, "2023-06-19"),  # Wednesday; 17-18 June is a weekend
        ("2023-12-14", 3, "2023-12-19"),
        ("2023-04-13", 3, "2023-04-18"),
        ("2023-04-13", 10, "2023-04-27"),
        ("2023-04-28", 1, "2023-05-04"),  # over the five days off
        ("2023-09-05", -1, "2023-08-31"),  # back over 1-4 September
        ("2023-01-19", 1, "2023-01-27"),  # over Tết
        ("2024-05-03", 1, "2024-05-04"),  # the Saturday worked in exchange
        ("2024-05-06", -1, "2024-05-04"),
        ("2023-06-17", 1, "2023-06-19"),  # from a day off
        ("2023-06-17", -1, "2023-06-16"),
        ("2023-06-17", 0, "2023-06-17"),  # nothing added: the day itself, worked or not
        ("2024-02-28", 1, "2024-02-29"),
        ("2023-12-29", 1, "2024-01-02"),
    ],
)
def test_working_days_are_added_without_counting_the_first(start: str, n: int, expected: str) -> None:
    assert VIETNAM.add(date.fromisoformat(start), n).isoformat() == expected


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        ("2023-09-01", "2023-09-05", "2023-08-31"),
        ("2023-08-31", "2023-08-31", "2023-08-31"),
        ("2023-09-05", "2023-09-05", "2023-09-05"),
        ("2023-12-31", "2024-01-02", "2023-12-29"),
    ],
)
def test_a_day_off_rolls_to_the_working_day_on_either_side(day: str, after: str, before: str) -> None:
    assert VIETNAM.on_or_after(date.fromisoformat(day)).isoformat() == after
    assert VIETNAM.on_or_before(date.fromisoformat(day)).isoformat() == before


@pytest.mark.parametrize(
    ("a", "b", "count"),
    [
        ("2023-06-14", "2023-06-14", 0),
        ("2023-06-14", "2023-06-15", 1),
        ("2023-06-14", "2023-06-19", 3),
        ("2023-06-19", "2023-06-14", -3),
        ("2023-06-16", "2023-06-18", 0),
        ("2023-04-28", "2023-05-04", 1),
    ],
)
def test_working_days_between_count_the_last_day_and_not_the_first(a: str, b: str, count: int) -> None:
    assert VIETNAM.working_days_between(date.fromisoformat(a), date.fromisoformat(b)) == count


# --- the same, computed slowly and otherwise: straight from the library, one day at a time


LIBRARY = holidays.country_holidays("VN", years=range(2009, 2043), language="vi")


def slowly_worked(day: date) -> bool:
    overlay = {date(2026, 1, 2): False, date(2026, 1, 10): True, date(2026, 11, 24): True}
    if day in overlay:
        return overlay[day]
    return day in LIBRARY.weekend_workdays or (day.weekday() < 5 and day not in LIBRARY)


@given(DAYS, st.integers(-120, 120))
def test_adding_equals_walking_day_by_day(day: date, n: int) -> None:
    reached, left = day, abs(n)
    while left:
        reached += timedelta(days=1 if n > 0 else -1)
        left -= slowly_worked(reached)
    assert VIETNAM.add(day, n) == reached


@given(DAYS, st.integers(0, 200))
def test_counting_equals_walking_day_by_day_and_is_antisymmetric(day: date, length: int) -> None:
    later = day + timedelta(days=length)
    walked = sum(slowly_worked(day + timedelta(days=step)) for step in range(1, length + 1))
    assert VIETNAM.working_days_between(day, later) == walked
    assert VIETNAM.working_days_between(later, day) == -walked


@given(DAYS, st.integers(1, 300))
def test_adding_and_counting_are_inverse(day: date, n: int) -> None:
    assert VIETNAM.working_days_between(day, VIETNAM.add(day, n)) == n
    working = VIETNAM.on_or_after(day)
    assert VIETNAM.add(VIETNAM.add(working, n), -n) == working
    assert VIETNAM.working_days_between(working, VIETNAM.add(working, -n)) == -n


@given(DAYS)
def test_rolling_finds_the_nearest_working_day_and_no_other(day: date) -> None:
    after, before = VIETNAM.on_or_after(day), VIETNAM.on_or_before(day)
    assert slowly_worked(after)
    assert slowly_worked(before)
    assert before <= day <= after
    skipped = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(slowly_worked(one) for one in skipped)


@given(st.sets(DAYS, max_size=20), st.sets(DAYS, max_size=20))
def test_an_overlay_always_has_the_last_word(off: set[date], worked: set[date]) -> None:
    calendar = work_calendar(
        zone="Asia/Ho_Chi_Minh",
        holidays="VN",
        days_off=[DayOff(day, "nghỉ", "thử") for day in sorted(off - worked)],
        made_up_days=[MadeUpDay(day, "thử") for day in sorted(worked)],
    )
    assert not any(calendar.is_working_day(day) for day in off - worked)
    assert all(calendar.is_working_day(day) for day in worked)


# --- other countries, other weeks, and what cannot be read


def test_other_countries_and_their_parts_have_their_own_holidays() -> None:
    assert BRITAIN.why_off(date(2023, 5, 8)) is not None  # the coronation
    assert VIETNAM.why_off(date(2023, 5, 8)) is None
    states = work_calendar(zone="America/Los_Angeles", holidays="US", language="en")
    california = work_calendar(zone="America/Los_Angeles", holidays="US-CA", language="en")
    assert states.is_working_day(date(2023, 3, 31))
    assert california.why_off(date(2023, 3, 31)) == "Cesar Chavez Day"
    assert states.why_off(date(2023, 7, 4)) == "Independence Day"


def test_without_holidays_only_the_weekend_is_off() -> None:
    plain = work_calendar(zone="UTC", holidays=None)
    assert [day for day in every_day(2023) if not plain.is_working_day(day)] == [
        day for day in every_day(2023) if day.weekday() >= 5
    ]
    assert plain.days_off(2023) == ()


def test_a_week_may_have_another_weekend() -> None:
    six_days = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN", weekend=frozenset({6}))
    assert six_days.is_working_day(date(2023, 6, 17))
    assert not six_days.is_working_day(date(2023, 6, 18))
    # Saturday 4 May 2024 is worked every week, so it makes up for nothing.
    assert six_days.made_up_days(2024) == ()


def test_equal_facts_give_equal_calendars_that_can_be_keys() -> None:
    def build(why: str) -> WorkCalendar:
        days = [DayOff(date(2026, 1, 2), "nghỉ", why)]
        return work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN", days_off=days)

    assert build("a") == build("a")
    assert hash(build("a")) == hash(build("a"))
    assert build("a") != build("b")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"zone": "Asia/Hanoi"}, "'Asia/Hanoi' is not a time zone"),
        ({"zone": "../etc/passwd"}, "is not a time zone"),
        ({"zone": ""}, "is not a time zone"),
        ({"holidays": "XX"}, "does not know 'XX'"),
        ({"holidays": "US-ZZ"}, "does not know 'US-ZZ'"),
        ({"office_hours": "07:30"}, "must read HH:MM-HH:MM"),
        ({"office_hours": "17:00-07:30"}, "end before they begin"),
        ({"office_hours": "08:00-08:00"}, "end before they begin"),
        ({"office_hours": "07:30-12:00, 11:00-17:00"}, "begin before the span before them ends"),
        ({"office_hours": "7h30-11h30"}, "is not a time of day"),
        ({"office_hours": "08:00-24:00"}, "'24:00' is not a time of day"),
        ({"letters_at": "8.00"}, "is not a time of day"),
        ({"letters_at": "12:00"}, "lies outside the office hours"),
        ({"weekend": frozenset(range(7))}, "must leave at least one weekday"),
        (
            {
                "days_off": (DayOff(date(2026, 1, 2), "nghỉ", "a"),),
                "made_up_days": (MadeUpDay(date(2026, 1, 2), "b"),),
            },
            "2026-01-02 is listed both as a day off and as a made-up day",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        work_calendar(**({"zone": "Asia/Ho_Chi_Minh", "holidays": "VN"} | arguments))  # type: ignore[arg-type]


def test_office_hours_are_read_in_order() -> None:
    assert parse_office_hours("07:30-11:30, 13:30-17:00") == (
        (time(7, 30), time(11, 30)),
        (time(13, 30), time(17, 0)),
    )


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2101, 1, 1)])
def test_days_outside_the_known_years_are_refused_not_guessed(day: date) -> None:
    with pytest.raises(ValueError, match="lies outside 1990-2100"):
        VIETNAM.is_working_day(day)


def test_counting_past_the_known_years_is_refused() -> None:
    assert VIETNAM.is_working_day(date(1990, 1, 2))
    with pytest.raises(ValueError, match="no such working day within 1990-2100"):
        VIETNAM.add(date(2100, 12, 30), 10)
    with pytest.raises(ValueError, match="no such working day within 1990-2100"):
        VIETNAM.add(date(1990, 1, 2), -5)

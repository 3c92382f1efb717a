"""The Vietnamese lunar calendar, 1968-2050, from the positions of sun and moon.

Rules, as applied to Vietnam's official calendar since 1 January 1968 (Council of Ministers' Decision 121-CP of
8 August 1967: civil time and calendar of UTC+7; until 1975 the South still used UTC+8, which is not followed here):
a month begins on the local day of the new moon; the month of the winter solstice is the 11th; when thirteen months
lie between two 11th months, the first of them without a principal term (the sun at a multiple of 30 degrees) is leap
and repeats the number of the month before it. All days are local days at UTC+7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import degrees

import ephem

FIRST_YEAR, LAST_YEAR = 1968, 2050
_LOCAL = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class LunarMonth:
    """A month of a lunar year, by the solar day on which it begins."""

    first_day: date
    year: int
    month: int
    leap: bool


@lru_cache(maxsize=256)
def lunar_months(year: int) -> tuple[LunarMonth, ...]:
    """The 12 or 13 months of a lunar year in order; ValueError outside 1968-2050.

    >>> [one.month for one in lunar_months(2023)]  # the second month came twice
    [1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    """
    _refuse_outside(year)
    return _months_of(year)


def to_solar(year: int, month: int, day: int, leap: bool = False) -> date:
    """The solar day of a lunar date; ValueError says when that month is not leap or has no day 30.

    >>> to_solar(2023, 8, 15).isoformat()  # Mid-Autumn
    '2023-09-29'
    """
    for one, length in zip(lunar_months(year), _lengths(year), strict=True):
        if (one.month, one.leap) == (month, leap):
            if not 1 <= day <= length:
                name = f"{'leap ' if leap else ''}month {month} of lunar year {year}"
                raise ValueError(f"{name} has {length} days, so there is no day {day}")
            return one.first_day + timedelta(days=day - 1)
    if leap and 1 <= month <= 12:
        raise ValueError(f"month {month} of lunar year {year} is not followed by a leap month")
    raise ValueError(f"there is no lunar month {month}")


def lunar_days(day: int, month: int, leap: bool, start: date, end: date) -> Iterator[date]:
    """The solar days of a lunar day of the year that lie in start..end, in order.

    Years without that leap month, or in which that month has no day 30, are passed over.
    """
    for year in range(max(start.year - 1, FIRST_YEAR), min(end.year, LAST_YEAR) + 1):
        for one, length in zip(lunar_months(year), _lengths(year), strict=True):
            solar = one.first_day + timedelta(days=day - 1)
            if (one.month, one.leap) == (month, leap) and day <= length and start <= solar <= end:
                yield solar


def _lengths(year: int) -> list[int]:
    """How many days each month of a lunar year has: to the next one's first day."""
    months = _months_of(year)
    firsts = [one.first_day for one in months] + [_months_of(year + 1)[0].first_day]
    return [(after - first).days for first, after in pairwise(firsts)]


@lru_cache(maxsize=256)
def _months_of(year: int) -> tuple[LunarMonth, ...]:
    """Months 1 to 10 come from the solstice year that ends in `year`, 11 and 12 from the one that begins in it."""
    both = (*_solstice_year(year), *_solstice_year(year + 1))
    return tuple(one for one in both if one.year == year)


@lru_cache(maxsize=256)
def _solstice_year(year: int) -> tuple[LunarMonth, ...]:
    """The months from the 11th of the year before up to the next 11th, numbered."""
    first, last = _eleventh_month(year - 1), _eleventh_month(year)
    days = [first]
    while days[-1] < last:
        days.append(_new_moon_day(days[-1] + timedelta(days=28)))
    has_leap, leap_found = len(days) == 14, False
    months: list[LunarMonth] = []
    number = 10
    for begins, ends in pairwise(days):
        leap = has_leap and not leap_found and _sector(begins) == _sector(ends)
        leap_found = leap_found or leap
        number += 0 if leap else 1
        belongs = year - 1 if number <= 12 else year
        months.append(LunarMonth(begins, belongs, (number - 1) % 12 + 1, leap))
    return tuple(months)


def _eleventh_month(year: int) -> date:
    """The first day of the month in which the winter solstice of that solar year falls."""
    solstice = _local_day(ephem.next_winter_solstice(f"{year}/12/1"))
    begins = _new_moon_day(solstice - timedelta(days=31))
    following = _new_moon_day(begins + timedelta(days=28))
    return following if following <= solstice else begins


def _new_moon_day(day: date) -> date:
    """The first local day at or after `day` on which the moon is new."""
    midnight = datetime(day.year, day.month, day.day) - _LOCAL  # noqa: DTZ001 - ephem reckons in naive UTC
    return _local_day(ephem.next_new_moon(midnight))


def _sector(day: date) -> int:
    """In which twelfth of its path the sun stands when the local day begins."""
    midnight = datetime(day.year, day.month, day.day) - _LOCAL  # noqa: DTZ001 - ephem reckons in naive UTC
    sun = ephem.Sun(midnight, epoch=midnight)
    seen = ephem.Equatorial(sun.g_ra, sun.g_dec, epoch=midnight)  # apparent, with aberration
    return int(degrees(ephem.Ecliptic(seen, epoch=midnight).lon) // 30)


def _local_day(instant: ephem.Date) -> date:
    utc: datetime = instant.datetime()
    return (utc + _LOCAL).date()


def _refuse_outside(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the lunar calendar is known for {FIRST_YEAR}-{LAST_YEAR}, not for {year}")

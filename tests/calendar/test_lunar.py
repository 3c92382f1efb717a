"""The Vietnamese lunar calendar against published tables, every month from 1968 to 2050."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

import holidays
import pytest

from dondoc.calendar.lunar import LunarMonth, lunar_days, lunar_months, to_solar

YEARS = range(1968, 2051)

# Hồ Ngọc Đức, "Âm lịch Việt Nam" (www.informatik.uni-leipzig.de/~duc/amlich), year tables TK20 and TK21, the table
# that most Vietnamese calendar software carries; written out here as: first day of the year, the month that is
# followed by a leap month, and the length of each month in order, + for 30 days and - for 29.
PUBLISHED = """
1968-01-29 7 ++-++-+-+-+--
1969-02-16 - ++-+-++-+-+-
1970-02-06 - +--+-++-++-+
1971-01-27 5 -+--+-+-+++-+
1972-02-15 - -+--+-+-++-+
1973-02-03 - +-+--+--++-+
1974-01-23 4 ++-+--+--+-++
1975-02-11 - +-++--+--+-+
1976-01-31 8 ++-+-+-+--+-+
1977-02-18 - +-++-+-+-+--
1978-02-07 - +-++-+-++-+-
1979-01-28 6 -+-+-++-++-+-
1980-02-16 - +--+-+-++-++
1981-02-05 - -+--+--++-++
1982-01-25 4 +-+--+--+-+++
1983-02-13 - +-+--+--+-++
1984-02-02 - +-+-+-+--+-+
1985-01-21 2 +-++-+-+--+-+
1986-02-09 - -++-++-+--+-
1987-01-29 7 +-+-++-++-+--
1988-02-17 - +-+-+-++-++-
1989-02-06 - +--+--++-+++
1990-01-27 5 -+--+--+-++++
1991-02-15 - -+--+--+-+++
1992-02-04 - -++--+--+-++
1993-01-23 3 -++-+-+--+-+-
1994-02-10 - +++-+-+--+-+
1995-01-31 8 -++-+-+-+-+-+
1996-02-19 - -+-+-++-+-+-
1997-02-07 - +-+-+-+-++-+
1998-01-28 5 +--+--++-++-+
1999-02-16 - +--+--+-+++-
2000-02-05 - ++--+--+-++-
2001-01-24 4 ++-+-+--+-+-+
2002-02-12 - ++-+-+--+-+-
2003-02-01 - ++-++-+--+-+
2004-01-22 2 -+-++-+-+-+-+
2005-02-09 - -+-+-++-+-+-
2006-01-29 7 +-+--++-++-+-
2007-02-17 - +-+--+-+++-+
2008-02-07 - +--+--+-+-++
2009-01-26 5 +-+-+--+-+-++
2010-02-14 - +-+-+--+-+-+
2011-02-03 - +-++-+--+-+-
2012-01-23 4 +-++-+-+-+-+-
2013-02-10 - +-+-++-+-+-+
2014-01-31 9 -+-+-+-++-+-+
2015-02-19 - -+--+-+++-+-
2016-02-08 - +-+--+-++-++
2017-01-28 6 -+-+--+-+-+++
2018-02-16 - -+-+--+--+++
2019-02-05 - -++-+--+--++
2020-01-25 4 -+++-+--+--++
2021-02-12 - -++-+-+-+-+-
2022-02-01 - +-+-++-+-+-+
2023-01-22 2 -+--++-++-+-+
2024-02-10 - -+--+-++-++-
2025-01-29 6 +-+--+-+-+++-
2026-02-17 - +-+--+--+++-
2027-02-06 - ++-+--+--++-
2028-01-26 5 +++-+--+--++-
2029-02-13 - ++-+-+-+--+-
2030-02-02 - ++-++-+-+-+-
2031-01-23 3 -+-++-++-+-+-
2032-02-11 - -+-+-++-++-+
2033-01-31 11 -+--+-+-+++-+
2034-02-19 - -+--+--+++-+
2035-02-08 - +-+--+--++-+
2036-01-28 6 ++-+--+--+-++
2037-02-15 - +-++--+--+-+
2038-02-04 - +-++-+-+--+-
2039-01-24 5 ++-++-+-+--+-
2040-02-12 - +-++-+-++-+-
2041-02-01 - -+-+-+-+++-+
2042-01-22 2 -+--+-+-++-++
2043-02-10 - -+--+--++-++
2044-01-30 7 +-+--+--+-+++
2045-02-17 - +-+--+--+-++
2046-02-06 - +-+-+-+--+-+
2047-01-26 5 +-++-+-+--+-+
2048-02-14 - -++-++-+--+-
2049-02-02 - +-+-++-+-++-
2050-01-23 3 -+-+-+-++-++-
"""


def published_months() -> Iterator[tuple[int, list[LunarMonth]]]:
    for line in PUBLISHED.split("\n")[1:-1]:
        first, leap, lengths = line.split()
        day = date.fromisoformat(first)
        numbers = [(month, False) for month in range(1, 13)]
        if leap != "-":
            numbers.insert(int(leap), (int(leap), True))
        months = []
        for (month, is_leap), length in zip(numbers, lengths, strict=True):
            months.append(LunarMonth(day, int(first[:4]), month, is_leap))
            day += timedelta(days=30 if length == "+" else 29)
        yield int(first[:4]), months


def test_the_published_table_is_whole() -> None:
    assert [year for year, _ in published_months()] == list(YEARS)
    assert sum(len(months) for _, months in published_months()) == 83 * 12 + 31


@pytest.mark.parametrize(("year", "months"), list(published_months()), ids=str)
def test_every_month_begins_on_the_day_of_the_published_table(year: int, months: list[LunarMonth]) -> None:
    assert list(lunar_months(year)) == months


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2020, "2020-10-01"),
        (2021, "2021-09-21"),
        (2022, "2022-09-10"),
        (2023, "2023-09-29"),
        (2024, "2024-09-17"),
        (2025, "2025-10-06"),
        (2026, "2026-09-25"),
        (2027, "2027-09-15"),
        (2028, "2028-10-03"),
        (2029, "2029-09-22"),
        (2030, "2030-09-12"),
    ],
)
def test_mid_autumn_falls_on_its_published_day(year: int, day: str) -> None:
    assert to_solar(year, 8, 15).isoformat() == day


def test_the_year_begins_on_another_day_than_in_china_in_five_years_and_no_other() -> None:
    """China's Spring Festival, as the `holidays` library has it, is reckoned at UTC+8."""
    china = holidays.country_holidays("CN", years=YEARS, language="en_US")
    spring = {year: min(d for d in china if d.year == year and "Spring Festival" in china[d]) for year in YEARS}
    differ = {year: (to_solar(year, 1, 1), spring[year]) for year in YEARS if to_solar(year, 1, 1) != spring[year]}
    assert differ == {
        1968: (date(1968, 1, 29), date(1968, 1, 30)),
        1969: (date(1969, 2, 16), date(1969, 2, 17)),
        1985: (date(1985, 1, 21), date(1985, 2, 20)),  # a whole month: the leap month of 1984 was China's alone
        2007: (date(2007, 2, 17), date(2007, 2, 18)),
        2030: (date(2030, 2, 2), date(2030, 2, 3)),
    }


def test_tet_is_the_day_on_which_the_public_holiday_falls() -> None:
    vietnam = holidays.country_holidays("VN", years=YEARS, language="vi")
    tet = [day for day in sorted(vietnam) if vietnam[day] == "Tết Nguyên Đán"]
    assert tet == [to_solar(year, 1, 1) for year in YEARS]


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        ("2023-01-21", (2022, 12, 30, False)),  # New Year's Eve
        ("2023-01-22", (2023, 1, 1, False)),
        ("2023-03-21", (2023, 2, 30, False)),
        ("2023-03-22", (2023, 2, 1, True)),
        ("2023-04-19", (2023, 2, 29, True)),
        ("2023-04-20", (2023, 3, 1, False)),
        ("2023-04-29", (2023, 3, 10, False)),  # the Hùng kings
        ("2034-01-19", (2033, 11, 29, True)),  # the late leap month of 2033
        ("2034-01-20", (2033, 12, 1, False)),
        ("1968-01-29", (1968, 1, 1, False)),
        ("2051-02-10", (2050, 12, 29, False)),
    ],
)
def test_the_day_before_and_after_each_edge_belongs_to_the_right_month(
    solar: str, lunar: tuple[int, int, int, bool]
) -> None:
    assert to_solar(*lunar).isoformat() == solar


def test_every_day_of_the_known_years_is_one_lunar_day_of_a_month_of_29_or_30() -> None:
    months = [one for year in YEARS for one in lunar_months(year)]
    days = [to_solar(one.year, one.month, day, one.leap) for one in months for day in range(1, 30)]
    for one in months:
        with suppress(ValueError):
            days.append(to_solar(one.year, one.month, 30, one.leap))
    assert sorted(days) == [date(1968, 1, 29) + timedelta(days=n) for n in range(len(days))]
    assert max(days) == date(2051, 2, 10)


@pytest.mark.parametrize(
    ("year", "month", "day", "leap", "sentence"),
    [
        (2023, 3, 10, True, "month 3 of lunar year 2023 is not followed by a leap month"),
        (2024, 2, 1, True, "month 2 of lunar year 2024 is not followed by a leap month"),
        (2023, 2, 30, True, "leap month 2 of lunar year 2023 has 29 days, so there is no day 30"),
        (2023, 1, 30, False, "month 1 of lunar year 2023 has 29 days, so there is no day 30"),
        (2023, 8, 31, False, "has 30 days, so there is no day 31"),
        (2023, 8, 0, False, "there is no day 0"),
        (2023, 13, 1, False, "there is no lunar month 13"),
        (2023, 0, 1, True, "there is no lunar month 0"),
        (1967, 1, 1, False, "known for 1968-2050, not for 1967"),
        (2051, 1, 1, False, "known for 1968-2050, not for 2051"),
    ],
)
def test_a_lunar_date_that_does_not_exist_is_refused_with_a_sentence(
    year: int, month: int, day: int, leap: bool, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        to_solar(year, month, day, leap)


def test_the_days_within_a_span_are_found_across_years_and_leap_months() -> None:
    def found(day: int, month: int, leap: bool, start: str, end: str) -> list[str]:
        span = date.fromisoformat(start), date.fromisoformat(end)
        return [one.isoformat() for one in lunar_days(day, month, leap, *span)]

    assert found(15, 8, False, "2023-04-13", "2024-12-31") == ["2023-09-29", "2024-09-17"]
    assert found(15, 8, False, "2023-09-30", "2024-09-16") == []
    assert found(15, 8, False, "2023-09-29", "2023-09-29") == ["2023-09-29"]
    assert found(23, 12, False, "2023-01-01", "2023-12-31") == ["2023-01-14"]  # belongs to lunar 2022
    assert found(2, 2, True, "2019-01-01", "2023-12-31") == ["2023-03-23"]
    assert found(30, 12, False, "2023-01-01", "2026-12-31") == ["2023-01-21", "2024-02-09"]  # 2024, 2025 have 29 days
    assert found(15, 8, False, "1900-01-01", "1967-12-31") == []

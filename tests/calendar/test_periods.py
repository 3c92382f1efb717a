"""Reporting periods: their bounds, their names that never change, and what people call them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.calendar.periods import Period, add_months, period_rule, period_title, periods_overlapping


def listed(every: str, start: str, end: str, year_from: str | None = None, **filters: list[str]) -> list[str]:
    rule = period_rule(every, year_from=year_from, **filters)
    found = periods_overlapping(rule, date.fromisoformat(start), date.fromisoformat(end))
    return [f"{one.name}: {one.start}..{one.end}" for one in found]


@pytest.mark.parametrize(
    ("every", "year_from", "start", "end", "expected"),
    [
        ("year", None, "2023-04-13", "2023-12-31", ["2023: 2023-01-01..2023-12-31"]),
        (
            "year",
            "12-15",
            "2023-04-13",
            "2023-12-31",
            ["2023: 2022-12-15..2023-12-14", "2024: 2023-12-15..2024-12-14"],
        ),
        ("year", "10-01", "2023-09-30", "2023-09-30", ["2023: 2022-10-01..2023-09-30"]),
        ("year", "10-01", "2023-10-01", "2023-10-01", ["2024: 2023-10-01..2024-09-30"]),
        (
            "half-year",
            "12-15",
            "2023-01-01",
            "2023-12-14",
            ["2023-H1: 2022-12-15..2023-06-14", "2023-H2: 2023-06-15..2023-12-14"],
        ),
        ("half-year", None, "2023-06-30", "2023-07-01", [
            "2023-H1: 2023-01-01..2023-06-30",
            "2023-H2: 2023-07-01..2023-12-31",
        ]),
        ("quarter", "10-01", "2022-12-31", "2023-01-01", [
            "2023-Q1: 2022-10-01..2022-12-31",
            "2023-Q2: 2023-01-01..2023-03-31",
        ]),
        ("quarter", None, "2023-08-15", "2023-08-15", ["2023-Q3: 2023-07-01..2023-09-30"]),
        ("month", None, "2024-02-29", "2024-03-01", [
            "2024-02: 2024-02-01..2024-02-29",
            "2024-03: 2024-03-01..2024-03-31",
        ]),
        ("month", "12-15", "2023-06-14", "2023-06-15", [
            "2023-06: 2023-05-15..2023-06-14",
            "2023-07: 2023-06-15..2023-07-14",
        ]),
        # A month keeps the name of the calendar month in which it ends, whatever the reporting year.
        ("month", "10-01", "2022-10-31", "2022-10-31", ["2022-10: 2022-10-01..2022-10-31"]),
        # A start on the 31st is the last day of shorter months, each counted afresh.
        ("month", "12-31", "2023-01-31", "2023-03-31", [
            "2023-02: 2023-01-31..2023-02-27",
            "2023-03: 2023-02-28..2023-03-30",
            "2023-04: 2023-03-31..2023-04-29",
        ]),
        ("2 months", None, "2023-06-30", "2023-06-30", ["2023-06-2M: 2023-05-01..2023-06-30"]),
        ("5 months", None, "2001-01-01", "2001-06-01", [
            "2001-05-5M: 2001-01-01..2001-05-31",
            "2001-10-5M: 2001-06-01..2001-10-31",
        ]),
        ("3 months", None, "2023-08-15", "2023-08-15", ["2023-Q3: 2023-07-01..2023-09-30"]),
        ("1 month", None, "2023-08-15", "2023-08-15", ["2023-08: 2023-08-01..2023-08-31"]),
        ("5 years", None, "2025-12-31", "2026-01-01", [
            "2025-5Y: 2021-01-01..2025-12-31",
            "2030-5Y: 2026-01-01..2030-12-31",
        ]),
        ("5 years", "12-15", "2025-12-14", "2025-12-15", [
            "2025-5Y: 2020-12-15..2025-12-14",
            "2030-5Y: 2025-12-15..2030-12-14",
        ]),
        ("2 years", "2022-12-15", "2024-12-14", "2024-12-15", [
            "2024-2Y: 2022-12-15..2024-12-14",
            "2026-2Y: 2024-12-15..2026-12-14",
        ]),
        ("24 months", None, "2023-05-01", "2023-05-01", ["2024-2Y: 2023-01-01..2024-12-31"]),
        # ISO 8601: the week belongs to the year of its Thursday.
        ("week", None, "2023-01-01", "2023-01-02", [
            "2022-W52: 2022-12-26..2023-01-01",
            "2023-W01: 2023-01-02..2023-01-08",
        ]),
        ("week", None, "2020-12-31", "2021-01-03", ["2020-W53: 2020-12-28..2021-01-03"]),
    ],
)  # fmt: skip
def test_periods_have_these_names_and_bounds(
    every: str, year_from: str | None, start: str, end: str, expected: list[str]
) -> None:
    assert listed(every, start, end, year_from) == expected


def test_the_cut_off_is_the_last_day_of_the_period() -> None:
    rule = period_rule("half-year", year_from="12-15")
    first, second = periods_overlapping(rule, date(2023, 1, 1), date(2023, 12, 14))
    assert (first.cut_off, second.cut_off) == (date(2023, 6, 14), date(2023, 12, 14))
    assert first.year == second.year == 2023


@pytest.mark.parametrize(
    ("every", "filters", "names"),
    [
        ("half-year", {"only": ["H1"]}, ["2023-H1", "2024-H1"]),
        ("half-year", {"only": ["2023-H2"]}, ["2023-H2"]),
        ("half-year", {"excluded": ["H1"]}, ["2023-H2", "2024-H2"]),
        ("quarter", {"only": ["Q1", "Q3"], "excluded": ["2024-Q1"]}, ["2023-Q1", "2023-Q3", "2024-Q3"]),
        ("month", {"only": ["06", "2024-12"]}, ["2023-06", "2024-06", "2024-12"]),
        ("2 months", {"only": ["06"]}, ["2023-06-2M", "2024-06-2M"]),
        ("2 months", {"only": ["2023-06"]}, ["2023-06-2M"]),
        ("2 months", {"only": ["06-2M"]}, ["2023-06-2M", "2024-06-2M"]),
        ("year", {"excluded": ["2023"]}, ["2024"]),
        ("week", {"only": ["W01", "2023-W52"]}, ["2023-W01", "2023-W52", "2024-W01"]),
    ],
)
def test_filters_keep_or_drop_periods_by_name(every: str, filters: dict[str, list[str]], names: list[str]) -> None:
    assert [line.partition(":")[0] for line in listed(every, "2023-01-02", "2024-12-29", **filters)] == names


@pytest.mark.parametrize(
    ("every", "options", "sentence"),
    [
        ("fortnight", {}, "a period cannot be 'fortnight'; write week, month, quarter"),
        ("0 months", {}, "a period cannot be '0 months'"),
        ("100 months", {}, "a period cannot be '100 months'"),
        ("2 weeks", {}, "a period cannot be '2 weeks'"),
        ("month", {"year_from": "02-29"}, "year_from '02-29' is not a day of every year"),
        ("month", {"year_from": "15/12"}, "year_from '15/12' is not a day of every year"),
        ("month", {"year_from": "W50-1"}, "year_from 'W50-1' is not a day of every year"),
        ("month", {"year_from": "2023-02-30"}, "year_from '2023-02-30' is not a day"),
        ("week", {"year_from": "12-15"}, "weeks run from Monday to Sunday"),
        ("half-year", {"only": ["Q1"]}, "'Q1' names no period of every half-year; write H1, H2"),
        ("month", {"only": ["13"]}, "'13' names no period of every month; write 01, 02, 03, 04, …"),
        ("2 months", {"excluded": ["05"]}, "'05' names no period of every 2 months"),
        ("year", {"only": ["H1"]}, "'H1' names no period of every year; write 2023"),
        ("week", {"only": ["W54"]}, "'W54' names no period of every week"),
        ("quarter", {"only": [""]}, "'' names no period of every quarter"),
    ],
)
def test_what_could_never_match_is_refused_with_a_sentence(every: str, options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the sentence is compared below
        period_rule(every, **options)  # type: ignore[arg-type]
    assert str(refused.value).startswith(sentence)


def test_a_week_53_exists_in_some_years() -> None:
    assert listed("week", "2020-01-01", "2021-01-03", only=["W53"]) == ["2020-W53: 2020-12-28..2021-01-03"]


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("2023", "năm 2023", "2023"),
        ("2023-H1", "6 tháng đầu năm 2023", "first half of 2023"),
        ("2023-H2", "6 tháng cuối năm 2023", "second half of 2023"),
        ("2023-Q1", "quý I năm 2023", "quarter 1 of 2023"),
        ("2023-Q3", "quý III năm 2023", "quarter 3 of 2023"),
        ("2023-06", "tháng 6 năm 2023", "June 2023"),
        ("2023-12", "tháng 12 năm 2023", "December 2023"),
        ("2023-W03", "tuần 3 năm 2023", "week 3 of 2023"),
        ("2023-01-2M", "2 tháng, từ 12/2022 đến 1/2023", "2 months, December 2022 to January 2023"),
        ("2025-5Y", "5 năm 2021–2025", "5 years, 2021–2025"),
        ("once", "once", "once"),
        ("trung-thu", "trung-thu", "trung-thu"),
        ("2023-13", "2023-13", "2023-13"),
    ],
)
def test_periods_are_called_what_people_call_them(name: str, vi: str, en: str) -> None:
    assert period_title(name) == vi
    assert period_title(name, "en") == en


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-03-31", -1, "2023-02-28"),
        ("2023-12-15", 1, "2024-01-15"),
        ("2023-01-15", -1, "2022-12-15"),
        ("2023-05-31", 1, "2023-06-30"),
        ("2023-05-31", 0, "2023-05-31"),
    ],
)
def test_months_keep_their_day_or_end_with_the_month(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == expected


EVERY = st.one_of(
    st.sampled_from(["week", "month", "quarter", "half-year", "year"]),
    st.integers(1, 40).map(lambda n: f"{n} months"),
    st.integers(1, 12).map(lambda n: f"{n} years"),
)
YEAR_FROM = st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda day: f"{day:%m-%d}")
DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@given(EVERY, YEAR_FROM, DAYS, st.integers(0, 2000))
def test_periods_tile_the_time_without_gap_or_overlap(every: str, year_from: str, start: date, length: int) -> None:
    rule = period_rule(every, year_from=None if every == "week" else year_from)
    end = start + timedelta(days=length)
    found = periods_overlapping(rule, start, end)
    assert found[0].start <= start <= found[0].end
    assert found[-1].start <= end <= found[-1].end
    for earlier, later in pairwise(found):
        assert later.start == earlier.end + timedelta(days=1)
    assert len({one.name for one in found}) == len(found)


@given(EVERY, YEAR_FROM, DAYS, DAYS)
def test_a_period_is_the_same_whichever_span_it_is_found_in(every: str, year_from: str, a: date, b: date) -> None:
    rule = period_rule(every, year_from=None if every == "week" else year_from)
    [near] = periods_overlapping(rule, a, a)
    assert near in periods_overlapping(rule, min(a, b), max(a, b))
    assert [near] == [one for one in periods_overlapping(rule, near.start, near.end) if one.name == near.name]


@given(st.sampled_from(["quarter", "half-year", "year", "3 years"]), YEAR_FROM, DAYS)
def test_a_period_of_the_reporting_year_takes_the_year_in_which_that_year_ends(
    every: str, year_from: str, day: date
) -> None:
    [period] = periods_overlapping(period_rule(every, year_from=year_from), day, day)
    [year] = periods_overlapping(period_rule("year", year_from=year_from), period.end, period.end)
    assert period.year == year.year == year.end.year


def test_a_period_of_the_year_before_the_plan_is_whole_even_where_the_plan_begins_inside_it() -> None:
    [period] = periods_overlapping(period_rule("half-year"), date(2023, 4, 13), date(2023, 6, 30))
    assert period == Period("2023-H1", date(2023, 1, 1), date(2023, 6, 30), date(2023, 6, 30))

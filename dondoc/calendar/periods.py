"""Reporting periods: the weeks, months, quarters, half-years and years a recurring duty is owed for.

A reporting year may start on any day (`year_from`) and takes the year in which it ends: from 15 December 2022
to 14 December 2023 is 2023. Names are part of an obligation's identity and never change:

    2023          a year                       2023-W23      a week, as ISO 8601 numbers them
    2023-H1       a half of that year          2023-06-2M    the two months that end in June 2023
    2023-Q3       a quarter of that year       2023-5Y       the five years that end with 2023
    2023-06       the month that ends in June 2023, whatever the reporting year
    2023-9M       the first nine months of that year, which the quarters and halves overlap

Several months are counted from the start of the reporting year when they divide it, else, like several years,
from the reporting year 2001 (so five years are 2021-2025), or from a date in full: `year_from: 2022-12-15`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

Language = Literal["vi", "en"]
_UNITS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_COUNTED = re.compile(r"([1-9]\d?) (month|year)s?")
_FIRST = re.compile(r"first ([2-9]|1[01]) months")
_NAME = re.compile(
    r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|W(?P<week>[0-5]\d)|(?P<years>[1-9]\d?)Y"
    r"|(?P<to_date>[2-9]|1[01])M"
    r"|(?P<month>0[1-9]|1[0-2])(?:-(?P<months>[1-9]\d?)M)?))?"
)
_TITLES = {
    "year": ("năm {year}", "{year}"),
    "half": ("6 tháng {half} năm {year}", "{half} half of {year}"),
    "quarter": ("quý {quarter} năm {year}", "quarter {quarter} of {year}"),
    "month": ("tháng {month} năm {year}", "{month} {year}"),
    "to_date": ("{to_date} tháng đầu năm {year}", "first {to_date} months of {year}"),
    "months": ("{months} tháng, từ {first} đến {month}/{year}", "{months} months, {first} to {month} {year}"),
    "years": ("{years} năm {first}–{year}", "{years} years, {first}–{year}"),
    "week": ("tuần {week} năm {year}", "week {week} of {year}"),
}
_HALVES = {"vi": ("đầu", "cuối"), "en": ("first", "second")}
_FIRST_COUNTED_YEAR = 2001
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both ends included; figures are counted up to and with the cut-off."""

    name: str
    start: date
    end: date
    cut_off: date

    @property
    def year(self) -> int:
        """The year of its name: the one in which it ends (of a week, its ISO year)."""
        return int(self.name[:4])


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """A recurrence as written, read by `period_rule`: `months` is 0 for weeks; with `to_date` they begin each year."""

    months: int
    to_date: bool = False
    from_month: int = 1
    from_day: int = 1
    from_year: int | None = None
    only: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


def period_rule(
    every: str, *, year_from: str | None = None, only: Iterable[str] = (), excluded: Iterable[str] = ()
) -> PeriodRule:
    """Read `every: half-year, year_from: 12-15, only: [H1]`; ValueError with a sentence when it cannot be.

    `only` and `excluded` (the YAML key `except`) take whole names (2023-H1) or their ends (H1, Q3, 06, W23).

    >>> rule = period_rule("half-year", year_from="12-15", only=["H1"])
    >>> [found] = periods_overlapping(rule, date(2023, 1, 1), date(2023, 12, 14))
    >>> found.name, found.start.isoformat(), found.cut_off.isoformat()
    ('2023-H1', '2022-12-15', '2023-06-14')
    """
    months = _months(every)
    if months == 0 and year_from is not None:
        raise ValueError("weeks run from Monday to Sunday and have no year_from")
    year, month, day = _year_from(year_from)
    wanted, unwanted = frozenset(only), frozenset(excluded)
    to_date = _FIRST.fullmatch(every) is not None
    rule = PeriodRule(months, to_date, month, day, year, wanted, unwanted)
    for text in sorted(wanted | unwanted):
        _check_filter(text, rule, every)
    return rule


def periods_overlapping(rule: PeriodRule, start: date, end: date) -> tuple[Period, ...]:
    """The rule's periods that share a day with start..end (both included), in order, filtered."""
    found = _spans(rule, start, end) if rule.months else _weeks(start, end)
    return tuple(one for one in found if _kept(one.name, rule))


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or its last when it has none (Civil Code 2015, art. 148.3).

    >>> add_months(date(2024, 1, 31), 1).isoformat()
    '2024-02-29'
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def period_title(name: str, language: Language = "vi") -> str:
    """What people call the period; a name that is no period's (`once`, an occasion) is returned as it is.

    >>> period_title("2023-H1"), period_title("2023-Q3"), period_title("2023-06", "en")
    ('6 tháng đầu năm 2023', 'quý III năm 2023', 'June 2023')
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    parts = {key: text.lstrip("0") for key, text in match.groupdict().items() if text}
    year, vi = int(match["year"]), language == "vi"
    if "half" in parts:
        parts["half"] = _HALVES[language][int(parts["half"]) - 1]
    if "quarter" in parts and vi:
        parts["quarter"] = ("I", "II", "III", "IV")[int(parts["quarter"]) - 1]
    if "years" in parts:
        parts["first"] = str(year - int(parts["years"]) + 1)
    if "months" in parts:
        first = add_months(date(year, int(parts["month"]), 1), 1 - int(parts["months"]))
        parts["first"] = f"{first.month if vi else MONTHS_EN[first.month - 1]}{'/' if vi else ' '}{first.year}"
    if "month" in parts and not vi:
        parts["month"] = MONTHS_EN[int(parts["month"]) - 1]
    return _TITLES[match.lastgroup or "year"][0 if vi else 1].format_map(parts)


def _months(every: str) -> int:
    if every == "week":
        return 0
    if every in _UNITS:
        return _UNITS[every]
    if (first := _FIRST.fullmatch(every)) is not None:
        return int(first[1])
    match = _COUNTED.fullmatch(every)
    if match is None:
        choices = (
            "week, month, quarter, half-year, year, a number of months or years such as 2 months, or first 9 months"
        )
        raise ValueError(f"a period cannot be {every!r}; write {choices}")
    return int(match[1]) * _UNITS[match[2]]


def _year_from(text: str | None) -> tuple[int | None, int, int]:
    if text is None:
        return None, 1, 1
    full = text if text.count("-") == 2 else f"2001-{text}"  # 2001 has no 29 February
    try:
        start = datetime.strptime(full, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise ValueError(f"year_from {text!r} is not a day of every year; write month-day, as in 12-15") from None
    return start.year if full == text else None, start.month, start.day


def _check_filter(text: str, rule: PeriodRule, every: str) -> None:
    """A filter that could never match is a mistake in the plan."""
    years = range(2001, 2001 + max(28, rule.months // 12 + 1))
    unfiltered = replace(rule, only=frozenset(), excluded=frozenset())
    names = [one.name for one in periods_overlapping(unfiltered, date(years[0], 1, 1), date(years[-1], 12, 31))]
    year_less = re.sub(r"^\d{4}-?", "", text)
    if rule.months % 12 == 0 and re.fullmatch(r"\d{4}", text):
        return
    if any(year_less and _matches(name, year_less) for name in names):
        return
    ends = sorted({name.partition("-")[2] for name in names} - {""})
    shown = ", ".join(ends[:4] + (["…"] if len(ends) > 4 else [])) or "2023"
    raise ValueError(f"{text!r} names no period of every {every}; write {shown}")


def _kept(name: str, rule: PeriodRule) -> bool:
    if rule.only and not any(_matches(name, text) for text in rule.only):
        return False
    return not any(_matches(name, text) for text in rule.excluded)


def _matches(name: str, text: str) -> bool:
    """`2023-06-2M` is met by itself, by `2023-06`, by `06-2M` and by `06`."""
    tail = name.partition("-")[2]
    return text in {name, tail} or ("-" in tail and text in {tail[:2], name[:7]})


def _weeks(start: date, end: date) -> Iterator[Period]:
    monday = start - timedelta(days=start.weekday())
    while monday <= end:
        year, week, _ = monday.isocalendar()
        sunday = monday + timedelta(days=6)
        yield Period(f"{year}-W{week:02}", monday, sunday, sunday)
        monday += timedelta(days=7)


def _spans(rule: PeriodRule, start: date, end: date) -> Iterator[Period]:
    """Every boundary is counted from one origin, so a month-end start is clamped once and never drifts."""
    origin = _origin(rule, start.year)
    step = 12 if rule.to_date else rule.months
    index = ((start.year - origin.year) * 12 + start.month - origin.month) // step - 1
    while True:
        first = add_months(origin, index * step)
        last = add_months(origin, index * step + rule.months) - timedelta(days=1)
        if first > end:
            return
        if last >= start:
            yield Period(_name(rule, origin, index, last), first, last, last)
        index += 1


def _origin(rule: PeriodRule, near: int) -> date:
    """The start from which periods are counted: any reporting year's if they divide it, else a fixed one."""
    if rule.from_year is not None:
        return date(rule.from_year, rule.from_month, rule.from_day)
    year = near if rule.to_date or 12 % rule.months == 0 else _FIRST_COUNTED_YEAR
    starts_year_before = (rule.from_month, rule.from_day) != (1, 1)
    return date(year - starts_year_before, rule.from_month, rule.from_day)


def _name(rule: PeriodRule, origin: date, index: int, last: date) -> str:
    months = rule.months
    if rule.to_date:
        return f"{(add_months(origin, index * 12 + 12) - timedelta(days=1)).year}-{months}M"
    if months == 1:
        return f"{last.year}-{last.month:02}"
    if months == 12:
        return f"{last.year}"
    if months % 12 == 0:
        return f"{last.year}-{months // 12}Y"
    if months not in {3, 6}:
        return f"{last.year}-{last.month:02}-{months}M"
    per_year = 12 // months
    year_ends = add_months(origin, (index // per_year + 1) * 12) - timedelta(days=1)
    return f"{year_ends.year}-{'H' if months == 6 else 'Q'}{index % per_year + 1}"

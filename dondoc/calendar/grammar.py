"""The grammar of deadlines: from what an administrator writes to a small frozen tree, with errors that point inside.

    2023-06-19 | 2023-06-19 17:00 | in June 2023 | end of April 2023
    3 working days after cut-off | 14 days before event | 24 hours after event | before lunar 15/8 | on plan.end
    day 20 of last month | day 30 of month 4 next year | last working day | Friday

Policies use two smaller forms: an offset (`14 days before`, `on the day`, `1 working day`) and a rhythm
(`every 2 working days after`). A duty that begins with an event may leave the event out (`24 hours after`); what comes
again has a spacing (`12-16 days`) or a quota (`2 per year`). Words may be written in capitals or small letters.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from dondoc.calendar.expressions import (
    Anchor,
    Before,
    DayOf,
    Earliest,
    Every,
    Expression,
    Fixed,
    InMonth,
    Latest,
    Lunar,
    MonthOf,
    Named,
    Offset,
    On,
    Quota,
    Shift,
    Simple,
    Spacing,
    Span,
    Unit,
    Weekday,
)
from dondoc.calendar.mistakes import ENDINGS, NAMES, DeadlineSyntaxError, mistake
from dondoc.calendar.periods import MONTHS_EN
from dondoc.calendar.workdays import FIRST_YEAR, LAST_YEAR, WEEKDAYS, parse_clock

__all__ = [
    "Anchor", "Before", "DayOf", "Earliest", "Every", "Expression", "Fixed", "InMonth", "Latest", "Lunar", "Named",
    "Offset", "On", "Quota", "Shift", "Simple", "Spacing", "Span", "Weekday",
]  # fmt: skip


_EDGE = r"(?![\w.\-\/:])"  # a word ends here


def _either(*words: str) -> str:
    """A terminal that matches any of the words, in capitals or not, with any spaces between their parts."""
    return "/(" + "|".join(re.escape(word).replace("\\ ", r"\s+") for word in words) + f"){_EDGE}/i"


_UNITS: dict[str, Unit] = {
    "hour": "hours", "day": "days", "working day": "working days", "week": "weeks", "month": "months",
}  # fmt: skip

_GRAMMAR = rf"""
deadline: expression
?expression: anchor                       -> on
    | _ON anchor                          -> on
    | BEFORE anchor                       -> before
    | span (BEFORE | AFTER) anchor        -> shift
    | (_IN | _END_OF) MONTH YEAR          -> in_month

?anchor: DATE [CLOCK]                     -> fixed
    | (NAME | TASK)                       -> named
    | _LUNAR [LEAP] LUNAR_DAY             -> lunar
    | _DAY NUMBER [_OF month]             -> day_of
    | LAST_DAY [_OF month]                -> last_day_of
    | WEEKDAY                             -> weekday
month: (MONTH | _MONTH NUMBER) [NEXT_YEAR]
    | WHICH_MONTH                         -> which_month

from_event: expression
    | span AFTER                          -> after_event
spacing: RANGE UNIT
quota: NUMBER _PER PERIOD

offset: span [BEFORE | AFTER]             -> offset
    | ON_THE_DAY                          -> on_the_day
every: [EVERY] span [AFTER]
span: NUMBER UNIT

_ON: {_either("on")}
_IN: {_either("in")}
_OF: {_either("of the", "of")}
_END_OF: {_either("end of")}
_DAY: {_either("day")}
_MONTH: {_either("month")}
_LUNAR: {_either("lunar")}
BEFORE: {_either("before")}
AFTER: {_either("after")}
EVERY: {_either("every")}
LEAP: {_either("leap")}
_PER: {_either("per", "a", "each", "every")}
PERIOD: {_either("week", "month", "quarter", "half-year", "year")}
ON_THE_DAY: {_either("on the day")}
UNIT: {_either("working days", "working day", *["hours", "hour", "days", "day", "weeks", "week", "months", "month"])}
MONTH: {_either(*MONTHS_EN)}
WEEKDAY: {_either(*WEEKDAYS["en"])}
NEXT_YEAR: {_either("of next year", "next year")}
WHICH_MONTH: {_either("first month", "last month", "next month")}
LAST_DAY: {_either("last working day", "last day")}
NAME: {_either(*NAMES)}
TASK.2: /[^\W_][\w-]*\.({"|".join(ENDINGS)}){_EDGE}/
DATE: /[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_EDGE}/
CLOCK: /[0-9]{{1,2}}:[0-9]{{2}}{_EDGE}/
LUNAR_DAY: /[0-9]{{1,2}}\/[0-9]{{1,2}}(\/[0-9]{{4}})?{_EDGE}/
NUMBER: /[0-9]{{1,4}}{_EDGE}/
RANGE: /[0-9]{{1,4}}\s*(-|–|to)\s*[0-9]{{1,4}}{_EDGE}/
YEAR: /[0-9]{{4}}{_EDGE}/
%ignore /\s+/
"""


@lru_cache(maxsize=4096)
def parse_deadline(text: str) -> Expression:
    """Read one deadline; DeadlineSyntaxError says what is wrong, where, and what to write instead.

    >>> parse_deadline("3 working days after cut-off")
    Shift(span=Span(n=3, unit='working days'), side='after', anchor=Named(name='cut-off', offset=21))
    >>> parse_deadline("3 working days afer cut-off")
    Traceback (most recent call last):
    dondoc.calendar.mistakes.DeadlineSyntaxError: 'afer' is not expected here; write after
    """
    return cast("Expression", _parse(text, "deadline"))


@lru_cache(maxsize=1024)
def parse_offset(text: str) -> Offset:
    """Read a policy's step: `14 days before`, `on the day`, `1 working day` (after).

    >>> parse_offset("14 days before")
    Offset(side='before', span=Span(n=14, unit='days'))
    """
    return cast("Offset", _parse(text, "offset"))


@lru_cache(maxsize=1024)
def parse_every(text: str) -> Every:
    """Read a rhythm: `every 2 working days after`, or just `3 working days`.

    >>> parse_every("every 2 working days after")
    Span(n=2, unit='working days')
    """
    return cast("Every", _parse(text, "every"))


@lru_cache(maxsize=1024)
def parse_from_event(text: str) -> Expression:
    """Read the deadline of a duty that begins with an event; a mere length of time counts from it.

    >>> parse_from_event("24 hours after")
    Shift(span=Span(n=24, unit='hours'), side='after', anchor=Named(name='event', offset=0))
    """
    return cast("Expression", _parse(text, "from_event"))


@lru_cache(maxsize=1024)
def parse_spacing(text: str) -> Spacing:
    """Read how far apart things lie.

    >>> parse_spacing("12-16 days")
    Spacing(least=Span(n=12, unit='days'), most=Span(n=16, unit='days'))
    """
    return cast("Spacing", _parse(text, "spacing"))


@lru_cache(maxsize=1024)
def parse_quota(text: str) -> Quota:
    """Read how many times in each period.

    >>> parse_quota("2 per year")
    Quota(times=2, every='year')
    """
    return cast("Quota", _parse(text, "quota"))


def earlier_of(first: Expression, *others: Expression) -> Expression:
    """What YAML's `earlier of: [...]` says."""
    return Earliest((first, *others))


def later_of(first: Expression, *others: Expression) -> Expression:
    """What YAML's `later of: [...]` says."""
    return Latest((first, *others))


def names_in(expression: Expression) -> Iterator[Named]:
    """The named anchors, each with its place in the text, so that a check can say which does not exist."""
    match expression:
        case Earliest(parts) | Latest(parts):
            for part in parts:
                yield from names_in(part)
        case On(Named() as name) | Before(Named() as name) | Shift(anchor=Named() as name):
            yield name
        case _:
            return


@v_args(inline=True)
class _Build(Transformer[Token, object]):
    """Parse tree to frozen tree, refusing what cannot exist (30 February, 0 days, a 13th month)."""

    def deadline(self, expression: Expression) -> Expression:
        return expression

    def on(self, anchor: Anchor) -> On:
        return On(anchor)

    def before(self, _: Token, anchor: Anchor) -> Before:
        return Before(anchor)

    def shift(self, span: Span, side: Token, anchor: Anchor) -> Shift:
        return Shift(span, "before" if side.lower() == "before" else "after", anchor)

    def in_month(self, month: Token, year: Token) -> InMonth:
        return InMonth(_year(year), _month_number(month))

    def fixed(self, day: Token, clock: Token | None) -> Fixed:
        year, month, number = (int(part) for part in day.split("-"))
        _year(day[:4], day)
        if not 1 <= month <= 12:
            raise DeadlineSyntaxError(f"{day} does not exist", _at(day), "months are 01 to 12")
        if not 1 <= number <= monthrange(year, month)[1]:
            last = f"{MONTHS_EN[month - 1]} {year} ends on {monthrange(year, month)[1]}"
            raise DeadlineSyntaxError(f"{day} does not exist", _at(day), last)
        if clock is None:
            return Fixed(date(year, month, number))
        try:
            return Fixed(date(year, month, number), parse_clock(clock))
        except ValueError:
            hint = "write 00:00 to 23:59; a date alone lasts until midnight"
            raise DeadlineSyntaxError(f"{clock} is not a time of day", _at(clock), hint) from None

    def named(self, name: Token) -> Named:
        return Named(name.lower() if name.type == "NAME" else str(name), _at(name))

    def lunar(self, leap: Token | None, text: Token) -> Lunar:
        day, month, *year = (int(part) for part in text.split("/"))
        if not (1 <= day <= 30 and 1 <= month <= 12):
            hint = "write day/month, with days 1 to 30 and months 1 to 12"
            raise DeadlineSyntaxError(f"lunar {text} does not exist", _at(text), hint)
        return Lunar(day, month, leap is not None, year[0] if year else None)

    def day_of(self, number: Token, month: tuple[MonthOf | int, bool] | None) -> DayOf:
        which, next_year = month or ("last", False)
        longest = monthrange(2024, which)[1] if isinstance(which, int) else 31
        if not 1 <= int(number) <= longest:
            hint = f"days are 1 to {longest}"
            raise DeadlineSyntaxError(f"there is no day {number} in that month", _at(number), hint)
        return DayOf(int(number), which, next_year)

    def last_day_of(self, text: Token, month: tuple[MonthOf | int, bool] | None) -> DayOf:
        which, next_year = month or ("last", False)
        return DayOf("last working" if "working" in text.lower() else "last", which, next_year)

    def month(self, month: Token, next_year: Token | None) -> tuple[int, bool]:
        if month.type == "MONTH":
            return _month_number(month), next_year is not None
        if not 1 <= int(month) <= 12:
            raise DeadlineSyntaxError(f"there is no month {month}", _at(month), "months are 1 to 12")
        return int(month), next_year is not None

    def which_month(self, text: Token) -> tuple[MonthOf, bool]:
        return cast("MonthOf", text.lower().split()[0]), False

    def weekday(self, name: Token) -> Weekday:
        return Weekday(WEEKDAYS["en"].index(name.capitalize()))

    def from_event(self, expression: Expression) -> Expression:
        return expression

    def after_event(self, span: Span, _: Token) -> Shift:
        return Shift(span, "after", Named("event"))

    def spacing(self, text: Token, unit: Token) -> Spacing:
        least, most = (int(part) for part in re.findall(r"\d+", text))
        if not 1 <= least <= most:
            raise DeadlineSyntaxError(f"{text} is no range", _at(text), "write the shorter first, as in 12-16 days")
        return Spacing(Span(least, _unit(unit)), Span(most, _unit(unit)))

    def quota(self, times: Token, period: Token) -> Quota:
        if int(times) == 0:
            raise DeadlineSyntaxError("0 times is never", _at(times), "write 1 or more")
        return Quota(int(times), period.lower())

    def offset(self, span: Span, side: Token | None) -> Offset:
        return Offset("before" if side is not None and side.lower() == "before" else "after", span)

    def on_the_day(self, _: Token) -> Offset:
        return Offset("on")

    def every(self, _every: Token | None, span: Span, _after: Token | None) -> Span:
        return span

    def span(self, n: Token, unit: Token) -> Span:
        if int(n) == 0:
            raise DeadlineSyntaxError(f"0 {unit} is no time at all", _at(n), "write 1 or more")
        return Span(int(n), _unit(unit))


_STARTS = ["deadline", "offset", "every", "from_event", "spacing", "quota"]
_PARSER = Lark(
    _GRAMMAR,
    start=_STARTS,
    parser="lalr",
    maybe_placeholders=True,
)


def _parse(text: str, start: str) -> object:
    if not text.strip():
        raise DeadlineSyntaxError("nothing is written here", 0, "write a date or, say, 3 days after event")
    if len(text) > 200:
        raise DeadlineSyntaxError("this is too long for a deadline", 200, "write one expression")
    try:
        return _Build().transform(_PARSER.parse(text, start=start))
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        raise mistake(error, text) from None


def _unit(text: Token) -> Unit:
    return _UNITS[" ".join(text.lower().split()).removesuffix("s")]


def _month_number(name: Token) -> int:
    return MONTHS_EN.index(name.capitalize()) + 1


def _year(text: str, token: Token | None = None) -> int:
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        at = _at(token if token is not None else text)
        raise DeadlineSyntaxError(f"the year {text} is out of range", at, f"write {FIRST_YEAR} to {LAST_YEAR}")
    return int(text)


def _at(token: str) -> int:
    return (token.start_pos or 0) if isinstance(token, Token) else 0

"""Where an expression becomes a deadline: one place that computes the day and can say why it is that day.

Rules (Civil Code 2015, 91/2015/QH13): the first day is not counted (art. 147.2), hours run from their very moment
(147.1); a month without the corresponding day ends on its last (148.3); a computed last day that is off moves to
the next working day (148.5), a date written out does not; the day ends at 24:00 (148.6). A deadline counted
backwards is never moved to or past what it must precede.

Instants are aware UTC; days are local to the calendar. An anchor that is not known (yet) raises UnknownAnchor.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Literal

from dondoc.calendar.grammar import (
    Before,
    DayOf,
    Earliest,
    Expression,
    Fixed,
    InMonth,
    Latest,
    Lunar,
    Named,
    On,
    Shift,
    Simple,
    Span,
    Weekday,
)
from dondoc.calendar.lunar import lunar_days, to_solar
from dondoc.calendar.periods import Language, Period, add_months
from dondoc.calendar.reasons import Reason, explain
from dondoc.calendar.workdays import WorkCalendar

Roll = Literal["next working day", "previous working day", "none"]
DayEnds = Literal["midnight", "office"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment that decides between on time and late, and the reason for it.

    `at` is aware UTC. Of a whole day it is the first instant that is late (24:00 local, or the end of office
    hours); of a clock time it is the last instant on time. The reason takes no part in comparing.
    """

    at: datetime
    whole_day: bool = True
    reason: Reason | None = field(default=None, compare=False, repr=False)

    def day(self, calendar: WorkCalendar) -> date:
        """The local day people read in a letter."""
        return calendar.day_of(self.at - timedelta(microseconds=1) if self.whole_day else self.at)

    def met_by(self, instant: datetime) -> bool:
        return instant < self.at if self.whole_day else instant <= self.at

    @property
    def why(self) -> str:
        """How it was reckoned, in English; empty for a deadline that was not resolved from an expression."""
        return self.explain("en")

    def explain(self, language: Language = "vi") -> str:
        return explain(self.reason, language) if self.reason else ""


class UnknownAnchor(LookupError):
    """What a deadline counts from is not known, or not yet: no event, no submission, no period."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not known here")
        self.name = name


@dataclass(frozen=True, slots=True)
class Anchors:
    """What deadlines count from; `tasks` answers TASK.due, TASK.done and TASK.accepted, and any mapping will do."""

    issued: date | None = None
    start: date | None = None
    end: date | None = None
    period: Period | None = None
    event: datetime | None = None
    tasks: Mapping[str, date | datetime | Deadline] = field(default_factory=dict)


def day_deadline(day: date, calendar: WorkCalendar, day_ends: DayEnds = "midnight") -> Deadline:
    """The deadline "by that day", as written into an extension or a return."""
    return Deadline(calendar.day_ends(day, office=day_ends == "office"))


def shift_day(day: date, span: Span, side: Literal["before", "after"], calendar: WorkCalendar) -> date:
    """The day a span away, the first not counted and nothing rolled; hours have no day and raise ValueError."""
    n = span.n if side == "after" else -span.n
    match span.unit:
        case "working days":
            return calendar.add(day, n)
        case "days":
            return day + timedelta(days=n)
        case "weeks":
            return day + timedelta(weeks=n)
        case "months":
            return add_months(day, n)
        case "hours":
            raise ValueError("hours are counted from an instant, not from a day")


def resolve(
    expression: Expression,
    anchors: Anchors,
    calendar: WorkCalendar,
    *,
    roll: Roll | None = None,
    day_ends: DayEnds = "midnight",
    strict: bool = False,
) -> Deadline:
    """Turn an expression into its deadline.

    `roll` says what happens on a day off. By default computed days move to the next working day; dates written
    out, and the day `on` or `before` an anchor, stay; a month means its last working day. `strict` makes the day
    that is named too late already ("trước ngày 25" is by the 24th). `earlier of` takes the parts that can be known,
    `later of` needs all.

    Raises UnknownAnchor, or ValueError with a sentence when a day does not exist: a month that is not leap, a
    lunar day outside the period, a year the calendar does not know.

    >>> from dondoc.calendar.grammar import parse_deadline
    >>> from dondoc.calendar.workdays import work_calendar
    >>> vietnam = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
    >>> cut_off = date(2023, 6, 14)
    >>> period = Period("2023-H1", date(2022, 12, 15), cut_off, cut_off)
    >>> due = resolve(parse_deadline("3 working days after cut-off"), Anchors(period=period), vietnam)
    >>> due.at.isoformat(), due.why
    ('2023-06-19T17:00:00+00:00', '3 working days after cut-off 14/6/2023 = 19/6/2023: 17–18/6 is a weekend')
    """
    again = partial(resolve, anchors=anchors, calendar=calendar, roll=roll, day_ends=day_ends, strict=strict)
    if isinstance(expression, Earliest):
        known = [one for one in (_if_known(part, again) for part in expression.parts) if one is not None]
        return min(known, key=attrgetter("at")) if known else again(expression.parts[0])
    if isinstance(expression, Latest):
        return max((again(part) for part in expression.parts), key=attrgetter("at"))
    if strict and isinstance(expression, On):
        expression = Before(expression.anchor)
    point = _point_of(expression, anchors, calendar)
    moment = _moment(expression, point, calendar)
    if moment is not None:
        local = calendar.local(moment)
        if roll is not None:
            moment = calendar.at(_roll(local.date(), roll, calendar), local.time())
        reason = Reason(expression, point.day, local.date(), calendar.day_of(moment), calendar, local.time())
        return Deadline(moment, False, reason)
    counted = _counted(expression, point.day, calendar)
    day = _roll(counted, roll or _usual_roll(expression), calendar)
    if _oversteps(expression, point.day, day):
        day = counted
    reason = Reason(expression, point.day, counted, day, calendar)
    return Deadline(calendar.day_ends(day, office=day_ends == "office"), True, reason)


@dataclass(frozen=True, slots=True)
class _Point:
    """An anchor found: its local day, and its instant when it has one; `clock` when its time of day is meant."""

    day: date
    instant: datetime | None = None
    clock: bool = False


def _if_known(part: Expression, again: Callable[[Expression], Deadline]) -> Deadline | None:
    try:
        return again(part)
    except UnknownAnchor:
        return None


def _point_of(expression: Simple, anchors: Anchors, calendar: WorkCalendar) -> _Point:
    if isinstance(expression, InMonth):
        return _Point(_last_of(date(expression.year, expression.month, 1)))
    match expression.anchor:
        case Fixed(day, clock):
            return _Point(day, calendar.at(day, clock), clock=True) if clock is not None else _Point(day)
        case Named(name):
            return _named(name, anchors, calendar)
        case Lunar() as anchor:
            return _Point(_lunar(anchor, anchors))
        case DayOf() as anchor:
            return _Point(_day_of(anchor, _period(anchors), calendar))
        case Weekday(weekday):
            end = _period(anchors).end
            return _Point(end - timedelta(days=(end.weekday() - weekday) % 7))


def _named(name: str, anchors: Anchors, calendar: WorkCalendar) -> _Point:
    plan = {"plan.issued": anchors.issued, "plan.start": anchors.start, "plan.end": anchors.end}
    found: date | datetime | Deadline | None
    if name in plan:
        found = plan[name]
    elif name == "event":
        found = anchors.event
    elif name in {"cut-off", "period.start", "period.end"}:
        period = _period(anchors, name)
        found = {"cut-off": period.cut_off, "period.start": period.start, "period.end": period.end}[name]
    else:
        found = anchors.tasks.get(name)
    match found:
        case None:
            raise UnknownAnchor(name)
        case Deadline(at, whole_day):
            return _Point(found.day(calendar)) if whole_day else _Point(found.day(calendar), at, clock=True)
        case datetime():
            return _Point(calendar.day_of(found), found.astimezone(UTC))
        case _:
            return _Point(found)


def _lunar(anchor: Lunar, anchors: Anchors) -> date:
    if anchor.year is not None:
        return to_solar(anchor.year, anchor.month, anchor.day, anchor.leap)
    start, end = (anchors.period.start, anchors.period.end) if anchors.period else (anchors.start, anchors.end)
    name = f"lunar {'leap ' if anchor.leap else ''}{anchor.day}/{anchor.month}"
    if start is None or end is None:
        raise UnknownAnchor(name)
    found = next(lunar_days(anchor.day, anchor.month, anchor.leap, start, end), None)
    if found is None:
        raise ValueError(f"{name} does not fall between {start.isoformat()} and {end.isoformat()}")
    return found


def _period(anchors: Anchors, name: str = "period") -> Period:
    if anchors.period is None:
        raise UnknownAnchor(name)
    return anchors.period


def _day_of(anchor: DayOf, period: Period, calendar: WorkCalendar) -> date:
    """A number past the end of a short month means its last day, as for months that are added."""
    match anchor.month:
        case "first":
            first = period.start.replace(day=1)
        case "last":
            first = period.end.replace(day=1)
        case "next":
            first = add_months(period.end.replace(day=1), 1)
        case number:
            first = date(period.year + anchor.next_year, number, 1)
    last = _last_of(first)
    match anchor.day:
        case "last":
            return last
        case "last working":
            return calendar.on_or_before(last)
        case number:
            return first.replace(day=min(number, last.day))


def _last_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _moment(expression: Simple, point: _Point, calendar: WorkCalendar) -> datetime | None:
    """The instant of a deadline with a time of day. From a bare day, hours run from its nearer midnight."""
    match expression:
        case Shift(Span(n, "hours"), "after"):
            return (point.instant or calendar.day_ends(point.day)) + timedelta(hours=n)
        case Shift(Span(n, "hours"), "before"):
            return (point.instant or calendar.day_ends(point.day - _DAY)) - timedelta(hours=n)
        case On() | Before() if point.clock:
            return point.instant
        case _:
            return None


def _counted(expression: Simple, day: date, calendar: WorkCalendar) -> date:
    match expression:
        case Before():
            return day - _DAY
        case Shift(span, side):
            return shift_day(day, span, side, calendar)
        case On() | InMonth():
            return day


def _usual_roll(expression: Simple) -> Roll:
    match expression:
        case InMonth():
            return "previous working day"
        case On(DayOf() | Weekday()) | Shift():
            return "next working day"
        case On() | Before():
            return "none"


def _roll(day: date, roll: Roll, calendar: WorkCalendar) -> date:
    match roll:
        case "next working day":
            return calendar.on_or_after(day)
        case "previous working day":
            return calendar.on_or_before(day)
        case "none":
            return day


def _oversteps(expression: Simple, anchor: date, day: date) -> bool:
    """Whether rolling has carried a deadline to the wrong side of what it counts from."""
    match expression:
        case Before() | Shift(side="before"):
            return day >= anchor
        case Shift(side="after"):
            return day <= anchor
        case _:
            return False

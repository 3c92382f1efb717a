"""When reminders and repetitions fall: days counted on the calendar, each asked for by many matters alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from dondoc.calendar.deadline import Deadline, shift_day
from dondoc.calendar.grammar import Offset, Span
from dondoc.calendar.workdays import WorkCalendar


@lru_cache(maxsize=65536)
def slot_from(day: date, calendar: WorkCalendar) -> datetime:
    """When letters leave on that day, or on the next working day; many matters of a round ask for the same."""
    return calendar.letters_slot(calendar.on_or_after(day))


@lru_cache(maxsize=65536)
def reminder_time(
    offset: Offset, due: Deadline, opens: datetime, cycle_began: datetime | None, urgent: bool, calendar: WorkCalendar
) -> datetime | None:
    """When a reminder leaves: at the letters' hour of its day, or the working day before, not before opening.

    None where the time lay before the cycle began: whoever got a new deadline was told of it then. All who owe
    the same have the same times.
    """
    span = offset.span
    if span is not None and span.unit == "hours":
        at = due.at - timedelta(hours=span.n)
        day = calendar.day_of(at)
    else:
        day = due.day(calendar)
        if span is not None:
            day = shift_day(day, span, "before", calendar)
        at = calendar.letters_slot(calendar.on_or_before(day))
    if not urgent:
        at = calendar.letters_slot(calendar.on_or_before(day))
    if cycle_began is not None:
        return at if at >= cycle_began else None
    return at if at >= opens else calendar.next_letters_slot(opens)


@lru_cache(maxsize=4096)
def reminder_rung(offset: Offset) -> str:
    """The name of a reminder's rung, stable under edits of the others.

    >>> reminder_rung(Offset("before", Span(14, "days")))
    'remind/14 days before'
    """
    return f"remind/{offset.span.n} {offset.span.unit} before" if offset.span else "remind/on the day"


@lru_cache(maxsize=65536)
def shifted(day: date, span: Span, times: int, calendar: WorkCalendar) -> date:
    """The day `times` spans after `day`; of hours only the whole days they fill count."""
    if span.unit == "hours":
        return day + timedelta(hours=span.n * times)
    return shift_day(day, span.times(times), "after", calendar)


def most_times(start: date, span: Span, day: date, calendar: WorkCalendar) -> int:
    """How often the span fits between `start` and `day`, at most: a day off may put the last one off past `day`.

    >>> from dondoc.calendar.workdays import work_calendar
    >>> vietnam = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
    >>> most_times(date(2023, 6, 19), Span(2, "working days"), date(2023, 6, 30), vietnam)
    4
    """
    match span.unit:
        case "working days":
            return calendar.working_days_between(start, day) // span.n
        case "days":
            return (day - start).days // span.n
        case "weeks":
            return (day - start).days // (7 * span.n)
        case "months":
            return ((day.year - start.year) * 12 + day.month - start.month) // span.n
        case "hours":
            return ((day - start).days * 24 + 23) // span.n


def later_day(day: date, offset: Offset, calendar: WorkCalendar) -> date:
    """The working day on or after the offset from `day`."""
    return calendar.on_or_after(shifted(day, offset.span, 1, calendar) if offset.span else day)

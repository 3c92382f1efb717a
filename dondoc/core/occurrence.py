"""One time that a task falls due, and reading the ways in which such times are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.grammar import Expression, earlier_of, later_of, parse_deadline, parse_from_event
from dondoc.core.clauses import Either, Moment
from dondoc.core.plan import Task
from dondoc.core.text import Text

ONCE = "once"
"""The period of a duty that does not come back."""

MOST_TIMES = 1_000
"""How often a rule may fall due within a plan."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a task falls due, the same for all who owe it, or for one unit; `opens` is an aware UTC instant."""

    task: Task
    period: str
    title: Text | None
    opens: datetime
    due: Deadline


def expression_of(moment: Moment, *, after_event: bool = False) -> Expression:
    """A deadline as written; DeadlineSyntaxError (a ValueError) when it cannot be read.

    `after_event`: a mere length of time counts from the event.
    """
    parse = parse_from_event if after_event else parse_deadline
    if isinstance(moment, Either):
        first, *others = (parse(text) for text in moment.earlier or moment.later)
        return earlier_of(first, *others) if moment.earlier else later_of(first, *others)
    return parse(moment)


def days_of_rule(text: str, first: date, last: date) -> tuple[date, ...]:
    """The days of an RFC 5545 rule from `first` to `last`, both included.

    Raises ValueError with a sentence for a rule that cannot be read, counts in hours, or names days without end.

    >>> [day.isoformat() for day in days_of_rule("FREQ=MONTHLY;BYDAY=-1FR", date(2023, 5, 1), date(2023, 6, 30))]
    ['2023-05-26', '2023-06-30']
    """
    rule = text.strip().upper().removeprefix("RRULE:")
    hint = "write a rule such as FREQ=MONTHLY;BYDAY=-1FR"
    if not rule.startswith("FREQ=") or any(sign in rule for sign in "\n\r") or "DTSTART" in rule:
        raise ValueError(f"`{text}` is not a rule of RFC 5545; {hint}")
    if any(word in rule for word in ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")):
        raise ValueError(f"`{text}` counts in hours; a deadline here is a day")
    start, end = (datetime.combine(day, time()) for day in (first, last))
    try:
        found = rrulestr(rule, dtstart=start).between(start, end, inc=True)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"`{text}` cannot be read ({error}); {hint}") from None
    if len(found) > MOST_TIMES:
        raise ValueError(f"`{text}` falls due {len(found)} times; write a rule with fewer days")
    return tuple(one.date() for one in found)


def numbered(title: Text | None, number: int) -> Text:
    """The title of the n-th of several.

    >>> numbered(Text(vi="quý I"), 2).vi
    'quý I, lần 2'
    """
    vi, en = (f"{title.within('vi')}, ", f"{title.within('en')}, ") if title else ("", "")
    return Text(vi=f"{vi}lần {number}", en=f"{en}no. {number}")

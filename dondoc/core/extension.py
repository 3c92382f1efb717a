"""How far a deadline may be extended, as its plan says."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from dondoc.calendar.deadline import Anchors, UnknownAnchor, resolve, shift_day
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.obligation import ExtensionTerms
from dondoc.core.standing import Situation


def latest_day(terms: ExtensionTerms, now: Situation, calendar: WorkCalendar, anchors: Anchors) -> date | None:
    """The last day to which it may be extended, None where the plan sets no end.

    `at_most` counts from the original deadline and moves off days off; of it and `until` the earlier holds.
    """
    days: list[date] = []
    original = now.original_due.day(calendar)
    if terms.at_most is not None:
        span = terms.at_most
        if span.unit == "hours":
            days.append(original)
        else:
            days.append(calendar.on_or_after(shift_day(original, span, "after", calendar)))
    if terms.until is not None:
        with suppress(UnknownAnchor):
            days.append(resolve(terms.until, anchors, calendar).day(calendar))
    return min(days, default=None)


def used_up(terms: ExtensionTerms, now: Situation) -> bool:
    """Whether it was extended as often as the plan allows."""
    return terms.times is not None and now.extensions >= terms.times

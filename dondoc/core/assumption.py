"""How people are assumed to behave when the future is worked out: nobody answers, or everybody is on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, TypedDict

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.history import Accepted, Event, ExtensionGranted, History, Submitted
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation

Assume = Literal["silent", "on-time"]

HANDED_IN_AT = time(15)
"""On time means: on the last working day, at this hour."""

DECIDED_AT = time(10)
"""Whoever reviews, or is asked for more time, decides on the next working day at this hour."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does about a matter at an instant (aware UTC); the event has no number yet."""

    at: datetime
    event: Event


def next_deed(
    obligation: Obligation, history: History, assume: Assume, now: datetime, calendar: WorkCalendar
) -> Deed | None:
    """What is done about the matter next, at `now` (aware UTC) or later, unless its history grows otherwise.

    On time, what is late already comes in as soon as the office opens.
    """
    if assume == "silent":
        return None
    standing = situation(obligation, history)
    if standing.before_adoption or standing.closed(obligation.terms.review is not None):
        return None
    asked, submitted = standing.extension_asked, standing.submitted
    if asked:
        at = max(_next_day(asked.recorded_at, calendar), calendar.next_office_time(now))
        return Deed(at, ExtensionGranted(**_facts(obligation, obligation.terms.focal_point, at), due=asked.due))
    if submitted and obligation.terms.review:
        at = max(_next_day(submitted.recorded_at, calendar), calendar.next_office_time(now))
        return Deed(at, Accepted(**_facts(obligation, obligation.terms.review.by, at)))
    at = _last_hour(obligation, standing, calendar)
    if at < now:
        at = calendar.next_office_time(now)
    version = standing.last_submitted.version + 1 if standing.last_submitted else 1
    return Deed(at, Submitted(**_facts(obligation, standing.owner, at), version=version, channel="form"))


def _last_hour(obligation: Obligation, standing: Situation, calendar: WorkCalendar) -> datetime:
    """The afternoon of the last working day; where that is too early or too late, the hour before the deadline."""
    due = standing.answer_by
    at = calendar.at(calendar.on_or_before(due.day(calendar)), HANDED_IN_AT)
    if at < obligation.opens or not due.met_by(at):
        at = max(due.at - timedelta(hours=1), obligation.opens)
    return at


def _next_day(instant: datetime, calendar: WorkCalendar) -> datetime:
    return calendar.at(calendar.add(calendar.day_of(instant), 1), DECIDED_AT)


class _Facts(TypedDict):
    obligation: str
    happened_at: datetime
    recorded_at: datetime
    by: str


def _facts(obligation: Obligation, by: str, at: datetime) -> _Facts:
    return {"obligation": obligation.id, "happened_at": at, "recorded_at": at, "by": by}

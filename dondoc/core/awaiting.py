"""What waits for somebody's decision about a matter: a submission, a request for more time, a forewarning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.cadence import later_day
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_FOCAL_POINT, REVIEW_CHASE
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation

Decision = Literal["review", "extension", "forewarning", "held"]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A decision that is awaited: of `by` (a unit, or a role of the focal point), from `since` (aware).

    `until` is the day by which it is due; of a forewarning the day on which the matter goes before `to` unless it is
    held; None for what is held, which waits as long as it is.
    """

    kind: Decision
    by: str
    since: datetime
    until: date | None
    to: str = ""


def decisions_awaited(obligation: Obligation, now: Situation, calendar: WorkCalendar) -> tuple[Awaited, ...]:
    """The decisions that this matter waits for, none where it is closed."""
    terms = obligation.terms
    if now.before_adoption or now.closed(terms.review is not None):
        return ()
    found: list[Awaited] = []
    if now.submitted is not None and terms.review is not None:
        received = now.submitted.recorded_at
        due = later_day(calendar.day_of(received), terms.review.within, calendar)
        found.append(Awaited("review", terms.review.by, received, due))
    if (asked := now.extension_asked) is not None:
        due = calendar.add(calendar.day_of(asked.recorded_at), REVIEW_CHASE.n)
        found.append(Awaited("extension", FOCAL_POINT, asked.recorded_at, due))
    if now.submitted is None:
        found += _forewarned(obligation, now, calendar)
    return tuple(found)


def _forewarned(obligation: Obligation, now: Situation, calendar: WorkCalendar) -> list[Awaited]:
    """What is about to go before a committee, or is kept from it."""
    bodies = {rung.to: rung.name for rung in obligation.terms.policy.escalate if rung.committee}
    found: list[Awaited] = []
    for body, rung in bodies.items():
        gone = {step.step.ordinal for step in now.taken.get(rung, ())}
        for warned in now.taken.get(f"forewarn/{body}", ())[-1:]:
            if warned.step.ordinal in gone:
                continue
            day = calendar.add(calendar.day_of(warned.happened_at), 1)
            kind: Decision = "held" if now.held else "forewarning"
            since = now.held.recorded_at if now.held else warned.happened_at
            found.append(Awaited(kind, HEAD_OF_FOCAL_POINT, since, None if now.held else day, body))
    return found

"""What is decided about one obligation: review, extension, waiver, another owner, holding, taking back a mistake.

Each function checks that the step fits where the matter stands, records one event and, in the same transaction, puts
the letters into the outbox that tell of it. `at` is when it happened (aware; by default now), the place's clock says
when it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypedDict

from sqlalchemy import Connection

from dondoc.calendar.deadline import Anchors, Deadline, day_deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.decide import ANSWER_WITHIN
from dondoc.core.extension import latest_day, used_up
from dondoc.core.history import (
    Accepted,
    Directed,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    Held,
    History,
    Raised,
    Reassigned,
    Released,
    Returned,
    StepTaken,
    Voided,
    Waived,
)
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.standing import Situation, situation
from dondoc.desk.following import follow_on, take_turn_of
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, Overtaken, nearest
from dondoc.store import ledger, matters, plans


class _Facts(TypedDict):
    obligation: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """One obligation on the desk, nobody else's to change until the transaction ends."""

    obligation: Obligation
    history: History
    now: Situation
    calendar: WorkCalendar
    at: datetime
    recorded_at: datetime
    anchors: Anchors
    """What days that the plan names count from."""
    organisation: Organisation

    @property
    def reviewed(self) -> bool:
        """Whether somebody has to accept what is handed in."""
        return self.obligation.terms.review is not None

    def deadline(self, day: date) -> Deadline:
        """The end of that day."""
        return day_deadline(day, self.calendar)


def open_case(connection: Connection, place: Workplace, obligation: str, at: datetime | None) -> Case:
    """Lock an obligation and read it.

    Raises:
        UnknownObligation: with the nearest ids.
        NotAllowed: `at` lies in the future.
    """
    take_turn_of(connection, obligation)
    ledger.lock(connection, [obligation])
    ((found, history),) = matters.load(connection, [obligation])
    applied = plans.applied(connection, found.plan)
    calendar = applied.calendar
    recorded_at = place.now()
    happened_at = at or recorded_at
    if happened_at > recorded_at:
        raise NotAllowed(
            "Recording this",
            f"{_said(happened_at, calendar)} lies in the future",
            "Give with --at when it happened, or leave it out for now.",
        )
    raised_at = next((fact.happened_at for fact in history if isinstance(fact, Raised)), None)
    anchors = Anchors(
        issued=applied.plan.issued, start=applied.plan.period.first, end=applied.plan.period.last, event=raised_at
    )
    now = situation(found, history)
    return Case(found, history, now, calendar, happened_at, recorded_at, anchors, applied.organisation)


def review(
    place: Workplace,
    obligation: str,
    verdict: Literal["accept", "return"],
    *,
    by: str,
    at: datetime | None = None,
    note: str = "",
    to: date | None = None,
    seen: int | None = None,
) -> Event:
    """Accept what was handed in, or give it back to be answered by `to` (default: in three working days).

    Raises:
        NotAllowed: nothing waits for a review, or the day for the answer has passed.
    """

    def decide(case: Case) -> Event:
        what = "Accepting" if verdict == "accept" else "Returning"
        _refuse_closed(case, what)
        if case.now.accepted:
            raise NotAllowed(what, "it was accepted already", "`dondoc undo EVENT` takes an acceptance back.")
        if case.now.submitted is None:
            again = "it was returned and not handed in again" if case.now.returned else "nothing was handed in"
            raise NotAllowed(what, again, "`dondoc submit` records what was received.")
        if case.at < case.now.submitted.happened_at:
            raise NotAllowed(
                what,
                f"it was only received at {_said(case.now.submitted.happened_at, case.calendar)}",
                "Give with --at when it was decided.",
            )
        if verdict == "accept":
            return Accepted(**_facts(case, by, note))
        if not note.strip():
            raise NotAllowed(what, "no reason was given", "Say with --note what has to be put right.")
        day = to or case.calendar.add(case.calendar.day_of(case.at), ANSWER_WITHIN)
        if day < case.calendar.day_of(case.recorded_at):
            raise NotAllowed(what, f"{_day(day)} has passed already", "Give a later day with --to.")
        return Returned(**_facts(case, by, note), due=case.deadline(day))

    return _record(place, obligation, at, decide, seen)


def extend(
    place: Workplace,
    obligation: str,
    verdict: Literal["ask", "grant", "refuse"],
    *,
    by: str,
    at: datetime | None = None,
    why: str = "",
    to: date | None = None,
    seen: int | None = None,
) -> Event:
    """Ask for a later deadline, grant one (asked for or not), or refuse what was asked.

    Without `to`, granting gives the day that was asked for. `seen` is the last step (`last_step`) that whoever decides
    knew of: when another was taken since, it is refused.

    Raises:
        NotAllowed: the day is not later than the deadline in force, nothing was asked, or the matter is closed.
    """

    def decide(case: Case) -> Event:
        what = {"ask": "Asking for an extension", "grant": "Extending", "refuse": "Refusing an extension"}[verdict]
        _refuse_closed(case, what)
        if case.now.submitted and verdict == "ask":
            raise NotAllowed(
                what, "it was handed in and waits for its review", "`dondoc extend O grant --to DAY` still extends it."
            )
        asked = case.now.extension_asked
        if verdict == "refuse":
            if asked is None:
                raise NotAllowed(what, "none was asked for", "`dondoc extend O ask --to DAY` asks for one.")
            return ExtensionRefused(**_facts(case, by, why))
        if to is not None:
            due = case.deadline(to)
        elif verdict == "grant" and asked is not None:
            due = asked.due
        else:
            raise NotAllowed(what, "no day was given", "Give the new day with --to YYYY-MM-DD.")
        if due.at <= case.now.answer_by.at:
            in_force = _day(case.now.answer_by.day(case.calendar))
            raise NotAllowed(
                what,
                f"{_day(due.day(case.calendar))} is not later than the deadline in force, {in_force}",
                "Give a later day with --to.",
            )
        _refuse_too_far(case, due, what)
        if verdict == "ask":
            return ExtensionAsked(**_facts(case, by, why), due=due)
        return ExtensionGranted(**_facts(case, by, why), due=due)

    return _record(place, obligation, at, decide, seen)


def waive(
    place: Workplace, obligation: str, *, by: str, why: str, at: datetime | None = None, seen: int | None = None
) -> Event:
    """End the duty: it need not be done.

    Raises:
        NotAllowed: it is closed already, or no reason was given.
    """

    def decide(case: Case) -> Event:
        _refuse_closed(case, "Waiving")
        if not why.strip():
            raise NotAllowed("Waiving", "no reason was given", "Say with --why why it need not be done.")
        return Waived(**_facts(case, by, why))

    return _record(place, obligation, at, decide, seen)


def reassign(
    place: Workplace,
    obligation: str,
    to: str,
    *,
    by: str,
    why: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Make another unit of the organisation owe it; both units are told.

    Raises:
        NotAllowed: there is no such unit today, it owes it already, or the matter is closed.
    """
    what = "Reassigning"

    def decide(case: Case) -> Event:
        _refuse_closed(case, what)
        day = case.calendar.day_of(case.at)
        unit = case.organisation.unit(to)
        if unit is None:
            called = sorted(one.called for one in case.organisation.units)
            near = nearest(to, called) or called[:5]
            raise NotAllowed(what, f"there is no unit {to}", f"Give one with --to: {', '.join(near)}.")
        if not unit.exists_on(day):
            raise NotAllowed(what, f"{to} does not exist on {_day(day)}", "Give a unit that exists with --to.")
        if unit.id == case.now.owner:
            raise NotAllowed(what, f"{to} owes it already", "Give another unit with --to.")
        return Reassigned(**_facts(case, by, why), owner=unit.id)

    return _record(place, obligation, at, decide, seen)


def direct(
    place: Workplace,
    obligation: str,
    body: str,
    *,
    by: str,
    urged: bool,
    why: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Record that a body, before which the matter stands, has it urged by official letter, or notes it.

    Raises:
        NotAllowed: it stands before another or nobody, or is closed.
    """
    what = "Deciding on this"

    def decide(case: Case) -> Event:
        _refuse_closed(case, what)
        if case.now.escalated_to != body:
            before = case.now.escalated_to or "nobody"
            raise NotAllowed(what, f"it stands before {before}, not {body}", "`dondoc explain` tells where it stands.")
        return Directed(**_facts(case, by, why), body=body, urged=urged)

    return _record(place, obligation, at, decide, seen)


def last_step(history: History) -> int:
    """The number of the last thing that somebody did; letters that went out since do not count."""
    return max((one.id for one in history if isinstance(one, Event) and not isinstance(one, StepTaken)), default=0)


def hold(
    place: Workplace, obligation: str, *, by: str, why: str, at: datetime | None = None, seen: int | None = None
) -> Event:
    """Keep the matter from going before a committee until it is released.

    Raises:
        NotAllowed: it is closed, held already, or no reason was given.
    """

    def decide(case: Case) -> Event:
        _refuse_closed(case, "Holding")
        if case.now.held:
            raise NotAllowed("Holding", f"it is held already ({case.now.held.why})", "`dondoc release` lets it go.")
        if not why.strip():
            raise NotAllowed("Holding", "no reason was given", "Say with --why why it must not go yet.")
        return Held(**_facts(case, by, why))

    return _record(place, obligation, at, decide, seen)


def release(
    place: Workplace, obligation: str, *, by: str, why: str = "", at: datetime | None = None, seen: int | None = None
) -> Event:
    """Let a matter that was held go before the committee.

    Raises:
        NotAllowed: it is not held.
    """

    def decide(case: Case) -> Event:
        if case.now.held is None:
            raise NotAllowed("Releasing", "it is not held", "What is not held goes by itself.")
        return Released(**_facts(case, by, why))

    return _record(place, obligation, at, decide, seen)


def undo(place: Workplace, event: int, *, by: str, why: str, at: datetime | None = None) -> Voided:
    """Take back the event with that number: it was recorded by mistake. History keeps both.

    `at` is when the mistake was noticed; it changes nothing in the count.

    Raises:
        NotAllowed: there is no such event, it was taken back before, or it tells of a letter.
    """
    if not why.strip():
        raise NotAllowed(f"Taking back event {event}", "no reason was given", "Say with --why what was wrong.")
    now = place.now()
    with place.database.writing() as connection:
        found = matters.event(connection, event)
        if found is not None:
            take_turn_of(connection, found.obligation)
        voided = ledger.undo(connection, event, why=why, by=by, now=now, at=at and min(at, now))
        notify(connection, place, [voided], voided.recorded_at)
        follow_on(connection, place, voided.obligation.partition("/")[0], voided.recorded_at)
    return voided


def _record(
    place: Workplace, obligation: str, at: datetime | None, decide: Callable[[Case], Event], seen: int | None = None
) -> Event:
    with place.database.writing() as connection:
        case = open_case(connection, place, obligation, at)
        if seen is not None and last_step(case.history) != seen:
            raise Overtaken(obligation)
        (recorded,) = ledger.record(connection, [decide(case)])
        assert isinstance(recorded, Event)  # what goes in comes out
        notify(connection, place, [recorded], case.recorded_at)
        follow_on(connection, place, case.obligation.plan, case.recorded_at)
    return recorded


def _refuse_too_far(case: Case, due: Deadline, what: str) -> None:
    """The plan may cap an extension."""
    terms = case.obligation.terms.extension
    if terms is None:
        return
    if used_up(terms, case.now):
        raise NotAllowed(what, f"the plan allows {terms.times} and no more", "Amend the plan, or waive the duty.")
    latest = latest_day(terms, case.now, case.calendar, case.anchors)
    if latest is not None and due.day(case.calendar) > latest:
        raise NotAllowed(what, f"the plan allows none beyond {_day(latest)}", "Give an earlier day with --to.")


def _refuse_closed(case: Case, what: str) -> None:
    if case.now.cancelled:
        raise NotAllowed(what, "the plan does not ask for it any more", "`dondoc status` shows what is open.")
    if case.now.waived:
        raise NotAllowed(what, "it was waived", "`dondoc undo EVENT --why TEXT` takes a waiver back.")
    if case.now.done(case.reviewed) and not case.now.accepted:
        raise NotAllowed(what, "it is done", "`dondoc undo EVENT --why TEXT` takes a mistake back.")
    if case.now.accepted and what not in ("Accepting", "Returning"):
        raise NotAllowed(what, "it was accepted", "`dondoc undo EVENT --why TEXT` takes an acceptance back.")


def _facts(case: Case, by: str, why: str) -> _Facts:
    return {
        "obligation": case.obligation.id,
        "happened_at": case.at,
        "recorded_at": case.recorded_at,
        "by": by,
        "why": why.strip(),
    }


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _said(instant: datetime, calendar: WorkCalendar) -> str:
    return f"{calendar.local(instant):%d/%m/%Y %H:%M}"

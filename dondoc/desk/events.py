"""Events that duties follow from: raised by a unit, and closed when they are over."""

from __future__ import annotations

from datetime import datetime

from dondoc.core.clauses import Owner
from dondoc.core.decide import FOCAL_POINT
from dondoc.core.happened import Incident
from dondoc.core.history import Closed, Event
from dondoc.core.owners import Owners
from dondoc.core.plan import Plan
from dondoc.desk.following import follow_on, incidents, obligations_after, raised
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, nearest
from dondoc.store import adoption, ledger, plans
from dondoc.store.plans import Applied


def raise_event(
    place: Workplace,
    plan: str,
    event: str,
    *,
    unit: str,
    by: str,
    at: datetime | None = None,
    severity: str = "",
    why: str = "",
) -> tuple[Event, ...]:
    """Record that `event` happened at `at` (aware; by default now): the duties that follow enter the ledger.

    Whoever owes them is told at once. Comes back with one event for each.

    Raises:
        UnknownPlan: it was never applied.
        NotAllowed: the plan knows no such event or severity, the unit may not raise it, or nobody would owe anything.
    """
    now = place.now()
    happened_at = at or now
    with place.database.writing() as connection:
        adoption.take_turn(connection, plan)
        applied = plans.applied(connection, plan)
        what = f"Raising {event}"
        if happened_at > now:
            raise NotAllowed(what, "it lies in the future", "Give with --at when it happened.")
        known = applied.organisation.unit(unit)
        unit = known.id if known else unit
        _refuse(applied, event, unit, severity, what)
        name = _name(event, happened_at, applied, {one.name for one in incidents(connection, applied)})
        incident = Incident(event, name, unit, happened_at, severity)
        facts = raised(connection, place, applied, incident, now=now, by=by, why=why)
        if not facts:
            hint = "See `owner`, `when` and `due` of the tasks that follow from it."
            raise NotAllowed(what, "nobody would owe anything", hint)
    return facts


def close_event(place: Workplace, plan: str, name: str, *, by: str, why: str = "") -> tuple[Event, ...]:
    """Record that an event is over, so that nothing more is repeated.

    Raises:
        UnknownPlan: it was never applied.
        NotAllowed: there is no such event, or it is over already.
    """
    now, what = place.now(), f"Closing {name}"
    with place.database.writing() as connection:
        adoption.take_turn(connection, plan)
        applied = plans.applied(connection, plan)
        known = {one.name: one for one in incidents(connection, applied)}
        if name not in known:
            near = nearest(name, known) or list(known)[:5]
            raise NotAllowed(what, "no such event was raised", f"Those raised are: {', '.join(near) or 'none yet'}.")
        if known[name].closed is not None:
            raise NotAllowed(what, "it was closed already", "`dondoc undo EVENT --why TEXT` takes a mistake back.")
        facts = [
            Closed(obligation=obligation.id, happened_at=now, recorded_at=now, by=by, why=why, name=name)
            for obligation, _ in obligations_after(connection, applied, name)
            if obligation.period == name
        ]
        recorded = tuple(fact for fact in ledger.record(connection, facts) if isinstance(fact, Event))
        follow_on(connection, place, plan, now)
    return recorded


def _refuse(applied: Applied, event: str, unit: str, severity: str, what: str) -> None:
    clauses = [task.on_event for task in applied.plan.tasks() if task.on_event is not None]
    named = [one for one in clauses if one.event == event]
    if not named:
        known = list(dict.fromkeys(one.event for one in clauses))
        near = nearest(event, known) or known
        raise NotAllowed(what, "the plan knows no such event", f"It knows: {', '.join(near) or 'none'}.")
    may = {
        one.id
        for one in Owners(applied.organisation).on(raisers(applied.plan, [o for c in named for o in c.raised_by]))
    }
    if unit not in may:
        near = nearest(unit, may) or sorted(may)[:5]
        raise NotAllowed(what, f"{unit} may not raise it", f"These may: {', '.join(near) or 'nobody'}.")
    severities = {text for one in named for text in one.severities}
    if severities and severity not in severities:
        said = f"`{severity}` is no severity of it" if severity else "its severity is not said"
        raise NotAllowed(what, said, f"Give with --severity one of {', '.join(sorted(severities))}.")


def raisers(plan: Plan, written: list[Owner]) -> tuple[Owner, ...]:
    """Who may raise an event, as the plan writes it; its focal point by name."""
    return tuple(plan.focal_point if one == FOCAL_POINT else one for one in written)


def _name(event: str, at: datetime, applied: Applied, taken: set[str]) -> str:
    """What tells the event from others of its kind: the day it happened, and a number where one happened that day."""
    first = f"{event}-{applied.calendar.day_of(at).isoformat()}"
    numbers = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (first, *numbers) if name not in taken)

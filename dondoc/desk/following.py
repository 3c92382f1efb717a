"""What follows from what happened: duties that count from another's submission, acceptance or event.

A plan with such duties is brought up to date in the transaction in which something happens: what is known now enters
the ledger, what moved is amended, what is not owed any more is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.amendment import Amendment, amend
from dondoc.core.happened import NOTHING, Happened, Incident, happened
from dondoc.core.history import Event, Raised
from dondoc.core.obligation import Obligation
from dondoc.core.occurrence import ONCE
from dondoc.core.owners import Owners
from dondoc.core.plan import Plan
from dondoc.core.round import Matter
from dondoc.core.schedule import following, in_place, schedule
from dondoc.core.standing import situation
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.errors import UnknownPlan
from dondoc.store import adoption, plans
from dondoc.store.ledger import record
from dondoc.store.matters import matters
from dondoc.store.plans import Applied

BY = "dondoc"


def take_turn_of(connection: Connection, obligation: str) -> None:
    """Where something may follow from an obligation, wait for whoever else changes its plan; before rows are locked."""
    plan = obligation.partition("/")[0]
    try:
        applied = plans.applied(connection, plan)
    except UnknownPlan:
        return  # so is the obligation, which its reader will say
    if following(applied.plan, applied.calendar):
        adoption.take_turn(connection, plan)


def follow_on(connection: Connection, place: Workplace, plan: str, now: datetime) -> tuple[Event, ...]:
    """Bring the duties of a plan that depend on what happens up to date, and tell those whose open ones changed."""
    applied = plans.applied(connection, plan)
    depending = following(applied.plan, applied.calendar)
    if not depending:
        return ()
    standing = _standing(connection, applied, depending.keys() | set().union(*depending.values()))
    amendment = _amendment(applied, standing, happened(standing), frozenset(depending))
    changed = adoption.follow(connection, applied, amendment, now=now, by=BY)
    begun = {matter[0].id for matter in standing if matter[0].opens <= now}
    notify(connection, place, [event for event in changed if event.obligation in begun], now)
    return changed


def raised(
    connection: Connection, place: Workplace, applied: Applied, incident: Incident, *, now: datetime, by: str, why: str
) -> tuple[Event, ...]:
    """Enter what follows from an incident, and tell those who owe it at once; () where nobody does."""
    depending = following(applied.plan, applied.calendar)
    standing = _standing(connection, applied, depending.keys() | set().union(*depending.values()))
    known = happened(standing)
    known = replace(known, incidents=(*known.incidents, incident))
    amendment = _amendment(applied, standing, known, frozenset(depending))
    changed = adoption.follow(connection, applied, amendment, now=now, by=BY)
    own = [one for one in amendment.added if one.period == incident.name and one.terms.begins_with_event]
    facts = [
        Raised(
            obligation=one.id, happened_at=incident.at, recorded_at=now, by=by, why=why,
            what=incident.event, name=incident.name, unit=incident.unit, severity=incident.severity,
        )
        for one in own
    ]  # fmt: skip
    recorded = tuple(fact for fact in record(connection, facts) if isinstance(fact, Event))
    notify(connection, place, (*recorded, *changed), now)
    return recorded


def what_happened(plan: Plan, calendar: WorkCalendar, standing: Iterable[Matter]) -> Happened:
    """What has happened so far, as far as days of this plan depend on it; `standing` are its matters."""
    return happened(standing) if following(plan, calendar) else NOTHING


def came_in_below(connection: Connection, applied: Applied, one: Obligation) -> tuple[int, int] | None:
    """Of what a duty needs from below for the same period: how much came in, of how much; None where it needs nothing.

    What is waived or cancelled is not counted.
    """
    task = applied.plan.task(one.task)
    needed = applied.plan.task(task.needs.task) if task is not None and task.needs is not None else None
    if needed is None:
        return None
    owners = Owners(applied.organisation)
    instead = {
        long
        for (task_id, _, period), long in in_place(applied.plan, applied.organisation, owners).items()
        if task_id == needed.ledger_id and period == one.period
    }
    standing = [
        situation(obligation, history)
        for name in sorted({needed.ledger_id} | {task_id for task_id, _, _ in instead})
        for obligation, history in matters(connection, applied.plan.plan, task=name)
        if (owners.within(obligation.unit, one.unit) or obligation.unit == one.unit)
        and (
            (obligation.task == needed.ledger_id and obligation.period in {one.period, ONCE})
            or (obligation.task, obligation.unit, obligation.period) in instead
        )
    ]
    counted = [now for now in standing if not (now.waived or now.cancelled)]
    return sum(now.submitted is not None or now.accepted is not None for now in counted), len(counted)


def incidents(connection: Connection, applied: Applied) -> tuple[Incident, ...]:
    """The events that were raised so far."""
    tasks = {task.id for task in applied.plan.tasks() if task.on_event is not None}
    return happened(_standing(connection, applied, tasks)).incidents


def obligations_after(connection: Connection, applied: Applied, name: str) -> tuple[Matter, ...]:
    """The matters that follow from the event of that name, repeated ones too."""
    tasks = {task.id for task in applied.plan.tasks() if task.on_event is not None}
    return tuple(
        matter
        for matter in _standing(connection, applied, tasks)
        if matter[0].period == name or matter[0].period.startswith(f"{name}.")
    )


def _standing(connection: Connection, applied: Applied, tasks: Iterable[str]) -> tuple[Matter, ...]:
    wanted = {task.id: task.ledger_id for task in applied.plan.tasks()}
    plan = applied.plan.plan
    return tuple(matter for name in sorted(set(tasks)) for matter in matters(connection, plan, task=wanted[name]))


def _amendment(applied: Applied, standing: Iterable[Matter], known: Happened, depending: frozenset[str]) -> Amendment:
    ledger_ids = {task.ledger_id for task in applied.plan.tasks() if task.id in depending}
    owed = schedule(applied.plan, applied.organisation, known, depending)
    return amend([matter for matter in standing if matter[0].task in ledger_ids], owed)

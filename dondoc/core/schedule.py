"""From a plan to its obligations: who owes what, for which period, from when and until when.

Which periods and units count
    A recurring task is owed for every period that shares a day with the plan's and whose figures are closed
    (cut-off) by the plan's last day. A unit owes what falls due on a day on which it exists.
When a duty opens
    `opens:` says so; else with the window (`during`), the period, the event, or the plan's issue; never before that.
What waits
    A deadline that counts from what somebody does, or from an event, has no obligation before that is known.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.happened import NOTHING, Happened
from dondoc.core.obligation import Obligation, obligation_id
from dondoc.core.occurrence import ONCE, Occurrence
from dondoc.core.organisation import Organisation, Unit
from dondoc.core.owners import Owners
from dondoc.core.plan import Plan, Task
from dondoc.core.terms import terms_for, terms_of
from dondoc.core.timetable import Timetable

__all__ = ["ONCE", "Occurrence", "Owners", "Timetable", "following", "schedule"]


def schedule(
    plan: Plan, organisation: Organisation, happened: Happened = NOTHING, tasks: Container[str] | None = None
) -> tuple[Obligation, ...]:
    """Every obligation of the plan, by deadline, then in the order of the plan's tasks and of the units.

    With `tasks`, only those of the tasks of these ids. The same plan, organisation and happenings always give the
    same. The plan is one that `check` accepts.
    """
    calendar = organisation.work_calendar()
    owners = Owners(organisation)
    timetable = Timetable(plan, calendar, owners, happened)
    terms = terms_of(plan, organisation)
    contained = _contained(plan, timetable, owners, calendar)
    wanted = [task for task in plan.tasks() if tasks is None or task.id in tasks]
    found = [pair for task in wanted for pair in _times(task, timetable, owners, calendar)]
    found.sort(key=lambda pair: pair[0].due.at)
    return tuple(
        Obligation(name, terms_for(terms, task, one.period), unit.id, one.period, one.title, one.opens, one.due)
        for one, units in found
        for unit in units
        if (task := one.task.ledger_id) and unit.id not in contained.get((one.task.id, one.period), ())
        if (name := obligation_id(plan.plan, task, unit.id, one.period))
    )


def following(plan: Plan, calendar: WorkCalendar) -> dict[str, frozenset[str]]:
    """The tasks whose days depend on what happens, by their ids, each with itself and the tasks that it counts from."""
    timetable = Timetable(plan, calendar)
    return {task.id: timetable.counted_from(task) | {task.id} for task in plan.tasks() if timetable.varies(task)}


def _times(
    task: Task, timetable: Timetable, owners: Owners, calendar: WorkCalendar
) -> Iterator[tuple[Occurrence, tuple[Unit, ...]]]:
    """Each time that a task falls due, with the units that owe it then; a joint duty is the first unit's."""
    if not timetable.varies(task):
        for one in timetable.of(task):
            yield one, _owing(task, owners, one.due.day(calendar))
        return
    for unit in _owing(task, owners, None):
        for one in timetable.for_unit(task, unit.id):
            if unit.exists_on(one.due.day(calendar)):
                yield one, (unit,)


def _owing(task: Task, owners: Owners, day: date | None) -> tuple[Unit, ...]:
    if task.any_of:
        return owners.on(task.any_of, day, task.when)[:1]
    return owners.on(task.owners, day, task.when)


def _contained(
    plan: Plan, timetable: Timetable, owners: Owners, calendar: WorkCalendar
) -> dict[tuple[str, str], frozenset[str]]:
    """By task and period, the units whose report is contained in a longer one that closes on the same day."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for task in plan.tasks():
        for absorbed in task.absorbs:
            shorter = plan.task(absorbed.task)
            if shorter is None or not absorbed.in_place:
                continue
            closes = {period.cut_off: period.name for period in timetable.periods(shorter)}
            dues = {one.period: one.due.day(calendar) for one in timetable.of(task)}
            for period in timetable.periods(task):
                if period.cut_off in closes and period.name in dues:
                    key = (shorter.id, closes[period.cut_off])
                    units = frozenset(unit.id for unit in _owing(task, owners, dues[period.name]))
                    found[key] = found.get(key, frozenset()) | units
    return found

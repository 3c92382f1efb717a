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

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import date

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.happened import NOTHING, Happened, Key
from dondoc.core.obligation import Obligation, obligation_id
from dondoc.core.occurrence import ONCE, Occurrence
from dondoc.core.organisation import Organisation, Unit
from dondoc.core.owners import Owners
from dondoc.core.plan import Plan, Task
from dondoc.core.terms import terms_for, terms_of
from dondoc.core.timetable import Timetable

__all__ = ["ONCE", "Occurrence", "Owners", "Timetable", "following", "in_place", "schedule"]


def schedule(
    plan: Plan, organisation: Organisation, happened: Happened = NOTHING, tasks: Container[str] | None = None
) -> tuple[Obligation, ...]:
    """Every obligation of the plan, by deadline, then in the order of the plan's tasks and of the units.

    With `tasks`, only those of the tasks of these ids. The same plan, organisation and happenings always give the
    same. The plan is one that `check` accepts.
    """
    calendar = organisation.work_calendar()
    owners = Owners(organisation)
    contained = in_place(plan, organisation, owners)
    timetable = Timetable(plan, calendar, owners, _with_what_stands_in_place(happened, contained))
    terms = terms_of(plan, organisation)
    wanted = [task for task in plan.tasks() if tasks is None or task.id in tasks]
    found = [pair for task in wanted for pair in _times(task, timetable, owners, calendar)]
    found.sort(key=lambda pair: pair[0].due.at)
    return tuple(
        Obligation(name, terms_for(terms, task, one.period), unit.id, one.period, one.title, one.opens, one.due)
        for one, units in found
        for unit in units
        if (task := one.task.ledger_id) and (task, unit.id, one.period) not in contained
        if (name := obligation_id(plan.plan, task, unit.id, one.period))
    )


def following(plan: Plan, calendar: WorkCalendar) -> dict[str, frozenset[str]]:
    """The tasks whose days depend on what happens, by their ids, each with itself and the tasks that it counts from."""
    timetable = Timetable(plan, calendar)
    found = {task.id: timetable.counted_from(task) | {task.id} for task in plan.tasks() if timetable.varies(task)}
    longer = {(short.task, task.id) for task in plan.tasks() for short in task.absorbs if short.in_place}
    return {name: ids | {task for short, task in longer if short in ids} for name, ids in found.items()}


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


def in_place(plan: Plan, organisation: Organisation, owners: Owners | None = None) -> dict[Key, Key]:
    """The reports that are not owed because a longer one, which closes on the same day, stands in their place."""
    absorbing = [(task, one.task) for task in plan.tasks() for one in task.absorbs if one.in_place]
    if not absorbing:
        return {}
    calendar, owners = organisation.work_calendar(), owners or Owners(organisation)
    timetable = Timetable(plan, calendar)
    found: dict[Key, Key] = {}
    for task, name in absorbing:
        shorter = plan.task(name)
        if shorter is None:
            continue
        closes = {period.cut_off: period.name for period in timetable.periods(shorter)}
        dues = {one.period: one.due.day(calendar) for one in timetable.of(task)}
        for period in timetable.periods(task):
            if period.cut_off in closes and period.name in dues:
                for unit in _owing(task, owners, dues[period.name]):
                    short = (shorter.ledger_id, unit.id, closes[period.cut_off])
                    found[short] = (task.ledger_id, unit.id, period.name)
    return found


def _with_what_stands_in_place(happened: Happened, contained: Mapping[Key, Key]) -> Happened:
    """What a longer report did, its shorter one did as well, so that whoever counts from that one need not wait."""
    if not contained:
        return happened
    done, accepted, excused = dict(happened.done), dict(happened.accepted), set(happened.excused)
    for short in contained:
        long = short
        while long in contained:  # a month in a quarter in a half-year
            long = contained[long]
        for instants in (done, accepted):
            if long in instants:
                instants.setdefault(short, instants[long])
        if long in excused:
            excused.add(short)
    return replace(happened, done=done, accepted=accepted, excused=frozenset(excused))

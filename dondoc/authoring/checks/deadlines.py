"""Checks of deadlines: they can be read, count from something there is, and fall where a plan can mean them to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from dondoc.authoring.checks.context import PlanFile, leads_back, suggestion
from dondoc.authoring.tree import TreePath
from dondoc.calendar.grammar import (
    Anchor,
    DayOf,
    Earliest,
    Expression,
    InMonth,
    Latest,
    Named,
    Weekday,
    parse_deadline,
    parse_from_event,
)
from dondoc.calendar.mistakes import NAMES, DeadlineSyntaxError
from dondoc.calendar.periods import Period, period_rule
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.clauses import Either, Moment, Recurrence, Rule, Spaced
from dondoc.core.plan import Task
from dondoc.core.problem import Problem
from dondoc.core.schedule import ONCE, Occurrence, Timetable

_OF_A_PERIOD = ("cut-off", "period.start", "period.end")


_DRIFTING = re.compile(r"([5789]|1[01]) months")


@dataclass(frozen=True, slots=True)
class _Text:
    """A deadline as it is written in a task; `recurring` when it is told in the terms of a period."""

    path: TreePath
    text: str
    recurring: bool = False
    occasion: str = ONCE
    parse: Callable[[str], Expression] = parse_deadline
    """How it is read: what begins with an event may leave the event out."""


def _texts(path: TreePath, task: Task) -> Iterator[_Text]:
    recurring = isinstance(task.due, Recurrence) or (task.at_least is not None and task.due is None)
    match task.due:
        case Recurrence(by=by):
            yield from _moment((*path, "due", "by"), by, recurring=True)
        case Spaced(first=first):
            yield _Text((*path, "due", "first"), first)
        case str() | Either() as due:
            yield from _moment((*path, "due"), due)
        case Rule() | None:
            pass
    for number, occasion in enumerate(task.occasions):
        yield from _moment((*path, "occasions", number, "due"), occasion.due, occasion=occasion.id)
    if task.opens is not None:
        yield _Text((*path, "opens"), task.opens, recurring=recurring)
    yield from _after_event(path, task)


def _moment(
    path: TreePath,
    written: Moment,
    *,
    recurring: bool = False,
    occasion: str = ONCE,
    parse: Callable[[str], Expression] = parse_deadline,
) -> Iterator[_Text]:
    if isinstance(written, str):
        yield _Text(path, written, recurring, occasion, parse)
        return
    for number, text in enumerate(written.earlier or written.later):
        yield _Text((*path, written.key, number), text, recurring, occasion, parse)


def _after_event(path: TreePath, task: Task) -> Iterator[_Text]:
    if task.on_event is None:
        return
    due = (*path, "on_event", "due")
    places = {severity: (*due, severity) for severity in task.on_event.severities} or {"": due}
    for severity, place in places.items():
        written = task.on_event.due_at(severity)
        if written is not None:
            yield from _moment(place, written, parse=parse_from_event)


def tasks_have_one_deadline(file: PlanFile) -> Iterator[Problem]:
    """A task falls due once, on occasions, again and again, or goes on all the time: one of these."""
    ways = ("due", "occasions", "continuing", "on_event", "embedded_in")
    for path, task in file.tasks():
        said = [way for way in ways if file.source.says((*path, way))]
        by_itself = ("during", "at_least")
        if not said and not any(file.source.says((*path, way)) for way in by_itself):
            message = f"nothing says when `{task.id}` is due"
            hint = "add `due: 2023-06-30`, `occasions:`, or `continuing: {reported_in: […]}`"
            yield from file.error((*path, "id"), "no-deadline", message, hint)
        for other in said[1:]:
            message = f"`{said[0]}` and `{other}` exclude each other"
            yield from file.key((*path, other), "two-deadlines", message, "keep one, or make two tasks")


def deadlines_can_be_read(file: PlanFile) -> Iterator[Problem]:
    """Every deadline follows the grammar and counts from something there is."""
    for path, task in file.tasks():
        for text in _texts(path, task):
            try:
                expression = text.parse(text.text)
            except DeadlineSyntaxError as error:
                yield from file.syntax(text.path, error)
                continue
            for anchor in _anchors(expression):
                yield from _about_anchor(file, text, anchor, task)
        if isinstance(task.due, Recurrence):
            yield from _about_rule(file, (*path, "due"), task.due)


def _anchors(expression: Expression) -> Iterator[Anchor]:
    match expression:
        case Earliest(parts) | Latest(parts):
            for part in parts:
                yield from _anchors(part)
        case InMonth():
            return
        case _:
            yield expression.anchor


def _about_anchor(file: PlanFile, text: _Text, anchor: Anchor, task: Task) -> Iterator[Problem]:
    match anchor:
        case DayOf() | Weekday() if not text.recurring:
            message = f"`{text.text}` is a day of a period, and there is none here"
            yield from file.error(text.path, "no-period", message, "write a date, or {every: month, by: …}")
        case Named(name, offset) if name in _OF_A_PERIOD and not text.recurring:
            message = f"`{name}` belongs to a period, and there is none here"
            hint = "write {every: half-year, by: …}, or count from plan.issued or a date"
            yield from file.error(text.path, "no-period", message, hint, offset)
        case Named(name, offset) if name not in NAMES:
            yield from _about_task_anchor(file, text, name, offset, task)
        case Named("event", offset) if text.parse is not parse_from_event:
            message = "nothing is known of any event here"
            yield from file.error(text.path, "unknown-anchor", message, "count from a date or plan.issued", offset)
        case _:
            return


def _about_task_anchor(file: PlanFile, text: _Text, name: str, offset: int, task: Task) -> Iterator[Problem]:
    other, _, what = name.rpartition(".")
    if other not in file.task_ids:
        known = [f"{one}.{what}" for one in file.task_ids if one != task.id]
        message = f"there is no task `{other}`"
        yield from file.error(text.path, "unknown-task", message, suggestion(name, known, "task"), offset)
    elif what == "accepted" and not _is_reviewed(file, other):
        message = f"nobody reviews `{other}`, so it is never accepted"
        yield from file.error(text.path, "unknown-anchor", message, f"count from `{other}.done`", offset)
    elif leads_back(task.id, lambda one: _counted_from(file, one)):
        message = f"`{task.id}` counts from itself"
        yield from file.error(text.path, "circle", message, "count from another task or a date", offset)


def _is_reviewed(file: PlanFile, name: str) -> bool:
    task = file.plan.task(name)
    return task is None or (task.submit is not None and task.submit.review is not None)


def _counted_from(file: PlanFile, name: str) -> Iterator[str]:
    task = file.plan.task(name)
    for text in _texts((), task) if task else ():
        try:
            anchors = list(_anchors(text.parse(text.text)))
        except DeadlineSyntaxError:
            continue
        for anchor in anchors:
            if isinstance(anchor, Named) and anchor.name not in NAMES:
                yield anchor.name.rpartition(".")[0]
    if task is not None and task.needs is not None and task.needs.wait:
        yield task.needs.task


def _about_rule(file: PlanFile, path: TreePath, due: Recurrence) -> Iterator[Problem]:
    """The first part of a recurrence with which it names no periods, and every filter that matches none."""
    for key, year_from in (("every", None), ("year_from", due.year_from)):
        try:
            period_rule(due.every, year_from=year_from)
        except ValueError as error:
            yield from _wrong_period(file, (*path, key), error)
            return
    if _DRIFTING.fullmatch(due.every) and (due.year_from or "").count("-") < 2:
        message = f"every {due.every} does not come back at the same time of each year"
        hint = f"write `first {due.every}` for those that begin each year, or `year_from` as a whole date"
        yield from file.warning((*path, "every"), "drifting-period", message, hint)
    filters = [((*path, "only", number), one) for number, one in enumerate(due.only)]
    filters += [((*path, "except", number), one) for number, one in enumerate(due.except_)]
    for place, one in filters:
        try:
            period_rule(due.every, year_from=due.year_from, only=[one])
        except ValueError as error:
            yield from _wrong_period(file, place, error)


def _wrong_period(file: PlanFile, path: TreePath, error: ValueError) -> Iterator[Problem]:
    message, _, hint = str(error).partition("; ")
    yield from file.error(path, "wrong-period", message, hint)


def dates_make_sense(file: PlanFile) -> Iterator[Problem]:
    """Every deadline is a day there is, in the plan's time, on which somebody owes it, after the duty opens."""
    calendar = file.beside.calendar if file.beside else None
    if calendar is None or not file.dated:
        return
    if file.plan.issued > file.plan.period.last:
        message = f"the plan is issued on {file.plan.issued}, after its period ends ({file.plan.period.last})"
        yield from file.error(("issued",), "issued-after-period", message, "mend one of the two")
        return  # no duty could open in time
    timetable = Timetable(file.plan, calendar)
    for path, task in file.tasks():
        impossible = list(_impossible(file, path, task, timetable))
        yield from impossible
        if impossible:
            continue
        try:
            occurrences = timetable.of(task)
        except ValueError:
            continue  # told by another check, or of the task it counts from
        yield from _about_window(file, path, task)
        for one in occurrences:
            yield from _about_day(file, _place(path, task, one), task, one, calendar)
        if isinstance(task.due, Recurrence) and not occurrences and not file.source.is_lost((*path, "due")):
            yield from _never(file, path, task, timetable)
        yield from _about_owners(file, path, task, [one.due.day(calendar) for one in occurrences])


def _impossible(file: PlanFile, path: TreePath, task: Task, timetable: Timetable) -> Iterator[Problem]:
    """Deadlines that can be read and still name no day, such as a leap month that is not."""
    start = timetable.begins
    for text in _texts(path, task):
        try:
            expression = text.parse(text.text)
            periods: tuple[Period | None, ...] = timetable.periods(task) if text.recurring else (None,)
        except ValueError:
            continue
        for period in periods:
            try:
                timetable.deadline(task, expression, text.occasion, period, event=start)
            except ValueError as error:
                message, _, hint = str(error).partition("; ")
                yield from file.error(text.path, "impossible-day", message, hint or "write a day there is")
                break


def _place(path: TreePath, task: Task, one: Occurrence) -> TreePath:
    match task.due:
        case Recurrence():
            return (*path, "due", "by")
        case Rule():
            return (*path, "due", "rrule")
        case Spaced():
            return (*path, "due", "spacing")
        case _:
            pass
    if task.due is not None:
        return (*path, "due")
    numbers = [number for number, occasion in enumerate(task.occasions) if occasion.id == one.period]
    return (*path, "occasions", numbers[0], "due") if numbers else (*path, "during")


def _about_window(file: PlanFile, path: TreePath, task: Task) -> Iterator[Problem]:
    span = file.plan.period
    if task.during is not None and not (span.first <= task.during.first and task.during.last <= span.last):
        message = f"the window lies outside the plan's period {span.first}/{span.last}"
        yield from file.warning((*path, "during"), "outside-period", message, "mend one of the two")


def _about_day(
    file: PlanFile, path: TreePath, task: Task, one: Occurrence, calendar: WorkCalendar
) -> Iterator[Problem]:
    day, span = one.due.day(calendar), file.plan.period
    if one.opens >= one.due.at:
        opens = calendar.day_of(one.opens)
        message = f"it is due on {day} and opens only on {opens}"
        yield from file.error(path, "opens-after-due", message, "write a later deadline, or an earlier `opens`")
    elif not isinstance(task.due, Recurrence) and task.at_least is None and not span.first <= day <= span.last:
        message = f"{day} lies outside the plan's period {span.first}/{span.last}"
        yield from file.warning(path, "outside-period", message, "mend one of the two")
    if task.roll is None and not calendar.is_working_day(day):
        message = f"{day} is a day off ({calendar.why_off(day, 'en')})"
        hint = f"write {calendar.on_or_before(day)} or {calendar.on_or_after(day)}, or `roll: none` if it is meant"
        yield from file.warning(path, "day-off", message, hint)


def _never(file: PlanFile, path: TreePath, task: Task, timetable: Timetable) -> Iterator[Problem]:
    try:
        periods = timetable.periods(task)
    except ValueError:
        return
    if not periods:
        span = file.plan.period
        message = f"no period of `{task.id}` is closed between {span.first} and {span.last}"
        hint = "mend the period of the plan or of the task"
        yield from file.warning((*path, "due", "every"), "never-due", message, hint)


def _about_owners(file: PlanFile, path: TreePath, task: Task, days: list[date]) -> Iterator[Problem]:
    if file.beside is None or file.owners is None or not task.owner or not days:
        return
    for number, owner in enumerate(task.owner):
        here: TreePath = (*path, "owner", number)
        unit = file.beside.units.get(owner) if isinstance(owner, str) else None
        if unit is not None and not unit.exists_on(days[0]):
            heir = file.beside.heirs.get(unit.id)
            hint = f"write `{heir.id}`, which replaced it" if heir else "name a unit that exists then"
            yield from file.error(here, "owner-gone", f"`{unit.id}` does not exist on {days[0]}", hint)
        elif unit is None and not isinstance(owner, str):
            known = (*file.beside.organisation.levels, "department")
            below = owner.under is None or owner.under in file.beside.unit_ids
            asked = owner.where is not None or task.when is not None
            if owner.each in known and below and not asked and not file.owners.on((owner,), days[0]):
                message = f"no unit is meant by this on {days[0]}, so nobody owes it"
                yield from file.warning(here, "nobody-owes", message, "name another level, or add the units")
    for day in dict.fromkeys(days):
        yield from file.reachable((*path, "owner"), file.owners.on(task.owner, day, task.when))


CHECKS = (
    tasks_have_one_deadline,
    deadlines_can_be_read,
    dates_make_sense,
)

"""Checks of reminders against the calendar: none that comes before there is anything to remind of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from dondoc.authoring.checks.context import PlanFile
from dondoc.authoring.tree import TreePath
from dondoc.calendar.deadline import shift_day
from dondoc.calendar.grammar import parse_offset
from dondoc.calendar.mistakes import DeadlineSyntaxError
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.plan import Policy, Task
from dondoc.core.problem import Problem
from dondoc.core.schedule import Occurrence, Timetable
from dondoc.core.terms import policy_of


def reminders_come_after_the_opening(file: PlanFile) -> Iterator[Problem]:
    """A reminder that falls before a duty opens, every time, leaves with the opening: it was probably not meant."""
    calendar = file.beside.calendar if file.beside else None
    if calendar is None or not file.dated:
        return
    timetable = Timetable(file.plan, calendar)
    for path, task in file.tasks():
        try:
            owed = timetable.of(task)
        except ValueError:
            continue  # told by another check
        for place, steps, occurrences in _reminded(file, path, task, owed):
            yield from _about_steps(file, place, task, steps, occurrences, calendar)


def _reminded(
    file: PlanFile, path: TreePath, task: Task, owed: Sequence[Occurrence]
) -> Iterator[tuple[TreePath, tuple[str, ...], list[Occurrence]]]:
    """Where reminders are written (or named), the reminders, and what they remind of."""
    own = {one.id: number for number, one in enumerate(task.occasions) if one.remind is not None}
    for name, number in own.items():
        steps = task.occasions[number].remind or ()
        yield (*path, "occasions", number, "remind"), steps, [one for one in owed if one.period == name]
    steps = policy_of(file.plan, task.policy).remind or ()
    place: TreePath = (*path, "policy")
    if isinstance(task.policy, Policy) and task.policy.remind is not None:
        place = (*place, "remind")
    elif task.policy is None:
        place = next((here for key in ("due", "occasions", "during") if file.source.says(here := (*path, key))), path)
    yield place, steps, [one for one in owed if one.period not in own]


def _about_steps(
    file: PlanFile,
    path: TreePath,
    task: Task,
    steps: tuple[str, ...],
    occurrences: list[Occurrence],
    calendar: WorkCalendar,
) -> Iterator[Problem]:
    sound = [one for one in occurrences if one.opens < one.due.at]
    for number, text in enumerate(steps):
        days = [_day(text, one, calendar) for one in sound]
        opens = [calendar.day_of(one.opens) for one in sound]
        if days and all(day is not None and day < opening for day, opening in zip(days, opens, strict=True)):
            here: TreePath = (*path, number) if path[-1] == "remind" else path
            message = f"the reminder `{text}` falls on {days[0]}, and `{task.id}` opens only on {opens[0]}"
            hint = "give it later reminders, or an earlier `opens`"
            yield from file.warning(here, "reminds-before-opening", message, hint)
            return


def _day(text: str, one: Occurrence, calendar: WorkCalendar) -> date | None:
    try:
        offset = parse_offset(text)
    except DeadlineSyntaxError:
        return None
    day = one.due.day(calendar)
    if offset.span is None or offset.side != "before":
        return day
    if offset.span.unit == "hours":
        return calendar.day_of(one.due.at - timedelta(hours=offset.span.n))
    return shift_day(day, offset.span, "before", calendar)


CHECKS = (reminders_come_after_the_opening,)

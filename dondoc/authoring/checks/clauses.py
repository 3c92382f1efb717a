"""Checks of a task's clauses: conditions, quotas, rules, events, extensions, and what it needs and absorbs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from dondoc.authoring.checks.context import PlanFile, leads_back, suggestion
from dondoc.authoring.tree import TreePath
from dondoc.calendar.grammar import parse_deadline, parse_every, parse_quota, parse_spacing
from dondoc.calendar.mistakes import DeadlineSyntaxError
from dondoc.core.clauses import EachOf, Owner, Recurrence, Rule, Spaced
from dondoc.core.content import is_meant
from dondoc.core.formula import FormulaError, parse_formula
from dondoc.core.occurrence import days_of_rule
from dondoc.core.plan import Task
from dondoc.core.problem import Problem
from dondoc.core.timetable import Timetable

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+|[a-z0-9]+")


def expressions_can_be_read(file: PlanFile) -> Iterator[Problem]:
    """Quotas, spacings, rules, repetitions and extensions can be read."""
    for path, task in file.tasks():
        if task.at_least is not None:
            yield from _read(file, (*path, "at_least"), task.at_least, parse_quota)
            yield from _about_quota(file, path, task)
        if isinstance(task.due, Spaced):
            yield from _read(file, (*path, "due", "spacing"), task.due.spacing, parse_spacing)
        if isinstance(task.due, Rule) and file.dated:
            yield from _about_rule(file, (*path, "due", "rrule"), task.due)
        if task.on_event is not None and task.on_event.again is not None:
            yield from _read(file, (*path, "on_event", "again", "every"), task.on_event.again.every, parse_every)
        if task.extension is not None:
            for key, text, parse in (
                ("at_most", task.extension.at_most, parse_every),
                ("until", task.extension.until, parse_deadline),
            ):
                if text is not None:
                    yield from _read(file, (*path, "extension", key), text, parse)


def _read(file: PlanFile, path: TreePath, text: str, parse: Callable[[str], object]) -> Iterator[Problem]:
    try:
        parse(text)
    except DeadlineSyntaxError as error:
        yield from file.syntax(path, error)


def _about_quota(file: PlanFile, path: TreePath, task: Task) -> Iterator[Problem]:
    try:
        quota = parse_quota(task.at_least or "")
    except DeadlineSyntaxError:
        return
    if isinstance(task.due, Recurrence) and task.due.every != quota.every:
        message = f"so often per {quota.every}, and due every {task.due.every}"
        yield from file.error(
            (*path, "at_least"), "two-rhythms", message, f"write `{quota.times} per {task.due.every}`"
        )


def _about_rule(file: PlanFile, path: TreePath, rule: Rule) -> Iterator[Problem]:
    try:
        days = days_of_rule(rule.rrule, file.plan.period.first, file.plan.period.last)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        yield from file.error(path, "wrong-rule", message, hint)
        return
    if not days:
        message = "no day of this rule falls within the plan's period"
        yield from file.warning(path, "never-due", message, "mend the rule, or the period of the plan")


def conditions_make_sense(file: PlanFile) -> Iterator[Problem]:
    """`when` and `where` can be read, ask for attributes that units have, and are met by some unit."""
    for path, task in file.tasks():
        meant = task.any_of or task.owners
        if task.when is not None:
            yield from _about_condition(file, (*path, "when"), task.when, meant)
        for key, owners in (("owner", task.owner), ("any_of", task.any_of), ("each_of", task.each_of)):
            for number, owner in enumerate(owners):
                if isinstance(owner, EachOf) and owner.where is not None:
                    all_of_them = owner.model_copy(update={"where": None})
                    yield from _about_condition(file, (*path, key, number, "where"), owner.where, (all_of_them,))


def _about_condition(file: PlanFile, path: TreePath, text: str, owners: tuple[Owner, ...]) -> Iterator[Problem]:
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        hint = 'write a condition such as co_trung_tam, or so_ho >= 1000 and vung = "miền núi"'
        yield from file.error(path, "condition-syntax", error.message, hint, error.offset)
        return
    if file.beside is None or file.owners is None:
        return
    known = list(dict.fromkeys(name for unit in file.beside.organisation.units for name in unit.attributes))
    unknown = [name for name in formula.names() if name.name not in known]
    for name in unknown:
        message = f"no unit has the attribute `{name.name}`"
        hint = suggestion(name.name, known, "attribute") if known else "add `attributes: {…}` to units"
        yield from file.error(path, "unknown-attribute", message, hint, name.offset)
    if not unknown and owners and file.owners.on(owners) and not file.owners.on(owners, None, text):
        yield from file.warning(
            path, "never-met", "no unit that is meant meets this condition", "mend it, or remove it"
        )


def parties_are_known(file: PlanFile) -> Iterator[Problem]:
    """Co-ordinating units, joint owners, raisers of events and those informed exist and can be written to."""
    for path, task in file.tasks():
        if task.any_of and task.owners:
            message = "a joint duty has no owners beside those that share it"
            yield from file.key((*path, "any_of"), "two-owners", message, "keep `any_of`, or `owner`")
        for key, names in (("with", task.with_), ("for_information", task.for_information)):
            for number, name in enumerate(names):
                if _ID.fullmatch(name):  # anything else is somebody outside the organisation
                    yield from file.unit((*path, key, number), name)
        raisers = task.on_event.raised_by if task.on_event else ()
        for where, owners in (
            ((*path, "any_of"), task.any_of),
            ((*path, "each_of"), task.each_of),
            ((*path, "on_event", "raised_by"), raisers),
        ):
            yield from _about_owners(file, where, owners)


def _about_owners(file: PlanFile, path: TreePath, owners: Iterable[Owner]) -> Iterator[Problem]:
    for number, owner in enumerate(owners):
        here: TreePath = (*path, number)
        if isinstance(owner, str):
            if owner != "focal point" or path[-1] != "raised_by":
                yield from file.unit(here, owner, or_committee=False)
        elif file.beside is not None:
            levels = (*file.beside.organisation.levels, "department")
            if owner.each not in levels:
                offset = 0 if file.source.node((*here, "each")) is not None else len("each ")
                yield from file.unknown(here, "level", owner.each, levels, offset)
    if file.owners is not None:
        named = tuple(owner for owner in owners if owner != "focal point")
        yield from file.reachable(path, file.owners.on(named) if named else ())


def other_tasks_exist(file: PlanFile) -> Iterator[Problem]:
    """What a task needs, absorbs or is embedded in is another task, and leads back to none of them."""
    for path, task in file.tasks():
        if task.needs is not None:
            here: TreePath = (*path, "needs", "task")
            yield from _about_task(file, here, task.needs.task, task, lambda one: [one.needs.task] if one.needs else [])
        for number, absorbed in enumerate(task.absorbs):
            here = (*path, "absorbs", number)
            here = (*here, "task") if file.source.node((*here, "task")) else here
            yield from _about_task(file, here, absorbed.task, task, lambda one: [a.task for a in one.absorbs])
        for number, name in enumerate(task.embedded_in):
            here = (*path, "embedded_in", number)
            yield from _about_task(file, here, name, task, lambda one: one.embedded_in)
            other = file.plan.task(name)
            if other is not None and not (other.submit and other.submit.form):
                message = f"`{name}` hands in no form in which this could stand"
                yield from file.error(here, "not-a-report", message, "name a task that hands in a form")


def _about_task(
    file: PlanFile, path: TreePath, name: str, task: Task, step: Callable[[Task], Iterable[str]]
) -> Iterator[Problem]:
    def onward(one: str) -> Iterable[str]:
        found = file.plan.task(one)
        return step(found) if found is not None else ()

    if name not in file.task_ids:
        known = [one for one in file.task_ids if one != task.id]
        yield from file.unknown(path, "task", name, known)
    elif leads_back(task.id, onward):
        yield from file.error(path, "circle", f"this leads from `{task.id}` back to itself", "name another task")


def events_are_told_apart(file: PlanFile) -> Iterator[Problem]:
    """A kind of event is raised by somebody, and tasks of one event know the same severities."""
    severities: dict[str, tuple[str, ...]] = {}
    clauses = [task.on_event for _, task in file.tasks() if task.on_event is not None]
    raised = {clause.event for clause in clauses if clause.raised_by}
    for path, task in file.tasks():
        on_event = task.on_event
        if on_event is None:
            continue
        if on_event.event not in raised:
            message = f"nobody may raise `{on_event.event}`"
            yield from file.error((*path, "on_event"), "nobody-raises", message, "add `raised_by: each LEVEL`")
        known = on_event.severities
        if known and set(severities.setdefault(on_event.event, known)) != set(known):
            message = f"another task after `{on_event.event}` knows {', '.join(severities[on_event.event])}"
            hint = "name the same severities, with `none` for one that asks for nothing"
            yield from file.error((*path, "on_event", "due"), "other-severities", message, hint)


def extra_content_is_known(file: PlanFile) -> Iterator[Problem]:
    """`also` and `instead` name forms there are, and periods the task has."""
    forms = file.names("forms")
    for path, task in file.tasks():
        if task.submit is None:
            continue
        for key, contents in (("also", task.submit.also), ("instead", task.submit.instead)):
            for number, content in enumerate(contents):
                here: TreePath = (*path, "submit", key, number)
                if content.form not in forms:
                    yield from file.unknown((*here, "form"), "form", content.form, forms)
                yield from _about_owners(file, (*here, "owner"), content.owner)
                yield from _about_periods(file, here, content.only, task)


def _about_periods(file: PlanFile, path: TreePath, only: Iterable[str], task: Task) -> Iterator[Problem]:
    calendar = file.beside.calendar if file.beside else None
    if calendar is None or not file.dated:
        return
    try:
        periods = Timetable(file.plan, calendar).of(task)
    except ValueError:
        return
    known = [one.period for one in periods]
    for number, name in enumerate(only):
        if known and not any(is_meant(name, period) for period in known):
            yield from file.unknown((*path, "only", number), "period", name, known)


CHECKS = (
    expressions_can_be_read,
    conditions_make_sense,
    parties_are_known,
    other_tasks_exist,
    events_are_told_apart,
    extra_content_is_known,
)

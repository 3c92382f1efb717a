"""Checks of what is counted: no figure twice, no condition that no answer can meet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from dondoc.authoring.checks.context import PlanFile
from dondoc.authoring.tree import TreePath
from dondoc.core.formula import NOTE, Constant, Formula, FormulaError, Node, Operation, Value, parse_formula
from dondoc.core.plan import Form, FormField, Task
from dondoc.core.problem import Problem
from dondoc.core.schedule import Timetable

_FAR = Decimal(10**9)
"""What stands for no bound."""


def indicators_are_counted_once(file: PlanFile) -> Iterator[Problem]:
    """A figure that is added up comes from one form, and from one task for each unit and period."""
    yield from _in_two_forms(file)
    calendar = file.beside.calendar if file.beside else None
    if calendar is None or file.owners is None or not file.dated:
        return
    timetable = Timetable(file.plan, calendar)
    asking: dict[str, list[tuple[TreePath, Task]]] = {}
    for path, task in file.tasks():
        form = file.plan.forms.get(task.submit.form or "") if task.submit else None
        if task.submit and task.submit.form and form and _added(form):
            asking.setdefault(task.submit.form, []).append((path, task))
    for name, tasks in asking.items():
        for (_, first), (path, second) in combinations(tasks, 2):
            one, other = (file.owners.on(task.any_of or task.owners, None, task.when) for task in (first, second))
            shared = {unit.id for unit in one} & {unit.id for unit in other}
            periods = _periods(timetable, first) & _periods(timetable, second)
            if shared and periods and first.id != second.id:
                figure, period = _added(file.plan.forms[name])[0], min(periods)
                message = (
                    f"`{first.id}` and `{second.id}` both ask for `{figure.id}` of {period}, so it is counted twice"
                )
                hint = "ask for it in one of them, or leave out `over_time` and `across_units`"
                yield from file.warning((*path, "submit"), "counted-twice", message, hint)
                break


def _in_two_forms(file: PlanFile) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, form in file.plan.forms.items():
        for number, field in enumerate(form.fields):
            if field not in _added(form):
                continue
            if first.setdefault(field.id, name) != name:
                message = f"the indicator `{field.id}` is also in the form `{first[field.id]}`, so it is counted twice"
                hint = "keep it in one form; elsewhere leave out `over_time` and `across_units`"
                yield from file.warning(("forms", name, "fields", number, "id"), "counted-twice", message, hint)


def _added(form: Form) -> list[FormField]:
    return [field for field in form.fields if field.over_time or field.across_units]


def _periods(timetable: Timetable, task: Task) -> set[str]:
    try:
        return {one.period for one in timetable.of(task)}
    except ValueError:
        return set()


def conditions_can_be_met(file: PlanFile) -> Iterator[Problem]:
    """A check of a form that no answer within its field's bounds meets would refuse every submission."""
    for name, form in file.plan.forms.items():
        for number, text in enumerate(form.checks):
            path: TreePath = ("forms", name, "checks", number)
            try:
                formula = parse_formula(text)
            except FormulaError:
                continue  # told by another check
            names = {one.name for one in formula.names()} - {NOTE}
            if not names:
                message = "this condition speaks of no field, so it is always the same"
                yield from file.warning(path, "constant-condition", message, "name the fields that it is about")
            elif len(names) == 1 and not _reckons(formula.tree):
                field = next((one for one in form.fields if one.id in names), None)
                if field is not None and not any(_holds(formula, field, value) for value in _samples(formula, field)):
                    message = f"no answer to `{field.id}` that its bounds allow meets this condition"
                    yield from file.warning(path, "unreachable-condition", message, "mend the bounds or the condition")


def _holds(formula: Formula, field: FormField, value: Value) -> bool:
    return formula.holds({field.id: value, NOTE: "?"}, None)


def _reckons(node: Node) -> bool:
    """Whether anything is added or divided before it is compared, so that samples would prove nothing."""
    return isinstance(node, Operation) and (node.sign in "+-*/" or any(_reckons(part) for part in node.parts))


def _samples(formula: Formula, field: FormField) -> list[Value]:
    """Answers among which one meets a comparison with numbers, if any answer does."""
    match field.type:
        case "integer" | "decimal" | "money" | "percent":
            low = -_FAR if field.min is None else field.min
            high = _FAR if field.max is None else field.max
            step = Decimal(1) if field.type == "integer" else Decimal("0.001")
            near = [number + shift for number in _numbers(formula.tree) for shift in (-step, Decimal(), step)]
            return [low, high, *(number for number in near if low <= number <= high)]
        case "choice":
            return list(field.choices)
        case "boolean":
            return [True, False]
        case _:
            return [None]  # unknown, to which no check objects


def _numbers(node: Node) -> Iterator[Decimal]:
    match node:
        case Constant(value=Decimal() as value):
            yield from (value, -value)
        case Operation(parts=parts):
            for part in parts:
                yield from _numbers(part)
        case _:
            return


CHECKS = (indicators_are_counted_once, conditions_can_be_met)

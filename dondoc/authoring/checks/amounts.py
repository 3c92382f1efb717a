"""Checks of amounts: targets add up to their total, money planned is there, and both name fields that report them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dondoc.authoring.checks.context import PlanFile
from dondoc.authoring.tree import TreePath
from dondoc.core.clauses import Target
from dondoc.core.plan import Task
from dondoc.core.problem import Problem


def targets_add_up(file: PlanFile) -> Iterator[Problem]:
    """The parts of a target are units that owe the task, and together the total."""
    fields = sorted({field.id for form in file.plan.forms.values() for field in form.fields})
    for path, task in file.tasks():
        for name, target in task.targets.items():
            here: TreePath = (*path, "targets", name)
            if name not in fields:
                yield from file.unknown(here, "field", name, fields)
            yield from _about_units(file, here, task, target)
            together = sum(target.units.values(), Decimal(0))
            if target.units and together != target.total and not file.source.is_lost((*here, "units")):
                message = f"the units' parts come to {together}, the total is {target.total}"
                yield from file.error((*here, "total"), "does-not-add-up", message, "mend the total or the parts")


def _about_units(file: PlanFile, path: TreePath, task: Task, target: Target) -> Iterator[Problem]:
    if file.beside is None or file.owners is None:
        return
    owing = {unit.id for unit in file.owners.on(task.any_of or task.owners, None, task.when)}
    for unit in target.units:
        here = (*path, "units", unit)
        if unit not in file.beside.unit_ids:
            yield from file.unknown(here, "unit", unit, owing or file.beside.unit_ids)
        elif owing and unit not in owing:
            message = f"`{unit}` has a target and does not owe `{task.id}`"
            yield from file.error(here, "not-an-owner", message, "remove it, or make it an owner")


def money_is_there(file: PlanFile) -> Iterator[Problem]:
    """What tasks plan from a source is within its amount; what they used is a field that they report."""
    planned: dict[str, Decimal] = {}
    money = {line.id: line.unit.within("vi") for line in file.plan.funding}
    for path, task in file.tasks():
        form = file.plan.forms.get(task.submit.form) if task.submit and task.submit.form else None
        for number, share in enumerate(task.funding):
            planned[share.line] = planned.get(share.line, Decimal(0)) + (share.planned or Decimal(0))
            fields = {field.id: field for field in form.fields} if form else {}
            here: TreePath = (*path, "funding", number, "used")
            if share.used is not None and share.used not in fields:
                yield from file.unknown(here, "field", share.used, list(fields))
            elif share.used is not None and (unit := fields[share.used].unit) and share.line in money:
                said, counted = unit.within("vi"), money[share.line]
                if said != counted:
                    message = f"`{share.used}` is reported in {said}, and `{share.line}` is counted in {counted}"
                    yield from file.warning(
                        here, "other-money", message, "ask for it in the same, or give the line its `unit`"
                    )
    for number, line in enumerate(file.plan.funding):
        if line.amount is not None and planned.get(line.id, Decimal(0)) > line.amount:
            message = f"tasks plan {planned[line.id]} from `{line.id}`, which has {line.amount}"
            yield from file.error(("funding", number, "amount"), "too-much-planned", message, "mend one of them")


CHECKS = (targets_add_up, money_is_there)

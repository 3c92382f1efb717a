"""Checks of forms: their fields make sense together, their formulas can be read, somebody fills them in."""

from __future__ import annotations

from collections.abc import Iterator

from dondoc.authoring.checks.context import PlanFile, suggestion
from dondoc.authoring.tree import TreePath
from dondoc.core.formula import NOTE, FormulaError, parse_formula
from dondoc.core.plan import Form, FormField
from dondoc.core.problem import Problem
from dondoc.errors import nearest

_NUMBERS = ("integer", "decimal", "money", "ratio", "percent")


def fields_make_sense(file: PlanFile) -> Iterator[Problem]:
    """Choices have choices, ratios two parts, numbers a range that is not empty; only numbers add up."""
    for name, form in file.plan.forms.items():
        for number, field in enumerate(form.fields):
            yield from _about_field(file, ("forms", name, "fields", number), field)


def _about_field(file: PlanFile, path: TreePath, field: FormField) -> Iterator[Problem]:
    if file.source.is_lost((*path, "type")):
        return  # what it is to be is not known
    choice = field.type in ("choice", "multiple choice")
    if choice and len(field.choices) < 2 and not file.source.is_lost((*path, "choices")):
        message = f"`{field.id}` offers no choice"
        yield from file.error(path, "no-choices", message, "add `choices: [one, two]`")
    if field.choices and not choice:
        message = f"`{field.id}` is not a choice, yet it has choices"
        yield from file.error((*path, "choices"), "not-a-choice", message, "write `type: choice`, or remove them")
    if field.type == "ratio" and len(field.of) != 2 and not file.source.is_lost((*path, "of")):
        message = f"the ratio `{field.id}` must say what is divided by what"
        yield from file.error(path, "ratio-parts", message, "add `of: [part, whole]`")
    if field.of and field.type not in ("ratio", "table"):  # of a table, these are the columns
        message = f"`{field.id}` is not a ratio, yet it is `of` something"
        yield from file.error((*path, "of"), "not-a-ratio", message, "write `type: ratio`, or remove it")
    for name in field.parts:
        if field.type != "ratio" or name not in field.of:
            message = f"`{field.id}` is not `of` {name}, so that it has no such part"
            yield from file.error((*path, "parts", name), "unknown-part", message, "name one of its `of`, or remove it")
    if field.min is not None and field.max is not None and field.max < field.min:
        message = f"nothing lies between {field.min} and {field.max}"
        yield from file.error((*path, "max"), "empty-range", message, "exchange `min` and `max`")
    if field.across_units and field.type not in _NUMBERS:
        message = f"`{field.id}` is not a number and cannot be added up"
        yield from file.error((*path, "across_units"), "not-a-number", message, "remove it, or change the type")


def formulas_can_be_read(file: PlanFile) -> Iterator[Problem]:
    """Every check of a form is a formula over fields the form has."""
    for name, form in file.plan.forms.items():
        for number, text in enumerate(form.checks):
            path: TreePath = ("forms", name, "checks", number)
            try:
                formula = parse_formula(text)
            except FormulaError as error:
                yield from file.error(path, "formula-syntax", error.message, error.hint, error.offset)
                continue
            known = _names(form)
            for used in formula.names():
                if used.name not in known and not file.source.is_lost(("forms", name, "fields")):
                    hint = suggestion(used.name, known, "field")
                    yield from file.error(
                        path, "unknown-field", f"the form has no field `{used.name}`", hint, used.offset
                    )


def _names(form: Form) -> list[str]:
    parts = [f"{field.id}.{part}" for field in form.fields for part in field.of]
    return [*(field.id for field in form.fields), *parts, NOTE]


def forms_are_used(file: PlanFile) -> Iterator[Problem]:
    """A form that no task asks for is probably forgotten."""
    used = {task.submit.form for task in file.plan.tasks() if task.submit and task.submit.form}
    contents = (one for task in file.plan.tasks() if task.submit for one in (*task.submit.also, *task.submit.instead))
    used |= {content.form for content in contents}
    used |= {meant for name in used for meant in nearest(name, file.plan.forms, at_most=1)}
    lost = any(file.source.is_lost((*path, "submit")) for path, _ in file.tasks())
    for name in file.plan.forms:
        if name not in used and not lost:
            yield from file.warning(("forms", name), "unused", f"no task asks for the form `{name}`", "remove it")


CHECKS = (fields_make_sense, formulas_can_be_read, forms_are_used)

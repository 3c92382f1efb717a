"""Checks of what a plan names: units, levels, tasks, forms, fields, funding; and of names used twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dondoc.authoring.checks.context import PlanFile, suggestion
from dondoc.authoring.tree import TreePath
from dondoc.core.plan import EachOf, Submit, Task
from dondoc.core.problem import Problem

WHATS = ("acknowledgement", "nothing", "files")
_DEPARTMENT = "department"
_MAY_BE_ASSUMED = tuple(field.alias or name for name, field in Task.model_fields.items())


def names_are_unique(file: PlanFile) -> Iterator[Problem]:
    """Tasks, sections, occasions, funding lines and the fields of a form are told apart by their ids."""
    yield from _unique(file, "task", (((*path, "id"), task.id) for path, task in file.tasks()))
    yield from _unique(file, "section", (((*path, "id"), section.id) for path, section in file.sections()))
    lines = ((("funding", number, "id"), line.id) for number, line in enumerate(file.plan.funding))
    yield from _unique(file, "funding line", lines)
    for path, task in file.tasks():
        occasions = (((*path, "occasions", n, "id"), one.id) for n, one in enumerate(task.occasions))
        yield from _unique(file, "occasion", occasions)
    for name, form in file.plan.forms.items():
        fields = ((("forms", name, "fields", n, "id"), field.id) for n, field in enumerate(form.fields))
        yield from _unique(file, "field", fields)


def _unique(file: PlanFile, kind: str, named: Iterable[tuple[TreePath, str]]) -> Iterator[Problem]:
    first: dict[str, TreePath] = {}
    for path, name in named:
        if name in first:
            line, _ = file.source.position(first[name])
            message = f"another {kind} is called `{name}`, in line {line}"
            yield from file.error(path, "duplicate-id", message, "give each its own id")
        else:
            first[name] = path


def former_names_are_free(file: PlanFile) -> Iterator[Problem]:
    """What a task or field `was` called is nobody else's name: obligations and figures keep their first one."""
    tasks = {task.id for task in file.plan.tasks()}
    renamed = (((*path, "was"), task.was) for path, task in file.tasks() if task.was is not None)
    yield from _free(file, "task", renamed, tasks)
    for name, form in file.plan.forms.items():
        fields = {field.id for field in form.fields}
        was = (
            (("forms", name, "fields", n, "was"), one.was) for n, one in enumerate(form.fields) if one.was is not None
        )
        yield from _free(file, "field", was, fields)


def _free(file: PlanFile, kind: str, renamed: Iterable[tuple[TreePath, str]], taken: set[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, name in renamed:
        if name in taken | seen:
            message = f"another {kind} is called `{name}`, or was"
            yield from file.error(path, "duplicate-id", message, f"rename that {kind}, or leave `was` out")
        seen.add(name)


def plan_names_units(file: PlanFile) -> Iterator[Problem]:
    """The focal point, who issued the plan and the recipients exist; the focal point can be written to."""
    plan = file.plan
    yield from file.unit(("focal_point",), plan.focal_point, or_committee=False)
    if file.beside is not None and plan.focal_point in file.beside.units:
        yield from file.reachable(("focal_point",), [file.beside.units[plan.focal_point]])
    for number, name in enumerate(plan.weekly_summary):
        path: TreePath = ("weekly_summary", number)
        path = path if file.source.node(path) else ("weekly_summary",)
        if file.beside is not None and name not in file.beside.committee_ids:
            yield from file.unknown(path, "committee", name, file.beside.committee_ids)
    if plan.issued_by is not None:
        yield from file.unit(("issued_by",), plan.issued_by)
    for number, recipient in enumerate(plan.recipients):
        if recipient.unit is not None:
            yield from file.unit(("recipients", number, "unit"), recipient.unit)


def tasks_have_owners(file: PlanFile) -> Iterator[Problem]:
    """Every task that falls due says who owes it."""
    for path, task in file.tasks():
        said = any(file.source.says((*path, key)) for key in ("owner", "any_of", "each_of"))
        if not said and task.continuing is None and not task.embedded_in:
            message = f"nobody owes `{task.id}`"
            yield from file.error((*path, "id"), "no-owner", message, "add `owner: UNIT`, or `owner: each LEVEL`")


def owners_exist(file: PlanFile) -> Iterator[Problem]:
    """Owners are units, or levels of the organisation."""
    for path, task in file.tasks():
        for number, owner in enumerate(task.owner):
            here: TreePath = (*path, "owner", number)
            if isinstance(owner, EachOf):
                yield from _about_each(file, here, owner)
            else:
                yield from file.unit(here, owner, or_committee=False)


def _about_each(file: PlanFile, path: TreePath, owner: EachOf) -> Iterator[Problem]:
    if file.beside is None:
        return
    spelled = file.source.node((*path, "each")) is not None
    levels = file.beside.organisation.levels
    if owner.each not in (*levels, _DEPARTMENT) and not file.beside.source.is_lost(("levels",)):
        place, offset = ((*path, "each"), 0) if spelled else (path, len("each "))
        yield from file.unknown(place, "level", owner.each, [*levels, _DEPARTMENT], offset)
    if owner.under is not None:
        yield from file.unit((*path, "under"), owner.under, or_committee=False)
    for number, name in enumerate(owner.except_):
        yield from file.unit((*path, "except", number), name, or_committee=False)


def other_parties_exist(file: PlanFile) -> Iterator[Problem]:
    """`through`, `report_to` and `on_behalf_of` name a unit or a committee."""
    for path, task in file.tasks():
        for key, name in (
            ("through", task.through),
            ("report_to", task.report_to),
            ("on_behalf_of", task.on_behalf_of),
        ):
            if name is not None:
                yield from file.unit((*path, key), name)


def submissions_are_known(file: PlanFile) -> Iterator[Problem]:
    """`submit` names one thing: a form there is, files, an acknowledgement, a signed document, nothing."""
    forms = file.names("forms")
    for path, task in file.tasks():
        submit = task.submit
        if submit is None:
            continue
        here: TreePath = (*path, "submit", "form") if file.source.node((*path, "submit", "form")) else (*path, "submit")
        if submit.form is not None and submit.form not in forms:
            hint = suggestion(submit.form, [*forms, *WHATS], "form")
            yield from file.error(here, "unknown-form", f"there is no form `{submit.form}`", hint)
        said = _said(submit)
        if len(said) > 1:
            message = f"two things are to be handed in: {' and '.join(said)}"
            yield from file.error((*path, "submit"), "two-submissions", message, "name one; a form may ask for files")


def _said(submit: Submit) -> list[str]:
    named = {"form": submit.form, "document": submit.document, "what": submit.what}
    return [f"`{key}`" for key, value in named.items() if value is not None]


def reviewers_exist(file: PlanFile) -> Iterator[Problem]:
    """A reviewer is a unit that can be written to and does not review itself."""
    for path, task in file.tasks():
        review = task.submit.review if task.submit else None
        if review is None:
            continue
        here: TreePath = (*path, "submit", "review")
        here = (*here, "by") if file.source.node((*here, "by")) else here
        yield from file.unit(here, review.by, or_committee=False)
        owners = {unit.id for unit in file.owners.on(task.owners, None, task.when)} if file.owners else set(task.owner)
        if review.by in owners:
            message = f"`{review.by}` reviews what it owes itself"
            alone = "leave the review out" if owners == {review.by} else "give it a task of its own without a review"
            hint = f"name another unit, or {alone}"
            yield from file.warning(here, "reviews-itself", message, hint)
        unit = file.beside.units.get(review.by) if file.beside else None
        yield from file.reachable(here, [unit] if unit else [])


def continuing_duties_are_reported(file: PlanFile) -> Iterator[Problem]:
    """A continuing duty is told of in reports there are, in fields they have."""
    tasks = {task.id: task for task in file.plan.tasks()}
    for path, task in file.tasks():
        if task.continuing is None:
            continue
        fields: set[str] = set()
        known = True
        for number, name in enumerate(task.continuing.reported_in):
            here: TreePath = (*path, "continuing", "reported_in", number)
            report = tasks.get(name)
            if name not in file.task_ids:
                yield from file.unknown(here, "task", name, [other for other in file.task_ids if other != task.id])
            elif report is not None and report.continuing is not None:
                message = f"`{name}` is itself a continuing duty, not a report"
                yield from file.error(here, "not-a-report", message, "name a task with a deadline")
            form = file.plan.forms.get(report.submit.form or "") if report and report.submit else None
            if form is None:
                known = False
            else:
                fields.update(field.id for field in form.fields)
        for number, name in enumerate(task.continuing.fields):
            if known and fields and name not in fields:
                yield from file.unknown((*path, "continuing", "fields", number), "field", name, sorted(fields))


def indicators_and_funding_exist(file: PlanFile) -> Iterator[Problem]:
    """Indicators are fields of some form, sources of money are funding lines, assumptions are keys."""
    fields = sorted({field.id for form in file.plan.forms.values() for field in form.fields})
    lines = [line.id for line in file.plan.funding]
    for number, note in enumerate(file.plan.notes):
        yield from _known(file, ("notes", number, "indicators"), "field", note.indicators, fields)
    for path, task in file.tasks():
        yield from _known(file, (*path, "indicators"), "field", task.indicators, fields)
        if not file.source.is_lost(("funding",)):
            shares = [share.line for share in task.funding]
            yield from _known(file, (*path, "funding"), "funding line", shares, lines)
        yield from _known(file, (*path, "assumed"), "key", task.assumed, _MAY_BE_ASSUMED)


def _known(file: PlanFile, path: TreePath, kind: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    known = list(known)
    for number, name in enumerate(names):
        if name not in known:
            yield from file.unknown((*path, number), kind, name, known)


CHECKS = (
    names_are_unique,
    former_names_are_free,
    plan_names_units,
    tasks_have_owners,
    owners_exist,
    other_parties_exist,
    submissions_are_known,
    reviewers_exist,
    continuing_duties_are_reported,
    indicators_and_funding_exist,
)

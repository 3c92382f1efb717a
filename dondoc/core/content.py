"""What one submission asks for: the task's form, with what is added, replaced or embedded in that occurrence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dondoc.core.clauses import Content
from dondoc.core.organisation import Organisation
from dondoc.core.owners import Owners
from dondoc.core.plan import Files, Form, FormField, Plan, Submit, Task


def form_for(plan: Plan, organisation: Organisation, task: Task, unit: str, period: str) -> Form | None:
    """The form that `unit` fills in for `period`: None where the task asks for none.

    Questions of `also` and of tasks embedded in this one follow the form's own; one of an id there is already is
    left out. Of files, the widest terms hold.
    """
    submit = task.submit or Submit()
    owners = Owners(organisation)
    name = submit.form
    for content in _meant(submit.instead, owners, unit, period):
        name = content.form
    base = plan.forms.get(name) if name is not None else None
    more = [plan.forms.get(content.form) for content in _meant(submit.also, owners, unit, period)]
    more += [plan.forms.get(other) for other in _embedded(plan, task, owners, unit)]
    forms = [form for form in (base, *more) if form is not None]
    if len(forms) < 2:
        return forms[0] if forms else None
    fields: dict[str, FormField] = {}
    for form in forms:
        for field in form.fields:
            fields.setdefault(field.id, field)
    return Form(
        title=forms[0].title,
        fields=tuple(fields.values()),
        checks=tuple(dict.fromkeys(check for form in forms for check in form.checks)),
        files=_widest([form.files for form in forms if form.files is not None]),
    )


def is_meant(name: str, period: str) -> bool:
    """Whether a name in `only` means a period: all of it, or its end.

    >>> is_meant("Q3", "2023-Q3"), is_meant("2023-Q3", "2023-Q3"), is_meant("3", "2023-Q3")
    (True, True, False)
    """
    return period == name or period.partition("-")[2].partition(".")[0] == name


def _meant(contents: Iterable[Content], owners: Owners, unit: str, period: str) -> Iterator[Content]:
    for content in contents:
        in_period = not content.only or any(is_meant(name, period) for name in content.only)
        of_owner = not content.owner or any(one.id == unit for one in owners.on(content.owner))
        if in_period and of_owner:
            yield content


def _embedded(plan: Plan, task: Task, owners: Owners, unit: str) -> Iterator[str]:
    """The forms of the tasks that are told of inside this one, as far as the unit owes them."""
    for other in plan.tasks():
        if task.id in other.embedded_in and other.submit is not None and other.submit.form is not None:
            owing = owners.on(other.owners, None, other.when)
            if not other.owners or any(one.id == unit for one in owing):
                yield other.submit.form


def _widest(files: list[Files]) -> Files | None:
    if not files:
        return None
    return Files(
        min=max(one.min for one in files),
        types=tuple(dict.fromkeys(kind for one in files for kind in one.types)),
        max_mb=max(one.max_mb for one in files),
    )

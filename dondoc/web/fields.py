"""The fields of a plan's form on a page: what is shown in them, what was typed into them, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from dondoc.core.answers import numeric, said_as
from dondoc.core.forms import FieldProblem
from dondoc.core.plan import FormField
from dondoc.core.text import short_date

SPARE_ROWS = 2
"""Empty rows below those of a table that are filled in."""

ROWS_AT_MOST = 500
FREE_COLUMNS = ("1", "2", "3", "4")
"""What the columns of a table are called of which the plan does not say any."""

YES, NO = "có", "không"


@dataclass(frozen=True, slots=True)
class Part:
    """One box of a field: of a ratio there are two, of a table as many as it has cells."""

    name: str
    id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as the page shows it; `value` is as it was typed, `previous` last period's, in words."""

    id: str
    name: str
    label: str
    type: str
    unit: str
    note: str
    required: bool
    sensitive: bool
    value: str
    chosen: tuple[str, ...]
    choices: tuple[str, ...]
    parts: tuple[Part, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Part, ...], ...]
    previous: str
    problems: tuple[str, ...]

    @property
    def described_by(self) -> str:
        """The ids of what explains the field."""
        has = (("unit", self.unit), ("note", self.note), ("previous", self.previous), ("wrong", self.problems))
        return " ".join(f"{self.name}-{what}" for what, there in has if there)


def field_views(
    fields: Iterable[FormField],
    answers: Mapping[str, Any],
    previous: Mapping[str, object],
    problems: Iterable[FieldProblem],
    *,
    language: str,
    numbers: str,
) -> tuple[FieldView, ...]:
    """The fields with what was typed; `numbers` is the language in which numbers are written here."""
    found = tuple(problems)
    return tuple(
        _view(
            field, answers.get(field.id), previous.get(field.id),
            tuple(one.message.within(language) for one in found if one.field == field.id), language, numbers,
        )
        for field in fields
    )  # fmt: skip


def answers_in(form: FormData, fields: Iterable[FormField]) -> dict[str, Any]:
    """What was typed, by field: a text, a list of choices, the parts of a ratio, the rows of a table."""
    found: dict[str, Any] = {}
    for field in fields:
        name = _name(field)
        match field.type:
            case "multiple choice":
                found[field.id] = [one for one in form.getlist(name) if isinstance(one, str)]
            case "ratio":
                found[field.id] = {part: _text(form, f"{name}.{n}") for n, part in enumerate(field.halves)}
            case "table":
                found[field.id] = list(_rows(form, field, name))
            case _:
                found[field.id] = _text(form, name)
    return found


def typed(kept: Mapping[str, object], fields: Iterable[FormField], numbers: str) -> dict[str, Any]:
    """What somebody would type to say what was kept."""
    return {field.id: _typed(field, kept[field.id], numbers) for field in fields if field.id in kept}


def shown(field: FormField, kept: object, language: str, numbers: str) -> str:
    """A kept answer in words; a table is told by its number of rows."""
    match field.type:
        case "boolean":
            yes = ("có", "yes") if kept else ("không", "no")
            return yes[language == "en"]
        case "date":
            return short_date(date.fromisoformat(str(kept)), language)
        case "ratio" if isinstance(kept, Mapping):
            names = field.halves if kept.keys() == set(field.halves) else kept  # a database may keep no order
            return "/".join(_number(kept[name], numbers) for name in names)
        case "multiple choice" | "list" if isinstance(kept, list):
            return "; ".join(str(one) for one in kept)
        case "table" if isinstance(kept, list):
            return f"{len(kept)} {'rows' if language == 'en' else 'dòng'}"
        case "integer" | "decimal" | "money" | "percent":
            unit = field.unit.within(language) if field.unit else "%" if field.type == "percent" else ""
            return f"{_number(kept, numbers)} {unit}".rstrip()
        case _:
            return str(kept)


def rows_shown(kept: object) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The columns and rows of a kept table."""
    rows = [row for row in kept if isinstance(row, Mapping)] if isinstance(kept, list) else []
    columns = tuple(dict.fromkeys(str(column) for row in rows for column in row))
    return columns, tuple(tuple(str(row.get(column, "")) for column in columns) for row in rows)


def _view(
    field: FormField,
    answer: Any,
    before: object,
    problems: tuple[str, ...],
    language: str,
    numbers: str,
) -> FieldView:
    name = _name(field)
    label = field.label.within(language)
    rows: tuple[tuple[Part, ...], ...] = ()
    if field.type == "table":
        given = [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []
        rows = tuple(
            tuple(
                Part(f"{name}.{r}.{c}", f"{name}-{r}-{c}", f"{label}, {column}, {r + 1}", str(row.get(column, "")))
                for c, column in enumerate(_columns(field))
            )
            for r, row in enumerate([*given, *([{}] * SPARE_ROWS)][:ROWS_AT_MOST])
        )
    parts: tuple[Part, ...] = ()
    if field.type == "ratio":
        halves = answer if isinstance(answer, Mapping) else {}
        parts = tuple(
            Part(f"{name}.{n}", f"{name}-{n}", field.part(part).within(language), str(halves.get(part, "")))
            for n, part in enumerate(field.halves)
        )
    return FieldView(
        id=field.id,
        name=name,
        label=label,
        type=field.type,
        unit=field.unit.within(language) if field.unit else "%" if field.type == "percent" else "",
        note=field.note.within(language) if field.note else "",
        required=field.required,
        sensitive=field.sensitive,
        value=answer if isinstance(answer, str) else "",
        chosen=tuple(answer) if isinstance(answer, list | tuple) and field.type == "multiple choice" else (),
        choices=(YES, NO) if field.type == "boolean" else field.choices,
        parts=parts,
        columns=_columns(field) if field.type == "table" else (),
        rows=rows,
        previous=shown(field, before, language, numbers) if before is not None else "",
        problems=problems,
    )


def _typed(field: FormField, kept: object, numbers: str) -> Any:
    match field.type:
        case "integer" | "decimal" | "money" | "percent":
            return _number(kept, numbers)
        case "boolean":
            return YES if kept else NO
        case "ratio" if isinstance(kept, Mapping):
            return {part: _number(value, numbers) for part, value in kept.items()}
        case "list" if isinstance(kept, list):
            return "\n".join(str(one) for one in kept)
        case "multiple choice" | "table":
            return kept
        case _:
            return str(kept)


def _number(kept: object, numbers: str) -> str:
    number = numeric(kept)
    return str(kept) if number is None else said_as(number, numbers)


def _name(field: FormField) -> str:
    """The name of a field's box; ids of fields may be any word, names of our own must not meet them."""
    return f"f-{field.id}"


def _columns(field: FormField) -> tuple[str, ...]:
    return field.of or FREE_COLUMNS


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _rows(form: FormData, field: FormField, name: str) -> Iterable[dict[str, str]]:
    for r in range(ROWS_AT_MOST):
        if f"{name}.{r}.0" not in form:
            return
        row = {column: _text(form, f"{name}.{r}.{c}") for c, column in enumerate(_columns(field))}
        if any(cell.strip() for cell in row.values()):
            yield row

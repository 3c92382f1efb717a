"""Carries a plan into another year: its dates moved, what was moved marked as assumed, everything else as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dondoc.authoring.load import load_plan
from dondoc.authoring.text_edits import Edits
from dondoc.authoring.tree import Mapping, Node, Scalar, Sequence, TreePath
from dondoc.calendar.periods import MONTHS_EN, add_months
from dondoc.core.plan import Plan, Task

_DAY = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")
_MONTH = re.compile(rf"\b((?:{'|'.join(MONTHS_EN)}) )([0-9]{{4}})\b", re.IGNORECASE)
_LUNAR = re.compile(r"\b(lunar (?:leap )?[0-9]{1,2}/[0-9]{1,2}/)([0-9]{4})\b")
_PERIOD = re.compile(r"^([0-9]{4})(-(?:[HQW]?[0-9]{1,2}))?$")
_UNTIL = re.compile(r"\b(UNTIL=)([0-9]{4})(?=[0-9]{4})")
_YEAR = re.compile(r"(?<![0-9/.])([12][0-9]{3})(?:/([0-9]{2}))?(?![0-9])")
_DATED = frozenset({"issued", "period", "due", "by", "opens", "during", "first", "last", "until", "rrule"})
_PERIODS = frozenset({"only", "except"})
_MOVED = ("due", "occasions", "during", "opens")


@dataclass(frozen=True, slots=True)
class Renewed:
    """The new plan's text and id, and what a person must look at."""

    text: str
    plan: str
    questions: tuple[str, ...]


def renew(text: str, plan: Plan, year: int) -> Renewed:
    """The plan that begins in `year` instead; `text` is that of `plan`, which `check` accepts.

    >>> moved("3 working days after 2024-02-29, or in June 2023", 1)
    '3 working days after 2025-02-28, or in June 2024'
    """
    root = load_plan(text).source.root
    assert root is not None  # the plan was read from it
    years = year - plan.period.first.year
    edits = Edits(text)
    name = _named(plan.plan, plan.period.first.year, year)
    questions = [
        f"the plan is called {name} now",
        "issued, period: moved by whole years; write the days of the new plan",
    ]
    edits.set(("plan",), name)
    for path, scalar in _scalars(root, ()):
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        new = _new(path, key, scalar.text, years)
        if new != scalar.text:
            edits.set(path, new)
    if plan.number is not None:
        edits.set(("number",), "…")
        questions.append("number: to be written")
    old = [key for key in ("source", "commitments") if getattr(plan, key) is not None]
    questions += [f"{key}: still last year's; the quotes are those of the old document" for key in old]
    moved_tasks = list(_assume(plan, root, edits, years))
    questions += [f"{task}: {', '.join(keys)} moved to the new year" for task, keys in moved_tasks]
    for path, _ in _tasks(plan):
        edits.remove((*path, "was"))  # it spoke of ids of the old plan
    return Renewed(edits.text(), name, tuple(questions))


def moved(text: str, years: int) -> str:
    """The text with every date in it moved by whole years; 29 February becomes the 28th where there is none."""

    def day(found: re.Match[str]) -> str:
        try:
            return add_months(date.fromisoformat(found[0]), 12 * years).isoformat()
        except ValueError:
            return found[0]

    text = _DAY.sub(day, text)
    for pattern in (_MONTH, _LUNAR, _UNTIL):
        text = pattern.sub(lambda found: f"{found[1]}{int(found[2]) + years}", text)
    return text


def _new(path: TreePath, key: str, text: str, years: int) -> str:
    if path[:1] == ("title",):
        return _YEAR.sub(lambda found: _year(found, years), text)
    if key in _PERIODS:
        return _PERIOD.sub(lambda found: f"{int(found[1]) + years}{found[2] or ''}", text)
    within = {str(part) for part in path if isinstance(part, str)}
    return moved(text, years) if key in _DATED or within & {"due", "during"} else text


def _year(found: re.Match[str], years: int) -> str:
    """A year, or two as in 2025/26."""
    second = f"/{(int(found[2]) + years) % 100:02}" if found[2] else ""
    return f"{int(found[1]) + years}{second}"


def _assume(plan: Plan, root: Mapping, edits: Edits, years: int) -> Iterator[tuple[str, list[str]]]:
    """Mark every key of a task in which a date was moved."""
    for path, task in _tasks(plan):
        node = _at(root, path)
        if not isinstance(node, Mapping):
            continue
        keys = [key for key in _MOVED if key in node.entries and _has_date(node.entries[key].value, years)]
        new = [key for key in keys if key not in task.assumed]
        if keys:
            yield task.id, keys
        if new:
            edits.append((*path, "assumed"), *new)


def _has_date(node: Node, years: int) -> bool:
    return any(moved(scalar.text, years or 1) != scalar.text for _, scalar in _scalars(node, ()))


def _tasks(plan: Plan) -> Iterator[tuple[TreePath, Task]]:
    for number, section in enumerate(plan.sections):
        for place, task in enumerate(section.tasks):
            yield ("sections", number, "tasks", place), task


def _scalars(node: Node, path: TreePath) -> Iterator[tuple[TreePath, Scalar]]:
    match node:
        case Scalar():
            yield path, node
        case Sequence(items=items):
            for number, item in enumerate(items):
                yield from _scalars(item, (*path, number))
        case Mapping(entries=entries):
            for key, entry in entries.items():
                yield from _scalars(entry.value, (*path, key))


def _at(root: Mapping, path: TreePath) -> Node | None:
    here: Node | None = root
    for part in path:
        match here:
            case Mapping(entries=entries) if isinstance(part, str) and part in entries:
                here = entries[part].value
            case Sequence(items=items) if isinstance(part, int) and part < len(items):
                here = items[part]
            case _:
                return None
    return here


def _named(name: str, old: int, new: int) -> str:
    return name.replace(str(old), str(new)) if str(old) in name else f"{name}-{new}"[-60:]

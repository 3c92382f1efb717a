"""The list behind a figure: which obligations were counted in a cell, a page at a time, and when tasks fall due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select

from dondoc.store.matters import within
from dondoc.store.schema import Instant, obligations
from dondoc.store.standings import DIMENSIONS, Group, column_at

OPEN = ("open_in_time", "open_overdue")
TOTAL = ("done_on_time", "done_late", *OPEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list holds: of these plans, in one of these cells, and narrower where a name is not empty.

    `unit` owes it today; `tasks` are those of a section; `before` is whom it was put before.
    """

    plans: tuple[str, ...]
    cells: tuple[str, ...] = TOTAL
    tasks: tuple[str, ...] = ()
    period: str = ""
    unit: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Falls:
    """A task and period of a plan: when the first and the last of it fall due, and how many."""

    task: str
    period: str
    first: datetime
    last: datetime


def listed(
    connection: Connection, wanted: Wanted, at: datetime, *, limit: int, offset: int = 0, newest: bool = False
) -> tuple[str, ...]:
    """The ids at `at` (aware), the longest overdue or the first due first, or the last due with `newest`."""
    columns = obligations.c
    since = func.coalesce(columns.overdue_from, columns.due_at)
    order = (since.desc(), columns.id) if newest else (since, columns.id)
    query = select(columns.id).where(*_conditions(wanted, at)).order_by(*order).limit(limit).offset(offset)
    return tuple(connection.scalars(query))


def how_many(connection: Connection, wanted: Wanted, at: datetime) -> int:
    """How long the whole list is."""
    query = select(func.count()).select_from(obligations).where(*_conditions(wanted, at))
    return connection.scalar(query) or 0


def holds(connection: Connection, wanted: Wanted, obligation: str, at: datetime) -> bool:
    """Whether a list has this obligation."""
    query = select(obligations.c.id).where(obligations.c.id == obligation, *_conditions(wanted, at))
    return connection.scalar(query) is not None


def put_before(connection: Connection) -> dict[str, dict[str, int]]:
    """How many open matters of each plan stand before whom; of all plans, since few matters stand before anybody."""
    plan, to = obligations.c.plan, obligations.c.escalated_to
    query = select(to, plan, func.count()).where(to.is_not(None), obligations.c.placed.in_(OPEN))
    found: dict[str, dict[str, int]] = {}
    for body, of, many in connection.execute(query.group_by(to, plan).order_by(to)):
        found.setdefault(of, {})[body] = many
    return found


def falling_due(grouped: Iterable[Group]) -> tuple[Falls, ...]:
    """Every task and period of what was grouped as they first fall due, by the plan's own deadlines."""
    found: dict[tuple[str, str], Falls] = {}
    for one in grouped:
        known = found.get((one.task, one.period))
        first, last = (known.first, known.last) if known else (one.due_at, one.due_at)
        found[one.task, one.period] = Falls(one.task, one.period, min(first, one.due_at), max(last, one.due_at))
    return tuple(sorted(found.values(), key=lambda falls: (falls.first, falls.task, falls.period)))


def _conditions(wanted: Wanted, at: datetime) -> list[ColumnElement[bool]]:
    columns = obligations.c
    now = literal(at, Instant)
    found: list[ColumnElement[bool]] = [
        or_(*(within(plan, task) for plan in wanted.plans for task in wanted.tasks or (None,))),
        column_at(now, columns.placed, columns.overdue_from).in_(wanted.cells),
    ]
    if wanted.period:
        found.append(columns.period == wanted.period)
    if wanted.unit:
        found.append(DIMENSIONS["owner"] == wanted.unit)
    if wanted.before:
        found.append(columns.escalated_to == wanted.before)
    return found

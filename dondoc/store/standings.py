"""Counting over the whole ledger: where its history places an obligation is kept, so that the database can add up.

What is kept is written in the transaction of the event that changes it, and only then: an obligation about which
nothing but letters was recorded has none of it, and counts by its own deadline. Time changes nothing of it either,
since it says from when on a matter is overdue. `dondoc doctor` compares it with the histories.

Whole plans are counted in groups that are alike at every instant, of which there are few: `ix_obligations_placed`
has them in order, and what only was scheduled is grouped by its deadline.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import Escalated, History
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Placing, late_from, placing, situation
from dondoc.core.statistics import Counts, Tally
from dondoc.store.events import KINDS
from dondoc.store.matters import within
from dondoc.store.schema import COUNTED_BY, PUT_BEFORE, Instant, history, obligations, steps

Dimension = Literal["plan", "section", "task", "period", "owner"]
"""What obligations are counted by; `owner` is the unit that owes it today."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of an obligation's history."""

    owner: str
    in_force: Placing
    original: Placing
    escalated_to: str | None

    @classmethod
    def of(cls, obligation: Obligation, facts: History) -> Kept:
        """What a history comes to."""
        now = situation(obligation, facts)
        return cls(now.owner, placing(obligation, now), placing(obligation, now, original=True), now.escalated_to)

    @classmethod
    def found(cls, row: Row[Any]) -> Kept:
        """What is kept in a row of `obligations`; what was scheduled, where nothing is."""
        return cls(
            row.owner or row.unit,
            *_placings(row),
            row.escalated_to,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """So many obligations of a task and period that fall due together and are counted alike at every instant."""

    plan: str
    task: str
    period: str
    due_at: datetime
    since: datetime
    """From when on it is overdue, or would be; to a microsecond, as lists are ordered by it."""
    in_force: Placing
    original: Placing
    count: int


def keep(connection: Connection, kept: Iterable[tuple[str, Kept]]) -> None:
    """Write what is kept of these obligations, which the caller has locked."""
    values = [
        {
            "of": obligation,
            "owner": one.owner,
            "placed": one.in_force.column,
            "overdue_from": one.in_force.overdue_from,
            "placed_original": one.original.column,
            "overdue_from_original": one.original.overdue_from,
            "escalated_to": one.escalated_to,
        }
        for obligation, one in kept
    ]
    if values:
        connection.execute(_KEEP, values)


def tallies(
    connection: Connection,
    at: datetime,
    by: Sequence[Dimension] = (),
    *,
    plan: str | None = None,
    sections: Mapping[str, str] | None = None,
    owners: Collection[str] | None = None,
    task: str | None = None,
) -> dict[tuple[str, ...], Tally]:
    """The counts at `at` (aware) as everything stands now, of one plan or all, for each value of `by`.

    To count by section, `sections` must say in which one each task is. With `owners`, only what these units owe;
    with `task`, only that task of the plan.
    """
    if owners is None and "owner" not in by:
        return tallied(groups(connection, plan, task), at, by, sections=sections)
    known = DIMENSIONS
    if sections:
        known = known | {"section": case(dict(sections), value=obligations.c.task, else_=literal(""))}
    dimensions = [known[one] for one in by]
    now = literal(at, Instant)
    in_force = column_at(now, obligations.c.placed, obligations.c.overdue_from).label("in_force")
    original = column_at(now, obligations.c.placed_original, obligations.c.overdue_from_original).label("original")
    placed = (
        select(*(one.label(name) for one, name in zip(dimensions, by, strict=True)), in_force, original)
        .where(*([within(plan, task)] if plan is not None else []))
        .where(*([DIMENSIONS["owner"].in_(owners)] if owners is not None else []))
        .subquery()
    )
    query = select(*placed.c, func.count()).group_by(*placed.c)
    found: dict[tuple[str, ...], list[dict[str, int]]] = {}
    for *key, one, other, count in _over_all(connection, query):
        counts = found.setdefault(tuple(key), [{}, {}])
        for place, name in zip(counts, (one, other), strict=True):
            place[name] = place.get(name, 0) + count
    return {key: Tally(Counts(**one), Counts(**other)) for key, (one, other) in sorted(found.items())}


def groups(connection: Connection, plan: str | None = None, task: str | None = None) -> tuple[Group, ...]:
    """What one plan or all have, or a task of the plan, grouped."""
    columns = obligations.c
    happened: list[ColumnElement[bool]] = [columns.placed.is_not(None)]
    nothing_did: list[ColumnElement[bool]] = [columns.placed.is_(None)]
    if plan is not None:
        happened.append(columns.plan == plan)
        nothing_did.append(within(plan, task))
    if task is not None:
        happened.append(columns.task == task)
    placed = select(*_PLACED, func.count().label("many")).where(*happened).group_by(*_PLACED)
    by_deadline = _PLACED[:5]
    kept_none = [null().label(one.name) for one in _PLACED[5:]]
    query = select(*by_deadline, *kept_none, func.count().label("many")).where(*nothing_did).group_by(*by_deadline)
    return tuple(
        Group(row.plan, row.task, row.period, row.due_at, row.overdue_from or row.due_at, *_placings(row), row.many)
        for row in (*_over_all(connection, placed), *_over_all(connection, query))
    )


def tallied(
    grouped: Iterable[Group], at: datetime, by: Sequence[Dimension] = (), *, sections: Mapping[str, str] | None = None
) -> dict[tuple[str, ...], Tally]:
    """The counts of groups at `at` (aware), for each value of `by`, as `tallies` gives them."""
    found: dict[tuple[str, ...], tuple[dict[str, int], dict[str, int]]] = {}
    for one in grouped:
        key = tuple((sections or {}).get(one.task, "") if name == "section" else getattr(one, name) for name in by)
        for counts, place in zip(found.setdefault(key, ({}, {})), (one.in_force, one.original), strict=True):
            column = place.at(at)
            counts[column] = counts.get(column, 0) + one.count
    return {key: Tally(Counts(**one), Counts(**other)) for key, (one, other) in sorted(found.items())}


def longest_overdue(connection: Connection, at: datetime, plan: str, grouped: Iterable[Group], limit: int) -> list[str]:
    """The ids with which `overdue` begins, looked for only where the groups of the plan have them."""
    overdue = (one for one in grouped if one.plan == plan and one.in_force.at(at) == "open_overdue")
    tasks: dict[str, None] = {}
    found = 0
    last: datetime | None = None
    for one in sorted(overdue, key=lambda one: one.since):
        if found >= limit and one.since != last:
            break
        found, last = found + one.count, one.since
        tasks[one.task] = None
    columns = obligations.c
    since = func.coalesce(columns.overdue_from, columns.due_at)
    if last is None:
        return []
    query = select(columns.id).where(
        or_(*(within(plan, task) for task in tasks)),
        column_at(literal(at, Instant), columns.placed, columns.overdue_from) == "open_overdue",
        since <= literal(last, Instant),
    )
    return list(connection.scalars(query.order_by(since, columns.id).limit(limit)))


def overdue_by_owner(connection: Connection, plan: str, at: datetime) -> dict[str, int]:
    """How much of a plan is overdue at `at` (aware), by the unit that owes it today; only units with any."""
    column = column_at(literal(at, Instant), obligations.c.placed, obligations.c.overdue_from)
    query = select(DIMENSIONS["owner"], func.count()).where(within(plan), column == "open_overdue")
    return {row[0]: row[1] for row in _over_all(connection, query.group_by(DIMENSIONS["owner"]))}


def owners_of(connection: Connection, plan: str) -> tuple[str, ...]:
    """The units that owe anything of a plan today that counts."""
    placed = obligations.c.placed
    counts = or_(placed.is_(None), placed.not_in(("waived", "cancelled", "before_adoption")))
    return tuple(connection.scalars(select(DIMENSIONS["owner"]).where(within(plan), counts).distinct()))


def owed_by(connection: Connection, unit: str) -> tuple[tuple[str, str, datetime, Kept], ...]:
    """Id, plan, since or until when, and what is kept of all that a unit owes today; the longest overdue first."""
    columns = obligations.c
    query = select(
        columns.id, columns.plan, columns.unit, columns.owner, columns.escalated_to, *_PLACED[3:]
    ).where(DIMENSIONS["owner"] == unit)  # fmt: skip
    found = ((row.id, row.plan, row.overdue_from or row.due_at, Kept.found(row)) for row in connection.execute(query))
    return tuple(sorted(found, key=lambda one: (one[2], one[0])))


def overdue(
    connection: Connection,
    at: datetime,
    *,
    plan: str | None = None,
    owner: str | None = None,
    escalated: bool = False,
    before: str | None = None,
    limit: int | None = None,
) -> tuple[str, ...]:
    """The ids of what is not done and overdue at `at` (aware), the longest overdue first.

    With `escalated`, of what was put before somebody and is not done, overdue or not; with `before`, before whom.
    """
    columns = obligations.c
    now = literal(at, Instant)
    open_ = or_(columns.placed.is_(None), columns.placed.in_(("open_in_time", "open_overdue")))
    wanted: list[ColumnElement[bool]] = [open_]
    if before is not None:
        wanted.append(columns.escalated_to == before)
    elif escalated:
        wanted.append(columns.escalated_to.is_not(None))
    else:
        wanted.append(column_at(now, columns.placed, columns.overdue_from) == "open_overdue")
    if plan is not None:  # what was put before somebody has an index of its own
        wanted.append(columns.plan == plan if escalated or before is not None else within(plan))
    if owner is not None:
        wanted.append(DIMENSIONS["owner"] == owner)
    since = func.coalesce(columns.overdue_from, columns.due_at)
    return tuple(connection.scalars(select(columns.id).where(*wanted).order_by(since, columns.id).limit(limit)))


def ever_escalated(connection: Connection, plan: str) -> tuple[str, ...]:
    """The ids of what was ever put before somebody, in order."""
    put_up = select(history.c.obligation).where(
        history.c.kind == KINDS[Escalated], history.c.obligation > f"{plan}/", history.c.obligation < f"{plan}0"
    )
    return tuple(connection.scalars(put_up.distinct().order_by(history.c.obligation)))


def still_before(
    connection: Connection, bodies: Collection[str], plans: Collection[str], at: datetime
) -> frozenset[str]:
    """Those of the bodies before which something of these plans was put, in whatever cycle, that is not done.

    What ended so lately that it is not to be told of at `at` (aware) counts, too.
    """
    return frozenset(
        body
        for body in bodies
        if connection.scalar(_STANDS_BEFORE, {"rung": f"escalate/{body}", "plans": list(plans), "at": at})
    )


def duties(
    connection: Connection,
    *,
    plan: str | None = None,
    task: str | None = None,
    period: str | None = None,
    owners: Collection[str] | None = None,
    after: str = "",
    limit: int,
) -> tuple[str, ...]:
    """The ids of at most `limit` obligations in their order, from the one that follows `after` on.

    `owners` are the units that owe them today; None for all.
    """
    columns = obligations.c
    wanted: list[ColumnElement[bool]] = [columns.id > after]
    if plan is not None:
        wanted.append(within(plan, task))
    elif task is not None:
        wanted.append(columns.task == task)
    if period is not None:
        wanted.append(columns.period == period)
    if owners is not None:
        wanted.append(DIMENSIONS["owner"].in_(owners))
    return tuple(connection.scalars(select(columns.id).where(*wanted).order_by(columns.id).limit(limit)))


def placed(connection: Connection, plan: str, task: str) -> Iterator[tuple[str, str, str, datetime, str]]:
    """Id, unit, period, due instant and column (as though time stood still) of each obligation of a task."""
    columns = obligations.c
    query = select(columns.id, columns.unit, columns.period, columns.due_at, columns.placed)
    for id_, unit, period, due, column in connection.execute(query.where(within(plan, task)).order_by(columns.id)):
        yield id_, unit, period, due, column or "open_in_time"


def _over_all(connection: Connection, query: Select[Any]) -> CursorResult[Any]:
    """What a query on a whole plan finds.

    PostgreSQL is kept from planning it for any values at all, as it would after ten times: such plans are far slower.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_FOR_THESE_VALUES)
    return connection.execute(query)


def _placings(row: Row[Any]) -> tuple[Placing, Placing]:
    """By the deadline in force and by the original one; as scheduled, where nothing is kept."""
    if row.placed:
        return Placing(row.placed, row.overdue_from), Placing(row.placed_original, row.overdue_from_original)
    as_scheduled = Placing("open_in_time", late_from(Deadline(row.due_at, row.due_whole_day)))
    return as_scheduled, as_scheduled


def column_at(
    now: ColumnElement[datetime], placed: ColumnElement[Any], overdue_from: ColumnElement[Any]
) -> ColumnElement[Any]:
    """`Placing.at`, for the database."""
    due = obligations.c.due_at
    return case(
        (
            placed.is_(None),
            case(
                (or_(due < now, and_(obligations.c.due_whole_day, due == now)), "open_overdue"),
                else_="open_in_time",
            ),
        ),
        (overdue_from <= now, "open_overdue"),
        else_=placed,
    )


DIMENSIONS: dict[Dimension, ColumnElement[Any]] = {
    "plan": obligations.c.plan,
    "task": obligations.c.task,
    "period": obligations.c.period,
    "owner": func.coalesce(obligations.c.owner, obligations.c.unit),
}
_STANDS_BEFORE = select(
    exists()
    .where(
        text(PUT_BEFORE),
        steps.c.rung == bindparam("rung"),
        obligations.c.id == steps.c.obligation,
        obligations.c.plan.in_(bindparam("plans", expanding=True)),
        or_(
            obligations.c.placed.in_(("open_in_time", "open_overdue")),
            obligations.c.next_action_at > bindparam("at", type_=Instant),
        ),
    )
    .select_from(steps, obligations)
)
_FOR_THESE_VALUES = text("SET LOCAL plan_cache_mode = force_custom_plan")
_PLACED = tuple(obligations.c[name] for name in COUNTED_BY)
_KEEP = (
    update(obligations)
    .where(obligations.c.id == bindparam("of"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "owner",
                "placed",
                "overdue_from",
                "placed_original",
                "overdue_from_original",
                "escalated_to",
            )
        }
    )
)

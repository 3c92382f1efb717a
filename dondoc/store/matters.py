"""Reading the ledger: obligations with their histories, as the core decides on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import Event, Fact, StepTaken
from dondoc.core.obligation import Obligation
from dondoc.core.round import Matter
from dondoc.core.terms import terms_for
from dondoc.core.text import Text
from dondoc.errors import UnknownObligation, UnknownPlan
from dondoc.store.bulk import read_instant, read_json
from dondoc.store.events import COLUMNS, KINDS, event_of, letter_event_of
from dondoc.store.plans import applied, applied_versions
from dondoc.store.portions import Lookup, among, plain_rows, portions
from dondoc.store.schema import Instant, history, obligations

PAGE = 500
"""How many matters are read at a time."""

Place = tuple[datetime, str]
"""How far a round has come: the instant and the id of the last matter that it looked at."""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """Some of the matters that may need action; `last` is where the next ones follow, None when there are none."""

    matters: tuple[Matter, ...]
    last: Place | None


def awaiting_action(
    connection: Connection,
    now: datetime,
    *,
    plans: Collection[str] | None = None,
    after: Place | None = None,
    limit: int = PAGE,
    among_ids: Collection[str] | None = None,
) -> Awaiting:
    """At most `limit` matters whose next action is due at `now` (aware), the longest due first, from `after` on.

    With `plans`, only those of these plans, with `among_ids` only those of these. Costs next to nothing when nothing
    is due, whatever the ledger's size.
    """
    columns = obligations.c
    query = _DUE
    if plans is not None:
        query = query.where(columns.plan.in_(plans))
    if among_ids is not None:
        query = query.where(among(connection, columns.id, among_ids))
    if after is not None:
        query = query.where(tuple_(columns.next_action_at, columns.id) > after)
    rows = plain_rows(connection.execute(query, {"now": now, "limit": limit}))
    last = (read_instant(connection)(rows[-1][10]), rows[-1][0]) if len(rows) == limit else None
    return Awaiting(matters_of(connection, _read(connection, rows)), last)


def many_await_action(connection: Connection, now: datetime, many: int) -> bool:
    """Whether more than so many matters are due at `now` (aware)."""
    some = select(obligations.c.id).where(obligations.c.next_action_at <= now).limit(many + 1).subquery()
    found = connection.scalar(select(func.count()).select_from(some))
    return found is not None and found > many


def matters(
    connection: Connection,
    plan: str | None = None,
    *,
    task: str | None = None,
    unit: str | None = None,
    period: str | None = None,
) -> Iterator[Matter]:
    """Every matter of the ledger, or of a plan, task, original owner or period, in order of their ids, streamed."""
    columns = obligations.c
    wanted: list[ColumnElement[bool]] = []
    if plan is not None:
        wanted.append(within(plan, task))
    elif task is not None:
        wanted.append(columns.task == task)
    if unit is not None:
        wanted.append(columns.unit == unit)
    if period is not None:
        wanted.append(columns.period == period)
    for rows in pages(connection, select(obligations).where(*wanted)):
        yield from matters_of(connection, rows)


def due_between(connection: Connection, plan: str, first: datetime, last: datetime) -> Iterator[Obligation]:
    """The obligations of a plan that are open and fall due, as they were scheduled, between two aware instants."""
    columns = obligations.c
    open_ = or_(columns.placed.is_(None), columns.placed == "open_in_time")
    query = select(obligations).where(within(plan), columns.due_at > first, columns.due_at <= last, open_)
    for rows in pages(connection, query):
        yield from obligations_of(connection, rows)


def owed(connection: Connection, plan: str, units: Collection[str], jointly: Collection[str] = ()) -> Iterator[Matter]:
    """The matters of a plan that any of these units owes now, and those of the tasks it owes `jointly`."""
    columns = obligations.c
    own = func.coalesce(columns.owner, columns.unit).in_(list(units))
    query = select(obligations).where(within(plan), or_(own, columns.task.in_(list(jointly))))
    for rows in pages(connection, query):
        yield from matters_of(connection, rows)


def open_with(
    connection: Connection, plan: str, tasks: Collection[str], kinds: Collection[type[Event]]
) -> Iterator[Matter]:
    """The matters of these tasks of a plan that are not done, to which an event of one of these kinds happened."""
    columns = obligations.c
    open_ = or_(columns.placed.is_(None), columns.placed.in_(("open_in_time", "open_overdue")))
    happened = exists().where(history.c.obligation == columns.id, history.c.kind.in_([KINDS[kind] for kind in kinds]))
    query = select(obligations).where(within(plan), columns.task.in_(list(tasks)), open_, happened)
    for rows in pages(connection, query):
        yield from matters_of(connection, rows)


def load(connection: Connection, ids: Iterable[str]) -> tuple[Matter, ...]:
    """The matters with these ids, in this order.

    Raises:
        UnknownObligation: for the first id that the ledger does not know.
    """
    wanted = tuple(ids)
    found: dict[str, Matter] = {}
    for some in portions(dict.fromkeys(wanted), PAGE):
        rows = _read(connection, _BY_ID.rows(connection, some))
        found |= {matter[0].id: matter for matter in matters_of(connection, rows)}
    for one in wanted:
        if one not in found:
            raise unknown(connection, one)
    return tuple(found[one] for one in wanted)


def event(connection: Connection, number: int) -> Event | None:
    """The event with that number, or None (also for what happened to a letter)."""
    query = select(history).where(history.c.id == number, history.c.obligation.is_not(None))
    row = connection.execute(query).one_or_none()
    return event_of(row) if row is not None else None


def unknown(connection: Connection, obligation: str) -> UnknownObligation:
    """The error for an id that the ledger does not know; offers ids of the same plan, or of any.

    A task or a unit that was renamed is in the ledger under its first name, and that id is offered.
    """
    plan = obligation.partition("/")[0]
    meant = _under_first_names(connection, obligation)
    if meant != obligation and connection.scalar(select(obligations.c.id).where(obligations.c.id == meant)):
        return UnknownObligation(obligation, meant=meant)
    query = select(obligations.c.id).limit(5_000)
    near = connection.scalars(query.where(obligations.c.plan == plan)).all() or connection.scalars(query).all()
    return UnknownObligation(obligation, near)


def _under_first_names(connection: Connection, obligation: str) -> str:
    plan, task, unit, *period = (*obligation.split("/"), "", "")
    try:
        found = applied(connection, plan)
    except UnknownPlan:
        return obligation
    known_task, known_unit = found.plan.task(task), found.organisation.unit(unit)
    task = known_task.ledger_id if known_task else task
    return "/".join((plan, task, known_unit.id if known_unit else unit, *period[:-2]))


# --- for the other modules of the store ---


def within(plan: str, task: str | None = None) -> ColumnElement[bool]:
    """Obligations of a plan, or of one of its tasks: their ids begin with both, so that the primary key finds them."""
    prefix = plan if task is None else f"{plan}/{task}"
    return and_(obligations.c.id > f"{prefix}/", obligations.c.id < f"{prefix}0")  # "0" follows "/"


def pages(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a query on obligations in order of their ids, some at a time."""
    last = ""
    while True:
        some = query.where(obligations.c.id > last).order_by(obligations.c.id).limit(PAGE)
        rows = connection.execute(some).all()
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def matters_of(connection: Connection, rows: Sequence[Sequence[Any]]) -> tuple[Matter, ...]:
    """The matters of these rows of obligations, in the same order."""
    if not rows:
        return ()
    facts = histories(connection, [row[0] for row in rows])
    return tuple((obligation, tuple(facts[obligation.id])) for obligation in obligations_of(connection, rows))


def obligations_of(connection: Connection, rows: Sequence[Sequence[Any]]) -> Iterator[Obligation]:
    """The obligations of these rows, with the terms of the plan version that each stands under."""
    versions = applied_versions(connection, {(row[1], row[9]) for row in rows})
    for row in rows:  # taken apart all at once: asking a row for one column at a time costs as much as reading it
        id_, plan, task, unit, period, title, opens, due_at, whole_day, version, *_ = row
        terms = terms_for(versions[plan, version].terms, task, period)
        named = _text(**title) if title else None
        yield Obligation(id_, terms, unit, period, named, opens, _deadline(due_at, whole_day))


def histories(connection: Connection, ids: Iterable[str]) -> dict[str, list[Fact]]:
    """The facts of each of these obligations, in order of recording: its events and its letters'."""
    found: dict[str, list[Fact]] = {one: [] for one in ids}
    carried: dict[str, list[str]] = {}
    for row in _facts(connection, _EVENTS.rows(connection, found)):
        one = event_of(row)
        found[one.obligation].append(one)
        if isinstance(one, StepTaken):
            carried.setdefault(one.letter, []).append(one.obligation)
    touched: set[str] = set()
    for row in _facts(connection, _OF_LETTERS.rows(connection, carried)):
        fact = letter_event_of(row)
        for obligation in set(carried[fact.letter]):
            found[obligation].append(fact)
            touched.add(obligation)
    for obligation in touched:
        found[obligation].sort(key=lambda fact: fact.id)
    return found


def _read(connection: Connection, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows of obligations as the driver gave them, with the values that they stand for."""
    instant, told = read_instant(connection), read_json(connection)
    return [
        (id_, plan, task, unit, period, title and told(title), instant(opens), instant(due_at), bool(whole), version)
        for id_, plan, task, unit, period, title, opens, due_at, whole, version, *_ in rows
    ]


def _facts(connection: Connection, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Likewise of the history."""
    instant, told = read_instant(connection), read_json(connection)
    for number, obligation, letter, kind, happened, recorded, by, why, version, data in rows:
        own = None if data is None else told(data)
        yield number, obligation, letter, kind, instant(happened), instant(recorded), by, why, version, own


_deadline = lru_cache(maxsize=4096)(Deadline)


@lru_cache(maxsize=1024)
def _text(vi: str = "", en: str = "") -> Text:
    return Text(vi=vi, en=en)


_TOLD = ", ".join(f'"{name}"' for name in COLUMNS)
_EVENTS = Lookup(f"SELECT {_TOLD} FROM history WHERE obligation AMONG ORDER BY id")  # noqa: S608 - our own names
_OF_LETTERS = Lookup(f"SELECT {_TOLD} FROM history WHERE obligation IS NULL AND letter AMONG")  # noqa: S608 - likewise
_BY_ID = Lookup(
    "SELECT id, plan, task, unit, period, period_title, opens, due_at, due_whole_day, plan_version "
    "FROM obligations WHERE id AMONG"
)
_DUE = (
    select(*list(obligations.c)[:10], obligations.c.next_action_at)  # what `obligations_of` takes, and the place
    .where(obligations.c.next_action_at <= bindparam("now", type_=Instant))
    .order_by(obligations.c.next_action_at, obligations.c.id)
    .limit(bindparam("limit", type_=Integer))
)

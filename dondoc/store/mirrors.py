"""Which Prefect run shows the state of which task and period, and what it was last told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from dondoc.store.matters import within
from dondoc.store.once import insert_or_replace
from dondoc.store.schema import mirrors, obligations


@dataclass(frozen=True, slots=True)
class Mirror:
    """One mirror run. `generation` counts the runs that Prefect has lost; `pushed_state` is as the caller gave it."""

    plan: str
    task: str
    period: str
    prefect_run_id: str | None
    pushed_state: Mapping[str, Any] | None
    generation: int
    pushed_at: datetime | None


def mirrors_of(connection: Connection, plan: str) -> dict[tuple[str, str], Mirror]:
    """The mirrors of a plan by (task, period)."""
    rows = connection.execute(select(mirrors).where(mirrors.c.plan == plan))
    return {(row.task, row.period): Mirror(**row._asdict()) for row in rows}


def footprints(connection: Connection, plan: str) -> dict[tuple[str, str], int]:
    """For each task and period of a plan a number that rises with everything recorded about its obligations.

    That letters left does not count, unless a next action waited for it.
    """
    columns = obligations.c
    query = select(columns.task, columns.period, func.sum(columns.last_fact).label("facts"))
    rows = connection.execute(query.where(within(plan)).group_by(columns.task, columns.period))
    return {(row.task, row.period): int(row.facts) for row in rows}


def keep_mirror(connection: Connection, mirror: Mirror) -> None:
    """Remember a mirror, in place of what was known of it."""
    values = {name: getattr(mirror, name) for name in Mirror.__slots__}
    insert_or_replace(connection, mirrors, ("plan", "task", "period"), **values)

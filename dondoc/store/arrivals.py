"""Everything that arrived, kept raw before it is read, and what became of it: nothing is lost between the two."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, or_, select, update

from dondoc.errors import NotAllowed
from dondoc.store.attachments import Kept
from dondoc.store.once import insert_or_leave
from dondoc.store.schema import arrivals

Source = Literal["drop", "mail"]
Result = Literal["submitted", "decided", "refused", "aside", "bounce", "ignored", "broken"]
"""`decided`: a review, an extension or a hold; `aside`: kept for a person to look at; `broken`: it cannot be read."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in by a file drop or by mail; its content lies in the attachments under `digest`.

    `key` is what its source calls it (a file's name and time, a message's UID), so that it is taken in once.
    """

    id: int
    source: Source
    key: str
    arrived_at: datetime
    recorded_at: datetime
    digest: str
    size: int
    outcome: Result | None
    detail: str
    obligation: str | None
    settled_at: datetime | None


def arrived(
    connection: Connection,
    source: Source,
    key: str,
    kept: Kept,
    *,
    arrived_at: datetime,
    now: datetime,
    size: int | None = None,
) -> bool:
    """Take note of what came in; False if it was noted before.

    `size` is that of the whole, where not all of it is kept.
    """
    size = kept.size if size is None else max(size, kept.size)
    return insert_or_leave(
        connection, arrivals,
        source=source, key=key, arrived_at=arrived_at, recorded_at=now, digest=kept.digest, size=size, detail="",
    )  # fmt: skip


def waiting(connection: Connection, limit: int = 1_000) -> tuple[Arrival, ...]:
    """The arrivals that nobody has looked into yet, in order of arrival.

    On PostgreSQL they stay this transaction's own, so that two workers do not take up the same.
    """
    query = select(arrivals).where(arrivals.c.settled_at.is_(None)).order_by(arrivals.c.id).limit(limit)
    return tuple(_arrival(row) for row in connection.execute(query.with_for_update(skip_locked=True)))


def take_up(connection: Connection, arrival: int) -> bool:
    """Whether the arrival still waits; if so, it is this transaction's to settle, and nobody else's."""
    query = select(arrivals.c.id).where(arrivals.c.id == arrival, arrivals.c.settled_at.is_(None))
    return connection.scalar(query.with_for_update()) is not None


def earlier_copy(connection: Connection, arrival: Arrival) -> int | None:
    """The arrival before this one with the very same content, None if there is none.

    A message comes twice when its mailbox was rebuilt and its messages were numbered anew.
    """
    columns = arrivals.c
    query = select(func.min(columns.id)).where(
        columns.digest == arrival.digest, columns.source == arrival.source, columns.id < arrival.id
    )
    found: int | None = connection.scalar(query)
    return found


def settle(
    connection: Connection,
    arrival: int,
    outcome: Result,
    *,
    now: datetime,
    detail: str = "",
    obligation: str | None = None,
) -> None:
    """Record what became of an arrival."""
    connection.execute(
        update(arrivals)
        .where(arrivals.c.id == arrival)
        .values(outcome=outcome, detail=detail, obligation=obligation, settled_at=now)
    )


def recent_arrivals(
    connection: Connection, limit: int = 100, outcomes: Collection[str] | None = None
) -> tuple[Arrival, ...]:
    """The newest arrivals, settled or not; with `outcomes`, those that came to one of these, or wait ("waiting")."""
    query = select(arrivals).order_by(arrivals.c.id.desc()).limit(limit)
    if outcomes is not None:
        found = arrivals.c.outcome.in_([one for one in outcomes if one != "waiting"])
        query = query.where(or_(found, arrivals.c.settled_at.is_(None)) if "waiting" in outcomes else found)
    return tuple(_arrival(row) for row in connection.execute(query))


def find_arrival(connection: Connection, arrival: int, *, lock: bool = False) -> Arrival:
    """One arrival; with `lock` it is this transaction's to settle, and others wait.

    Raises:
        NotAllowed: there is none with this number.
    """
    query = select(arrivals).where(arrivals.c.id == arrival)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        look = "`dondoc arrivals` lists what came in with its numbers."
        raise NotAllowed(f"Finding arrival {arrival}", "there is none with this number", look)
    return _arrival(row)


def reopen(connection: Connection, arrival: int) -> None:
    """Let an arrival wait again, to be looked into anew.

    Raises:
        NotAllowed: it was recorded, and what is recorded is not recorded twice; or there is none with this number.
    """
    found = find_arrival(connection, arrival)
    if found.outcome in ("submitted", "decided"):
        raise NotAllowed(
            f"Looking into arrival {arrival} again", "it was recorded", "`dondoc undo EVENT` takes a mistake back."
        )
    connection.execute(
        update(arrivals).where(arrivals.c.id == arrival).values(outcome=None, detail="", settled_at=None)
    )


def _arrival(row: Row[Any]) -> Arrival:
    return Arrival(**row._asdict())

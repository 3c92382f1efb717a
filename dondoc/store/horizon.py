"""When the ledger next asks for attention: what a simulated clock jumps to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from dondoc.store.schema import obligations, outbox


def next_action(connection: Connection) -> datetime | None:
    """The earliest instant (aware UTC) at which an obligation may need action; it may be past."""
    earliest: datetime | None = connection.scalar(select(func.min(obligations.c.next_action_at)))
    return earliest


def next_attempt(connection: Connection) -> datetime | None:
    """The earliest instant (aware UTC) at which a letter of the outbox may leave; it may be past."""
    query = select(func.min(outbox.c.next_attempt_at)).where(outbox.c.state == "queued")
    earliest: datetime | None = connection.scalar(query)
    return earliest

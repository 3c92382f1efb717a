"""Requests of programs by their idempotency key: what was asked once is answered again, not done again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from dondoc.store.once import insert_or_leave
from dondoc.store.schema import repeats

KEPT_FOR = timedelta(days=7)
GIVEN_UP_AFTER = timedelta(minutes=2)
"""A request that has no answer by then died half way; whoever asks again begins it anew."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A request that came before: what was asked, by digest, and what was answered (None: not yet)."""

    asked: str
    status: int | None
    answer: Any


def begin(connection: Connection, link: str, key: str, asked: str, now: datetime) -> Repeat | None:
    """Take the key for this request; what came with it before, if it was taken.

    What is older than `KEPT_FOR` is forgotten on the way.
    """
    of_key = (repeats.c.link == link) & (repeats.c.key == key)
    died = of_key & repeats.c.status.is_(None) & (repeats.c.began_at < now - GIVEN_UP_AFTER)
    connection.execute(delete(repeats).where(((repeats.c.link == link) & (repeats.c.began_at < now - KEPT_FOR)) | died))
    if insert_or_leave(connection, repeats, link=link, key=key, asked=asked, began_at=now, status=None, answer=None):
        return None
    row = connection.execute(select(repeats).where(of_key)).one()
    return Repeat(row.asked, row.status, row.answer)


def finish(connection: Connection, link: str, key: str, status: int, answer: Any) -> None:
    """Keep what was answered."""
    connection.execute(
        update(repeats).where(repeats.c.link == link, repeats.c.key == key).values(status=status, answer=answer)
    )


def forget(connection: Connection, link: str, key: str) -> None:
    """Give the key free again: the request was not done, through no fault of its sender."""
    connection.execute(delete(repeats).where(repeats.c.link == link, repeats.c.key == key))

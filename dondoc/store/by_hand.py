"""Letters that no mail server takes: given by a person, or passed on by another channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from dondoc.core.letter import Letter
from dondoc.store.delivery import no_longer_true
from dondoc.store.letters import letters_of
from dondoc.store.outbox import ALL_PLANS, hand_over, paused
from dondoc.store.portions import among
from dondoc.store.schema import outbox

AGAIN_AFTER = timedelta(minutes=30)
"""When a letter is offered again after a channel took it up and was not heard of, or failed."""


def to_hand_over(connection: Connection, now: datetime, limit: int = 1_000) -> tuple[Letter, ...]:
    """The letters that wait for a person to give them, still true at `now`, those that waited longest first."""
    return _still_true(connection, connection.execute(_waiting(now).limit(limit)).all(), now)


def offer(connection: Connection, now: datetime, limit: int) -> tuple[Letter, ...] | None:
    """Take up letters for other channels; for `AGAIN_AFTER` they are nobody else's. None when there are no more.

    Letters of paused plans stay, and those that are no longer true are passed over.
    """
    brakes = paused(connection)
    if ALL_PLANS in brakes:
        return None
    query = _waiting(now).where(outbox.c.next_attempt_at <= now).limit(limit).with_for_update(skip_locked=True)
    for plan in brakes:
        query = query.where(outbox.c.plans.not_like(f"% {plan} %"))
    rows = connection.execute(query).all()
    if not rows:
        return None
    taken = update(outbox).where(among(connection, outbox.c.id, [row.id for row in rows]))
    connection.execute(taken.values(next_attempt_at=now + AGAIN_AFTER))
    return _still_true(connection, rows, now)


def passed_on(connection: Connection, letter: str, channel: str, now: datetime) -> None:
    """Record that a channel passed the letter on.

    Raises:
        NotAllowed: a person gave it meanwhile.
    """
    hand_over(connection, letter, at=now, by=channel, now=now)


def not_passed_on(connection: Connection, letter: str, channel: str, why: str) -> None:
    """Note what a channel said; the letter still waits."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == letter, outbox.c.state == "to_hand_over")
        .values(last_error=f"{channel}: {why}", attempts=outbox.c.attempts + 1)
    )


def _waiting(now: datetime) -> Select[Any]:
    still = outbox.c.valid_until.is_(None) | (outbox.c.valid_until >= now)
    query = select(outbox).where(outbox.c.state == "to_hand_over", outbox.c.not_before <= now, still)
    return query.order_by(outbox.c.not_before, outbox.c.id)


def _still_true(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> tuple[Letter, ...]:
    false = no_longer_true(connection, rows, now)
    return letters_of(connection, [row.id for row in rows if row.id not in false])

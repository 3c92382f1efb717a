"""Letters that came back, and the addresses to which nothing more is sent until somebody has looked after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from dondoc.core.history import Bounced
from dondoc.errors import NotAllowed
from dondoc.store.ledger import append, hold
from dondoc.store.once import insert_or_leave
from dondoc.store.schema import dead_addresses, outbox


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """An address from which a letter came back for good: which one, when, and what its server said."""

    address: str
    since: datetime
    letter: str
    why: str


def record_bounce(
    connection: Connection, letter: str, detail: str, *, at: datetime, now: datetime, dead: str | None
) -> Bounced | None:
    """Record that a letter came back at the instant `at`; None if that is known, or if it has not left.

    Nothing more goes to the address `dead`: what waits for it is given to its recipient another way.
    """
    held = hold(connection, letters=[letter])
    query = select(outbox).where(outbox.c.id == letter).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None or row.state not in ("sent", "uncertain", "queued") or not (row.state == "sent" or _tried(row)):
        return None
    change = update(outbox).where(outbox.c.id == letter).values(state="refused", last_error=f"came back: {detail}")
    connection.execute(change)
    if dead is not None:
        _close(connection, DeadAddress(dead, at, letter, detail))
    ((fact,), _) = append(connection, [Bounced(letter=letter, happened_at=at, recorded_at=now, detail=detail)], held)
    assert isinstance(fact, Bounced)  # what was appended comes back numbered
    return fact


def known_dead(connection: Connection) -> dict[str, DeadAddress]:
    """Every address to which nothing is sent."""
    rows = connection.execute(select(dead_addresses).order_by(dead_addresses.c.since, dead_addresses.c.address))
    return {row.address: DeadAddress(*row) for row in rows}


def refuse_dead(connection: Connection, addresses: Iterable[str | None], what: str) -> None:
    """Return unless one of these addresses is dead.

    Raises:
        NotAllowed: saying how it is brought back to life.
    """
    dead = known_dead(connection)
    for one in addresses:
        if one is not None and one.lower() in dead:
            raise NotAllowed(
                what,
                f"letters to {one} come back ({dead[one.lower()].why})",
                f"Correct the address in the organisation's file, or, if it is right, `dondoc outbox readmit {one}`.",
            )


def readmit(connection: Connection, address: str, *, now: datetime) -> int:
    """Write to an address again; how many letters that still hold true leave by mail after all.

    Raises:
        NotAllowed: no letter came back from it.
    """
    address = address.lower()
    gone = connection.execute(delete(dead_addresses).where(dead_addresses.c.address == address)).rowcount
    if not gone:
        look = "`dondoc doctor` lists the addresses from which letters came back."
        raise NotAllowed(f"Writing to {address} again", "it never ceased", look)
    query = select(outbox).where(outbox.c.recipient_key == address, outbox.c.state == "to_hand_over")
    again = [
        row.id
        for row in connection.execute(query.with_for_update())
        if row.recipient["channel"] == "mail" and (row.valid_until is None or now <= row.valid_until)
    ]
    connection.execute(
        update(outbox).where(outbox.c.id.in_(again)).values(state="queued", next_attempt_at=now, last_error="")
    )
    return len(again)


def _close(connection: Connection, dead: DeadAddress) -> None:
    insert_or_leave(
        connection, dead_addresses, address=dead.address, since=dead.since, letter=dead.letter, why=dead.why
    )  # fmt: skip
    waiting = (outbox.c.recipient_key == dead.address) & (outbox.c.state == "queued")
    connection.execute(update(outbox).where(waiting).values(state="to_hand_over", last_error=f"came back: {dead.why}"))


def _tried(row: Row[Any]) -> bool:
    """Whether a letter that waits may have left before."""
    return bool(row.state == "uncertain" or row.times_uncertain)

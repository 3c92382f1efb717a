"""Handing letters out to a worker, and recording what became of them: claim, send, record.

At least once: a letter whose sending was not heard of again is uncertain, is tried once more, and then shown. Its
Message-ID stays the same, so that a second copy is seen to be one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, assert_never

from sqlalchemy import Connection, Row, Select, bindparam, exists, or_, select, update

from dondoc.core.decide import still_owed
from dondoc.core.history import LetterEvent, LetterVoided, Refused, Sent, Uncertain
from dondoc.core.letter import Letter
from dondoc.store.bulk import stored_instant
from dondoc.store.ledger import append, append_quietly, hold
from dondoc.store.letters import letters_of
from dondoc.store.matters import load
from dondoc.store.outbox import ALL_PLANS, paused
from dondoc.store.portions import Lookup, among, portions
from dondoc.store.schema import Instant, outbox

MOST_ATTEMPTS = 8
"""Refusals for the time being after which a letter counts as refused."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=4)
"""Between two attempts; the pause doubles each time."""

UNCERTAIN_PAUSE = timedelta(minutes=30)
"""Before a letter of unknown fate is tried the second time: greylisting and restarts are over by then."""

_PORTION = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """Letters that are this worker's to send, and what was found on the way to them.

    True while there may be more: a worker goes on until it is false.
    """

    letters: tuple[Letter, ...] = ()
    voided: int = 0
    uncertain: int = 0
    doubts: tuple[LetterEvent, ...] = ()
    """That workers with letters were not heard of again: facts of which somebody has to be told."""

    def __bool__(self) -> bool:
        return bool(self.letters or self.voided or self.uncertain)


Result = Literal["sent", "refused", "put off", "uncertain", "not sent"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed letter.

    `refused` is for good, `put off` a refusal for the time being, `uncertain` means that the connection was lost
    while the letter was handed over, `not sent` that it was not tried, through no fault of its own; `until` is when
    to try again, for the last one.
    """

    letter: str
    result: Result
    detail: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The facts that outcomes came to, and the letters that were not the worker's any more (`lost`)."""

    facts: tuple[LetterEvent, ...] = ()
    lost: tuple[str, ...] = ()


def claim(connection: Connection, *, now: datetime, token: str, limit: int, lease: timedelta) -> Claimed:
    """Take at most `limit` letters that may leave at `now`, urgent ones first, then those that wait longest.

    They are the worker's (`token`) until the lease is over. Letters that no longer say the truth are voided on the
    way, their steps to be decided anew; those of workers that died are taken up again, once. Two workers never get
    the same letter, nor wait for each other's.
    """
    if not _anything(connection, now):
        return Claimed()
    brakes = paused(connection)
    if ALL_PLANS in brakes:
        return Claimed()
    waiting = _waiting(now, brakes)
    looked = _first(connection, waiting, limit)
    stale = no_longer_true(connection, looked, now)
    expired = connection.scalars(
        select(outbox.c.id).where(outbox.c.state == "claimed", outbox.c.claim_expires_at <= now).limit(_PORTION)
    ).all()
    voided, uncertain, doubts = _put_in_order(connection, stale, expired, now)

    mine = [row.id for row in looked]
    if stale or expired or connection.dialect.name == "postgresql":  # on SQLite nobody changed anything meanwhile
        rows = _first(connection, waiting, limit, locked=True)
        still_false = no_longer_true(connection, rows, now)
        mine = [row.id for row in rows if row.id not in still_false]
    for some in portions(mine, _PORTION):
        connection.execute(
            update(outbox)
            .where(among(connection, outbox.c.id, some))
            .values(state="claimed", claim_token=token, claim_expires_at=now + lease)
        )
    return Claimed(letters_of(connection, mine), voided, uncertain, doubts)


def record_outcomes(connection: Connection, outcomes: Iterable[Outcome], *, token: str, now: datetime) -> Recorded:
    """Record what became of letters claimed with `token`.

    For letters that are not its own any more nothing is recorded, as another worker has them, with one exception:
    that a letter was sent is recorded also after its lease ended, as long as nobody else has taken it up.
    """
    by_letter = {outcome.letter: outcome for outcome in outcomes}
    if not by_letter:
        return Recorded()
    held = hold(connection, letters=by_letter)
    changes: list[dict[str, Any]] = []
    facts: list[LetterEvent] = []
    quiet: list[LetterEvent] = []
    ours: set[str] = set()
    for one, state, attempts, doubts, last_fact, awaited in _MINE.rows(
        connection, sorted(by_letter, key=str.encode), token
    ):
        outcome = by_letter[one]
        late = state in ("queued", "uncertain") and outcome.result == "sent"
        if state == "claimed" or late:
            ours.add(one)
            change, fact = _consequence(outcome, state, attempts, doubts, now)
            changes.append(change)
            if isinstance(fact, Sent) and not awaited and held.last_fact(one) <= last_fact:
                quiet.append(fact)
            elif fact:
                facts.append(fact)
    _apply(connection, changes)
    recorded = append_quietly(connection, quiet) + append(connection, facts, held)[0]
    return Recorded(
        tuple(fact for fact in recorded if isinstance(fact, LetterEvent)),
        tuple(one for one in by_letter if one not in ours),
    )


_MINE = Lookup(
    "SELECT id, state, attempts, times_uncertain, last_fact, awaited FROM outbox JOIN bodies ON letter = id "
    "WHERE claim_token = ? AND id AMONG ORDER BY id LOCK OF outbox"
)


def next_attempt(letter: str, attempts: int, now: datetime) -> datetime:
    """When a letter is tried again after so many refusals for the time being.

    The pause doubles and is stretched by up to a quarter, differently for each letter, so that a crowd disperses.

    >>> from datetime import UTC
    >>> noon = datetime(2023, 6, 19, 5, tzinfo=UTC)
    >>> [round((next_attempt("a", n, noon) - noon) / timedelta(minutes=1)) for n in (1, 2, 3, 8)]
    [6, 12, 24, 287]
    """
    pause: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return now + pause * (1 + sha256(letter.encode()).digest()[0] / 1024)


def _consequence(
    outcome: Outcome, state: str, attempts: int, uncertain: int, now: datetime
) -> tuple[dict[str, Any], LetterEvent | None]:
    """The letter's new state, and the fact, if it is one."""
    at = now
    fact: type[LetterEvent] | None = None
    match outcome.result:
        case "sent":
            state, fact = "sent", Sent
        case "refused":
            state, fact = "refused", Refused
        case "uncertain":
            state, fact = ("queued" if uncertain == 0 else "uncertain"), Uncertain
            uncertain, at = uncertain + 1, now + UNCERTAIN_PAUSE
        case "put off":
            attempts += 1
            if attempts < MOST_ATTEMPTS:
                state, at = "queued", next_attempt(outcome.letter, attempts, now)
            else:
                state, fact = "refused", Refused
        case "not sent":
            state, at = "queued", outcome.until or now + FIRST_PAUSE
        case _:
            assert_never(outcome.result)
    change = _change(outcome.letter, state, attempts, uncertain, at, outcome.detail)
    if fact is None:
        return change, None
    return change, fact(letter=outcome.letter, happened_at=now, recorded_at=now, detail=outcome.detail)


def _anything(connection: Connection, now: datetime) -> bool:
    """Whether any letter may leave or be taken back: one look into the indexes, all that an idle round costs."""
    return bool(connection.scalar(_ANYTHING, {"now": now}))


def _waiting(now: datetime, brakes: Collection[str]) -> Select[Any]:
    columns = outbox.c
    query = select(columns.id, columns.valid_until, columns.last_fact)
    query = query.where(columns.state == "queued", columns.next_attempt_at <= now)
    for plan in brakes:
        query = query.where(columns.plans.not_like(f"% {plan} %"))
    return query.order_by(columns.next_attempt_at, columns.id)


def _first(connection: Connection, waiting: Select[Any], limit: int, *, locked: bool = False) -> list[Row[Any]]:
    """The first letters of the queue, urgent ones before the others; `locked` passes over those of other workers."""
    found: list[Row[Any]] = []
    for urgent in (True, False):
        query = waiting.where(outbox.c.urgent.is_(urgent)).limit(limit - len(found))
        if locked:
            query = query.with_for_update(skip_locked=True)
        if len(found) < limit:
            found += connection.execute(query).all()
    return found


def no_longer_true(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> dict[str, str]:
    """The letters that no longer say the truth, with the reason.

    Only letters whose obligations went on since they were written are read again.
    """
    found = {row.id: "its day is over" for row in rows if row.valid_until is not None and row.valid_until < now}
    doubtful: dict[str, Letter] = {}
    for some in portions([row.id for row in rows if row.id not in found], _PORTION):
        changed = {row[0] for row in _WENT_ON.rows(connection, some)}
        again = letters_of(connection, [one for one in some if one in changed])
        doubtful |= {letter.id: letter for letter in again}
    ids = {one for letter in doubtful.values() for one, _ in letter.steps}
    matters = {matter[0].id: matter for matter in load(connection, ids)}
    for letter in doubtful.values():
        settled = [one for one, step in letter.steps if not still_owed(*matters[one], step)]
        if settled:
            found[letter.id] = f"no longer owed: {', '.join(settled)}"
    return found


_WENT_ON = Lookup(
    "SELECT DISTINCT letter FROM steps JOIN outbox ON outbox.id = letter "
    "JOIN obligations ON obligations.id = obligation WHERE obligations.last_fact > outbox.last_fact AND letter AMONG"
)


def _put_in_order(
    connection: Connection, stale: dict[str, str], expired: Sequence[str], now: datetime
) -> tuple[int, int, tuple[LetterEvent, ...]]:
    """Void the stale letters and take back those of dead workers.

    How many were voided, how many are uncertain, and what became known of the latter.

    A letter that may have left is not voided: it becomes uncertain for good.
    """
    if not stale and not expired:
        return 0, 0, ()
    held = hold(connection, letters=(*stale, *expired))
    changes: list[dict[str, Any]] = []
    facts: list[LetterEvent] = []
    for some in portions(sorted({*stale, *expired}, key=str.encode), _PORTION):
        still = or_(
            outbox.c.state == "queued",
            (outbox.c.state == "claimed") & (outbox.c.claim_expires_at <= now),
        )
        query = select(outbox).where(among(connection, outbox.c.id, some), still).order_by(outbox.c.id)
        for row in connection.execute(query.with_for_update(skip_locked=True)):
            if row.state == "claimed":
                lost = Outcome(row.id, "uncertain", "the worker that had it was not heard of again")
                change, fact = _consequence(lost, row.state, row.attempts, row.times_uncertain, now)
                changes.append({**change, "at": now})  # the lease was pause enough
                facts += [fact] if fact else []
            elif row.times_uncertain:
                changes.append(_change(row.id, "uncertain", row.attempts, row.times_uncertain, now, stale[row.id]))
            else:
                changes.append(_change(row.id, "voided", row.attempts, 0, now, stale[row.id]))
                facts.append(LetterVoided(letter=row.id, happened_at=now, recorded_at=now, detail=stale[row.id]))
    _apply(connection, changes)
    recorded, _ = append(connection, facts, held)
    doubts = tuple(fact for fact in recorded if isinstance(fact, Uncertain))
    voided = sum(change["to"] == "voided" for change in changes)
    return voided, len(changes) - voided, doubts


def _change(letter: str, state: str, attempts: int, uncertain: int, at: datetime, error: str) -> dict[str, Any]:
    return {"key": letter, "to": state, "tries": attempts, "doubts": uncertain, "at": at, "error": error}


def _apply(connection: Connection, changes: list[dict[str, Any]]) -> None:
    if changes:
        stored = stored_instant(connection)
        values = [
            (one["to"], one["tries"], one["doubts"], stored(one["at"]), one["error"], one["key"]) for one in changes
        ]
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        connection.exec_driver_sql(_CHANGE.replace("?", mark), values)


_CHANGE = (
    "UPDATE outbox SET state = ?, attempts = ?, times_uncertain = ?, next_attempt_at = ?, last_error = ? WHERE id = ?"
)

_NOW = bindparam("now", type_=Instant)
_ANYTHING = select(
    or_(
        *(
            exists().where(outbox.c.state == "queued", outbox.c.urgent.is_(urgent), outbox.c.next_attempt_at <= _NOW)
            for urgent in (True, False)
        ),
        exists().where(outbox.c.state == "claimed", outbox.c.claim_expires_at <= _NOW),
    )
)

"""Putting letters into the outbox, once, together with the events they mean; and what the administrator does there.

Rows are always locked in the same order, obligations by their ids before letters, so that rounds and workers that
run at once wait for each other and never deadlock. A transaction therefore makes one call of these functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from dondoc.core.decide import awaits_telling
from dondoc.core.history import Event, HandedOver, LetterVoided, Refused, Reminded, StepTaken
from dondoc.core.letter import Letter
from dondoc.core.round import Matter
from dondoc.errors import NotAllowed
from dondoc.store.bounces import known_dead, refuse_dead
from dondoc.store.bulk import insert_new_rows, insert_rows
from dondoc.store.ledger import Stands, append, hold, record
from dondoc.store.letters import (
    BODY_COLUMNS,
    OUTBOX_COLUMNS,
    STEP_COLUMNS,
    body_row,
    keys_in_use,
    outbox_rows,
    step_rows,
)
from dondoc.store.once import insert_or_leave
from dondoc.store.portions import Lookup, among, portions
from dondoc.store.schema import bodies, brakes, outbox, steps

ALL_PLANS = "*"
"""The brake that stops every letter."""

_PORTION = 200

StepKey = tuple[str, int, str, int, str]


@dataclass(frozen=True, slots=True)
class Posting:
    """A letter, and the events that putting it into the outbox means.

    `matters` are those that it is about, as they were read when it was decided on: it spares reading them again.
    """

    letter: Letter
    events: tuple[Event, ...] = ()
    matters: tuple[Matter, ...] = ()


def enqueue(connection: Connection, letter: Letter, events: Iterable[Event] = ()) -> bool:
    """Put a letter into the outbox with its steps and events; False, and nothing happens, if it is there already.

    It is there when a letter of its natural key exists that was not voided, when one of its steps was taken by
    another letter, or when its id was used before (ask `letters.generations`).
    """
    return enqueue_all(connection, [[Posting(letter, tuple(events))]])[0]


def enqueue_all(connection: Connection, bundles: Iterable[Sequence[Posting]]) -> tuple[bool, ...]:
    """`enqueue` for bundles of letters that go together or not at all; tells of each bundle whether it went.

    Raises:
        UnknownObligation: a step or event is about an obligation that is not in the ledger.
        ValueError: a letter's events take other steps than the letter carries.
    """
    given = [tuple(bundle) for bundle in bundles]
    postings = [posting for bundle in given for posting in bundle]
    for posting in postings:
        _check(posting)
    held = hold(connection, {one for posting in postings for one in _obligations(posting)})

    written = _written(connection, [posting.letter for posting in postings])
    taken = _taken(connection, held.rows)
    accepted: list[tuple[Posting, ...]] = []
    for bundle in given:
        keys = {key for posting in bundle for key in (posting.letter.natural_key, posting.letter.id)}
        wanted = [step for posting in bundle for step in _step_keys(posting.letter)]
        if len(keys) == 2 * len(bundle) and keys.isdisjoint(written) and taken.isdisjoint(wanted):
            accepted.append(bundle)
            written |= keys
            taken.update(wanted)

    accepted = _insert(connection, accepted)
    events = [event for bundle in accepted for posting in bundle for event in posting.events]
    after: dict[str, Stands] = {}
    if events:
        known = {matter[0].id: matter for posting in postings for matter in posting.matters}
        recorded, after = append(connection, events, held, known)
        last_fact = max(fact.id for fact in recorded)
        for some in portions((posting.letter.id for bundle in accepted for posting in bundle), _PORTION):
            written_now = update(outbox).where(among(connection, outbox.c.id, some))
            connection.execute(written_now.values(last_fact=last_fact))
    _insert_bodies(connection, (posting for bundle in accepted for posting in bundle), after)
    went = {id(bundle) for bundle in accepted}
    return tuple(id(bundle) in went for bundle in given)


def cancel(connection: Connection, letter_id: str, *, why: str, by: str, now: datetime) -> None:
    """Stop a letter that has not left; its steps stay taken, so that it is not written again.

    Raises:
        NotAllowed: it has left, is just being sent, or is not there.
    """
    row = _locked(connection, letter_id, f"Cancelling letter {letter_id}", ("queued", "uncertain", "to_hand_over"))
    _change(connection, row, "refused", error=f"cancelled by {by}: {why}")
    fact = Refused(letter=letter_id, happened_at=now, recorded_at=now, detail=f"cancelled by {by}: {why}")
    record(connection, [fact])


def retry(connection: Connection, letter_id: str, *, by: str, now: datetime) -> bool:
    """Send a letter again that was refused or whose fate is uncertain, or one that waits, at once.

    False when it was voided instead, because it no longer says the truth: the next round writes what is due now.

    Raises:
        NotAllowed: it has left, is just being sent, or is not there; or it may have left and is no longer true;
            or letters to its address come back.
    """
    what = f"Sending letter {letter_id} again"
    row = _locked(connection, letter_id, what, ("queued", "refused", "uncertain"))
    refuse_dead(connection, [row.recipient["address"]], what)
    if row.valid_until is None or now <= row.valid_until:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == letter_id)
            .values(state="queued", attempts=0, times_uncertain=0, next_attempt_at=now)
        )
        return True
    if row.state == "uncertain":
        raise NotAllowed(
            what,
            "it may have arrived, and what it says of days left is no longer true",
            "Ask the recipient; the next reminder is sent in its own time.",
        )
    void(connection, {letter_id: f"retried by {by} after it had ceased to be true"}, now)
    return False


def hand_over(connection: Connection, letter_id: str, *, at: datetime, by: str, now: datetime) -> None:
    """Record that a letter was given to its recipient outside dondoc at the instant `at`.

    Raises:
        NotAllowed: it has left by mail, or is not there.
    """
    states = ("to_hand_over", "queued", "refused", "uncertain")
    row = _locked(connection, letter_id, f"Recording that letter {letter_id} was handed over", states)
    _change(connection, row, "sent", error="")
    record(connection, [HandedOver(letter=letter_id, happened_at=at, recorded_at=now, detail=f"by {by}")])


@dataclass(frozen=True, slots=True)
class Brake:
    """Sending stands still for a plan, or for all (`*`)."""

    plan: str
    since: datetime
    by: str
    why: str


def pause(connection: Connection, plan: str = ALL_PLANS, *, why: str, by: str, now: datetime) -> None:
    """Stop sending letters of a plan, or of all; a brake that is on stays as it is."""
    insert_or_leave(connection, brakes, plan=plan, since=now, by=by, why=why)


def resume(connection: Connection, plan: str = ALL_PLANS) -> bool:
    """Go on sending; whether there was a brake."""
    return connection.execute(delete(brakes).where(brakes.c.plan == plan)).rowcount > 0


def paused(connection: Connection) -> dict[str, Brake]:
    """The brakes that are on, by plan."""
    return {row.plan: Brake(*row) for row in connection.execute(select(brakes).order_by(brakes.c.plan))}


# --- for the other modules of the store ---


def void(connection: Connection, reasons: dict[str, str], now: datetime) -> None:
    """Void these letters, with the reason for each; their steps may be taken again."""
    for some in portions(reasons, _PORTION):
        connection.execute(
            update(outbox).where(among(connection, outbox.c.id, some)).values(state="voided", claim_token=None)
        )
    record(
        connection,
        [LetterVoided(letter=one, happened_at=now, recorded_at=now, detail=why) for one, why in reasons.items()],
    )


def _check(posting: Posting) -> None:
    takes = {(event.obligation, event.step) for event in posting.events if isinstance(event, StepTaken)}
    if takes != set(posting.letter.steps):
        raise ValueError(f"the events of letter {posting.letter.id} take other steps than it carries")


def _obligations(posting: Posting) -> set[str]:
    return {one for one, _ in posting.letter.steps} | {event.obligation for event in posting.events}


def _step_keys(letter: Letter) -> list[StepKey]:
    return [(one, step.cycle, step.rung, step.ordinal, step.recipient) for one, step in letter.steps]


def _written(connection: Connection, letters: Sequence[Letter]) -> set[str]:
    """Natural keys and ids of these letters that are in use."""
    used = {row[0] for row in _USED.rows(connection, [one.id for one in letters])}
    return used | keys_in_use(connection, [one.natural_key for one in letters])


def _taken(connection: Connection, obligations: Collection[str]) -> set[StepKey]:
    """The steps of these obligations that letters carry."""
    return {(one, cycle, rung, ordinal, to) for one, cycle, rung, ordinal, to in _TAKEN.rows(connection, obligations)}


_USED = Lookup("SELECT id FROM outbox WHERE id AMONG")
_TAKEN = Lookup(
    "SELECT obligation, cycle, rung, ordinal, recipient FROM steps WHERE voided_at IS NULL AND obligation AMONG"
)


def _insert(connection: Connection, bundles: Sequence[tuple[Posting, ...]]) -> list[tuple[Posting, ...]]:
    """Insert the letters and their steps; the bundles that went, without those that another transaction beat."""
    letters = sorted(
        (posting.letter for bundle in bundles for posting in bundle), key=lambda letter: letter.natural_key
    )
    if not letters:
        return []
    rows = tuple(outbox_rows(connection, letters, known_dead(connection)))
    inserted = insert_new_rows(connection, outbox, OUTBOX_COLUMNS, rows)
    went, undone = [], []
    for bundle in bundles:
        ids = [posting.letter.id for posting in bundle]
        if inserted.issuperset(ids):
            went.append(bundle)
        else:
            undone += ids
    mine = inserted.intersection(undone)
    if mine:
        connection.execute(delete(outbox).where(among(connection, outbox.c.id, mine)))
    going = [posting.letter for bundle in went for posting in bundle]
    insert_rows(connection, steps, STEP_COLUMNS, (row for one in going for row in step_rows(one)))
    return went


def _insert_bodies(connection: Connection, postings: Iterable[Posting], after: Mapping[str, Stands]) -> None:
    """What the letters say, and whether the next action of one of their matters waits until they left."""

    def awaited(posting: Posting) -> bool:
        told = [after[event.obligation] for event in posting.events if isinstance(event, Reminded)]
        return any(awaits_telling(obligation, now) for obligation, now in told)

    insert_rows(connection, bodies, BODY_COLUMNS, (body_row(one.letter, awaited(one)) for one in postings))


def _locked(connection: Connection, letter_id: str, what: str, states: tuple[str, ...]) -> Row[Any]:
    """The row of a letter in one of these states, and its obligations, locked."""
    hold(connection, letters=[letter_id])
    query = select(outbox).where(outbox.c.id == letter_id).with_for_update()
    row = connection.execute(query).one_or_none()
    look = "`dondoc outbox` shows every letter and its state."
    if row is None:
        raise NotAllowed(what, "the outbox has no such letter", look)
    if row.state not in states:
        raise NotAllowed(what, f"its state is {row.state}", look)
    return row


def _change(connection: Connection, row: Row[Any], state: str, error: str) -> None:
    connection.execute(
        update(outbox).where(outbox.c.id == row.id).values(state=state, last_error=error, claim_token=None)
    )

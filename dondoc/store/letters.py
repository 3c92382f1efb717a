"""Letters and the rows of the outbox that hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, func, or_, select

from dondoc.core.history import Step
from dondoc.core.letter import Enclosure, Kind, Letter, LetterState, Recipient
from dondoc.errors import NotAllowed
from dondoc.store.portions import Lookup, among, portions
from dondoc.store.schema import bodies, history, outbox

_PORTION = 500


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter and how far it has come; `error` is what the last attempt said."""

    letter: Letter
    state: LetterState
    attempts: int
    next_attempt_at: datetime
    error: str


def letter(connection: Connection, letter_id: str) -> Delivery:
    """One letter.

    Raises:
        NotAllowed: there is none with this id.
    """
    row = connection.execute(select(outbox).where(outbox.c.id == letter_id)).one_or_none()
    if row is None:
        look = "`dondoc outbox` lists the letters with their ids."
        raise NotAllowed(f"Finding letter {letter_id}", "the outbox has none with this id", look)
    return deliveries_of(connection, [row])[0]


def letters(
    connection: Connection,
    *,
    states: Collection[LetterState] | None = None,
    plan: str | None = None,
    recipient: str | None = None,
    obligation: str | None = None,
    ids: Collection[str] | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 100,
) -> tuple[Delivery, ...]:
    """The newest letters in these states, of this plan, to this recipient's key, about this obligation.

    `before` is the (created_at, id) of the last letter of the page before.
    """
    columns = outbox.c
    query = select(outbox).order_by(columns.created_at.desc(), columns.id.desc()).limit(limit)
    if states is not None:
        query = query.where(columns.state.in_(states))
    if plan is not None:
        query = query.where(columns.plans.contains(f" {plan} ", autoescape=True))
    if recipient is not None:
        query = query.where(columns.recipient_key == recipient)
    if obligation is not None:
        carries = select(history.c.letter).where(history.c.obligation == obligation)
        query = query.where(or_(columns.id.in_(carries), columns.thread == obligation))
    if ids is not None:
        query = query.where(columns.id.in_(ids))
    if before is not None:
        created, last = before
        query = query.where((columns.created_at < created) | ((columns.created_at == created) & (columns.id < last)))
    return deliveries_of(connection, connection.execute(query).all())


def find_letter(connection: Connection, ids: Sequence[str], tokens: Sequence[str], address: str) -> Letter | None:
    """The letter that marks stand for: the first id that is known, else the newest letter that a token begins.

    Of several letters with one token, the one to `address` is meant.
    """
    known = {row.id: row for row in connection.execute(select(outbox).where(outbox.c.id.in_(ids)))} if ids else {}
    row = next((known[one] for one in ids if one in known), None)
    if row is None and tokens:
        begins = or_(*(outbox.c.id.between(token, token + "zzzz") for token in tokens))
        newest = select(outbox).where(begins).order_by(outbox.c.created_at.desc(), outbox.c.id)
        rows = connection.execute(newest).all()
        row = next((one for one in rows if one.recipient_key == address), next(iter(rows), None))
    return letters_of(connection, [row])[0] if row is not None else None


def written_on(connection: Connection, day: date) -> frozenset[tuple[str, Kind]]:
    """(recipient's key, kind) of the letters of that day; those that were voided, or are of one hour, left out."""
    of_an_hour = outbox.c.natural_key.contains(f"|{day.isoformat()}T")
    query = select(outbox.c.recipient_key, outbox.c.kind).where(
        outbox.c.day == day, outbox.c.state != "voided", ~of_an_hour
    )
    return frozenset((key, cast(Kind, kind)) for key, kind in connection.execute(query))


def generations(connection: Connection, natural_keys: Iterable[str]) -> dict[str, int]:
    """How many letters of each natural key were voided before: the generation of the next letter's id."""
    found = dict.fromkeys(natural_keys, 0)
    for some in portions(tuple(found), _PORTION):
        query = (
            select(outbox.c.natural_key, func.count())
            .where(among(connection, outbox.c.natural_key, some), outbox.c.state == "voided")
            .group_by(outbox.c.natural_key)
        )
        found |= dict(connection.execute(query).tuples().all())
    return found


def keys_in_use(connection: Connection, natural_keys: Collection[str]) -> set[str]:
    """Those of the natural keys under which a letter stands that was not voided."""
    return {row[0] for row in _IN_USE.rows(connection, natural_keys)}


_IN_USE = Lookup("SELECT natural_key FROM outbox WHERE state <> 'voided' AND natural_key AMONG")


def counts(connection: Connection) -> dict[LetterState, int]:
    """How many letters there are in each state."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return {cast(LetterState, state): count for state, count in connection.execute(query)}


# --- for the other modules of the store ---


def letter_values(letter: Letter, last_fact: int, dead: Collection[str] = ()) -> dict[str, Any]:
    """The row of a letter that enters the outbox when the history has come to `last_fact`.

    Who is to be written to otherwise, or at a `dead` address, gets it by hand.
    """
    address = letter.recipient.address
    by_mail = letter.recipient.channel == "mail" and address is not None and address.lower() not in dead
    return {
        "id": letter.id,
        "natural_key": letter.natural_key,
        "recipient_key": letter.recipient.key,
        "recipient": asdict(letter.recipient),
        "kind": letter.kind,
        "day": letter.day,
        "subject": letter.subject,
        "short": letter.short,
        "created_at": letter.created_at,
        "not_before": letter.not_before,
        "valid_until": letter.valid_until,
        "urgent": letter.urgent,
        "plans": f" {' '.join(letter.plans)} ",
        "about": list(letter.about),
        "thread": letter.thread,
        "enclosures": [asdict(one) for one in letter.enclosures] or None,
        "state": "queued" if by_mail else "to_hand_over",
        "attempts": 0,
        "times_uncertain": 0,
        "next_attempt_at": letter.not_before,
        "last_error": "",
        "last_fact": last_fact,
    }


BODY_COLUMNS = ("letter", "awaited", "text", "html")
STEP_COLUMNS = ("letter", "position", "obligation", "cycle", "rung", "ordinal", "recipient")


def step_rows(letter: Letter) -> Iterator[tuple[str | int, ...]]:
    """The rows of the steps that a letter carries, in the order of `STEP_COLUMNS`."""
    for position, (obligation, step) in enumerate(letter.steps):
        yield letter.id, position, obligation, step.cycle, step.rung, step.ordinal, step.recipient


def letters_of(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Letter, ...]:
    """The letters of these rows of the outbox, in the same order."""
    carried: dict[str, list[tuple[str, Step]]] = {row.id: [] for row in rows}
    for letter_id, obligation, cycle, rung, ordinal, recipient in _STEPS.rows(connection, carried):
        carried[letter_id].append((obligation, Step(cycle, rung, ordinal, recipient)))
    words: dict[str, tuple[str, str]] = {}
    for some in portions(carried, _PORTION):
        said = select(bodies).where(among(connection, bodies.c.letter, some))
        words |= {letter_id: (plain, html) for letter_id, _, plain, html in connection.execute(said)}
    return tuple(_letter(row, tuple(carried[row.id]), *words[row.id]) for row in rows)


_STEPS = Lookup(
    "SELECT letter, obligation, cycle, rung, ordinal, recipient FROM steps WHERE letter AMONG ORDER BY letter, position"
)


def deliveries_of(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Delivery, ...]:
    """The letters of these rows with their state, in the same order."""
    return tuple(
        Delivery(letter, row.state, row.attempts, row.next_attempt_at, row.last_error)
        for row, letter in zip(rows, letters_of(connection, rows), strict=True)
    )


def _letter(row: Row[Any], carried: tuple[tuple[str, Step], ...], plain: str, html: str) -> Letter:
    return Letter(
        id=row.id,
        natural_key=row.natural_key,
        recipient=Recipient(**row.recipient),
        kind=row.kind,
        day=row.day,
        subject=row.subject,
        text=plain,
        html=html,
        short=row.short,
        created_at=row.created_at,
        not_before=row.not_before,
        valid_until=row.valid_until,
        urgent=row.urgent,
        plans=tuple(row.plans.split()),
        about=tuple(row.about),
        steps=carried,
        thread=row.thread,
        enclosures=tuple(Enclosure(**one) for one in row.enclosures or ()),
    )

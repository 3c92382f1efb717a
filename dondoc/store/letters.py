"""Letters and the rows of the outbox that hold them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Connection, Row, func, or_, select

from dondoc.core.history import Step
from dondoc.core.letter import Enclosure, Kind, Letter, LetterState, Recipient
from dondoc.errors import NotAllowed
from dondoc.store.bulk import read_instant, read_json, stored_instant, write_json
from dondoc.store.portions import Lookup
from dondoc.store.schema import history, outbox


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
    return letters_of(connection, [row.id])[0] if row is not None else None


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
    for key, many in _VOIDED.rows(connection, found):
        found[key] = many
    return found


def keys_in_use(connection: Connection, natural_keys: Collection[str]) -> set[str]:
    """Those of the natural keys under which a letter stands that was not voided."""
    return {row[0] for row in _IN_USE.rows(connection, natural_keys)}


_VOIDED = Lookup(
    "SELECT natural_key, count(*) FROM outbox WHERE state = 'voided' AND natural_key AMONG GROUP BY natural_key"
)
_IN_USE = Lookup("SELECT natural_key FROM outbox WHERE state <> 'voided' AND natural_key AMONG")


def counts(connection: Connection) -> dict[LetterState, int]:
    """How many letters there are in each state."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return {cast(LetterState, state): count for state, count in connection.execute(query)}


# --- for the other modules of the store ---


OUTBOX_COLUMNS = (
    "id", "natural_key", "recipient_key", "recipient", "kind", "day", "subject", "short", "created_at", "not_before",
    "valid_until", "urgent", "plans", "about", "thread", "state", "attempts", "times_uncertain", "next_attempt_at",
    "last_error", "last_fact",
)  # fmt: skip
BODY_COLUMNS = ("letter", "awaited", "text", "html", "enclosures")
STEP_COLUMNS = ("letter", "position", "obligation", "cycle", "rung", "ordinal", "recipient")


def outbox_rows(connection: Connection, letters: Iterable[Letter], dead: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of letters that enter the outbox, in the order of `OUTBOX_COLUMNS`, as the driver takes them.

    Who is to be written to otherwise, or at a `dead` address, gets it by hand.
    """
    stored = stored_instant(connection)
    for one in letters:
        to = one.recipient
        by_mail = to.channel == "mail" and to.address is not None and to.address.lower() not in dead
        not_before = stored(one.not_before)
        yield (
            one.id, one.natural_key, to.key, write_json(dict(zip(_TO, _to(to), strict=True))), one.kind,
            one.day.isoformat(), one.subject, one.short, stored(one.created_at), not_before,
            one.valid_until and stored(one.valid_until), one.urgent, f" {' '.join(one.plans)} ", write_json(one.about),
            one.thread, "queued" if by_mail else "to_hand_over", 0, 0, not_before, "", 0,
        )  # fmt: skip


def body_row(letter: Letter, awaited: bool) -> tuple[Any, ...]:
    """What a letter says and takes along, in the order of `BODY_COLUMNS`."""
    enclosed = write_json([asdict(one) for one in letter.enclosures]) if letter.enclosures else None
    return letter.id, awaited, letter.text, letter.html, enclosed


def step_rows(letter: Letter) -> Iterator[tuple[str | int, ...]]:
    """The rows of the steps that a letter carries, in the order of `STEP_COLUMNS`."""
    for position, (obligation, step) in enumerate(letter.steps):
        yield letter.id, position, obligation, step.cycle, step.rung, step.ordinal, step.recipient


def letters_of(connection: Connection, ids: Sequence[str]) -> tuple[Letter, ...]:
    """The letters with these ids, in the same order."""
    carried: dict[str, list[tuple[str, Step]]] = {one: [] for one in ids}
    for letter_id, obligation, cycle, rung, ordinal, recipient in _STEPS.rows(connection, carried):
        carried[letter_id].append((obligation, Step(cycle, rung, ordinal, recipient)))
    instant, told = read_instant(connection), read_json(connection)
    found: dict[str, Letter] = {}
    for (
        id_, key, recipient, kind, day, subject, short, created_at, not_before, valid_until, urgent, plans, about,
        thread, text, html, enclosures,
    ) in _LETTERS.rows(connection, carried):  # fmt: skip
        found[id_] = Letter(
            id=id_,
            natural_key=key,
            recipient=Recipient(**told(recipient)),
            kind=kind,
            day=date.fromisoformat(day) if isinstance(day, str) else day,
            subject=subject,
            text=text,
            html=html,
            short=short,
            created_at=instant(created_at),
            not_before=instant(not_before),
            valid_until=instant(valid_until) if valid_until is not None else None,
            urgent=bool(urgent),
            plans=tuple(plans.split()),
            about=tuple(told(about)),
            steps=tuple(carried[id_]),
            thread=thread,
            enclosures=tuple(Enclosure(**one) for one in told(enclosures)) if enclosures is not None else (),
        )
    return tuple(found[one] for one in ids)


_TO = tuple(one.name for one in fields(Recipient))
_to = attrgetter(*_TO)
_STEPS = Lookup(
    "SELECT letter, obligation, cycle, rung, ordinal, recipient FROM steps WHERE letter AMONG ORDER BY letter, position"
)
_LETTERS = Lookup(
    "SELECT id, natural_key, recipient, kind, day, subject, short, created_at, not_before, valid_until, urgent, plans, "
    "about, thread, text, html, enclosures FROM outbox JOIN bodies ON letter = id WHERE id AMONG",
    at_once=20,
)


def deliveries_of(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Delivery, ...]:
    """The letters of these rows with their state, in the same order."""
    return tuple(
        Delivery(letter, row.state, row.attempts, row.next_attempt_at, row.last_error)
        for row, letter in zip(rows, letters_of(connection, [row.id for row in rows]), strict=True)
    )

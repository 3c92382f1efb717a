"""One round of follow-up: gather what may need action, decide, and put the letters into the outbox.

These are the three steps that the Prefect flows and `dondoc round` take alike; deciding itself is the core's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from dondoc.core.decide import Action
from dondoc.core.digest import Digest, Settled, resolved_since, steps_taken
from dondoc.core.history import Event, History, RungSkipped
from dondoc.core.letter import Kind
from dondoc.core.round import Decided, Matter, decide_round
from dondoc.core.standing import situation
from dondoc.desk.following import follow_on, take_turn_of
from dondoc.desk.letterheads import letterheads
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.store.ledger import lock, record
from dondoc.store.letters import generations, letters, written_on
from dondoc.store.matters import Place, awaiting_action, load
from dondoc.store.outbox import ALL_PLANS, Posting, enqueue_all, paused
from notifications.letterhead import Letterhead
from notifications.render import render_digest

BUNDLES_A_TRANSACTION = 100
BY = "dondoc"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a round did: the fields of `dondoc round --json`."""

    decided: int = 0
    enqueued: int = 0
    sent: int = 0
    uncertain: int = 0
    failed: int = 0
    voided: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Gathered:
    """The matters of one organisation that may need action, and what deciding about them asks for."""

    letterhead: Letterhead
    matters: tuple[Matter, ...]
    written: frozenset[tuple[str, Kind]]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided for one organisation, with the histories that its letters tell of."""

    letterhead: Letterhead
    decided: Decided
    histories: dict[str, History]


def gather(place: Workplace, at: datetime, plan: str | None = None) -> tuple[Gathered, ...]:
    """The matters whose next action is due at `at` (aware), of all plans or one, those paused left out."""
    with place.database.reading() as connection:
        due: list[Matter] = []
        last: Place | None = None
        while True:
            page = awaiting_action(connection, at, plans=None if plan is None else [plan], after=last)
            due += page.matters
            if page.last is None:
                break
            last = page.last
        if not due:
            return ()
        brakes = paused(connection)
        if ALL_PLANS in brakes:
            return ()
        gathered = []
        for letterhead in letterheads(connection, place.settings):
            wanted = letterhead.plans.keys() - brakes.keys()
            matters = tuple(matter for matter in due if matter[0].plan in wanted)
            if matters:
                day = letterhead.calendar.day_of(at)
                gathered.append(Gathered(letterhead, matters, written_on(connection, day)))
        return tuple(gathered)


def decide_letters(
    gathered: Iterable[Gathered], kinds: tuple[type[Action], ...], at: datetime
) -> tuple[Decisions, ...]:
    """What is to be written at `at` about the gathered matters, as far as it is of these kinds of action."""
    return tuple(
        Decisions(
            one.letterhead,
            decide_round(one.matters, kinds, at, one.letterhead.calendar, one.letterhead.directory, one.written, BY),
            {obligation.id: history for obligation, history in one.matters},
        )
        for one in gathered
    )


def write_letters(place: Workplace, decisions: Iterable[Decisions], at: datetime) -> Tally:
    """Render what was decided and put it into the outbox: each letter, its steps and its events in one transaction.

    A letter that another round wrote meanwhile is left as it is. Rungs that reach nobody are recorded, and the
    administrator is told of them.
    """
    tally = Tally()
    for one in decisions:
        if one.decided.skipped:
            _pass_rungs(place, one.decided.skipped, at)
        if one.decided.deemed:
            _take_as_decided(place, one.decided.deemed, at)
        for some in _portions(one.decided.bundles, BUNDLES_A_TRANSACTION):
            postings = _postings(place, one, some, at)
            place.reached("rendered")
            with place.database.writing() as connection:
                went = enqueue_all(connection, postings)
                place.reached("enqueuing")
            place.reached("enqueued")
            written = sum(len(bundle) for bundle, gone in zip(postings, went, strict=True) if gone)
            steps = sum(
                len(posting.letter.steps)
                for bundle, gone in zip(postings, went, strict=True)
                if gone
                for posting in bundle
            )
            tally += Tally(decided=steps, enqueued=written)
    return tally


def _pass_rungs(place: Workplace, skipped: tuple[RungSkipped, ...], at: datetime) -> None:
    """Record rungs that reach nobody, and tell the administrator, unless another round did so meanwhile."""
    with place.database.writing() as connection:
        concerned = {event.obligation for event in skipped}
        lock(connection, concerned)
        known = {
            (fact.obligation, fact.cycle, fact.rung, fact.ordinal)
            for _, history in load(connection, concerned)
            for fact in history
            if isinstance(fact, RungSkipped)
        }
        new = [one for one in skipped if (one.obligation, one.cycle, one.rung, one.ordinal) not in known]
        notify(connection, place, record(connection, new), at)


def _take_as_decided(place: Workplace, deemed: tuple[Event, ...], at: datetime) -> None:
    """Record what silence has decided, unless somebody did meanwhile, and tell of it."""
    for event in deemed:
        with place.database.writing() as connection:
            take_turn_of(connection, event.obligation)
            lock(connection, [event.obligation])
            ((obligation, history),) = load(connection, [event.obligation])
            now = situation(obligation, history)
            if now.submitted is not None and not now.closed(reviewed=True):
                recorded = record(connection, [event])
                notify(connection, place, recorded, at)
                follow_on(connection, place, obligation.plan, at)


def _postings(
    place: Workplace, one: Decisions, bundles: list[tuple[Digest, ...]], at: datetime
) -> list[tuple[Posting, ...]]:
    with place.database.reading() as connection:
        voided = generations(connection, {_key(digest) for bundle in bundles for digest in bundle})
        return [
            tuple(_posting(connection, one, digest, voided[_key(digest)], at) for digest in bundle)
            for bundle in bundles
        ]


def _posting(connection: Connection, one: Decisions, digest: Digest, generation: int, at: datetime) -> Posting:
    settled = _settled(connection, digest) if digest.kind == "dossier" else ()
    letter = render_digest(digest, one.letterhead, at, one.histories, generation=generation, settled=settled)
    matters = tuple((action.obligation, one.histories[action.obligation.id]) for action in digest.items)
    return Posting(letter, steps_taken(digest, letter.id, at, BY), matters)


def _settled(connection: Connection, digest: Digest) -> tuple[Settled, ...]:
    """What stood in dossiers to this recipient and was answered since the last one: the next reports it as resolved."""
    written = letters(connection, recipient=digest.recipient.key, limit=1_000)
    dossiers = [one.letter for one in written if one.letter.kind == "dossier" and one.state != "voided"]
    if not dossiers:
        return ()
    known = dict.fromkeys(obligation for letter in dossiers for obligation in letter.about)
    return resolved_since(load(connection, known), dossiers[0].created_at)


def _key(digest: Digest) -> str:
    return digest.key


def _portions(bundles: tuple[tuple[Digest, ...], ...], size: int) -> Iterator[list[tuple[Digest, ...]]]:
    rest = iter(bundles)
    while some := list(islice(rest, size)):
        yield some

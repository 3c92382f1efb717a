"""One round of follow-up: gather what may need action, decide, and put the letters into the outbox.

These are the three steps that the Prefect flows and `dondoc round` take alike; deciding itself is the core's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from os import getpid
from typing import TypeVar

from sqlalchemy import Connection

from dondoc.core.decide import Action, decide
from dondoc.core.digest import Digest, Settled, resolved_since, steps_taken
from dondoc.core.history import ENDS, Event, History, RungSkipped, effective, to_be_told
from dondoc.core.letter import Kind
from dondoc.core.round import Decided, Deciding, Matter, Parts, decide_round, remembering
from dondoc.core.standing import situation
from dondoc.desk.answer_sheets import with_sheets
from dondoc.desk.following import follow_on, take_turn_of
from dondoc.desk.letterheads import letterheads
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.store.ledger import lock, record
from dondoc.store.letters import generations, keys_in_use, letters, written_on
from dondoc.store.matters import Place, awaiting_action, load, many_await_action
from dondoc.store.outbox import ALL_PLANS, Posting, enqueue_all, paused
from dondoc.store.portions import portions
from dondoc.store.standings import still_before
from notifications.letterhead import Letterhead
from notifications.render import render_digest

BUNDLES_A_TRANSACTION = 100
HELD_AT_ONCE = 50_000
"""Of so many matters a round is held in one; more are told apart first, and held a part at a time."""
PART, A_PAGE = 5_000, 500
MUCH = 10
"""Portions of letters, or parts of a round, from which on workers begin at different ones."""

T = TypeVar("T")

Part = tuple[str, ...] | None
"""The ids of some matters of a round; None for all of them."""

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
    deciding: Deciding = decide
    awaited: frozenset[str] = frozenset()
    """The bodies, among those that some of it was put before, before which something still stands open."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided for one organisation, with the histories that its letters tell of."""

    letterhead: Letterhead
    decided: Decided
    histories: dict[str, History]


def parts(place: Workplace, at: datetime, plan: str | None = None) -> Iterator[Part]:
    """The parts in which a round at `at` (aware) is held: one, or where very much is due, some thousand duties each.

    Each is gathered, decided and written before the next, so that memory does not grow with what is due.
    """
    with place.database.reading() as connection:
        many = many_await_action(connection, at, HELD_AT_ONCE)
    if not many:
        yield None
        return
    yield from _from_anywhere(_told_apart(place, at, plan))


def _told_apart(place: Workplace, at: datetime, plan: str | None) -> list[tuple[str, ...]]:
    """The ids of each part; whose letters they go to, which was found on the way, is not held any longer."""
    apart = Parts()
    with place.database.reading() as connection:
        heads = letterheads(connection, place.settings)
        for some in _pages(connection, at, plan):
            for head in heads:
                apart.look([one for one in some if one[0].plan in head.plans], at, head.calendar, head.directory)
    return list(apart.portions(PART))


def gather(place: Workplace, at: datetime, plan: str | None = None, part: Part = None) -> tuple[Gathered, ...]:
    """The matters whose next action is due at `at` (aware), of all plans or one, those paused left out."""
    with place.database.reading() as connection:
        due = [
            matter
            for some in ([None] if part is None else portions(part, A_PAGE))
            for page in _pages(connection, at, plan, some)
            for matter in page
        ]
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
                written, awaited = written_on(connection, day), _awaited(connection, letterhead.plans, matters, at)
                gathered.append(Gathered(letterhead, matters, written, remembering(), awaited))
        return tuple(gathered)


def _awaited(connection: Connection, plans: Collection[str], matters: Iterable[Matter], at: datetime) -> frozenset[str]:
    over = (history for _, history in matters if not ENDS.isdisjoint(map(type, history)))
    return still_before(connection, {body for history in over for body in to_be_told(effective(history))}, plans, at)


def _pages(connection: Connection, at: datetime, plan: str | None, ids: Part = None) -> Iterator[tuple[Matter, ...]]:
    last: Place | None = None
    while True:
        plans = None if plan is None else [plan]
        page = awaiting_action(connection, at, plans=plans, after=last, among_ids=ids)
        yield page.matters
        if page.last is None:
            return
        last = page.last


def decide_letters(
    gathered: Iterable[Gathered], kinds: tuple[type[Action], ...], at: datetime
) -> tuple[Decisions, ...]:
    """What is to be written at `at` about the gathered matters, as far as it is of these kinds of action."""
    return tuple(
        Decisions(
            one.letterhead,
            decide_round(
                one.matters,
                kinds,
                at,
                one.letterhead.calendar,
                one.letterhead.directory,
                one.written,
                BY,
                one.deciding,
                one.awaited,
            ),
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
        for some in _from_anywhere(portions(one.decided.bundles, BUNDLES_A_TRANSACTION)):
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
    place: Workplace, one: Decisions, bundles: Sequence[tuple[Digest, ...]], at: datetime
) -> list[tuple[Posting, ...]]:
    with place.database.reading() as connection:
        keys = {digest.key for bundle in bundles for digest in bundle}
        written, voided = keys_in_use(connection, keys), generations(connection, keys)
        return [
            tuple(_posting(connection, place, one, digest, voided[digest.key], at) for digest in bundle)
            for bundle in bundles
            if written.isdisjoint(digest.key for digest in bundle)
        ]


def _posting(
    connection: Connection, place: Workplace, one: Decisions, digest: Digest, generation: int, at: datetime
) -> Posting:
    settled = _settled(connection, digest) if digest.kind == "dossier" else ()
    letter = render_digest(digest, one.letterhead, at, one.histories, generation=generation, settled=settled)
    if digest.kind == "duties":
        letter = with_sheets(place, letter, [action.obligation for action in digest.items], one.letterhead)
    carried = (*digest.items, *digest.resolved)
    matters = tuple((action.obligation, one.histories[action.obligation.id]) for action in carried)
    return Posting(letter, steps_taken(digest, letter.id, at, BY), matters)


def _settled(connection: Connection, digest: Digest) -> tuple[Settled, ...]:
    """What stood in dossiers to this recipient and was answered since the last one: the next reports it as resolved."""
    written = letters(connection, recipient=digest.recipient.key, limit=1_000)
    dossiers = [one.letter for one in written if one.letter.kind == "dossier" and one.state != "voided"]
    if not dossiers:
        return ()
    known = dict.fromkeys(obligation for letter in dossiers for obligation in letter.about)
    return resolved_since(load(connection, known), dossiers[0].created_at)


def _from_anywhere(some: Iterable[T]) -> list[T]:
    """What is to be done, begun by each process at a place of its own, where it is much: two at once share it."""
    given = list(some)
    start = getpid() * 7 % len(given) if len(given) > MUCH else 0
    return given[start:] + given[:start]

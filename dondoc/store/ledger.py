"""Writing history: every fact is added here, and with it the next action of the obligations it is about.

Who records for several obligations at once names them in one call: their rows are locked in order of their ids, so
that two transactions wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.decide import next_action, next_due
from dondoc.core.history import (
    Event,
    Fact,
    HandedOver,
    History,
    LetterEvent,
    LetterVoided,
    RungSkipped,
    Scheduled,
    Sent,
    StepTaken,
    Voided,
    effective,
)
from dondoc.core.obligation import Obligation
from dondoc.core.round import Matter
from dondoc.core.standing import Situation, may_count_otherwise, situation
from dondoc.core.terms import terms_for
from dondoc.errors import NotAllowed
from dondoc.store.bulk import insert_rows, stored_instant
from dondoc.store.events import COLUMNS, numbered_as, row_of
from dondoc.store.matters import event, histories, load, obligations_of, pages, unknown
from dondoc.store.plans import applied_plans, applied_versions
from dondoc.store.portions import AT_ONCE, Lookup, among, portions
from dondoc.store.schema import as_text, bodies, history, obligations, outbox, steps
from dondoc.store.standings import Kept, keep

_PORTION = 500

Stands = tuple[Obligation, Situation]
"""An obligation and how it stands."""


def record(connection: Connection, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Add these facts to the history, in this order, and refresh the next action of every obligation concerned.

    A letter's fact concerns the obligations whose steps it carries; `LetterVoided` frees these steps. The facts come
    back with their numbers, and with the plan version that was in force for the obligation where none was given;
    without a `RungSkipped` that another round recorded already.

    Raises:
        UnknownObligation: an event is about an obligation that is not in the ledger; nothing is recorded.
    """
    given = tuple(facts)
    if not given:
        return ()
    obligations_ = {fact.obligation for fact in given if isinstance(fact, Event)}
    held = hold(connection, obligations_, {fact.letter for fact in given if isinstance(fact, LetterEvent)})
    return append(connection, given, held)[0]


class Locked(NamedTuple):
    """What the row of a locked obligation says of its state."""

    plan_version: int
    last_fact: int


def lock(connection: Connection, ids: Iterable[str]) -> dict[str, Locked]:
    """These obligations, nobody else's to change until the transaction ends; locked in order of their ids.

    Raises:
        UnknownObligation: for an id that the ledger does not know.
    """
    wanted = sorted(set(ids), key=str.encode)
    rows = {one: Locked(version, last_fact) for one, version, last_fact in _LOCK.rows(connection, wanted)}
    for one in wanted:
        if one not in rows:
            raise unknown(connection, one)
    return rows


_LOCK = Lookup("SELECT id, plan_version, last_fact FROM obligations WHERE id AMONG ORDER BY id LOCK")
_HELD = Lookup(
    "SELECT letter, obligations.id, plan_version, last_fact FROM steps JOIN obligations ON obligations.id = obligation "
    "WHERE letter AMONG ORDER BY obligations.id LOCK OF obligations"
)
_CARRIED = Lookup("SELECT letter, obligation FROM steps WHERE letter AMONG")


@dataclass(frozen=True, slots=True)
class Held:
    """Locked obligations, and which of them the steps of each letter are about."""

    rows: dict[str, Locked]
    carried: dict[str, set[str]]

    def concerned(self, fact: Fact) -> Iterable[str]:
        """The obligations that a fact is about."""
        return (fact.obligation,) if isinstance(fact, Event) else self.carried.get(fact.letter, ())

    def last_fact(self, letter: str) -> int:
        """The number of the newest fact about what a letter's steps are about."""
        return max((self.rows[one].last_fact for one in self.carried.get(letter, ())), default=0)


def hold(connection: Connection, ids: Iterable[str] = (), letters: Iterable[str] = ()) -> Held:
    """Lock these obligations and those whose steps these letters carry.

    Raises:
        UnknownObligation: for an id that the ledger does not know.
    """
    wanted, more = tuple(letters), tuple(ids)
    carried: dict[str, set[str]] = {}
    if not more and len(wanted) <= AT_ONCE:  # in one query, and so in one order
        rows: dict[str, Locked] = {}
        for letter, one, version, last_fact in _HELD.rows(connection, wanted):
            carried.setdefault(letter, set()).add(one)
            rows[one] = Locked(version, last_fact)
        return Held(rows, carried)
    for letter, one in _CARRIED.rows(connection, wanted):
        carried.setdefault(letter, set()).add(one)
    return Held(lock(connection, set(more).union(*carried.values())), carried)


def append(
    connection: Connection, given: Sequence[Fact], held: Held, known: Mapping[str, Matter] = MappingProxyType({})
) -> tuple[tuple[Fact, ...], dict[str, Stands]]:
    """`record` for whoever holds the obligations already; also how the matters stand afterwards.

    `known` are matters as they were read before: where they still stand so, they are not read again.
    """
    if not given:
        return (), {}
    concerned = dict.fromkeys(one for fact in given for one in held.concerned(fact))
    standing = _still_so(connection, known, {one: held.rows[one] for one in concerned})
    standing |= {matter[0].id: matter for matter in load(connection, [one for one in concerned if one not in standing])}
    histories = {one: list(history_) for one, (_, history_) in standing.items()}
    new = [fact for fact in given if not _skipped_before(fact, histories)]
    if not new:
        return (), {one: (matter[0], situation(*matter)) for one, matter in standing.items()}
    facts: list[Fact] = []
    for number, fact in zip(next_numbers(connection, len(new)), new, strict=True):
        version = held.rows[fact.obligation].plan_version if isinstance(fact, Event) else 0
        numbered = numbered_as(fact, number, version)
        facts.append(numbered)
        for obligation in held.concerned(fact):
            histories[obligation].append(numbered)
    _write(connection, facts)
    _free_steps(connection, facts)
    after = [(matter[0], tuple(histories[one])) for one, matter in standing.items()]
    counted = {one for fact in facts if may_count_otherwise(fact) for one in held.concerned(fact)}
    return tuple(facts), _refresh(connection, after, counted)


def append_quietly(connection: Connection, given: Sequence[LetterEvent]) -> tuple[LetterEvent, ...]:
    """Record facts about letters after which no next action changes; to be called under their obligations' locks."""
    if not given:
        return ()
    numbers = next_numbers(connection, len(given))
    facts = tuple(replace(fact, id=number) for number, fact in zip(numbers, given, strict=True))
    _write(connection, facts)
    return facts


def _still_so(connection: Connection, known: Mapping[str, Matter], rows: Mapping[str, Locked]) -> dict[str, Matter]:
    """The known matters to which nothing was added since they were read, and whose plan was not applied anew.

    That a letter left is recorded quietly; so a matter with a letter of which that is not known counts as changed.
    """
    here = {one: known[one] for one in rows if one in known}
    versions = applied_versions(connection, {(matter[0].plan, rows[one].plan_version) for one, matter in here.items()})
    return {
        one: (obligation, history_)
        for one, (obligation, history_) in here.items()
        if (history_[-1].id if history_ else 0) >= rows[one].last_fact
        and obligation.terms
        is terms_for(versions[obligation.plan, rows[one].plan_version].terms, obligation.task, obligation.period)
        and _all_letters_went(history_)
    }


def _all_letters_went(history_: History) -> bool:
    letters = {fact.letter for fact in history_ if isinstance(fact, StepTaken)}
    return not letters or letters <= {fact.letter for fact in history_ if isinstance(fact, Sent | HandedOver)}


def _write(connection: Connection, facts: Iterable[Fact]) -> None:
    stored = stored_instant(connection)
    insert_rows(connection, history, COLUMNS, (row_of(fact, stored) for fact in facts))


def undo(
    connection: Connection, number: int, *, why: str, by: str, now: datetime, at: datetime | None = None
) -> Voided:
    """Take back the event with that number, because it was recorded by mistake; noticed at `at`, by default `now`.

    Raises:
        NotAllowed: it is not there, was taken back before, or tells of a letter, which cannot be unsent.
    """
    found = event(connection, number)
    what = f"Taking back event {number}"
    look = "`dondoc explain OBLIGATION` lists the events with their numbers."
    if found is None:
        raise NotAllowed(what, "no obligation has an event with this number", look)
    lock(connection, [found.obligation])
    if isinstance(found, StepTaken | RungSkipped):
        raise NotAllowed(what, "it tells of a letter that was written", "`dondoc outbox cancel LETTER` stops a letter.")
    if isinstance(found, Scheduled):
        raise NotAllowed(what, "it is the obligation itself", "`dondoc waive OBLIGATION --why TEXT` ends the duty.")
    if isinstance(found, Voided):
        raise NotAllowed(what, "it takes back another one", "Record anew what was taken back by mistake.")
    before = histories(connection, [found.obligation])[found.obligation]
    if any(isinstance(fact, Voided) and fact.event == number for fact in before):
        raise NotAllowed(what, "it was taken back before", look)
    voided = Voided(obligation=found.obligation, happened_at=at or now, recorded_at=now, by=by, why=why, event=number)
    (recorded,) = record(connection, [voided])
    assert isinstance(recorded, Voided)  # what went in comes out
    return recorded


@dataclass(frozen=True, slots=True)
class Drift:
    """An obligation of which what is kept, its next action or its place in the counts, is not what its history says."""

    obligation: str
    stored: datetime | Kept | None
    computed: datetime | Kept | None


def rebuild(connection: Connection) -> None:
    """Work out anew what is kept of every obligation."""
    for rows in pages(connection, select(obligations)):
        refresh(connection, [row.id for row in rows])


def verify(connection: Connection) -> Iterator[Drift]:
    """Every obligation of which something wrong is kept; none, unless rows were changed from outside."""
    calendars = _calendars(connection)
    for rows in pages(connection, select(obligations)):
        known = histories(connection, [row.id for row in rows])
        for row, obligation in zip(rows, obligations_of(connection, rows), strict=True):
            facts = tuple(known[row.id])
            computed = next_action(obligation, facts, calendars[row.plan])
            if computed != row.next_action_at:
                yield Drift(row.id, row.next_action_at, computed)
            kept, counted = Kept.found(row), Kept.of(obligation, facts)
            if kept != counted:
                yield Drift(row.id, kept, counted)


# --- for the other modules of the store ---


def next_numbers(connection: Connection, count: int) -> Sequence[int]:
    """The numbers of the next `count` facts, ascending."""
    if connection.dialect.name == "sqlite":  # the only writer, and no fact ever goes away
        last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM history").scalar_one()
        return range(last + 1, last + 1 + count)
    query = "SELECT nextval('history_id_seq') FROM generate_series(1, %s)"
    return sorted(connection.exec_driver_sql(query, (count,)).scalars())


def refresh(connection: Connection, ids: Iterable[str]) -> None:
    """Compute anew what is kept of these obligations, after their terms changed.

    That their letters leave may matter by the new terms, though it did not when these were written.
    """
    for some in portions(ids, _PORTION):
        lock(connection, some)
        _refresh(connection, load(connection, some), some)
        carrying = select(steps.c.letter).where(among(connection, steps.c.obligation, some))
        still_here = select(outbox.c.id).where(outbox.c.id.in_(carrying), outbox.c.state.not_in(("sent", "voided")))
        connection.execute(update(bodies).where(bodies.c.letter.in_(still_here)).values(awaited=True))


def _refresh(connection: Connection, matters: Iterable[Matter], counted: Container[str]) -> dict[str, Stands]:
    """Write the next action of these matters, and of those `counted` also where they are counted; how all stand."""
    standing: dict[str, Stands] = {}
    calendars = _calendars(connection)
    changes: list[tuple[str, datetime | None, int]] = []
    kept: list[tuple[str, Kept]] = []
    for obligation, facts in matters:
        now = situation(obligation, facts)
        standing[obligation.id] = (obligation, now)
        at = next_due(obligation, now, calendars[obligation.plan])
        changes.append((obligation.id, at, facts[-1].id if facts else 0))
        if obligation.id in counted:
            kept.append((obligation.id, Kept.of(obligation, facts)))
    for some in portions(changes, _PORTION):
        if connection.dialect.name == "postgresql":
            ids, instants, last = (list(column) for column in zip(*some, strict=True))
            connection.exec_driver_sql(_NEXT_ACTION_POSTGRESQL, (ids, instants, last))
        else:
            values = [(at and as_text(at), last, one) for one, at, last in some]
            connection.exec_driver_sql(_NEXT_ACTION_SQLITE, values)
    keep(connection, kept)
    return standing


_NEXT_ACTION_SQLITE = "UPDATE obligations SET next_action_at = ?, last_fact = ? WHERE id = ?"
_NEXT_ACTION_POSTGRESQL = (
    "UPDATE obligations SET next_action_at = new.at, last_fact = new.fact "
    "FROM unnest(%s::text[], %s::timestamptz[], %s::bigint[]) AS new (id, at, fact) "
    'WHERE obligations.id = new.id COLLATE "C"'
)


def _calendars(connection: Connection) -> dict[str, WorkCalendar]:
    """The calendar by which each plan goes today."""
    return {one.plan.plan: one.calendar for one in applied_plans(connection)}


def _skipped_before(fact: Fact, known: dict[str, list[Fact]]) -> bool:
    """Whether this rung was passed before: two rounds at once come to the same."""
    return isinstance(fact, RungSkipped) and any(
        isinstance(one, RungSkipped) and (one.cycle, one.rung, one.ordinal) == (fact.cycle, fact.rung, fact.ordinal)
        for one in effective(known[fact.obligation])
    )


def _free_steps(connection: Connection, facts: Iterable[Fact]) -> None:
    freed = [{"freed": fact.letter, "at": fact.recorded_at} for fact in facts if isinstance(fact, LetterVoided)]
    if freed:
        connection.execute(
            update(steps).where(steps.c.letter == bindparam("freed")).values(voided_at=bindparam("at")), freed
        )

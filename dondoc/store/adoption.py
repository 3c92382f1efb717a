"""Bringing a plan into force: a new version, its obligations, and what changes for those that stand already."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.amendment import Amendment, amend
from dondoc.core.decide import next_action
from dondoc.core.history import Amended, BeforeAdoption, Cancelled, Event, OpeningMoved, Reassigned, Scheduled, Voided
from dondoc.core.obligation import Obligation, Terms
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.succession import succession
from dondoc.errors import UnknownPlan
from dondoc.store.bulk import insert_rows, stored_instant
from dondoc.store.events import KINDS
from dondoc.store.ledger import next_numbers, record, refresh
from dondoc.store.matters import matters, within
from dondoc.store.plans import Applied, PlanContent, applied, applied_versions
from dondoc.store.portions import portions
from dondoc.store.schema import history, obligations, organisations, plan_versions

_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Adoption:
    """What applying a plan came to.

    `amendment` is the difference to what stood, None the first time; `changed` are the events it led to for
    obligations that stood already. Of `added`, `before_adoption` were due already.
    """

    plan: str
    version: int
    new_version: bool
    added: int = 0
    before_adoption: int = 0
    amendment: Amendment | None = None
    changed: tuple[Event, ...] = ()


def apply_version(
    connection: Connection,
    plan: Plan,
    organisation: Organisation,
    source: str,
    owed: Iterable[Obligation],
    *,
    now: datetime,
    by: str,
    chase_past: bool = False,
) -> Adoption:
    """Bring `plan` into force with the obligations that it comes to (`schedule`); `source` is its text.

    Nothing happens when plan and organisation are what is in force already. Obligations that stand are amended,
    their history stays. New ones that are due by `now` count as before adoption, unless `chase_past`.
    """
    content = PlanContent.of(plan, organisation)
    take_turn(connection, plan.plan)
    standing = _in_force(connection, plan.plan)
    if standing is not None and standing.digest == content.digest:
        return Adoption(plan.plan, standing.version, new_version=False)
    version = standing.version + 1 if standing is not None else 1

    amendment: Amendment | None = None
    if standing is not None:
        _lock_plan(connection, plan.plan)
        handed_on = succession(organisation, organisation.work_calendar(), now)
        amendment = amend(matters(connection, plan.plan), owed, handed_on)
        owed = amendment.added
    _keep(connection, plan, organisation, content, source, version, now, by)
    entry = _Entry(connection, organisation.work_calendar(), version, now, by)
    added, before = entry.enter(owed, past_counts=chase_past)

    changed: tuple[Event, ...] = ()
    if amendment is not None and standing is not None:
        _migrate(connection, plan, standing, version)
        changed = _record_changes(connection, amendment, version, now, by)
    return Adoption(plan.plan, version, True, added, before, amendment, changed)


def follow(connection: Connection, plan: Applied, amendment: Amendment, *, now: datetime, by: str) -> tuple[Event, ...]:
    """Bring the ledger up to date with what followed from what happened, under the version that is in force.

    What was added counts, also where it is due already. Comes back with the events for what stood before.
    """
    entry = _Entry(connection, plan.calendar, plan.version, now, by)
    entry.enter(amendment.added, past_counts=True)
    return _record_changes(connection, amendment, plan.version, now, by)


def take_turn(connection: Connection, plan: str) -> None:
    """Wait until no other transaction changes what the plan comes to; to be asked for before any row is locked."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:plan, 0))"), {"plan": plan})


def _in_force(connection: Connection, plan: str) -> Applied | None:
    try:
        return applied(connection, plan)
    except UnknownPlan:
        return None


def _migrate(connection: Connection, plan: Plan, former: Applied, version: int) -> None:
    """Put the obligations of the tasks that the plan has under its new version, and refresh what that changes."""
    columns = obligations.c
    tasks = [task.ledger_id for task in plan.tasks()]
    stand_under = select(columns.task, columns.plan_version).where(within(plan.plan)).distinct()
    under = [(task, old) for task, old in connection.execute(stand_under) if task in set(tasks)]
    versions = applied_versions(connection, {(plan.plan, old) for _, old in under} | {(plan.plan, version)})
    new = versions[plan.plan, version]
    same_calendar = new.calendar == former.calendar
    again = {
        task
        for task, old in under
        if not same_calendar or _terms_of(new, task) != _terms_of(versions[plan.plan, old], task)
    }
    for some in portions(tasks, _PORTION):
        connection.execute(
            update(obligations)
            .where(within(plan.plan), columns.task.in_(some), columns.plan_version != version)
            .values(plan_version=version)
        )
    for task in sorted(again):
        ids = connection.scalars(select(columns.id).where(within(plan.plan, task))).all()
        refresh(connection, ids)


def _terms_of(one: Applied, task: str) -> dict[str, Terms]:
    """The terms of a task and its occasions, without the line on which they are written."""
    return {name: replace(terms, source_line=None) for name, terms in one.terms.items() if terms.task == task}


def _record_changes(
    connection: Connection, amendment: Amendment, version: int, now: datetime, by: str
) -> tuple[Event, ...]:
    def about(obligation: Obligation) -> dict[str, Any]:
        return {
            "obligation": obligation.id,
            "happened_at": now,
            "recorded_at": now,
            "by": by,
            "plan_version": version,
        }

    for one in amendment.opened:  # before the events, which refresh what is to be done next
        connection.execute(update(obligations).where(obligations.c.id == one.obligation.id).values(opens=one.opens))
    events: list[Event] = [
        *(Voided(**about(one.obligation), event=one.cancelled) for one in amendment.restored),
        *(Amended(**about(one.obligation), due=one.after) for one in amendment.moved),
        *(
            OpeningMoved(**about(one.obligation), opens=one.opens, before=one.obligation.opens)
            for one in amendment.opened
        ),
        *(Cancelled(**about(one)) for one in amendment.dropped),
        *(Reassigned(**about(one.obligation), owner=one.owner) for one in amendment.taken_over),
    ]
    return tuple(fact for fact in record(connection, events) if isinstance(fact, Event))


def _lock_plan(connection: Connection, plan: str) -> None:
    if connection.dialect.name == "postgresql":
        query = "SELECT count(*) FROM (SELECT 1 FROM obligations WHERE plan = :plan ORDER BY id FOR UPDATE) AS locked"
        connection.execute(text(query), {"plan": plan})


def _keep(
    connection: Connection,
    plan: Plan,
    organisation: Organisation,
    content: PlanContent,
    source: str,
    version: int,
    now: datetime,
    by: str,
) -> None:
    digest = content.organisation_digest
    query = select(func.count()).where(organisations.c.digest == digest)
    if not connection.scalar(query):
        values = {
            "digest": digest,
            "organisation": organisation.organisation,
            "content": content.organisation,
        }
        connection.execute(insert(organisations).values(values))
    connection.execute(
        insert(plan_versions).values(
            plan=plan.plan,
            version=version,
            digest=content.digest,
            content=content.plan,
            organisation=digest,
            source=source,
            applied_at=now,
            by=by,
        )
    )


class _Entry:
    """Entering obligations into the ledger, very many at a time."""

    def __init__(self, connection: Connection, calendar: WorkCalendar, version: int, now: datetime, by: str) -> None:
        self._connection = connection
        self._calendar = calendar
        self._version = version
        self._now = now
        self._by = by
        self._stored: Callable[[datetime], Any] = stored_instant(connection)
        self._occurrences: dict[tuple[int, datetime, datetime, bool], _Occurrence] = {}

    def enter(self, owed: Iterable[Obligation], *, past_counts: bool) -> tuple[int, int]:
        """How many were entered, and how many of them as before adoption."""
        added = before = 0
        for some in portions(owed, _PORTION):
            past = [not past_counts and not one.due.met_by(self._now) for one in some]
            self._enter(some, past)
            added += len(some)
            before += sum(past)
        return added, before

    def _enter(self, some: Sequence[Obligation], past: Sequence[bool]) -> None:
        numbers = iter(next_numbers(self._connection, len(some) + sum(past)))
        entered: list[tuple[Any, ...]] = []
        events: list[tuple[Any, ...]] = []
        recorded = self._stored(self._now)
        for one, is_past in zip(some, past, strict=True):
            what = self._occurrence(one)
            number = 0
            for kind in (_SCHEDULED, _BEFORE) if is_past else (_SCHEDULED,):
                number = next(numbers)
                events.append((number, one.id, kind, recorded, recorded, self._by, "", self._version))
            entered.append(
                (
                    one.id, one.plan, one.task, one.unit, one.period, what.title, what.opens, what.due_at,
                    one.due.whole_day, self._version, recorded, None if is_past else what.next_action_at, number,
                    *(_BEFORE_IN_BOTH if is_past else _AS_SCHEDULED),
                )
            )  # fmt: skip
        insert_rows(self._connection, obligations, _OBLIGATION, entered)
        insert_rows(self._connection, history, _EVENT, events)

    def _occurrence(self, one: Obligation) -> _Occurrence:
        """What all who owe the same for the same period have in common; a history that has only begun is the same."""
        key = (id(one.terms), one.opens, one.due.at, one.due.whole_day)
        known = self._occurrences.get(key)
        if known is None or known.title_of is not one.period_title:
            begun = Scheduled(obligation=one.id, happened_at=self._now, recorded_at=self._now, by=self._by, id=1)
            at = next_action(one, (begun,), self._calendar)
            known = self._occurrences[key] = _Occurrence(
                one.terms,
                one.period_title,
                json.dumps(one.period_title.model_dump(), ensure_ascii=False) if one.period_title else None,
                self._stored(one.opens),
                self._stored(one.due.at),
                self._stored(at) if at is not None else None,
            )
        return known


@dataclass(frozen=True, slots=True)
class _Occurrence:
    terms: Terms  # kept so that its id stays its own
    title_of: object
    title: str | None
    opens: Any
    due_at: Any
    next_action_at: Any


_SCHEDULED, _BEFORE = KINDS[Scheduled], KINDS[BeforeAdoption]
_OBLIGATION = (
    "id", "plan", "task", "unit", "period", "period_title", "opens", "due_at", "due_whole_day",
    "plan_version", "created_at", "next_action_at", "last_fact", "placed", "placed_original",
)  # fmt: skip
_AS_SCHEDULED: tuple[str | None, ...] = (None, None)
_BEFORE_IN_BOTH: tuple[str | None, ...] = ("before_adoption", "before_adoption")
"""Where it is counted, by the deadline in force and by the original one."""
_EVENT = ("id", "obligation", "kind", "happened_at", "recorded_at", "by", "why", "plan_version")

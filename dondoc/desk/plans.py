"""Bringing plans into force: check, show what follows, apply; and the brake that stops and restarts sending."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict

from sqlalchemy import Connection

from dondoc.authoring.check import check_file, check_plan
from dondoc.authoring.load import load_organisation, load_plan, organisation_beside, read_file
from dondoc.core.address import Directory
from dondoc.core.amendment import Amendment, amend
from dondoc.core.digest import Digest
from dondoc.core.foresight import foresee
from dondoc.core.history import Amended, BeforeAdoption, Fact, Scheduled, Voided
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.problem import Problem, has_errors
from dondoc.core.round import Matter
from dondoc.core.schedule import schedule
from dondoc.core.succession import succession
from dondoc.desk.following import what_happened
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import outbox, plans
from dondoc.store.adoption import Adoption, apply_version
from dondoc.store.matters import matters

SHOWN = timedelta(days=7)
"""How far ahead letters are shown before a plan is applied."""


class _Stamp(TypedDict):
    obligation: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    id: int


@dataclass(frozen=True, slots=True)
class Other:
    """Another plan in force, and what the organisation as it is now changes in it."""

    plan: Plan
    source: str
    owed: tuple[Obligation, ...]
    amendment: Amendment


@dataclass(frozen=True, slots=True)
class Proposal:
    """What applying a file would come to; with errors among `problems` it cannot be applied.

    `letters` are those of the next seven days, if nobody answers, each with its instant. `amendment` is the
    difference to what is in force, None where the plan is new; of a new plan `past` duties are due already.
    `others` are the plans in force that go on under the organisation as it is now.
    """

    file: Path
    problems: tuple[Problem, ...]
    plan: Plan | None = None
    organisation: Organisation | None = None
    source: str = ""
    owed: tuple[Obligation, ...] = ()
    past: int = 0
    unchanged: bool = False
    amendment: Amendment | None = None
    letters: tuple[tuple[datetime, Digest], ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether mistakes in the file keep it from being applied."""
        return self.organisation is None or has_errors(self.problems)


def propose(place: Workplace, file: Path, *, chase_past: bool = False) -> Proposal:
    """Check a plan's file, or an organisation's, and work out what applying it now would come to; changes nothing."""
    read = check_file(file)
    if has_errors(read.problems) or read.organisation is None:
        return Proposal(file, read.problems)
    plan, organisation = read.plan, read.organisation
    with place.database.reading() as connection:
        others, more = _others(connection, file, plan, organisation, place.now())
        if plan is None:
            return Proposal(file, (*read.problems, *more), None, organisation, unchanged=not others, others=others)
        standing = tuple(matters(connection, plan.plan))
        in_force = next((one for one in plans.applied_plans(connection) if one.plan.plan == plan.plan), None)
    now, calendar = place.now(), organisation.work_calendar()
    owed = schedule(plan, organisation, what_happened(plan, calendar, standing))
    past = {one.id for one in owed if not chase_past and not one.due.met_by(now)}
    amendment = amend(standing, owed, succession(organisation, calendar, now)) if in_force else None
    to_come = _as_it_would_stand(standing, owed, past, amendment, now)
    letters = foresee(to_come, now, now + SHOWN, calendar, Directory(organisation))
    same = in_force is not None and in_force.digest == plans.PlanContent.of(plan, organisation).digest
    return Proposal(
        file, (*read.problems, *more), plan, organisation, _text(file), owed,
        past=len(past) if in_force is None else 0,
        unchanged=same and not others, amendment=amendment, letters=tuple(letters), others=others,
    )  # fmt: skip


def adopt(place: Workplace, proposal: Proposal, *, by: str, chase_past: bool = False) -> tuple[Adoption, ...]:
    """Apply what was proposed, in one transaction, with the letters that tell of what changes.

    Every other plan in force on the same organisation goes on under the organisation as it is now; the adoption of
    the file's own plan comes first.

    Raises:
        NotAllowed: the file has mistakes; nothing is changed.
    """
    plan, organisation = proposal.plan, proposal.organisation
    if organisation is None or proposal.refused:
        raise NotAllowed(
            f"Applying {proposal.file}", "it has mistakes", f"`dondoc check {proposal.file}` shows each with its place."
        )
    now = place.now()
    with place.database.writing() as connection:
        adoptions: list[Adoption] = []
        if plan is not None:
            adoptions.append(
                apply_version(
                    connection, plan, organisation, proposal.source, proposal.owed,
                    now=now, by=by, chase_past=chase_past,
                )
            )  # fmt: skip
        adoptions += [
            apply_version(connection, one.plan, organisation, one.source, one.owed, now=now, by=by)
            for one in proposal.others
        ]
        changed = [event for adoption in adoptions for event in adoption.changed]
        if changed:
            notify(connection, place, changed, now)
    return tuple(adoptions)


def apply_plan(
    place: Workplace, file: Path, *, by: str, chase_past: bool = False, at: datetime | None = None
) -> tuple[Proposal, tuple[Adoption, ...]]:
    """Check and apply a file without asking; with mistakes in it nothing changes and nothing is adopted."""
    there = place.at(at)
    proposal = propose(there, file, chase_past=chase_past)
    return proposal, () if proposal.refused else adopt(there, proposal, by=by, chase_past=chase_past)


def pause(place: Workplace, plan: str | None = None, *, by: str, why: str = "") -> None:
    """Stop sending the letters of a plan, or all letters.

    Raises:
        UnknownPlan: it was never applied.
    """
    with place.database.writing() as connection:
        outbox.pause(connection, _brake(connection, plan), why=why, by=by, now=place.now())


def resume(place: Workplace, plan: str | None = None) -> bool:
    """Go on sending; whether it had been stopped.

    Raises:
        UnknownPlan: it was never applied.
    """
    with place.database.writing() as connection:
        return outbox.resume(connection, _brake(connection, plan))


def _brake(connection: Connection, plan: str | None) -> str:
    return plans.applied(connection, plan).plan.plan if plan else outbox.ALL_PLANS


def _text(file: Path) -> str:
    return read_file(file).decode("utf-8-sig", errors="replace")


def _others(
    connection: Connection, file: Path, own: Plan | None, organisation: Organisation, now: datetime
) -> tuple[tuple[Other, ...], tuple[Problem, ...]]:
    """The other plans of the house, under the organisation as it is now; and what keeps them from going on."""
    others: list[Other] = []
    problems: list[Problem] = []
    beside = file if own is None else organisation_beside(file)
    for one in plans.applied_plans(connection):
        plan, former = one.plan, one.organisation
        is_own = own is not None and own.plan == plan.plan
        if is_own or former.organisation != organisation.organisation or former == organisation:
            continue
        source = plans.source(connection, plan.plan, one.version)
        found = check_plan(load_plan(source, f"{plan.plan} (in force)"), load_organisation(_text(beside), str(beside)))
        if source and has_errors(found):
            problems += found
            continue
        owed = schedule(plan, organisation, what_happened(plan, one.calendar, matters(connection, plan.plan)))
        handed_on = succession(organisation, organisation.work_calendar(), now)
        others.append(Other(plan, source, owed, amend(matters(connection, plan.plan), owed, handed_on)))
    return tuple(others), tuple(problems)


def _as_it_would_stand(
    standing: Iterable[Matter],
    owed: Iterable[Obligation],
    past: Collection[str],
    amendment: Amendment | None,
    now: datetime,
) -> Iterator[Matter]:
    """What is owed, each with the history that it would have once the plan is applied."""
    known = {obligation.id: (obligation, history) for obligation, history in standing}
    moved = {one.obligation.id: one.after for one in amendment.moved} if amendment else {}
    restored = {one.obligation.id: one.cancelled for one in amendment.restored} if amendment else {}
    for one in owed:
        obligation, history = known.get(one.id, (one, ()))
        last = max((fact.id for fact in history), default=0)

        def stamp(number: int, name: str = one.id, after: int = last) -> _Stamp:
            return {"obligation": name, "happened_at": now, "recorded_at": now, "by": "", "id": after + number}

        facts: list[Fact] = [*history]
        if not history:
            facts.append(Scheduled(**stamp(1)))
            if one.id in past:
                facts.append(BeforeAdoption(**stamp(2)))
        if one.id in restored:
            facts.append(Voided(**stamp(1), event=restored[one.id]))
        if one.id in moved:
            facts.append(Amended(**stamp(2), due=moved[one.id]))
        yield replace(obligation, terms=one.terms), tuple(facts)

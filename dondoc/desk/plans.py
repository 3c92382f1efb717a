"""Bringing plans into force: check, show what follows, apply; and the brake that stops and restarts sending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from dondoc.authoring.check import check_file
from dondoc.authoring.load import read_file
from dondoc.core.address import Directory
from dondoc.core.amendment import Amendment, amend
from dondoc.core.digest import Digest
from dondoc.core.foresight import foresee
from dondoc.core.history import BeforeAdoption, Scheduled
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.problem import Problem, has_errors
from dondoc.core.round import Matter
from dondoc.core.schedule import schedule
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, UnknownPlan
from dondoc.store import outbox, plans
from dondoc.store.adoption import Adoption, apply_version
from dondoc.store.matters import matters

SHOWN = timedelta(days=7)
"""How far ahead letters are shown before a plan is applied."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What applying a file would come to; with errors among `problems` it cannot be applied.

    `letters` are those of the next seven days, if nobody answers, each with its instant. `amendment` is the
    difference to what is in force, None where the plan is new; of a new plan `past` duties are due already.
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

    @property
    def refused(self) -> bool:
        """Whether mistakes in the file keep it from being applied."""
        return self.organisation is None or has_errors(self.problems)


def propose(place: Workplace, file: Path, *, chase_past: bool = False) -> Proposal:
    """Check a plan's file, or an organisation's, and work out what applying it now would come to; changes nothing."""
    read = check_file(file)
    if has_errors(read.problems) or read.plan is None or read.organisation is None:
        return Proposal(file, read.problems, organisation=read.organisation)
    plan, organisation, now = read.plan, read.organisation, place.now()
    source = read_file(file).decode("utf-8-sig", errors="replace")
    owed = schedule(plan, organisation)
    with place.database.reading() as connection:
        standing = tuple(matters(connection, plan.plan))
        in_force = _in_force(connection, plan.plan)
    past = [not chase_past and not one.due.met_by(now) for one in owed]
    amendment = amend(standing, owed) if in_force else None
    unchanged = in_force is not None and in_force.digest == plans.PlanContent.of(plan, organisation).digest
    calendar = organisation.work_calendar()
    letters = foresee(
        _as_it_would_stand(standing, owed, past, now), now, now + SHOWN, calendar, Directory(organisation)
    )
    return Proposal(
        file, read.problems, plan, organisation, source, owed,
        past=sum(past) if in_force is None else 0,
        unchanged=unchanged, amendment=amendment, letters=tuple(letters),
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
        adoptions += _other_plans(connection, plan, organisation, now, by)
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


def _in_force(connection: Connection, plan: str) -> plans.Applied | None:
    try:
        return plans.applied(connection, plan)
    except UnknownPlan:
        return None


def _as_it_would_stand(
    standing: Iterable[Matter], owed: Iterable[Obligation], past: Iterable[bool], now: datetime
) -> Iterable[Matter]:
    known = {matter[0].id: matter[1] for matter in standing}
    for one, is_past in zip(owed, past, strict=True):
        if one.id in known:
            yield one, known[one.id]
            continue
        begun = Scheduled(obligation=one.id, happened_at=now, recorded_at=now, by="", id=1)
        before = BeforeAdoption(obligation=one.id, happened_at=now, recorded_at=now, by="", id=2)
        yield one, (begun, before) if is_past else (begun,)


def _other_plans(
    connection: Connection, own: Plan | None, organisation: Organisation, now: datetime, by: str
) -> list[Adoption]:
    """Put the other plans of the organisation under the organisation as it is now."""
    adoptions = []
    for other in plans.applied_plans(connection):
        same_house = other.organisation.organisation == organisation.organisation
        is_own = own is not None and own.plan == other.plan.plan
        if same_house and not is_own and other.organisation != organisation:
            source = plans.source(connection, other.plan.plan, other.version)
            owed = schedule(other.plan, organisation)
            adoptions.append(apply_version(connection, other.plan, organisation, source, owed, now=now, by=by))
    return adoptions

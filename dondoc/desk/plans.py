"""Bringing plans into force: check, show what follows, apply; and the brake that stops and restarts sending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from dondoc.authoring.check import check_file, check_plan
from dondoc.authoring.load import load_organisation, load_plan, organisation_beside, read_file
from dondoc.core.address import Directory
from dondoc.core.amendment import Amendment, amend, as_amended, word_to_confirm
from dondoc.core.difference import Renaming, renamings
from dondoc.core.foresight import ToCome, foresee
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
from dondoc.store.adoption import Adoption, apply_version, take_turn
from dondoc.store.letters import written_on
from dondoc.store.matters import matters

SHOWN = timedelta(days=7)
"""How far ahead letters are shown before a plan is applied."""


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

    `letters` are those of the next seven days, if nobody answers. `amendment` is the
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
    letters: tuple[ToCome, ...] = ()
    others: tuple[Other, ...] = ()
    renamed: tuple[Renaming, ...] = ()
    first: bool = False
    """No plan of the organisation is in force yet."""

    @property
    def refused(self) -> bool:
        """Whether mistakes in the file keep it from being applied."""
        return self.organisation is None or has_errors(self.problems)

    @property
    def amendments(self) -> tuple[Amendment, ...]:
        """What changes in every plan concerned."""
        own = (self.amendment,) if self.amendment else ()
        return (*own, *(one.amendment for one in self.others))

    @property
    def endangered(self) -> tuple[Obligation, ...]:
        """The duties that would be dropped although something was handed in for them."""
        return tuple(one for amendment in self.amendments for one in amendment.answered)

    @property
    def word(self) -> str:
        """What has to be said with `--confirm`; empty where nothing is endangered."""
        return word_to_confirm(self.amendments)


def propose(place: Workplace, file: Path, *, chase_past: bool = False) -> Proposal:
    """Check a plan's file, or an organisation's, and work out what applying it now would come to; changes nothing."""
    read = check_file(file)
    if has_errors(read.problems) or read.organisation is None:
        return Proposal(file, read.problems)
    plan, organisation = read.plan, read.organisation
    with place.database.reading() as connection:
        others, more = _others(connection, file, plan, organisation, place.now())
        renamed = _renamed(connection, plan, organisation)
        houses = {one.organisation.organisation for one in plans.applied_plans(connection)}
        first = organisation.organisation not in houses
        if plan is None:
            return Proposal(
                file, (*read.problems, *more), None, organisation,
                unchanged=not others, others=others, renamed=renamed, first=first,
            )  # fmt: skip
        standing = tuple(matters(connection, plan.plan))
        beside = tuple(_beside(connection, plan, organisation, others, place.now()))
        in_force = next((one for one in plans.applied_plans(connection) if one.plan.plan == plan.plan), None)
        written = written_on(connection, organisation.work_calendar().day_of(place.now()))
    now, calendar = place.now(), organisation.work_calendar()
    owed = schedule(plan, organisation, what_happened(plan, calendar, standing))
    past = {one.id for one in owed if not chase_past and not one.due.met_by(now)}
    amendment = amend(standing, owed, succession(organisation, calendar, now)) if in_force else None
    after = (*as_amended(standing, owed, amendment or Amendment(owed), now, chase_past=chase_past), *beside)
    letters = foresee(after, now, now + SHOWN, calendar, Directory(organisation), written=written)
    same = in_force is not None and in_force.digest == plans.PlanContent.of(plan, organisation).digest
    return Proposal(
        file, (*read.problems, *more), plan, organisation, _text(file), owed,
        past=len(past) if in_force is None else 0,
        unchanged=same and not others, amendment=amendment, letters=tuple(letters), others=others, renamed=renamed,
        first=first,
    )  # fmt: skip


def adopt(
    place: Workplace, proposal: Proposal, *, by: str, chase_past: bool = False, confirm: str | None = None
) -> tuple[Adoption, ...]:
    """Apply what was proposed, in one transaction, with the letters that tell of what changes.

    Every other plan in force on the same organisation goes on under the organisation as it is now; the adoption of
    the file's own plan comes first.

    Raises:
        NotAllowed: the file has mistakes, or it drops duties that were answered and `confirm` is not the proposal's
            word; nothing is changed.
    """
    with place.database.writing() as connection:
        return adopt_with(connection, place, proposal, by=by, chase_past=chase_past, confirm=confirm)


def adopt_with(
    connection: Connection,
    place: Workplace,
    proposal: Proposal,
    *,
    by: str,
    chase_past: bool = False,
    confirm: str | None = None,
) -> tuple[Adoption, ...]:
    """`adopt` in a transaction that does more than that."""
    plan, organisation, now = proposal.plan, proposal.organisation, place.now()
    if organisation is None or proposal.refused:
        raise NotAllowed(
            f"Applying {proposal.file}", "it has mistakes", f"`dondoc check {proposal.file}` shows each with its place."
        )
    concerned = {one.plan.plan for one in proposal.others} | ({plan.plan} if plan is not None else set())
    for name in sorted(concerned):  # in one order for everybody, or two files of a house wait for each other
        take_turn(connection, name)
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
    word = word_to_confirm(adoption.amendment for adoption in adoptions)
    if word and confirm != word:  # what was handed in meanwhile counts too
        raise NotAllowed(
            f"Applying {proposal.file}",
            "it drops duties for which something was handed in",
            f"`dondoc diff {proposal.file}` shows which; `--confirm {word}` drops them all the same.",
        )
    changed = [event for adoption in adoptions for event in adoption.changed]
    if changed:
        notify(connection, place, changed, now)
    return tuple(adoptions)


def apply_plan(
    place: Workplace,
    file: Path,
    *,
    by: str,
    chase_past: bool = False,
    at: datetime | None = None,
    confirm: str | None = None,
) -> tuple[Proposal, tuple[Adoption, ...]]:
    """Check and apply a file without asking; with mistakes in it nothing changes and nothing is adopted."""
    there = place.at(at)
    proposal = propose(there, file, chase_past=chase_past)
    return proposal, () if proposal.refused else adopt(there, proposal, by=by, chase_past=chase_past, confirm=confirm)


def house_after(connection: Connection, proposal: Proposal, now: datetime) -> tuple[Matter, ...]:
    """Every matter of the organisation as it would stand once the proposal is applied at `now` (aware)."""
    plan, organisation = proposal.plan, proposal.organisation
    assert organisation is not None  # a proposal that is not refused has one
    own: Iterable[Matter] = ()
    if plan is not None:
        amendment = proposal.amendment or Amendment(added=proposal.owed)
        own = as_amended(matters(connection, plan.plan), proposal.owed, amendment, now)
    return (*own, *_beside(connection, plan, organisation, proposal.others, now))


def _beside(
    connection: Connection, own: Plan | None, organisation: Organisation, others: Iterable[Other], now: datetime
) -> Iterator[Matter]:
    """The matters of the other plans of the house, as they stand once the organisation is applied."""
    changed = {one.plan.plan: one for one in others}
    for one in plans.applied_plans(connection):
        name = one.plan.plan
        if one.organisation.organisation == organisation.organisation and not (own and own.plan == name):
            standing = matters(connection, name)
            found = changed.get(name)
            yield from as_amended(standing, found.owed, found.amendment, now) if found else standing


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


def _renamed(connection: Connection, own: Plan | None, organisation: Organisation) -> tuple[Renaming, ...]:
    """What is called otherwise than in the plans of the house that are in force."""
    found: dict[Renaming, None] = {}
    for one in plans.applied_plans(connection):
        if one.organisation.organisation == organisation.organisation:
            plan = own if own is not None and own.plan == one.plan.plan else None
            found |= dict.fromkeys(renamings((one.plan, one.organisation), (plan, organisation)))
    return tuple(found)


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

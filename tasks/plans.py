"""Tasks of applying a plan: work out what it comes to, and bring it into force."""

from __future__ import annotations

import asyncio
from datetime import datetime

from prefect import task

from dondoc.desk.plans import Proposal, adopt, propose
from dondoc.store.adoption import Adoption
from tasks.patience import PATIENTLY
from tasks.place import workplace
from tasks.sealed import Sealed


@task(name="work-out-plan", **PATIENTLY)
async def _propose(file: str, chase_past: bool, at: datetime | None) -> Sealed[Proposal]:
    place = workplace(at)
    path = place.settings.plans.absolute() / file  # a path that is absolute stays as it is
    return Sealed(await asyncio.to_thread(propose, place, path, chase_past=chase_past))


@task(name="adopt-plan", **PATIENTLY)
async def _adopt(
    proposal: Sealed[Proposal], by: str, chase_past: bool, at: datetime | None
) -> Sealed[tuple[Adoption, ...]]:
    adopted = await asyncio.to_thread(adopt, workplace(at), proposal.content, by=by, chase_past=chase_past)
    return Sealed(adopted)


async def work_out(file: str, *, chase_past: bool, at: datetime | None) -> Proposal:
    """What applying the file, named below the folder of plans, would come to; nothing is changed."""
    return (await _propose(file, chase_past, at)).content


async def bring_into_force(
    proposal: Proposal, *, by: str, chase_past: bool, at: datetime | None
) -> tuple[Adoption, ...]:
    """Apply what was worked out; with mistakes in it nothing changes and NotAllowed says where they are."""
    return (await _adopt(Sealed(proposal), by, chase_past, at)).content

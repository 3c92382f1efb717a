"""Bring a plan into force from its file."""

from __future__ import annotations

from prefect import flow
from pydantic import AwareDatetime

from dondoc.desk.follow_up import Tally
from flows.naming import named
from flows.show_leadership import show_leadership
from tasks.plans import bring_into_force, work_out


@flow(name="apply-plan", flow_run_name=named("Áp dụng kế hoạch", "Applying a plan"), persist_result=False)
async def apply_plan(file: str, by: str, chase_past: bool = False, at: AwareDatetime | None = None) -> int:
    """Check the plan in `file` and apply it in the name of `by`; returns how many obligations it has.

    Of a plan that is new, duties already due stand as `before adoption`, unless `chase_past`. A file with mistakes
    changes nothing: the run fails and says where to look.
    """
    proposal = await work_out(file, chase_past=chase_past, at=at)
    await bring_into_force(proposal, by=by, chase_past=chase_past, at=at)
    await show_leadership(at, proposal.plan.plan if proposal.plan else None, Tally(), 0)
    return len(proposal.owed)

"""Telling the administrator of trouble with the rounds: what Prefect knows of it, and the letter."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from prefect import get_client, task
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed
from prefect.utilities.urls import url_for

from dondoc.core.notices import Trouble
from dondoc.desk.alarm import Affected, raise_alarm
from tasks.patience import PATIENTLY
from tasks.place import manner, workplace


@task(name="describe-run", **PATIENTLY)
async def describe(run: str) -> Affected | None:
    """The flow run that an event names `prefect.flow-run.ID`: flow, hour, last words; None where there is none."""
    number = run.rpartition(".")[2]
    if not number:
        return None
    try:
        async with get_client() as client:
            found = await client.read_flow_run(UUID(number))
            flow = await client.read_flow(found.flow_id)
    except ObjectNotFound:
        return None
    started = found.expected_start_time or workplace().now()
    zone, _ = manner(workplace())
    return Affected(
        run=f"{flow.name} {started.astimezone(zone):%Y-%m-%d %H:%M}",
        detail=(found.state.message if found.state else None) or "",
        link=url_for("flow-run", obj_id=found.id) or "",
    )


@task(name="end-what-it-began", **PATIENTLY)
async def end_what_it_began(run: str) -> int:
    """Say of the parts of a crashed run that they crashed with it; how many there were.

    Whoever finds a run's process dead says so of the run alone: its parts would stand as running for ever.
    """
    crashed = UUID(run.rpartition(".")[2])
    running = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING]))
    works = TaskRunFilter(state=TaskRunFilterState(type=TaskRunFilterStateType(any_=[StateType.RUNNING])))
    why: State[None] = Crashed(message="The round that this is a part of crashed.")
    async with get_client() as client:
        parts = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[crashed]), state=running
            )
        )
        for part in parts:
            await client.set_flow_run_state(part.id, why, force=True)
        those = FlowRunFilter(id=FlowRunFilterId(any_=[crashed, *(part.id for part in parts)]))
        for step in await client.read_task_runs(flow_run_filter=those, task_run_filter=works):
            await client.set_task_run_state(step.id, why, force=True)
    return len(parts)


@task(name="write-alarm", **PATIENTLY)
async def write_alarm(at: datetime, what: Trouble, affected: Affected | None) -> int:
    """Put the letter into the outbox, at most one a day for each kind of trouble; how many were written."""
    return await asyncio.to_thread(raise_alarm, workplace(at), at, what, affected)

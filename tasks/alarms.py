"""Telling the administrator of trouble with the rounds: what Prefect knows of it, and the letter."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from prefect import get_client, task
from prefect.exceptions import ObjectNotFound
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


@task(name="write-alarm", **PATIENTLY)
async def write_alarm(at: datetime, what: Trouble, affected: Affected | None) -> int:
    """Put the letter into the outbox, at most one a day for each kind of trouble; how many were written."""
    return await asyncio.to_thread(raise_alarm, workplace(at), at, what, affected)

"""The task that publishes what leadership is told after a round: an artifact of the round's run."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from prefect import get_client, task
from prefect.client.schemas.actions import ArtifactCreate
from prefect.runtime import flow_run

from dondoc.desk.bulletin import bulletin
from dondoc.desk.follow_up import Tally
from dondoc.desk.mirrors import Showing
from tasks.patience import ONCE
from tasks.place import workplace
from tasks.sealed import Sealed

ROUND = "vong-don-doc"
"""The key under which every round's page is found, the newest first."""


@task(name="publish-bulletin", **ONCE)
async def _publish(at: datetime, tally: Tally, collected: int, showings: Sealed[tuple[Showing, ...]]) -> None:
    text = await asyncio.to_thread(bulletin, workplace(at), at, tally, collected, showings.content)
    run = flow_run.get_id()
    if text is None or run is None:
        return
    async with get_client() as client:
        await client.create_artifact(ArtifactCreate(key=ROUND, type="markdown", data=text, flow_run_id=UUID(run)))


async def publish_bulletin(at: datetime, tally: Tally, collected: int, showings: tuple[Showing, ...]) -> None:
    """Publish the page of the round held at `at` (aware), after which the plans look as `showings` say."""
    await _publish(at, tally, collected, Sealed(showings))

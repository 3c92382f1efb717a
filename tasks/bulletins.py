"""The task that publishes what leadership is told after a round: artifacts of the round's run."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from uuid import UUID

from prefect import get_client, task
from prefect.client.schemas.actions import ArtifactCreate
from prefect.runtime import flow_run

from dondoc.desk.bulletin import Bulletin, bulletin
from dondoc.desk.follow_up import Tally
from tasks.patience import ONCE
from tasks.place import workplace

ROUND = "vong-don-doc"
"""The key under which every round's page is found, the newest first."""


@task(name="publish-bulletin", **ONCE)
async def publish_bulletin(at: datetime, plan: str | None, tally: Tally, collected: int, *, tables: bool) -> None:
    """Publish the bulletin of the round held at `at` (aware): a page and, with `tables`, each plan's figures."""
    found = await asyncio.to_thread(bulletin, workplace(at), at, tally, collected, plan)
    run = flow_run.get_id()
    if found is None or run is None:
        return
    async with get_client() as client:
        for artifact in _artifacts(found, tables=tables):
            await client.create_artifact(artifact.model_copy(update={"flow_run_id": UUID(run)}))


def _artifacts(found: Bulletin, *, tables: bool) -> list[ArtifactCreate]:
    artifacts = [ArtifactCreate(key=ROUND, type="markdown", data=found.text)]
    for table in found.tables if tables else ():
        rows = json.dumps(table.rows, ensure_ascii=False)
        artifacts += [
            ArtifactCreate(key=f"tinh-hinh-{table.plan}", type="table", description=table.summary, data=rows),
            ArtifactCreate(
                key=f"tien-do-{table.plan}", type="progress", description=table.summary, data=round(table.done, 1)
            ),
        ]
    return artifacts

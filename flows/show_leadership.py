"""Show in Prefect how the plans stand: the mirror runs of what changed, and the round's bulletin."""

from __future__ import annotations

from datetime import datetime

from prefect import get_run_logger

from dondoc.desk.follow_up import Tally
from tasks.bulletins import publish_bulletin
from tasks.mirrors import AWAY, gather_mirrors, show_mirrors
from tasks.place import workplace


async def show_leadership(at: datetime | None, plan: str | None, tally: Tally, reports: int) -> None:
    """Tell Prefect what changed until `at`, or now; nothing where nothing did.

    When Prefect does not take it the round is none the worse: the next one tells it.
    """
    at = at or workplace().now()
    changed = await gather_mirrors(at, plan)
    try:
        await show_mirrors(changed, at)
        news = any(one.to_be_told for one in changed)
        if news or reports or tally != Tally():
            await publish_bulletin(at, tally, reports, changed)
    except AWAY as error:
        get_run_logger().warning("Prefect could not be shown how the plans stand: %s", error)

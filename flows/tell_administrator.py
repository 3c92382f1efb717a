"""Tell the administrator that a scheduled run crashed or failed, or that none was held: started by automations.

It is not tagged as what it watches, so that its own failure does not start it again.
"""

from __future__ import annotations

from prefect import flow
from pydantic import AwareDatetime

from dondoc.core.notices import Trouble
from flows.naming import named
from tasks.alarms import describe, end_what_it_began, write_alarm
from tasks.delivery import send_letters
from tasks.place import workplace


@flow(name="tell-administrator", flow_run_name=named("Báo quản trị", "Telling the administrator"), persist_result=False)
async def tell_administrator(what: Trouble, run: str = "", at: AwareDatetime | None = None) -> int:
    """Write the administrator a letter about `what` happened, and send what may leave now; how many were written.

    `run` is the flow run that it happened to, as Prefect's events name it.
    """
    at = at or workplace().now()
    affected = await describe(run)
    written = await write_alarm(at, what, affected)
    if what == "crashed" and affected:
        await end_what_it_began(run)
    await send_letters(at)
    return written

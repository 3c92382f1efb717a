"""Send the letters that wait in the outbox."""

from __future__ import annotations

from prefect import flow
from pydantic import AwareDatetime

from dondoc.desk.follow_up import Tally
from flows.naming import named
from tasks.delivery import send_letters


@flow(name="deliver-letters", flow_run_name=named("Gửi thư", "Sending letters"), persist_result=False)
async def deliver_letters(at: AwareDatetime | None = None) -> Tally:
    """Send every letter that may leave at `at`, or now; what cannot leave waits for the next time."""
    return await send_letters(at)

"""Remind those who owe something, before the deadline and after it."""

from __future__ import annotations

from prefect import flow
from pydantic import AwareDatetime

from dondoc.core.round import REMINDERS
from dondoc.desk.follow_up import Tally, decide_letters
from flows.naming import named
from tasks.place import workplace
from tasks.rounds import gather_matters, parts_of_round, put_into_outbox


@flow(name="send-reminders", flow_run_name=named("Nhắc việc", "Reminding"), persist_result=False)
async def send_reminders(at: AwareDatetime | None = None, plan: str | None = None) -> Tally:
    """Write the reminders that are due at `at`, or now, into the outbox; of one plan or all."""
    at = at or workplace().now()
    tally = Tally()
    for part in await parts_of_round(at, plan):
        matters = await gather_matters(at, plan, part)
        letters = decide_letters(matters, REMINDERS, at)
        tally += await put_into_outbox(letters, at)
    return tally

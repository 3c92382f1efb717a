"""Put what stays overdue before those above: the head of the unit, the focal department, the committees."""

from __future__ import annotations

from prefect import flow
from pydantic import AwareDatetime

from dondoc.core.round import ESCALATIONS
from dondoc.desk.follow_up import Tally, decide_letters
from flows.naming import named
from tasks.place import workplace
from tasks.rounds import gather_matters, parts_of_round, put_into_outbox, summarise


@flow(
    name="escalate-overdue",
    flow_run_name=named("Báo cáo việc quá hạn", "Escalating what is overdue"),
    persist_result=False,
)
async def escalate_overdue(at: AwareDatetime | None = None, plan: str | None = None) -> Tally:
    """Write what is due to go up at `at`, or now, into the outbox, with the copies and forewarnings it needs.

    On the first working day of a week also the summaries for leadership.
    """
    at = at or workplace().now()
    tally = Tally()
    for part in await parts_of_round(at, plan):
        matters = await gather_matters(at, plan, part)
        letters = decide_letters(matters, ESCALATIONS, at)
        tally += await put_into_outbox(letters, at)
    return tally + await summarise(at, plan)

"""One round of follow-up: what leadership sees running, hour by hour.

Collect what came in, remind, escalate what stays overdue, then deliver the letters and show how the plans stand.
What is due is asked of the clock, never of the time for which the round was scheduled; so a round that comes late does
what is due then, and two rounds do nothing twice.
"""

from __future__ import annotations

from prefect import flow, tags
from pydantic import AwareDatetime

from dondoc.desk.follow_up import Tally
from flows.collect_submissions import collect_submissions
from flows.deliver_letters import deliver_letters
from flows.escalate_overdue import escalate_overdue
from flows.naming import named
from flows.send_reminders import send_reminders
from flows.show_leadership import show_leadership


@flow(name="follow-up", flow_run_name=named("Vòng đôn đốc", "Follow-up round"), persist_result=False)
async def follow_up(at: AwareDatetime | None = None, plan: str | None = None) -> Tally:
    """Hold one round at `at` (with its offset), or now; of one plan, or of all. Returns what it did."""
    with tags(*([f"plan:{plan}"] if plan else [])):
        collected = await collect_submissions(at, plan)
        reminded = await send_reminders(at, plan)
        escalated = await escalate_overdue(at, plan)
        delivered = await deliver_letters(at)

        tally = collected.tally + reminded + escalated + delivered
        await show_leadership(at, plan, tally, collected.reports)
    return tally

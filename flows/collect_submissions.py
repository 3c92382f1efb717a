"""Take in what units handed in, and ask whoever reviews it."""

from __future__ import annotations

from dataclasses import dataclass

from prefect import flow
from pydantic import AwareDatetime

from dondoc.core.round import REVIEWS
from dondoc.desk.follow_up import Tally, decide_letters
from flows.naming import named
from tasks.mailbox import read, record, take_in_arrivals
from tasks.place import workplace
from tasks.rounds import gather_matters, parts_of_round, put_into_outbox


@dataclass(frozen=True, slots=True)
class Collected:
    """How many reports were taken in, and the letters that ask for their review."""

    reports: int
    tally: Tally


@flow(name="collect-submissions", flow_run_name=named("Tiếp nhận báo cáo", "Collecting reports"), persist_result=False)
async def collect_submissions(at: AwareDatetime | None = None, plan: str | None = None) -> Collected:
    """Record what has arrived by `at`, or by now, and write the letters that ask for reviews; of one plan or all."""
    arrivals = await take_in_arrivals(at)
    found = await read(arrivals, at)
    reports = await record(found, at)

    now = at or workplace().now()
    tally = Tally()
    for part in await parts_of_round(now, plan):
        matters = await gather_matters(now, plan, part)
        letters = decide_letters(matters, REVIEWS, now)
        tally += await put_into_outbox(letters, now)
    return Collected(reports, tally)

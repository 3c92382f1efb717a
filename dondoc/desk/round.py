"""One whole round without Prefect: the steps of the flows in the same order, for when Prefect cannot be reached."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from dondoc.core.round import STAGES
from dondoc.desk.collect import collect
from dondoc.desk.deliver import deliver
from dondoc.desk.follow_up import Gathered, Tally, decide_letters, gather, parts, write_letters
from dondoc.desk.summaries import gather_summaries, write_summaries
from dondoc.desk.workplace import Workplace


async def run_round(
    place: Workplace,
    at: datetime | None = None,
    plan: str | None = None,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Collect, ask for review, remind, escalate, deliver, at `at` (aware) or now; what the round did.

    Where very much is due it is held a part at a time, and `progress` hears after each what was done so far.
    """
    place = place.at(at)
    at = place.now()
    collect(place)
    tally = Tally()
    for part in parts(place, at, plan):
        gathered: tuple[Gathered, ...] | None = None
        for kinds in STAGES:
            gathered = gather(place, at, plan, part) if gathered is None else gathered
            decisions = decide_letters(gathered, kinds, at)
            tally += write_letters(place, decisions, at)
            if any(one.decided.anything for one in decisions):
                gathered = None  # what was written changed how matters stand
        progress(tally)
    tally += write_summaries(place, gather_summaries(place, at, plan), at)
    return tally + await deliver(place, worker_name())


def worker_name() -> str:
    """A name for this worker that no other one has had: host, process and chance."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"

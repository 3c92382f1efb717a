"""One whole round without Prefect: the steps of the flows in the same order, for when Prefect cannot be reached."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import uuid4

from dondoc.core.round import STAGES
from dondoc.desk.collect import collect
from dondoc.desk.deliver import deliver
from dondoc.desk.follow_up import Gathered, Tally, decide_letters, gather, parts, write_letters
from dondoc.desk.summaries import gather_summaries, write_summaries
from dondoc.desk.workplace import Workplace

PATIENCE = 300
"""How often a round looks for the letters of another one, a tenth of a second apart, before it writes them itself."""


async def run_round(
    place: Workplace,
    at: datetime | None = None,
    plan: str | None = None,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Collect, ask for review, remind, escalate, deliver, at `at` (aware) or now; what the round did.

    Where very much is due it is held a part at a time, and `progress` hears after each what was done so far. Of two
    rounds at once one decides and writes, and the other delivers what it writes; should the first one die, or bring
    nothing forth for long, the other writes what is left.
    """
    place = place.at(at)
    at = place.now()
    collect(place)
    tally, worker, patient = Tally(), worker_name(), True
    while True:
        with place.database.turn() as ours:
            if ours or not patient:
                tally += _write_all(place, at, plan, progress)
                break
        tally += await deliver(place, worker, partial(_others_write, place))
        with place.database.turn() as patient:
            pass
    return tally + await deliver(place, worker)


def _others_write(place: Workplace, in_vain: int) -> bool:
    """Whether another round is writing letters, and it is not yet long since the last one came."""
    with place.database.turn() as over:
        return not over and in_vain < PATIENCE


def _write_all(place: Workplace, at: datetime, plan: str | None, progress: Callable[[Tally], None]) -> Tally:
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
    return tally + write_summaries(place, gather_summaries(place, at, plan), at)


def worker_name() -> str:
    """A name for this worker that no other one has had: host, process and chance."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"

"""One whole round without Prefect: the steps of the flows in the same order, for when Prefect cannot be reached."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from uuid import uuid4

from dondoc.core.round import STAGES
from dondoc.desk.collect import collect
from dondoc.desk.deliver import deliver
from dondoc.desk.follow_up import Tally, decide_letters, gather, write_letters
from dondoc.desk.workplace import Workplace


async def run_round(place: Workplace, at: datetime | None = None, plan: str | None = None) -> Tally:
    """Collect, ask for review, remind, escalate, deliver, at `at` (aware) or now; what the round did."""
    place = place.at(at)
    at = place.now()
    collect(place)
    tally = Tally()
    for kinds in STAGES:
        tally += write_letters(place, decide_letters(gather(place, at, plan), kinds, at), at)
    return tally + await deliver(place, worker_name())


def worker_name() -> str:
    """A name for this worker that no other one has had: host, process and chance."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"

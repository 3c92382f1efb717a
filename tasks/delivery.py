"""The task of delivery: letters leave the outbox, each recorded as it goes."""

from __future__ import annotations

from datetime import datetime

from prefect import task

from dondoc.desk.deliver import deliver
from dondoc.desk.follow_up import Tally
from dondoc.desk.round import worker_name
from tasks.patience import PATIENTLY
from tasks.place import workplace


@task(name="send-letters", **PATIENTLY)
async def send_letters(at: datetime | None) -> Tally:
    """Send everything that may leave, at `at` (aware) or by the clock."""
    return await deliver(workplace(at), worker_name())

"""Tasks of collecting: take in what arrived, and record it, batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from prefect import get_run_logger, task

from dondoc.desk.collect import Read, gather_arrivals, read_arrivals, record_arrivals
from dondoc.desk.mail_servers import mail_in
from dondoc.desk.mailbox import take_in_mail
from dondoc.errors import MailboxUnreachable
from dondoc.store.arrivals import Arrival
from tasks.patience import PATIENTLY
from tasks.place import workplace
from tasks.sealed import Sealed

BATCH = 100
"""Arrivals that are recorded in one task run."""


@task(name="take-in-arrivals", **PATIENTLY)
async def _take_in(at: datetime | None) -> Sealed[tuple[Arrival, ...]]:
    return Sealed(await asyncio.to_thread(gather_arrivals, workplace(at)))


@task(name="take-in-mail", **PATIENTLY)
async def _take_in_mail(at: datetime | None) -> int:
    return await asyncio.to_thread(take_in_mail, workplace(at))


@task(name="record-arrivals", **PATIENTLY)
async def _record(batch: Sealed[Sequence[Read]], at: datetime | None) -> int:
    return await asyncio.to_thread(record_arrivals, workplace(at), batch.content)


async def take_in_arrivals(at: datetime | None) -> tuple[Arrival, ...]:
    """Everything that was handed in and waits to be looked into, kept raw first.

    A mailbox that does not open is said in the run's log; nobody's reminder waits for it.
    """
    try:
        if mail_in(workplace(at).settings) is not None:
            await _take_in_mail(at)
    except MailboxUnreachable as error:
        get_run_logger().warning("%s", error)
    return (await _take_in(at)).content


async def read(arrivals: Sequence[Arrival], at: datetime | None) -> tuple[Read, ...]:
    """What the arrivals say; nothing is changed."""
    return await asyncio.to_thread(read_arrivals, workplace(at), arrivals)


async def record(found: Sequence[Read], at: datetime | None) -> int:
    """Record what was read, in batches, each with its receipt or an answer; how many reports were taken."""
    taken = 0
    for start in range(0, len(found), BATCH):
        taken += await _record(Sealed(found[start : start + BATCH]), at)
    return taken

"""Tasks of a round: gather what may need action, and put decided letters into the outbox, batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from prefect import task

from dondoc.desk.follow_up import Decisions, Gathered, Part, Tally, gather, parts, write_letters
from dondoc.desk.summaries import Due, gather_summaries, write_summaries
from tasks.patience import PATIENTLY
from tasks.place import workplace
from tasks.sealed import Sealed

BATCH = 200
"""Bundles of letters that are written in one task run."""


@task(name="gather-matters", **PATIENTLY)
async def _gather(at: datetime, plan: str | None, part: Sealed[Part]) -> Sealed[tuple[Gathered, ...]]:
    return Sealed(await asyncio.to_thread(gather, workplace(at), at, plan, part.content))


@task(name="write-letters", **PATIENTLY)
async def _write(batch: Sealed[Decisions], at: datetime) -> Tally:
    return await asyncio.to_thread(write_letters, workplace(at), (batch.content,), at)


@task(name="write-summaries", **PATIENTLY)
async def _summarise(due: Sealed[tuple[Due, ...]], at: datetime) -> Tally:
    return await asyncio.to_thread(write_summaries, workplace(at), due.content, at)


async def parts_of_round(at: datetime, plan: str | None = None) -> list[Part]:
    """The parts in which what is due at `at` (aware) is gathered, decided and written: one, unless it is very much."""
    return await asyncio.to_thread(lambda: list(parts(workplace(at), at, plan)))


async def summarise(at: datetime, plan: str | None = None) -> Tally:
    """Write the weekly summaries, where they are due at `at` (aware); most rounds have none, and no task run of it."""
    due = await asyncio.to_thread(gather_summaries, workplace(at), at, plan)
    return await _summarise(Sealed(due), at) if due else Tally()


async def gather_matters(at: datetime, plan: str | None = None, part: Part = None) -> tuple[Gathered, ...]:
    """What may need action at `at` (aware), of all plans or one; of a part of the round, or all of it."""
    return (await _gather(at, plan, Sealed(part))).content


async def put_into_outbox(decisions: Iterable[Decisions], at: datetime) -> Tally:
    """Write what was decided, in batches; what was written before is not written again."""
    tally = Tally()
    for batch in _batches(decisions):
        tally += await _write(Sealed(batch), at)
    return tally


def _batches(decisions: Iterable[Decisions]) -> Iterator[Decisions]:
    """The same decisions, none larger than a batch; rungs that reach nobody go with the first."""
    for one in decisions:
        bundles, skipped = one.decided.bundles, one.decided.skipped
        for start in range(0, max(len(bundles), bool(skipped)), BATCH):
            decided: Any = replace(one.decided, bundles=bundles[start : start + BATCH], skipped=skipped)
            yield replace(one, decided=decided)
            skipped = ()

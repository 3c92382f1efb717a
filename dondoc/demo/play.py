"""The demo: a plan's whole year through the real flows, a real Prefect server and a real mail server."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from time import monotonic

from rich.console import Console

from dondoc.demo.ending import tell_the_end
from dondoc.demo.narration import Narrator
from dondoc.demo.performance import END, performance
from dondoc.demo.stage import set_stage
from dondoc.demo.year import HoldRound, Year
from dondoc.desk.follow_up import Tally
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace


def run(home: Path, plans: Path, console: Console) -> None:
    """Play the year in the folder `home`, with the plan from the folder `plans`; returns when it has ended.

    Raises:
        StageNotFree, PlanNotFound, PrefectDidNotStart: with a sentence for the operator.
    """
    begun = monotonic()
    stage = set_stage(home, plans)
    narrator = Narrator(console, stage.unit_names())
    with performance(stage, _without_prefect, told=narrator.deed) as year:
        asyncio.run(_play(year, narrator))
        took = monotonic() - begun
        tell_the_end(console, year.place, stage, END)
        console.print(f"{narrator.rounds} rounds, {narrator.letters} letters, {took:.0f} seconds.")


async def _play(year: Year, narrator: Narrator) -> None:
    with narrator.watching() as bar:
        async for played in year.play():
            narrator.round(played, bar)


def _without_prefect(place: Workplace) -> HoldRound:
    async def hold_round(at: datetime) -> Tally:
        return await run_round(place, at)

    return hold_round

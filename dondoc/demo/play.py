"""The demo: a plan's whole year through the real flows, a real Prefect server and a real mail server."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from time import monotonic

from rich.console import Console

from dondoc.demo.ending import tell_the_end
from dondoc.demo.holding import Holder, ThroughPrefect, WithoutPrefect, prefect_of_our_own
from dondoc.demo.narration import Narrator
from dondoc.demo.performance import END, performance
from dondoc.demo.stage import Stage, set_stage


def run(home: Path, plans: Path, console: Console, *, direct: bool = False) -> None:
    """Play the year in the folder `home`, with the plan from the folder `plans`; returns when it has ended.

    With `direct`, without Prefect.

    Raises:
        StageNotFree, PlanNotFound, PrefectDidNotStart: with a sentence for the operator.
    """
    begun = monotonic()
    stage = set_stage(home, plans)
    if direct:
        asyncio.run(_play(stage, WithoutPrefect(), console, begun))
        return
    console.print("Starting a Prefect server of the demo's own …")
    with prefect_of_our_own(home) as url:
        console.print(f"It answers at {url} after {monotonic() - begun:.0f} seconds; the year begins.")
        asyncio.run(_play(stage, ThroughPrefect(), console, begun))


async def _play(stage: Stage, holder: Holder, console: Console, begun: float) -> None:
    narrator = Narrator(console, stage.unit_names())
    ready = monotonic()
    async with performance(stage, holder, told=narrator.deed) as year:
        with narrator.watching() as bar:
            async for played in year.play():
                narrator.round(played, bar)
        ended = monotonic()
        tell_the_end(console, year.place, stage, END, _program())
    console.print(
        f"{narrator.rounds} rounds and {narrator.letters} letters: the year took {ended - ready:.0f} seconds, "
        f"everything {monotonic() - begun:.0f}."
    )


def _program() -> str:
    """How dondoc is called here."""
    called = sys.argv[0]
    return called if Path(called).name == "dondoc" and shutil.which("dondoc") != called else "dondoc"

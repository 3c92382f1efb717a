"""Who holds the rounds: Prefect's flows, as in production, or the same steps without Prefect."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dondoc.desk.follow_up import Tally
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.service.prefect_server import PrefectHome, free_port, local_prefect


class Holder(Protocol):
    """What the year asks of whoever runs the place."""

    async def hold_round(self, place: Workplace, at: datetime) -> Tally:
        """Hold the round at `at` (aware)."""
        ...

    async def apply(self, place: Workplace, file: Path, by: str, at: datetime) -> None:
        """Bring the plan in `file` into force."""
        ...


class WithoutPrefect:
    """The desk alone, as `dondoc round --direct` works."""

    async def hold_round(self, place: Workplace, at: datetime) -> Tally:
        return await run_round(place, at)

    async def apply(self, place: Workplace, file: Path, by: str, at: datetime) -> None:
        proposal, _ = apply_plan(place, file, by=by, at=at)
        assert not proposal.refused, proposal.problems  # a test keeps the demo and the plan together


class ThroughPrefect:
    """The flows; to be made once PREFECT_API_URL is set, since Prefect reads it when it is imported."""

    def __init__(self) -> None:
        from flows.apply_plan import apply_plan as apply_flow
        from flows.follow_up import follow_up
        from tasks.place import working_in

        self._follow_up, self._apply, self._working_in = follow_up, apply_flow, working_in

    async def hold_round(self, place: Workplace, at: datetime) -> Tally:
        with self._working_in(place):
            return await self._follow_up(at=at)

    async def apply(self, place: Workplace, file: Path, by: str, at: datetime) -> None:
        with self._working_in(place):
            await self._apply(str(file), by, at=at)


@contextmanager
def prefect_of_our_own(home: Path) -> Iterator[str]:
    """A Prefect server whose files lie in `home`, and this process speaking to it; gives the interface's address.

    Raises:
        PrefectDidNotStart: with a sentence for the operator.
    """
    prefect = PrefectHome((home / "prefect").absolute(), free_port())
    with local_prefect(home, prefect.port):
        os.environ.update(prefect.for_clients() | {"PREFECT_LOGGING_LEVEL": "WARNING"})
        yield prefect.url

"""What showing a plan in Prefect costs: 126 units x 40 tasks x 2 years, on SQLite and on PostgreSQL.

    python -m benchmarks.mirrors                    without Prefect: what is read and worked out
    python -m benchmarks.mirrors --prefect          and with a server of its own: what it takes to be told

The first pass looks at every task and period; a round after that only at what changed, and sums the plan from what was
kept of the rest. Seconds of wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import TypeVar

from benchmarks.statistics import COUNTED, fill
from dondoc.core.history import Submitted
from dondoc.desk.bulletin import bulletin
from dondoc.desk.follow_up import Tally
from dondoc.desk.mirrors import gather_showings, remember_told
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.settings import load_settings
from dondoc.store.database import migrate
from dondoc.store.ledger import record
from tests.servers.postgres import NotInstalled, running_postgres

UNITS, YEARS = 126, 2
T = TypeVar("T")


def timed(what: str, action: Callable[[], T]) -> T:
    start = perf_counter()
    found = action()
    print(f"  {what:<58} {perf_counter() - start:8.3f} s")
    return found


def measure(place: Workplace, *, prefect: bool) -> None:
    print(f"{place.database.engine.dialect.name}, {fill(place.database, UNITS, YEARS):,} obligations")
    at = COUNTED
    first = timed("the first pass, every task and period", lambda: gather_showings(place, at))
    if prefect:
        from tasks.mirrors import show

        timed(f"telling Prefect of {len(first)} runs", lambda: asyncio.run(show(place, first, at)))
    else:
        remember_told(place, [one.told(f"run-{n}", 0, at) for n, one in enumerate(first)])
    timed("a round in which nothing happened", lambda: gather_showings(place, at + timedelta(minutes=1)))
    late = {"happened_at": at, "recorded_at": at, "by": "x", "version": 1, "channel": "form"}
    with place.database.writing() as connection:
        record(connection, [Submitted(obligation="tinh/viec-00/u-00000/2023", **late)])  # type: ignore[arg-type]
    now = at + timedelta(minutes=2)
    changed = timed("a round after one report came in", lambda: gather_showings(place, now))
    assert len(changed) == 2, "the task and period, and the plan"
    timed("the page of that round", lambda: bulletin(place, now, Tally(), 1, changed))
    if prefect:
        timed("telling Prefect of these two", lambda: asyncio.run(show(place, changed, now)))
    timed("dondoc mirror: all of it again", lambda: gather_showings(place, now, every=True))
    print(f"  the most memory so far {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


@contextmanager
def addresses(home: Path) -> Iterator[Iterator[str]]:
    def each() -> Iterator[str]:
        yield f"sqlite:///{home / 'dondoc.db'}"
        try:
            with running_postgres() as server, server.new_database() as url:
                yield url
        except NotInstalled as error:
            print(error)

    yield each()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--prefect", action="store_true")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="dondoc-") as folder:
        home = Path(folder)

        def run() -> None:
            with addresses(home) as urls:
                for url in urls:
                    place = open_workplace(load_settings({"DONDOC_HOME": folder, "DONDOC_DATABASE_URL": url}))
                    migrate(place.database)
                    measure(place.at(COUNTED), prefect=given.prefect)
                    place.database.close()

        if given.prefect:
            from dondoc.service.prefect_server import local_prefect

            with local_prefect(home) as api:
                os.environ |= {"PREFECT_API_URL": api, "PREFECT_HOME": str(home / "client")}
                run()
        else:
            run()


if __name__ == "__main__":
    main()

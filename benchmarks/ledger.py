"""The ledger at the size of a country: applying a plan, and what a round costs when nothing is due.

    python -m benchmarks.ledger                     530,000 obligations beside 53,000, SQLite and PostgreSQL
    python -m benchmarks.ledger --communes 106000   ten times as many

Each database and size runs in a process of its own, so that the peak of its memory is its own. Compare the figures
of one run with each other: absolute ones drift from day to day.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import text

from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.store.adoption import apply_version
from dondoc.store.database import Database, migrate, open_database
from dondoc.store.delivery import claim
from dondoc.store.matters import awaiting_action
from tests.servers.postgres import running_postgres

TASKS = 50
NOW = datetime(2023, 1, 2, 2, tzinfo=UTC)
MEASURED = ("scheduled", "applied", "peak", "idle_read", "idle_claim")


def country(communes: int) -> Organisation:
    """An organisation of so many communes."""
    units = [
        {
            "id": f"xa-{number:06}",
            "name": f"Xã {number}",
            "level": "commune",
            "people": [{"email": f"{number}@x.example"}],
        }
        for number in range(communes)
    ]
    department = {"id": "ban", "name": "Ban", "kind": "department", "people": [{"email": "ban@x.example"}]}
    return Organisation.model_validate(
        {
            "organisation": "ca-nuoc",
            "name": "Cả nước",
            "calendar": {"holidays": "VN"},
            "units": [*units, department],
            "committees": [{"id": "thuong-truc", "name": "Thường trực"}],
        }
    )


def year_plan() -> Plan:
    """A plan of fifty tasks, one of them due every week."""
    tasks = [
        {
            "id": f"viec-{number:02}",
            "title": f"Việc {number}",
            "owner": "each commune",
            "due": (date(2023, 1, 16) + timedelta(weeks=number)).isoformat(),
            "submit": {"what": "files", "review": "ban"},
        }
        for number in range(TASKS)
    ]
    return Plan.model_validate(
        {
            "plan": "ca-nuoc-2023",
            "title": "Kế hoạch",
            "issued": "2023-01-02",
            "period": "2023-01-02/2023-12-31",
            "focal_point": "ban",
            "policy": {
                "remind": ["14 days before", "7 days before", "on the day"],
                "chase": "every 2 working days after",
                "escalate": [{"after": "5 working days", "to": "thuong-truc"}],
            },
            "sections": [{"id": "I", "title": "Việc", "tasks": tasks}],
        }
    )


def measure(url: str, communes: int) -> dict[str, float]:
    """Schedule and apply, then look for something to do."""
    database = open_database(url)
    migrate(database)
    plan, organisation = year_plan(), country(communes)
    start = perf_counter()
    owed = schedule(plan, organisation)
    scheduled = perf_counter()
    with database.writing() as connection:
        adoption = apply_version(connection, plan, organisation, "", owed, now=NOW, by="benchmark")
    applied = perf_counter()
    assert adoption.added == communes * TASKS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    early = NOW - timedelta(days=1)
    return {
        "scheduled": scheduled - start,
        "applied": applied - scheduled,
        "peak": peak,
        "idle_read": milliseconds(lambda: look(database, early)),
        "idle_claim": milliseconds(lambda: take(database, early)),
    }


def look(database: Database, now: datetime) -> None:
    with database.reading() as connection:
        assert awaiting_action(connection, now).matters == ()


def take(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        assert not claim(connection, now=now, token="benchmark", limit=50, lease=timedelta(minutes=15))


def milliseconds(action: Callable[[], None], times: int = 500) -> float:
    """The median time of an action, with its transaction, on a connection that is open."""
    spent = []
    for _ in range(times):
        start = perf_counter()
        action()
        spent.append(perf_counter() - start)
    return median(spent) * 1000


@contextmanager
def empty_database(kind: str) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'ledger.db'}"
    else:
        with running_postgres() as server, server.new_database() as url:
            yield url


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--communes", type=int, default=10_600)
    options.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--one", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.communes)))
        return
    print(
        f"{'':11} {'obligations':>12} {'schedule s':>11} {'apply s':>8} {'peak MiB':>9} {'look ms':>8} {'claim ms':>9}"
    )
    for kind in given.databases:
        found = []
        for communes in (given.communes // 10, given.communes):
            with empty_database(kind) as url:
                command = [sys.executable, "-m", "benchmarks.ledger", "--one", url, "--communes", str(communes)]
                told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            one = json.loads(told)
            found.append(one["idle_read"] + one["idle_claim"])
            print(
                f"{kind:11} {communes * TASKS:12,} {one['scheduled']:11.1f} {one['applied']:8.1f} {one['peak']:9.0f} "
                f"{one['idle_read']:8.3f} {one['idle_claim']:9.3f}"
            )
        print(f"{kind:11} an idle round costs {found[1]:.2f} ms, {found[1] / found[0]:.2f} times that of a tenth")


if __name__ == "__main__":
    main()

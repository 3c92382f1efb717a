"""The ledger at the size of a country: applying a plan, an idle round, and what the ledger adds to a letter.

    python -m benchmarks.ledger                     530,000 obligations beside 53,000, SQLite and PostgreSQL
    python -m benchmarks.ledger --communes 106000   ten times as many

Each database and size runs in a process of its own, so that the peak of its memory is its own. Compare the figures
of one run with each other: absolute ones drift from day to day. The stages of a letter (a digest of ten duties) are
in microseconds of this process's CPU; `reckon` is the part of `enqueue` and `record` that the core takes to find
the next actions.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import text

from dondoc.core.decide import next_action
from dondoc.core.history import Reminded, Step
from dondoc.core.letter import Letter, Recipient, letter_id, natural_key
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.round import Matter
from dondoc.core.schedule import schedule
from dondoc.store.adoption import apply_version
from dondoc.store.database import Database, migrate, open_database
from dondoc.store.delivery import Outcome, claim, record_outcomes
from dondoc.store.matters import awaiting_action
from dondoc.store.outbox import Posting, enqueue_all
from dondoc.store.plans import applied
from dondoc.store.portions import portions
from tests.servers.postgres import running_postgres

TASKS = 50
NOW = datetime(2023, 1, 2, 2, tzinfo=UTC)
DUE = datetime(2023, 3, 6, 2, tzinfo=UTC)
DUTIES = 10
"""In a digest."""
LETTERS = 2_000
LEASE = timedelta(minutes=15)
COLUMNS = {
    "scheduled": ("schedule s", 1), "applied": ("apply s", 1), "peak": ("peak MiB", 0),
    "idle_read": ("idle look ms", 3), "idle_claim": ("idle claim ms", 3),
    "load": ("load µs", 0), "enqueue": ("enqueue µs", 0), "claim": ("claim µs", 0), "record": ("record µs", 0),
    "reckon": ("reckon µs", 0),
}  # fmt: skip


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
        **stages(url),
    }


def stages(url: str) -> dict[str, float]:
    """Write, claim and record letters about the duties that are due first: microseconds of CPU per letter."""
    database, spent = open_database(url), Spent()
    with database.reading() as connection, spent.on("load"):
        page = awaiting_action(connection, DUE)
        matters = [*page.matters]
        while page.last and len(matters) < LETTERS * DUTIES:
            page = awaiting_action(connection, DUE, after=page.last)
            matters += page.matters
        calendar = applied(connection, "ca-nuoc-2023").calendar
    with spent.on("reckon"):
        for _ in ("enqueued", "sent"):
            for matter in matters:
                next_action(*matter, calendar)
    bundles = [[digest(f"{n}@x.example", matters[n : n + DUTIES])] for n in range(0, len(matters), DUTIES)]
    with spent.on("enqueue"):
        for some in portions(bundles, 100):
            with database.writing() as connection:
                assert all(enqueue_all(connection, some))
    while True:
        with spent.on("claim"), database.writing() as connection:
            claimed = claim(connection, now=DUE, token="benchmark", limit=100, lease=LEASE)
        if not claimed:
            return {name: seconds / len(bundles) * 1e6 for name, seconds in spent.seconds.items()}
        with spent.on("record"), database.writing() as connection:
            sent = [Outcome(letter.id, "sent", "250 ok") for letter in claimed.letters]
            record_outcomes(connection, sent, token="benchmark", now=DUE)


class Spent:
    """Seconds of CPU by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count what is done within towards a stage."""
        start = process_time()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0) + process_time() - start


def digest(to: str, matters: Sequence[Matter]) -> Posting:
    """A letter of six kilobytes that reminds of these duties."""
    key = natural_key(to, "duties", DUE.date())
    step = Step(0, "remind/14 days before", 0, to)
    letter = Letter(
        id=letter_id(key), natural_key=key, recipient=Recipient(to, "X", "ban", "head", to, None, "mail", "vi"),
        kind="duties", day=DUE.date(), subject="[Nhắc việc]", text="t" * 2_000, html="h" * 4_000, short="s",
        created_at=DUE, not_before=DUE, valid_until=None, urgent=False, plans=("ca-nuoc-2023",),
        about=tuple(one.id for one, _ in matters), steps=tuple((one.id, step) for one, _ in matters), thread=to,
    )  # fmt: skip
    events = (
        Reminded(obligation=one.id, happened_at=DUE, recorded_at=DUE, by="dondoc", step=step, letter=letter.id)
        for one, _ in matters
    )
    return Posting(letter, tuple(events))


def look(database: Database, now: datetime) -> None:
    with database.reading() as connection:
        assert awaiting_action(connection, now).matters == ()


def take(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        assert not claim(connection, now=now, token="benchmark", limit=50, lease=LEASE)


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
    print("".join(f"{name:>14}" for name in ("", "obligations", *(told for told, _ in COLUMNS.values()))))
    for kind in given.databases:
        idle = []
        for communes in (given.communes // 10, given.communes):
            with empty_database(kind) as url:
                command = [sys.executable, "-m", "benchmarks.ledger", "--one", url, "--communes", str(communes)]
                told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            one = json.loads(told)
            idle.append(one["idle_read"] + one["idle_claim"])
            figures = "".join(f"{one[name]:14.{digits}f}" for name, (_, digits) in COLUMNS.items())
            print(f"{kind:>14}{communes * TASKS:14,}{figures}")
        print(f"{kind:>14}  an idle round costs {idle[1]:.2f} ms, {idle[1] / idle[0]:.2f} times that of a tenth")


if __name__ == "__main__":
    main()

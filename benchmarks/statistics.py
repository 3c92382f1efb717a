"""What pages ask of the ledger: the counts of a plan several ways, what is late, what was reported.

    python -m benchmarks.statistics                  126 units x 40 tasks x 2 years, then 10,600 units x 40 tasks
    python -m benchmarks.statistics --units 126      only the first

Half of what was due is done, a tenth of it late, a tenth overdue; every unit handed in a form with fourteen indicators
for each of two periods. Milliseconds of wall time, the 95th percentile of twenty.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from sqlalchemy import text

from benchmarks.ledger import empty_database
from dondoc.core.history import Escalated, Event, Step, Submitted
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.core.statistics import Counts
from dondoc.reports.figures import escalations, indicator_rows, late, plan_figures
from dondoc.store.adoption import apply_version
from dondoc.store.database import Database, migrate, open_database
from dondoc.store.ledger import record
from dondoc.store.plans import applied
from dondoc.store.portions import portions
from dondoc.store.standings import tallies
from dondoc.store.submissions import keep_submission

TASKS = 49  # and one with a form
BEGUN = datetime(2023, 1, 2, 2, tzinfo=UTC)
COUNTED = datetime(2024, 7, 10, 2, tzinfo=UTC)
LEADER = "thu-ky@tinh.example"
GOAL = {126: 300.0, 10_600: 1_000.0}
"""Milliseconds."""


def organisation(units: int) -> Organisation:
    """So many units that owe everything."""
    owing = [{"id": f"u-{n:05}", "name": f"Xã {n}", "level": "commune"} for n in range(units)]
    department = {"id": "ban", "name": "Ban", "kind": "department"}
    secretary = {"role": "secretary", "email": LEADER}
    bodies = [{"id": "thuong-truc", "name": "Thường trực", "secretary": secretary}]
    written = {"organisation": "tinh", "name": "Tỉnh", "units": [*owing, department], "committees": bodies}
    return Organisation.model_validate(written)


def plan(years: int) -> Plan:
    """Forty tasks in four sections, each owed once a year."""
    tasks = [
        {
            "id": f"viec-{n:02}",
            "title": f"Việc {n}",
            "owner": "each commune",
            "occasions": [
                {"id": str(2023 + year), "due": (date(2023 + year, 1, 16) + timedelta(days=8 * n)).isoformat()}
                for year in range(years)
            ],
            "submit": "acknowledgement",
        }
        for n in range(TASKS)
    ]
    fields = [
        {"id": f"I{n:02}", "label": f"Chỉ tiêu {n}", "type": "integer", "over_time": "sum", "across_units": "sum"}
        for n in range(14)
    ]
    report = {
        "id": "bao-cao", "title": "Báo cáo", "owner": "each commune", "submit": {"form": "so-lieu"},
        "due": {"every": "year", "only": [str(2023 + n) for n in range(years)], "by": "5 working days after cut-off"},
    }  # fmt: skip
    tasks.append(report)
    sections = [{"id": str(n), "title": f"Phần {n}", "tasks": tasks[n::4]} for n in range(4)]
    return Plan.model_validate(
        {
            "plan": "tinh", "title": "Kế hoạch", "issued": "2023-01-02", "period": "2023-01-02/2024-12-31",
            "focal_point": "ban", "forms": {"so-lieu": {"fields": fields}}, "sections": sections,
        }
    )  # fmt: skip


def fill(database: Database, units: int, years: int) -> int:
    """Apply the plan and let two years happen; how many obligations there are."""
    body, wanted = organisation(units), plan(years)
    owed = list(schedule(wanted, body))
    with database.writing() as connection:
        apply_version(connection, wanted, body, "", owed, now=BEGUN, by="benchmark")
    events: list[Event] = []
    for number, one in enumerate(owed):
        if one.due.at > COUNTED:
            continue
        about = {"obligation": one.id, "by": "benchmark"}
        late_ = timedelta(days=5 if number % 10 == 9 else -5)
        at = one.due.at + late_
        if number % 10:
            events.append(Submitted(happened_at=at, recorded_at=at, version=1, channel="form", **about))  # type: ignore[arg-type]
        elif number % 50 == 0:
            step = Step(0, "escalate/thuong-truc", 0, "x")
            at = one.due.at + timedelta(days=7)
            up = {"step": step, "letter": f"l-{number}", "to": "thuong-truc"}
            events.append(Escalated(happened_at=at, recorded_at=at, **up, **about))  # type: ignore[arg-type]
    for some in portions(events, 20_000):
        with database.writing() as connection:
            record(connection, some)
    with database.writing() as connection:
        for number, one in enumerate(owed):
            if one.task == "bao-cao":
                data = {f"I{n:02}": number % 97 + n for n in range(14)}
                keep_submission(
                    connection, one.id, received_at=BEGUN, recorded_at=BEGUN, channel="form", by="x", data=data
                )
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return len(owed)


def percentile(action: Callable[[], object], times: int = 20) -> float:
    spent = []
    for _ in range(times):
        start = perf_counter()
        action()
        spent.append(perf_counter() - start)
    return sorted(spent)[int(times * 0.95) - 1] * 1000


def measure(database: Database, units: int) -> dict[str, float]:
    """What each page asks."""
    grid = units < 1_000

    def asking(what: Callable[..., object], *more: object, **named: object) -> Callable[[], object]:
        def ask() -> object:
            with database.reading() as connection:
                one = applied(connection, "tinh")
                return what(connection, one, *more, **named)

        return ask

    asked: dict[str, Callable[[], object]] = {
        "overview": lambda: overview(database),
        "plan": asking(plan_figures, COUNTED, grid=grid),
        "late": asking(late, COUNTED, limit=50),
        "one unit": asking(late, COUNTED, owner="u-00010"),
        "escalated": asking(escalations, COUNTED, limit=50),
        "an indicator": asking(indicator_rows, date(2023, 1, 1), date(2024, 12, 31), only={"I00"}),
    }
    if grid:
        asked["all indicators"] = asking(indicator_rows, date(2023, 1, 1), date(2024, 12, 31))
        asked["as of"] = asking(plan_figures, COUNTED, as_of=COUNTED - timedelta(days=100))
    return {name: percentile(what, 20 if name != "as of" else 5) for name, what in asked.items()}


def overview(database: Database) -> Counts:
    with database.reading() as connection:
        return tallies(connection, COUNTED)[()].in_force


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--units", nargs="+", type=int, default=[126, 10_600])
    options.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = options.parse_args()
    for units in given.units:
        for kind in given.databases:
            with empty_database(kind) as url:
                database = open_database(url)
                migrate(database)
                began = time.perf_counter()
                count = fill(database, units, 2 if units < 1_000 else 1)
                filled = time.perf_counter() - began
                found = measure(database, units)
                database.close()
            told = "  ".join(f"{name} {spent:.0f}" for name, spent in found.items())
            worst = max(spent for name, spent in found.items() if name != "as of")
            print(f"{kind:>11} {count:9,} obligations (made in {filled:.0f} s): {told}   goal {GOAL.get(units, 0):.0f}"
                  f" {'met' if worst <= GOAL.get(units, 0) else 'MISSED'}")  # fmt: skip


if __name__ == "__main__":
    main()

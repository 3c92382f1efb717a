"""The Government's figures of 2017 on the tasks it gave to ministries and provinces, from a ledger made to match.

In all 21,914 tasks: done 16,051 (14,068 on time, 1,983 late), not done 5,863 (5,640 in time, 223 overdue).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dondoc.core.history import Submitted
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.core.statistics import Counts
from dondoc.reports.figures import plan_figures
from dondoc.store.adoption import apply_version
from dondoc.store.database import Database, open_database
from dondoc.store.ledger import record
from dondoc.store.plans import applied
from tests.ledgers import with_tables

UNITS = 10_957  # two tasks each
BEGUN = datetime(2017, 1, 3, 2, tzinfo=UTC)
ON_TIME, LATE = datetime(2017, 6, 20, 2, tzinfo=UTC), datetime(2017, 7, 10, 2, tzinfo=UTC)
COUNTED = datetime(2017, 10, 15, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("2017")
    database = open_database(with_tables(f"sqlite:///{folder / 'ledger.db'}"))
    units = [{"id": f"u-{n:05}", "name": f"Đơn vị {n}", "level": "unit"} for n in range(UNITS)]
    organisation = Organisation.model_validate({"organisation": "cp", "name": "Chính phủ", "units": units})
    task = {"title": "Nhiệm vụ", "owner": "each unit", "submit": "acknowledgement"}
    plan = Plan.model_validate(
        {
            "plan": "nhiem-vu-2017", "title": "Nhiệm vụ giao năm 2017", "issued": "2017-01-03",
            "period": "2017-01-03/2017-12-31", "focal_point": "u-00000",
            "sections": [
                {"id": "I", "title": "Sáu tháng", "tasks": [{"id": "a", "due": "2017-06-30", **task}]},
                {"id": "II", "title": "Cả năm", "tasks": [{"id": "b", "due": "2017-12-29", **task}]},
            ],
        }
    )  # fmt: skip
    with database.writing() as connection:
        apply_version(connection, plan, organisation, "", schedule(plan, organisation), now=BEGUN, by="test")
    done = [("a", n, ON_TIME) for n in range(8_751)] + [("a", n, LATE) for n in range(8_751, 8_751 + 1_983)]
    done += [("b", n, ON_TIME) for n in range(14_068 - 8_751)]
    with database.writing() as connection:
        record(
            connection,
            (
                Submitted(
                    obligation=f"nhiem-vu-2017/{task}/u-{n:05}/once", by="test", version=1, channel="form",
                    happened_at=at, recorded_at=at + timedelta(days=3),
                )
                for task, n, at in done
            ),
        )  # fmt: skip
    yield database
    database.close()


WHOLE = Counts(done_on_time=14_068, done_late=1_983, open_in_time=5_640, open_overdue=223)


def test_the_four_cells_of_2017_are_reproduced(ledger: Database) -> None:
    with ledger.reading() as connection:
        counts = plan_figures(connection, applied(connection, "nhiem-vu-2017"), COUNTED, grid=False).counts
    assert counts.whole.in_force == WHOLE
    assert counts.whole.original == WHOLE
    assert (WHOLE.total, WHOLE.done, WHOLE.open_in_time + WHOLE.open_overdue) == (21_914, 16_051, 5_863)
    assert counts.by_section["I"].in_force == Counts(done_on_time=8_751, done_late=1_983, open_overdue=223)
    assert counts.by_section["II"].in_force == Counts(done_on_time=5_317, open_in_time=5_640)
    assert counts.by_unit["u-00000"].in_force == Counts(done_on_time=2)


def test_timeliness_and_completeness_are_of_what_is_done_or_overdue() -> None:
    assert round(float(WHOLE.timeliness or 0), 4) == 0.8644  # 14,068 of 16,274
    assert round(float(WHOLE.completeness or 0), 4) == 0.9863  # 16,051 of 16,274
    assert Counts(open_in_time=3).timeliness is None

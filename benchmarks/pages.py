"""How long the portal takes for each page of the leadership, from the request to the last byte, without the network.

    python -m benchmarks.pages                  126 units x 40 tasks x 2 years, then 10,600 units x 40 tasks
    python -m benchmarks.pages --units 126 --databases sqlite

The ledger is that of `benchmarks.statistics`. Milliseconds, the 95th percentile of so many requests of each page.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import timedelta

import httpx

from benchmarks.ledger import empty_database
from benchmarks.statistics import COUNTED, GOAL, LEADER, fill
from dondoc.desk.links import new_link
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.links import keys_of
from dondoc.settings import load_settings
from dondoc.store.database import migrate
from dondoc.web.app import portal

PAGES = {
    "overview": "/lead",
    "plan": "/p/tinh",
    "plan, further": "/p/tinh?first=80",
    "unit": "/units/u-00010",
    "task": "/t/tinh/viec-07",
    "period": "/t/tinh/viec-07/2023",
    "indicator": "/i/tinh/I03",
    "history": "/h/tinh/viec-07/u-00020/2023",
    "list": "/list?plan=tinh&cell=open_overdue",
    "list, deep": "/list?cell=total&first=3000",
    "dossier": "/d/thuong-truc",
}


async def measure(place: Workplace, times: int) -> dict[str, float]:
    """The 95th percentile of each page."""
    transport = httpx.ASGITransport(portal(place))
    found: dict[str, float] = {}
    for name, path in PAGES.items():
        link, _ = new_link(place, LEADER, purpose="read", lasts=timedelta(days=1), by="benchmark")
        async with httpx.AsyncClient(transport=transport, base_url="http://portal", follow_redirects=True) as leader:
            await leader.get(keys_of(place.settings).address("/lead", link.id))
            spent = []
            for _ in range(times):
                start = time.perf_counter()
                answer = await leader.get(path)
                spent.append((time.perf_counter() - start) * 1000)
                assert answer.status_code == 200, (path, answer.status_code)
        found[name] = sorted(spent)[max(0, int(times * 0.95) - 1)]
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--units", nargs="+", type=int, default=[126, 10_600])
    options.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--times", type=int, default=20)
    given = options.parse_args()
    for units in given.units:
        for kind in given.databases:
            with empty_database(kind) as url, tempfile.TemporaryDirectory(prefix="dondoc-") as home:
                place = open_workplace(load_settings({"DONDOC_HOME": home, "DONDOC_DATABASE_URL": url})).at(COUNTED)
                migrate(place.database)
                count = fill(place.database, units, 2 if units < 1_000 else 1)
                found = asyncio.run(measure(place, given.times))
                place.database.close()
            goal = GOAL.get(units, 0)
            print(f"{kind}, {count:,} obligations, goal {goal:.0f} ms: "
                  f"{'met' if max(found.values()) <= goal else 'MISSED'}")  # fmt: skip
            for name, spent in found.items():
                print(f"    {name:<14} {spent:6.0f}")


if __name__ == "__main__":
    main()

"""Many units hand in within the same minute: how long the portal takes to answer, and that no receipt is empty words.

    python -m benchmarks.portal [sqlite|postgresql]

`dondoc serve` runs as a program of its own. Each unit opens its letter's link, fills in the form, takes its last look,
sends, and sees its receipt. In the middle the portal is killed and started again; whoever gets no answer asks again.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.schedule import schedule
from dondoc.desk.links import new_link
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.service.prefect_server import free_port
from dondoc.settings import load_settings
from dondoc.store.adoption import apply_version
from dondoc.store.database import migrate

TASK = "ke-hoach/bao-cao/{}/once"
PATIENCE = 60.0

PLAN = """\
plan: ke-hoach
title: Kế hoạch công tác trẻ em
issued: 2026-01-05
period: 2026-01-05/2099-12-31
focal_point: ban
policies: {usual: {remind: [7 days before]}}
policy: usual
forms:
  so-lieu:
    fields:
      - {id: I12, label: Số vụ tiếp nhận, type: integer, min: 0}
      - {id: I13, label: Số vụ giải quyết, type: integer, min: 0}
    checks: [I13 <= I12 or note]
sections:
  - id: I
    title: Báo cáo
    tasks:
      - {id: bao-cao, title: Báo cáo, owner: each district, due: 2099-06-19, submit: {form: so-lieu, review: ban}}
"""


def organisation(units: int) -> str:
    """An organisation with so many districts."""
    districts = "\n".join(
        f"  - {{id: {unit(n)}, name: Huyện {n}, in: hoi, level: district, "
        f"people: [{{role: head, email: {person(n)}, receives: [duties]}}]}}"
        for n in range(units)
    )
    return (
        "organisation: hoi\nname: Hội\ncalendar: {holidays: VN}\nlevels: [province, district]\nunits:\n"
        "  - {id: hoi, name: Hội Phụ nữ tỉnh, level: province, people: [{role: head, email: chu-tich@hoi.example}]}\n"
        "  - {id: ban, name: Ban Gia đình, in: hoi, kind: department, "
        "people: [{role: officer, email: can-bo@hoi.example}]}\n" + districts + "\n"
    )


def unit(n: int) -> str:
    """The id of a district."""
    return f"huyen-{n}"


def person(n: int) -> str:
    """Whoever answers for a district."""
    return f"can-bo@huyen-{n}.example"


@dataclass
class Crowd:
    """What became of everybody: seconds of each answered request, and the receipts that were seen."""

    seconds: list[float] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    asked_again: int = 0

    def percentile(self, share: float) -> float:
        """So many of the answers came within this many seconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Served:
    """`dondoc serve` as a program, which can be killed and started again at the same port."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")},
            "DONDOC_HOME": str(home), "DONDOC_DATABASE_URL": database_url, "DONDOC_BASE_URL": self.url,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = "from dondoc.cli import main; main()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", str(self.port)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if httpx.get(f"{self.url}/healthy").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > until or self._process.poll() is not None:
                raise OSError("the portal does not answer")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@contextmanager
def office(folder: Path, database_url: str, units: int) -> Iterator[tuple[Served, Workplace, list[str]]]:
    """A portal for so many districts, its workplace, and a link for each."""
    served = Served(folder / "home", database_url)
    place = open_workplace(load_settings(served.environment))
    migrate(place.database)
    plan, house = load_plan(PLAN).value, load_organisation(organisation(units)).value
    assert plan is not None
    assert house is not None
    with place.database.writing() as connection:
        apply_version(connection, plan, house, PLAN, schedule(plan, house), now=place.now(), by="bench")
    day = timedelta(days=1)
    links = [new_link(place, person(n), purpose="answer", lasts=day, by="bench")[1] for n in range(units)]
    served.start()
    try:
        yield served, place, links
    finally:
        served.kill()
        place.database.close()


async def everybody(url: str, links: list[str], spread: float, halfway: Callable[[], None] | None) -> Crowd:
    """Everybody hands in within `spread` seconds; `halfway` happens in the middle."""
    crowd = Crowd()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)

    async def one(n: int, link: str) -> None:
        await asyncio.sleep(spread * n / len(links))
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as browser:
            while True:
                try:
                    crowd.receipts[unit(n)] = await _hand_in(browser, link, n, crowd)
                    return
                except (httpx.TransportError, _Unanswered):
                    crowd.asked_again += 1
                    await asyncio.sleep(0.5)

    async def interrupt() -> None:
        if halfway is not None:
            await asyncio.sleep(spread / 2)
            await asyncio.to_thread(halfway)

    await asyncio.gather(interrupt(), *(one(n, link) for n, link in enumerate(links)))
    return crowd


class _Unanswered(Exception):
    """What came was no receipt."""


async def _hand_in(browser: httpx.AsyncClient, link: str, n: int, crowd: Crowd) -> str:
    path = f"/o/{TASK.format(unit(n))}"

    async def ask(method: str, where: str, **form: str) -> httpx.Response:
        began = time.perf_counter()
        answer = await browser.request(method, where, data=form or None)
        if answer.status_code >= 400:
            raise _Unanswered(answer.status_code)
        crowd.seconds.append(time.perf_counter() - began)
        return answer

    await ask("GET", link)
    shown = await ask("GET", path)
    found = re.search(r'name="csrf" value="([^"]+)"', shown.text)
    if found is None:
        raise _Unanswered(shown.text)
    csrf = found[1]
    figures = {"f-I12": str(n + 5), "f-I13": str(n)}
    await ask("POST", path, csrf=csrf, do="check", **figures)
    await ask("GET", f"{path}/check")
    await ask("POST", f"{path}/send", csrf=csrf, answering=f"Cán bộ {n}")
    receipt = await ask("GET", f"{path}/receipt")
    reference = re.search(r'id="reference">([^<]+)<', receipt.text)
    if reference is None:
        raise _Unanswered(receipt.text)
    return reference[1]


def main(kind: str = "sqlite", units: int = 200, spread: float = 60.0) -> None:
    """Measure, without and with the portal killed in the middle."""
    for killed in (False, True):
        with tempfile.TemporaryDirectory() as name, _database(kind, Path(name)) as url:
            with office(Path(name), url, units) as (served, _, links):
                halfway = (lambda served=served: (served.kill(), served.start())) if killed else None
                crowd = asyncio.run(everybody(served.url, links, spread, halfway))
            told = ", killed in the middle" if killed else ""
            print(
                f"{kind}: {units} units in {spread:.0f} s{told}: {len(crowd.receipts)} receipts, "
                f"{len(crowd.seconds)} requests answered, median {crowd.percentile(0.5) * 1000:.0f} ms, "
                f"p95 {crowd.percentile(0.95) * 1000:.0f} ms, longest {max(crowd.seconds) * 1000:.0f} ms, "
                f"asked again {crowd.asked_again}"
            )


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'dondoc.db'}"
        return
    from tests.servers.postgres import running_postgres

    with running_postgres() as server, server.new_database() as url:
        yield url


if __name__ == "__main__":
    for one in sys.argv[1:] or ["sqlite", "postgresql"]:
        main(one)

"""A whole round, from the ledger to the mail server and back: what a digest of ten duties costs, stage by stage.

    python -m benchmarks.round                          1,000 and 20,000 letters, both databases, 1 and 2 workers
    python -m benchmarks.round --letters 100000         as many as a country has
    python -m benchmarks.round --alternatives           beside it: a Prefect task run a letter, Django's send
    python -m benchmarks.round --due 10600              what 530,000 duties due at once need of memory
    python -m benchmarks.round --receiver postfix       handed over to Postfix, which queues each letter, then drops it

Letters go over SMTP to Postfix's `smtp-sink`, which throws them away. How far each worker has come is told on standard
error every few seconds. The figures are microseconds of CPU of the worker itself for each letter, of two workers
together; the database server's and the receiver's are not among them. `start` is what a process spends once, on
reading the plan and the calendar. Compare the figures of one run with each other: absolute ones drift from day to
day. Memory is the peak of the process itself (VmHWM).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time, thread_time
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.alternatives import smtp_sink
from benchmarks.ledger import country
from dondoc.core.history import Sent
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.desk import deliver, follow_up
from dondoc.desk import round as round_
from dondoc.desk.follow_up import Tally
from dondoc.desk.letterheads import letterheads
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.settings import load_settings
from dondoc.store.adoption import apply_version
from dondoc.store.database import migrate, open_database
from dondoc.store.schema import history, outbox
from tests.servers.mailstack import MailStack
from tests.servers.postgres import PostgresServer, running_postgres

EVERY = 5.0
"""Seconds between two words about how far it is."""
DUTIES = 10
"""In a digest."""
ISSUED = datetime(2023, 1, 2, 2, tzinfo=UTC)
AT = datetime(2023, 3, 6, 1, tzinfo=UTC)
"""08:00 on the Monday a fortnight before all is due: the first reminder."""

STAGES: dict[str, tuple[tuple[Any, str], ...]] = {
    "load": ((round_, "gather"),),
    "decide": ((follow_up, "decide_round"),),
    "render": ((follow_up, "render_digest"),),
    "outbox": ((follow_up, "enqueue_all"), (follow_up, "generations")),
    "claim": ((deliver, "_claim"),),
    "mime": ((deliver, "message_of"), (deliver, "to_bytes")),
    "record": ((deliver, "_record"),),
}
"""The functions in which each stage spends its time; the rest of the process's is SMTP and the way between them."""


def one_day_plan(many: int) -> Plan:
    """So many tasks of every commune, due on one day."""
    tasks = [
        {
            "id": f"viec-{number:02}",
            "title": f"Báo cáo kết quả thực hiện nhiệm vụ {number}",
            "owner": "each commune",
            "due": "2023-03-20",
            "submit": {"what": "files", "review": "ban"},
        }
        for number in range(many)
    ]
    return Plan.model_validate(
        {
            "plan": "ca-nuoc-2023",
            "title": "Kế hoạch năm 2023",
            "issued": "2023-01-02",
            "period": "2023-01-02/2023-12-31",
            "focal_point": "ban",
            "policy": {
                "remind": ["14 days before", "7 days before", "1 working day before", "on the day"],
                "chase": "every 2 working days after",
                "escalate": [
                    {"after": "1 working day", "to": "head of owner"},
                    {"after": "3 working days", "to": "focal point"},
                    {"after": "5 working days", "to": "thuong-truc", "again": "every 10 working days"},
                ],
            },
            "sections": [{"id": "I", "title": "Việc", "tasks": tasks}],
        }
    )


def prepare(url: str, letters: int, tasks: int) -> None:
    """Bring the plan into force for so many communes."""
    database = open_database(url)
    migrate(database)
    plan, organisation = one_day_plan(tasks), country(letters)
    with database.writing() as connection:
        apply_version(connection, plan, organisation, "", schedule(plan, organisation), now=ISSUED, by="benchmark")
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    database.close()


class Spent:
    """Seconds of CPU by stage, whatever thread they are spent in."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def watch(self) -> None:
        """Count what the functions of each stage spend from now on."""
        for stage, functions in STAGES.items():
            for module, name in functions:
                setattr(module, name, self._counted(stage, getattr(module, name)))

    def _counted(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            start = thread_time()
            try:
                return function(*given, **named)
            finally:
                self.seconds[stage] += thread_time() - start

        return counted


def work(url: str, smtp: str) -> dict[str, Any]:
    """Hold one round; what it took, stage by stage."""
    spent = Spent()
    spent.watch()
    place = _place(url, smtp)
    told = Told()
    with place.database.reading():
        pass
    wall, cpu = perf_counter(), process_time()
    with place.database.reading() as connection:
        letterheads(connection, place.settings)
    spent.seconds["start"] = process_time() - cpu
    tally = asyncio.run(run_round(replace(place, reached=told.reached), AT, progress=told.part))
    cpu, wall = process_time() - cpu, perf_counter() - wall
    spent.seconds["smtp"] = cpu - sum(spent.seconds.values())
    return {
        "enqueued": tally.enqueued, "sent": tally.sent, "wall": wall, "cpu": cpu, "peak": peak(), **spent.seconds,
    }  # fmt: skip


class Told:
    """Says on standard error how far a round has come."""

    def __init__(self) -> None:
        self._sent = self._written = 0
        self._last = perf_counter()

    def part(self, tally: Tally) -> None:
        """A part was decided on and written."""
        self._written = tally.enqueued

    def reached(self, stage: str) -> None:
        """A named point of the round."""
        self._sent += stage == "recorded"
        if perf_counter() - self._last > EVERY:
            self._last = perf_counter()
            written = f"{self._written:,} letters written in parts, " if self._written else ""
            print(
                f"  worker {os.getpid()}: {written}{self._sent:,} sent, {peak():.0f} MiB", file=sys.stderr, flush=True
            )


def _place(url: str, smtp: str) -> Workplace:
    return open_workplace(
        load_settings(
            {
                "DONDOC_HOME": tempfile.gettempdir(),
                "DONDOC_DATABASE_URL": url,
                "DONDOC_SMTP_URL": smtp,
                "DONDOC_FROM": "Ban theo dõi <theo-doi@tinh-hoi.example>",
            }
        )
    )


def peak() -> float:
    """The most memory that this process has had, in MiB; a child begins with none of its parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmHWM")


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Copies of one prepared ledger, so that each trial begins with the same."""

    kind: str
    server: PostgresServer | None
    folder: Path

    @contextmanager
    def prepared(self, letters: int, tasks: int = DUTIES) -> Iterator[Callable[[], str]]:
        """A function that gives the address of a new copy."""
        size = ("--letters", str(letters), "--tasks", str(tasks))
        if self.server is None:
            file = self.folder / f"{letters}.db"
            run("--prepare", f"sqlite:///{file}", *size)
            yield lambda: _copied(file)
            return
        with self.server.new_database() as url:
            run("--prepare", url, *size)
            name, number = url.rpartition("/")[2], iter(range(1_000))

            def copy() -> str:
                fresh = f"{name}_{next(number)}"
                assert self.server is not None
                self.server.copy_database(name, fresh)
                return f"{self.server.url}/{fresh}"

            yield copy


def _copied(file: Path) -> str:
    handle, name = tempfile.mkstemp(suffix=".db", dir=file.parent)
    os.close(handle)
    shutil.copyfile(file, name)
    return f"sqlite:///{name}"


def run(*arguments: str) -> str:
    """This benchmark in a process of its own, so that the peak of its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.round", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def trial(url: str, smtp: str, letters: int, workers: int) -> dict[str, Any]:
    """So many workers at once on one ledger; the sum of what they took, and the time until the last was done."""
    command = [sys.executable, "-m", "benchmarks.round", "--work", url, "--smtp", smtp]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    told = [json.loads(one.communicate()[0]) for one in running]
    total = {name: sum(one[name] for one in told) for name in told[0]}
    total["wall"], total["peak"] = max(one["wall"] for one in told), max(one["peak"] for one in told)
    assert total["enqueued"] == total["sent"] == letters, total
    database = open_database(url)
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.state == "sent")) == letters
        told_sent = select(func.count()).select_from(history).where(history.c.kind == "sent")
        assert connection.scalar(told_sent) == letters, f"a letter was recorded twice as {Sent.__name__}"
    database.close()
    return total


@contextmanager
def postfix() -> Iterator[str]:
    """The address of a Postfix that takes each letter upon itself, files it, and throws it away."""
    with MailStack() as mail:
        folder = str(mail.root / "postfix")
        subprocess.run(["postconf", "-c", folder, "-e", "default_transport=discard:"], check=True)
        subprocess.run(["postfix", "-c", folder, "reload"], check=True, capture_output=True)
        yield f"smtp://127.0.0.1:{mail.smtp_port}"


RECEIVERS: dict[str, Callable[[], Any]] = {"smtp-sink": smtp_sink, "postfix": postfix}
COLUMNS = ("start", *STAGES, "smtp", "cpu")


def table(kinds: list[str], sizes: list[int], workers: list[int], receiver: Callable[[], Any]) -> Iterator[list[str]]:
    """The rows of the table, as they are found."""
    for kind in kinds:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(running_postgres()) if kind == "postgresql" else None
            smtp = stack.enter_context(receiver())
            for letters in sizes:
                with Ledgers(kind, server, folder).prepared(letters) as copy:
                    for many in workers:
                        one = trial(copy(), smtp, letters, many)
                        figures = [f"{one[name] / letters * 1e6:.0f}" for name in COLUMNS]
                        speed = f"{letters / one['wall']:,.0f}"
                        yield [kind, f"{letters:,}", str(many), *figures, speed, f"{one['peak']:.0f}"]


def all_at_once(communes: int, kinds: list[str], receiver: Callable[[], Any]) -> None:
    """Fifty duties of every commune due at once: the peak of the memory of one worker."""
    for kind in kinds:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(running_postgres()) if kind == "postgresql" else None
            smtp = stack.enter_context(receiver())
            with Ledgers(kind, server, folder).prepared(communes, 50) as copy:
                one = trial(copy(), smtp, communes, 1)
                print(
                    f"{kind}: {communes * 50:,} duties due at once, {communes:,} letters in {one['wall']:.0f} s, "
                    f"{one['cpu'] / communes * 1e6:.0f} µs of CPU a letter, peak {one['peak']:.0f} MiB (goal: 400)",
                    flush=True,
                )


HEAD = ["database", "letters", "workers", *COLUMNS[:-1], "all", "letters/s", "peak MiB"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--letters", type=int, nargs="+", default=[1_000, 20_000])
    options.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options.add_argument("--receiver", choices=list(RECEIVERS), default="smtp-sink")
    options.add_argument(
        "--alternatives", action="store_true", help="what a Prefect task run a letter costs, and Django"
    )
    options.add_argument("--due", type=int, help="so many communes with fifty duties each, all due at once: memory")
    options.add_argument("--tasks", type=int, default=DUTIES, help=argparse.SUPPRESS)
    options.add_argument("--prepare", help=argparse.SUPPRESS)
    options.add_argument("--work", help=argparse.SUPPRESS)
    options.add_argument("--smtp", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.prepare:
        prepare(given.prepare, given.letters[0], given.tasks)
    elif given.work:
        print(json.dumps(work(given.work, given.smtp)))
    elif given.due:
        all_at_once(given.due, given.databases, RECEIVERS[given.receiver])
    else:
        if given.alternatives:
            subprocess.run([sys.executable, "-m", "benchmarks.alternatives"], check=True)
        print("".join(f"{name:>11}" for name in HEAD), flush=True)
        for row in table(given.databases, given.letters, given.workers, RECEIVERS[given.receiver]):
            print("".join(f"{cell:>11}" for cell in row), flush=True)


if __name__ == "__main__":
    main()

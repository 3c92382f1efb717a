"""What is told at the end: one obligation's story, the four cells by unit, and what lies where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dondoc.core.statistics import Counts, by_owner, tally_by
from dondoc.demo.stage import PLAN_ID, Stage
from dondoc.desk.explain import explain_obligation
from dondoc.desk.status import Status, status
from dondoc.desk.workplace import Workplace

SHOWN = f"{PLAN_ID}/bao-cao-6-thang/h-yen-phong/2023-H1"
"""The silent district's six-month report: every rung of the ladder was needed."""

HEADINGS = ("Đã làm\nđúng hạn", "Đã làm\nquá hạn", "Chưa làm\ntrong hạn", "Chưa làm\nquá hạn", "Tổng số")


def tell_the_end(console: Console, place: Workplace, stage: Stage, at: datetime, program: str) -> None:
    """Print how the year ended, as it stood at `at` (aware); `program` is how dondoc is called here."""
    _story(console, place, at)
    console.print()
    found = status(place, PLAN_ID, at)
    console.print(Text(found.titles[PLAN_ID], style="bold"), soft_wrap=True)
    console.print(_cells(found, at))
    console.print()
    _places(console, stage, program)


def _story(console: Console, place: Workplace, at: datetime) -> None:
    told = explain_obligation(place, SHOWN, at)
    console.print()
    console.print(Text(f"{told.explanation.obligation.title('vi')} – Hội LHPN huyện Yên Phong", style="bold"))
    console.print(Text(told.explanation.deadline.within("vi")), soft_wrap=True)
    for line in told.explanation.happened:
        moment = told.calendar.local(line.at)
        console.print(Text(f"  {moment:%d/%m/%Y %H:%M}  {line.text.within('vi')}"), soft_wrap=True)


def _cells(found: Status, at: datetime) -> Table:
    """The official form: done on time and late, not done in time and overdue, and the total."""
    judged = [(one.obligation, one.now) for one in found.obligations]
    tallies = tally_by(judged, at, by_owner)
    order = [unit.id for unit in found.obligations[0].directory.organisation.units if unit.id in tallies]
    table = Table(box=None, pad_edge=False)
    table.add_column("Đơn vị")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for unit in order:
        table.add_row(found.obligations[0].directory.name(unit), *_row(tallies[unit].in_force))
    table.add_row("Toàn kế hoạch", *_row(found.tally.in_force), style="bold")
    table.add_row("Nếu tính theo hạn ban đầu", *_row(found.tally.original), style="dim")
    return table


def _row(counts: Counts) -> Sequence[str]:
    cells = (counts.done_on_time, counts.done_late, counts.open_in_time, counts.open_overdue, counts.total)
    return [str(cell) for cell in cells]


def _places(console: Console, stage: Stage, program: str) -> None:
    letters = sum(1 for _ in stage.mailboxes.rglob("*.eml"))
    mailboxes = sum(1 for _ in stage.mailboxes.iterdir())
    lines: tuple[tuple[str, Path, str], ...] = (
        ("Letters", stage.mailboxes, f"{letters} .eml files in {mailboxes} mailboxes, for any mail program"),
        ("Answers", stage.home / "inbox", "what the districts dropped in, and what each was answered"),
        ("Plan", stage.plans, "the plan and the organisation as they were applied"),
        ("Ledger", stage.home / "dondoc.db", "obligations, history, submissions, outbox (SQLite)"),
        ("Prefect", stage.home / "prefect", "its server's database, with every run of the year"),
    )
    for what, where, note in lines:
        if where.exists():
            line = (
                Text(f"{what:8}", style="bold")
                .append(str(_from_here(where)), style="not bold")
                .append(f"  {note}", style="dim")
            )
            console.print(line, soft_wrap=True)
    console.print()
    opening = f"DONDOC_HOME={_from_here(stage.home)} {program} up"
    console.print(Text("Open it all: ").append(opening, style="bold"), soft_wrap=True)


def _from_here(path: Path) -> Path:
    """As it is called from where the demo was started."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path

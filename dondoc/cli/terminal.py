"""Answers on the terminal: tables and sentences for people, JSON for programs. Colours only on a real terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from dondoc.cli.options import WrongUsage

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {
    "overdue": "bold red", "open_overdue": "bold red", "returned": "red", "refused": "red", "uncertain": "yellow",
    "due_today": "bold yellow", "due_soon": "yellow", "submitted": "cyan", "to_hand_over": "cyan",
    "done_on_time": "green", "done_late": "green", "sent": "green",
    "waived": "dim", "cancelled": "dim", "before_adoption": "dim", "voided": "dim",
}  # fmt: skip
"""How a standing or a letter's state is shown."""

PIPE_WIDTH = 160


def console() -> Console:
    """Standard output; wide enough for whole ids where nobody looks at it."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, soft_wrap=False)


def say(sentence: str, style: str = "") -> None:
    """Print a sentence as it is, never taking brackets in it for markup."""
    if not (style and sys.stdout.isatty()):
        print(sentence, flush=True)
        return
    from rich.text import Text

    console().print(Text(sentence, style=style), soft_wrap=True)


def warn(sentence: str) -> None:
    """A sentence on standard error: something a person should know, and no program reads."""
    print(sentence, file=sys.stderr)


def agreed(question: str, *, alone: str, as_data: bool = False) -> bool:
    """Ask whoever sits at the terminal, wherever the answer goes; WrongUsage, saying `alone`, where nobody does."""
    if as_data or not sys.stdin.isatty():
        raise WrongUsage(f"Nobody can be asked here, and {alone}.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes", "c", "có", "co"}


def as_json(data: Any) -> None:
    """Print data as JSON, Vietnamese as it is."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
    """Print a table; a cell that is a known word is shown in its colour."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in columns:
        numeric = name in ("days late", "total", "number")
        shown.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_cell(cell), style=COLOURS.get(str(cell), "")) for cell in row))
    console().print(shown)


def many(count: int, what: str) -> str:
    """How many of something there are: `1 file`, `2 files`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def said_at(instant: datetime, zone: tzinfo) -> str:
    """An instant as people read it."""
    return f"{instant.astimezone(zone):%d/%m/%Y %H:%M}"


def _cell(cell: object) -> str:
    match cell:
        case None | False:
            return ""
        case True:
            return "yes"
        case _:
            return str(cell)

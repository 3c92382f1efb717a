"""The page docs/commands.md, made from the commands' own help: `python -m dondoc.cli.manual > docs/commands.md`."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from cyclopts import App

from dondoc.cli import PARTS
from dondoc.cli.commands import app

WIDTH = 100

INTRODUCTION = """\
# Commands

This page is the commands' own `--help`, written by `python -m dondoc.cli.manual`; a test keeps it so.

- Exit status: 0 done (warnings too), 1 problems found, 2 wrong usage.
- Sentences for people go to standard output, what went wrong to standard error. Nobody is shown a traceback:
  what dondoc did not foresee is written into `logs` in its folder, and the sentence names the file.
- What cannot be printed keeps nothing from being done: `dondoc apply FILE --yes | head -3` applies the plan.
  Questions are asked on standard error.
- `--json` answers with JSON. Instants are ISO 8601 with the organisation's offset; a deadline is the last second in
  which it is met, so that its day is the day people read.
- Every changing command takes `--by WHO` (who does it; by default the name you are logged in with) and
  `--at INSTANT` (when it happened; by default now). `at` decides between on time and late; the ledger keeps beside it
  when it was recorded.
- `status --at` and `explain --at` show what was known at that instant; `round`, `apply`, `outbox retry` and
  `outbox cancel` take `--at` for now.
- `DONDOC_NOW=2023-06-05T08:00` makes that the present for one command: a whole year can be rehearsed on a ledger of
  its own. Everything is then recorded as of that instant, and a line on standard error says so.
"""


def commands(of: App = app, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words that call each command, groups of commands before their members, as `--help` lists them."""
    for name in sorted(of):
        if name.startswith("-"):
            continue
        words = (*above, name)
        yield words
        yield from commands(of[name], words)


def help_of(words: tuple[str, ...]) -> str:
    """What `--help` prints for a command."""
    from rich.console import Console

    page = StringIO()
    app.help_print(list(words), console=Console(file=page, width=WIDTH, color_system=None))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()).strip()


def manual() -> str:
    """The whole page."""
    assert PARTS  # importing them is what adds their commands
    each = (f"## dondoc {' '.join(words)}\n\n```text\n{help_of(words)}\n```\n" for words in commands())
    return "\n".join((INTRODUCTION, f"```text\n{help_of(())}\n```\n", *each))


if __name__ == "__main__":
    print(manual(), end="")

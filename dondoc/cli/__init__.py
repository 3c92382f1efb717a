"""The command line: `dondoc COMMAND`. Exit status 0 done, 1 problems found, 2 wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import CycloptsError

from dondoc.cli import (
    arrivals,
    demo,
    importing,
    keeping,
    letters,
    links,
    obligations,
    plans,
    preview,
    reassign,
    reports,
    service,
    writing,
)
from dondoc.cli.commands import app
from dondoc.cli.mishap import note_down
from dondoc.cli.streams import Streams
from dondoc.errors import DondocError

PARTS = (
    plans,
    preview,
    writing,
    obligations,
    reassign,
    importing,
    keeping,
    service,
    letters,
    arrivals,
    links,
    reports,
    demo,
)
"""The modules whose commands make up the program."""


def main() -> None:
    """What the program `dondoc` does: run the command that was given, and end with its exit status."""
    streams = Streams()
    status = run(sys.argv[1:])
    printed = streams.finish()
    sys.exit(status or printed)


def run(words: Sequence[str]) -> int:
    """Run a command; returns its exit status. Whatever goes wrong is told in a sentence on standard error."""
    try:
        status = app(list(words), exit_on_error=False)
        return status if isinstance(status, int) else 0
    except CycloptsError:  # told by cyclopts already
        return 2
    except DondocError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - nobody at a desk should have to read a traceback
        print(note_down(error, words), file=sys.stderr)
        return 1

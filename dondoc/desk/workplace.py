"""The place where work is done: settings, ledger, attachments and the clock, opened once and handed down."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dondoc import clock
from dondoc.settings import Settings
from dondoc.store.attachments import Attachments
from dondoc.store.database import Database, open_database


def _go_on(stage: str) -> None:
    """What is done at a named point of a round: nothing."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything the functions of the desk need.

    `now` gives the aware UTC instant at which work is done: the clock's, or a fixed one in a simulated year.
    `reached` is called at named points of a round; the proof that a crash loses nothing kills the process there.
    """

    settings: Settings
    database: Database
    now: Callable[[], datetime] = field(default=clock.now)
    reached: Callable[[str], None] = field(default=_go_on)

    @property
    def attachments(self) -> Attachments:
        """Where the contents of files lie."""
        return Attachments(self.settings.home / "attachments")

    def at(self, instant: datetime | None) -> Workplace:
        """The same place at a given instant; None keeps its own clock."""
        if instant is None:
            return self
        fixed = instant.astimezone(UTC)
        return replace(self, now=lambda: fixed)


def open_workplace(settings: Settings) -> Workplace:
    """Open the ledger that `settings` name.

    Raises:
        DatabaseUnreachable, DatabaseOutdated: with a sentence for the operator.
    """
    # Thousands of matters are held at once, none of them garbage: looking for cycles among them after every 700
    # new objects, as Python does, cost a tenth to a fifth of a round.
    gc.set_threshold(50_000, 20, 100)
    return Workplace(settings, open_database(settings.database_url.get_secret_value()))

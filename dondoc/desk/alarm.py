"""Telling the administrator that rounds are in trouble: by the same outbox as every other letter."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from dondoc.core.notices import RoundTrouble, Trouble, alarm
from dondoc.desk.letterheads import letterheads
from dondoc.desk.notify import tell
from dondoc.desk.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Affected:
    """The run that something happened to: its name, its last words, and the address at which it is shown."""

    run: str = ""
    detail: str = ""
    link: str = ""


def raise_alarm(place: Workplace, at: datetime, what: Trouble, affected: Affected | None = None) -> int:
    """Put a letter to the administrator of each organisation into the outbox; returns how many.

    Whoever was told today that this kind of thing happened is not told again.
    """
    with place.database.writing() as connection:
        told = [
            (head, notice)
            for head in letterheads(connection, place.settings)
            for notice in alarm(
                RoundTrouble(what, head.calendar.day_of(at), **asdict(affected or Affected()), recorded_at=at),
                head.directory,
            )
        ]
        return tell(connection, told, at)

"""A year played without Prefect, and what lies in the mailboxes afterwards, told as the table by hand tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dondoc.core.history import Step
from dondoc.core.letter import Kind
from dondoc.demo.performance import ZONE
from dondoc.demo.post_office import Arrival
from dondoc.demo.reading import OpenedLetter, open_letter
from dondoc.demo.year import Played
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import Delivery, letters

TABLE = Path(__file__).with_name("letters-2023.txt")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOST = ".example"

Row = str
"""A line of the table: weekday, day and hour, kind, step, whom it is to."""

Duty = tuple[str, str]
"""The task and the unit under whose heading a row stands."""


@dataclass(frozen=True)
class Arrived:
    """A letter in a mailbox: when and whose, as it was opened, and the ledger's entry about it."""

    at: datetime
    mailbox: str
    opened: OpenedLetter
    kind: Kind
    steps: tuple[tuple[str, Step], ...]
    about: tuple[str, ...]


@dataclass(frozen=True)
class PlayedYear:
    place: Workplace
    rounds: Sequence[Played]
    arrived: Sequence[Arrived]
    refused: Sequence[Delivery]
    sent: Sequence[Delivery]


def looked_into(place: Workplace, rounds: Sequence[Played]) -> PlayedYear:
    """Open every letter that arrived, and find it in the ledger."""
    with place.database.reading() as connection:
        deliveries = {one.letter.id: one for one in letters(connection, limit=10_000)}
    arrivals = [arrival for played in rounds for arrival in played.arrivals]
    return PlayedYear(
        place,
        rounds,
        [_arrived(arrival, deliveries) for arrival in arrivals],
        [one for one in deliveries.values() if one.state == "refused"],
        [one for one in deliveries.values() if one.state == "sent"],
    )


def _arrived(arrival: Arrival, deliveries: dict[str, Delivery]) -> Arrived:
    opened = open_letter(arrival.file)
    letter = deliveries[opened.id].letter
    return Arrived(arrival.at.astimezone(ZONE), arrival.mailbox, opened, letter.kind, letter.steps, letter.about)


def table_by_hand() -> dict[Duty, list[Row]]:
    found: dict[Duty, list[Row]] = {}
    rows: list[Row] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        text = line.partition("# ")[0].rstrip()
        if not text or line.startswith("#"):
            continue
        if text[:3] in WEEKDAYS:
            rows.append(" ".join(text.split()))
        else:
            task, unit = text.split()
            rows = found[task, unit] = []
    return found


def table_as_played(year: PlayedYear) -> dict[Duty, list[Row]]:
    found: dict[Duty, list[Row]] = {}
    for one in year.arrived:
        for obligation, step in one.steps:
            _add(found, obligation, _row(one.at, one.kind, _told(step), one.mailbox))
        if not one.steps and one.kind != "summary":  # that is about the plan, whatever duties it names
            for obligation in one.about:
                _add(found, obligation, _row(one.at, one.kind, "-", one.mailbox))
    for delivery in year.refused:
        letter = delivery.letter
        at = letter.created_at.astimezone(ZONE)
        for obligation, step in letter.steps:
            _add(found, obligation, _row(at, letter.kind, _told(step), f"{letter.recipient.address}") + " REFUSED")
    return found


def by_time(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (datetime.strptime(row[4:20], "%d/%m/%Y %H:%M"), row))  # noqa: DTZ007 - compared


def _add(found: dict[Duty, list[Row]], obligation: str, row: Row) -> None:
    _, task, unit, _ = obligation.split("/")
    found.setdefault((task, unit), []).append(row)


def _row(at: datetime, kind: str, step: str, address: str) -> Row:
    return f"{WEEKDAYS[at.weekday()]} {at:%d/%m/%Y %H:%M} {kind} {step} {address.removesuffix(HOST)}"


def _told(step: Step) -> str:
    rung = "extension" if step.rung.startswith("extension/") else step.rung
    return rung + (f"#{step.ordinal}" if step.ordinal else "") + (f"~{step.cycle}" if step.cycle else "")

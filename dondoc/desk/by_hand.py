"""What an administrator does by hand about what came in and could not be recorded by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.forms import fields_of
from dondoc.core.reply import Asked, read_reply
from dondoc.desk.submissions import Attachment, Receipt, asked_for, submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import arrivals, matters, plans
from dondoc.store.arrivals import Arrival
from dondoc.store.standings import tallies
from notifications.message_body import File, read_body
from notifications.reply import new_text

FOR_A_PERSON = ("aside", "refused", "broken")
"""Outcomes after which somebody has to look."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an arrival says: the text that its sender wrote, and the files that came with it."""

    text: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Unreached:
    """A unit that owes something, and in which nobody can be written to."""

    unit: str
    name: str
    plans: tuple[str, ...]


def contents(place: Workplace, arrival: Arrival) -> Contents:
    """Read an arrival as far as it can be read; FileNotFoundError where its content was erased."""
    raw = b"".join(place.attachments.read(arrival.digest))
    if arrival.source != "mail":
        return Contents(raw[:100_000].decode("utf-8", "replace"), ())
    body = read_body(raw)
    return Contents(new_text(body.texts[0]) if body.texts else "", tuple(body.files))


def take_in_by_hand(place: Workplace, number: int, obligation: str, text: str, *, by: str) -> Receipt:
    """Hand in what an arrival brought for an obligation: its files, and the answers that stand in `text`.

    It counts from when it arrived. With problems nothing is recorded, and the arrival stays as it was.

    Raises:
        UnknownObligation: with the nearest ids.
        NotAllowed: the arrival was recorded already, or nothing can be handed in for the obligation.
    """
    with place.database.reading() as connection:
        arrival = _open(connection, number, "Taking it in")
        ((one, _),) = matters.load(connection, [obligation])
        form, asked = asked_for(one, plans.applied(connection, one.plan))
    fields = fields_of(form, asked)
    said = read_reply(text, [Asked(obligation, 1, "owner", (one.title("vi"), one.title("en")), fields)]).said
    answers = {name: value for part in said for name, value in part.answers.items()}
    nothing = any(part.order == "nothing" for part in said)
    files = [Attachment(file.name, file.content) for file in contents(place, arrival).files]
    receipt = submit(
        place, obligation, answers, files,
        by=by, channel="reply", at=arrival.arrived_at, nothing=nothing,
    )  # fmt: skip
    if not receipt.problems:
        with place.database.writing() as connection:
            detail = f"taken in by hand by {by}"
            arrivals.settle(connection, number, "submitted", now=place.now(), detail=detail, obligation=obligation)
    return receipt


def put_away(place: Workplace, number: int, *, by: str, why: str) -> None:
    """Nothing is to be done about an arrival; it stays kept.

    Raises:
        NotAllowed: it was recorded already, or there is none with this number.
    """
    with place.database.writing() as connection:
        _open(connection, number, "Putting it away", lock=True)
        arrivals.settle(connection, number, "ignored", now=place.now(), detail=f"put away by {by}: {why}")


def unreached_units(connection: Connection, place: Workplace) -> tuple[Unreached, ...]:
    """The units that owe something by a plan in force, and in which nobody can be written to today."""
    found: dict[str, tuple[str, list[str]]] = {}
    for applied in plans.applied_plans(connection):
        directory, day = Directory(applied.organisation), applied.calendar.day_of(place.now())
        for (unit,) in tallies(connection, place.now(), ["owner"], plan=applied.plan.plan):
            present = directory.present_unit(unit, day)
            if present is None or not directory.people(present.id, "duties", day):
                name = directory.name(present.id if present else unit)
                found.setdefault(unit, (name, []))[1].append(applied.plan.plan)
    return tuple(Unreached(unit, name, tuple(some)) for unit, (name, some) in sorted(found.items()))


def _open(connection: Connection, number: int, what: str, *, lock: bool = False) -> Arrival:
    found = arrivals.find_arrival(connection, number, lock=lock)
    if found.outcome in ("submitted", "decided"):
        raise NotAllowed(what, "it was recorded", "`dondoc undo EVENT` takes a mistake back.")
    return found

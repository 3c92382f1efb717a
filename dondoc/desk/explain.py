"""Why a letter went, why none did, what goes next: for an obligation, or for everything one address is written to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from dondoc.authoring.load import load_plan
from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.explanation import Explanation, explain
from dondoc.core.history import Event, Step, matter_as_of
from dondoc.core.instants import iso, iso_due
from dondoc.core.obligation import Obligation
from dondoc.core.roles import everybody, key_of
from dondoc.core.round import Matter
from dondoc.core.schedule import Timetable
from dondoc.core.text import Text
from dondoc.desk.workplace import Workplace
from dondoc.errors import UnknownAddress
from dondoc.store import letters, matters, outbox, plans
from dondoc.store.bounces import DeadAddress, known_dead
from dondoc.store.events import KINDS
from dondoc.store.letters import Delivery
from dondoc.store.plans import Applied

LETTERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Explained:
    """One matter explained, with what its words are to be read with."""

    explanation: Explanation
    calendar: WorkCalendar
    language: str
    letters: tuple[Delivery, ...] = ()
    rule: Text | None = None
    """Where the plan in force asks for it."""

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc explain OBLIGATION --json`."""
        told, zone = self.explanation, self.calendar.zone
        return {
            "obligation": told.obligation.id,
            "title": told.obligation.title(self.language),
            "deadline": _both(told.deadline),
            "rule": _both(self.rule) if self.rule else None,
            "happened": [
                {"at": iso(one.at, zone), "event": one.number, "undone": one.undone, **_both(one.text)}
                for one in told.happened
            ],
            "quiet": [_both(one) for one in told.quiet],
            "next": [{"at": iso(one.at, zone), **_both(one.text)} for one in told.coming],
        }


@dataclass(frozen=True, slots=True)
class Correspondent:
    """What one address was written, newest first, and the open matters that its letters were about."""

    address: str
    letters: tuple[Delivery, ...]
    matters: tuple[Explained, ...]
    calendar: WorkCalendar | None
    dead: DeadAddress | None = None
    """That nothing is sent there any more, since a letter came back."""

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc explain ADDRESS --json`."""
        zone = self.calendar.zone if self.calendar else None
        return {
            "address": self.address,
            "came_back": {"since": self.dead.since.isoformat(), "letter": self.dead.letter, "why": self.dead.why}
            if self.dead
            else None,
            "letters": [
                {
                    "id": one.letter.id,
                    "kind": one.letter.kind,
                    "state": one.state,
                    "subject": one.letter.subject,
                    "created_at": iso(one.letter.created_at, zone) if zone else one.letter.created_at.isoformat(),
                    "about": list(one.letter.about),
                    "error": one.error,
                }
                for one in self.letters
            ],
            "matters": [one.as_data() for one in self.matters],
        }


def explain_obligation(place: Workplace, obligation: str, at: datetime | None = None) -> Explained:
    """One matter, now or with `at` (aware) as it was known then.

    Raises:
        UnknownObligation: with the nearest ids.
    """
    with place.database.reading() as connection:
        matter = matters.load(connection, [obligation])[0]
        return _explained(connection, matter, at or place.now(), as_known=at is not None)


def explain_address(place: Workplace, address: str) -> Correspondent:
    """What an address was written and why; nothing yet, where it is somebody's and was never written to.

    Raises:
        UnknownAddress: it is nobody's, and nothing was written to it; with the nearest.
    """
    with place.database.reading() as connection:
        found = letters.letters(
            connection, recipient=address.lower() if "@" in address else address, limit=LETTERS_SHOWN
        )
        about = dict.fromkeys(one for delivery in found for one in delivery.letter.about)
        told = tuple(
            _explained(connection, matter, place.now())
            for matter in matters.load(connection, list(about)[:LETTERS_SHOWN])
        )
        dead = known_dead(connection).get(address.lower())
        if not found and dead is None:
            houses = {id(one.organisation): one.organisation for one in plans.applied_plans(connection)}
            known = {key_of(one.person, one.at) for house in houses.values() for one in everybody(house)}
            if {address, address.lower()}.isdisjoint(known):
                raise UnknownAddress(address, sorted(known))
    return Correspondent(address, found, told, told[0].calendar if told else None, dead)


def event_as_data(event: Event, calendar: WorkCalendar) -> dict[str, Any]:
    """An event as JSON, its kind named as in the ledger."""
    data: dict[str, Any] = {"event": event.id, "kind": KINDS[type(event)]}
    for one in fields(event):
        value = getattr(event, one.name)
        match value:
            case datetime():
                data[one.name] = iso(value, calendar.zone)
            case Deadline():
                data[one.name] = iso_due(value, calendar)
            case Step():
                data[one.name] = {"cycle": value.cycle, "rung": value.rung, "ordinal": value.ordinal}
            case _ if one.name == "event":
                data["undone"] = value
            case _ if one.name != "id":
                data[one.name] = value
    return data


def _explained(connection: Connection, matter: Matter, instant: datetime, *, as_known: bool = False) -> Explained:
    obligation, known = matter_as_of(*matter, instant) if as_known else matter
    applied = plans.applied(connection, obligation.plan)
    explanation = explain(
        obligation, known, instant, applied.calendar, Directory(applied.organisation),
        scheduled=scheduled_deadline(applied, obligation),
        stopped=_stopped(outbox.paused(connection).values(), obligation.plan),
    )  # fmt: skip
    rule = _rule(plans.source(connection, applied.plan.plan, applied.version), applied, obligation)
    return Explained(explanation, applied.calendar, applied.organisation.language, rule=rule)


def _rule(source: str, applied: Applied, obligation: Obligation) -> Text | None:
    """The task's line in the text from which the plan was applied; None where that text does not have it."""
    line = _line_of(source, obligation.task)
    if line is None:
        return None
    plan, section = applied.plan.plan, obligation.terms.section
    return Text(
        vi=f"Căn cứ: mục {section}, dòng {line} của kế hoạch {plan}, phiên bản {applied.version}.",
        en=f"Rule: section {section}, line {line} of plan {plan}, version {applied.version}.",
    )


@lru_cache(maxsize=256)
def _line_of(source: str, task: str) -> int | None:
    read = load_plan(source)
    if read.value is None:
        return None
    for number, section in enumerate(read.value.sections):
        for place, one in enumerate(section.tasks):
            if one.id == task:
                return read.position(("sections", number, "tasks", place))[0]
    return None


def scheduled_deadline(applied: Applied, obligation: Obligation) -> Deadline | None:
    """The deadline as the plan reckons it now, with its reason, which the ledger does not keep."""
    task = applied.plan.task(obligation.task)
    occurrences = Timetable(applied.plan, applied.calendar).of(task) if task else ()
    return next((one.due for one in occurrences if one.period == obligation.period), None)


def _stopped(brakes: Iterable[outbox.Brake], plan: str) -> str | None:
    found = next((one for one in brakes if one.plan in (plan, outbox.ALL_PLANS)), None)
    return ", ".join(part for part in (found.by, found.why) if part) if found else None


def _both(text: Any) -> dict[str, str]:
    return {"vi": text.within("vi"), "en": text.within("en")}

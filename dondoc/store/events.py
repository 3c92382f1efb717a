"""The one place where events become rows of the history, and rows become events again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any, get_type_hints

from dondoc.calendar.deadline import Deadline
from dondoc.core import history
from dondoc.core.history import Event, Fact, LetterEvent, Step, StepTaken
from dondoc.store.bulk import write_json

KINDS: dict[type[Fact], str] = {
    history.Scheduled: "scheduled",
    history.Raised: "raised",
    history.Closed: "closed",
    history.BeforeAdoption: "before_adoption",
    history.Amended: "amended",
    history.OpeningMoved: "opening_moved",
    history.Reassigned: "reassigned",
    history.Reminded: "reminded",
    history.Escalated: "escalated",
    history.Copied: "copied",
    history.Forewarned: "forewarned",
    history.Resolved: "resolved",
    history.ReviewAsked: "review_asked",
    history.RungSkipped: "rung_skipped",
    history.Submitted: "submitted",
    history.Erased: "erased",
    history.Accepted: "accepted",
    history.Returned: "returned",
    history.ExtensionAsked: "extension_asked",
    history.ExtensionGranted: "extension_granted",
    history.ExtensionRefused: "extension_refused",
    history.Waived: "waived",
    history.Cancelled: "cancelled",
    history.Held: "held",
    history.Released: "released",
    history.Directed: "directed",
    history.Voided: "voided",
    history.Sent: "sent",
    history.HandedOver: "handed_over",
    history.Refused: "refused",
    history.Uncertain: "uncertain",
    history.Bounced: "bounced",
    history.LetterVoided: "letter_voided",
}
"""What each kind of event is called in the database: never change a name that has been used."""

_OF_EVERY_EVENT = {field.name for field in fields(Event)}


def _step_to_data(step: Step) -> list[Any]:
    return [step.cycle, step.rung, step.ordinal, step.recipient]


def _step_from_data(data: list[Any]) -> Step:
    return Step(*data)


def deadline_to_data(due: Deadline) -> dict[str, Any]:
    """A deadline as JSON, without its reason, which the plan can tell again."""
    return {"at": due.at.isoformat(), "whole_day": due.whole_day}


def deadline_from_data(data: dict[str, Any]) -> Deadline:
    """The deadline that `deadline_to_data` wrote down."""
    return Deadline(datetime.fromisoformat(data["at"]), data["whole_day"])


_Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]
_CODECS: dict[Any, _Codec | None] = {
    str: None,  # JSON keeps it as it is
    int: None,
    bool: None,
    Step: (_step_to_data, _step_from_data),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    datetime | None: (lambda at: at and at.isoformat(), lambda told: told and datetime.fromisoformat(told)),
    Deadline: (deadline_to_data, deadline_from_data),
}


def _own_fields(cls: type[Fact]) -> Iterator[tuple[str, _Codec | None]]:
    """What a kind of event says beyond what every event says; a StepTaken's letter has a column."""
    hints = get_type_hints(cls)
    for field in fields(cls):
        if field.name not in _OF_EVERY_EVENT and field.name != "letter":
            yield field.name, _CODECS[hints[field.name]]


_OWN = {cls: tuple(_own_fields(cls)) for cls in KINDS if issubclass(cls, Event)}
_EVENT_CLASSES = {kind: cls for cls, kind in KINDS.items() if issubclass(cls, Event)}
_LETTER_EVENT_CLASSES = {kind: cls for cls, kind in KINDS.items() if issubclass(cls, LetterEvent)}


COLUMNS = ("id", "obligation", "letter", "kind", "happened_at", "recorded_at", "by", "why", "plan_version", "data")
"""The columns of the history, in order."""


def row_of(fact: Fact, stored: Callable[[datetime], Any]) -> tuple[Any, ...]:
    """The row of a fact that has its number, as the driver takes it; `stored` is for instants (`stored_instant`)."""
    happened_at, recorded_at = stored(fact.happened_at), stored(fact.recorded_at)
    kind = KINDS[type(fact)]
    match fact:
        case LetterEvent():
            return (fact.id, None, fact.letter, kind, happened_at, recorded_at, "", fact.detail, 0, None)
        case Event():
            letter = fact.letter if isinstance(fact, StepTaken) else None
            own = {
                name: codec[0](getattr(fact, name)) if codec else getattr(fact, name)
                for name, codec in _OWN[type(fact)]
            }
            data = write_json(own) if own else None
            version = fact.plan_version
            return (
                fact.id, fact.obligation, letter, kind, happened_at, recorded_at, fact.by, fact.why, version, data,
            )  # fmt: skip


def numbered_as(fact: Fact, number: int, plan_version: int) -> Fact:
    """The fact under its number; an event of no plan version gets this one."""
    cls = type(fact)
    names, values = _VALUES[cls]
    given = dict(zip(names, values(fact), strict=True))  # a third of what `dataclasses.replace` takes
    given["id"] = number
    if isinstance(fact, Event):
        given["plan_version"] = fact.plan_version or plan_version
    return cls(**given)


_VALUES: dict[type[Fact], tuple[tuple[str, ...], Callable[[Fact], tuple[Any, ...]]]] = {
    cls: (names, attrgetter(*names)) for cls in KINDS if (names := tuple(field.name for field in fields(cls)))
}


def event_of(row: Any) -> Event:
    """The event that a row of the history (in the order of its columns) tells."""
    number, obligation, letter, kind, happened_at, recorded_at, by, why, plan_version, data = row
    cls = _EVENT_CLASSES[kind]
    own: dict[str, Any] = {}
    if data is not None:
        own = {name: codec[1](data[name]) if codec else data[name] for name, codec in _OWN[cls] if name in data}
    if letter is not None:
        own["letter"] = letter
    return cls(
        obligation=obligation,
        happened_at=happened_at,
        recorded_at=recorded_at,
        by=by,
        why=why,
        plan_version=plan_version,
        id=number,
        **own,
    )


def letter_event_of(row: Any) -> LetterEvent:
    """The letter's event that a row of the history (in the order of its columns) tells."""
    number, _, letter, kind, happened_at, recorded_at, _, detail, _, _ = row
    cls = _LETTER_EVENT_CLASSES[kind]
    return cls(letter=letter, happened_at=happened_at, recorded_at=recorded_at, detail=detail, id=number)

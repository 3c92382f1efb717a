"""What has happened so far that deadlines may count from: what came in, what was accepted, which events were raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dondoc.core.history import Closed, Event, History, Raised, effective
from dondoc.core.obligation import Obligation
from dondoc.core.standing import situation

Key = tuple[str, str, str]
"""Task (as the ledger knows it), original owner and period of an obligation."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened at an instant (aware UTC) and that duties follow from; `name` is their period."""

    event: str
    name: str
    unit: str
    at: datetime
    severity: str = ""
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Instants (aware UTC) by obligation; of those `excused` nothing is awaited any more."""

    done: Mapping[Key, datetime] = field(default_factory=dict)
    accepted: Mapping[Key, datetime] = field(default_factory=dict)
    excused: frozenset[Key] = frozenset()
    incidents: tuple[Incident, ...] = ()


NOTHING = Happened()
"""Nothing yet: what a plan comes to by itself."""


def happened(matters: Iterable[tuple[Obligation, History]]) -> Happened:
    """What the histories of one plan's obligations say."""
    done: dict[Key, datetime] = {}
    accepted: dict[Key, datetime] = {}
    excused: set[Key] = set()
    incidents: dict[str, Incident] = {}
    for obligation, history in matters:
        key = (obligation.task, obligation.unit, obligation.period)
        now = situation(obligation, history)
        receipt = now.receipt() if now.submitted or now.accepted else None
        if receipt is not None:
            done[key] = receipt
        if now.accepted is not None:
            accepted[key] = now.accepted.happened_at
        if now.waived or now.cancelled:
            excused.add(key)
        for fact in effective(history):
            if isinstance(fact, Event):
                _note(fact, incidents)
    return Happened(done, accepted, frozenset(excused), tuple(sorted(incidents.values(), key=_order)))


def _note(fact: Event, incidents: dict[str, Incident]) -> None:
    match fact:
        case Raised():
            found = Incident(fact.what, fact.name, fact.unit, fact.happened_at, fact.severity)
            incidents.setdefault(fact.name, found)
        case Closed() if fact.name in incidents:
            incidents[fact.name] = replace(incidents[fact.name], closed=fact.happened_at)
        case _:
            return


def _order(one: Incident) -> tuple[datetime, str]:
    return one.at, one.name

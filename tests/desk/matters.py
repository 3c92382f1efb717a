"""What tests of the desk ask of a ledger: where a matter stands, what its history says, which letters lie there."""

from __future__ import annotations

from dondoc.core.history import Event
from dondoc.desk.status import ObligationStatus, status
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import Delivery, letters
from dondoc.store.matters import load
from tests.places import local


def story(place: Workplace, obligation: str) -> list[str]:
    """The kinds of its events, in order of recording."""
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [obligation])
    return [type(fact).__name__ for fact in history if isinstance(fact, Event)]


def stands(place: Workplace, obligation: str, at: str | None = None) -> ObligationStatus:
    """How it stands now, or as it was known at a local instant."""
    found = status(place, None, local(at) if at else None).obligations
    return next(one for one in found if one.obligation.id == obligation)


def letters_of(place: Workplace, kind: str) -> list[Delivery]:
    """The letters of that kind, the oldest first."""
    with place.database.reading() as connection:
        return [one for one in reversed(letters(connection)) if one.letter.kind == kind]

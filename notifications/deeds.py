"""What was done about a matter so far: what letters that put it before somebody tell of its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from dondoc.calendar.deadline import Deadline
from dondoc.core.decide import HEAD_OF_OWNER
from dondoc.core.history import (
    Bounced,
    Copied,
    Escalated,
    ExtensionGranted,
    ExtensionRefused,
    Fact,
    HandedOver,
    History,
    LetterEvent,
    Refused,
    Reminded,
    Returned,
    Sent,
    StepTaken,
    Submitted,
    effective,
)
from notifications.context import StepKind


class Deed(NamedTuple):
    """Something done, or a letter that did not arrive; `to` is whom a rung leads to, or a new deadline."""

    at: datetime
    kind: StepKind
    to: str | Deadline = ""


Deeds = tuple[Deed, ...]
Telling = Callable[[History], Deeds]


def deeds(history: History) -> Deeds:
    """What was done, in the order of recording: of letters those that certainly left, or certainly did not arrive.

    A letter that is on its way, or in doubt, is left out. What is done at once towards several is there once.
    """
    facts = effective(history)
    return tuple(dict.fromkeys(_told(facts, _fates(facts))))


def remembering() -> Telling:
    """`deeds` of histories that are only added to: reading goes on where nothing of what was read can change any more.

    That is where the fate of every letter was known.
    """
    known: dict[int, tuple[History, Deeds]] = {}  # by the very fact with which a history begins

    def going_on(history: History) -> Deeds:
        first = id(history[0]) if history else 0
        read, done = known.get(first, ((), ()))
        if read is history:
            return done
        new = history[len(read) :]
        letters = {fact.letter for fact in new if isinstance(fact, StepTaken)}
        fates = _fates(new)
        if not letters >= fates.keys() or len(effective(new)) < len(new):
            return deeds(history)
        done = tuple(dict.fromkeys((*done, *_told(new, fates))))
        if first and letters == fates.keys():
            known[first] = history, done
        return done

    return going_on


def _told(facts: Iterable[Fact], fates: dict[str, LetterEvent]) -> Iterable[Deed]:
    for fact in facts:
        kind = _kind(fact) if type(fact) in _TOLD else None
        if kind is None or isinstance(fact, LetterEvent):
            continue
        at, to = fact.happened_at, _to(fact)
        if isinstance(fact, StepTaken):
            fate = fates.get(fact.letter)
            if fate is None:
                continue
            at = fate.happened_at
            if isinstance(fate, (Refused, Bounced)):
                kind = "refused" if isinstance(fate, Refused) else "bounced"
        yield Deed(at, kind, to)


def _to(fact: Fact) -> str | Deadline:
    if isinstance(fact, Escalated):
        return fact.to
    return fact.due if isinstance(fact, (Returned, ExtensionGranted)) else ""


def _fates(facts: Iterable[Fact]) -> dict[str, LetterEvent]:
    """What became of each letter, as far as it is certain: the first time it left, unless it came back."""
    fates: dict[str, LetterEvent] = {}
    for fact in facts:
        if isinstance(fact, (Sent, HandedOver)):
            if type(fates.get(fact.letter)) not in _LEFT:
                fates[fact.letter] = fact
        elif isinstance(fact, (Bounced, Refused)):
            fates[fact.letter] = fact
    return fates


_LEFT = frozenset({Sent, HandedOver})


def _kind(fact: Fact) -> StepKind | None:
    if isinstance(fact, Reminded):
        if fact.step.rung == "remind/on the day":
            return "reminder on the day"
        return "reminder" if fact.step.rung.startswith("remind/") else "chase"
    if isinstance(fact, Escalated):
        return "told head" if fact.to == HEAD_OF_OWNER else "escalation"
    return _KINDS.get(type(fact))


_KINDS: dict[type[Fact], StepKind] = {
    Copied: "copy",
    Submitted: "submitted",
    Returned: "returned",
    ExtensionGranted: "extended",
    ExtensionRefused: "extension refused",
}
_TOLD = frozenset({Reminded, Escalated, *_KINDS})

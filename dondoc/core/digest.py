"""Grouping what was decided: one letter per recipient, kind and day, and which letters must be kept together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from typing import Generic, TypeVar

from dondoc.core.address import Addressed
from dondoc.core.decide import Action, AskReview, Copy, Escalate, Forewarn, Remind, Resolve
from dondoc.core.history import (
    Cancelled,
    Copied,
    Escalated,
    Forewarned,
    History,
    Reminded,
    Resolved,
    ReviewAsked,
    RungSkipped,
    Step,
    StepTaken,
    Waived,
)
from dondoc.core.letter import DigestKind, Kind, Recipient, natural_key
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation

K = TypeVar("K")
_Key = tuple[str, DigestKind, str]

Settled = tuple[Obligation, Situation]
"""A matter of earlier dossiers that needs nothing more."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What one recipient is told on one day in one letter, the most urgent first."""

    recipient: Recipient
    kind: DigestKind
    day: date
    items: tuple[Action, ...]
    hour: str = ""
    """Of urgent matters that could not wait for the day's letter: the hour they were written of, `15`."""
    resolved: tuple[Action, ...] = ()
    """What a dossier tells as settled to the committee before which it was put."""

    @property
    def key(self) -> str:
        """What makes it the same letter: recipient, kind and day, or hour."""
        at = f"{self.day.isoformat()}T{self.hour}" if self.hour else ""
        return natural_key(self.recipient.key, self.kind, self.day, at)

    @property
    def urgent(self) -> bool:
        """Whether it may leave outside office hours."""
        return self.kind != "closing" and any(action.obligation.terms.urgent for action in self.items)


def kind_of(action: Action) -> DigestKind:
    """The kind of letter that carries an action."""
    match action:
        case Remind():
            return "duties"
        case AskReview():
            return "review"
        case Escalate():
            return "dossier"
        case Copy():
            return "copy"
        case Forewarn():
            return "forewarning"
        case Resolve():
            return "closing"
        case _:
            raise TypeError(f"no letter carries {type(action).__name__}")


def bundles(
    addressed: Iterable[Addressed],
    day: date,
    written: Collection[tuple[str, Kind]],
    *,
    awaited: Collection[str] = (),
    hour: str = "",
    open_office: bool = True,
) -> Iterator[tuple[Digest, ...]]:
    """Digests for `day`, in bundles that are enqueued together or not at all.

    Letters that share an obligation's step make a bundle, so that a step never reaches one of its recipients only.
    `written` holds (recipient key, kind) of letters that exist for the day already: an action that would need a
    second one waits for the next day, unless it is urgent: then it goes in a letter of its `hour`, as it does while the
    office is closed.

    What is settled goes with the dossier that its committee gets on that day; else in a letter of its own, once
    nothing is open any more that was put before it: until then (`awaited`) it waits.
    """
    letters: dict[_Key, list[Action]] = {}
    people: dict[_Key, Recipient] = {}
    together: Together[_Key] = Together()
    for one in addressed:
        kind = kind_of(one.action)
        second = any((recipient.key, kind) in written for recipient in one.recipients)
        urgent = bool(hour) and one.action.obligation.terms.urgent and kind != "closing"
        if not one.recipients or (second and not urgent) or (kind == "closing" and not open_office):
            continue
        at = hour if urgent and (second or not open_office) else ""
        keys = [(recipient.key, kind, at) for recipient in one.recipients]
        for key, recipient in zip(keys, one.recipients, strict=True):
            letters.setdefault(key, []).append(one.action)
            people.setdefault(key, recipient)
            together.join(keys[0], key)
    resolved = _along(letters, awaited)
    for key in resolved:
        together.join((key[0], "closing", ""), key)
    grouped: dict[_Key, list[Digest]] = {}
    for key, actions in letters.items():
        actions.sort(key=urgency)
        digest = Digest(people[key], key[1], day, tuple(actions), key[2], tuple(resolved.get(key, ())))
        grouped.setdefault(together.root(key), []).append(digest)
    yield from (tuple(group) for group in grouped.values())


def _along(letters: dict[_Key, list[Action]], awaited: Collection[str]) -> dict[_Key, list[Action]]:
    """Take from the letters what goes with a dossier, by its key, and what has to wait."""
    resolved: dict[_Key, list[Action]] = {}
    for key in [key for key in letters if key[1] == "closing"]:
        dossier: _Key = (key[0], "dossier", "")
        if dossier in letters:
            resolved[dossier] = sorted(letters.pop(key), key=urgency)
        elif ready := [action for action in letters[key] if action.to not in awaited]:
            letters[key] = ready
        else:
            del letters[key]
    return resolved


def urgency(action: Action) -> tuple[str, datetime, str]:
    """The order of the items of a letter."""
    return (action.obligation.plan, action.situation.answer_by.at, action.obligation.id)


class Together(Generic[K]):
    """Which keys belong to one bundle (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[K, K] = {}

    def root(self, key: K) -> K:
        while (parent := self._parent.setdefault(key, key)) != key:
            self._parent[key] = self._parent[parent]
            key = parent
        return key

    def join(self, one: K, other: K) -> None:
        self._parent[self.root(other)] = self.root(one)


def steps_taken(
    digest: Digest, letter: str, now: datetime, by: str, numbers: Iterable[int] = repeat(0)
) -> tuple[StepTaken, ...]:
    """The events that putting `letter` into the outbox at `now` (aware UTC) means for its obligations."""
    return tuple(
        _taken(action, digest.recipient, letter, now, by, number)
        for action, number in zip((*digest.items, *digest.resolved), numbers, strict=False)
    )


_STEPS: dict[DigestKind, type[StepTaken]] = {
    "duties": Reminded, "review": ReviewAsked, "copy": Copied, "forewarning": Forewarned, "closing": Resolved,
}  # fmt: skip


def _taken(action: Action, recipient: Recipient, letter: str, now: datetime, by: str, number: int) -> StepTaken:
    step = Step(action.cycle, action.rung, action.ordinal, recipient.key)
    obligation = action.obligation.id
    if isinstance(action, Escalate):
        return Escalated(
            obligation=obligation,
            happened_at=now,
            recorded_at=now,
            by=by,
            step=step,
            letter=letter,
            to=action.to,
            id=number,
        )
    kind = _STEPS[kind_of(action)]
    if isinstance(action, Remind) and recipient.unit in action.obligation.terms.with_:
        kind = Copied  # the owner was not told by this
    return kind(obligation=obligation, happened_at=now, recorded_at=now, by=by, step=step, letter=letter, id=number)


def resolved_since(matters: Iterable[tuple[Obligation, History]], since: datetime) -> tuple[Settled, ...]:
    """Those of the matters that stood in dossiers which were answered, or ended, after the last one went at `since`."""
    found = []
    for obligation, history in matters:
        now = situation(obligation, history)
        answered = now.submitted.recorded_at if now.submitted else _ended_at(history)
        if answered and answered > since and (now.submitted or now.waived or now.cancelled):
            found.append((obligation, now))
    return tuple(found)


def _ended_at(history: History) -> datetime | None:
    return max((fact.recorded_at for fact in history if isinstance(fact, Waived | Cancelled)), default=None)


def rungs_skipped(addressed: Iterable[Addressed], now: datetime, by: str) -> tuple[RungSkipped, ...]:
    """The events for actions that reach nobody, so that the ladder goes on."""
    return tuple(
        RungSkipped(
            obligation=one.action.obligation.id, happened_at=now, recorded_at=now, by=by,
            cycle=one.action.cycle, rung=one.action.rung, ordinal=one.action.ordinal, empty=one.empty,
        )
        for one in addressed
        if not one.recipients
    )  # fmt: skip

"""What was done about a matter in its present cycle, read from its history fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict

from dondoc.core.history import (
    Bounced,
    Escalated,
    Fact,
    HandedOver,
    History,
    Reassigned,
    Reminded,
    RungSkipped,
    Sent,
    Step,
    StepTaken,
)

Taken = Mapping[str, tuple[StepTaken, ...]]
Skipped = Mapping[str, tuple[RungSkipped, ...]]
Likeness = tuple[tuple[Any, ...], ...]
"""What an agenda asks of the steps of each rung; of reminders only which was the last."""


class _Kept(TypedDict):
    escalated_to: str | None
    owner_told_at: datetime | None
    taken: Taken
    skipped: Skipped
    likeness: Likeness


class Done(_Kept):
    """What a situation says of steps; its fields are explained there."""

    unsent: tuple[StepTaken, ...]


def steps_of(cycle: int, history: History, kept: History) -> Done:
    """What was done in this cycle, and what came of it; `kept` is the history without what was taken back."""
    found = Steps(cycle)
    found.take(kept)
    done = found.done()
    unsent = tuple(_unsent(cycle, history, done["taken"], done["skipped"])) if len(history) > len(kept) else ()
    return {**done, "unsent": unsent}


class Steps:
    """The steps of one cycle while facts are read, each once and in order; none of them may be taken back later."""

    def __init__(self, cycle: int) -> None:
        self._cycle = cycle
        self._taken: dict[str, list[StepTaken]] = {}
        self._skipped: dict[str, tuple[RungSkipped, ...]] = {}
        self._like: dict[str, tuple[Any, ...]] = {}
        self._left: dict[str, datetime] = {}
        self._reminders: set[str] = set()
        self._escalated_to: str | None = None
        self._told_at: datetime | None = None

    def take(self, facts: Iterable[Fact]) -> None:
        """Go on with what was recorded next."""
        left, cycle = self._left, self._cycle
        for fact in facts:
            if isinstance(fact, Sent | HandedOver):  # of these and of steps there are the most
                if fact.letter not in left:
                    left[fact.letter] = fact.happened_at
                    self._tell(fact.letter)
            elif isinstance(fact, StepTaken):
                step = fact.step
                if step.cycle == cycle:
                    self._taken.setdefault(step.rung, []).append(fact)
                    self._like[step.rung] = _like(self._like.get(step.rung), fact)
                    if isinstance(fact, Reminded):
                        self._reminders.add(fact.letter)
                        self._tell(fact.letter)
                    elif isinstance(fact, Escalated):
                        self._escalated_to = fact.to
            elif isinstance(fact, RungSkipped):
                if fact.cycle == cycle:
                    self._skipped[fact.rung] = (*self._skipped.get(fact.rung, ()), fact)
            elif isinstance(fact, Bounced):
                left.pop(fact.letter, None)
                self._tell_again()
            elif isinstance(fact, Reassigned) and not fact.person:
                self._reminders.clear()  # they told another unit
                self._told_at = None

    def done(self) -> _Kept:
        """What a situation says of the steps read so far."""
        return {
            "escalated_to": self._escalated_to,
            "owner_told_at": self._told_at,
            "taken": {rung: tuple(steps) for rung, steps in self._taken.items()},
            "skipped": dict(self._skipped),
            "likeness": tuple(self._like.values()),
        }

    def _tell(self, letter: str) -> None:
        """The owner was told by this letter, if it reminded them and has left."""
        at = self._left.get(letter) if letter in self._reminders else None
        if at is not None and (self._told_at is None or at < self._told_at):
            self._told_at = at

    def _tell_again(self) -> None:
        self._told_at = None
        for letter in self._reminders:
            self._tell(letter)


def _like(before: tuple[Any, ...] | None, taken: StepTaken) -> tuple[Any, ...]:
    step = taken.step
    if step.rung == "chase" or step.rung.startswith("remind/"):
        return (step.rung, max(step.ordinal, before[1]) if before else step.ordinal)
    return (*(before or (step.rung,)), (step.ordinal, taken.happened_at, type(taken)))


def _unsent(cycle: int, history: History, taken: Taken, skipped: Skipped) -> Iterator[StepTaken]:
    reached = {taken_step.step for steps in taken.values() for taken_step in steps}
    rungs = {(step.rung, step.ordinal) for step in reached}
    passed = {(skip.rung, skip.ordinal) for skips in skipped.values() for skip in skips}
    seen: set[Step] = set()
    for fact in history:
        if isinstance(fact, StepTaken) and fact.step.cycle == cycle and fact.step not in reached | seen:
            rung = (fact.step.rung, fact.step.ordinal)
            if rung in rungs and rung not in passed:
                seen.add(fact.step)
                yield fact

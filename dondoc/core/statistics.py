"""The official four cells by plan, unit and task: done on time, done late, not done in time, not done overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeVar

from dondoc.core.obligation import Obligation
from dondoc.core.standing import Cell, Situation, cell

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many obligations lie in each cell, and beside them those that lie outside the total.

    >>> counts = Counts(done_on_time=5, open_overdue=2, waived=1)
    >>> counts.total, (counts + counts).total
    (7, 14)
    """

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    waived: int = 0
    cancelled: int = 0
    before_adoption: int = 0

    @property
    def total(self) -> int:
        """The four cells together."""
        return self.done_on_time + self.done_late + self.open_in_time + self.open_overdue

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))

    def as_data(self) -> dict[str, int]:
        """The counts as `dondoc status --json` gives them, the total among them."""
        data = {f.name: getattr(self, f.name) for f in fields(Counts)}
        cells = ("done_on_time", "done_late", "open_in_time", "open_overdue")
        beside = ("waived", "cancelled", "before_adoption")
        return {
            **{name: data[name] for name in cells},
            "total": self.total,
            **{name: data[name] for name in beside},
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts by the deadlines in force, and by the original ones."""

    in_force: Counts = Counts()
    original: Counts = Counts()

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.in_force + other.in_force, self.original + other.original)


Judged = tuple[Obligation, Situation]


def place_of(obligation: Obligation, now: Situation, instant: datetime, *, original: bool = False) -> str:
    """The one column in which an obligation is counted at `instant` (aware): a cell, or beside the total."""
    found: Cell | None = cell(obligation, now, instant, original=original)
    if found is not None:
        return found
    if now.cancelled:
        return "cancelled"
    return "waived" if now.waived else "before_adoption"


def count(judged: Iterable[Judged], instant: datetime) -> Tally:
    """The counts of these obligations, each with its situation, as they stand at `instant` (aware)."""
    return tally_by(judged, instant, lambda _obligation, _now: None).get(None, Tally())


def tally_by(judged: Iterable[Judged], instant: datetime, key: Callable[[Obligation, Situation], K]) -> dict[K, Tally]:
    """The counts for each value of `key`, in the order in which they first come up."""
    found: dict[K, tuple[dict[str, int], dict[str, int]]] = {}
    for obligation, now in judged:
        in_force, original = found.setdefault(key(obligation, now), ({}, {}))
        one = place_of(obligation, now, instant)
        other = place_of(obligation, now, instant, original=True)
        in_force[one] = in_force.get(one, 0) + 1
        original[other] = original.get(other, 0) + 1
    return {name: Tally(Counts(**in_force), Counts(**original)) for name, (in_force, original) in found.items()}


def by_owner(_obligation: Obligation, now: Situation) -> str:
    """Key for `tally_by`: the unit that owes it today."""
    return now.owner


def by_task(obligation: Obligation, _now: Situation) -> str:
    """Key for `tally_by`: the task."""
    return obligation.task


def by_period(obligation: Obligation, _now: Situation) -> tuple[str, str]:
    """Key for `tally_by`: task and period, as a mirror run shows them."""
    return obligation.task, obligation.period

"""The official four cells by plan, section, unit, task and period; what they say of timeliness, and that they add up.

Done on time, done late, not done in time, not done overdue add up to the total. A `Breakdown` holds a plan's counts
several ways, and `discrepancies` names whatever does not come to the same: a report is made of none that has any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, placing

K = TypeVar("K")
L = TypeVar("L")


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

    @property
    def done(self) -> int:
        """Done on time or late."""
        return self.done_on_time + self.done_late

    @property
    def all(self) -> int:
        """Everything that was ever scheduled, what lies beside the total too."""
        return self.total + self.waived + self.cancelled + self.before_adoption

    @property
    def timeliness(self) -> Fraction | None:
        """The part done on time of what is done or overdue; None while nothing is.

        >>> Counts(done_on_time=3, done_late=1, open_in_time=9).timeliness
        Fraction(3, 4)
        """
        return self._part(self.done_on_time)

    @property
    def completeness(self) -> Fraction | None:
        """The part done, on time or late, of what is done or overdue; None while nothing is."""
        return self._part(self.done)

    def _part(self, of: int) -> Fraction | None:
        expected = self.done + self.open_overdue
        return Fraction(of, expected) if expected else None

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(  # written out: thousands are added for a page
            self.done_on_time + other.done_on_time,
            self.done_late + other.done_late,
            self.open_in_time + other.open_in_time,
            self.open_overdue + other.open_overdue,
            self.waived + other.waived,
            self.cancelled + other.cancelled,
            self.before_adoption + other.before_adoption,
        )

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


def count(judged: Iterable[Judged], instant: datetime) -> Tally:
    """The counts of these obligations, each with its situation, as they stand at `instant` (aware)."""
    return tally_by(judged, instant, lambda _obligation, _now: None).get(None, Tally())


def tally_by(judged: Iterable[Judged], instant: datetime, key: Callable[[Obligation, Situation], K]) -> dict[K, Tally]:
    """The counts for each value of `key`, in the order in which they first come up."""
    found: dict[K, tuple[dict[str, int], dict[str, int]]] = {}
    for obligation, now in judged:
        in_force, original = found.setdefault(key(obligation, now), ({}, {}))
        one = placing(obligation, now).at(instant)
        other = placing(obligation, now, original=True).at(instant)
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


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A plan's counts: in all, and by unit, section, task and period, each of which holds every obligation once."""

    whole: Tally
    by_unit: Mapping[str, Tally]
    by_section: Mapping[str, Tally]
    by_task: Mapping[str, Tally]
    by_period: Mapping[str, Tally]

    def discrepancies(self) -> tuple[str, ...]:
        """What does not add up: nothing, unless what was counted changed while it was counted."""
        parts = {
            "units": self.by_unit, "sections": self.by_section, "tasks": self.by_task, "periods": self.by_period,
        }  # fmt: skip
        sums = {name: sum(found.values(), Tally()) for name, found in parts.items()}
        return (
            *(
                f"the {name} come to {found}, the plan to {self.whole}"
                for name, found in sums.items()
                if found != self.whole
            ),
            *(
                f"by the original deadlines {one.original.all} are counted, by those in force {one.in_force.all}"
                for one in (self.whole,)
                if one.original.all != one.in_force.all
            ),
        )


def breakdown(
    whole: Tally,
    by_unit: Mapping[str, Tally],
    by_task_and_period: Mapping[tuple[str, str], Tally],
    sections: Mapping[str, str],
) -> Breakdown:
    """Put counts together that were taken apart from each other; `sections` has the section of each task."""
    return Breakdown(
        whole,
        by_unit,
        rolled_up(by_task_and_period, lambda key: sections.get(key[0], "")),
        rolled_up(by_task_and_period, lambda key: key[0]),
        rolled_up(by_task_and_period, lambda key: key[1]),
    )


def rolled_up(parts: Mapping[K, Tally], to: Callable[[K], L]) -> dict[L, Tally]:
    """The counts added up to what `to` makes of their keys, in the order in which these first come up.

    >>> parts = {("a", "2023-H1"): Tally(Counts(1)), ("a", "2023-H2"): Tally(Counts(2))}
    >>> rolled_up(parts, lambda key: key[0])["a"].in_force.done_on_time
    3
    """
    found: dict[L, Tally] = {}
    for key, tally in parts.items():
        name = to(key)
        found[name] = found.get(name, Tally()) + tally
    return found

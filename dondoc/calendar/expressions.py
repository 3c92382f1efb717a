"""What a deadline says, as a small frozen tree: anchors, offsets from them, and the earlier or later of several."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Unit = Literal["hours", "days", "working days", "weeks", "months"]
Side = Literal["before", "on", "after"]
MonthOf = Literal["first", "last", "next"]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, `3 working days`; n is at least 1."""

    n: int
    unit: Unit

    def times(self, k: int) -> Span:
        """The length of k such steps, for the k-th repetition."""
        return Span(self.n * k, self.unit)


Every = Span  # a rhythm: `every 2 working days after`


@dataclass(frozen=True, slots=True)
class Offset:
    """A policy's step relative to the deadline; on the day its span is None."""

    side: Side
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A date written out, with a local clock time or without."""

    day: date
    clock: time | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """`cut-off`, `event`, `plan.issued`, `TASK.done`...; `offset` is where it stands in the text."""

    name: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Lunar:
    """A day of the Vietnamese lunar calendar; without a year, the first in the plan's or the period's days."""

    day: int
    month: int
    leap: bool = False
    year: int | None = None


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day of a month relative to the period: its number, its last day, or its last working day.

    `month` is the period's first or last month, the one after it, or a month 1-12 of the period's year.
    """

    day: int | Literal["last", "last working"]
    month: MonthOf | int = "last"
    next_year: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """The last such weekday of the period; 0 is Monday."""

    weekday: int


Anchor = Fixed | Named | Lunar | DayOf | Weekday


@dataclass(frozen=True, slots=True)
class On:
    """That very day (or clock time)."""

    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Before:
    """By the day before it."""

    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Shift:
    """A length of time before or after it, its own day not counted."""

    span: Span
    side: Literal["before", "after"]
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class InMonth:
    """`in June 2023`, `end of April 2023`: by the last working day of that month."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Earliest:
    """YAML's `earlier of: [...]`; of those that can be known yet."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Latest:
    """YAML's `later of: [...]`; known once all are."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart things that come again lie: `12-16 days`, at least and at most."""

    least: Span
    most: Span


@dataclass(frozen=True, slots=True)
class Quota:
    """`2 per year`: how many times in each period, whose name is that of a recurrence."""

    times: int
    every: str


Simple = On | Before | Shift | InMonth
Expression = Simple | Earliest | Latest

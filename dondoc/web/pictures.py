"""Where things lie in the pictures of the leadership's pages: bars, timelines and trends, in units of their SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dondoc.core.statistics import Counts

CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue")
BAR = 100
TIMELINE = 1000
LABELS = 250
"""The part of a timeline's width in which its lines are named."""
LINE = 26
HEAD = 34


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its cell, where it begins and how wide it is."""

    cell: str
    x: float
    width: float


def bar(counts: Counts) -> list[Part]:
    """The four cells side by side, as wide as they are many."""
    parts: list[Part] = []
    x = 0.0
    for cell in CELLS:
        width = BAR * getattr(counts, cell) / counts.total if counts.total else 0
        if width:
            parts.append(Part(cell, round(x, 2), round(width, 2)))
        x += width
    return parts


def heat(counts: Counts | None) -> str:
    """The shade of a field of a heat map: the part that is overdue of what is done or overdue.

    >>> heat(Counts(done_on_time=9, open_overdue=1)), heat(Counts(open_overdue=3)), heat(Counts(open_in_time=2))
    ('h1', 'h4', 'h-')
    >>> heat(Counts(done_on_time=2)), heat(None)
    ('h0', 'h-')
    """
    if counts is None or counts.completeness is None:
        return "h-"
    overdue = 1 - counts.completeness
    if not overdue:
        return "h0"
    return next(
        (f"h{n}" for n, most in ((1, Fraction(1, 10)), (2, Fraction(1, 4)), (3, Fraction(1, 2))) if overdue <= most),
        "h4",
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A deadline on a timeline: where it lies, in which cell the worst of it is, and what it is."""

    x: float
    y: float
    cell: str
    what: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A year: lines with their names, the months, the deadlines, and where today is (None: outside)."""

    height: int
    lines: tuple[tuple[float, str], ...]
    months: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    today: float | None


def timeline(
    first: date, last: date, today: date, lines: Sequence[str], falls: Iterable[tuple[int, date, str, str]]
) -> Timeline:
    """A timeline from `first` to `last`; `falls` are deadlines: the number of their line, day, cell and words."""
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        part = min(max((day - first).days / span, 0), 1)
        return round(LABELS + part * (TIMELINE - LABELS - 14), 1)

    starts = [first.replace(day=1)]
    while starts[-1] < last:
        year, month = divmod(starts[-1].year * 12 + starts[-1].month, 12)
        starts.append(date(year, month + 1, 1))
    step = 1 if len(starts) <= 14 else 3
    months = [(x(day), f"{day.month}/{day.year % 100:02}") for day in starts if first <= day <= last]
    return Timeline(
        HEAD + LINE * len(lines) + 8,
        tuple((HEAD + LINE * n + LINE / 2, name) for n, name in enumerate(lines)),
        tuple(months[::step]),
        tuple(Mark(x(day), HEAD + LINE * n + LINE / 2, cell, what) for n, day, cell, what in falls),
        x(today) if first <= today <= last else None,
    )


def worst(counts: Counts) -> str:
    """The cell by which many are marked: overdue where anything is, else open, else late, else on time."""
    return next(
        (cell for cell in ("open_overdue", "open_in_time", "done_late") if getattr(counts, cell)), "done_on_time"
    )

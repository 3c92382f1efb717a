"""The appendix that shows every indicator of every unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dondoc.core.indicators import Row
from dondoc.core.text import collation
from dondoc.reports.paper import Table
from dondoc.reports.saying import Saying
from dondoc.reports.words import Words

ROOM = 20.2
"""Centimetres for the indicators, on a page on its side."""


def figures_by_unit(rows: Sequence[Row], words: Words, say: Saying) -> Iterator[Table]:
    """Units by indicators, with what they come to; none where nobody is asked for figures."""
    units = sorted({unit for row in rows for unit in row.entries}, key=lambda unit: collation(say.unit(unit)))
    if not units:
        return
    body = [
        (str(number), say.unit(unit), *(_entry(row, unit, say) for row in rows)) for number, unit in enumerate(units, 1)
    ]
    total = ("", words["all"], *(say.figure(row.total) for row in rows))
    labels = "; ".join(f"{row.indicator.id}: {row.indicator.label.within(say.language)}" for row in rows)
    yield Table(
        words["appendix_figures"],
        (words["number"], words["unit"], *(row.indicator.id for row in rows)),
        (*body, total),
        (1.0, 3.5, *(ROOM / len(rows) for _ in rows)),
        numbers=tuple(range(2, len(rows) + 2)),
        total=True,
        wide=True,
        note=f"{labels}. {words['wanting']}",
    )


def _entry(row: Row, unit: str, say: Saying) -> str:
    entry = row.entries.get(unit)
    return "" if entry is None else say.figure(entry.figure)

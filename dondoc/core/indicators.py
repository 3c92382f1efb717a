"""What units reported, added up: over time by each indicator's own rule, then over the units.

Sums (flows) are added over the periods; of a stock the latest counts; a ratio is worked out anew from its numerators
and denominators, never from percentages. A report on a longer time contains those on parts of it, so these are not
added to it again, and every total carries the figures it was made of, so that it can be told and checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce

from dondoc.core.absorbing import Absorption, Report
from dondoc.core.answers import halves, numeric
from dondoc.core.plan import FormField, Plan
from dondoc.core.text import Text

SMALL = 5
"""Counts from 1 to below this could point to a person."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A question whose answers are added up, and the tasks (as the ledger knows them) whose reports answer it."""

    field: FormField
    tasks: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.field.id

    @property
    def label(self) -> Text:
        return self.field.label

    @property
    def is_ratio(self) -> bool:
        return self.field.type == "ratio"

    @property
    def latest(self) -> bool:
        """Whether the latest figure stands for all before it: a stock, not a flow."""
        return self.field.over_time == "latest"

    @property
    def across(self) -> bool:
        """Whether the units' figures can be put together."""
        return self.field.across_units == "sum" or self.is_ratio


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; of a ratio, also what it is worked out of.

    >>> Figure.ratio(Decimal(5), Decimal(8)).value
    Decimal('0.625')
    >>> (Figure.ratio(Decimal(5), Decimal(8)) + Figure.ratio(Decimal(1), Decimal(2))).parts
    (Decimal('6'), Decimal('10'))
    """

    value: Decimal | None
    parts: tuple[Decimal, Decimal] | None = None

    @classmethod
    def ratio(cls, numerator: Decimal, denominator: Decimal) -> Figure:
        """`numerator` of `denominator`; no number where there is nothing to divide by."""
        return cls(numerator / denominator if denominator else None, (numerator, denominator))

    def __add__(self, other: Figure) -> Figure:
        """Both together."""
        if self.parts and other.parts:
            return Figure.ratio(self.parts[0] + other.parts[0], self.parts[1] + other.parts[1])
        return Figure((self.value or Decimal(0)) + (other.value or Decimal(0)))


@dataclass(frozen=True, slots=True)
class Reported:
    """What a unit reported for a period, `start` to `cut_off`; `provisional` while it is under review."""

    task: str
    unit: str
    period: str
    start: date
    cut_off: date
    values: Mapping[str, object]
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit's figure for a span of time, and the periods it was made of, in order."""

    figure: Figure
    periods: tuple[str, ...]
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator over a span of time: each unit's figure, None where it reported none, and what they come to.

    `total` is None where the figures of several units cannot be put together, or nobody reported one. A row that is
    `hidden` shows nobody's figure.
    """

    indicator: Indicator
    entries: Mapping[str, Entry | None]
    total: Figure | None
    hidden: bool = False

    @property
    def reporting(self) -> tuple[str, ...]:
        """The units whose figures are in the total."""
        return tuple(unit for unit, entry in self.entries.items() if entry is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The units that reported none."""
        return tuple(unit for unit, entry in self.entries.items() if entry is None)

    @property
    def provisional(self) -> tuple[str, ...]:
        """The units whose figures are under review."""
        return tuple(unit for unit, entry in self.entries.items() if entry is not None and entry.provisional)

    def how(self) -> Text:
        """How the total was computed, in a sentence."""
        count, of = len(self.reporting), len(self.entries)
        if self.hidden:
            return Text(
                vi="Không công bố theo đơn vị: số liệu nhạy cảm, có giá trị nhỏ",
                en="Not shown by unit: sensitive, and some counts are small",
            )
        if not self.indicator.across:
            return Text(vi="Không cộng giữa các đơn vị", en="Not added up over units")
        latest_vi, latest_en = ("số mới nhất của ", "the latest of ") if self.indicator.latest else ("", "")
        if self.indicator.is_ratio and self.total is not None and self.total.parts is not None:
            top, bottom = self.total.parts
            if self.indicator.field.parts:
                over, under = (self.indicator.field.part(name) for name in self.indicator.field.halves)
                return Text(
                    vi=f"{over.within('vi')} ({top:f}) chia {under.within('vi')} ({bottom:f}), "
                    f"{latest_vi}{count}/{of} đơn vị",
                    en=f"{over.within('en')} ({top:f}) over {under.within('en')} ({bottom:f}), "
                    f"{latest_en}{count} of {of} units",
                )
            return Text(
                vi=f"Tổng tử số {top:f} chia tổng mẫu số {bottom:f}, {latest_vi}{count}/{of} đơn vị",
                en=f"Numerators {top:f} over denominators {bottom:f}, {latest_en}{count} of {of} units",
            )
        return Text(
            vi=f"Cộng {latest_vi}{count}/{of} đơn vị",
            en=f"Sum of {latest_en}{count} of {of} units",
        )


def indicators_of(plan: Plan) -> tuple[Indicator, ...]:
    """The indicators of a plan in the order of its forms, each with the tasks that ask for it."""
    asking: dict[str, list[str]] = {}
    for task in plan.tasks():
        submit = task.submit
        if submit is not None:
            for name in dict.fromkeys(
                [submit.form, *(one.form for one in submit.instead), *(one.form for one in submit.also)]
            ):
                if name is not None:
                    asking.setdefault(name, []).append(task.ledger_id)
    found: dict[str, Indicator] = {}
    for name, form in plan.forms.items():
        for field in form.fields:
            if field.over_time or field.across_units:
                before = found[field.id].tasks if field.id in found else ()
                known = found[field.id].field if field.id in found else field
                found[field.id] = Indicator(known, tuple(dict.fromkeys((*before, *asking.get(name, ())))))
    return tuple(found.values())


def figure(field: FormField, value: object) -> Figure | None:
    """The figure that was kept for a field; None where none was given."""
    if field.type == "ratio":
        parts = halves(field, value)
        return Figure.ratio(*parts) if parts else None
    number = numeric(value)
    return None if number is None else Figure(number)


def row(
    indicator: Indicator, reports: Iterable[Reported], units: Sequence[str], absorption: Absorption | None = None
) -> Row:
    """The indicator over what these reports cover, for `units` in their order; reports of others are left out."""
    by_unit: dict[str, list[tuple[Reported, Figure]]] = {unit: [] for unit in units}
    for one in reports:
        if one.task in indicator.tasks and one.unit in by_unit:
            found = figure(indicator.field, one.values.get(indicator.id))
            if found is not None:
                by_unit[one.unit].append((one, found))
    entries = {unit: _entry(indicator, given, absorption) for unit, given in by_unit.items()}
    return Row(indicator, entries, _total(indicator, entries.values()))


def within(reports: Iterable[Reported], start: date, end: date) -> Iterator[Reported]:
    """The reports whose period lies within these days, both included."""
    return (one for one in reports if start <= one.start and one.cut_off <= end)


def disclosed(found: Row, *, to: str | None = None, small: int = SMALL) -> Row:
    """The row as it may be shown to the unit `to`, or to anybody (None): whole, or with nobody's figure but its own.

    Of a sensitive indicator no unit's figure is shown when one is small: a single gap could be filled from the total.
    Neither is a total that is small, or that leaves only one figure to be worked out.
    """
    if not found.indicator.field.sensitive or not any(_is_small(one.figure, small) for one in _given(found)):
        return found
    others = sum(unit != to for unit in found.reporting)
    total = None if found.total is None or others < 2 or _is_small(found.total, small) else found.total
    own = {unit: entry if unit == to else None for unit, entry in found.entries.items()}
    return Row(found.indicator, own, total, hidden=True)


def discrepancies(found: Row) -> tuple[str, ...]:
    """What does not add up in a row that is not hidden: nothing, unless it was put together otherwise than here."""
    again = _total(found.indicator, found.entries.values())
    if again == found.total:
        return ()
    return (f"{found.indicator.id}: the units come to {again}, the total is {found.total}",)


def _entry(
    indicator: Indicator, given: Sequence[tuple[Reported, Figure]], absorption: Absorption | None
) -> Entry | None:
    if len(given) == 1:  # most units, most of the time
        ((report, found),) = given
        return Entry(found, (report.period,), report.provisional)
    counted = [pair for pair in given if not any(_contains(other, pair[0], absorption) for other, _ in given)]
    ordered = sorted(counted, key=lambda one: (one[0].cut_off, one[0].start))
    if indicator.latest:
        ordered = ordered[-1:]
    if not ordered:
        return None
    return Entry(
        reduce(Figure.__add__, (figure for _, figure in ordered)),
        tuple(one.period for one, _ in ordered),
        any(one.provisional for one, _ in ordered),
    )


def _contains(longer: Reported, shorter: Reported, absorption: Absorption | None) -> bool:
    """Whether a unit's report says what its other report says too: it is on more days, or the plan says so."""
    whole, part = (longer.start, longer.cut_off), (shorter.start, shorter.cut_off)
    if whole != part:
        return whole[0] <= part[0] and part[1] <= whole[1]
    named = (Report(one.task, one.unit, one.period) for one in (longer, shorter))
    return absorption is not None and absorption.contains(*named)


def _total(indicator: Indicator, entries: Iterable[Entry | None]) -> Figure | None:
    given = [entry.figure for entry in entries if entry is not None]
    return reduce(Figure.__add__, given) if given and (indicator.across or len(given) == 1) else None


def _given(found: Row) -> Iterator[Entry]:
    return (entry for entry in found.entries.values() if entry is not None)


def _is_small(one: Figure, small: int) -> bool:
    counts = one.parts or ((one.value,) if one.value is not None else ())
    return any(0 < count < small for count in counts)

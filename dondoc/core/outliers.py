"""Figures worth a second look: beside what the unit reported before, and beside the other units.

Two simple rules, told in words wherever they apply; they only mark, whoever reviews decides:

1. more than three times, or less than a third of, what the same unit reported for the period before (if that was
   above zero);
2. outside the usual range of the other units, once at least five are in: further than one and a half times the
   distance between the quartiles below the lower or above the upper one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, quantiles

from dondoc.core.answers import halves, numeric, said_as
from dondoc.core.plan import FormField
from dondoc.core.text import Text

TIMES = 3
"""How many times last period's figure is worth a look."""

OTHERS_AT_LEAST = 5
"""Of fewer units nobody can say what is usual."""

REACH = Decimal("1.5")
"""How many distances between the quartiles a figure may lie outside them."""

AMOUNTS = frozenset({"integer", "decimal", "money", "percent", "ratio"})


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure beside others: what the unit reported before, and what the other units report now."""

    value: Decimal
    before: Decimal | None
    others: int
    """How many other units' figures are in."""
    least: Decimal | None
    middle: Decimal | None
    most: Decimal | None
    why: tuple[Text, ...]
    """Why it is worth a second look; empty where it is not."""


def amount(field: FormField, kept: object) -> Decimal | None:
    """A kept answer as an amount: of a ratio its percentage, one digit behind the point; None for what is none.

    >>> amount(FormField(id="I14", label="Tỷ lệ", type="ratio"), {"numerator": 5, "denominator": 8})
    Decimal('62.5')
    """
    if field.type == "ratio":
        parts = halves(field, kept)
        return _rounded(100 * parts[0] / parts[1]) if parts and parts[1] else None
    return numeric(kept) if field.type in AMOUNTS else None


def beside(value: Decimal, before: Decimal | None, others: Sequence[Decimal]) -> Beside:
    """What a figure looks like beside last period's and the other units'.

    >>> [why.en for why in beside(Decimal(40), Decimal(10), ()).why]
    ['4 times what the unit reported for the period before']
    """
    why = (*_beside_before(value, before), *_beside_others(value, others))
    if not others:
        return Beside(value, before, 0, None, None, None, why)
    return Beside(value, before, len(others), min(others), _rounded(median(others)), max(others), why)


def _beside_before(value: Decimal, before: Decimal | None) -> tuple[Text, ...]:
    if before is None or before <= 0:
        return ()
    if value > TIMES * before:
        times = _rounded(value / before)
        return (
            Text(
                vi=f"gấp {said_as(times, 'vi')} lần kỳ trước của đơn vị",
                en=f"{said_as(times, 'en')} times what the unit reported for the period before",
            ),
        )
    if TIMES * value < before:
        return (
            Text(
                vi="chưa bằng một phần ba kỳ trước của đơn vị",
                en="less than a third of what the unit reported for the period before",
            ),
        )
    return ()


def _beside_others(value: Decimal, others: Sequence[Decimal]) -> tuple[Text, ...]:
    if len(others) < OTHERS_AT_LEAST:
        return ()
    lower, _, upper = quantiles(others, n=4, method="inclusive")
    reach = REACH * (upper - lower)
    if value > upper + reach:
        return (Text(vi="cao hơn hẳn các đơn vị khác", en="far above the other units"),)
    if value < lower - reach:
        return (Text(vi="thấp hơn hẳn các đơn vị khác", en="far below the other units"),)
    return ()


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)

"""Figures worth a second look: beside the unit's own last period, and beside the other units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.outliers import amount, beside
from dondoc.core.plan import FormField

NUMBERS = st.decimals(min_value=0, max_value=10**9, places=1)


def why(value: str, before: str | None = None, others: str = "") -> list[str]:
    found = beside(Decimal(value), Decimal(before) if before else None, [Decimal(one) for one in others.split()])
    return [text.vi for text in found.why]


@pytest.mark.parametrize(
    ("value", "before", "said"),
    [
        ("30", "10", []),
        ("31", "10", ["gấp 3,1 lần kỳ trước của đơn vị"]),
        ("10", "30", []),
        ("9", "30", ["chưa bằng một phần ba kỳ trước của đơn vị"]),
        ("0", "1", ["chưa bằng một phần ba kỳ trước của đơn vị"]),
        ("500", "0", []),
        ("500", None, []),
        ("500", "-1", []),
    ],
)
def test_more_than_three_times_or_less_than_a_third_of_last_period(
    value: str, before: str | None, said: list[str]
) -> None:
    assert why(value, before) == said


@pytest.mark.parametrize(
    ("value", "others", "said"),
    [
        ("100", "1 2 3 4", []),  # four are too few
        ("7", "1 2 3 4 5", []),  # quartiles 2 and 4: up to 7
        ("7.1", "1 2 3 4 5", ["cao hơn hẳn các đơn vị khác"]),
        ("-1", "1 2 3 4 5", []),  # down to -1
        ("-1.1", "1 2 3 4 5", ["thấp hơn hẳn các đơn vị khác"]),
    ],
)
def test_outside_what_is_usual_of_at_least_five_other_units(value: str, others: str, said: list[str]) -> None:
    assert why(value, None, others) == said


def test_the_other_units_are_told_by_their_median_lowest_and_highest() -> None:
    found = beside(Decimal(5), None, [Decimal(n) for n in (9, 1, 4, 2)])
    assert (found.others, found.least, found.middle, found.most) == (4, 1, 3, 9)
    assert beside(Decimal(5), None, []).middle is None


@pytest.mark.parametrize(
    ("kind", "kept", "value"),
    [
        ("integer", 7, "7"),
        ("money", "12.5", "12.5"),
        ("ratio", {"a": 1, "b": 3}, "33.3"),
        ("ratio", {"b": 3, "a": 1}, "33.3"),  # PostgreSQL gives names back by their length
        ("ratio", {"a": 0, "b": 0}, None),
        ("ratio", {"a": 1}, None),
        ("text", "7", None),
        ("integer", None, None),
    ],
)
def test_only_amounts_are_compared(kind: str, kept: object, value: str | None) -> None:
    field = FormField.model_validate({"id": "I1", "label": "x", "type": kind, "of": ("a", "b")})
    assert amount(field, kept) == (Decimal(value) if value else None)


@given(NUMBERS, st.none() | NUMBERS, st.lists(NUMBERS, max_size=12))
def test_a_figure_like_all_others_is_never_marked_and_the_order_of_units_does_not_matter(
    value: Decimal, before: Decimal | None, others: list[Decimal]
) -> None:
    assert beside(value, value, [value] * len(others)).why == ()
    assert beside(value, before, others) == beside(value, before, sorted(others))

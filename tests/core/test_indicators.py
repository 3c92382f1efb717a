"""What units reported, added up by each indicator's own rule."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.answers import Unreadable, read_answer
from dondoc.core.indicators import (
    Figure,
    Indicator,
    Reported,
    Row,
    disclosed,
    discrepancies,
    indicators_of,
    row,
    within,
)
from dondoc.core.plan import FormField
from tests.places import bac_ninh

H1 = (date(2022, 12, 15), date(2023, 6, 14))
YEAR = (date(2022, 12, 15), date(2023, 12, 14))
UNITS = ("gia-binh", "luong-tai", "que-vo")


def indicator(**field: object) -> Indicator:
    written = {"id": "I", "label": "Chỉ tiêu", "type": "integer", "over_time": "sum", "across_units": "sum"}
    return Indicator(FormField.model_validate(written | field), ("bao-cao-6-thang", "bao-cao-nam"))


FLOW = indicator()
STOCK = indicator(over_time="latest")
RATIO = indicator(type="ratio", of=["co", "tong"], over_time="latest", across_units=None)


def half(unit: str, value: object) -> Reported:
    return Reported("bao-cao-6-thang", unit, "2023-H1", *H1, {"I": value})


def year(unit: str, value: object) -> Reported:
    return Reported("bao-cao-nam", unit, "2023", *YEAR, {"I": value})


def quarter(unit: str, number: int, value: object) -> Reported:
    months = ((1, 3, 31), (4, 6, 30), (7, 9, 30), (10, 12, 31))[number - 1]
    span = date(2023, months[0], 1), date(2023, months[1], months[2])
    return Reported("bao-cao-nam", unit, f"2023-Q{number}", *span, {"I": value})


def test_a_flow_is_summed_over_time_and_units() -> None:
    found = row(FLOW, [quarter("gia-binh", 1, 5), quarter("gia-binh", 2, 7), quarter("que-vo", 1, 4)], UNITS)
    assert [entry and entry.figure.value for entry in found.entries.values()] == [Decimal(12), None, Decimal(4)]
    assert found.total == Figure(Decimal(16))
    assert found.missing == ("luong-tai",)
    assert found.how().vi == "Cộng 2/3 đơn vị"


def test_of_a_stock_the_latest_counts_and_is_summed_over_units() -> None:
    found = row(STOCK, [quarter("gia-binh", 2, 7), quarter("gia-binh", 1, 5), quarter("que-vo", 1, 4)], UNITS)
    assert found.total == Figure(Decimal(11))
    assert found.entries["gia-binh"].periods == ("2023-Q2",)  # type: ignore[union-attr]
    assert found.how().en == "Sum of the latest of 2 of 3 units"


def test_a_ratio_is_worked_out_anew_and_never_an_average() -> None:
    reports = [half("gia-binh", {"co": 1, "tong": 1}), half("que-vo", {"co": 3, "tong": 9})]
    found = row(RATIO, reports, UNITS)
    assert found.total == Figure(Decimal("0.4"), (Decimal(4), Decimal(10)))  # the average would be two thirds
    assert found.how().vi == "Tổng tử số 4 chia tổng mẫu số 10, số mới nhất của 2/3 đơn vị"


def test_a_year_is_not_added_to_the_half_year_that_it_contains() -> None:
    found = row(FLOW, [half("gia-binh", 40), year("gia-binh", 100), half("que-vo", 30)], UNITS)
    # of Quế Võ, which has not yet reported on the year, the half-year stands
    assert found.total == Figure(Decimal(130))
    assert [found.entries[unit].periods for unit in ("gia-binh", "que-vo")] == [("2023",), ("2023-H1",)]  # type: ignore[union-attr]


def test_only_reports_that_lie_wholly_within_the_days_count() -> None:
    reports = [half("gia-binh", 40), year("gia-binh", 100)]
    assert [one.period for one in within(reports, *H1)] == ["2023-H1"]
    assert [one.period for one in within(reports, *YEAR)] == ["2023-H1", "2023"]


def test_figures_that_cannot_be_put_together_have_no_total() -> None:
    found = row(indicator(across_units=None), [half("gia-binh", 4), half("que-vo", 5)], UNITS)
    assert (found.total, found.how().vi) == (None, "Không cộng giữa các đơn vị")


def test_decimals_stay_exact() -> None:
    money = indicator(type="decimal")
    found = row(money, [half("gia-binh", "0.1"), half("que-vo", "0.2")], UNITS)
    assert found.total == Figure(Decimal("0.3"))


def test_each_indicator_of_the_bac_ninh_plan_is_known_with_the_tasks_that_ask_for_it() -> None:
    found = indicators_of(bac_ninh()[0])
    assert [one.id for one in found] == [f"I{number:02}" for number in range(1, 15)]
    assert {one.tasks for one in found} == {("bao-cao-6-thang", "bao-cao-nam")}
    assert [one.id for one in found if one.field.sensitive] == ["I12", "I13"]


SENSITIVE = indicator(sensitive=True)


def shown(found: Row) -> list[Decimal | None]:
    return [entry.figure.value if entry else None for entry in found.entries.values()]


def test_a_sensitive_row_with_a_small_count_is_hidden_whole() -> None:
    found = row(SENSITIVE, [half("gia-binh", 12), half("luong-tai", 3), half("que-vo", 9)], UNITS)
    public = disclosed(found)
    assert (shown(public), public.total, public.hidden) == ([None] * 3, Figure(Decimal(24)), True)


def test_a_unit_still_sees_its_own_line_of_a_hidden_row() -> None:
    found = row(SENSITIVE, [half("gia-binh", 12), half("luong-tai", 3), half("que-vo", 9)], UNITS)
    assert shown(disclosed(found, to="luong-tai")) == [None, Decimal(3), None]


@pytest.mark.parametrize("values", [(0, 3), (1, 1, 2), (9, 3)])
def test_a_total_that_would_tell_a_small_count_is_hidden_too(values: tuple[int, ...]) -> None:
    found = row(SENSITIVE, [half(unit, value) for unit, value in zip(UNITS, values, strict=False)], UNITS)
    to = "gia-binh" if values == (9, 3) else None  # who knows its own nine would know the other's three
    assert disclosed(found, to=to).total is None


@pytest.mark.parametrize("values", [(12, 0, 9), (5, 6, 7)])
def test_a_sensitive_row_without_small_counts_is_shown(values: tuple[int, ...]) -> None:
    found = row(SENSITIVE, [half(unit, value) for unit, value in zip(UNITS, values, strict=True)], UNITS)
    assert disclosed(found) == found


def test_what_is_not_sensitive_is_shown_however_small() -> None:
    found = row(FLOW, [half("gia-binh", 1)], UNITS)
    assert disclosed(found) == found


REPORTS = st.lists(
    st.builds(
        quarter, st.sampled_from(UNITS), st.integers(1, 4), st.one_of(st.integers(0, 99), st.none(), st.just("1.5"))
    ),
    max_size=20,
    unique_by=lambda one: (one.unit, one.period),
)


@given(REPORTS, st.sampled_from([FLOW, STOCK]))
def test_units_add_up_to_the_total_and_halves_of_them_too(reports: list[Reported], of: Indicator) -> None:
    whole = row(of, reports, UNITS)
    assert discrepancies(whole) == ()
    parts = [row(of, reports, some).total for some in (UNITS[:1], UNITS[1:])]
    assert sum((part.value or 0 for part in parts if part), Decimal(0)) == (
        (whole.total.value or 0) if whole.total else 0
    )


@given(REPORTS)
def test_the_parts_of_a_flow_over_time_add_up_to_the_whole_time(reports: list[Reported]) -> None:
    first, second = (date(2023, 1, 1), date(2023, 6, 30)), (date(2023, 7, 1), date(2023, 12, 31))
    halves = [row(FLOW, within(reports, *days), UNITS).total for days in (first, second)]
    whole = row(FLOW, reports, UNITS).total
    assert sum((half.value or 0 for half in halves if half), Decimal(0)) == ((whole.value or 0) if whole else 0)


@given(REPORTS, st.sampled_from(UNITS))
def test_nobody_sees_a_small_sensitive_count_of_another(reports: list[Reported], to: str) -> None:
    found = disclosed(row(SENSITIVE, reports, UNITS), to=to)
    others = [entry.figure.value for unit, entry in found.entries.items() if entry and unit != to]
    assert not any(value is not None and 0 < value < 5 for value in others)


def test_the_parts_of_a_ratio_are_told_as_the_plan_names_them() -> None:
    field = FormField(
        id="I14", label="Tỷ lệ", type="ratio", of=("dat", "so_xa"), over_time="latest",
        parts={"dat": "Số xã đạt", "so_xa": "Tổng số xã"},
    )  # fmt: skip
    day = date(2023, 6, 30)
    reports = [Reported("t", unit, "2023-H1", day, day, {"I14": {"so_xa": 8, "dat": 5}}) for unit in ("a", "b")]
    found = row(Indicator(field, ("t",)), reports, ["a", "b", "c"])
    assert found.how().vi == "Số xã đạt (10) chia Tổng số xã (16), số mới nhất của 2/3 đơn vị"
    with pytest.raises(Unreadable, match=re.escape("Số xã đạt (9) is larger than Tổng số xã (8)")):
        read_answer(field, "9/8")

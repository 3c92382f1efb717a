"""16. A lunar date with reminders before it, and the rule for leap months."""

import pytest

from tests.language.saying import owed, placed, problems, table


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("before lunar 15/8", "2023-09-28"),  # Mid-Autumn was on 29/9/2023
        ("lunar 15/8", "2023-09-29"),
        ("10 days before lunar 1/1/2024", "2024-01-31"),  # Tết was on 10/2/2024
        ("lunar leap 15/2/2023", "2023-04-05"),  # 2023 has a leap second month
        ("lunar 15/2/2023", "2023-03-06"),  # the ordinary one
        ("lunar 3/3/2023", "2023-04-22"),
    ],
)
def test_a_lunar_day_is_the_ordinary_months_unless_leap_is_said(due: str, day: str) -> None:
    head = "plan: p\ntitle: T\nissued: 2023-01-03\nperiod: 2023-01-03/2024-12-31\nfocal_point: ban-a\n"
    task = f"- {{id: t, title: T, owner: gia-binh, roll: none, due: {due}}}"
    assert table(task, head=head) == [f"gia-binh once {day}"]


def test_each_years_mid_autumn() -> None:
    head = "plan: p\ntitle: T\nissued: 2023-01-03\nperiod: 2023-01-01/2025-12-31\nfocal_point: ban-a\n"
    task = "- {id: t, title: T, owner: gia-binh, due: {every: year, by: before lunar 15/8}}"
    assert table(task, head=head) == [
        "gia-binh 2023 2023-09-28",
        "gia-binh 2024 2024-09-16",
        "gia-binh 2025 2025-10-05",
    ]


def test_reminders_go_before_a_lunar_date() -> None:
    task = """
    - id: t
      title: Trung thu
      owner: gia-binh
      due: before lunar 15/8
      policy: {remind: [30 days before, 3 days before]}
    """
    (one,) = owed(task)
    assert [offset.span.n for offset in one.terms.policy.remind if offset.span] == [30, 3]


def test_a_month_that_is_not_leap_that_year_is_a_located_problem() -> None:
    task = "- {id: t, title: T, owner: gia-binh, due: lunar leap 15/8/2023}"
    assert placed(task) == ["impossible-day at lunar leap 15/8/2023"]
    assert "leap" in problems(task)[0]

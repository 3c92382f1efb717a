"""2. A fixed date each year, and one in a later year than the period: "báo cáo năm trước 30/4 năm sau"."""

from tests.language.saying import table

THREE_YEARS = """\
plan: p
title: Chương trình
issued: 2023-01-03
period: 2023-01-01/2025-12-31
focal_point: ban-a
"""


def test_a_fixed_date_each_year() -> None:
    task = "- {id: t, title: Họp mặt, owner: tinh, due: {every: year, by: day 20 of October}}"
    assert table(task, head=THREE_YEARS) == [
        "tinh 2023 2023-10-20",
        "tinh 2024 2024-10-21",  # 20/10/2024 is a Sunday
        "tinh 2025 2025-10-20",
    ]


def test_the_years_report_is_due_in_april_of_the_next() -> None:
    task = "- {id: t, title: Báo cáo năm, owner: tinh, due: {every: year, by: day 30 of month 4 next year}}"
    assert table(task, head=THREE_YEARS) == [
        "tinh 2023 2024-05-02",  # 30/4 and 1/5 are holidays, and the period keeps its name
        "tinh 2024 2025-05-05",  # 30/4 and 1/5, in exchange 2/5, and a weekend
        "tinh 2025 2026-05-04",
    ]

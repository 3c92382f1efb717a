"""1. Day N of every month or of the quarter's last: "trước ngày 25 hằng tháng", "ngày 20 tháng cuối quý"."""

from tests.language.saying import problems, table


def test_the_25th_of_every_month_moves_off_days_off() -> None:
    task = "- {id: t, title: Báo cáo tháng, owner: gia-binh, due: {every: month, by: day 25}}"
    assert table(task) == [
        "gia-binh 2023-04 2023-04-25",
        "gia-binh 2023-05 2023-05-25",
        "gia-binh 2023-06 2023-06-26",  # the 25th is a Sunday
        "gia-binh 2023-07 2023-07-25",
        "gia-binh 2023-08 2023-08-25",
        "gia-binh 2023-09 2023-09-25",
        "gia-binh 2023-10 2023-10-25",
        "gia-binh 2023-11 2023-11-27",  # a Saturday
        "gia-binh 2023-12 2023-12-25",
    ]


def test_before_the_25th_can_be_meant_strictly() -> None:
    task = "- {id: t, title: T, owner: gia-binh, strict: true, due: {every: month, by: day 25, only: ['05', '08']}}"
    assert table(task) == ["gia-binh 2023-05 2023-05-24", "gia-binh 2023-08 2023-08-24"]


def test_the_20th_of_the_last_month_of_the_quarter() -> None:
    task = "- {id: t, title: Báo cáo quý, owner: gia-binh, due: {every: quarter, by: day 20 of last month}}"
    assert table(task) == [
        "gia-binh 2023-Q2 2023-06-20",
        "gia-binh 2023-Q3 2023-09-20",
        "gia-binh 2023-Q4 2023-12-20",
    ]


def test_a_day_that_no_month_has_is_a_located_problem() -> None:
    task = "- {id: t, title: T, owner: gia-binh, due: {every: month, by: day 32}}"
    assert problems(task) == ["deadline-syntax: there is no day 32 in that month; days are 1 to 31"]

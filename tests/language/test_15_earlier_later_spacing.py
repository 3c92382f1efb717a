"""15. The earlier or later of two dates, a minimum and maximum spacing, at least so many in a period; RFC 5545."""

import pytest

from dondoc.core.happened import Happened
from tests.language.saying import owed, placed, problems, table
from tests.places import local


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("{earlier of: [2023-05-05, 10 working days after plan.issued]}", "2023-04-27"),
        ("{later of: [2023-05-05, 10 working days after plan.issued]}", "2023-05-05"),
        ("{earlier of: [2023-06-30, 5 days after xong.done]}", "2023-06-30"),  # the second is not known yet
    ],
)
def test_the_earlier_and_the_later_of_two(due: str, day: str) -> None:
    tasks = f"""
    - {{id: t, title: T, owner: gia-binh, due: {due}}}
    - {{id: xong, title: X, owner: gia-binh, due: 2023-12-20}}
    """
    assert table(tasks)[0] == f"gia-binh once {day}"


def test_the_later_of_two_waits_for_both() -> None:
    tasks = """
    - {id: t, title: T, owner: gia-binh, due: {later of: [2023-06-30, 5 days after xong.done]}}
    - {id: xong, title: X, owner: gia-binh, due: 2023-12-20}
    """
    assert table(tasks) == ["gia-binh once 2023-12-20"]
    done = Happened(done={("xong", "gia-binh", "once"): local("2023-07-03 09:00")})
    assert table(tasks, done)[0] == "gia-binh once 2023-07-10"  # Saturday 8/7 moves to Monday


def test_in_each_period_too() -> None:
    due = "{every: quarter, by: {earlier of: [day 25 of last month, last Friday]}}"
    bad = f"- {{id: t, title: T, owner: gia-binh, due: {due}}}"
    assert placed(bad) == ["deadline-syntax at last Friday]}}}"]
    task = bad.replace("last Friday", "Friday")
    assert table(task) == [
        "gia-binh 2023-Q2 2023-06-26",  # the 25th is a Sunday: Monday 26; the last Friday is the 30th
        "gia-binh 2023-Q3 2023-09-25",
        "gia-binh 2023-Q4 2023-12-25",
    ]


def test_neither_and_both_are_located_problems() -> None:
    assert problems(
        "- {id: t, title: T, owner: gia-binh, due: {earlier of: [2023-06-01], later of: [2023-07-03]}}"
    ) == ["wrong-value: this says neither or both; write {earlier of: […]} or {later of: […]}"]
    assert problems("- {id: t, title: T, owner: gia-binh, due: {earlyer of: [2023-06-01]}}")[0].startswith(
        "unknown-key: the key `earlyer of` is not known here; did you mean `earlier of`?"
    )


MEETINGS = "- {id: hop, title: Họp, owner: gia-binh, due: {spacing: 12-16 days, first: 2023-11-01}}"


def test_meetings_follow_one_another_at_the_longest_spacing_while_none_was_held() -> None:
    assert table(MEETINGS) == [
        "gia-binh 1 2023-11-01",
        "gia-binh 2 2023-11-17",  # 16 days later
        "gia-binh 3 2023-12-01",  # 3/12 is a Sunday: no later than 16 days, so the Friday before
        "gia-binh 4 2023-12-15",  # 17/12 is a Sunday
        "gia-binh 5 2023-12-29",  # 31/12 is a Sunday
    ]


def test_the_next_meeting_counts_from_the_one_that_was_held_and_opens_after_the_shortest_spacing() -> None:
    held = Happened(done={("hop", "gia-binh", "1"): local("2023-10-30 15:00")})
    assert table(MEETINGS, held)[:3] == ["gia-binh 1 2023-11-01", "gia-binh 2 2023-11-15", "gia-binh 3 2023-12-01"]
    assert owed(MEETINGS, held)[1].opens == local("2023-11-11 00:00")  # 12 days after 30/10
    assert owed(MEETINGS, held)[1].title("vi") == "Họp – lần 2"


def test_a_spacing_that_cannot_be_read_points_inside() -> None:
    assert placed(MEETINGS.replace("12-16 days", "16-12 days")) == ["deadline-syntax at 16-12 days, first: 2"]
    assert placed(MEETINGS.replace("12-16 days", "12-16 dais")) == ["deadline-syntax at dais, first: 2023-11"]


def test_at_least_so_many_a_year_are_so_many_obligations() -> None:
    assert table("- {id: t, title: T, owner: gia-binh, at_least: 2 per half-year}") == [
        "gia-binh 2023-H1.1 2023-06-30",
        "gia-binh 2023-H1.2 2023-06-30",
        "gia-binh 2023-H2.1 2023-12-29",
        "gia-binh 2023-H2.2 2023-12-29",
    ]
    once = "- {id: t, title: T, owner: gia-binh, at_least: 1 per year, due: end of December 2023}"
    assert table(once) == ["gia-binh once 2023-12-29"]
    assert owed("- {id: t, title: T, owner: gia-binh, at_least: 2 per year}")[0].title("vi") == "T – năm 2023, lần 1"
    assert placed("- {id: t, title: T, owner: gia-binh, at_least: 2 per yeer}") == ["deadline-syntax at yeer}"]


def test_everything_else_is_said_by_a_rule_of_rfc_5545() -> None:
    task = '- {id: t, title: T, owner: gia-binh, due: {rrule: "FREQ=MONTHLY;BYDAY=3SU;UNTIL=20230801T000000"}}'
    assert table(task) == [
        "gia-binh 2023-04-16 2023-04-17",  # the third Sunday moves to Monday and keeps its name
        "gia-binh 2023-05-21 2023-05-22",
        "gia-binh 2023-06-18 2023-06-19",
        "gia-binh 2023-07-16 2023-07-17",
    ]
    assert [f"{one.opens:%m-%d}" for one in owed(task)] == ["04-12", "04-16", "05-21", "06-18"]  # 17:00 in UTC


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "MONTHLY", "FREQ=MONTHLY;BYDAY=XX", "FREQ=DAILY;COUNT=x", "FREQ="])
def test_a_rule_that_cannot_be_read_is_a_located_problem(rule: str) -> None:
    (found,) = placed(f'- {{id: t, title: T, owner: gia-binh, due: {{rrule: "{rule}"}}}}')
    assert found.startswith(f"wrong-rule at {rule[:20]}")

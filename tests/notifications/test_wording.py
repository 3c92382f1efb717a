"""Dates, deadlines and numbers as people say them."""

import doctest
from datetime import UTC, date, datetime

import pytest

from dondoc.calendar.deadline import Deadline, day_deadline
from dondoc.calendar.workdays import work_calendar
from notifications import letterhead, wording

CALENDAR = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
MONDAY = date(2023, 6, 19)


def at(day: str, clock: str = "08:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+07:00").astimezone(UTC)


@pytest.mark.parametrize("module", [wording, letterhead])
def test_its_own_examples_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("today", "vi", "en"),
    [
        ("2023-06-05", "còn 10 ngày làm việc", "10 working days left"),
        ("2023-06-14", "còn 3 ngày làm việc", "3 working days left"),
        ("2023-06-16", "còn 1 ngày làm việc", "1 working day left"),  # Friday: a weekend between
        ("2023-06-17", "còn 1 ngày làm việc", "1 working day left"),  # Saturday
        ("2023-06-18", "hạn ngày mai", "due tomorrow"),  # Sunday
        ("2023-06-19", "hạn hôm nay", "due today"),
        ("2023-06-20", "quá hạn 1 ngày làm việc", "1 working day overdue"),
        ("2023-06-21", "quá hạn 2 ngày làm việc", "2 working days overdue"),
        ("2023-06-26", "quá hạn 5 ngày làm việc", "5 working days overdue"),
    ],
)
def test_a_deadline_on_a_monday(today: str, vi: str, en: str):
    due = day_deadline(MONDAY, CALENDAR)
    assert wording.time_left(due, at(today), CALENDAR, "vi") == vi
    assert wording.time_left(due, at(today), CALENDAR, "en") == en


@pytest.mark.parametrize(
    ("day", "today", "said"),
    [
        (date(2023, 6, 16), "2023-06-15", "hạn ngày mai"),
        (date(2023, 6, 16), "2023-06-17", "vừa quá hạn"),  # missed on a Friday, no working day since
        (date(2023, 6, 16), "2023-06-19", "quá hạn 1 ngày làm việc"),
        (date(2023, 6, 18), "2023-06-16", "hạn rơi vào ngày nghỉ sắp tới"),  # a Sunday, seen on Friday
        (date(2023, 1, 27), "2023-01-19", "còn 1 ngày làm việc"),  # Tết 2023: 20 to 26 January off
        (date(2023, 1, 30), "2023-01-19", "còn 2 ngày làm việc"),
        (date(2023, 1, 25), "2023-01-19", "hạn rơi vào ngày nghỉ sắp tới"),
        (date(2023, 1, 19), "2023-01-27", "quá hạn 1 ngày làm việc"),
        (date(2023, 9, 5), "2023-08-31", "còn 1 ngày làm việc"),  # 1 to 4 September 2023 off
        (date(2024, 2, 29), "2024-02-28", "hạn ngày mai"),
        (date(2023, 12, 31), "2023-12-29", "hạn rơi vào ngày nghỉ sắp tới"),
    ],
)
def test_days_off_between(day: date, today: str, said: str):
    assert wording.time_left(day_deadline(day, CALENDAR), at(today), CALENDAR, "vi") == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("07:00", "hạn hôm nay (14:30 ngày 19/6/2023)"),
        ("14:30", "hạn hôm nay (14:30 ngày 19/6/2023)"),
        ("14:31", "vừa quá hạn (hạn 14:30 ngày 19/6/2023)"),
    ],
)
def test_a_deadline_at_an_hour_shows_it(now: str, said: str):
    due = Deadline(at("2023-06-19", "14:30"), whole_day=False)
    assert wording.due_phrase(due, at("2023-06-19", now), CALENDAR, "vi") == said
    assert wording.long_deadline(due, CALENDAR, "vi") == "14:30 thứ Hai, 19/6/2023"
    assert wording.long_deadline(due, CALENDAR, "en") == "14:30 on Monday 19 June 2023"


def test_a_deadline_that_ends_with_office_hours_shows_the_hour_and_one_at_midnight_does_not():
    assert wording.short_deadline(day_deadline(MONDAY, CALENDAR, "office"), CALENDAR, "vi") == "17:00 ngày 19/6/2023"
    assert wording.short_deadline(day_deadline(MONDAY, CALENDAR), CALENDAR, "vi") == "19/6/2023"


@pytest.mark.parametrize(
    ("today", "vi", "en"),
    [
        ("2023-06-14", "còn 3 ngày làm việc (hạn 19/6/2023)", "3 working days left (due 19 June 2023)"),
        ("2023-06-19", "hạn hôm nay (19/6/2023)", "due today (19 June 2023)"),
        ("2023-06-21", "quá hạn 2 ngày làm việc (hạn 19/6/2023)", "2 working days overdue (due 19 June 2023)"),
    ],
)
def test_what_remains_with_its_date(today: str, vi: str, en: str):
    due = day_deadline(MONDAY, CALENDAR)
    assert wording.due_phrase(due, at(today), CALENDAR, "vi") == vi
    assert wording.due_phrase(due, at(today), CALENDAR, "en") == en


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("một hai", 7, "một hai"),
        ("một hai ba", 9, "một hai…"),
        ("một hai, ba", 9, "một hai…"),
        ("mộthaibabốnnăm", 6, "mộtha…"),
        ("một\n  hai", 20, "một hai"),
    ],
)
def test_shortening_keeps_words_whole(text: str, limit: int, short: str):
    assert wording.shortened(text, limit) == short
    assert len(short) <= limit


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([date(2023, 6, 5)], "5/6/2023"),
        ([date(2023, 12, 28), date(2024, 1, 4)], "28/12/2023, 4/1/2024"),
        ([date(2023, 6, d) for d in (1, 2, 5, 6)], "1/6 – 6/6/2023"),
    ],
)
def test_several_days(days: list[date], said: str):
    assert wording.days(days, "vi") == said


def test_what_is_handed_in():
    assert wording.hand_in("acknowledgement", "vi") == "xác nhận (không phải kèm văn bản)"
    assert wording.hand_in("nothing", "vi") == wording.hand_in(None, "en") == ""
    assert wording.form_to_fill("", (), "vi") == "số liệu theo biểu báo cáo"

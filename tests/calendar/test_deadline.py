"""From an expression to a deadline: every expected day was reckoned by hand on a wall calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dondoc.calendar.deadline import Anchors, UnknownAnchor, resolve, shift_day
from dondoc.calendar.grammar import Span, earlier_of, later_of, parse_deadline
from dondoc.calendar.periods import Period, period_rule, periods_overlapping
from tests.calendar.reckoning import BRITAIN, H1, PLAN, Q3, TASKS, VIETNAM, YEAR, clock, day, local

# --- the plan of Bắc Ninh


def test_the_half_year_report_is_due_three_working_days_after_its_cut_off() -> None:
    assert day("3 working days after cut-off", replace(PLAN, period=H1)) == "2023-06-19"


def test_the_year_report_is_due_three_working_days_after_its_cut_off() -> None:
    assert day("3 working days after cut-off", replace(PLAN, period=YEAR)) == "2023-12-19"


def test_receipt_of_the_plan_is_confirmed_within_three_working_days_of_its_issue() -> None:
    assert day("3 working days after plan.issued") == "2023-04-18"
    assert day("10 working days after plan.issued") == "2023-04-27"


def test_the_banners_hang_before_mid_autumn_and_before_childrens_day() -> None:
    assert day("lunar 15/8") == "2023-09-29"
    assert day("before lunar 15/8") == "2023-09-28"
    assert day("before 2023-06-01") == "2023-05-31"


# --- offsets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The first day is not counted; a computed day off rolls forward.
        ("1 day after 2023-06-14", "2023-06-15"),
        ("2 days after 2023-06-14", "2023-06-16"),
        ("3 days after 2023-06-14", "2023-06-19"),  # Saturday 17
        ("4 days after 2023-06-14", "2023-06-19"),  # Sunday 18
        ("5 days after 2023-06-14", "2023-06-19"),
        ("6 days after 2023-06-14", "2023-06-20"),
        ("1 week after 2023-08-26", "2023-09-05"),  # 2 September, over its four days off
        ("2 weeks after 2023-06-14", "2023-06-28"),
        ("1 month after 2023-01-31", "2023-02-28"),
        ("1 month after 2024-01-31", "2024-02-29"),
        ("12 months after 2024-02-29", "2025-02-28"),
        ("1 month after 2023-03-31", "2023-05-04"),  # 30 April, over 29 April to 3 May
        ("1 month after 2023-12-01", "2024-01-02"),  # New Year's Day
        ("9 months after plan.issued", "2024-01-15"),  # 13 January is a Saturday
        ("1 working day after 2023-01-19", "2023-01-27"),  # over Tết
        ("1 working day after 2023-04-28", "2023-05-04"),
        ("1 working day after 2024-05-03", "2024-05-04"),  # the Saturday worked in exchange
        ("1 working day before 2023-09-05", "2023-08-31"),
        ("1 working day after 2024-02-28", "2024-02-29"),
        ("14 days before 2023-06-01", "2023-05-18"),
        ("2 weeks before lunar 15/8", "2023-09-15"),
        ("3 months before plan.end", "2023-10-02"),  # 30 September is a Saturday
        ("1 month before 2023-03-31", "2023-02-28"),
    ],
)
def test_offsets_count_from_the_next_day_and_roll_off_days_off(text: str, expected: str) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 hours after event", "2023-06-17 14:05"),  # a Saturday: hours run through
        ("1 hour after event", "2023-06-16 15:05"),
        ("72 hours after event", "2023-06-19 14:05"),
        ("3 hours before 2023-06-19 17:00", "2023-06-19 14:00"),
        ("24 hours after 2023-06-14", "2023-06-16 00:00"),  # from the end of the day
        ("24 hours before 2023-06-14", "2023-06-13 00:00"),  # from its beginning
        ("2023-06-19 17:00", "2023-06-19 17:00"),
        ("before 2023-06-19 17:00", "2023-06-19 17:00"),
    ],
)
def test_hours_are_elapsed_hours_and_a_clock_time_is_kept(text: str, expected: str) -> None:
    assert clock(text, replace(PLAN, event=local("2023-06-16 14:05"))) == expected


def test_hours_elapse_also_where_clocks_are_changed() -> None:
    evening = datetime(2023, 3, 25, 18, tzinfo=UTC)  # clocks go forward that night
    due = resolve(parse_deadline("24 hours after event"), Anchors(event=evening), BRITAIN)
    assert due.at - evening == timedelta(hours=24)
    assert BRITAIN.local(due.at).hour == 19


def test_days_after_an_event_are_counted_from_its_local_day() -> None:
    late_evening = replace(PLAN, event=datetime(2023, 6, 13, 17, 30, tzinfo=UTC))  # half past midnight on the 14th
    assert day("3 working days after event", late_evening) == "2023-06-19"
    assert day("on event", late_evening) == "2023-06-14"
    assert day("before event", late_evening) == "2023-06-13"


# --- dates written out, months, days of a month


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-06-19", "2023-06-19"),
        ("2023-06-18", "2023-06-18"),  # a Sunday stays one: it was written out
        ("2023-09-02", "2023-09-02"),
        ("before 2023-06-19", "2023-06-18"),
        ("plan.end", "2023-12-31"),
        ("lunar 1/1/2024", "2024-02-10"),
        ("in June 2023", "2023-06-30"),
        ("end of April 2023", "2023-04-28"),  # 29 and 30 April are off
        ("in December 2023", "2023-12-29"),
        ("end of February 2024", "2024-02-29"),
    ],
)
def test_dates_written_out_stay_and_a_month_means_its_last_working_day(text: str, expected: str) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "covering", "expected"),
    [
        ("day 20 of last month", Q3, "2023-09-20"),
        ("day 20", Q3, "2023-09-20"),
        ("before day 20", Q3, "2023-09-19"),
        ("day 17 of last month", Q3, "2023-09-18"),  # a Sunday
        ("day 31 of last month", Q3, "2023-10-02"),  # September ends on Saturday 30
        ("day 5 of first month", Q3, "2023-07-05"),
        ("day 10 of next month", Q3, "2023-10-10"),
        ("last working day", Q3, "2023-09-29"),
        ("last day", Q3, "2023-10-02"),
        ("last working day of next month", Q3, "2023-10-31"),
        ("Friday", Q3, "2023-09-29"),
        ("Saturday", Q3, "2023-10-02"),
        ("day 20 of last month", H1, "2023-06-20"),
        ("day 30 of month 4 next year", YEAR, "2024-05-02"),  # 30 April and 1 May are off
        ("day 30 of April", YEAR, "2023-05-04"),
        ("day 29 of February next year", YEAR, "2024-02-29"),
        ("day 29 of February", YEAR, "2023-02-28"),
        ("day 15 of next month", YEAR, "2024-01-15"),
        ("2 working days before last working day", Q3, "2023-09-27"),
        ("period.start", Q3, "2023-07-01"),
        ("period.end", Q3, "2023-09-30"),
    ],
)
def test_a_day_of_a_month_is_reckoned_from_the_period(text: str, covering: Period, expected: str) -> None:
    assert day(text, replace(PLAN, period=covering)) == expected


def test_the_twentyfifth_of_every_month_is_one_day_a_month_rolled_off_days_off() -> None:
    months = periods_overlapping(period_rule("month"), date(2023, 1, 1), date(2023, 12, 31))
    assert [day("day 25", replace(PLAN, period=month)) for month in months] == [
        *("2023-01-27", "2023-02-27", "2023-03-27", "2023-04-25", "2023-05-25", "2023-06-26"),
        *("2023-07-25", "2023-08-25", "2023-09-25", "2023-10-25", "2023-11-27", "2023-12-25"),
    ]


def test_a_friday_of_every_week_is_that_weeks_friday_or_the_next_working_day() -> None:
    weeks = periods_overlapping(period_rule("week"), date(2023, 8, 21), date(2023, 9, 10))
    assert [day("Friday", replace(PLAN, period=week)) for week in weeks] == ["2023-08-25", "2023-09-05", "2023-09-08"]


# --- the moon


@pytest.mark.parametrize(
    ("text", "anchors", "expected"),
    [
        ("lunar 15/8", PLAN, "2023-09-29"),
        ("lunar 23/12", replace(PLAN, period=YEAR), "2023-01-14"),  # of lunar 2022
        ("lunar 15/8", Anchors(start=date(2023, 9, 30), end=date(2024, 12, 31)), "2024-09-17"),  # the first after
        ("lunar 15/8/2025", PLAN, "2025-10-06"),
        ("lunar 10/3", replace(PLAN, period=YEAR), "2023-04-29"),
        ("lunar 1/2", replace(PLAN, period=YEAR), "2023-02-20"),
        ("lunar leap 1/2", replace(PLAN, period=YEAR), "2023-03-22"),
        ("lunar leap 1/2/2023", PLAN, "2023-03-22"),
        ("before lunar 15/8/2024", PLAN, "2024-09-16"),
        ("5 days before lunar 15/8/2025", PLAN, "2025-10-01"),
    ],
)
def test_lunar_days_are_found_in_the_period_or_in_the_year_written(text: str, anchors: Anchors, expected: str) -> None:
    assert day(text, anchors) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lunar leap 1/3/2023", "month 3 of lunar year 2023 is not followed by a leap month"),
        ("lunar 30/1/2023", "month 1 of lunar year 2023 has 29 days, so there is no day 30"),
        ("lunar leap 1/6", "lunar leap 1/6 does not fall between 2023-04-13 and 2023-12-31"),
        ("lunar 1/1", "lunar 1/1 does not fall between 2023-04-13 and 2023-12-31"),
        ("before lunar 15/8/2051", "known for 1968-2050, not for 2051"),
    ],
)
def test_a_lunar_day_that_does_not_exist_there_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        resolve(parse_deadline(text), PLAN, VIETNAM)


# --- other tasks, earlier and later


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 working day after xa.accepted", "2023-06-19"),
        ("2 days after xa.done", "2023-06-16"),
        ("xa.due", "2023-06-15"),
        ("before xa.due", "2023-06-14"),
        ("1 working day after xa.due", "2023-06-16"),
        ("xa.done", "2023-06-14"),
        ("1 working day after hop.due", "2023-06-19"),
        ("1 working day after ngay.due", "2023-06-16"),
    ],
)
def test_deadlines_follow_other_tasks(text: str, expected: str) -> None:
    assert day(text, TASKS) == expected


def test_a_clock_time_of_another_task_is_kept() -> None:
    assert clock("hop.due", TASKS) == "2023-06-16 14:00"
    assert clock("2 hours before hop.due", TASKS) == "2023-06-16 12:00"
    assert clock("2 hours after xa.accepted", TASKS) == "2023-06-16 11:00"


def test_the_earlier_and_the_later_of_several_are_chosen() -> None:
    first, second = parse_deadline("2023-06-30"), parse_deadline("10 working days after xa.accepted")
    assert resolve(earlier_of(first, second), TASKS, VIETNAM).day(VIETNAM) == date(2023, 6, 30)
    assert resolve(later_of(first, second), TASKS, VIETNAM).day(VIETNAM) == date(2023, 6, 30)
    third = parse_deadline("5 working days after xa.accepted")
    assert resolve(earlier_of(first, third), TASKS, VIETNAM).day(VIETNAM) == date(2023, 6, 23)
    assert resolve(later_of(first, earlier_of(second, third)), TASKS, VIETNAM).day(VIETNAM) == date(2023, 6, 30)


def test_the_earlier_goes_by_what_is_known_and_the_later_waits_for_all() -> None:
    known, unknown = parse_deadline("2023-06-30"), parse_deadline("3 days after huyen.accepted")
    assert resolve(earlier_of(unknown, known), TASKS, VIETNAM).day(VIETNAM) == date(2023, 6, 30)
    with pytest.raises(UnknownAnchor, match=r"huyen\.accepted is not known here"):
        resolve(later_of(known, unknown), TASKS, VIETNAM)
    with pytest.raises(UnknownAnchor, match=r"huyen\.accepted"):
        resolve(earlier_of(unknown, unknown), TASKS, VIETNAM)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("24 hours after event", "event"),
        ("3 days after x.done", "x.done"),
        ("cut-off", "cut-off"),
        ("3 days after period.end", "period.end"),
        ("day 25", "period"),
        ("Friday", "period"),
        ("plan.issued", "plan.issued"),
        ("lunar 15/8", "lunar 15/8"),
        ("lunar leap 15/8", "lunar leap 15/8"),
    ],
)
def test_an_anchor_that_is_not_known_is_named(text: str, name: str) -> None:
    with pytest.raises(UnknownAnchor) as missing:
        resolve(parse_deadline(text), Anchors(), VIETNAM)
    assert missing.value.name == name


def test_a_naive_event_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        resolve(parse_deadline("on event"), Anchors(event=datetime(2023, 6, 16, 14)), VIETNAM)  # noqa: DTZ001 - naive on purpose


def test_hours_cannot_be_counted_in_days() -> None:
    with pytest.raises(ValueError, match="hours are counted from an instant"):
        shift_day(date(2023, 6, 16), Span(3, "hours"), "after", VIETNAM)


def test_a_deadline_past_the_known_years_is_refused() -> None:
    with pytest.raises(ValueError, match="1990-2100"):
        resolve(parse_deadline("9999 days after 2099-01-01"), PLAN, VIETNAM)

"""From an expression to a deadline: every expected day was reckoned by hand on a wall calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dondoc.calendar.deadline import (
    Anchors,
    Deadline,
    Roll,
    UnknownAnchor,
    day_deadline,
    resolve,
    shift_day,
)
from dondoc.calendar.grammar import (
    Before,
    DayOf,
    Fixed,
    InMonth,
    Named,
    On,
    Shift,
    Span,
    earlier_of,
    later_of,
    parse_deadline,
)
from dondoc.calendar.lunar import to_solar
from dondoc.calendar.periods import Period, period_rule, periods_overlapping
from dondoc.calendar.workdays import work_calendar

VIETNAM = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
BRITAIN = work_calendar(zone="Europe/London", holidays="GB", language="en")


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def period(name: str, start: str, end: str) -> Period:
    return Period(name, date.fromisoformat(start), date.fromisoformat(end), date.fromisoformat(end))


H1 = period("2023-H1", "2022-12-15", "2023-06-14")
YEAR = period("2023", "2022-12-15", "2023-12-14")
Q3 = period("2023-Q3", "2023-07-01", "2023-09-30")
PLAN = Anchors(issued=date(2023, 4, 13), start=date(2023, 4, 13), end=date(2023, 12, 31))


def day(text: str, anchors: Anchors = PLAN, **options: object) -> str:
    """The local day of a day deadline."""
    due = resolve(parse_deadline(text), anchors, VIETNAM, **options)  # type: ignore[arg-type]
    assert due.whole_day
    assert due.at == VIETNAM.day_ends(due.day(VIETNAM), office=options.get("day_ends") == "office")
    return due.day(VIETNAM).isoformat()


def clock(text: str, anchors: Anchors = PLAN, **options: object) -> str:
    """The local time of a deadline with a time of day."""
    due = resolve(parse_deadline(text), anchors, VIETNAM, **options)  # type: ignore[arg-type]
    assert not due.whole_day
    return f"{VIETNAM.local(due.at):%Y-%m-%d %H:%M}"


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


# --- rolling, strictness, the end of the day


@pytest.mark.parametrize(
    ("text", "roll", "expected"),
    [
        ("3 days after 2023-06-14", "next working day", "2023-06-19"),
        ("3 days after 2023-06-14", "previous working day", "2023-06-16"),
        ("3 days after 2023-06-14", "none", "2023-06-17"),
        ("2023-09-02", "next working day", "2023-09-05"),
        ("2023-09-02", "previous working day", "2023-08-31"),
        ("2023-09-02", "none", "2023-09-02"),
        ("2023-09-05", "previous working day", "2023-09-05"),
        ("in April 2023", "none", "2023-04-30"),
        ("in April 2023", "next working day", "2023-05-04"),
        # Never to or past what it must precede, never back to what it must follow.
        ("before lunar 15/8/2025", "next working day", "2025-10-05"),  # Sunday; Monday is the festival
        ("before lunar 15/8/2025", "previous working day", "2025-10-03"),
        ("1 day before 2023-06-19", "next working day", "2023-06-18"),
        ("before 2023-06-19", "next working day", "2023-06-18"),
        ("1 day after 2023-06-16", "previous working day", "2023-06-17"),
        ("2 days before 2023-06-20", "next working day", "2023-06-19"),
    ],
)
def test_the_author_may_choose_where_a_day_off_rolls(text: str, roll: Roll, expected: str) -> None:
    assert day(text, roll=roll) == expected


def test_by_default_a_deadline_before_a_feast_is_not_rolled_onto_it() -> None:
    assert day("before lunar 15/8/2025") == "2025-10-05"
    assert day("1 day before 2023-06-19") == "2023-06-18"


@pytest.mark.parametrize(
    ("text", "covering", "expected"),
    [
        ("2023-06-20", None, "2023-06-19"),
        ("2023-06-19", None, "2023-06-18"),
        ("lunar 15/8", None, "2023-09-28"),
        ("day 20 of last month", Q3, "2023-09-19"),
        ("day 25 of last month", Q3, "2023-09-24"),  # a Sunday; Monday the 25th would be too late
        ("before 2023-06-20", None, "2023-06-19"),  # exclusive as it stands
        ("3 working days after 2023-06-14", None, "2023-06-19"),  # counted, not named
        ("in June 2023", None, "2023-06-30"),
    ],
)
def test_strict_makes_the_named_day_itself_too_late(text: str, covering: Period | None, expected: str) -> None:
    assert day(text, replace(PLAN, period=covering), strict=True) == expected


def test_hours_roll_only_when_told_to_and_keep_their_time() -> None:
    event = replace(PLAN, event=local("2023-06-16 14:05"))
    assert clock("24 hours after event", event, roll="next working day") == "2023-06-19 14:05"
    assert clock("24 hours after event", event, roll="previous working day") == "2023-06-16 14:05"
    assert clock("24 hours after event", event, roll="none") == "2023-06-17 14:05"


def test_a_day_may_end_with_the_office() -> None:
    due = resolve(parse_deadline("3 working days after plan.issued"), PLAN, VIETNAM, day_ends="office")
    assert due == Deadline(local("2023-04-18 17:00"))
    assert due.day(VIETNAM) == date(2023, 4, 18)
    assert day_deadline(date(2023, 4, 18), VIETNAM, "office") == due
    assert day_deadline(date(2023, 4, 18), VIETNAM) == resolve(parse_deadline("2023-04-18"), PLAN, VIETNAM)


@pytest.mark.parametrize(
    ("text", "instant", "met"),
    [
        ("2023-06-19", "2023-06-18 23:59", True),
        ("2023-06-19", "2023-06-19 23:59:59.999999", True),
        ("2023-06-19", "2023-06-20 00:00", False),
        ("2023-06-19 17:00", "2023-06-19 16:59", True),
        ("2023-06-19 17:00", "2023-06-19 17:00", True),
        ("2023-06-19 17:00", "2023-06-19 17:00:00.000001", False),
    ],
)
def test_a_day_lasts_until_midnight_and_a_clock_time_includes_itself(text: str, instant: str, met: bool) -> None:
    assert resolve(parse_deadline(text), PLAN, VIETNAM).met_by(local(instant)) is met


def test_the_day_people_read_is_the_local_one() -> None:
    assert Deadline(datetime(2023, 6, 19, 17, tzinfo=UTC)).day(VIETNAM) == date(2023, 6, 19)
    assert Deadline(datetime(2023, 6, 19, 17, tzinfo=UTC), whole_day=False).day(VIETNAM) == date(2023, 6, 20)
    assert Deadline(datetime(2023, 6, 19, 23, tzinfo=UTC)).day(BRITAIN) == date(2023, 6, 19)


# --- other tasks, earlier and later


TASKS = replace(
    PLAN,
    tasks={
        "xa.due": Deadline(local("2023-06-16 00:00")),  # the whole of 15 June
        "xa.done": local("2023-06-14 21:00"),
        "xa.accepted": local("2023-06-16 09:00"),
        "hop.due": Deadline(local("2023-06-16 14:00"), whole_day=False),
        "ngay.due": date(2023, 6, 15),
    },
)


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


# --- why


@pytest.mark.parametrize(
    ("text", "covering", "en", "vi"),
    [
        (
            "3 working days after cut-off",
            H1,
            "3 working days after cut-off 14/6/2023 = 19/6/2023: 17–18/6 is a weekend",
            "3 ngày làm việc sau ngày chốt số liệu 14/6/2023 = 19/6/2023: 17–18/6 là ngày nghỉ cuối tuần",
        ),
        (
            "10 working days after plan.issued",
            H1,
            "10 working days after plan.issued 13/4/2023 = 27/4/2023: 15–16/4 and 22–23/4 are weekends",
            (
                "10 ngày làm việc sau ngày ban hành kế hoạch 13/4/2023 = 27/4/2023: "
                "15–16/4 và 22–23/4 là ngày nghỉ cuối tuần"
            ),
        ),
        (
            "10 days after plan.issued",
            H1,
            "10 days after plan.issued 13/4/2023 = 24/4/2023: 23/4 is a Sunday",
            "10 ngày sau ngày ban hành kế hoạch 13/4/2023 = 24/4/2023: 23/4 là Chủ nhật",
        ),
        (
            "1 working day after 2023-04-28",
            H1,
            "1 working day after 28/4/2023 = 4/5/2023: 29/4–3/5 is off (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng, …)",
            "1 ngày làm việc sau 28/4/2023 = 4/5/2023: 29/4–3/5 nghỉ (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng, …)",
        ),
        (
            "before lunar 15/8/2023",
            H1,
            "before lunar 15/8 (29/9/2023) = 28/9/2023",
            "trước 15/8 âm lịch (29/9/2023) = 28/9/2023",
        ),
        (
            "lunar leap 2/2/2023",
            H1,
            "lunar leap 2/2 = 23/3/2023",
            "2/2 nhuận âm lịch = 23/3/2023",
        ),
        ("2023-06-19", H1, "19/6/2023, as written", "19/6/2023, đúng như đã ghi"),
        (
            "2023-09-02",
            H1,
            "2/9/2023, as written: a day off (Quốc khánh), not moved",
            "2/9/2023, đúng như đã ghi: là ngày nghỉ (Quốc khánh), không dời",
        ),
        ("2023-06-19 17:00", H1, "17:00 19/6/2023, as written", "17:00 19/6/2023, đúng như đã ghi"),
        (
            "end of April 2023",
            H1,
            "end of April 2023 = 28/4/2023: 29–30/4 is off (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng)",
            "cuối tháng 4/2023 = 28/4/2023: 29–30/4 nghỉ (Ngày Giỗ Tổ Hùng Vương, Ngày Chiến thắng)",
        ),
        (
            "1 month after 2023-01-31",
            H1,
            "1 month after 31/1/2023 = 28/2/2023: 2/2023 has only 28 days",
            "1 tháng sau 31/1/2023 = 28/2/2023: tháng 2/2023 chỉ có 28 ngày",
        ),
        (
            "day 31",
            Q3,
            "day 31 of last month (30/9/2023) = 2/10/2023: 9/2023 has only 30 days; 30/9–1/10 is a weekend",
            (
                "ngày 31 tháng cuối kỳ (30/9/2023) = 2/10/2023: tháng 9/2023 chỉ có 30 ngày; "
                "30/9–1/10 là ngày nghỉ cuối tuần"
            ),
        ),
        (
            "day 30 of month 4 next year",
            YEAR,
            (
                "day 30 of April next year (30/4/2024) = 2/5/2024: "
                "30/4–1/5 is off (Ngày Chiến thắng, Ngày Quốc tế Lao động)"
            ),
            "ngày 30 tháng 4 năm sau (30/4/2024) = 2/5/2024: 30/4–1/5 nghỉ (Ngày Chiến thắng, Ngày Quốc tế Lao động)",
        ),
        (
            "last working day",
            Q3,
            "last working day of last month = 29/9/2023",
            "ngày làm việc cuối tháng cuối kỳ = 29/9/2023",
        ),
        ("Friday", Q3, "Friday of the period = 29/9/2023", "Thứ Sáu của kỳ = 29/9/2023"),
        (
            "24 hours after event",
            H1,
            "24 hours after event 16/6/2023 = 14:05 17/6/2023: 17/6 is a Saturday",
            "24 giờ sau khi phát sinh sự việc 16/6/2023 = 14:05 17/6/2023: 17/6 là Thứ Bảy",
        ),
        (
            "1 working day after xa.accepted",
            H1,
            "1 working day after xa.accepted 16/6/2023 = 19/6/2023: 17–18/6 is a weekend",
            "1 ngày làm việc sau ngày duyệt xa 16/6/2023 = 19/6/2023: 17–18/6 là ngày nghỉ cuối tuần",
        ),
        (
            "60 working days after plan.issued",
            H1,
            "60 working days after plan.issued 13/4/2023 = 11/7/2023: 29 days off lie between",
            "60 ngày làm việc sau ngày ban hành kế hoạch 13/4/2023 = 11/7/2023: ở giữa có 29 ngày nghỉ",
        ),
        (
            "1 working day after 2023-12-29",
            H1,
            "1 working day after 29/12/2023 = 2/1/2024: 30/12/2023–1/1/2024 is off (Tết Dương lịch)",
            "1 ngày làm việc sau 29/12/2023 = 2/1/2024: 30/12/2023–1/1/2024 nghỉ (Tết Dương lịch)",
        ),
        (
            "20 working days before 2024-01-05",
            H1,
            (
                "20 working days before 5/1/2024 = 7/12/2023: 9–10/12 and 16–17/12 and 23–24/12 are weekends; "
                "30/12/2023–1/1/2024 is off (Tết Dương lịch)"
            ),
            (
                "20 ngày làm việc trước 5/1/2024 = 7/12/2023: 9–10/12 và 16–17/12 và 23–24/12 là ngày nghỉ cuối tuần; "
                "30/12/2023–1/1/2024 nghỉ (Tết Dương lịch)"
            ),
        ),
        (
            "3 working days before 2024-01-10",
            H1,
            "3 working days before 10/1/2024 = 5/1/2024: 6–7/1 is a weekend",
            "3 ngày làm việc trước 10/1/2024 = 5/1/2024: 6–7/1 là ngày nghỉ cuối tuần",
        ),
        (
            "10 working days before 2023-01-10",
            H1,
            (
                "10 working days before 10/1/2023 = 26/12/2022: 31/12/2022–2/1/2023 is off (Tết Dương lịch, "
                "Tết Dương lịch (nghỉ bù)); 7–8/1/2023 is a weekend"
            ),
            (
                "10 ngày làm việc trước 10/1/2023 = 26/12/2022: 31/12/2022–2/1/2023 nghỉ (Tết Dương lịch, "
                "Tết Dương lịch (nghỉ bù)); 7–8/1/2023 là ngày nghỉ cuối tuần"
            ),
        ),
        (
            "before lunar 15/8/2025",
            H1,
            "before lunar 15/8 (6/10/2025) = 5/10/2025: a day off (Sunday), not moved",
            "trước 15/8 âm lịch (6/10/2025) = 5/10/2025: là ngày nghỉ (Chủ nhật), không dời",
        ),
    ],
)
def test_a_deadline_can_say_why(text: str, covering: Period, en: str, vi: str) -> None:
    anchors = replace(TASKS, period=covering, event=local("2023-06-16 14:05"))
    due = resolve(parse_deadline(text), anchors, VIETNAM)
    assert due.why == en
    assert due.explain("vi") == vi


def test_a_deadline_from_the_ledger_has_no_reason_and_is_equal_to_the_one_that_was_reckoned() -> None:
    reckoned = resolve(parse_deadline("3 working days after plan.issued"), PLAN, VIETNAM)
    stored = Deadline(reckoned.at, reckoned.whole_day)
    assert (stored.why, stored.explain("vi")) == ("", "")
    assert stored == reckoned
    assert hash(stored) == hash(reckoned)


# --- what holds for every expression


DAYS = st.dates(date(2012, 1, 1), date(2035, 12, 31))
SPANS = st.builds(Span, st.integers(1, 90), st.sampled_from(["days", "working days", "weeks", "months"]))
ANCHORS = st.one_of(
    DAYS.map(Fixed),
    st.sampled_from(["plan.issued", "cut-off", "event", "period.start"]).map(Named),
    st.builds(
        DayOf,
        st.integers(1, 31) | st.sampled_from(["last", "last working"]),
        st.sampled_from(["first", "last", "next"]),
    ),
)
EXPRESSIONS = st.one_of(
    ANCHORS.map(On),
    ANCHORS.map(Before),
    st.builds(Shift, SPANS, st.sampled_from(["before", "after"]), ANCHORS),
    st.builds(InMonth, st.integers(2012, 2035), st.integers(1, 12)),
)
ROLLS = st.sampled_from([None, "next working day", "previous working day", "none"])


@st.composite
def situations(draw: st.DrawFn) -> Anchors:
    start = draw(DAYS)
    covering = Period(str(start.year), start, start + timedelta(days=89), start + timedelta(days=89))
    event = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 5_000_000)))
    return Anchors(issued=draw(DAYS), period=covering, event=event)


@given(EXPRESSIONS, situations(), ROLLS, st.booleans())
def test_the_same_question_has_the_same_answer_and_a_reason(
    expression: On | Before | Shift | InMonth, anchors: Anchors, roll: Roll | None, strict: bool
) -> None:
    first = resolve(expression, anchors, VIETNAM, roll=roll, strict=strict)
    assert first == resolve(expression, anchors, VIETNAM, roll=roll, strict=strict)
    assert first.at.tzinfo == UTC
    assert f"{first.day(VIETNAM).day}/{first.day(VIETNAM).month}/{first.day(VIETNAM).year}" in first.why
    assert first.explain("vi")
    assert first.met_by(first.at - timedelta(microseconds=1))
    assert not first.met_by(first.at + timedelta(microseconds=1))


@given(EXPRESSIONS, situations(), ROLLS)
def test_a_deadline_stays_on_its_side_of_the_anchor(
    expression: On | Before | Shift | InMonth, anchors: Anchors, roll: Roll | None
) -> None:
    assume(not isinstance(expression, InMonth))
    anchor = resolve(On(expression.anchor), anchors, VIETNAM, roll="none").day(VIETNAM)
    due = resolve(expression, anchors, VIETNAM, roll=roll).day(VIETNAM)
    match expression:
        case Before() | Shift(side="before"):
            assert due < anchor
        case Shift(side="after"):
            assert due > anchor
        case On():
            assert abs((due - anchor).days) <= 12  # no longer than the longest break


@given(EXPRESSIONS, situations())
def test_a_computed_deadline_is_a_working_day_unless_it_would_reach_what_it_precedes(
    expression: On | Before | Shift | InMonth, anchors: Anchors
) -> None:
    due = resolve(expression, anchors, VIETNAM).day(VIETNAM)
    match expression:
        case InMonth() | Shift(side="after") | On(DayOf()):
            assert VIETNAM.is_working_day(due)
        case Shift(side="before"):
            anchor = resolve(On(expression.anchor), anchors, VIETNAM, roll="none").day(VIETNAM)
            assert VIETNAM.is_working_day(due) or VIETNAM.on_or_after(due) >= anchor
        case _:
            plain = resolve(expression, anchors, VIETNAM, roll="none").day(VIETNAM)
            assert due == plain


@given(DAYS, SPANS, st.sampled_from(["before", "after"]))
def test_an_offset_equals_counting_day_by_day(start: date, span: Span, side: str) -> None:
    step = timedelta(days=1 if side == "after" else -1)
    reached, left = start, span.n * (7 if span.unit == "weeks" else 1)
    if span.unit == "months":
        month = start.year * 12 + start.month - 1 + (span.n if side == "after" else -span.n)
        reached = date(month // 12, month % 12 + 1, 1)
        while reached.day < start.day and (reached + timedelta(days=1)).month == reached.month:
            reached += timedelta(days=1)
        left = 0
    while left:
        reached += step
        left -= 1 if span.unit != "working days" or VIETNAM.is_working_day(reached) else 0
    assert shift_day(start, span, side, VIETNAM) == reached  # type: ignore[arg-type]


@given(st.integers(1968, 2049), st.integers(1, 12), st.integers(1, 29))
def test_a_lunar_anchor_is_the_lunar_calendars_day(year: int, month: int, day_of_month: int) -> None:
    assume(year >= 1990)
    expression = parse_deadline(f"lunar {day_of_month}/{month}/{year}")
    assert resolve(expression, PLAN, VIETNAM).day(VIETNAM) == to_solar(year, month, day_of_month)

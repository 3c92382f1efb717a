"""What may be written as a deadline, and what is said when it cannot be read."""

from collections.abc import Callable
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.calendar.grammar import (
    Before,
    DayOf,
    Expression,
    Fixed,
    InMonth,
    Lunar,
    Named,
    Offset,
    On,
    Shift,
    Span,
    Weekday,
    earlier_of,
    later_of,
    names_in,
    parse_deadline,
    parse_every,
    parse_offset,
)
from dondoc.calendar.mistakes import DeadlineSyntaxError


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("2023-06-19", On(Fixed(date(2023, 6, 19)))),
        ("2023-06-19 17:00", On(Fixed(date(2023, 6, 19), time(17)))),
        ("2023-06-19 00:00", On(Fixed(date(2023, 6, 19), time(0)))),
        ("2024-02-29", On(Fixed(date(2024, 2, 29)))),
        ("in June 2023", InMonth(2023, 6)),
        ("end of April 2023", InMonth(2023, 4)),
        ("24 hours after event", Shift(Span(24, "hours"), "after", Named("event"))),
        ("14 days before 2023-06-01", Shift(Span(14, "days"), "before", Fixed(date(2023, 6, 1)))),
        ("1 day after plan.start", Shift(Span(1, "days"), "after", Named("plan.start"))),
        ("3 working days after cut-off", Shift(Span(3, "working days"), "after", Named("cut-off"))),
        ("1 working day after plan.issued", Shift(Span(1, "working days"), "after", Named("plan.issued"))),
        ("2 weeks before period.end", Shift(Span(2, "weeks"), "before", Named("period.end"))),
        ("6 months after plan.end", Shift(Span(6, "months"), "after", Named("plan.end"))),
        ("before 2023-06-01", Before(Fixed(date(2023, 6, 1)))),
        ("before 2023-06-01 17:00", Before(Fixed(date(2023, 6, 1), time(17)))),
        ("before lunar 15/8", Before(Lunar(15, 8))),
        ("on plan.end", On(Named("plan.end"))),
        ("plan.end", On(Named("plan.end"))),
        ("lunar 15/8/2023", On(Lunar(15, 8, year=2023))),
        ("lunar leap 2/4", On(Lunar(2, 4, leap=True))),
        ("lunar leap 2/4/2020", On(Lunar(2, 4, leap=True, year=2020))),
        ("5 days before lunar 1/1", Shift(Span(5, "days"), "before", Lunar(1, 1))),
        ("5 days after bao-cao-xa.accepted", Shift(Span(5, "days"), "after", Named("bao-cao-xa.accepted"))),
        ("bao-cao-6-thang.due", On(Named("bao-cao-6-thang.due"))),
        ("3 days after x.done", Shift(Span(3, "days"), "after", Named("x.done"))),
        ("day 25", On(DayOf(25))),
        ("before day 25", Before(DayOf(25))),
        ("day 20 of last month", On(DayOf(20))),
        ("day 20 of the last month", On(DayOf(20))),
        ("day 5 of next month", On(DayOf(5, "next"))),
        ("day 1 of first month", On(DayOf(1, "first"))),
        ("day 30 of month 4 next year", On(DayOf(30, 4, next_year=True))),
        ("day 30 of April of next year", On(DayOf(30, 4, next_year=True))),
        ("day 29 of month 2", On(DayOf(29, 2))),
        ("last day", On(DayOf("last"))),
        ("last working day", On(DayOf("last working"))),
        ("last working day of next month", On(DayOf("last working", "next"))),
        ("2 working days before last day of next month",
         Shift(Span(2, "working days"), "before", DayOf("last", "next"))),
        ("Friday", On(Weekday(4))),
        ("  3 Working   DAYS\tafter Cut-Off ", Shift(Span(3, "working days"), "after", Named("cut-off"))),
    ],
)  # fmt: skip
def test_a_deadline_is_read_as_it_is_written(text: str, expression: Expression) -> None:
    assert parse_deadline(text) == expression


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("14 days before", Offset("before", Span(14, "days"))),
        ("1 working day before", Offset("before", Span(1, "working days"))),
        ("on the day", Offset("on")),
        ("2 hours before", Offset("before", Span(2, "hours"))),
        ("1 working day", Offset("after", Span(1, "working days"))),
        ("2 days after", Offset("after", Span(2, "days"))),
    ],
)
def test_a_step_of_a_policy_is_an_offset_from_the_deadline(text: str, offset: Offset) -> None:
    assert parse_offset(text) == offset


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("every 2 working days after", Span(2, "working days")),
        ("every 10 working days", Span(10, "working days")),
        ("3 working days", Span(3, "working days")),
        ("every 1 week", Span(1, "weeks")),
    ],
)
def test_a_rhythm_is_a_length_of_time(text: str, span: Span) -> None:
    assert parse_every(text) == span
    assert parse_every(text).times(3) == Span(3 * span.n, span.unit)


@pytest.mark.parametrize(
    ("text", "offset", "sentence"),
    [
        ("", 0, "nothing is written here; write a date or, say, 3 days after event"),
        ("   ", 0, "nothing is written here; write a date or, say, 3 days after event"),
        ("3 working days afer cut-off", 15, "'afer' is not expected here; write after"),
        ("3 wroking days after cut-off", 2, "'wroking' is not expected here; write working days"),
        ("3 dys after event", 2, "'dys' is not expected here; write days"),
        ("3 years after event", 2,
         "'years' is not expected here; write days, working days, hours, weeks or months"),
        ("3 days after", 12,
         ("something is missing at the end; write what to count from: a date, plan.issued, plan.start, plan.end, "
         "period.start, period.end, cut-off, event, TASK.due, TASK.done, TASK.accepted or lunar 15/8")),
        ("3 days after plan.isued", 13, "'plan.isued' is not expected here; write plan.issued"),
        ("3 days after bao-cao.don", 13, "'bao-cao.don' is not expected here; write bao-cao.done"),
        ("3 days after cutoff", 13, "'cutoff' is not expected here; write cut-off"),
        ("3 days\nafter  evnt", 14, "'evnt' is not expected here; write event"),
        ("3 days after event event", 19, "'event' is one word too many; end the deadline before it"),
        ("3 working day sau event", 14, "'sau' is not expected here; write before or after"),
        ("befor lunar 15/8", 0, "'befor' is not expected here; write before"),
        ("before", 6,
         ("something is missing at the end; write what to count from: a date, plan.issued, plan.start, plan.end, "
         "period.start, period.end, cut-off, event, TASK.due, TASK.done, TASK.accepted or lunar 15/8")),
        ("3", 1, "something is missing at the end; write days, working days, hours, weeks or months"),
        ("0 days after event", 0, "0 days is no time at all; write 1 or more"),
        ("99999 days after event", 0, "99999 is too large; write a number of at most four digits"),
        ("19/6/2023", 0, "'19/6/2023' is not how a date is written here; write 2023-06-19"),
        ("before 1.6.2023", 7, "'1.6.2023' is not how a date is written here; write 2023-06-01"),
        ("2023-6-1", 0, "'2023-6-1' is not how a date is written here; write 2023-06-01"),
        ("2023-06-19T17:00", 0, "'2023-06-19T17:00' is not how a date is written here; write 2023-06-19 17:00"),
        ("2023-02-30", 0, "2023-02-30 does not exist; February 2023 ends on 28"),
        ("2023-02-29", 0, "2023-02-29 does not exist; February 2023 ends on 28"),
        ("before 2023-13-01", 7, "2023-13-01 does not exist; months are 01 to 12"),
        ("2023-06-00", 0, "2023-06-00 does not exist; June 2023 ends on 30"),
        ("1850-01-01", 0, "the year 1850 is out of range; write 1990 to 2100"),
        ("in June 2101", 8, "the year 2101 is out of range; write 1990 to 2100"),
        ("2023-06-19 25:00", 11,
         "25:00 is not a time of day; write 00:00 to 23:59; a date alone lasts until midnight"),
        ("2023-06-19 24:00", 11,
         "24:00 is not a time of day; write 00:00 to 23:59; a date alone lasts until midnight"),
        ("in Juen 2023", 3, "'Juen' is not expected here; write June"),
        ("in June", 7, "something is missing at the end; write a year such as 2023"),
        ("end of month", 7, "'month' is not expected here; write a month such as June"),
        ("day 32", 4, "there is no day 32 in that month; days are 1 to 31"),
        ("day 0", 4, "there is no day 0 in that month; days are 1 to 31"),
        ("day 31 of month 4", 4, "there is no day 31 in that month; days are 1 to 30"),
        ("day 30 of February", 4, "there is no day 30 in that month; days are 1 to 29"),
        ("day 3 of month 13", 15, "there is no month 13; months are 1 to 12"),
        ("day 20 of lats month", 10, "'lats' is not expected here; write last month"),
        ("lunar 31/1", 6, "lunar 31/1 does not exist; write day/month, with days 1 to 30 and months 1 to 12"),
        ("lunar 15/13", 6, "lunar 15/13 does not exist; write day/month, with days 1 to 30 and months 1 to 12"),
        ("lunar", 5, "something is missing at the end; write leap or 15/8"),
        ("last month", 0,
         ("'last' is not expected here; write a date such as 2023-06-19, "
         "or an offset such as 3 working days after cut-off")),
        ("ngày 25", 0,
         ("'ngày' is not expected here; write a date such as 2023-06-19, "
         "or an offset such as 3 working days after cut-off")),
        ("３ days after event", 0,
         ("'３' is not expected here; write a date such as 2023-06-19, "
         "or an offset such as 3 working days after cut-off")),
        ("event " * 40, 200, "this is too long for a deadline; write one expression"),
    ],
)  # fmt: skip
def test_a_mistake_is_located_in_the_text_and_answered_with_what_to_write(
    text: str, offset: int, sentence: str
) -> None:
    with pytest.raises(DeadlineSyntaxError) as mistake:
        parse_deadline(text)
    assert (mistake.value.offset, str(mistake.value)) == (offset, sentence)
    assert f"{mistake.value.message}; {mistake.value.hint}" == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("14 days befor", "'befor' is not expected here; write before"),
        ("on day", "'on' is not expected here; write on the day or a number"),
        ("every 2 days", "'every' is not expected here; write on the day or a number"),
        ("14 days before event", "'event' is one word too many; end the deadline before it"),
    ],
)
def test_a_step_that_cannot_be_read_is_answered_likewise(text: str, sentence: str) -> None:
    with pytest.raises(DeadlineSyntaxError) as mistake:
        parse_offset(text)
    assert str(mistake.value) == sentence


@pytest.mark.parametrize("text", ["every", "evry 2 days", "every 2 working days before"])
def test_a_rhythm_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(DeadlineSyntaxError):
        parse_every(text)


WORDS = [
    *("3", "0", "31", "2023", "2023-06-19", "2023-02-30", "17:00", "15/8", "31/13", "June", "Friday", "leap", "lunar"),
    *("day", "days", "working days", "hours", "months", "before", "after", "on", "in", "end of", "of", "last", "month"),
    *(
        "next year",
        "last day",
        "last working day",
        "plan.issued",
        "cut-off",
        "event",
        "x.done",
        "x.dne",
        "every",
        "ngày",
    ),
]


def mistake_in(parse: Callable[[str], object], text: str) -> DeadlineSyntaxError | None:
    try:
        parse(text)
    except DeadlineSyntaxError as mistake:
        return mistake
    return None


@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join) | st.text(max_size=30))
def test_anything_at_all_is_either_read_or_located(text: str) -> None:
    for parse in (parse_deadline, parse_offset, parse_every):
        mistake = mistake_in(parse, text)
        if mistake is not None:
            assert 0 <= mistake.offset <= len(text)
            assert mistake.message
            assert mistake.hint


def test_named_anchors_are_found_with_their_place_in_the_text() -> None:
    expression = later_of(
        parse_deadline("3 days after x.accepted"),
        earlier_of(parse_deadline("before y.due"), parse_deadline("2023-06-19"), parse_deadline("plan.end")),
    )
    assert [(one.name, one.offset) for one in names_in(expression)] == [
        ("x.accepted", 13),
        ("y.due", 7),
        ("plan.end", 0),
    ]

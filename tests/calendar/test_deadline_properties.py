"""What holds for the deadline of every expression, wherever it is reckoned."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from dondoc.calendar.deadline import Anchors, Roll, resolve, shift_day
from dondoc.calendar.grammar import Before, DayOf, Fixed, InMonth, Named, On, Shift, Span, parse_deadline
from dondoc.calendar.lunar import to_solar
from dondoc.calendar.periods import Period
from tests.calendar.reckoning import PLAN, VIETNAM

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

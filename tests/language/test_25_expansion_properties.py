"""What holds for every expansion: deterministic, ordered, within its rule, equal to an independent slow reckoning."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dondoc.authoring.load import load_organisation, load_plan
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.happened import Happened
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.schedule import schedule
from tests.language.saying import HEAD, ORGANISATION, written

FIRST, LAST = date(2023, 4, 13), date(2023, 12, 31)
DAY = timedelta(days=1)


@cache
def organisation() -> Organisation:
    found = load_organisation(ORGANISATION).value
    assert found is not None
    return found


@cache
def calendar() -> WorkCalendar:
    return organisation().work_calendar()


def owed(task: str, happened: Happened | None = None) -> tuple[Obligation, ...]:
    plan = load_plan(written(task, HEAD)).value
    assert plan is not None
    return schedule(plan, organisation(), happened or Happened())


# --- a slow reckoning of its own: day by day, nothing shared with the code under test but which days are worked ---


def works(day: date) -> bool:
    return calendar().is_working_day(day)


def rolled(day: date, roll: str) -> date:
    step = {"next working day": DAY, "previous working day": -DAY, "none": None}[roll]
    while step is not None and not works(day):
        day += step
    return day


def months(every: int, start_month: int) -> Iterator[tuple[date, date]]:
    """Periods of `every` months, counted from the month in which the reporting year starts, each its first and last."""
    year, month = 2021, start_month
    while year < 2025:
        first = date(year, month, 1)
        months_on = year * 12 + month - 1 + every
        following = date(months_on // 12, months_on % 12 + 1, 1)
        yield first, following - DAY
        year, month = following.year, following.month


def slow(every: int, start_month: int, number: int, roll: str) -> list[date]:
    """The days on which `day N` of each period's last month falls due within the plan."""
    found = []
    for first, last in months(every, start_month):
        if last < FIRST or first > LAST or last > LAST:
            continue
        day = date(last.year, last.month, min(number, monthrange(last.year, last.month)[1]))
        due = rolled(day, roll)
        if due >= FIRST:
            found.append(due)
    return found


NAMES = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
ROLLS = st.sampled_from(["next working day", "previous working day", "none"])


@given(st.sampled_from(sorted(NAMES)), st.integers(1, 12), st.integers(1, 31), ROLLS)
def test_a_recurrence_falls_due_when_a_slow_reckoning_says(every: int, start: int, number: int, roll: str) -> None:
    due = f"{{every: {NAMES[every]}, year_from: {start:02}-01, by: day {number}}}"
    found = owed(f"- {{id: t, title: T, owner: tinh, roll: {roll}, due: {due}}}")
    assert [one.due.day(calendar()) for one in found] == slow(every, start, number, roll)


def counted(start: date, number: int, side: int) -> date:
    day = start
    while number:
        day += side * DAY
        number -= works(day)
    return day


@given(
    st.dates(FIRST, LAST),
    st.integers(1, 40),
    st.sampled_from(["before", "after"]),
    st.sampled_from(["days", "working days"]),
)
def test_an_offset_is_as_long_as_a_slow_reckoning_says(start: date, number: int, side: str, unit: str) -> None:
    sign = 1 if side == "after" else -1
    if unit == "working days":
        expected = counted(start, number, sign)
    else:
        day = start + sign * number * DAY
        expected = rolled(day, "next working day")
        if sign < 0 and expected >= start:
            expected = day  # never moved to what it must precede
    (one,) = owed(f"- {{id: t, title: T, owner: tinh, due: {number} {unit} {side} {start}}}")
    assert one.due.day(calendar()) == expected


SOME_DUES = [
    "2023-06-19", "5 working days after plan.issued", "before lunar 15/8", "end of April 2023",
    "2 working days after a.due", "{every: quarter, by: day 20 of last month}",
    "{every: half-year, year_from: 12-15, by: 3 working days after cut-off}",
    "{earlier of: [2023-06-30, 10 days after plan.issued]}", "{later of: [2023-06-30, 3 days after a.done]}",
    '{rrule: "FREQ=MONTHLY;BYDAY=2TU"}', "{spacing: 12-16 days, first: 2023-05-03}", "3 days after a.done",
]  # fmt: skip
OWNERS = [
    "tinh",
    "each district",
    "{each: commune, under: gia-binh}",
    "{each: district, where: co_trung_tam}",
    "each commune",
]
TASKS = st.lists(st.tuples(st.sampled_from(SOME_DUES), st.sampled_from(OWNERS)), max_size=6)
WHEN = st.datetimes(datetime(2023, 4, 14), datetime(2023, 12, 20), timezones=st.just(UTC))  # noqa: DTZ001
DONE = st.dictionaries(
    st.sampled_from([("a", unit, "once") for unit in ("tinh", "gia-binh", "que-vo", "xa-1")]), WHEN, max_size=4
)


def text(tasks: list[tuple[str, str]]) -> str:
    more = [f"- {{id: t{n}, title: T, owner: {owner}, due: {due}}}" for n, (due, owner) in enumerate(tasks)]
    return "\n".join(["- {id: a, title: A, owner: [tinh, each district], due: 2023-06-15}", *more])


@given(TASKS, DONE)
def test_an_expansion_is_deterministic_in_order_and_without_twins(
    tasks: list[tuple[str, str]], done: dict[tuple[str, str, str], datetime]
) -> None:
    found = owed(text(tasks), Happened(done=done))
    assert found == owed(text(tasks), Happened(done=dict(reversed(done.items()))))
    assert [one.due.at for one in found] == sorted(one.due.at for one in found)
    assert len({one.id for one in found}) == len(found)


@given(TASKS)
def test_one_task_comes_to_the_same_whatever_stands_beside_it(tasks: list[tuple[str, str]]) -> None:
    together = owed(text(tasks))
    for number, task in enumerate(tasks):
        alone = {(one.unit, one.period, one.due.at) for one in owed(text([task])) if one.task == "t0"}
        assert alone == {(one.unit, one.period, one.due.at) for one in together if one.task == f"t{number}"}


@given(st.integers(2, 20), st.integers(0, 20), st.dates(FIRST, LAST))
def test_what_is_spaced_never_lies_further_apart_than_it_may(least: int, more: int, first: date) -> None:
    found = owed(f"- {{id: t, title: T, owner: tinh, due: {{spacing: {least}-{least + more} days, first: {first}}}}}")
    days = [one.due.day(calendar()) for one in found]
    assert days[:1] == [first]
    assert all(later - earlier <= (least + more) * DAY for earlier, later in pairwise(days))
    assert all(earlier < later <= LAST for earlier, later in pairwise(days))

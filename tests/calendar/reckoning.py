"""The plan, the periods and the calendars that deadlines are reckoned with in tests."""

from dataclasses import replace
from datetime import UTC, date, datetime

from dondoc.calendar.deadline import Anchors, Deadline, resolve
from dondoc.calendar.grammar import parse_deadline
from dondoc.calendar.periods import Period
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
    assert due.whole_day, due
    assert due.at == VIETNAM.day_ends(due.day(VIETNAM), office=options.get("day_ends") == "office"), due
    return due.day(VIETNAM).isoformat()


def clock(text: str, anchors: Anchors = PLAN, **options: object) -> str:
    """The local time of a deadline with a time of day."""
    due = resolve(parse_deadline(text), anchors, VIETNAM, **options)  # type: ignore[arg-type]
    assert not due.whole_day, due
    return f"{VIETNAM.local(due.at):%Y-%m-%d %H:%M}"


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

"""What a year of letters asks of people: how many each gets, and what the author of a plan should look at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.history import Step
from dondoc.core.letter import Kind, Recipient
from dondoc.core.obligation import Obligation
from dondoc.core.text import Text

LETTERS_A_WEEK = 10
"""More than these in one week, and letters are no longer read."""

DUTIES_A_DAY = 5
"""More duties of one unit on one day than these are a heap."""

LONG_REST = 4
"""Days off in a row after which the first working day is no time to hand something in."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter of the future without its text; `at` (aware UTC) is when it leaves."""

    id: str
    at: datetime
    recipient: Recipient
    kind: Kind
    subject: str
    about: tuple[str, ...]
    steps: tuple[tuple[str, Step], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How many letters one person gets: in all, by kind, and in the fullest week, which begins on `week`."""

    recipient: Recipient
    letters: int
    by_kind: Mapping[Kind, int]
    week: date
    in_week: int


@dataclass(frozen=True, slots=True)
class Caution:
    """Something the author of a plan should look at again; `day` where it is about one."""

    what: Literal["many letters", "day off", "after a rest", "many duties", "no time", "nobody"]
    text: Text
    day: date | None = None


def monday(day: date) -> date:
    """The first day of its week.

    >>> monday(date(2023, 6, 18))
    datetime.date(2023, 6, 12)
    """
    return day - timedelta(days=day.weekday())


def loads(letters: Iterable[LetterLine], calendar: WorkCalendar) -> tuple[Load, ...]:
    """The load of everybody who gets letters, the heaviest first."""
    people: dict[str, Recipient] = {}
    kinds: dict[str, Counter[Kind]] = {}
    weeks: dict[str, Counter[date]] = {}
    for one in letters:
        key = one.recipient.key
        people.setdefault(key, one.recipient)
        kinds.setdefault(key, Counter())[one.kind] += 1
        weeks.setdefault(key, Counter())[monday(calendar.day_of(one.at))] += 1
    found = []
    for key, recipient in people.items():
        week, most = max(weeks[key].items(), key=lambda pair: (pair[1], -pair[0].toordinal()))
        found.append(Load(recipient, kinds[key].total(), dict(kinds[key]), week, most))
    return tuple(sorted(found, key=lambda load: (-load.letters, load.recipient.key)))


def cautions(
    obligations: Iterable[Obligation],
    burden: Iterable[Load],
    calendar: WorkCalendar,
    *,
    letters_a_week: int = LETTERS_A_WEEK,
) -> tuple[Caution, ...]:
    """What to look at again, the weightiest first."""
    owed = tuple(obligations)
    return (*_deadlines(owed, calendar), *_heaps(owed, calendar), *_many_letters(burden, letters_a_week))


def _many_letters(burden: Iterable[Load], most: int) -> Iterator[Caution]:
    """Of those who get the same number in the same week, one sentence: a plan asks the same of all communes."""
    people: dict[tuple[int, date], list[str]] = {}
    for load in burden:
        if load.in_week > most:
            people.setdefault((load.in_week, load.week), []).append(load.recipient.key)
    for (number, week), (first, *others) in people.items():
        more = f" và {len(others)} người khác, mỗi người" if others else ""
        more_en = f" and {len(others)} more each get" if others else " gets"
        begins = f"{week:%d/%m/%Y}"
        yield Caution(
            "many letters",
            Text(
                vi=f"{first}{more} nhận {number} thư trong tuần bắt đầu ngày {begins} (nhiều hơn {most}).",
                en=f"{first}{more_en} {number} letters in the week that begins on {begins} (more than {most}).",
            ),
            week,
        )


def _deadlines(owed: tuple[Obligation, ...], calendar: WorkCalendar) -> Iterator[Caution]:
    """Deadlines on a day off, on the first day after a long rest, or with no time to keep them; told once a task."""
    seen: set[tuple[str, str]] = set()
    for one in owed:
        if (one.task, one.period) in seen:
            continue
        seen.add((one.task, one.period))
        day = one.due.day(calendar)
        said = f"{day:%d/%m/%Y}"
        off = {language: calendar.why_off(day, language) for language in ("vi", "en")}
        rest = _rest_before(day, calendar)
        if off["vi"]:
            yield Caution(
                "day off",
                Text(
                    vi=f"“{one.title('vi')}” đến hạn vào ngày nghỉ {said}: {off['vi']}.",
                    en=f"“{one.title('en')}” is due on a day off, {said}: {off['en']}.",
                ),
                day,
            )
        elif rest >= LONG_REST:
            yield Caution(
                "after a rest",
                Text(
                    vi=f"“{one.title('vi')}” đến hạn {said}, ngày làm việc đầu tiên sau {rest} ngày nghỉ.",
                    en=f"“{one.title('en')}” is due on {said}, the first working day after {rest} days off.",
                ),
                day,
            )
        elif one.due.at > one.opens and calendar.working_days_between(calendar.day_of(one.opens) - _DAY, day) <= 1:
            yield Caution(
                "no time",
                Text(
                    vi=f"“{one.title('vi')}” đến hạn {said}, ngay khi vừa bắt đầu.",
                    en=f"“{one.title('en')}” is due on {said}, as soon as it opens.",
                ),
                day,
            )


def _rest_before(day: date, calendar: WorkCalendar) -> int:
    """How many days off lie directly before a working day."""
    return (day - calendar.add(day, -1)).days - 1 if calendar.is_working_day(day) else 0


def _heaps(owed: tuple[Obligation, ...], calendar: WorkCalendar) -> Iterator[Caution]:
    heaps = Counter((one.unit, one.due.day(calendar)) for one in owed)
    by_day: dict[tuple[date, int], list[str]] = {}
    for (unit, day), number in heaps.items():
        if number > DUTIES_A_DAY:
            by_day.setdefault((day, number), []).append(unit)
    for (day, number), units in sorted(by_day.items()):
        who = units[0] if len(units) == 1 else f"{len(units)} "
        several = len(units) > 1
        yield Caution(
            "many duties",
            Text(
                vi=f"{who}{'đơn vị, mỗi đơn vị' if several else ''} có {number} việc cùng đến hạn {day:%d/%m/%Y}.",
                en=f"{who}{'units have each' if several else ' has'} {number} duties due on {day:%d/%m/%Y}.",
            ),
            day,
        )

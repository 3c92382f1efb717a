"""Why a deadline is that day, in a sentence, Vietnamese or English.

"3 working days after cut-off 14/6/2023 = 19/6/2023: 17–18/6 is a weekend".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from dondoc.calendar.grammar import (
    Anchor,
    Before,
    DayOf,
    Fixed,
    InMonth,
    Lunar,
    Named,
    On,
    Shift,
    Simple,
    Span,
    Weekday,
)
from dondoc.calendar.periods import MONTHS_EN, Language
from dondoc.calendar.workdays import WEEKDAYS, WorkCalendar

_MOST_GROUPS = 4
_UNITS_VI = {
    "hours": "giờ", "days": "ngày", "working days": "ngày làm việc", "weeks": "tuần", "months": "tháng",
}  # fmt: skip
_NAMES_VI = {
    "plan.issued": "ngày ban hành kế hoạch",
    "plan.start": "ngày bắt đầu kế hoạch",
    "plan.end": "ngày kết thúc kế hoạch",
    "period.start": "ngày đầu kỳ",
    "period.end": "ngày cuối kỳ",
    "cut-off": "ngày chốt số liệu",
    "event": "khi phát sinh sự việc",
}
_TASKS_VI = {"due": "thời hạn của {}", "done": "ngày nộp {}", "accepted": "ngày duyệt {}"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What was asked, the anchor's local day, the day as counted, the day after rolling, and the clock time if any."""

    expression: Simple
    anchor: date
    counted: date
    day: date
    calendar: WorkCalendar
    clock: time | None = None


def explain(reason: Reason, language: Language) -> str:
    """One sentence: what was asked, the day it comes to, and the days off that made a difference."""
    asked, result = _asked(reason, language), _moment(reason.day, reason.clock)
    if reason.expression == On(Fixed(reason.day, reason.clock)):
        sentence = f"{result}, {'đúng như đã ghi' if language == 'vi' else 'as written'}"
    else:
        sentence = f"{asked} = {result}"
    notes = [note for note in (_short_month(reason, language), _days_off(reason, language)) if note]
    return f"{sentence}: {'; '.join(notes)}" if notes else sentence


def _asked(reason: Reason, language: Language) -> str:
    vi = language == "vi"
    match reason.expression:
        case InMonth(year, month):
            return f"cuối tháng {month}/{year}" if vi else f"end of {MONTHS_EN[month - 1]} {year}"
        case On(anchor):
            return _anchor(anchor, reason, language)
        case Before(anchor):
            return f"{'trước' if vi else 'before'} {_anchor(anchor, reason, language)}"
        case Shift(span, side, anchor):
            where = {"before": "trước", "after": "sau"}[side] if vi else side
            return f"{span_text(span, language)} {where} {_anchor(anchor, reason, language)}"


def span_text(span: Span, language: Language) -> str:
    """A length of time in words.

    >>> span_text(Span(1, "working days"), "en"), span_text(Span(3, "days"), "vi")
    ('1 working day', '3 ngày')
    """
    if language == "vi":
        return f"{span.n} {_UNITS_VI[span.unit]}"
    return f"{span.n} {span.unit.removesuffix('s') if span.n == 1 else span.unit}"


def _anchor(anchor: Anchor, reason: Reason, language: Language) -> str:
    """The anchor in words, with the day it stands for unless that is the result itself."""
    name = _anchor_name(anchor, language)
    if isinstance(anchor, Fixed):
        return _moment(anchor.day, anchor.clock)
    if isinstance(reason.expression, On) and reason.anchor == reason.day:
        return name
    day = _day(reason.anchor)
    return f"{name} {day}" if isinstance(anchor, Named) else f"{name} ({day})"


def _anchor_name(anchor: Anchor, language: Language) -> str:
    vi = language == "vi"
    match anchor:
        case Fixed(day, clock):
            return _moment(day, clock)
        case Named(name) if not vi:
            return name
        case Named(name) if name in _NAMES_VI:
            return _NAMES_VI[name]
        case Named(name):
            task, _, what = name.rpartition(".")
            return _TASKS_VI[what].format(task)
        case Lunar(day, month, leap):
            if vi:
                return f"{day}/{month}{' nhuận' if leap else ''} âm lịch"
            return f"lunar {'leap ' if leap else ''}{day}/{month}"
        case DayOf():
            return _day_of(anchor, vi=vi)
        case Weekday(number):
            return f"{WEEKDAYS[language][number]}{' của kỳ' if vi else ' of the period'}"


def _day_of(anchor: DayOf, *, vi: bool) -> str:
    if vi:
        day = {"last": "ngày cuối", "last working": "ngày làm việc cuối"}.get(str(anchor.day), f"ngày {anchor.day}")
        months = {"first": "tháng đầu kỳ", "last": "tháng cuối kỳ", "next": "tháng sau kỳ"}
        month = months.get(str(anchor.month), f"tháng {anchor.month}")
        return f"{day} {month}{' năm sau' * anchor.next_year}"
    day = {"last": "last day", "last working": "last working day"}.get(str(anchor.day), f"day {anchor.day}")
    month = f"{anchor.month} month" if isinstance(anchor.month, str) else MONTHS_EN[anchor.month - 1]
    return f"{day} of {month}{' next year' * anchor.next_year}"


def _short_month(reason: Reason, language: Language) -> str:
    """That the day asked for does not exist in its month, whose last day stands for it."""
    match reason.expression:
        case Shift(Span(unit="months")):
            asked, found = reason.anchor.day, reason.counted
        case On(DayOf(int() as asked)):
            found = reason.anchor
        case _:
            return ""
    if found.day >= asked:
        return ""
    month = f"{found.month}/{found.year}"
    return f"tháng {month} chỉ có {found.day} ngày" if language == "vi" else f"{month} has only {found.day} days"


def _days_off(reason: Reason, language: Language) -> str:
    """The days off that were passed over, or that the deadline falls on a day off and stays."""
    calendar, vi = reason.calendar, language == "vi"
    if reason.counted == reason.day and not calendar.is_working_day(reason.day) and reason.clock is None:
        why = calendar.why_off(reason.day, language)
        return f"là ngày nghỉ ({why}), không dời" if vi else f"a day off ({why}), not moved"
    start, end = sorted((reason.counted, reason.day))
    if isinstance(reason.expression, Shift) and reason.expression.span.unit == "working days":
        start, end = sorted((reason.anchor, reason.day))
    groups = list(_groups(start, end, calendar))
    if len(groups) > _MOST_GROUPS:
        days = sum((last - first).days + 1 for first, last in groups)
        return f"ở giữa có {days} ngày nghỉ" if vi else f"{days} days off lie between"
    texts: dict[str, list[str]] = {}
    for first, last in groups:
        texts.setdefault(_label(first, last, calendar, language), []).append(_range(first, last, reason.day))
    joint = " và " if vi else " and "
    return "; ".join(f"{joint.join(ranges)} {_verb(label, len(ranges), vi=vi)}" for label, ranges in texts.items())


def _groups(start: date, end: date, calendar: WorkCalendar) -> Iterator[tuple[date, date]]:
    """The runs of consecutive days off in start..end."""
    first: date | None = None
    day = start
    while day <= end:
        if not calendar.is_working_day(day):
            first = first or day
        elif first:
            yield first, day - timedelta(days=1)
            first = None
        day += timedelta(days=1)
    if first:
        yield first, end


def _label(first: date, last: date, calendar: WorkCalendar, language: Language) -> str:
    """The holidays in a run; empty for a mere weekend; the weekday for a single day of it."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    names = dict.fromkeys(calendar.why_off(day, language) or "" for day in days if day in calendar.off)
    if names:
        return "(" + ", ".join([*list(names)[:2], *(["…"] if len(names) > 2 else [])]) + ")"
    return WEEKDAYS[language][first.weekday()] if first == last else ""


def _verb(label: str, count: int, *, vi: bool) -> str:
    if label.startswith("("):
        return f"nghỉ {label}" if vi else f"{'are' if count > 1 else 'is'} off {label}"
    if vi:
        return f"là {label or 'ngày nghỉ cuối tuần'}"
    return f"are {label or 'weekend'}s" if count > 1 else f"is a {label or 'weekend'}"


def _range(first: date, last: date, near: date) -> str:
    """17–18/6, 29/4–3/5; the year only where it is not that of the result."""
    end = f"{last.day}/{last.month}" + (f"/{last.year}" if last.year != near.year else "")
    if first == last:
        return end
    if first.year != last.year:
        return f"{_day(first)}–{_day(last)}"
    return f"{first.day}–{end}" if first.month == last.month else f"{first.day}/{first.month}–{end}"


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _moment(day: date, clock: time | None) -> str:
    return f"{clock:%H:%M} {_day(day)}" if clock else _day(day)

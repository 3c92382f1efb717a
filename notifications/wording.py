"""Dates, deadlines and numbers as people say them, in Vietnamese and in English.

Languages are "vi" and "en"; any other is read as Vietnamese. Days left and late are working days of the
organisation's calendar, counted from the day a letter is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.periods import MONTHS_EN
from dondoc.calendar.workdays import WEEKDAYS, WorkCalendar
from dondoc.core.text import short_date

ELLIPSIS = "…"
_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def weekday(day: date, language: str) -> str:
    """The day's name as it stands inside a sentence.

    >>> weekday(date(2023, 6, 19), "vi"), weekday(date(2023, 6, 18), "vi"), weekday(date(2023, 6, 18), "en")
    ('thứ Hai', 'Chủ nhật', 'Sunday')
    """
    if language == "en":
        return WEEKDAYS["en"][day.weekday()]
    return WEEKDAYS["vi"][day.weekday()].replace("Thứ", "thứ")


@lru_cache(maxsize=4096)
def long_date(day: date, language: str) -> str:
    """The date with its weekday.

    >>> long_date(date(2023, 6, 19), "vi"), long_date(date(2023, 6, 19), "en")
    ('thứ Hai, 19/6/2023', 'Monday 19 June 2023')
    """
    return f"{weekday(day, language)}{' ' if language == 'en' else ', '}{short_date(day, language)}"


def days(several: Sequence[date], language: str) -> str:
    """Some days in order: all of up to three, else the first and the last.

    >>> days([date(2023, 6, 5), date(2023, 6, 12)], "vi")
    '5/6, 12/6/2023'
    >>> days([date(2023, 6, 21), date(2023, 6, 23), date(2023, 6, 27), date(2023, 8, 18)], "vi")
    '21/6 – 18/8/2023'
    """
    named = several if len(several) <= 3 else (several[0], several[-1])
    last = named[-1]
    parts = [
        short_date(day, language) if day is last or day.year != last.year else _day_and_month(day, language)
        for day in named
    ]
    return (", " if len(several) <= 3 else " – ").join(parts)


def clock(moment: time) -> str:
    """Hours and minutes on a 24-hour clock.

    >>> clock(time(8, 5))
    '08:05'
    """
    return f"{moment.hour:02}:{moment.minute:02}"


def long_moment(instant: datetime, calendar: WorkCalendar, language: str) -> str:
    """A local time of day with its date: "14:30 thứ Năm, 15/6/2023"; the instant is aware."""
    local = calendar.local(instant)
    day = long_date(local.date(), language)
    return f"{clock(local.time())} on {day}" if language == "en" else f"{clock(local.time())} {day}"


def long_deadline(due: Deadline, calendar: WorkCalendar, language: str) -> str:
    """The deadline's day; with the hour where it does not last until midnight."""
    at = _hour(due, calendar)
    day = long_date(due.day(calendar), language)
    if at is None:
        return day
    return f"{clock(at)} on {day}" if language == "en" else f"{clock(at)} {day}"


def short_deadline(due: Deadline, calendar: WorkCalendar, language: str) -> str:
    """As `long_deadline`, without the weekday."""
    at = _hour(due, calendar)
    day = short_date(due.day(calendar), language)
    if at is None:
        return day
    return f"{clock(at)} on {day}" if language == "en" else f"{clock(at)} ngày {day}"


def time_left(due: Deadline, at: datetime, calendar: WorkCalendar, language: str) -> str:
    """How long remains at the instant `at` (aware), or since when it is late.

    "còn 3 ngày làm việc" · "hạn ngày mai" · "hạn hôm nay" · "quá hạn 2 ngày làm việc"; a deadline that lies in
    days off with no working day before it, and one missed with none since, are called so.
    """
    day, today = due.day(calendar), calendar.day_of(at)
    if not due.met_by(at):
        return late_by(calendar.working_days_between(day, today), language)
    return _left(day, today, calendar.working_days_between(today, day), language)


def remaining(due: Deadline, at: datetime, calendar: WorkCalendar, language: str) -> str:
    """As `time_left`, to stand behind the date: "hôm nay", "còn 3 ngày làm việc", "quá hạn 2 ngày làm việc"."""
    return time_left(due, at, calendar, language).removeprefix("due " if language == "en" else "hạn ")


def late_by(days: int, language: str) -> str:
    """Overdue by so many working days.

    >>> late_by(2, "vi"), late_by(1, "en"), late_by(0, "vi")
    ('quá hạn 2 ngày làm việc', '1 working day overdue', 'vừa quá hạn')
    """
    if days < 1:
        return "just overdue" if language == "en" else "vừa quá hạn"
    return f"{working_days(days, language)} overdue" if language == "en" else f"quá hạn {working_days(days, language)}"


def due_phrase(due: Deadline, at: datetime, calendar: WorkCalendar, language: str) -> str:
    """What remains, and the date: "còn 3 ngày làm việc (hạn 19/6/2023)", "hạn hôm nay (19/6/2023)"."""
    left, day = time_left(due, at, calendar, language), short_deadline(due, calendar, language)
    if language == "en":
        return f"{left} ({day})" if left.startswith("due") else f"{left} (due {day})"
    return f"{left} ({day})" if left.startswith("hạn") else f"{left} (hạn {day})"


def working_days(n: int, language: str) -> str:
    """So many working days.

    >>> working_days(3, "vi"), working_days(1, "en")
    ('3 ngày làm việc', '1 working day')
    """
    if language == "en":
        return f"{number(n, language)} working day{'' if n == 1 else 's'}"
    return f"{number(n, language)} ngày làm việc"


def matters(n: int, language: str) -> str:
    """So many things to do: "3 việc", "3 tasks"."""
    if language == "en":
        return f"{number(n, language)} task{'' if n == 1 else 's'}"
    return f"{number(n, language)} việc"


def and_others(n: int, language: str) -> str:
    """The end of a list that names only its first: " và 2 việc khác"; nothing when there are no others."""
    if n < 1:
        return ""
    if language == "en":
        return f" and {number(n, language)} other{'' if n == 1 else 's'}"
    return f" và {number(n, language)} việc khác"


def number(n: int, language: str) -> str:
    """A whole number with its thousands set apart.

    >>> number(2305, "vi"), number(2305, "en")
    ('2.305', '2,305')
    """
    return f"{n:,}" if language == "en" else f"{n:,}".replace(",", ".")


def listed(items: Sequence[str], language: str) -> str:
    """Items as a sentence lists them.

    >>> listed(["ảnh", "danh sách", "báo cáo"], "vi"), listed(["pdf", "docx"], "en")
    ('ảnh, danh sách và báo cáo', 'pdf and docx')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {'and' if language == 'en' else 'và'} {items[-1]}"


def shortened(text: str, limit: int) -> str:
    """`text` in one line of at most `limit` characters, cut between words and marked where it is cut.

    >>> shortened("Báo cáo 6 tháng công tác trẻ em", 18)
    'Báo cáo 6 tháng…'
    """
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[:limit]
    kept = cut.rpartition(" ")[0] if " " in cut[limit // 2 :] else cut[:-1]
    return kept.rstrip(" ,;:–-") + ELLIPSIS


def _day_and_month(day: date, language: str) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]}" if language == "en" else f"{day.day}/{day.month}"


def _hour(due: Deadline, calendar: WorkCalendar) -> time | None:
    """The local clock time that ends it; None when it lasts until midnight."""
    moment = calendar.local(due.at).time()
    return None if due.whole_day and moment == time() else moment


def _left(day: date, today: date, days: int, language: str) -> str:
    en = language == "en"
    if day == today:
        return "due today" if en else "hạn hôm nay"
    if day - today == _DAY:
        return "due tomorrow" if en else "hạn ngày mai"
    if days < 1:
        return "due during the coming days off" if en else "hạn rơi vào ngày nghỉ sắp tới"
    return f"{working_days(days, language)} left" if en else f"còn {working_days(days, language)}"


def asks(direction: str, language: str) -> str:
    """The verb of a request: from above, or upwards and sideways."""
    if language == "en":
        return "asks" if direction == "down" else "kindly asks"
    return "đề nghị" if direction == "down" else "kính đề nghị"


def you(*, personal: bool, direction: str, language: str) -> str:
    """The recipient inside a sentence: a comrade, or a unit."""
    if language == "en":
        return "you"
    if personal:
        return "đồng chí"
    return "đơn vị" if direction == "down" else "quý đơn vị"


def leaders_of(unit: str, language: str) -> str:
    """The head of a unit whose name is not known."""
    return f"Head of {unit}" if language == "en" else f"Lãnh đạo {unit}"


def plan_name(title: str, number: str, issued: date, language: str) -> str:
    """A plan with what identifies it.

    >>> plan_name("Công tác trẻ em năm 2023", "12/KH-BTV", date(2023, 4, 13), "vi")
    'Kế hoạch “Công tác trẻ em năm 2023” (số 12/KH-BTV ngày 13/4/2023)'
    """
    day = short_date(issued, language)
    if language == "en":
        return f"the plan “{title}” ({f'No. {number} of ' if number else 'issued '}{day})"
    return f"Kế hoạch “{title}” ({f'số {number} ' if number else ''}ngày {day})"


def hand_in(what: str | None, language: str) -> str:
    """What is handed in where no form is filled in; empty for nothing."""
    return _HAND_IN["en" if language == "en" else "vi"].get(what or "", "")


def form_to_fill(title: str, files: Sequence[str], language: str) -> str:
    """A form to fill in, with the kinds of file that go with it.

    >>> form_to_fill("Báo cáo định kỳ", ("pdf", "docx"), "vi")
    'số liệu theo biểu “Báo cáo định kỳ”, kèm tệp pdf hoặc docx'
    """
    kinds = (" or " if language == "en" else " hoặc ").join(files)
    if language == "en":
        return f"the form{f' “{title}”' if title else ''}{f', with a file ({kinds})' if files else ''}"
    return f"số liệu theo biểu {f'“{title}”' if title else 'báo cáo'}{f', kèm tệp {kinds}' if files else ''}"


_HAND_IN = {
    "vi": {
        "acknowledgement": "xác nhận (không phải kèm văn bản)",
        "files": "văn bản, tài liệu (tệp đính kèm)",
        "signed document": "văn bản đã ký: số, ngày, người ký và bản quét",
    },
    "en": {
        "acknowledgement": "a confirmation (no document needed)",
        "files": "the documents, as files",
        "signed document": "the signed document: number, date, signer and a scan",
    },
}


def head_of_unit(language: str) -> str:
    """Whoever answers for a unit."""
    return "the head of the unit" if language == "en" else "lãnh đạo đơn vị"


def owning_unit(language: str) -> str:
    """Whoever owes a duty, in a sentence to somebody else."""
    return "the unit" if language == "en" else "đơn vị"


def stands_in(absent: str, until: date, language: str) -> str:
    """Whom somebody stands in for, and until when.

    >>> stands_in("Chủ tịch Hội", date(2023, 6, 23), "vi")
    'Chủ tịch Hội (vắng đến hết thứ Sáu, 23/6/2023)'
    """
    day = long_date(until, language)
    return f"{absent} (away until {day})" if language == "en" else f"{absent} (vắng đến hết {day})"

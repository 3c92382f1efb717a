"""Instants as they leave and enter dondoc in text: ISO 8601 with the organisation's offset."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar


def iso(instant: datetime, zone: tzinfo) -> str:
    """An aware instant in the zone, to the second.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> iso(datetime(2023, 6, 5, 1, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh"))
    '2023-06-05T08:00:00+07:00'
    """
    return instant.astimezone(zone).isoformat(timespec="seconds")


def iso_due(due: Deadline, calendar: WorkCalendar) -> str:
    """The last second in which it is met, so that the day in the text is the day people read.

    >>> from datetime import date
    >>> from dondoc.calendar.deadline import day_deadline
    >>> from dondoc.calendar.workdays import work_calendar
    >>> vietnam = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
    >>> iso_due(day_deadline(date(2023, 6, 19), vietnam), vietnam)
    '2023-06-19T23:59:59+07:00'
    """
    return iso(due.at - timedelta(seconds=1) if due.whole_day else due.at, calendar.zone)


def parse_instant(text: str, zone: tzinfo) -> datetime:
    """Read `2023-06-18T16:00`, `2023-06-18 16:00`, with or without an offset; a day alone is its first moment.

    Raises:
        ValueError: with a sentence.

    >>> from zoneinfo import ZoneInfo
    >>> parse_instant("2023-06-18T16:00", ZoneInfo("Asia/Ho_Chi_Minh")).isoformat()
    '2023-06-18T16:00:00+07:00'
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"`{text}` is not an instant; write 2023-06-18T16:00, or 2023-06-18T16:00+07:00 with the offset"
        ) from None
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"the year of `{text}` lies outside 1990-2100")
    return found if found.tzinfo else found.replace(tzinfo=zone)

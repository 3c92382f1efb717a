"""The calendars that working days and office hours are asked of in tests."""

from collections.abc import Iterator
from datetime import date, timedelta

from dondoc.calendar.workdays import DayOff, MadeUpDay, work_calendar

OVERLAY_2026 = {
    "days_off": (DayOff(date(2026, 1, 2), "Nghỉ hoán đổi", "12729/VPCP-KGVX"),),
    "made_up_days": (
        MadeUpDay(date(2026, 1, 10), "12729/VPCP-KGVX"),
        MadeUpDay(date(2026, 11, 24), "chưa sửa Điều 112 Bộ luật Lao động"),
    ),
}
VIETNAM = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN", **OVERLAY_2026)
BRITAIN = work_calendar(zone="Europe/London", holidays="GB", language="en")


def every_day(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)

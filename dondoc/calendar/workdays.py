"""One organisation's working calendar: which days are worked, when offices are open, when letters leave.

Sources of the rules
    Civil Code 2015 (91/2015/QH13), art. 147: a period counted in days does not count its first day; art. 148:
    it ends at 24:00 of its last day, or of the next working day when that is a weekend or public holiday.
    Labour Code 2019 (45/2019/QH14), art. 111-112: weekly rest and public holidays, with days in lieu. The
    days come from the `holidays` library, corrected by the organisation's overlay, each line with a reason.

Days are local `date`s of the organisation; instants are aware `datetime`s, returned in UTC; naive ones are
refused.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import country_holidays

FIRST_YEAR, LAST_YEAR = 1990, 2100
_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_DAYS = date(LAST_YEAR, 12, 31).toordinal() - _FIRST + 1
WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day off for another reason than the weekly rest; `source` is "holidays VN" or the overlay's why."""

    day: date
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class MadeUpDay:
    """A day that is worked although the weekend or the library says otherwise; `source` as for `DayOff`."""

    day: date
    source: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Answers every question about working days in constant time, for 1990-2100; built by `work_calendar`.

    Days outside these years raise ValueError. Calendars built from the same facts are equal.
    """

    zone: ZoneInfo
    office_hours: tuple[tuple[time, time], ...]
    letters_at: time
    weekend: frozenset[int]
    language: str
    off: Mapping[date, DayOff] = field(repr=False, hash=False)
    made_up: Mapping[date, MadeUpDay] = field(repr=False, hash=False)
    _works: bytes = field(repr=False, compare=False)  # by day since 1990-01-01: 1 is worked
    _worked: array[int] = field(repr=False, compare=False)  # the ordinals of all working days, ascending
    _count: array[int] = field(repr=False, compare=False)  # by day: the working days up to and with it

    def __hash__(self) -> int:
        """Cheap, since what is reckoned from a calendar is looked up by it very often; equality looks at everything."""
        return hash((self.zone.key, self.letters_at))

    # --- days ---

    def is_working_day(self, day: date) -> bool:
        return self._works[_index(day)] == 1

    def why_off(self, day: date, language: str | None = None) -> str | None:
        """The holiday's name (an overlay's with its reason), else the weekday's name, None on a working day.

        Weekdays are named in `language` ("vi" or "en"), by default the calendar's own.
        """
        if self.is_working_day(day):
            return None
        found = self.off.get(day)
        if found is None:
            return WEEKDAYS.get(language or self.language, WEEKDAYS["en"])[day.weekday()]
        if found.source in found.name or found.source.startswith("holidays "):
            return found.name
        return f"{found.name} ({found.source})"

    def on_or_after(self, day: date) -> date:
        """The day itself when it is worked, else the next working day (Civil Code 2015, art. 148 par. 5)."""
        index = _index(day)
        return day if self._works[index] else self._nth(self._count[index])

    def on_or_before(self, day: date) -> date:
        """The day itself when it is worked, else the working day before it."""
        index = _index(day)
        return day if self._works[index] else self._nth(self._count[index] - 1)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before, if n < 0), itself not counted (art. 147); 0 is `day`."""
        if n == 0:
            return day
        index = _index(day)
        up_to = self._count[index]
        return self._nth(up_to + n - 1 if n > 0 else up_to - self._works[index] + n)

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a`, up to and including `b`; negative when b < a."""
        return self._count[_index(b)] - self._count[_index(a)]

    def days_off(self, year: int) -> tuple[DayOff, ...]:
        """The year's holidays in force, in order, weekends left out unless a holiday falls on them."""
        return tuple(self.off[day] for day in sorted(self.off) if day.year == year)

    def made_up_days(self, year: int) -> tuple[MadeUpDay, ...]:
        """The days worked in place of others, in order."""
        return tuple(self.made_up[day] for day in sorted(self.made_up) if day.year == year)

    # --- instants ---

    def local(self, instant: datetime) -> datetime:
        return _aware(instant).astimezone(self.zone)

    def day_of(self, instant: datetime) -> date:
        """The local day on which the instant falls."""
        return self.local(instant).date()

    def at(self, day: date, moment: time) -> datetime:
        """The UTC instant of a local clock time; of a time that occurs twice in autumn, the first."""
        return datetime.combine(day, moment, self.zone).astimezone(UTC)

    def day_ends(self, day: date, office: bool = False) -> datetime:
        """24:00 local of that day (art. 148 par. 6), or the end of its office hours."""
        if office:
            return self.at(day, self.office_hours[-1][1])
        return self.at(day + timedelta(days=1), time())

    def end_of_office_day(self, day: date) -> datetime:
        return self.day_ends(day, office=True)

    def letters_slot(self, day: date) -> datetime:
        """When letters leave on that day, whether or not it is worked."""
        return self.at(day, self.letters_at)

    def next_letters_slot(self, instant: datetime) -> datetime:
        """The first slot on a working day at or after the instant."""
        day = self.on_or_after(self.day_of(instant))
        slot = self.letters_slot(day)
        return slot if slot >= instant else self.letters_slot(self.add(day, 1))

    def in_office(self, instant: datetime) -> bool:
        """Inside office hours of a working day; the opening minute is in, the closing one is out."""
        local = self.local(instant)
        clock = local.time()
        open_now = any(start <= clock < end for start, end in self.office_hours)
        return open_now and self.is_working_day(local.date())

    def next_office_time(self, instant: datetime) -> datetime:
        """The instant itself when in office hours, else the next opening: after lunch, or next morning."""
        if self.in_office(instant):
            return instant.astimezone(UTC)
        local = self.local(instant)
        day = self.on_or_after(local.date())
        if day == local.date():
            for start, _ in self.office_hours:
                if local.time() < start:
                    return self.at(day, start)
            day = self.add(day, 1)
        return self.at(day, self.office_hours[0][0])

    def _nth(self, position: int) -> date:
        if not 0 <= position < len(self._worked):
            raise ValueError(f"no such working day within {FIRST_YEAR}-{LAST_YEAR}, all this calendar knows")
        return date.fromordinal(self._worked[position])


def work_calendar(
    *,
    zone: str,
    holidays: str | None,
    days_off: Iterable[DayOff] = (),
    made_up_days: Iterable[MadeUpDay] = (),
    office_hours: str = "07:30-11:30, 13:30-17:00",
    letters_at: str = "08:00",
    weekend: frozenset[int] = frozenset({5, 6}),
    language: str = "vi",
) -> WorkCalendar:
    """Build a calendar from a library country (`VN`, `GB`, `US-CA`, or None) and the organisation's overlay.

    The overlay has the last word: its days off are added, its made-up days are worked even on a weekend or on
    a holiday of the library (so a holiday the government has not confirmed is cancelled by making it up).
    Equal arguments give the same object, so asking again costs nothing.

    Raises ValueError with a sentence for an unknown zone or country, unreadable hours, or a day that is both.

    >>> calendar = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN")
    >>> calendar.why_off(date(2023, 9, 4))
    'Quốc khánh (nghỉ bù)'
    >>> calendar.add(date(2023, 6, 14), 3).isoformat()  # 17 and 18 June are a weekend
    '2023-06-19'
    """
    return _calendar(
        zone=zone,
        country=holidays,
        extra_off=tuple(days_off),
        extra_made_up=tuple(made_up_days),
        office_hours=office_hours,
        letters_at=letters_at,
        weekend=weekend,
        language=language,
    )


def parse_office_hours(text: str) -> tuple[tuple[time, time], ...]:
    """Read "07:30-11:30, 13:30-17:00": one or more spans of one day, in order; ValueError says what is wrong.

    >>> parse_office_hours("09:00-17:00")
    ((datetime.time(9, 0), datetime.time(17, 0)),)
    """
    spans: list[tuple[time, time]] = []
    for part in text.split(","):
        start_text, dash, end_text = part.partition("-")
        if not dash:
            raise ValueError(f"office hours {part.strip()!r} must read HH:MM-HH:MM, as in 07:30-11:30")
        start, end = parse_clock(start_text), parse_clock(end_text)
        if start >= end:
            raise ValueError(f"office hours {part.strip()!r} end before they begin")
        if spans and start < spans[-1][1]:
            raise ValueError(f"office hours {part.strip()!r} begin before the span before them ends")
        spans.append((start, end))
    return tuple(spans)


def parse_clock(text: str) -> time:
    """Read HH:MM on a 24-hour clock; ValueError says how to write it.

    >>> parse_clock("8:05")
    datetime.time(8, 5)
    """
    hours, colon, minutes = text.strip().partition(":")
    digits = hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
    if not (colon and digits and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(f"{text.strip()!r} is not a time of day; write HH:MM, as in 08:00 or 17:30")
    return time(int(hours), int(minutes))


@lru_cache(maxsize=64)
def _calendar(
    *,
    zone: str,
    country: str | None,
    extra_off: tuple[DayOff, ...],
    extra_made_up: tuple[MadeUpDay, ...],
    office_hours: str,
    letters_at: str,
    weekend: frozenset[int],
    language: str,
) -> WorkCalendar:
    spans, slot = parse_office_hours(office_hours), parse_clock(letters_at)
    if not any(start <= slot < end for start, end in spans):
        raise ValueError(f"letters_at {letters_at} lies outside the office hours {office_hours}")
    if not weekend < frozenset(range(7)):
        raise ValueError("the weekend must leave at least one weekday (0 is Monday, 6 is Sunday)")

    library_off, library_made_up = _library(country, language)
    off = {**library_off, **{one.day: one for one in extra_off}}
    added = {one.day for one in extra_off}
    both = sorted(added & {one.day for one in extra_made_up})
    if both:
        raise ValueError(f"{both[0].isoformat()} is listed both as a day off and as a made-up day")
    in_lieu = {day: one for day, one in library_made_up.items() if day.weekday() in weekend}
    made_up = {day: one for day, one in in_lieu.items() if day not in added}
    made_up |= {one.day: one for one in extra_made_up}
    off = {day: one for day, one in off.items() if day not in made_up}

    works = bytes(_works(weekend, off, made_up))
    worked, count = array("l"), array("l")
    for index, at_work in enumerate(works):
        if at_work:
            worked.append(_FIRST + index)
        count.append(len(worked))
    return WorkCalendar(_zone(zone), spans, slot, weekend, language, off, made_up, works, worked, count)


def _works(weekend: frozenset[int], off: Iterable[date], made_up: Iterable[date]) -> Iterator[bool]:
    offs, made_ups = {day.toordinal() for day in off}, {day.toordinal() for day in made_up}
    for ordinal in range(_FIRST, _FIRST + _DAYS):
        yield ordinal in made_ups or (ordinal not in offs and (ordinal - 1) % 7 not in weekend)


@lru_cache(maxsize=32)
def _library(country: str | None, language: str) -> tuple[dict[date, DayOff], dict[date, MadeUpDay]]:
    """What the library says of all years: its holidays, and the weekend days worked in exchange."""
    if country is None:
        return {}, {}
    code, _, subdivision = country.partition("-")
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    source = f"holidays {country}"
    try:
        found = country_holidays(code, subdiv=subdivision or None)
        tongues = [found.default_language, *found.supported_languages]
        tongue = next((one for one in tongues if one and one.partition("_")[0] == language), None)
        found = country_holidays(code, subdiv=subdivision or None, years=years, language=tongue)
    except NotImplementedError as error:
        raise ValueError(f"the holidays library does not know {country!r}: {error}") from None
    off = {day: DayOff(day, name, source) for day, name in found.items()}
    return off, {day: MadeUpDay(day, source) for day in found.weekend_workdays}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write one such as Asia/Ho_Chi_Minh") from None


def _index(day: date) -> int:
    index = day.toordinal() - _FIRST
    if not 0 <= index < _DAYS:
        raise ValueError(f"{day.isoformat()} lies outside {FIRST_YEAR}-{LAST_YEAR}, all this calendar knows")
    return index


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; give an aware instant, in UTC")
    return instant

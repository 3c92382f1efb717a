"""The deadlines of a letter as iCalendar (RFC 5545), written by hand, since a round writes thousands.

Of each duty a day in the calendar and a task to tick off, with the UIDs that a preview's file gives them, so that what
was imported before changes and nothing is there twice. SEQUENCE rises with every change of the deadline and when the
duty is closed: then the day is cancelled, and the task completed or cancelled. No METHOD: it is a file to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta

from dondoc.core.letter import Enclosure
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from notifications.letterhead import Letterhead

CONTENT_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = {"vi": "han-viec.ics", "en": "deadlines.ics"}
Matter = tuple[Obligation, Situation]

_FOLD = 75
"""Octets to a line, its end not counted (section 3.1)."""
_DAY = timedelta(days=1)
_SUMMARY = {"vi": "Hạn", "en": "Due"}


def enclosure(matters: Sequence[Matter], letterhead: Letterhead, at: datetime, language: str) -> Enclosure:
    """The calendar file that goes with a letter written at `at` (aware)."""
    name = FILE_NAME["en" if language == "en" else "vi"]
    return Enclosure(name, CONTENT_TYPE, text=calendar_text(matters, letterhead, at, language))


def calendar_text(matters: Iterable[Matter], letterhead: Letterhead, at: datetime, language: str) -> str:
    """The iCalendar text of these duties as they stand; the same in, the same out."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dondoc//letters//VI", "CALSCALE:GREGORIAN"]
    for obligation, now in matters:
        lines += _entry(obligation, now, letterhead, at, "en" if language == "en" else "vi")
    lines += ["END:VCALENDAR", ""]
    return "\r\n".join(folded(line) if len(line) * 3 > _FOLD else line for line in lines)


def sequence(obligation: Obligation, now: Situation) -> int:
    """Rises whenever the deadline changes and when the duty is closed; a return opens it anew, and rises again."""
    return 2 * now.cycle + now.closed(obligation.terms.review is not None)


def _entry(one: Obligation, now: Situation, letterhead: Letterhead, at: datetime, language: str) -> Iterator[str]:
    home, calendar, due = letterhead.directory.organisation.organisation, letterhead.calendar, now.answer_by
    closed, done = now.closed(one.terms.review is not None), now.accepted or now.last_submitted
    day = due.day(calendar)
    link, what = letterhead.link(one.id), letterhead.hand_in(one.terms.plan, one.terms.form, language)
    about = "\n".join(part for part in (what, link, one.id) if part)
    common = [
        f"DTSTAMP:{_instant(at)}",
        f"SEQUENCE:{sequence(one, now)}",
        f"SUMMARY:{_text(f'{_SUMMARY[language]}: {one.title(language)}')}",
        f"DESCRIPTION:{_text(about)}",
        f"URL:{link}",
        f"CATEGORIES:{_text(one.plan)}",
    ]
    yield "BEGIN:VEVENT"
    yield f"UID:{one.id}/due@{home}"
    yield from common
    if due.whole_day:
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + _DAY:%Y%m%d}"
    else:
        yield f"DTSTART:{_instant(due.at)}"
    yield "TRANSP:TRANSPARENT"
    yield f"STATUS:{'CANCELLED' if closed else 'CONFIRMED'}"
    if not closed:
        yield from _alarm(calendar.at(calendar.add(day, -1), time(8)), common[2])
    yield "END:VEVENT"
    yield "BEGIN:VTODO"
    yield f"UID:{one.id}@{home}"
    yield from common
    yield f"DUE;VALUE=DATE:{day:%Y%m%d}" if due.whole_day else f"DUE:{_instant(due.at)}"
    if not closed:
        yield "STATUS:NEEDS-ACTION"
    elif done and not (now.waived or now.cancelled):
        yield "STATUS:COMPLETED"
        yield f"COMPLETED:{_instant(done.happened_at)}"
    else:
        yield "STATUS:CANCELLED"
    yield "END:VTODO"


def _alarm(at: datetime, summary: str) -> Iterator[str]:
    """The morning of the working day before."""
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{summary.removeprefix('SUMMARY:')}"
    yield f"TRIGGER;VALUE=DATE-TIME:{_instant(at)}"
    yield "END:VALARM"


def _instant(at: datetime) -> str:
    utc = at - (at.utcoffset() or timedelta())
    return f"{utc:%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """A value of type TEXT (section 3.3.11)."""
    words = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(" ".join(line.split()) for line in words.splitlines())


def folded(line: str) -> str:
    """A content line folded within its octets, never inside a letter.

    >>> [len(piece.encode()) for piece in folded("SUMMARY:" + "ế" * 30).splitlines()]
    [74, 25]
    """
    raw = line.encode()
    if len(raw) <= _FOLD:
        return line
    pieces: list[str] = []
    start, room = 0, _FOLD
    while start < len(raw):
        end = min(start + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # the middle of a letter
            end -= 1
        pieces.append(raw[start:end].decode())
        start, room = end, _FOLD - 1  # the blank that begins a folded line counts
    return "\r\n ".join(pieces)

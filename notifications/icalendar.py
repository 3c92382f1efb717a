"""The deadlines of a letter as iCalendar (RFC 5545), written by hand, since a round writes thousands.

Of each duty a day in the calendar and a task to tick off, with the UIDs that a preview's file gives them, so that what
was imported before changes and nothing is there twice. SEQUENCE rises with every change of the deadline and when the
duty is closed: then the day is cancelled, and the task completed or cancelled. No METHOD: it is a file to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar
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
    spoken = "en" if language == "en" else "vi"
    entries = [_entry(one, now, letterhead, at, spoken) for one, now in matters]
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dondoc//letters//VI", "CALSCALE:GREGORIAN")
    return "\r\n".join((*head, *entries, "END:VCALENDAR", ""))


def sequence(obligation: Obligation, now: Situation) -> int:
    """Rises whenever the deadline changes and when the duty is closed; a return opens it anew, and rises again."""
    return 2 * now.cycle + now.closed(obligation.terms.review is not None)


def _entry(one: Obligation, now: Situation, letterhead: Letterhead, at: datetime, language: str) -> str:
    """The folded lines of a duty; only those that name it are written anew for each."""
    home, done = letterhead.directory.organisation.organisation, now.accepted or now.last_submitted
    state = _State(
        now.answer_by,
        sequence(one, now),
        now.closed(one.terms.review is not None),
        done.happened_at if done and not (now.waived or now.cancelled) else None,
    )
    alike = _alike(one.title(language), one.plan, state, letterhead.calendar, at, language)
    link, what = letterhead.link(one.id), letterhead.hand_in(one.terms.plan, one.terms.form, language)
    about = "\n".join(part for part in (what, link, one.id) if part)
    named = "\r\n".join((alike.opening, folded(f"DESCRIPTION:{_text(about)}"), folded(f"URL:{link}")))
    day, task = folded(f"UID:{one.id}/due@{home}"), folded(f"UID:{one.id}@{home}")
    return f"BEGIN:VEVENT\r\n{day}\r\n{named}\r\n{alike.event}\r\nBEGIN:VTODO\r\n{task}\r\n{named}\r\n{alike.task}"


class _State(NamedTuple):
    due: Deadline
    sequence: int
    closed: bool
    completed: datetime | None


class _Alike(NamedTuple):
    """What the entries of all duties with one title and one deadline have in common: lines, folded and joined."""

    opening: str
    event: str
    task: str


@lru_cache(maxsize=4096)
def _alike(title: str, plan: str, state: _State, calendar: WorkCalendar, at: datetime, language: str) -> _Alike:
    due, summary = state.due, _text(f"{_SUMMARY[language]}: {title}")
    day = due.day(calendar)
    opening = (f"DTSTAMP:{_instant(at)}", f"SEQUENCE:{state.sequence}", f"SUMMARY:{summary}")
    category = f"CATEGORIES:{_text(plan)}"
    if due.whole_day:
        days = (f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + _DAY:%Y%m%d}")
        event, task = [category, *days], [category, f"DUE;VALUE=DATE:{day:%Y%m%d}"]
    else:
        event, task = [category, f"DTSTART:{_instant(due.at)}"], [category, f"DUE:{_instant(due.at)}"]
    event += ["TRANSP:TRANSPARENT", f"STATUS:{'CANCELLED' if state.closed else 'CONFIRMED'}"]
    if not state.closed:
        event += _alarm(calendar.at(calendar.add(day, -1), time(8)), summary)
        task.append("STATUS:NEEDS-ACTION")
    elif state.completed:
        task += ["STATUS:COMPLETED", f"COMPLETED:{_instant(state.completed)}"]
    else:
        task.append("STATUS:CANCELLED")
    lines = (opening, (*event, "END:VEVENT"), (*task, "END:VTODO"))
    return _Alike(*("\r\n".join(map(folded, some)) for some in lines))


def _alarm(at: datetime, summary: str) -> Iterator[str]:
    """The morning of the working day before."""
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{summary}"
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
    if len(line) * 3 <= _FOLD:
        return line
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

"""A preview's deadlines as iCalendar (RFC 5545): of each obligation a task to tick off, and a day in the calendar.

Calendars that know no tasks show the days. UIDs come from the obligations' ids, so that a file imported again
changes what it brought and adds nothing twice.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from icalendar import Calendar, Event, Todo

from dondoc.core.address import Directory
from dondoc.core.obligation import Obligation
from dondoc.core.preview import Preview

_DAY = timedelta(days=1)


def write_calendar(file: Path, preview: Preview, language: str) -> None:
    """Write the obligations of a preview into an .ics file."""
    file.write_bytes(calendar_of(preview, language))


def calendar_of(preview: Preview, language: str) -> bytes:
    """The iCalendar text; the same preview always gives the same."""
    found = Calendar()
    found.add("prodid", "-//dondoc//preview//VI")
    found.add("version", "2.0")
    found.add("x-wr-calname", preview.plan.title.within(language))
    stamp = preview.calendar.at(preview.plan.issued, time())
    directory = Directory(preview.organisation)
    for one in preview.obligations:
        for part in (_todo(one, preview), _event(one, preview)):
            part.add("dtstamp", stamp)
            part.add("summary", f"{directory.name(one.unit, language)}: {one.title(language)}")
            part.add("description", _description(one, preview, language))
            part.add("categories", [preview.plan.plan, one.task])
            found.add_component(part)
    text: bytes = found.to_ical()
    return text


def _todo(one: Obligation, preview: Preview) -> Todo:
    part = Todo()
    part.add("uid", f"{one.id}@{preview.organisation.organisation}")
    due, opens = _moment(one, preview), preview.calendar.day_of(one.opens)
    if opens < one.due.day(preview.calendar):
        part.add("dtstart", one.opens if isinstance(due, datetime) else opens)
    part.add("due", due)
    part.add("status", "NEEDS-ACTION")
    return part


def _event(one: Obligation, preview: Preview) -> Event:
    part = Event()
    part.add("uid", f"{one.id}/due@{preview.organisation.organisation}")
    due = _moment(one, preview)
    part.add("dtstart", due)
    if not isinstance(due, datetime):
        part.add("dtend", due + _DAY)
    part.add("transp", "TRANSPARENT")
    return part


def _moment(one: Obligation, preview: Preview) -> date | datetime:
    """The day of a whole-day deadline, else its instant in UTC."""
    return one.due.day(preview.calendar) if one.due.whole_day else one.due.at


def _description(one: Obligation, preview: Preview, language: str) -> str:
    parts = [preview.plan.title.within(language), one.due.explain("en" if language == "en" else "vi"), one.id]
    return "\n".join(part for part in parts if part)

"""The whole year before anything is sent: every obligation and every letter, in virtual time, as in production.

From the plan alone, as if it came into force on the day on which it was issued; or on the ledger as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.amendment import first_adoption
from dondoc.core.assumption import Assume
from dondoc.core.burden import LetterLine, cautions, loads
from dondoc.core.foresight import DigestToCome, ToCome, foresee
from dondoc.core.letter import Letter
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.preview import Preview
from dondoc.core.schedule import schedule
from dondoc.settings import Settings
from notifications.letterhead import Letterhead
from notifications.render import render_digest, render_notice

AFTERWARDS = timedelta(days=31)
"""How long after the last deadline letters are still shown, unless told otherwise."""


def preview_plan(
    plan: Plan,
    organisation: Organisation,
    settings: Settings,
    *,
    first: date | None = None,
    last: date | None = None,
    assume: Assume = "silent",
    each: Callable[[Letter], None] | None = None,
) -> Preview:
    """Preview a plan by itself, from its issue on; `each` is handed every letter as it would be rendered.

    Only obligations and letters from `first` to `last` are shown: by default everything, letters until a month after
    the last deadline.
    """
    calendar = organisation.work_calendar()
    owed = schedule(plan, organisation)
    begin = calendar.at(plan.issued, time())
    end = last or _end(plan, owed, calendar)
    letterhead = letterhead_of(organisation, [plan], settings)
    future = foresee(
        first_adoption(owed, begin), begin, calendar.day_ends(end), calendar, letterhead.directory, assume=assume
    )
    start = first or plan.issued
    lines = tuple(_lines(render_all(future, letterhead), calendar.at(start, time()), calendar.day_ends(end), each))
    spoken_of = {one for line in lines for one in line.about}
    shown = tuple(
        one for one in owed if one.id in spoken_of or start <= one.due.day(calendar) <= end or (not first and not last)
    )
    burden = loads(lines, calendar)
    return Preview(
        plan, organisation, calendar, assume, start, end, shown, lines, burden, cautions(shown, burden, calendar)
    )


def letterhead_of(organisation: Organisation, plans: Iterable[Plan], settings: Settings) -> Letterhead:
    """The letterhead of plans that are not in force (yet)."""
    overrides = settings.plans / "letters"
    return Letterhead(
        directory=Directory(organisation),
        plans={plan.plan: plan for plan in plans},
        calendar=organisation.work_calendar(),
        base_url=settings.base_url,
        overrides=overrides if overrides.is_dir() else None,
    )


def render_all(future: Iterable[ToCome], letterhead: Letterhead) -> Iterator[Letter]:
    """The letters to come, as they would be rendered."""
    for one in future:
        if isinstance(one, DigestToCome):
            yield render_digest(one.digest, letterhead, one.at, one.histories, settled=one.settled)
        else:
            yield render_notice(one.notices, letterhead, one.at)


def _lines(
    letters: Iterable[Letter], since: datetime, until: datetime, each: Callable[[Letter], None] | None
) -> Iterator[LetterLine]:
    for one in letters:
        if since <= one.not_before < until:
            if each:
                each(one)
            yield LetterLine(one.id, one.not_before, one.recipient, one.kind, one.subject, one.about, one.steps)


def _end(plan: Plan, owed: Iterable[Obligation], calendar: WorkCalendar) -> date:
    last = max((one.due.day(calendar) for one in owed), default=plan.period.last)
    return max(plan.period.last, last + AFTERWARDS)

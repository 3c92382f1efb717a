"""The official letter that urges a unit to do what is overdue (công văn đôn đốc), ready to be numbered and signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.errors import NotAllowed
from dondoc.reports.figures import Late
from dondoc.reports.paper import Block, Letterhead, Paper, Paragraph
from dondoc.reports.saying import Saying, lowered
from dondoc.reports.words import words_in
from dondoc.store.papers import Numbered
from dondoc.store.plans import Applied

ANSWER_WITHIN = 3
"""Working days that a unit is given, unless the letter says otherwise."""


def compose_dispatch(
    plan: Applied,
    unit: str,
    late: Sequence[Late],
    letterhead: Letterhead,
    at: datetime,
    *,
    by: date | None = None,
    numbered: Numbered | None = None,
) -> Paper:
    """The letter to `unit` about its overdue matters at `at` (aware), to be answered by the day `by`.

    Raises:
        NotAllowed: nothing of the unit is overdue.
    """
    language = plan.organisation.language
    words, directory, calendar = words_in(language), Directory(plan.organisation), plan.calendar
    name, focal = directory.name(unit, language), directory.name(plan.plan.focal_point, language)
    if not late:
        raise NotAllowed(
            f"Urging {name}", "nothing of it is overdue", f"`dondoc status {plan.plan.plan}` shows what is."
        )
    today = calendar.day_of(at)
    answer = by or calendar.add(today, ANSWER_WITHIN)

    say = Saying(plan.organisation)
    said = say.day
    body = letterhead.body
    titles = [one.obligation.title(language) for one in late]
    dues = [one.now.answer_by.day(calendar) for one in late]
    days = [max(1, calendar.working_days_between(due, today)) for due in dues]
    blocks: list[Block] = [Paragraph(words["dispatch_basis"].format(plan=say.plan(plan.plan)))]
    if len(late) == 1:
        what = words["dispatch_one"].format(title=lowered(titles[0]))
        blocks.append(
            Paragraph(
                words["dispatch_late_one"].format(
                    day=said(today), body=body, title=lowered(titles[0]), unit=name, due=said(dues[0]), days=days[0]
                )
            )
        )
    else:
        what = words["dispatch_many"].format(count=len(late))
        blocks.append(Paragraph(words["dispatch_late_many"].format(day=said(today), unit=name, count=len(late))))
        blocks += [
            Paragraph(words["dispatch_item"].format(title=title, due=said(due), days=count), item=True)
            for title, due, count in zip(titles, dues, days, strict=True)
        ]
    reminders = [reminder for one in late for reminder in one.reminders]
    if reminders:
        last = max(reminder.happened_at for reminder in reminders)
        letters = len({reminder.letter for reminder in reminders})
        blocks.append(
            Paragraph(words["dispatch_urged"].format(body=body, count=letters, day=said(calendar.day_of(last))))
        )
    blocks.append(Paragraph(words["dispatch_ask"].format(unit=name, body=body, focal=focal, by=said(answer))))
    above = _above(late, directory, language)
    if above:
        blocks.append(Paragraph(words["dispatch_warn"].format(focal=focal, above=above)))
    blocks.append(Paragraph(words["dispatch_close"]))
    return Paper(
        kind="dispatch",
        language=language,
        letterhead=letterhead,
        sign=letterhead.dispatch_sign or letterhead.report_sign,
        title="",
        about=words["dispatch_about"].format(what=what),
        blocks=tuple(blocks),
        to=(name,),
        recipients=letterhead.dispatch_recipients or (words["dispatch_as_above"], words["file"]),
        number=numbered.number if numbered else "",
        day=numbered.day if numbered else None,
        year=today.year,
    )


def still_numbered(numbered: Numbered | None, late: Sequence[Late], calendar: WorkCalendar) -> Numbered | None:
    """The number, if it is that of a letter about these matters, and not of one that was sent before.

    Another letter is due, with a number of its own, once something fell overdue, or a body wanted the unit urged,
    after the day on which the last one was signed.
    """
    if numbered is None:
        return None
    known = all(one.now.answer_by.day(calendar) < numbered.day for one in late)
    urged = [calendar.day_of(one.urged.happened_at) for one in late if one.urged]
    return numbered if known and all(day <= numbered.day for day in urged) else None


def _above(late: Sequence[Late], directory: Directory, language: str) -> str:
    """The committees before which these matters come next."""
    bodies = [rung.to for one in late for rung in one.obligation.terms.policy.escalate if rung.committee]
    return ", ".join(directory.name(body, language) for body in dict.fromkeys(bodies))

"""From a weekly summary to its letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dondoc.core.letter import Letter, letter_id
from dondoc.core.standing import received_in_time
from dondoc.core.summary import Judged, OfPlan, Summary
from dondoc.core.text import short_date
from notifications import wording
from notifications.context import SummaryContext
from notifications.items import body_name
from notifications.letterhead import Letterhead, reply_token
from notifications.lines import SummaryLine, SummaryPlan
from notifications.words import words_of

NAMED = 15
"""So many duties are named under one heading; of more, their number."""


def render_summary(summary: Summary, letterhead: Letterhead, now: datetime, *, generation: int = 0) -> Letter:
    """The letter of a summary enqueued at `now` (aware UTC), valid until the end of the office day it leaves on."""
    calendar, identity = letterhead.calendar, letter_id(summary.key, generation)
    leaves = calendar.next_office_time(now)
    plans = tuple(one.plan for one in summary.plans)
    own = letterhead.of_letter(identity)
    context = _context(summary, own, leaves, reply_token(identity))
    words = words_of("summary", context, letterhead, plans)
    return Letter(
        id=identity,
        natural_key=summary.key,
        recipient=summary.recipient,
        kind="summary",
        day=summary.day,
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=leaves,
        valid_until=calendar.end_of_office_day(calendar.day_of(leaves)),
        plans=plans,
        about=summary.about,
        thread=f"{summary.recipient.key}|summary",
    )


def _context(summary: Summary, letterhead: Letterhead, at: datetime, token: str) -> SummaryContext:
    language, plans = summary.recipient.language, tuple(one.plan for one in summary.plans)
    told = tuple(_plan(one, letterhead, at, language) for one in summary.plans)
    counts = [one.counts for one in summary.plans]
    done, total = sum(one.done for one in counts), sum(one.total for one in counts)
    late = sum(one.open_overdue for one in counts)
    return SummaryContext(
        language=language,
        to=letterhead.address(summary.recipient, plans),
        plan=letterhead.plan_name(plans[0], language) if len(plans) == 1 else "",
        token=token,
        answer_by_id=False,
        plans=told,
        since=wording.long_date(summary.since, language),
        as_of=wording.long_date(letterhead.calendar.day_of(at), language),
        as_of_date=short_date(letterhead.calendar.day_of(at), language),
        done=wording.number(done, language),
        total=wording.number(total, language),
        late=wording.number(late, language) if late else "",
        link=next((line.link for one in told for line in (*one.to_decide, *one.late, *one.done)), ""),
    )


def _plan(one: OfPlan, letterhead: Letterhead, at: datetime, language: str) -> SummaryPlan:
    number, counts = wording.number, one.counts
    return SummaryPlan(
        name=letterhead.plan_name(one.plan, language),
        cells=tuple(
            number(n, language)
            for n in (counts.done_on_time, counts.done_late, counts.open_in_time, counts.open_overdue)
        ),
        total=number(counts.total, language),
        to_decide=_lines(one.to_decide, letterhead, at, language),
        late=_lines(one.late, letterhead, at, language),
        more_late=_more(one.late, language),
        done=_lines(one.done, letterhead, at, language),
        more_done=_more(one.done, language),
    )


def _more(judged: Sequence[Judged], language: str) -> str:
    return wording.number(len(judged) - NAMED, language) if len(judged) > NAMED else ""


def _lines(judged: Sequence[Judged], letterhead: Letterhead, at: datetime, language: str) -> tuple[SummaryLine, ...]:
    return tuple(_line(one, letterhead, at, language) for one in judged[:NAMED])


def _line(judged: Judged, letterhead: Letterhead, at: datetime, language: str) -> SummaryLine:
    obligation, now = judged
    due = letterhead.deadline_words(now.answer_by, at, language)
    return SummaryLine(
        title=obligation.title(language),
        owner=letterhead.name(letterhead.owner(now.owner, at), language),
        due_date=due.short,
        left=due.left,
        link=letterhead.link(obligation.id),
        body=body_name(now.escalated_to, obligation, letterhead, language) if now.escalated_to else "",
        in_time=received_in_time(now),
        submitted=now.submitted is not None,
    )

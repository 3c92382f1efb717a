"""The dossier of a body: what was put before it and is open, a line for its decision on each, and what was settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.history import Escalated, effective
from dondoc.core.history import as_of as known_at
from dondoc.core.standing import placing, situation
from dondoc.reports.figures import Late, escalations
from dondoc.reports.paper import Block, Heading, Letterhead, Paper, Paragraph
from dondoc.reports.saying import Saying
from dondoc.reports.words import words_in
from dondoc.store import matters, standings
from dondoc.store.plans import Applied

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a body has before it from one plan at `at`; `settled` since its last meeting, `since`."""

    plan: Applied
    body: str
    at: datetime
    since: datetime | None
    open: tuple[Late, ...]
    settled: tuple[Late, ...]


def gather_dossier(
    connection: Connection,
    plan: Applied,
    body: str,
    at: datetime,
    *,
    since: datetime | None = None,
    as_of: datetime | None = None,
) -> Dossier:
    """What was put before `body` and is open at `at` (aware), the oldest first; and what was settled after `since`."""
    before_it = escalations(connection, plan, at, before=body, as_of=as_of)
    settled = tuple(settled_since(connection, plan, body, since, at)) if since is not None else ()
    return Dossier(plan, body, at, since, before_it, settled)


def compose_dossier(found: Dossier, letterhead: Letterhead) -> Paper:
    """The dossier as a paper."""
    plan, calendar = found.plan, found.plan.calendar
    language = plan.organisation.language
    words, directory, say = words_in(language), Directory(plan.organisation), Saying(plan.organisation)

    def said(instant: datetime | date) -> str:
        return say.day(calendar.day_of(instant) if isinstance(instant, datetime) else instant)

    blocks: list[Block] = []
    if found.since is not None:
        blocks.append(Paragraph(words["dossier_since"].format(since=said(found.since), day=said(found.at))))
    blocks.append(Heading(f"I. {words['dossier_open'].format(count=len(found.open))}"))
    if not found.open:
        blocks.append(Paragraph(words["dossier_none"]))
    for number, one in enumerate(found.open, 1):
        name = directory.name(one.now.owner, language)
        title = words["dossier_matter"].format(unit=name, title=one.obligation.title(language))
        put_up = one.escalated
        new = found.since is not None and put_up is not None and put_up.recorded_at > found.since
        blocks.append(Heading(f"{number}. {title}" + (f" ({words['dossier_new']})" if new else ""), 2))
        age = (calendar.day_of(found.at) - calendar.day_of(put_up.happened_at)) // DAY if put_up else 0
        due = one.now.answer_by.day(calendar)
        at = said(put_up.happened_at) if put_up else ""
        blocks.append(Paragraph(words["dossier_due"].format(due=said(due), days=one.days, at=at, age=age)))
        last = words["dossier_last"].format(day=said(one.reminders[-1].happened_at)) if one.reminders else ""
        blocks.append(Paragraph(words["dossier_done"].format(count=len(one.reminders), last=last)))
        if one.now.submitted is not None:
            blocks.append(Paragraph(words["dossier_received"].format(day=said(one.now.submitted.happened_at))))
        blocks.append(Paragraph(words["dossier_decide"]))
    if found.since is not None:
        blocks.append(Heading(f"II. {words['dossier_resolved'].format(count=len(found.settled))}"))
        blocks += [
            Paragraph(
                words["dossier_settled"].format(
                    unit=directory.name(one.now.owner, language),
                    title=one.obligation.title(language),
                    day=said(one.now.last_submitted.happened_at) if one.now.last_submitted else "…",
                ),
                item=True,
            )
            for one in found.settled
        ] or [Paragraph(words["dossier_none"])]
    return Paper(
        kind="dossier",
        language=language,
        letterhead=letterhead,
        sign=letterhead.report_sign,
        title=words["dossier"],
        about=words["dossier_about"].format(body=directory.name(found.body, language)),
        blocks=tuple(blocks),
        day=calendar.day_of(found.at),
        year=calendar.day_of(found.at).year,
    )


def settled_since(connection: Connection, plan: Applied, body: str, since: datetime, at: datetime) -> Sequence[Late]:
    """What this body had before it and was settled after `since`, until `at` (both aware)."""
    found: list[Late] = []
    ids = standings.ever_escalated(connection, plan.plan.plan)
    for obligation, history in matters.load(connection, ids):
        known = known_at(history, at)
        put_up = [fact for fact in effective(known) if isinstance(fact, Escalated) and fact.to == body]
        now, before = situation(obligation, known), situation(obligation, known_at(history, since))
        ended = ("done_on_time", "done_late", "waived", "cancelled")
        if put_up and placing(obligation, now).column in ended and placing(obligation, before).column not in ended:
            found.append(Late(obligation, now, 0, (), put_up[-1]))
    return found

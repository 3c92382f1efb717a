"""Telling at once what cannot wait for the daily letter: receipts, decisions, amendments, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection

from dondoc.core.history import Fact, LetterEvent
from dondoc.core.letter import Letter
from dondoc.core.notices import Notice, kind_of, letters_of, notices
from dondoc.core.standing import situation
from dondoc.desk.letterheads import letterheads
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import generations
from dondoc.store.matters import load
from dondoc.store.outbox import Posting, enqueue_all
from notifications.letterhead import Letterhead
from notifications.render import notice_key, render_notice


def notify(
    connection: Connection, place: Workplace, facts: Iterable[Fact], at: datetime, letter: Letter | None = None
) -> int:
    """Put the letters into the outbox that these facts call for at once; returns how many.

    To be called with what `record` returned and in its transaction, so that there is no fact without its letter.
    Facts about a letter come with that `letter`. Nobody is told twice of the same fact.
    """
    heads = letterheads(connection, place.settings)
    return tell(connection, (told for fact in facts for told in _notices(connection, heads, fact, at, letter)), at)


def tell(connection: Connection, notices: Iterable[tuple[Letterhead, Notice]], at: datetime) -> int:
    """Put the letters of these notices into the outbox; returns how many."""
    told: dict[Letterhead, list[Notice]] = {}
    for head, notice in notices:
        told.setdefault(head, []).append(notice)
    bundles = []
    for head, found in told.items():
        groups = letters_of(found)
        earlier = generations(connection, [notice_key(group) for group in groups])
        for group in groups:
            rendered = render_notice(group, head, at, generation=earlier[notice_key(group)])
            bundles.append([Posting(rendered)])
    return sum(enqueue_all(connection, bundles)) if bundles else 0


def _notices(
    connection: Connection, heads: tuple[Letterhead, ...], fact: Fact, at: datetime, letter: Letter | None
) -> Iterator[tuple[Letterhead, Notice]]:
    if isinstance(fact, LetterEvent):
        plans = letter.plans if letter else ()
        head = next((head for head in heads if not plans or head.plans.keys() & set(plans)), None)
        if head is not None:
            day = head.calendar.day_of(at)
            for notice in notices(None, None, fact, head.directory, day, letter=letter):
                yield head, notice
        return
    if kind_of(fact) is None:
        return
    ((obligation, history),) = load(connection, [fact.obligation])
    head = next(head for head in heads if obligation.plan in head.plans)
    known = tuple(one for one in history if one.id <= fact.id)
    now, before = situation(obligation, known), situation(obligation, known[:-1])
    day = head.calendar.day_of(at)
    for notice in notices(obligation, now, fact, head.directory, day, before=before):
        yield head, notice

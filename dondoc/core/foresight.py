"""What will be written if nobody answers: rounds held in virtual time, by the same deciding as the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import Action, AskReview, Copy, Escalate, Forewarn, Remind, next_action
from dondoc.core.digest import Digest, steps_taken
from dondoc.core.history import Event, Fact, Sent
from dondoc.core.letter import DigestKind
from dondoc.core.obligation import Obligation
from dondoc.core.round import Matter, decide_round

STAGES: tuple[tuple[type[Action], ...], ...] = ((AskReview,), (Remind,), (Escalate, Copy, Forewarn))
"""In the order in which a real round takes them."""


def foresee(
    matters: Iterable[Matter], since: datetime, until: datetime, calendar: WorkCalendar, directory: Directory
) -> Iterator[tuple[datetime, Digest]]:
    """The digests of one organisation from `since` to `until` (aware), each with the instant at which it is written.

    Every letter is taken to arrive at once; nobody answers. Rounds are held when something comes due.
    """
    standing: dict[str, tuple[Obligation, tuple[Fact, ...]]] = {one.id: (one, facts) for one, facts in matters}
    due = {name: next_action(*matter, calendar) for name, matter in standing.items()}
    written: dict[object, set[tuple[str, DigestKind]]] = {}
    now = since
    while True:
        coming = min((at for at in due.values() if at is not None), default=None)
        if coming is None or max(coming, now) > until:
            return
        now = max(coming, now)
        ripe = [name for name, at in due.items() if at is not None and at <= now]
        urgent = any(standing[name][0].terms.urgent for name in ripe)
        if not calendar.in_office(now) and not urgent:
            now = calendar.next_office_time(now)
            continue
        today = written.setdefault(calendar.day_of(now), set())
        changed: set[str] = set()
        for stage in STAGES:
            decided = decide_round([standing[name] for name in ripe], stage, now, calendar, directory, today)
            for fact in decided.skipped:
                changed |= _add(standing, [fact])
            for digest in (one for bundle in decided.bundles for one in bundle):
                yield now, digest
                if not digest.hour:
                    today.add((digest.recipient.key, digest.kind))
                changed |= _add(standing, _written(digest, now, len(changed)))
        for name in changed:
            due[name] = next_action(*standing[name], calendar)
        if not changed.issuperset(ripe):  # a second letter of a kind waits for the next day
            waiting = calendar.next_letters_slot(max(now, calendar.end_of_office_day(calendar.day_of(now))))
            for name in ripe:
                if name not in changed:
                    due[name] = waiting


def _written(digest: Digest, now: datetime, number: int) -> list[Fact]:
    letter = f"{digest.kind}/{digest.recipient.key}/{now.isoformat()}/{number}"
    sent = Sent(letter=letter, happened_at=now, recorded_at=now)
    return [*steps_taken(digest, letter, now, "dondoc"), sent]


def _add(standing: dict[str, tuple[Obligation, tuple[Fact, ...]]], facts: Iterable[Fact]) -> set[str]:
    """Append the facts to the histories they concern; a letter's fact to those of the events beside it."""
    given = list(facts)
    concerned = {fact.obligation for fact in given if isinstance(fact, Event)}
    for name in concerned:
        obligation, history = standing[name]
        own = [fact for fact in given if not isinstance(fact, Event) or fact.obligation == name]
        known = max((fact.id for fact in history), default=0)
        numbered = (replace(fact, id=known + n) for n, fact in enumerate(own, 1))
        standing[name] = (obligation, (*history, *numbered))
    return concerned

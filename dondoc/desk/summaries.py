"""Writing the weekly summaries: one a week for each recipient, at the letters' hour of its first working day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from dondoc.core.letter import natural_key
from dondoc.core.round import Matter
from dondoc.core.summary import is_time, next_time, summaries, summary_day
from dondoc.desk.follow_up import Tally
from dondoc.desk.letterheads import letterheads
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import generations, keys_in_use
from dondoc.store.matters import matters
from dondoc.store.outbox import ALL_PLANS, Posting, enqueue_all, paused
from notifications.letterhead import Letterhead
from notifications.summary import render_summary

Due = tuple[Letterhead, tuple[Matter, ...]]
"""An organisation whose summaries are due, and the matters that they tell of."""


def gather_summaries(place: Workplace, at: datetime, plan: str | None = None) -> tuple[Due, ...]:
    """What the summaries due at `at` (aware) tell of; nothing in a round of one plan, or when paused."""
    if plan is not None:
        return ()
    with place.database.reading() as connection:
        brakes = paused(connection)
        if ALL_PLANS in brakes:
            return ()
        return tuple(
            (head, tuple(one for name in asking for one in matters(connection, name)))
            for head in letterheads(connection, place.settings)
            if is_time(at, head.calendar) and (asking := _asking(head, brakes)) and not _written(connection, head, at)
        )


def write_summaries(place: Workplace, due: Iterable[Due], at: datetime) -> Tally:
    """Put the summaries due at `at` (aware) into the outbox; what was written before is not written again."""
    return Tally(enqueued=sum(_write(place, head, found, at) for head, found in due))


def next_summary(connection: Connection, place: Workplace, after: datetime) -> datetime | None:
    """When the next summaries are due after an instant (aware): for a simulated clock; None where no plan asks."""
    heads = letterheads(connection, place.settings)
    return min((next_time(after, head.calendar) for head in heads if _asking(head, ())), default=None)


def _asking(head: Letterhead, brakes: Iterable[str]) -> list[str]:
    return [name for name, plan in head.plans.items() if plan.weekly_summary and name not in set(brakes)]


def _written(connection: Connection, head: Letterhead, at: datetime) -> bool:
    """Whether everybody who gets one has this week's, so that nothing has to be read."""
    today = head.calendar.day_of(at)
    keys = [natural_key(key, "summary", _week(head, today)) for key in _readers(head, today)]
    return len(keys_in_use(connection, keys)) == len(keys)


def _readers(head: Letterhead, day: date) -> set[str]:
    bodies = {body for plan in head.plans.values() for body in plan.weekly_summary}
    return {person.key for body in bodies for person in head.directory.committee(body, day)}


def _week(head: Letterhead, day: date) -> date:
    return summary_day(day, head.calendar)


def _write(place: Workplace, head: Letterhead, found: tuple[Matter, ...], at: datetime) -> int:
    told = summaries(found, at, head.calendar, head.directory)
    if not told:
        return 0
    with place.database.writing() as connection:
        voided = generations(connection, [one.key for one in told])
        bundles = [[Posting(render_summary(one, head, at, generation=voided[one.key]))] for one in told]
        return sum(enqueue_all(connection, bundles))

"""Answering what came in by mail: a letter an hour to each sender at most, and to the administrator about the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from dondoc.core.letter import Letter, Recipient, natural_key
from dondoc.core.text import Text
from dondoc.store.letters import generations
from dondoc.store.outbox import Posting, enqueue_all
from notifications.answer_letters import Became, render_answer, render_stray
from notifications.letterhead import Letterhead

HOURS_AHEAD = 2
"""This hour's letter, or the next one's; who writes more often within an hour is not told each time."""


def answer(
    connection: Connection,
    became: Sequence[Became],
    recipient: Recipient,
    head: Letterhead,
    now: datetime,
    *,
    asks_which: bool = False,
) -> bool:
    """Tell whoever replied what became of it; False where they were answered twice within this hour already."""
    if recipient.address is None or not became:
        return False

    def written(key: str, generation: int, leaves: datetime) -> Letter:
        return render_answer(
            became, recipient, head, now, key=key, leaves=leaves, asks_which=asks_which, generation=generation
        )

    return _within_the_hour(connection, f"answer|{recipient.key}", head, now, written)


def tell_of_stray(
    connection: Connection, who: str, why: Text, arrival: int, heads: Sequence[Letterhead], now: datetime
) -> bool:
    """Tell the administrator that a message waits for a person.

    Whatever comes within an hour of such a letter is told of by the next hour's, which leads to the list of all.
    """
    told = False
    for head in heads:
        administrator = head.directory.administrator()
        if administrator is None:
            continue

        def written(
            key: str, generation: int, leaves: datetime, head: Letterhead = head, to: Recipient = administrator
        ) -> Letter:
            plans = tuple(sorted(head.plans))[:1]
            return render_stray(
                who,
                why.within(to.language),
                arrival,
                to,
                head,
                now,
                key=key,
                leaves=leaves,
                plans=plans,
                generation=generation,
            )

        told |= _within_the_hour(connection, f"stray|{administrator.key}", head, now, written)
    return told


def _within_the_hour(
    connection: Connection, about: str, head: Letterhead, now: datetime, written: Callable[[str, int, datetime], Letter]
) -> bool:
    """Put the letter into the outbox that is this hour's of its kind, else the next hour's, else none."""
    kind, _, recipient = about.partition("|")
    hour = now.replace(minute=0, second=0, microsecond=0)
    for ahead in range(HOURS_AHEAD):
        at = max(now, hour + timedelta(hours=ahead))
        key = natural_key(recipient, "answer" if kind == "answer" else "alert", at.date(), f"{kind} {at:%Y-%m-%dT%H}")
        earlier = generations(connection, [key])[key]
        letter = written(key, earlier, head.calendar.next_office_time(at))
        if enqueue_all(connection, [[Posting(letter)]])[0]:
            return True
    return False

"""The letters about what came in by mail: to whoever replied, what became of it; to the administrator, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dondoc.core.letter import Letter, Recipient, letter_id
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from notifications import wording
from notifications.context import AlertContext, AlertItem, AnswerContext, AnswerItem, Done
from notifications.digests import common, counted, plans_of
from notifications.items import item_parts
from notifications.letterhead import Letterhead, reply_token
from notifications.words import words_of

How = Literal["form", "confirm", "files", "done", "review", "extension", "hold"]


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a reply as far as it is about one duty: done, or `problems` in the recipient's language."""

    obligation: Obligation
    situation: Situation
    how: How
    done: Done = ""
    day: date | None = None
    problems: tuple[str, ...] = ()


def render_answer(
    became: Sequence[Became],
    recipient: Recipient,
    letterhead: Letterhead,
    now: datetime,
    *,
    key: str,
    leaves: datetime,
    asks_which: bool = False,
    generation: int = 0,
) -> Letter:
    """The letter to whoever replied, under this natural key, that may leave from `leaves` on (both aware UTC)."""
    identity, language = letter_id(key, generation), recipient.language
    own = letterhead.of_letter(identity)
    items = tuple(
        AnswerItem(
            **item_parts(one.obligation, one.situation, own, leaves, language, n=n, own=recipient.unit),
            done=one.done,
            day=wording.long_date(one.day, language) if one.day else "",
            problems=one.problems,
            how=one.how,
        )
        for n, one in enumerate(became, 1)
    )
    obligations = [one.obligation for one in became]
    context = AnswerContext(
        first=next((one for one in items if not one.done), items[0]),
        items=items,
        asks_which=asks_which,
        recorded=all(one.done for one in items),
        **counted(len(items), language),
        **common(obligations, recipient, letterhead, reply_token(identity)),
    )
    plans = plans_of(obligations)
    words = words_of("answer", context, letterhead, plans)
    about = tuple(dict.fromkeys(one.id for one in obligations))
    return Letter(
        id=identity,
        natural_key=key,
        recipient=recipient,
        kind="answer",
        day=letterhead.calendar.day_of(leaves),
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=leaves,
        plans=plans,
        about=about,
        thread=about[0] if len(about) == 1 else f"{recipient.key}|answer",
    )


def render_stray(
    who: str,
    why: str,
    arrival: int,
    recipient: Recipient,
    letterhead: Letterhead,
    now: datetime,
    *,
    key: str,
    leaves: datetime,
    plans: tuple[str, ...] = (),
    generation: int = 0,
) -> Letter:
    """The letter to the administrator about a message that counts as nobody's answer; nothing of it is quoted."""
    identity, language = letter_id(key, generation), recipient.language
    item = AlertItem(what="stray", title="", who=who, detail=why, letter=str(arrival), link="")
    context = AlertContext(
        first=item, items=(item,), **counted(1, language), **common([], recipient, letterhead, reply_token(identity))
    )
    words = words_of("alert", context, letterhead, ())
    return Letter(
        id=identity,
        natural_key=key,
        recipient=recipient,
        kind="alert",
        day=letterhead.calendar.day_of(leaves),
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=leaves,
        plans=plans,
        thread=f"{recipient.key}|alert",
    )

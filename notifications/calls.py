"""The clerk's list of the day: whom to call, or to give a letter by hand, and what to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dondoc.core.letter import Letter, Recipient, letter_id, natural_key
from dondoc.core.text import short_date
from notifications.context import CallsContext
from notifications.letterhead import Letterhead, reply_token
from notifications.lines import CallItem
from notifications.words import words_of


def render_calls(waiting: Sequence[Letter], to: Recipient, letterhead: Letterhead, now: datetime) -> Letter:
    """The list, as a letter to whoever keeps it; one a day, true until the office closes."""
    calendar = letterhead.calendar
    day = calendar.day_of(now)
    key = natural_key(to.key, "calls", day)
    identity = letter_id(key)
    context = CallsContext(
        language=to.language,
        to=letterhead.address(to, ()),
        plan="",
        token=reply_token(identity),
        answer_by_id=False,
        items=tuple(_item(one, letterhead, to.language) for one in waiting),
        count=len(waiting),
        day=short_date(day, to.language),
    )
    words = words_of("calls", context, letterhead, ())
    return Letter(
        id=identity,
        natural_key=key,
        recipient=to,
        kind="calls",
        day=day,
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=now,
        valid_until=calendar.end_of_office_day(day),
        plans=(),
        thread=f"{to.key}|calls",
    )


def _item(letter: Letter, letterhead: Letterhead, language: str) -> CallItem:
    to = letter.recipient
    unit = letterhead.name(to.unit, language)
    return CallItem(
        who=to.name,
        unit="" if unit == to.name else unit,
        phone=to.phone or "",
        short=letter.short,
        letter=letter.id,
    )

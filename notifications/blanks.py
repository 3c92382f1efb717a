"""Letters to units that are alike, from the one to the blank that stands for them: its blanks filled in for each.

Only for templates as shipped: those put ids, names and addresses where they stand and do nothing else with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from markupsafe import escape

from dondoc.core.history import Step
from dondoc.core.kindred import BLANK, Kin
from dondoc.core.letter import Letter, letter_id
from notifications.letterhead import Letterhead, reply_token
from notifications.render import Draft, for_the_calendar


class Blanks:
    """A text cut where its blanks stand.

    >>> Blanks("Kính gửi: x4bl7nk00001x", re.compile(f"({BLANK})")).filled({"x4bl7nk00001x": "Hội LHPN xã"})
    'Kính gửi: Hội LHPN xã'
    """

    def __init__(self, text: str, blanks: re.Pattern[str]) -> None:
        self._pieces = blanks.split(text)
        self._blanks = self._pieces[1::2]

    def filled(self, words: Mapping[str, str]) -> str:
        """The text with `words` in place of its blanks; what only looks like one, as a plan may write it, stays."""
        pieces = self._pieces.copy()
        pieces[1::2] = [words.get(blank, blank) for blank in self._blanks]
        return "".join(pieces)


def filled(draft: Draft, kin: Iterable[Kin], letterhead: Letterhead) -> Iterator[Letter]:
    """The letters of all kin, from what was drafted to the blank that stands for them."""
    letter, words = draft.letter, draft.words
    token, opens = words.token, letterhead.opening(letter.id)
    blanks = re.compile("|".join((f"({BLANK}", *map(re.escape, filter(None, (token, opens))))) + ")")
    title, text, html, link, key, thread = (
        Blanks(one, blanks)
        for one in (words.title, words.text, words.html, words.link, letter.natural_key, letter.thread)
    )
    for one in kin:
        own_key = key.filled(one.words)
        identity, to = letter_id(own_key), one.people[letter.recipient.key]
        signs = {token: reply_token(identity), opens: letterhead.opening(identity)}
        plain = {**one.words, **signs}
        said = replace(
            words, title=title.filled(plain), token=signs[token], text=text.filled(plain), link=link.filled(plain),
            html=html.filled({**{blank: str(escape(word)) for blank, word in one.words.items()}, **signs}),
        )  # fmt: skip
        told = [one.matter(*matter) for matter in draft.for_calendar]
        yield replace(
            letter,
            id=identity,
            natural_key=own_key,
            recipient=to,
            subject=said.subject,
            text=said.text,
            html=said.html,
            short=said.short,
            thread=thread.filled(one.words),
            about=tuple(one.obligations[name].id for name in letter.about),
            steps=tuple(
                (one.obligations[name].id, Step(step.cycle, step.rung, step.ordinal, to.key))
                for name, step in letter.steps
            ),
            enclosures=for_the_calendar(told, letterhead, letter.created_at, to.language),
        )

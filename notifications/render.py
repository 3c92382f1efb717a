"""From a digest or a notice to the letter as it goes into the outbox: subject, text, HTML, and a short text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dondoc.core.digest import Digest
from dondoc.core.history import ExtensionRefused, History, Step
from dondoc.core.letter import Enclosure, Kind, Letter, Recipient, letter_id, natural_key
from dondoc.core.notices import Notice
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from notifications import wording
from notifications.context import SignInContext
from notifications.deeds import Telling, deeds
from notifications.digests import Matters, digest_context, plans_of
from notifications.icalendar import enclosure
from notifications.letterhead import Letterhead, reply_token
from notifications.notices import notice_context
from notifications.words import Words, words_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter, its words, and the duties of which its reader's calendar is told."""

    letter: Letter
    words: Words
    for_calendar: tuple[tuple[Obligation, Situation], ...]


def render_digest(
    digest: Digest,
    letterhead: Letterhead,
    now: datetime,
    histories: Mapping[str, History] | None = None,
    *,
    generation: int = 0,
    settled: Matters = (),
    telling: Telling = deeds,
) -> Letter:
    """The letter of a digest, as `draft_digest` drafts it."""
    return draft_digest(
        digest, letterhead, now, histories, generation=generation, settled=settled, telling=telling
    ).letter


def draft_digest(
    digest: Digest,
    letterhead: Letterhead,
    now: datetime,
    histories: Mapping[str, History] | None = None,
    *,
    generation: int = 0,
    settled: Matters = (),
    telling: Telling = deeds,
) -> Draft:
    """The letter of a digest enqueued at `now` (aware UTC).

    It says the truth on the day on which it may leave first (office hours, unless urgent) and is valid until
    the end of that office day. `histories`, by obligation id, tell a dossier what was sent and when; `settled`
    are matters of earlier dossiers that are closed; `generation` counts letters of the same key that were voided;
    `telling` is `deeds`, or one that remembers what it read.
    """
    key = digest.key
    calendar = letterhead.calendar
    leaves = now if digest.urgent else calendar.next_office_time(now)
    office_ends = calendar.end_of_office_day(calendar.day_of(leaves))
    plans = plans_of(action.obligation for action in digest.items)
    identity = letter_id(key, generation)
    token = reply_token(identity)
    context = digest_context(digest, letterhead.of_letter(identity), leaves, token, histories or {}, settled, telling)
    words = words_of(digest.kind, context, letterhead, plans)
    for_calendar = matters_new_to_calendar(digest)
    letter = Letter(
        id=identity,
        natural_key=key,
        recipient=digest.recipient,
        kind=digest.kind,
        day=digest.day,
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=leaves,
        valid_until=office_ends if leaves < office_ends else calendar.day_ends(calendar.day_of(leaves)),
        urgent=digest.urgent,
        plans=plans,
        about=tuple(dict.fromkeys(action.obligation.id for action in digest.items)),
        steps=tuple(
            (action.obligation.id, Step(action.cycle, action.rung, action.ordinal, digest.recipient.key))
            for action in (*digest.items, *digest.resolved)
        ),
        thread="|".join((digest.recipient.key, *plans[:1])) if len(plans) == 1 else digest.recipient.key,
        enclosures=for_the_calendar(for_calendar, letterhead, now, digest.recipient.language),
    )
    return Draft(letter, words, for_calendar)


def matters_new_to_calendar(digest: Digest) -> tuple[tuple[Obligation, Situation], ...]:
    """The duties of a digest whose deadline its reader has not been sent for the calendar: the cycle's first letter."""
    if digest.kind != "duties":
        return ()
    key = digest.recipient.key
    return tuple(
        (action.obligation, action.situation)
        for action in digest.items
        if not any(one.step.recipient == key for steps in action.situation.taken.values() for one in steps)
    )


_CHANGES_THE_CALENDAR: frozenset[Kind] = frozenset(
    {"returned", "accepted", "extension", "waived", "reassigned", "amended"}
)


def for_the_calendar(
    matters: Sequence[tuple[Obligation, Situation]], letterhead: Letterhead, now: datetime, language: str
) -> tuple[Enclosure, ...]:
    """The file that tells a calendar of duties; none where there is none to be told of."""
    return (enclosure(matters, letterhead, now, language),) if matters else ()


def _changed_in_calendar(told: Sequence[Notice]) -> tuple[tuple[Obligation, Situation], ...]:
    """The duties whose day in their owner's calendar a letter changes or takes away."""
    return tuple(
        (one.obligation, replace(one.situation, cancelled=True) if one.former else one.situation)
        for one in told
        if one.kind in _CHANGES_THE_CALENDAR and one.obligation and one.situation and _is_the_owners(one)
    )


def _is_the_owners(notice: Notice) -> bool:
    """Whether it is told to the owner, not to somebody who only hears of it, and changes a day."""
    if isinstance(notice.event, ExtensionRefused) or notice.obligation is None or notice.situation is None:
        return False
    owners = (notice.situation.owner, *notice.obligation.terms.jointly)
    return notice.former or bool(notice.recipient.stands_in_for) or notice.recipient.unit in owners


def notice_key(told: Sequence[Notice]) -> str:
    """The natural key of the letter that tells of these notices."""
    first = told[0]
    more = f"+{len(told) - 1}" if len(told) > 1 else ""
    day = first.event.recorded_at.date()  # not part of the key, which has the event instead
    return natural_key(first.recipient.key, first.kind, day, f"{first.key}{more}")


def render_notice(told: Sequence[Notice], letterhead: Letterhead, now: datetime, *, generation: int = 0) -> Letter:
    """The letter of notices that share one, as `draft_notice` drafts it."""
    return draft_notice(told, letterhead, now, generation=generation).letter


def draft_notice(told: Sequence[Notice], letterhead: Letterhead, now: datetime, *, generation: int = 0) -> Draft:
    """The letter of notices that share one (`dondoc.core.notices.letters_of`), enqueued at `now` (aware UTC).

    It leaves in office hours unless a duty it speaks of is urgent, and stays true.
    """
    first, calendar = told[0], letterhead.calendar
    obligations = [notice.obligation for notice in told if notice.obligation]
    urgent = any(obligation.terms.urgent for obligation in obligations)
    leaves = now if urgent else calendar.next_office_time(now)
    key = notice_key(told)
    plans = plans_of(obligations)
    identity = letter_id(key, generation)
    context = notice_context(told, letterhead.of_letter(identity), leaves, reply_token(identity))
    words = words_of(first.kind, context, letterhead, plans)
    about = tuple(dict.fromkeys(obligation.id for obligation in obligations))
    for_calendar = _changed_in_calendar(told)
    letter = Letter(
        id=identity,
        natural_key=key,
        recipient=first.recipient,
        kind=first.kind,
        day=calendar.day_of(now),
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=leaves,
        valid_until=None,
        urgent=urgent,
        plans=plans or _plans_of_letter(first),
        about=about,
        steps=(),
        thread=about[0] if len(about) == 1 else "|".join((first.recipient.key, first.kind, *plans[:1])),
        enclosures=for_the_calendar(for_calendar, letterhead, now, first.recipient.language),
    )
    return Draft(letter, words, for_calendar)


def render_sign_in(link: str, to: Recipient, letterhead: Letterhead, now: datetime, until: datetime) -> Letter:
    """The letter with the link of this id, which signs `to` in once before `until`; it leaves at once."""
    calendar = letterhead.calendar
    key = natural_key(to.key, "sign_in", calendar.day_of(now), link)
    identity = letter_id(key)
    context = SignInContext(
        language=to.language,
        to=letterhead.address(to, ()),
        plan="",
        token=reply_token(identity),
        answer_by_id=False,
        link=letterhead.of_letter(link).page("/sign-in"),
        until=wording.long_moment(until, calendar, to.language),
    )
    words = words_of("sign_in", context, letterhead, ())
    return Letter(
        id=identity,
        natural_key=key,
        recipient=to,
        kind="sign_in",
        day=calendar.day_of(now),
        subject=words.subject,
        text=words.text,
        html=words.html,
        short=words.short,
        created_at=now,
        not_before=now,
        valid_until=until,
        urgent=True,
        plans=(),
        about=(),
        steps=(),
        thread=f"{to.key}|sign_in",
    )


def _plans_of_letter(notice: Notice) -> tuple[str, ...]:
    return notice.letter.plans if notice.letter else ()

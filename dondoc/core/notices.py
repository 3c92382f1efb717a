"""What is told at once: which events reach whom outside the daily digests, and which of them share a letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dondoc.core.address import Directory, owner_people
from dondoc.core.history import (
    Accepted,
    Amended,
    Bounced,
    Cancelled,
    Directed,
    Event,
    ExtensionGranted,
    ExtensionRefused,
    Fact,
    LetterEvent,
    Raised,
    Reassigned,
    Refused,
    Returned,
    RungSkipped,
    Submitted,
    Uncertain,
    Waived,
)
from dondoc.core.letter import Letter, NoticeKind, Recipient
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation

SILENT_CHANNELS = frozenset({"import"})
"""Channels whose submissions get no receipt: what is typed in from old papers is news to nobody."""

GROUPED: frozenset[NoticeKind] = frozenset({"reassigned", "amended", "alert"})
"""Kinds of which several, to one person, are told in one letter."""


Trouble = Literal["crashed", "failed", "missed"]
"""What went wrong with the rounds: one was killed, one ended in an error, or none was held for too long."""


@dataclass(frozen=True, slots=True)
class RoundTrouble:
    """Something about the rounds themselves that the administrator is told of, once a day for each kind.

    `run` names the run where there is one, `detail` is what is known of it, `link` leads to it.
    """

    what: Trouble
    day: date
    run: str
    detail: str
    link: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """One event that one recipient is told of at once.

    `situation` is what the event led to, `before` what it changed (where known). Of an event of a letter,
    `letter` is that letter, and `obligation` is None. `former` marks whoever is relieved of a duty.
    """

    recipient: Recipient
    kind: NoticeKind
    obligation: Obligation | None
    situation: Situation | None
    event: Fact | RoundTrouble
    before: Situation | None = None
    letter: Letter | None = None
    former: bool = False

    @property
    def key(self) -> str:
        """What makes it the same notice: the duty or letter, and the event recorded for it.

        Facts of letters that leave at once are numbered by chance, so their numbers are left out.
        """
        fact = self.event
        if isinstance(fact, RoundTrouble):
            return f"round {fact.what} {fact.day.isoformat()}"
        described = f"{type(fact).__name__} {fact.recorded_at.isoformat()}"
        return f"{fact.obligation}#{fact.id or described}" if isinstance(fact, Event) else f"{fact.letter}#{described}"


def notices(
    obligation: Obligation | None,
    situation: Situation | None,
    event: Fact,
    directory: Directory,
    day: date,
    *,
    before: Situation | None = None,
    letter: Letter | None = None,
) -> tuple[Notice, ...]:
    """Who is told at once of `event` on `day` (of the organisation's zone); most events are told to nobody.

    `situation` is the one after the event. `before`, the one before it, is asked for reassignments (whom it was
    taken from) and lets amendments name the old deadline. Events of letters come with their `letter` instead of
    an obligation; that one came back is told to the head of the recipient's unit, too. That a body wants a unit urged
    by official letter is told to the focal point, which writes it and has it signed.
    """
    if isinstance(event, LetterEvent):
        to = _administrator(directory) if isinstance(event, Refused | Bounced | Uncertain) else ()
        if isinstance(event, Bounced) and letter is not None:
            knows = {letter.recipient.key, *(one.key for one in to)}
            to += tuple(one for one in directory.head(letter.recipient.unit, day) if one.key not in knows)
        return tuple(Notice(one, "alert", obligation, situation, event, letter=letter) for one in to)
    if obligation is None or situation is None:
        raise ValueError(f"{type(event).__name__} is told together with its obligation and situation")
    kind = kind_of(event)
    if kind is None:
        return ()
    if kind == "alert":
        urged = isinstance(event, Directed)
        to = directory.people(obligation.terms.focal_point, "duties", day) if urged else ()
        return tuple(Notice(one, kind, obligation, situation, event) for one in to or _administrator(directory))
    told = [
        Notice(one, kind, obligation, situation, event, before)
        for one in owner_people(obligation, situation.owner, directory, "duties", day)
    ]
    if isinstance(event, Reassigned) and before is not None and before.owner != situation.owner:
        known = {notice.recipient.key for notice in told}
        told += [
            Notice(one, kind, obligation, situation, event, before, former=True)
            for one in directory.people(before.owner, "duties", day)
            if one.key not in known
        ]
    return (*told, *_for_information(obligation, situation, event, directory, day, told))


def _for_information(
    obligation: Obligation,
    situation: Situation,
    event: Event,
    directory: Directory,
    day: date,
    told: Iterable[Notice],
) -> Iterator[Notice]:
    """That a duty is done is told to those whom its plan names for information, and to whom it goes through.

    Whom it goes through is not told where it reviews the duty or follows up on the plan: it knows already.
    """
    terms = obligation.terms
    knows = {terms.focal_point, *([terms.review.by] if terms.review else [])}
    through = [terms.through] if terms.through and terms.through not in knows else []
    done = isinstance(event, Accepted) or (isinstance(event, Submitted) and terms.review is None)
    if not done:
        return
    known = {notice.recipient.key for notice in told}
    for name in dict.fromkeys((*terms.for_information, *through)):
        body = directory.organisation.committee(name) is not None
        for one in directory.committee(name, day) if body else directory.people(name, "copies", day):
            if one.key not in known:
                known.add(one.key)
                yield Notice(one, "accepted", obligation, situation, event)


def kind_of(event: Event) -> NoticeKind | None:
    """The kind of letter that tells of an event at once, or None."""
    match event:
        case Submitted(channel=channel):
            return None if channel in SILENT_CHANNELS else "receipt"
        case Returned():
            return "returned"
        case Accepted():
            return "accepted"
        case ExtensionGranted() | ExtensionRefused():
            return "extension"
        case Waived():
            return "waived"
        case Reassigned() | Raised():
            return "reassigned"
        case Amended() | Cancelled():
            return "amended"
        case RungSkipped(empty=True) | Directed(urged=True):
            return "alert"
        case _:
            return None


def letters_of(told: Iterable[Notice]) -> tuple[tuple[Notice, ...], ...]:
    """The notices that share a letter: those of one plan's amendment, reassignment or alerts to one person.

    Every other notice is a letter of its own. The order is that of each letter's first notice; alerts are told by their
    duties, since a round comes upon them in the order of hours.
    """
    letters: dict[tuple[str, str, str], list[Notice]] = {}
    for notice in told:
        letters.setdefault((notice.recipient.key, notice.kind, _shared(notice)), []).append(notice)
    return tuple(
        tuple(sorted(group, key=_duty) if kind == "alert" else group) for (_, kind, _), group in letters.items()
    )


def _duty(notice: Notice) -> str:
    return notice.obligation.id if notice.obligation else ""


def _shared(notice: Notice) -> str:
    """What notices in one letter have in common beside recipient and kind."""
    if notice.kind not in GROUPED:
        return notice.key
    return notice.obligation.plan if notice.obligation and notice.kind != "alert" else ""


def alarm(trouble: RoundTrouble, directory: Directory) -> tuple[Notice, ...]:
    """Who is told that rounds are in trouble: the administrator."""
    return tuple(Notice(one, "alert", None, None, trouble) for one in _administrator(directory))


def _administrator(directory: Directory) -> tuple[Recipient, ...]:
    person = directory.administrator()
    return (person,) if person else ()

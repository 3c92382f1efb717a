"""What happened to an obligation and to its letters: frozen facts in the past tense, never changed, only added.

Every event has two times: `happened_at`, when it was true in the world, and `recorded_at`, when dondoc came to know.
Standing and timeliness use the first, "as of" the second. A mistake is taken back by `Voided`; the computation
(`effective`) then skips both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from dondoc.calendar.deadline import Deadline
from dondoc.core.obligation import Obligation


@dataclass(frozen=True, slots=True)
class Step:
    """The key of something done once: unique among the steps whose letter was not voided.

    `cycle` rises whenever the deadline changes, `ordinal` counts the repetitions of a rung; `recipient` is the
    key of the contact written to.
    """

    cycle: int
    rung: str
    ordinal: int
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact about one obligation; instants are aware UTC; `id` is given by the ledger, in order of recording."""

    obligation: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    why: str = ""
    plan_version: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled(Event):
    """The obligation entered the ledger; its deadline stands on the obligation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised(Event):
    """It follows from an event of the kind `what` that `unit` raised; `name` tells it from others of its kind."""

    what: str
    name: str
    unit: str
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """The event from which it follows is over: nothing more is to be repeated."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAdoption(Event):
    """It was already due when its plan was first applied: outside the count until recorded or chased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended(Event):
    """An edit of the plan moved the deadline."""

    due: Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningMoved(Event):
    """An edit of the plan moved the instant from which it is open; the obligation itself says the new one too.

    `before` is when it had opened until then; None in what was recorded before this was kept.
    """

    opens: datetime
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassigned(Event):
    """Another unit owes it now; with `person`, the same unit, and within it that person deals with it."""

    owner: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken(Event):
    """A letter that carries this step was put into the outbox."""

    step: Step
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(StepTaken):
    """The owner was reminded, or chased after the deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(StepTaken):
    """The matter was put before somebody above the owner."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied(StepTaken):
    """The owner got a copy of what was put before a committee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forewarned(StepTaken):
    """The focal point's head was told that a dossier goes to a committee, and may hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked(StepTaken):
    """The reviewer, or whoever decides on an extension, was asked to decide, or reminded of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(StepTaken):
    """A body before which the matter was put heard that it is settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungSkipped(Event):
    """A rung was passed without a letter.

    `empty`: nobody can be written to there, so the next goes at once and the administrator is told;
    otherwise it leads back to the owner itself, and the next keeps its own time.
    """

    cycle: int
    rung: str
    ordinal: int
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Event):
    """Something was handed in; `happened_at` is when it was received, whatever the channel.

    Of a signed document `document` is its number, `signed_on` the day (ISO 8601) and `signed_by` whoever signed it.
    """

    version: int
    channel: str
    submission: str = ""
    document: str = ""
    signed_on: str = ""
    signed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Event):
    """The content of a version is gone for good; `digest` is all that remains of it."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Event):
    """The reviewer accepted what was submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The reviewer gave it back for correction, to be answered by `due`; `why` says what is wrong."""

    due: Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Event):
    """The owner asks for a later deadline."""

    due: Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Event):
    """The deadline in force is now `due`; the original one is kept."""

    due: Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused(Event):
    """The deadline stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived(Event):
    """It need not be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Event):
    """An edit of the plan dropped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Event):
    """The dossier is held back; `why` says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Event):
    """The dossier may go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directed(Event):
    """What a body decided that leaves the matter as it is: to urge by official letter (`urged`), or to note it."""

    body: str
    urged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(Event):
    """The event numbered `event` was recorded by mistake."""

    event: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterEvent:
    """One fact about one letter, and so about every obligation whose steps it carries."""

    letter: str
    happened_at: datetime
    recorded_at: datetime
    detail: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(LetterEvent):
    """The mail server took the letter over (or it was written where letters are collected)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(LetterEvent):
    """The letter was given to its recipient on paper or by another way outside dondoc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(LetterEvent):
    """The mail server refused the letter for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain(LetterEvent):
    """The connection was lost while the letter was handed over: it may or may not have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced(LetterEvent):
    """It was taken over and came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterVoided(LetterEvent):
    """It was never sent, because it no longer said the truth; its steps are undone."""


Fact = Event | LetterEvent
History = tuple[Fact, ...]
"""An obligation's events and those of the letters that carry its steps, in order of recording."""


_TAKES_BACK: frozenset[type[Fact]] = frozenset({Voided, LetterVoided})


def effective(history: Iterable[Fact]) -> History:
    """The history without what was taken back: voided events, their `Voided`, and steps of voided letters."""
    facts = tuple(history)
    if _TAKES_BACK.isdisjoint(map(type, facts)):
        return facts
    taken_back = [fact for fact in facts if isinstance(fact, (Voided, LetterVoided))]
    undone = {fact.event for fact in taken_back if isinstance(fact, Voided)}
    unsent = {fact.letter for fact in taken_back if isinstance(fact, LetterVoided)}
    return tuple(
        fact
        for fact in facts
        if isinstance(fact, LetterEvent)
        or not (
            isinstance(fact, Voided) or fact.id in undone or (isinstance(fact, StepTaken) and fact.letter in unsent)
        )
    )


ENDS: frozenset[type[Fact]] = frozenset({Submitted, Accepted, Waived, Cancelled})
"""Facts of which those before whom a matter was put are to hear."""

RESOLVED = "resolved/"
"""With this the rungs begin of which a body hears that a matter is settled; its id follows."""


def to_be_told(kept: History) -> dict[str, datetime]:
    """The bodies before which a matter was put that have not heard since of its end, with when that was recorded.

    `kept` is an effective history. Nobody, while nothing was handed in, waived or dropped.
    """
    bodies: dict[str, None] = {}
    ended: datetime | None = None
    for fact in kept:
        if isinstance(fact, Escalated):
            bodies[fact.to] = None
        elif isinstance(fact, Resolved):
            bodies.pop(fact.step.rung.removeprefix(RESOLVED), None)
        elif isinstance(fact, RungSkipped):
            bodies.pop(fact.rung.removeprefix(RESOLVED), None)
        elif type(fact) in ENDS:
            ended = fact.recorded_at
    return dict.fromkeys(bodies, ended) if ended else {}


def matter_as_of(obligation: Obligation, history: History, instant: datetime) -> tuple[Obligation, History]:
    """A matter as it was known at `instant` (aware): its events, and when it opened by the plan of that time."""
    later = (fact for fact in history if isinstance(fact, OpeningMoved) and fact.recorded_at > instant)
    moved = next(later, None)
    if moved is not None and moved.before is not None:
        obligation = replace(obligation, opens=moved.before)
    return obligation, as_of(history, instant)


def as_of(history: Iterable[Fact], instant: datetime) -> History:
    """What was known at `instant` (aware): events by the time they were recorded."""
    return tuple(fact for fact in history if fact.recorded_at <= instant)

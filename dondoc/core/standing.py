"""Where a matter stands, computed from its history and never stored beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Literal

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.history import (
    Accepted,
    Amended,
    BeforeAdoption,
    Cancelled,
    Closed,
    Directed,
    Erased,
    Escalated,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    Fact,
    Held,
    History,
    LetterEvent,
    LetterVoided,
    OpeningMoved,
    Raised,
    Reassigned,
    Released,
    Returned,
    RungSkipped,
    Scheduled,
    StepTaken,
    Submitted,
    Voided,
    Waived,
    effective,
    to_be_told,
)
from dondoc.core.obligation import Obligation
from dondoc.core.steps import Likeness, steps_of

Standing = Literal[
    "upcoming", "open", "due_soon", "due_today", "overdue", "submitted", "returned",
    "done_on_time", "done_late", "waived", "cancelled", "before_adoption",
]  # fmt: skip

Cell = Literal["done_on_time", "done_late", "open_in_time", "open_overdue"]
"""The official four: they add up to the total."""

Column = Literal[Cell, "waived", "cancelled", "before_adoption"]
"""A cell, or one of those beside the total."""

DUE_SOON = timedelta(days=7)
"""A matter is "sắp đến hạn" in the last seven days before its deadline."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A history folded up: what deciding, letters and statistics ask of it.

    `due` is the deadline in force and `answer_by` the day by which an answer is awaited now (later, where a
    report was returned). `cycle` counts the changes of deadline; `taken`, `skipped` and `escalated_to` speak of the
    present cycle only, which began at `cycle_began` (None: with the obligation itself).
    """

    owner: str
    due: Deadline
    original_due: Deadline
    cycle: int = 0
    cycle_began: datetime | None = None
    extended: bool = False
    extensions: int = 0
    """How many times it was extended."""
    first_receipt: Submitted | None = None
    """The first version ever received."""
    submitted: Submitted | None = None
    """The first version received since the last return: what the reviewer has before them."""
    last_submitted: Submitted | None = None
    returned: Returned | None = None
    """The return that is not answered yet."""
    returns_kept: bool = True
    """Whether every return so far was answered by its date."""
    accepted: Accepted | None = None
    extension_asked: ExtensionAsked | None = None
    waived: bool = False
    cancelled: bool = False
    before_adoption: bool = False
    held: Held | None = None
    escalated_to: str | None = None
    owner_told_at: datetime | None = None
    """The first instant at which a reminder of this cycle certainly left for whoever owes it now."""
    taken: Mapping[str, tuple[StepTaken, ...]] = field(default_factory=dict)
    skipped: Mapping[str, tuple[RungSkipped, ...]] = field(default_factory=dict)
    to_be_told: Mapping[str, datetime] = field(default_factory=dict)
    """The bodies that have yet to hear how a matter put before them ended, and when that was recorded."""
    unsent: tuple[StepTaken, ...] = ()
    """Steps whose letter to one recipient never left, while another recipient of the same step was reached."""
    likeness: Likeness = field(default=(), compare=False, repr=False)
    """What `alike` asks of the steps taken; it follows from them."""

    @property
    def answer_by(self) -> Deadline:
        """The deadline reminders count from: the one in force, or the pending return's where that is later."""
        return self.returned.due if self.returned and self.returned.due.at > self.due.at else self.due

    def done(self, reviewed: bool) -> bool:
        """Accepted; where nobody reviews, submitted."""
        return self.accepted is not None or (not reviewed and self.submitted is not None)

    def closed(self, reviewed: bool) -> bool:
        """Nothing more is expected of anybody."""
        return self.waived or self.cancelled or self.done(reviewed)

    def receipt(self) -> datetime | None:
        """The receipt that counts: the first version's while every return was answered by its date."""
        if self.first_receipt is None or self.last_submitted is None:
            return None
        return (self.first_receipt if self.returns_kept else self.last_submitted).happened_at

    def owned_by(self, unit: str) -> Situation:
        """The same of another owner; `replace` takes three times as long, and a province has many."""
        return Situation(unit, *_BUT_OWNER(self))


_BUT_OWNER = attrgetter(*(one.name for one in fields(Situation) if one.name != "owner"))


@dataclass(frozen=True, slots=True)
class Alike:
    """Where a matter stands, equal to all others of which the same is asked at the same times (`alike`)."""

    now: Situation = field(compare=False)
    likeness: tuple[Any, ...]


def alike(now: Situation, calendar: WorkCalendar) -> Alike:
    """All that the agenda of an open matter asks of where it stands; whose it is, is not among it.

    Only for matters with nothing submitted, no extension asked for and nobody left out by a letter.
    """
    due, told = now.answer_by, now.owner_told_at
    skips = now.skipped.values()
    return Alike(
        now,
        (
            due.at, due.whole_day, now.cycle_began, now.escalated_to, told and calendar.day_of(told), now.held is None,
            *now.likeness,
            *[(one.rung, one.ordinal, one.happened_at, one.empty) for some in skips for one in some],
        ),
    )  # fmt: skip


def situation(obligation: Obligation, history: History) -> Situation:
    """Fold `history` (in order of recording) into where the matter stands.

    The cycle counts every change of deadline, also those taken back later, so that a step key is never used twice.
    """
    kept = effective(history)
    kinds = set(map(type, history))
    changes = (
        [fact for fact in history if not isinstance(fact, _CHANGE_NOTHING)]
        if any(not issubclass(kind, _CHANGE_NOTHING) for kind in kinds)
        else []
    )
    if not changes:  # most matters, most of the time: made in one go
        steps = steps_of(0, history, kept)
        return Situation(owner=obligation.unit, due=obligation.due, original_due=obligation.due, **steps)
    now = _changed(Situation(owner=obligation.unit, due=obligation.due, original_due=obligation.due), changes, kept)
    return replace(now, to_be_told=to_be_told(kept), **steps_of(now.cycle, history, kept))


def _changed(now: Situation, changes: Iterable[Fact], kept: History) -> Situation:
    in_force = {fact.id for fact in kept if isinstance(fact, Event)}
    changes_made: dict[int, Event] = {}
    for fact in changes:
        assert isinstance(fact, Event)  # those of letters change nothing but steps
        new_cycle = isinstance(fact, Returned | ExtensionGranted | Amended)
        if new_cycle:
            changes_made[fact.id] = fact
        if isinstance(fact, Voided) and fact.event in changes_made:
            new_cycle = True
        if new_cycle:
            now = replace(now, cycle=now.cycle + 1, cycle_began=fact.recorded_at, held=None)
        if fact.id in in_force:
            now = _after(now, fact)
    return now


_CHANGE_NOTHING = (LetterEvent, StepTaken, RungSkipped, Scheduled, OpeningMoved, Erased, Directed)
"""Facts after which a matter stands as before, but for the steps that are done."""


def _after(now: Situation, event: Event) -> Situation:
    match event:
        case Submitted():
            kept = now.returns_kept and (now.returned is None or now.returned.due.met_by(event.happened_at))
            return replace(
                now,
                first_receipt=now.first_receipt or event,
                submitted=now.submitted or event,
                last_submitted=event,
                returned=None,
                returns_kept=kept,
                before_adoption=False,
            )
        case Returned():
            return replace(now, submitted=None, accepted=None, returned=event)
        case Accepted():
            return replace(now, accepted=event)
        case ExtensionAsked():
            return replace(now, extension_asked=event)
        case ExtensionRefused():
            return replace(now, extension_asked=None)
        case ExtensionGranted():
            returned = replace(now.returned, due=event.due) if now.returned else None
            return replace(
                now,
                extension_asked=None,
                extended=True,
                extensions=now.extensions + 1,
                due=event.due,
                returned=returned,
            )
        case Amended():
            keeps_extension = now.extended and now.due.at > event.due.at
            return replace(now, original_due=event.due, due=now.due if keeps_extension else event.due)
        case Reassigned():
            return replace(now, owner=event.owner)
        case Waived():
            return replace(now, waived=True)
        case Cancelled():
            return replace(now, cancelled=True)
        case BeforeAdoption():
            return replace(now, before_adoption=now.first_receipt is None)
        case Held():
            return replace(now, held=event)
        case Released():
            return replace(now, held=None)
        case Raised() | Closed() | Voided() | OpeningMoved() | Erased() | Directed():
            return now
        case _:
            raise TypeError(f"no rule for what follows from {type(event).__name__}")


def standing(obligation: Obligation, now: Situation, instant: datetime, calendar: WorkCalendar) -> Standing:
    """The one word for where the matter stands at `instant` (aware UTC)."""
    reviewed = obligation.terms.review is not None
    if now.cancelled:
        return "cancelled"
    if now.waived:
        return "waived"
    if now.before_adoption:
        return "before_adoption"
    if now.done(reviewed):
        return "done_on_time" if received_in_time(now) else "done_late"
    if now.submitted:
        return "submitted"
    if not now.answer_by.met_by(instant):
        return "overdue"
    if now.returned:
        return "returned"
    if instant < obligation.opens:
        return "upcoming"
    today = calendar.day_of(instant)
    if now.due.day(calendar) == today:
        return "due_today"
    return "due_soon" if now.due.at - instant <= DUE_SOON else "open"


def received_in_time(now: Situation, *, original: bool = False) -> bool:
    """Whether the receipt that counts met the deadline in force, or the original one."""
    receipt = now.receipt()
    return receipt is not None and (now.original_due if original else now.due).met_by(receipt)


@dataclass(frozen=True, slots=True)
class Placing:
    """The column in which an obligation is counted, and from when on it counts as overdue though nothing happens.

    `overdue_from` is an aware instant for what is open and in time, else None; it is all that statistics need to
    keep of a history.
    """

    column: Column
    overdue_from: datetime | None = None

    def at(self, instant: datetime) -> Column:
        """The column at `instant` (aware)."""
        return "open_overdue" if self.overdue_from is not None and self.overdue_from <= instant else self.column


def placing(obligation: Obligation, now: Situation, *, original: bool = False) -> Placing:
    """Where an obligation is counted from now on; `original` judges by the original deadline, not the one in force.

    A report that was received in time and is under review, or was returned and may still be answered, is not done
    and in time.
    """
    if now.cancelled:
        return Placing("cancelled")
    if now.waived:
        return Placing("waived")
    if now.before_adoption:
        return Placing("before_adoption")
    in_time = received_in_time(now, original=original)
    if now.done(obligation.terms.review is not None):
        return Placing("done_on_time" if in_time else "done_late")
    if now.first_receipt is None:
        return Placing("open_in_time", late_from(now.original_due if original else now.due))
    if not in_time:
        return Placing("open_overdue")
    return Placing("open_in_time", None if now.submitted else late_from(now.answer_by))


def late_from(due: Deadline) -> datetime:
    """The first instant that is late."""
    return due.at if due.whole_day else due.at + timedelta(microseconds=1)


def cell(obligation: Obligation, now: Situation, instant: datetime, *, original: bool = False) -> Cell | None:
    """The official cell at `instant`, or None for what lies outside the total (waived, cancelled, before adoption)."""
    match placing(obligation, now, original=original).at(instant):
        case "waived" | "cancelled" | "before_adoption":
            return None
        case found:
            return found


def may_count_otherwise(fact: Fact) -> bool:
    """Whether after this fact its obligation may be counted elsewhere, owed by another or before somebody else."""
    return isinstance(fact, Escalated | LetterVoided) or not isinstance(fact, _CHANGE_NOTHING)

"""What an edit of a plan means for the duties that already stand: added, moved, dropped, restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import (
    Amended,
    BeforeAdoption,
    Cancelled,
    Event,
    History,
    OpeningMoved,
    Reassigned,
    Scheduled,
    Voided,
    effective,
)
from dondoc.core.obligation import Obligation
from dondoc.core.standing import situation
from dondoc.core.succession import Succession


@dataclass(frozen=True, slots=True)
class Moved:
    """The plan's deadline changed from `before` to `after`; `obligation` is the one that stands in the ledger."""

    obligation: Obligation
    before: Deadline
    after: Deadline


@dataclass(frozen=True, slots=True)
class Opened:
    """The plan now opens it at `opens` (aware UTC) instead of when the one that stands in the ledger does."""

    obligation: Obligation
    opens: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """It was dropped by an earlier edit and is in the plan again: the event numbered `cancelled` is taken back."""

    obligation: Obligation
    cancelled: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Its owner is gone, and `owner` owes it now."""

    obligation: Obligation
    owner: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """The difference between the ledger and the plan as now written, each part in the order of deadlines.

    Of the `dropped`, `answered` are those for which something was handed in: dropping them takes work out of the count.
    `kept` are closed (done or waived) although the plan now drops or moves them: history is not rewritten.
    A restored duty whose deadline changed as well stands under `moved` too.
    """

    added: tuple[Obligation, ...] = ()
    moved: tuple[Moved, ...] = ()
    opened: tuple[Opened, ...] = ()
    dropped: tuple[Obligation, ...] = ()
    answered: tuple[Obligation, ...] = ()
    restored: tuple[Restored, ...] = ()
    taken_over: tuple[TakenOver, ...] = ()
    kept: tuple[Obligation, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the ledger already says what the plan says."""
        return not (self.added or self.moved or self.opened or self.dropped or self.restored or self.taken_over)

    @property
    def reassigned(self) -> tuple[tuple[Obligation, Obligation], ...]:
        """Pairs of a dropped and an added duty: the plan now asks another unit for the same, in the same period."""
        gone, new = _by_occurrence(self.dropped), _by_occurrence(self.added)
        return tuple(
            (some[0], new[occurrence][0])
            for occurrence, some in gone.items()
            if len(some) == 1 == len(new.get(occurrence, ()))
        )


def _by_occurrence(obligations: Iterable[Obligation]) -> dict[tuple[str, str], list[Obligation]]:
    found: dict[tuple[str, str], list[Obligation]] = {}
    for one in obligations:
        found.setdefault((one.task, one.period), []).append(one)
    return found


def word_to_confirm(amendments: Iterable[Amendment | None]) -> str:
    """What has to be said before these amendments are applied; empty where they endanger nothing.

    It counts what is endangered, so that a word given for one danger does not confirm a greater one.
    """
    endangered = sum(len(one.answered) for one in amendments if one)
    return f"drop-{endangered}" if endangered else ""


def amend(
    standing: Iterable[tuple[Obligation, History]],
    scheduled: Iterable[Obligation],
    succession: Succession | None = None,
) -> Amendment:
    """Compare one plan's duties in the ledger, each with its history, with those newly scheduled.

    What counts is the plan's own deadline, as scheduled or last amended: an extension neither hides an edit nor
    is one. Titles, policies and forms come with the plan's version and change nothing here. With `succession`, what is
    open passes from units that are gone to those that replaced them.
    """
    wanted = {obligation.id: obligation for obligation in scheduled}
    added = dict(wanted)
    moved: list[Moved] = []
    opened: list[Opened] = []
    dropped: list[Obligation] = []
    answered: list[Obligation] = []
    restored: list[Restored] = []
    kept: list[Obligation] = []
    taken_over: list[TakenOver] = []
    owed = {(one.task, one.unit, one.period) for one in wanted.values()} if succession else set()
    unchanged = 0
    for obligation, history in standing:
        added.pop(obligation.id, None)
        new = wanted.get(obligation.id)
        now = situation(obligation, history)
        moves = new is not None and new.due != now.original_due
        if now.cancelled and new is None:
            unchanged += 1
        elif now.closed(obligation.terms.review is not None) and not now.cancelled:
            if new is None or moves:
                kept.append(obligation)
            else:
                unchanged += 1
        elif new is None and not (succession and succession.carries_on(obligation, now, owed)):
            dropped.append(obligation)
            if now.first_receipt is not None:
                answered.append(obligation)
        else:
            heir = succession.heir(now.owner) if succession and not now.before_adoption else None
            if heir is not None:
                taken_over.append(TakenOver(obligation, heir))
            if now.cancelled:
                restored.append(Restored(obligation, _cancelled(history)))
            elif not moves:
                unchanged += 1
            if new is not None and moves:
                moved.append(Moved(obligation, now.original_due, new.due))
            if new is not None and new.opens != obligation.opens:
                opened.append(Opened(obligation, new.opens))
    return Amendment(
        added=tuple(added.values()),
        moved=tuple(sorted(moved, key=lambda one: (one.after.at, one.obligation.id))),
        opened=tuple(sorted(opened, key=lambda one: _order(one.obligation))),
        dropped=tuple(sorted(dropped, key=_order)),
        answered=tuple(sorted(answered, key=_order)),
        restored=tuple(sorted(restored, key=lambda one: _order(one.obligation))),
        taken_over=tuple(sorted(taken_over, key=lambda one: _order(one.obligation))),
        kept=tuple(sorted(kept, key=_order)),
        unchanged=unchanged,
    )


def first_adoption(
    owed: Iterable[Obligation], now: datetime, *, chase_past: bool = False
) -> Iterator[tuple[Obligation, History]]:
    """New duties as they enter the ledger at `now` (aware): those due already are before adoption, unless chased."""
    for one in owed:
        begun = Scheduled(obligation=one.id, happened_at=now, recorded_at=now, by="", id=1)
        if chase_past or one.due.met_by(now):
            yield one, (begun,)
        else:
            yield one, (begun, BeforeAdoption(obligation=one.id, happened_at=now, recorded_at=now, by="", id=2))


def as_amended(
    standing: Iterable[tuple[Obligation, History]],
    owed: Iterable[Obligation],
    amendment: Amendment,
    now: datetime,
    *,
    chase_past: bool = False,
) -> Iterator[tuple[Obligation, History]]:
    """Every duty of the plan as it stands once the amendment is applied at `now` (aware), under its new terms.

    `owed` is what the plan comes to as now written; without anything `standing` this is its first adoption.
    """
    terms = {one.id: one.terms for one in owed}
    back = {one.obligation.id: one.cancelled for one in amendment.restored}
    moved = {one.obligation.id: one.after for one in amendment.moved}
    opened = {one.obligation.id: one.opens for one in amendment.opened}
    dropped = {one.id for one in amendment.dropped}
    heirs = {one.obligation.id: one.owner for one in amendment.taken_over}
    for obligation, history in standing:
        name = obligation.id
        events: list[Event] = []
        if name in back:
            events.append(Voided(obligation=name, happened_at=now, recorded_at=now, by="", event=back[name]))
        if name in moved:
            events.append(Amended(obligation=name, happened_at=now, recorded_at=now, by="", due=moved[name]))
        if name in opened:
            opens = opened[name]
            before = obligation.opens
            events.append(
                OpeningMoved(obligation=name, happened_at=now, recorded_at=now, by="", opens=opens, before=before)
            )
            obligation = replace(obligation, opens=opens)  # noqa: PLW2901 - the one that goes on
        if name in dropped:
            events.append(Cancelled(obligation=name, happened_at=now, recorded_at=now, by=""))
        if name in heirs:
            events.append(Reassigned(obligation=name, happened_at=now, recorded_at=now, by="", owner=heirs[name]))
        last = max((fact.id for fact in history), default=0)
        numbered = (replace(event, id=last + n) for n, event in enumerate(events, 1))
        yield replace(obligation, terms=terms.get(name, obligation.terms)), (*history, *numbered)
    yield from first_adoption(amendment.added, now, chase_past=chase_past)


def _cancelled(history: History) -> int:
    """The number of the event that cancelled it and still stands."""
    return max(event.id for event in effective(history) if isinstance(event, Cancelled))


def _order(obligation: Obligation) -> tuple[datetime, str]:
    return obligation.due.at, obligation.id

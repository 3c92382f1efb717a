"""What an edit of a plan means for the duties that already stand: added, moved, dropped, restored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import Cancelled, History, effective
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

    `kept` are closed (done or waived) although the plan now drops or moves them: history is not rewritten.
    A restored duty whose deadline changed as well stands under `moved` too.
    """

    added: tuple[Obligation, ...] = ()
    moved: tuple[Moved, ...] = ()
    dropped: tuple[Obligation, ...] = ()
    restored: tuple[Restored, ...] = ()
    taken_over: tuple[TakenOver, ...] = ()
    kept: tuple[Obligation, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the ledger already says what the plan says."""
        return not (self.added or self.moved or self.dropped or self.restored or self.taken_over)


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
    dropped: list[Obligation] = []
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
    return Amendment(
        added=tuple(added.values()),
        moved=tuple(sorted(moved, key=lambda one: (one.after.at, one.obligation.id))),
        dropped=tuple(sorted(dropped, key=_order)),
        restored=tuple(sorted(restored, key=lambda one: _order(one.obligation))),
        taken_over=tuple(sorted(taken_over, key=lambda one: _order(one.obligation))),
        kept=tuple(sorted(kept, key=_order)),
        unchanged=unchanged,
    )


def _cancelled(history: History) -> int:
    """The number of the event that cancelled it and still stands."""
    return max(event.id for event in effective(history) if isinstance(event, Cancelled))


def _order(obligation: Obligation) -> tuple[datetime, str]:
    return obligation.due.at, obligation.id

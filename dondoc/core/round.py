"""One round's decisions: from matters that may need action to the letters that carry what is due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Addressed, Directory, address
from dondoc.core.decide import Action, AskReview, Copy, Escalate, Forewarn, Remind, decide
from dondoc.core.digest import Digest, bundles, rungs_skipped
from dondoc.core.history import History, RungSkipped
from dondoc.core.letter import Kind
from dondoc.core.obligation import Obligation

Matter = tuple[Obligation, History]
Deciding = Callable[[Obligation, History, datetime, WorkCalendar], tuple[Action, ...]]

REVIEWS: tuple[type[Action], ...] = (AskReview,)
REMINDERS: tuple[type[Action], ...] = (Remind,)
ESCALATIONS: tuple[type[Action], ...] = (Escalate, Copy, Forewarn)
STAGES = (REVIEWS, REMINDERS, ESCALATIONS)
"""What a round decides on, one after the other; each sees what the ones before it did."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a round comes to: digests in bundles that belong together, and rungs that reach nobody."""

    bundles: tuple[tuple[Digest, ...], ...]
    skipped: tuple[RungSkipped, ...]

    @property
    def actions(self) -> int:
        """How many steps the letters carry, each recipient's counted."""
        return sum(len(digest.items) for bundle in self.bundles for digest in bundle)


def decide_round(
    matters: Iterable[Matter],
    kinds: tuple[type[Action], ...],
    now: datetime,
    calendar: WorkCalendar,
    directory: Directory,
    written: Collection[tuple[str, Kind]] = (),
    by: str = "dondoc",
    deciding: Deciding = decide,
) -> Decided:
    """Decide at `now` (aware UTC) for matters of one organisation, as far as the actions are of `kinds`.

    Outside office hours only urgent matters are acted on. `written` holds (recipient, kind) of the letters
    that exist for this day. Rungs that reach nobody come back as events, to be recorded before the letters.
    `deciding` is `decide`, or one that remembers what it decided.
    """
    day = calendar.day_of(now)
    addressed = tuple(_addressed(matters, kinds, now, calendar, directory, deciding))
    return Decided(
        bundles=tuple(bundles(addressed, day, written)),
        skipped=rungs_skipped(addressed, now, by),
    )


def _addressed(
    matters: Iterable[Matter],
    kinds: tuple[type[Action], ...],
    now: datetime,
    calendar: WorkCalendar,
    directory: Directory,
    deciding: Deciding,
) -> Iterator[Addressed]:
    open_office = calendar.in_office(now)
    for obligation, history in matters:
        if open_office or obligation.terms.urgent:
            yield from _settled(obligation, history, kinds, now, calendar, directory, deciding)


def _settled(
    obligation: Obligation,
    history: History,
    kinds: tuple[type[Action], ...],
    now: datetime,
    calendar: WorkCalendar,
    directory: Directory,
    deciding: Deciding,
) -> Iterator[Addressed]:
    """Decide, pass the rungs that reach nobody, and decide again until every action reaches somebody."""
    day = calendar.day_of(now)
    while True:
        actions = [a for a in deciding(obligation, history, now, calendar) if isinstance(a, kinds)]
        addressed = address(actions, directory, day)
        passed = rungs_skipped(addressed, now, "dondoc")
        if not passed:
            yield from addressed
            return
        yield from (one for one in addressed if not one.recipients)
        history = (*history, *passed)

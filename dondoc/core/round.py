"""One round's decisions: from matters that may need action to the letters that carry what is due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dondoc.calendar.deadline import day_deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Addressed, Directory, address
from dondoc.core.decide import ANSWER_WITHIN, Action, AskReview, Copy, Deem, Escalate, Forewarn, Remind, Resolve, decide
from dondoc.core.digest import Digest, Together, bundles, rungs_skipped
from dondoc.core.history import Accepted, Event, History, Returned, RungSkipped
from dondoc.core.letter import Kind
from dondoc.core.obligation import Obligation

Matter = tuple[Obligation, History]
Deciding = Callable[[Obligation, History, datetime, WorkCalendar], tuple[Action, ...]]

REVIEWS: tuple[type[Action], ...] = (AskReview, Deem)
REMINDERS: tuple[type[Action], ...] = (Remind,)
ESCALATIONS: tuple[type[Action], ...] = (Escalate, Copy, Forewarn, Resolve)
STAGES = (REVIEWS, REMINDERS, ESCALATIONS)
"""What a round decides on, one after the other; each sees what the ones before it did."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a round comes to: digests in bundles that belong together, and rungs that reach nobody."""

    bundles: tuple[tuple[Digest, ...], ...]
    skipped: tuple[RungSkipped, ...]
    deemed: tuple[Event, ...] = ()
    """Decisions that silence has made."""

    @property
    def anything(self) -> bool:
        """Whether there is something to write."""
        return bool(self.bundles or self.skipped or self.deemed)

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
    awaited: Collection[str] = (),
) -> Decided:
    """Decide at `now` (aware UTC) for matters of one organisation, as far as the actions are of `kinds`.

    Outside office hours only urgent matters are acted on. `written` holds (recipient, kind) of the letters
    that exist for this day. Rungs that reach nobody come back as events, to be recorded before the letters.
    `deciding` is `decide`, or one that remembers what it decided; `awaited` are the bodies before which something
    was put that is still open.
    """
    day = calendar.day_of(now)
    given = tuple(matters)
    addressed = tuple(_addressed(given, kinds, now, calendar, directory, deciding))
    return Decided(
        bundles=tuple(
            bundles(
                addressed,
                day,
                written,
                hour=f"{calendar.local(now):%H}",
                open_office=calendar.in_office(now),
                awaited=awaited,
            )
        ),
        skipped=rungs_skipped(addressed, now, by),
        deemed=tuple(_deemed(given, now, calendar, by, deciding)) if Deem in kinds else (),
    )


def remembering() -> Deciding:
    """`decide`, worked out once for each state of a matter while one round looks at it in several stages."""
    known: dict[str, tuple[History, datetime, tuple[Action, ...]]] = {}

    def deciding(obligation: Obligation, history: History, now: datetime, calendar: WorkCalendar) -> tuple[Action, ...]:
        found = known.get(obligation.id)
        if found is None or found[0] is not history or found[1] != now:
            found = known[obligation.id] = (history, now, decide(obligation, history, now, calendar))
        return found[2]

    return deciding


class Parts:
    """Matters too many to be held at once, told apart so that whatever shares a recipient stays together.

    Look at all of them, some at a time; `portions` then gives their ids, some thousand at a time. A part can be
    decided on by itself: no letter of it would have carried anything of another.
    """

    def __init__(self) -> None:
        self._together: Together[str] = Together()
        self._under: dict[str, str] = {}

    def look(self, matters: Iterable[Matter], now: datetime, calendar: WorkCalendar, directory: Directory) -> None:
        """Note whom each of these matters makes letters to at `now`."""
        every = tuple(kind for stage in STAGES for kind in stage if kind is not Deem)
        for obligation, history in matters:
            found = _settled(obligation, history, every, now, calendar, directory, decide)
            keys = [recipient.key for one in found for recipient in one.recipients] or [obligation.id]
            self._under[obligation.id] = keys[0]
            for key in keys:
                self._together.join(keys[0], key)

    def portions(self, size: int) -> Iterator[tuple[str, ...]]:
        """The ids, at least `size` at a time, the last time fewer."""
        groups: dict[str, list[str]] = {}
        for obligation, key in self._under.items():
            groups.setdefault(self._together.root(key), []).append(obligation)
        some: list[str] = []
        for group in groups.values():
            some += group
            if len(some) >= size:
                yield tuple(some)
                some = []
        if some:
            yield tuple(some)


def _deemed(
    matters: Iterable[Matter], now: datetime, calendar: WorkCalendar, by: str, deciding: Deciding
) -> Iterator[Event]:
    """The decisions that silence has made by `now`, each at the instant at which the reviewer's time was over."""
    for obligation, history in matters:
        for action in deciding(obligation, history, now, calendar):
            if isinstance(action, Deem):
                yield _decision(action, now, calendar, by)


def _decision(action: Deem, now: datetime, calendar: WorkCalendar, by: str) -> Event:
    obligation = action.obligation.id
    over = calendar.day_of(action.at - timedelta(microseconds=1))
    why = f"hết thời hạn duyệt {over.day}/{over.month}/{over.year}"
    if action.to == "accepted":
        return Accepted(obligation=obligation, happened_at=action.at, recorded_at=now, by=by, why=why)
    due = day_deadline(calendar.add(calendar.day_of(now), ANSWER_WITHIN), calendar)
    return Returned(obligation=obligation, happened_at=action.at, recorded_at=now, by=by, why=why, due=due)


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
        decided = deciding(obligation, history, now, calendar)
        if Deem in kinds and any(isinstance(action, Deem) for action in decided):
            return  # what is decided on is not asked about any more
        actions = [action for action in decided if isinstance(action, kinds)]
        if not actions:
            return
        addressed = address(actions, directory, day)
        passed = rungs_skipped(addressed, now, "dondoc")
        if not passed:
            yield from addressed
            return
        yield from (one for one in addressed if not one.recipients)
        history = (*history, *passed)

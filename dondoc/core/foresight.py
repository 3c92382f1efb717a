"""What will be written: rounds held in virtual time, by the same deciding as the real ones; nothing is stored or sent.

Rounds are held hourly, as in production, but only in the hours in which something is to be done. Every letter is
taken to arrive at once (on paper: to be handed over at once).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.assumption import Assume, Deed, next_deed
from dondoc.core.decide import Action, actions_due, next_due
from dondoc.core.digest import Digest, Settled, resolved_since, steps_taken
from dondoc.core.folding import Folding
from dondoc.core.history import (
    Cancelled,
    Escalated,
    Event,
    Fact,
    History,
    LetterEvent,
    RungSkipped,
    Sent,
    StepTaken,
    Submitted,
    Waived,
    effective,
)
from dondoc.core.letter import Kind, Recipient
from dondoc.core.notices import Notice, letters_of, notices
from dondoc.core.obligation import Obligation
from dondoc.core.round import STAGES, Matter, decide_round
from dondoc.core.standing import Situation, situation
from dondoc.core.summary import Summary, next_time, summaries

BY = "dondoc"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DigestToCome:
    """A digest, the instant (aware UTC) at which it is written, and its matters' histories as they stand then.

    `settled` are matters of earlier dossiers to the same recipient that were answered since the last one.
    """

    at: datetime
    digest: Digest
    histories: Mapping[str, History]
    settled: tuple[Settled, ...] = ()

    @property
    def recipient(self) -> Recipient:
        return self.digest.recipient

    @property
    def kind(self) -> Kind:
        return self.digest.kind

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the obligations it speaks of, one for each of its items."""
        return tuple(action.obligation.id for action in self.digest.items)


@dataclass(frozen=True, slots=True)
class NoticeToCome:
    """A letter that tells at once of what happened (aware UTC), from the notices that share it."""

    at: datetime
    notices: tuple[Notice, ...]

    @property
    def recipient(self) -> Recipient:
        return self.notices[0].recipient

    @property
    def kind(self) -> Kind:
        return self.notices[0].kind

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the obligations it speaks of, one for each notice."""
        return tuple(notice.obligation.id for notice in self.notices if notice.obligation)


@dataclass(frozen=True, slots=True)
class SummaryToCome:
    """A weekly summary, and the instant (aware UTC) at which it is written."""

    at: datetime
    summary: Summary

    @property
    def recipient(self) -> Recipient:
        return self.summary.recipient

    @property
    def kind(self) -> Kind:
        return "summary"

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the obligations it names."""
        return self.summary.about


ToCome = DigestToCome | NoticeToCome | SummaryToCome


def foresee(
    matters: Iterable[Matter],
    since: datetime,
    until: datetime,
    calendar: WorkCalendar,
    directory: Directory,
    *,
    assume: Assume = "silent",
    written: Collection[tuple[str, Kind]] = (),
    whole: Callable[[Iterable[Matter]], Iterable[Matter]] = iter,
) -> Iterator[ToCome]:
    """The letters of one organisation from `since` to `until` (aware), in the order in which they are written.

    `assume` says how people behave; `written` holds (recipient, kind) of the letters that exist for the first day.
    `whole` gives the matters that are counted in a summary, where some stand for others as well.
    """
    future = _Future(calendar, directory, assume, since, until, whole)
    future.begin(matters, written)
    return future.unfold()


class _Future:
    """A ledger in memory: each matter with its history, when it needs action next, and what people do next."""

    def __init__(
        self,
        calendar: WorkCalendar,
        directory: Directory,
        assume: Assume,
        since: datetime,
        until: datetime,
        whole: Callable[[Iterable[Matter]], Iterable[Matter]],
    ) -> None:
        self._calendar = calendar
        self._directory = directory
        self._assume = assume
        self._since = since
        self._until = until
        self._whole = whole
        self._numbers = count(1)
        self._standing: dict[str, Matter] = {}
        self._folded: dict[str, Folding] = {}
        self._due: dict[str, datetime | None] = {}  # the next action, as the ledger stores it
        self._rounds: list[tuple[datetime, str]] = []  # heap: the round that is to look at a matter
        self._looked_at: dict[str, datetime] = {}  # the entry of the heap that counts
        self._deeds: list[tuple[datetime, str, Deed]] = []  # heap
        self._dossiers: dict[str, tuple[datetime, dict[str, None]]] = {}  # to whom: the last one, and all they told of
        self._put_before: dict[str, dict[str, None]] = {}
        self._answered: set[str] = set()
        self._decided: dict[str, tuple[History, tuple[Action, ...]]] = {}
        self._hours: dict[tuple[datetime, bool], datetime] = {}
        self._day = calendar.day_of(since)
        self._written: set[tuple[str, Kind]] = set()
        self._summary_at: datetime | None = None

    def begin(self, matters: Iterable[Matter], written: Collection[tuple[str, Kind]]) -> None:
        self._written.update(written)
        for obligation, history in matters:
            if obligation.terms.summary_to and self._summary_at is None:
                self._summary_at = next_time(self._since, self._calendar)
            known = (*history, *_arrivals(history, self._since))
            last = max((fact.id for fact in known), default=0)
            self._numbers = count(max(last + 1, next(self._numbers)))
            self._standing[obligation.id] = (obligation, known)
            self._folded[obligation.id] = Folding(obligation, known)
            self._remember_dossiers(known)
            self._look_ahead(obligation.id, self._since)
            self._intend(obligation.id, self._since)

    def _awaited(self, names: Iterable[str], at: datetime) -> frozenset[str]:
        """The bodies before which something was put that is still open; asked where one may hear of an end."""
        if not any(self._stands(*self._standing[name]).to_be_told for name in names):
            return frozenset()
        return frozenset(
            body for body, put in self._put_before.items() if not all(self._may_be_told(name, at) for name in put)
        )

    def _may_be_told(self, name: str, at: datetime) -> bool:
        """Whether it is over, and that is not to be told later than at this instant."""
        (obligation, history), due = self._standing[name], self._due[name]
        over = self._stands(obligation, history).closed(obligation.terms.review is not None)
        return over and (due is None or due <= at)

    def _remember_dossiers(self, history: History) -> None:
        """What the ledger's own dossiers told of; the next one reports what was answered since."""
        for fact in effective(history):
            if isinstance(fact, Escalated):
                last, told = self._dossiers.get(fact.step.recipient, (fact.recorded_at, {}))
                told[fact.obligation] = None
                self._put_before.setdefault(fact.to, {})[fact.obligation] = None
                self._dossiers[fact.step.recipient] = (max(last, fact.recorded_at), told)
            elif isinstance(fact, Submitted | Waived | Cancelled):
                self._answered.add(fact.obligation)

    def unfold(self) -> Iterator[ToCome]:
        """Letter after letter, until nothing comes any more or the time is over; people act before a round is held."""
        while True:
            coming = self._next_round()
            first = min((at for at in (coming, self._deeds[0][0] if self._deeds else None) if at), default=None)
            if self._summary_at is not None and (first is None or self._summary_at < first):
                if self._summary_at > self._until:
                    return
                yield from self._summarise(self._summary_at)
                continue
            if self._deeds and (coming is None or self._deeds[0][0] <= coming):
                at, name, deed = heappop(self._deeds)
                if at > self._until:
                    return
                yield from self._act(name, deed)
            elif coming is not None and coming <= self._until:
                yield from self._hold_round(coming)
            else:
                return

    # -- people

    def _act(self, name: str, deed: Deed) -> Iterator[ToCome]:
        yield from self._tell([self._happen(name, deed.event)], deed.at)
        self._answered.add(name)
        self._look_ahead(name, deed.at)
        self._intend(name, deed.at)

    def _intend(self, name: str, now: datetime) -> None:
        obligation, history = self._standing[name]
        deed = next_deed(obligation, self._stands(obligation, history), self._assume, now, self._calendar)
        if deed is not None:
            heappush(self._deeds, (deed.at, name, deed))

    def _happen(self, name: str, event: Event) -> tuple[Notice, ...]:
        """Record an event; who is told of it at once."""
        before = self._stands(*self._standing[name])
        recorded = replace(event, id=next(self._numbers))
        self._add(name, recorded)
        obligation, history = self._standing[name]
        now, day = self._stands(obligation, history), self._calendar.day_of(event.happened_at)
        return notices(obligation, now, recorded, self._directory, day, before=before)

    def _tell(self, told: Iterable[tuple[Notice, ...]], at: datetime) -> Iterator[ToCome]:
        """The letters that follow at once."""
        yield from (NoticeToCome(at, group) for group in letters_of(one for some in told for one in some))

    # -- rounds

    def _summarise(self, now: datetime) -> Iterator[ToCome]:
        """The summaries of the week, after the round of the same hour."""
        found = summaries(self._whole(self._standing.values()), now, self._calendar, self._directory)
        yield from (SummaryToCome(now, one) for one in found)
        self._summary_at = next_time(now, self._calendar)

    def _hold_round(self, now: datetime) -> Iterator[ToCome]:
        """One round as production holds it: its stages one after the other, delivery at the end."""
        names = self._due_in_round(now)
        self._decided.clear()
        if self._calendar.day_of(now) != self._day:
            self._day = self._calendar.day_of(now)
            self._written.clear()
        touched: set[str] = set()
        delivered: list[tuple[Sent, tuple[str, ...]]] = []
        for stage in STAGES:
            matters = [self._standing[name] for name in names]
            decided = decide_round(
                matters, stage, now, self._calendar, self._directory, self._written, BY, self._decide,
                self._awaited(names, now) if stage is STAGES[-1] else (),
            )  # fmt: skip
            yield from self._pass_rungs(decided.skipped, now, touched)
            for event in decided.deemed:
                touched.add(event.obligation)
                yield from self._tell([self._happen(event.obligation, event)], now)
            histories = {name: self._standing[name][1] for name in names} if decided.bundles else {}
            for digest in (one for bundle in decided.bundles for one in bundle):
                yield DigestToCome(now, digest, histories, self._settled(digest, now))
                if not digest.hour:
                    self._written.add((digest.recipient.key, digest.kind))
                taken = steps_taken(digest, digest.key, now, BY, self._numbers)
                for step in taken:
                    self._add(step.obligation, step)
                    if isinstance(step, Escalated):
                        self._put_before.setdefault(step.to, {})[step.obligation] = None
                concerned = tuple(dict.fromkeys(step.obligation for step in taken))
                touched.update(concerned)
                delivered.append((Sent(letter=digest.key, happened_at=now, recorded_at=now), concerned))
        for sent, concerned in delivered:
            for name in concerned:
                self._add(name, replace(sent, id=next(self._numbers)))
        tomorrow = self._calendar.day_ends(self._day)
        for name in names:  # whatever was held back by a letter that its recipient got today waits for the next day
            if name in touched:
                self._look_ahead(name, now + HOUR)
            else:
                self._look_at(name, tomorrow)

    def _settled(self, digest: Digest, now: datetime) -> tuple[Settled, ...]:
        """What the dossier reports as resolved: what stood in earlier ones to its recipient and was answered."""
        if digest.kind != "dossier":
            return ()
        last, told = self._dossiers.get(digest.recipient.key, (now, {}))
        known = [self._standing[name] for name in told if name in self._answered]
        told.update(dict.fromkeys(action.obligation.id for action in digest.items))
        self._dossiers[digest.recipient.key] = (now, told)
        return resolved_since(known, last) if known else ()

    def _decide(
        self, obligation: Obligation, history: History, now: datetime, calendar: WorkCalendar
    ) -> tuple[Action, ...]:
        """`decide`, once for all stages of a round while the history stays the same."""
        known = self._decided.get(obligation.id)
        if known is None or known[0] is not history:
            known = self._decided[obligation.id] = (
                history,
                actions_due(obligation, self._stands(obligation, history), now, calendar),
            )
        return known[1]

    def _pass_rungs(self, skipped: Iterable[RungSkipped], now: datetime, touched: set[str]) -> Iterator[ToCome]:
        passed = tuple(skipped)
        touched.update(one.obligation for one in passed)
        yield from self._tell([self._happen(one.obligation, one) for one in passed], now)

    def _next_round(self) -> datetime | None:
        while self._rounds:
            at, name = self._rounds[0]
            if self._looked_at.get(name) == at:
                return at
            heappop(self._rounds)
        return None

    def _due_in_round(self, now: datetime) -> list[str]:
        """The matters that this round looks at, in the order in which the ledger would give them."""
        found: list[tuple[datetime, str]] = []
        while self._next_round() == now:
            _, name = heappop(self._rounds)
            due = self._due[name]
            if self._looked_at.pop(name, None) == now and due is not None:
                found.append((due, name))
        return [name for _, name in sorted(found)]

    # -- the ledger

    def _add(self, name: str, fact: Fact) -> None:
        """Record a fact that has its number."""
        folded = self._folded[name]
        folded.add(fact)
        self._standing[name] = (self._standing[name][0], folded.history)

    def _stands(self, obligation: Obligation, history: History) -> Situation:
        """`situation`, gone on with from what was known before the last fact."""
        folded = self._folded[obligation.id]
        return folded.situation if folded.history is history else situation(obligation, history)

    def _look_ahead(self, name: str, not_before: datetime) -> None:
        """Compute when a matter needs action next."""
        matter = self._standing[name]
        at = self._due[name] = next_due(matter[0], self._stands(*matter), self._calendar)
        if at is None:
            self._looked_at.pop(name, None)
        else:
            self._look_at(name, max(at, not_before))

    def _look_at(self, name: str, at: datetime) -> None:
        key = at, self._standing[name][0].terms.urgent
        hour = self._hours.get(key) or self._hours.setdefault(key, self._round_after(*key))
        self._looked_at[name] = hour
        heappush(self._rounds, (hour, name))

    def _round_after(self, at: datetime, urgent: bool) -> datetime:
        """The first hourly round at or after the instant in which something is done: in office hours, unless urgent."""
        hour = _full_hour(at)
        while not urgent and hour <= self._until and not self._calendar.in_office(hour):
            hour = _full_hour(self._calendar.next_office_time(hour))
        return hour


def _full_hour(instant: datetime) -> datetime:
    hour = instant.replace(minute=0, second=0, microsecond=0)
    return hour if hour == instant else hour + HOUR


def _arrivals(history: History, now: datetime) -> Iterator[Sent]:
    """Letters that lie in the outbox are taken to leave at once."""
    known = {fact.letter for fact in history if isinstance(fact, LetterEvent)}
    last = max((fact.id for fact in history), default=0)
    waiting = {fact.letter for fact in history if isinstance(fact, StepTaken)} - known
    for number, letter in enumerate(sorted(waiting), last + 1):
        yield Sent(letter=letter, happened_at=now, recorded_at=now, id=number)

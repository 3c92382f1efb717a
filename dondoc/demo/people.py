"""The people of the year: they read what truly lies in their mailboxes, and act later, as their characters are."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import HEAD, Organisation
from dondoc.core.standing import Situation, situation
from dondoc.demo import characters
from dondoc.demo.figures import answer
from dondoc.demo.handing_in import hand_in
from dondoc.demo.post_office import Arrival
from dondoc.demo.reading import open_letter
from dondoc.desk.obligations import extend, review
from dondoc.desk.workplace import Workplace
from dondoc.store.matters import load
from dondoc.store.plans import Applied, applied

What = Literal["submit", "ask for more time", "review", "grant"]
Outcome = Literal["handed in", "asked for more time", "granted more time", "returned", "accepted"]


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """What somebody is going to do at `at` (aware UTC) about a duty, as it stood in this cycle when they read of it."""

    at: datetime
    obligation: str
    what: What
    by: str
    cycle: int


@dataclass
class People:
    """Everybody who answers letters; heads and committees leave theirs to the offices."""

    place: Workplace
    told: Callable[[Deed, Outcome], None] = lambda _deed, _outcome: None
    _coming: list[Deed] = field(default_factory=list)
    _planned: set[tuple[str, str, int, What]] = field(default_factory=set)

    def next_deed(self) -> datetime | None:
        """When somebody acts next."""
        return self._coming[0].at if self._coming else None

    def read(self, arrivals: Iterable[Arrival]) -> None:
        """Read letters, each at the instant of its arrival, and make up one's mind."""
        for arrival in arrivals:
            duties = open_letter(arrival.file).duties
            if duties:
                self._make_up_their_mind(arrival, duties)

    def act(self, until: datetime) -> None:
        """Do what was to be done by `until` (aware), each deed at its own instant."""
        while self._coming and self._coming[0].at <= until:
            self._do(heapq.heappop(self._coming))

    def _make_up_their_mind(self, arrival: Arrival, duties: tuple[str, ...]) -> None:
        with self.place.database.reading() as connection:
            matters = load(connection, duties)
            in_force = applied(connection, matters[0][0].plan)
        unit = _office(in_force.organisation, arrival.mailbox)
        if unit is None:
            return
        for obligation, history in matters:
            now = situation(obligation, history)
            deed = _intention(obligation, now, unit, arrival, in_force.calendar)
            if deed is None:
                continue
            key = (unit, deed.obligation, deed.cycle, deed.what)
            if key not in self._planned:
                self._planned.add(key)
                heapq.heappush(self._coming, deed)

    def _do(self, deed: Deed) -> None:
        """Do it, unless somebody was faster."""
        there = self.place.at(deed.at)
        with there.database.reading() as connection:
            ((obligation, history),) = load(connection, [deed.obligation])
            in_force = applied(connection, obligation.plan)
        now = situation(obligation, history)
        if now.closed(obligation.terms.review is not None) or now.cycle != deed.cycle:
            return
        outcome = self._done(deed, obligation, now, there, in_force)
        if outcome is not None:
            self.told(deed, outcome)

    def _done(
        self, deed: Deed, obligation: Obligation, now: Situation, there: Workplace, in_force: Applied
    ) -> Outcome | None:
        calendar = in_force.calendar
        match deed.what:
            case "submit":
                handed_in = answer(obligation, in_force.plan, in_force.organisation, calendar.day_of(deed.at))
                outside = obligation.unit in characters.CHARACTERS
                hand_in(there, obligation, handed_in, by=deed.by, way="drop" if outside else "desk")
                return "handed in"
            case "ask for more time":
                to = calendar.add(now.due.day(calendar), characters.MORE_WORKING_DAYS)
                extend(there, deed.obligation, "ask", by=deed.by, to=to, why=characters.WHY_MORE_TIME)
                return "asked for more time"
            case "grant" if now.extension_asked:
                extend(there, deed.obligation, "grant", by=deed.by, why=characters.WHY_GRANTED)
                return "granted more time"
            case "review" if now.submitted and _gives_back(obligation, now):
                review(there, deed.obligation, "return", by=deed.by, note=characters.WHY_RETURNED)
                return "returned"
            case "review" if now.submitted:
                review(there, deed.obligation, "accept", by=deed.by)
                return "accepted"
            case _:
                return None


def _office(organisation: Organisation, mailbox: str) -> str | None:
    """The unit whose office opens this mailbox; heads' and committees' mailboxes are nobody's here."""
    for unit in organisation.units:
        for person in unit.people:
            if person.role != HEAD and person.email and person.email.lower() == mailbox:
                return unit.id
    return None


def _intention(
    obligation: Obligation, now: Situation, unit: str, arrival: Arrival, calendar: WorkCalendar
) -> Deed | None:
    """What the office of `unit` means to do about a duty of which a letter speaks."""
    terms = obligation.terms
    if now.closed(terms.review is not None):
        return None
    today = calendar.day_of(arrival.at)
    days, at = characters.REVIEW
    later = calendar.at(calendar.add(today, days), at)
    if now.extension_asked and unit == terms.focal_point:
        return Deed(later, obligation.id, "grant", arrival.mailbox, now.cycle)
    if now.submitted:
        reviews = terms.review is not None and unit == terms.review.by
        return Deed(later, obligation.id, "review", arrival.mailbox, now.cycle) if reviews else None
    if unit != now.owner:
        return None
    habit = characters.habit_of(obligation, now)
    left = calendar.working_days_between(today, now.answer_by.day(calendar))
    if left > habit.left or (habit.before and now.escalated_to != habit.before):
        return None
    when = calendar.at(calendar.add(today, habit.days), habit.at)
    return Deed(max(when, arrival.at), obligation.id, habit.deed, arrival.mailbox, now.cycle)


def _gives_back(obligation: Obligation, now: Situation) -> bool:
    first_version = now.first_receipt is not None and now.first_receipt == now.last_submitted
    periodic = obligation.task in characters.PERIODIC
    return first_version and periodic and obligation.unit in characters.RETURNED_ONCE

"""Who and what the example letters are about: a plan's own duties, and their histories as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from dondoc.calendar.deadline import Deadline, day_deadline
from dondoc.calendar.grammar import Offset, Span
from dondoc.core.history import (
    Event,
    Fact,
    History,
    LetterEvent,
    Sent,
    Step,
    StepTaken,
)
from dondoc.core.letter import Recipient
from dondoc.core.obligation import EscalationRung, Obligation, ReviewTerms
from notifications.letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what the stories are about.

    `report` is reviewed, and goes up to the committee `board`; `neighbours` is the same duty of another unit. `errand`
    is another duty of the report's unit, `errand_next_door` the other unit's; `confirm` asks for a confirmation.
    """

    head: Letterhead
    report: Obligation
    neighbours: Obligation
    errand: Obligation
    errand_next_door: Obligation
    confirm: Obligation
    board: str

    @property
    def day(self) -> date:
        """The report's last day, from which the stories count."""
        return self.report.due.day(self.head.calendar)

    def working_day(self, n: int) -> date:
        """So many working days after the report's last day; before it, where negative."""
        return self.head.calendar.add(self.day, n)

    def until(self, n: int) -> Deadline:
        """The deadline of that working day."""
        return day_deadline(self.working_day(n), self.head.calendar)

    def due(self, one: Obligation, n: int) -> Obligation:
        """The same duty, due so many working days after the report."""
        return replace(one, due=self.until(n))


class Recorder:
    """The history of one obligation as it is told, with the ids a ledger would give."""

    def __init__(self, head: Letterhead, of: Obligation) -> None:
        self.head, self.of = head, of
        self.facts: list[Fact] = []

    def add(self, kind: type[Event], day: date, clock: str = "08:00", *, why: str = "", **more: Any) -> Event:
        """An event at a local time of day."""
        at = local(self.head, day, clock)
        event = kind(
            obligation=self.of.id, happened_at=at, recorded_at=at, by="x", why=why, id=len(self.facts) + 1, **more
        )
        self.facts.append(event)
        return event

    def step(
        self,
        kind: type[StepTaken],
        day: date,
        rung: str,
        reader: str = "reader",
        *,
        fate: type[LetterEvent] | None = Sent,
        **more: Any,
    ) -> None:
        """A letter that was written, and what became of it."""
        letter = f"letter{len(self.facts)}"
        self.add(kind, day, step=Step(0, rung, 0, reader), letter=letter, **more)
        if fate is not None:
            at = local(self.head, day, "08:01")
            self.facts.append(fate(letter=letter, happened_at=at, recorded_at=at, id=len(self.facts) + 1))

    @property
    def history(self) -> History:
        """What was told so far."""
        return tuple(self.facts)


def local(head: Letterhead, day: date, clock: str = "08:00") -> datetime:
    """A local time of day as an instant."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return head.calendar.at(day, time(hours, minutes))


def person(head: Letterhead, unit: str, role: str = "officer") -> Recipient:
    """Somebody who gets a unit's or a committee's letters; its head where asked for."""
    directory, day = head.directory, date.min
    if directory.organisation.committee(unit):
        found = directory.committee(unit, day)
    else:
        present = directory.organisation.unit(unit)
        day = (present.valid_from if present else None) or date(2000, 1, 1)
        found = directory.head(unit, day) if role == "head" else directory.people(unit, "duties", day)
        found = found or directory.people(unit, "duties", day)
    return found[0]


def cast_from(head: Letterhead, owed: Sequence[Obligation]) -> Cast | None:
    """The cast for stories about a plan's own obligations; None where it has none.

    What a plan lacks (a review, a ladder that ends at a committee) is lent to it, so that every kind can be shown.
    """
    reachable = [one for one in owed if head.directory.people(one.unit, "duties", one.due.day(head.calendar))]
    if not reachable:
        return None
    report = max(reachable, key=lambda one: (_suits(one, reachable), -one.due.at.timestamp()))
    unit = report.unit
    neighbours = next((one for one in reachable if one.task == report.task and one.unit != unit), report)
    errands = [one for one in reachable if one.unit == unit and one.task != report.task]
    errand = next((one for one in errands if one.terms.form != "acknowledgement"), (errands or [report])[0])
    next_door = next((one for one in reachable if one.task == errand.task and one.unit == neighbours.unit), errand)
    confirm = next((one for one in reachable if one.unit == unit and one.terms.form == "acknowledgement"), None)
    board = next(
        (rung.to for rung in report.terms.policy.escalate if rung.committee),
        next((body.id for body in head.directory.organisation.committees), report.terms.focal_point),
    )
    confirm = confirm or replace(errand, terms=replace(errand.terms, form="acknowledgement", review=None))
    lent = {one: _lent(one, board) for one in (report, neighbours)}
    return Cast(
        head,
        lent[report],
        lent[neighbours],
        errand,
        next_door,
        replace(confirm, terms=replace(confirm.terms, review=None)),
        board,
    )


def _suits(one: Obligation, owed: Sequence[Obligation]) -> int:
    """How well a duty tells the stories: a report with a form that is reviewed, for a period, and goes up far."""
    terms = one.terms
    form = terms.form not in {None, "acknowledgement", "files", "signed document", "nothing"}
    shared = any(other.task == one.task and other.unit != one.unit for other in owed)
    committee = any(rung.committee for rung in terms.policy.escalate)
    return 8 * (terms.review is not None) + 4 * form + 4 * shared + 2 * (one.period_title is not None) + committee


def _lent(one: Obligation, board: str) -> Obligation:
    terms = one.terms
    if terms.review is None:
        terms = replace(terms, review=ReviewTerms(terms.focal_point, Offset("after", Span(3, "working days"))))
    if not any(rung.to == board for rung in terms.policy.escalate):
        rung = EscalationRung(f"escalate/{board}", Offset("after", Span(5, "working days")), board, committee=True)
        terms = replace(terms, policy=replace(terms.policy, escalate=(*terms.policy.escalate, rung)))
    return one if terms is one.terms else replace(one, terms=terms)

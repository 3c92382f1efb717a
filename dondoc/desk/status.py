"""How the plans stand, now or as it was known at an earlier instant: the four cells and every obligation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import Action, decide, next_action
from dondoc.core.history import Bounced, History, LetterEvent, Reminded, effective, matter_as_of
from dondoc.core.instants import iso, iso_due
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, Standing, situation, standing
from dondoc.core.statistics import Tally, count
from dondoc.core.telling import role_name
from dondoc.desk.workplace import Workplace
from dondoc.store import matters, plans
from dondoc.store import standings as standing_rows
from dondoc.store.plans import Applied


@dataclass(frozen=True, slots=True)
class ObligationStatus:
    """One obligation as it stands; `next` is the next step by itself, and when it is taken."""

    obligation: Obligation
    now: Situation
    standing: Standing
    days_late: int
    next_at: datetime | None
    next: Action | None
    calendar: WorkCalendar
    directory: Directory
    came_back: bool = False
    """The last reminder came back: the owner does not know of it by mail."""

    @property
    def escalated_to_name(self) -> str:
        """Whom the matter was put before, by name; empty for nobody."""
        to, language = self.now.escalated_to, self.directory.organisation.language
        return role_name(to, self.now.owner, self.obligation, self.directory, language) if to else ""

    def as_data(self) -> dict[str, Any]:
        """The entry of `obligations` in `dondoc status --json`."""
        one, now, zone = self.obligation, self.now, self.calendar.zone
        receipt = now.receipt()
        return {
            "id": one.id,
            "task": one.task,
            "unit": one.unit,
            "period": one.period,
            "title": one.title(self.directory.organisation.language),
            "owner": now.owner,
            "due": iso_due(now.due, self.calendar),
            "original_due": iso_due(now.original_due, self.calendar),
            "standing": self.standing,
            "extended": now.extended,
            "submitted_at": iso(receipt, zone) if receipt else None,
            "days_late": self.days_late,
            "escalated_to": now.escalated_to,
            "came_back": self.came_back,
            "next": iso(self.next_at, zone) if self.next_at else None,
            "plan": one.plan,
            "owner_name": self.directory.name(now.owner),
            "due_day": now.due.day(self.calendar).isoformat(),
            "answer_by": iso_due(now.answer_by, self.calendar),
            "next_step": {"rung": self.next.rung, "ordinal": self.next.ordinal, "to": self.next.to}
            if self.next
            else None,
        }


@dataclass(frozen=True, slots=True)
class Status:
    """The answer of `dondoc status`; `plan` is None for all plans together."""

    at: datetime
    plan: str | None
    tally: Tally
    obligations: tuple[ObligationStatus, ...]
    titles: Mapping[str, str]
    """The title of each plan that is in force."""

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc status --json`."""
        zone = self.obligations[0].calendar.zone if self.obligations else self.at.tzinfo
        assert zone is not None  # instants are aware
        return {
            "at": iso(self.at, zone),
            "plan": self.plan,
            "totals": self.tally.in_force.as_data(),
            "totals_original": self.tally.original.as_data(),
            "obligations": [one.as_data() for one in self.obligations],
        }


def status(place: Workplace, plan: str | None = None, at: datetime | None = None) -> Status:
    """How `plan`, or every plan, stands: now, or with `at` (aware) as it was known then.

    Raises:
        UnknownPlan: it was never applied.
    """
    instant = at or place.now()
    with place.database.reading() as connection:
        in_force = [plans.applied(connection, plan)] if plan else list(plans.applied_plans(connection))
        by_id = {one.plan.plan: (one, Directory(one.organisation)) for one in in_force}
        found = tuple(
            _judge(obligation, known, instant, *by_id[obligation.plan])
            for obligation, known in _known(matters.matters(connection, plan), at)
        )
    return Status(
        at=instant,
        plan=plan,
        tally=count(((one.obligation, one.now) for one in found), instant),
        obligations=tuple(sorted(found, key=lambda one: (one.obligation.plan, one.now.due.at, one.obligation.id))),
        titles={name: one.plan.title.within(one.organisation.language) for name, (one, _) in by_id.items()},
    )


def tally(place: Workplace, plan: str | None = None) -> dict[str, Any]:
    """The head of `dondoc status --json` as everything stands now, counted by the database.

    Raises:
        UnknownPlan: it was never applied.
    """
    now = place.now()
    with place.database.reading() as connection:
        in_force = [plans.applied(connection, plan)] if plan else list(plans.applied_plans(connection))
        found = standing_rows.tallies(connection, now, plan=plan).get((), Tally())
    zone = in_force[0].calendar.zone if in_force else now.tzinfo
    assert zone is not None  # instants are aware
    return {
        "at": iso(now, zone),
        "plan": plan,
        "totals": found.in_force.as_data(),
        "totals_original": found.original.as_data(),
    }


def standings(
    place: Workplace,
    *,
    plan: str | None = None,
    task: str | None = None,
    period: str | None = None,
    owners: Collection[str] | None = None,
    after: str = "",
    limit: int,
) -> tuple[ObligationStatus, ...]:
    """How at most `limit` obligations stand now, in the order of their ids, from the one that follows `after` on.

    `owners` are the units that owe them today; None for all.
    """
    with place.database.reading() as connection:
        ids = standing_rows.duties(
            connection, plan=plan, task=task, period=period, owners=owners, after=after, limit=limit
        )  # fmt: skip
        found = matters.load(connection, ids)
        by_plan = {name: plans.applied(connection, name) for name in {one.plan for one, _ in found}}
    heads = {name: Directory(one.organisation) for name, one in by_plan.items()}
    now = place.now()
    return tuple(_judge(one, history, now, by_plan[one.plan], heads[one.plan]) for one, history in found)


def status_of(place: Workplace, obligation: str) -> ObligationStatus:
    """How one obligation stands now.

    Raises:
        UnknownObligation: with the nearest ids.
    """
    with place.database.reading() as connection:
        ((found, history),) = matters.load(connection, [obligation])
        applied = plans.applied(connection, found.plan)
    return _judge(found, history, place.now(), applied, Directory(applied.organisation))


def _known(found: Iterator[tuple[Obligation, History]], at: datetime | None) -> Iterator[tuple[Obligation, History]]:
    for obligation, history in found:
        then, known = (obligation, history) if at is None else matter_as_of(obligation, history, at)
        if known or not history:
            yield then, known


def _judge(
    obligation: Obligation, history: History, instant: datetime, applied: Applied, directory: Directory
) -> ObligationStatus:
    calendar = applied.calendar
    now = situation(obligation, history)
    word = standing(obligation, now, instant, calendar)
    next_at = next_action(obligation, history, calendar)
    steps = decide(obligation, history, next_at, calendar) if next_at else ()
    return ObligationStatus(
        obligation,
        now,
        word,
        _days_late(now, word, instant, calendar),
        next_at,
        steps[0] if steps else None,
        calendar,
        directory,
        _came_back(history),
    )


def _came_back(history: History) -> bool:
    reminders = [fact.letter for fact in effective(history) if isinstance(fact, Reminded)]
    fates = [fact for fact in history if isinstance(fact, LetterEvent) and fact.letter in reminders[-1:]]
    return bool(fates) and isinstance(fates[-1], Bounced)


def _days_late(now: Situation, word: Standing, instant: datetime, calendar: WorkCalendar) -> int:
    """Calendar days from the deadline in force to the receipt, or while nothing came, to the instant; 0 if in time."""
    receipt = now.receipt()
    if word in ("waived", "cancelled", "before_adoption"):
        return 0
    reference = now.answer_by if word in ("overdue", "returned") else now.due
    reached = instant if receipt is None or word in ("overdue", "returned") else receipt
    if reference.met_by(reached):
        return 0
    return max(1, (calendar.day_of(reached) - reference.day(calendar)) // timedelta(days=1))

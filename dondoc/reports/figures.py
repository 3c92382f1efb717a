"""The figures of pages and reports, gathered from the ledger: how a plan stands, what is late, what units reported.

Everything is as it stands now, added up by the database; or with `as_of`, as it was known at an earlier instant, worked
out from the histories. Both come to the same when nothing was recorded since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from dondoc.core.absorbing import Absorption
from dondoc.core.history import Directed, Escalated, History, Reminded, effective, matter_as_of
from dondoc.core.indicators import Indicator, Reported, Row, indicators_of, row, within
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, placing, situation
from dondoc.core.statistics import Breakdown, Judged, Tally, breakdown, count, tally_by
from dondoc.core.timetable import Timetable
from dondoc.store import matters, standings
from dondoc.store.plans import Applied
from dondoc.store.submissions import answers

DAY = timedelta(days=1)


class DoesNotAddUp(AssertionError):
    """Counts of the same thing differ: nothing may be printed of them."""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """How a plan stands at `at`: its counts several ways, and for each section and unit."""

    plan: Applied
    at: datetime
    counts: Breakdown
    grid: Mapping[tuple[str, str], Tally]
    """By section and unit; empty unless it was asked for."""


@dataclass(frozen=True, slots=True)
class Late:
    """A matter that is overdue, or was put before somebody, with what was done about it.

    `days` are calendar days since the day by which an answer was awaited, 0 where that is not over.
    """

    obligation: Obligation
    now: Situation
    days: int
    reminders: tuple[Reminded, ...]
    """Reminders and chasers of this cycle, in order."""
    escalated: Escalated | None
    """When it was last put before somebody, in this cycle."""
    urged: Directed | None = None
    """When a body last decided that the unit is to be urged by official letter."""

    @property
    def since(self) -> datetime:
        """From when on it is late."""
        return self.now.answer_by.at


def plan_figures(
    connection: Connection, plan: Applied, at: datetime, *, as_of: datetime | None = None, grid: bool = True
) -> PlanFigures:
    """How a plan stands at `at` (aware).

    Raises:
        DoesNotAddUp: the counts by unit, section, task or period are not those of the plan.
    """
    name = plan.plan.plan
    sections = {task.ledger_id: section.id for section in plan.plan.sections for task in section.tasks}
    by_section: Mapping[tuple[str, ...], Tally] = {}
    if as_of is None:
        grouped = standings.groups(connection, name)
        whole = standings.tallied(grouped, at).get((), Tally())
        by_task = standings.tallied(grouped, at, ("task", "period"))
        by_owner = standings.tallies(connection, at, ("owner",), plan=name)
        if grid:
            by_section = standings.tallies(connection, at, ("section", "owner"), plan=name, sections=sections)
    else:
        judged = list(known(connection, name, as_of))
        whole = count(judged, at)
        by_owner = tally_by(judged, at, lambda _, now: (now.owner,))
        by_task = tally_by(judged, at, lambda one, _: (one.task, one.period))
        by_section = tally_by(judged, at, lambda one, now: (sections.get(one.task, ""), now.owner))
    counts = breakdown(
        whole,
        {key[0]: tally for key, tally in by_owner.items()},
        {(key[0], key[1]): tally for key, tally in by_task.items()},
        sections,
    )
    if wrong := counts.discrepancies():
        raise DoesNotAddUp("; ".join(wrong))
    return PlanFigures(plan, at, counts, {(key[0], key[1]): tally for key, tally in by_section.items()})


def known(connection: Connection, plan: str, as_of: datetime) -> Iterable[Judged]:
    """The obligations of a plan that were in the ledger at `as_of` (aware), as they were known then."""
    for obligation, history in matters.matters(connection, plan):
        then, facts = matter_as_of(obligation, history, as_of)
        if facts or not history:
            yield then, situation(then, facts)


def late(
    connection: Connection,
    plan: Applied,
    at: datetime,
    *,
    as_of: datetime | None = None,
    owner: str | None = None,
    limit: int | None = None,
) -> tuple[Late, ...]:
    """What is not done and overdue at `at` (aware), the longest overdue first; of one unit with `owner`."""
    if as_of is None:
        ids = standings.overdue(connection, at, plan=plan.plan.plan, owner=owner, limit=limit)
        return told_late(connection, plan, at, ids)

    def wanted(one: Obligation, now: Situation) -> bool:
        return placing(one, now).at(at) == "open_overdue" and owner in (None, now.owner)

    return _known_late(connection, plan, at, as_of, wanted)[:limit]


def told_late(connection: Connection, plan: Applied, at: datetime, ids: Iterable[str]) -> tuple[Late, ...]:
    """These matters of a plan in this order, with what was done about each by `at` (aware)."""
    return tuple(_late(matter, plan, at) for matter in matters.load(connection, ids))


def escalations(
    connection: Connection,
    plan: Applied,
    at: datetime,
    *,
    before: str | None = None,
    as_of: datetime | None = None,
    limit: int | None = None,
) -> tuple[Late, ...]:
    """What was put before somebody (or before this body) and is not done, the oldest matter first."""
    if as_of is None:
        ids = standings.overdue(connection, at, plan=plan.plan.plan, escalated=True, before=before, limit=limit)
        return told_late(connection, plan, at, ids)

    def wanted(one: Obligation, now: Situation) -> bool:
        if now.escalated_to is None or before not in (None, now.escalated_to):
            return False
        return placing(one, now).at(at) in ("open_in_time", "open_overdue")

    return _known_late(connection, plan, at, as_of, wanted)[:limit]


def reports_of(
    connection: Connection, plan: Applied, indicators: Iterable[Indicator], *, as_of: datetime | None = None
) -> tuple[tuple[Reported, ...], tuple[Reported, ...]]:
    """What units reported for the tasks of these indicators, and the reports that are still owed (without values).

    What is waived, cancelled or before adoption is in neither.
    """
    timetable = Timetable(plan.plan, plan.calendar)
    name = plan.plan.plan
    given: list[Reported] = []
    owed: list[Reported] = []
    for task_id in dict.fromkeys(task for indicator in indicators for task in indicator.tasks):
        task = plan.plan.task(task_id)
        spans = {one.name: (one.start, one.cut_off) for one in timetable.periods(task)} if task else {}
        data = answers(connection, name, task_id, as_of=as_of)
        for id_, unit, period, due, column in _placed(connection, name, task_id, as_of):
            if column in ("waived", "cancelled", "before_adoption"):
                continue
            day = plan.calendar.day_of(due - timedelta(microseconds=1))
            start, cut_off = spans.get(period, (day, day))
            provisional = column not in ("done_on_time", "done_late")
            found = Reported(task_id, unit, period, start, cut_off, data.get(id_, {}), provisional)
            (given if id_ in data else owed).append(found)
    return tuple(given), tuple(owed)


def indicator_rows(
    connection: Connection,
    plan: Applied,
    start: date,
    end: date,
    *,
    as_of: datetime | None = None,
    only: Collection[str] | None = None,
) -> tuple[Row, ...]:
    """Every indicator of a plan over these days (both included), unit by unit in the organisation's order.

    With `only`, those with these ids: of ten thousand units one indicator is what a page can show.
    """
    indicators = tuple(one for one in indicators_of(plan.plan) if only is None or one.id in only)
    given, owed = reports_of(connection, plan, indicators, as_of=as_of)
    return rows_of(plan, indicators, tuple(within(given, start, end)), tuple(within(owed, start, end)))


def rows_of(
    plan: Applied, indicators: Iterable[Indicator], given: Sequence[Reported], owed: Sequence[Reported]
) -> tuple[Row, ...]:
    """Each indicator over these reports, unit by unit in the organisation's order, those that still owe one too."""
    absorption = Absorption(plan.plan, plan.calendar)
    order = {unit.id: number for number, unit in enumerate(plan.organisation.units)}
    return tuple(row(one, given, _units(one, (*given, *owed), order), absorption) for one in indicators)


def _units(indicator: Indicator, reports: Iterable[Reported], order: Mapping[str, int]) -> Sequence[str]:
    asked = {one.unit for one in reports if one.task in indicator.tasks}
    return sorted(asked, key=lambda unit: (order.get(unit, len(order)), unit))


def _placed(
    connection: Connection, plan: str, task: str, as_of: datetime | None
) -> Iterable[tuple[str, str, str, datetime, str]]:
    """Id, unit, period, due and column of the obligations of a task."""
    if as_of is None:
        return standings.placed(connection, plan, task)
    return [
        (one.id, one.unit, one.period, one.due.at, placing(one, now).column)
        for one, now in known(connection, plan, as_of)
        if one.task == task
    ]


def _known_late(
    connection: Connection,
    plan: Applied,
    at: datetime,
    as_of: datetime,
    wanted: Callable[[Obligation, Situation], bool],
) -> tuple[Late, ...]:
    found: list[Late] = []
    for obligation, history in matters.matters(connection, plan.plan.plan):
        then, facts = matter_as_of(obligation, history, as_of)
        if facts and wanted(then, situation(then, facts)):
            found.append(_late((then, facts), plan, at))
    return tuple(sorted(found, key=lambda one: (one.since, one.obligation.id)))


def _late(matter: tuple[Obligation, History], plan: Applied, at: datetime) -> Late:
    obligation, history = matter
    now = situation(obligation, history)
    taken = [step for steps in now.taken.values() for step in steps]
    escalated = [step for step in taken if isinstance(step, Escalated)]
    due = now.answer_by
    days = 0 if due.met_by(at) else max(1, (plan.calendar.day_of(at) - due.day(plan.calendar)) // DAY)
    return Late(
        obligation,
        now,
        days,
        tuple(sorted((step for step in taken if isinstance(step, Reminded)), key=lambda step: step.id)),
        max(escalated, key=lambda step: step.id, default=None),
        next((fact for fact in reversed(effective(history)) if isinstance(fact, Directed) and fact.urged), None),
    )

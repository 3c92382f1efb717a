"""What leadership looks at: every plan at a glance, a plan, a unit, a task, an indicator, and the lists behind figures.

Counts are added up by the database; only what a page names one by one is read with its history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from heapq import nsmallest

from sqlalchemy import Connection

from dondoc.core.absorbing import Absorption
from dondoc.core.amounts import Funds, Progress
from dondoc.core.indicators import Indicator, Row, disclosed, indicators_of, row, within
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Column, Situation, Standing, situation, standing
from dondoc.core.statistics import Counts, Tally
from dondoc.core.text import collation
from dondoc.errors import UnknownPlan
from dondoc.reports.figures import DoesNotAddUp, Late, escalations, indicator_rows, reports_of, told_late
from dondoc.reports.gather import Span, money_of, spans_of, targets_of
from dondoc.store import listing, matters, standings
from dondoc.store.listing import Falls, Wanted
from dondoc.store.plans import Applied, applied_plans
from dondoc.store.standings import Group

NAMED = 12
"""Matters that a page names one by one before it leads to their list."""

UNITS_SHOWN = 40
"""Lines of a heat map; the rest is on its further pages."""

LINES = 60
"""Lines of a list."""

SPANS_SHOWN = 6

_LATE: tuple[Column, ...] = ("open_overdue",)
_AHEAD: tuple[Column, ...] = ("open_in_time",)
_DONE: tuple[Column, ...] = ("done_on_time", "done_late")


@dataclass(frozen=True, slots=True)
class Glance:
    """A plan among others: its counts, those of the periods that closed, and how many matters stand before whom."""

    plan: Applied
    tally: Tally
    trend: tuple[tuple[Span, Tally], ...]
    before: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """All plans: `late` are the longest overdue of `overdue`."""

    plans: tuple[Glance, ...]
    late: tuple[tuple[Applied, Late], ...]

    @property
    def counts(self) -> Counts:
        """Of all plans together."""
        return sum((one.tally.in_force for one in self.plans), Counts())


@dataclass(frozen=True, slots=True)
class HeatLine:
    """A unit in a heat map: its counts, in all and by section."""

    unit: str
    counts: Counts
    sections: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan: `heat` are some of `units` units, those with the most overdue first; None: of more than are read."""

    counts: Tally
    by_task: Mapping[tuple[str, str], Tally]
    trend: tuple[tuple[Span, Tally], ...]
    late: tuple[Late, ...]
    escalated: tuple[Late, ...]
    before: Mapping[str, int]
    heat: tuple[HeatLine, ...]
    units: int | None
    falls: tuple[Falls, ...]
    targets: tuple[Progress, ...]
    money: tuple[Funds, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list: a matter and where it stands."""

    plan: Applied
    obligation: Obligation
    now: Situation
    standing: Standing


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list of `count`."""

    entries: tuple[Entry, ...]
    count: int


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit: its counts by plan, what is overdue, and the first of what comes next and of what was done last."""

    counts: tuple[tuple[Applied, Tally], ...]
    late: tuple[tuple[Applied, Late], ...]
    ahead: Listed
    behind: Listed


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """An indicator over the periods that units report on: each as it may be shown, sensitive rows hidden whole."""

    plan: Applied
    indicator: Indicator
    rows: tuple[tuple[Span, Row], ...]
    units: tuple[str, ...]


def plans_of(connection: Connection, organisation: str) -> tuple[Applied, ...]:
    """The plans in force of an organisation."""
    return tuple(one for one in applied_plans(connection) if one.organisation.organisation == organisation)


def plan_of(connection: Connection, organisation: str, plan: str) -> Applied:
    """A plan in force of this organisation.

    Raises:
        UnknownPlan: it has none of this name.
    """
    found = plans_of(connection, organisation)
    for one in found:
        if one.plan.plan == plan:
            return one
    raise UnknownPlan(plan, [one.plan.plan for one in found])


def overview(connection: Connection, plans: Sequence[Applied], at: datetime) -> Overview:
    """All plans at `at` (aware)."""
    grouped = standings.groups(connection)
    by_period = standings.tallied(grouped, at, ("plan", "period"))
    glances: list[Glance] = []
    overdue: list[tuple[Applied, Late]] = []
    before = listing.put_before(connection)
    for plan in plans:
        name = plan.plan.plan
        periods = {key[1]: tally for key, tally in by_period.items() if key[0] == name}
        whole = sum(periods.values(), Tally())
        glances.append(Glance(plan, whole, _trend(plan, periods, at), before.get(name, {})))
        overdue += [(plan, one) for one in _longest_overdue(connection, plan, at, grouped)]
    overdue.sort(key=lambda one: (one[1].since, one[1].obligation.id))
    return Overview(tuple(glances), tuple(overdue[:NAMED]))


def plan_page(connection: Connection, plan: Applied, at: datetime, *, first: int = 0) -> PlanPage:
    """A plan at `at` (aware); the heat map begins with the unit numbered `first`."""
    name = plan.plan.plan
    sections = {task.ledger_id: section.id for section in plan.plan.sections for task in section.tasks}
    grouped = standings.groups(connection, name)
    found = standings.tallied(grouped, at, ("task", "period"))
    counts = sum(found.values(), Tally())
    by_period = {key[0]: tally for key, tally in standings.tallied(grouped, at, ("period",)).items()}
    overdue = standings.overdue_by_owner(connection, name, at)
    if sum(overdue.values()) != counts.in_force.open_overdue:
        raise DoesNotAddUp(f"{sum(overdue.values())} overdue by unit, {counts.in_force.open_overdue} by task")
    units: int | None = None
    if first + UNITS_SHOWN >= len(overdue):  # those without anything overdue follow, and only then is their number read
        overdue = dict.fromkeys(standings.owners_of(connection, name), 0) | overdue
        units = len(overdue)
    shown = _most_overdue(overdue, _names(plan), first)
    grid = standings.tallies(connection, at, ("owner", "section"), plan=name, sections=sections, owners=shown)
    heat = tuple(
        _heat_line(unit, {key[1]: one.in_force for key, one in grid.items() if key[0] == unit}) for unit in shown
    )
    spans = spans_of(plan)
    return PlanPage(
        counts,
        {(key[0], key[1]): tally for key, tally in found.items()},
        _trend(plan, by_period, at, spans),
        _longest_overdue(connection, plan, at, grouped),
        escalations(connection, plan, at, limit=NAMED),
        listing.put_before(connection).get(name, {}),
        heat,
        units,
        listing.falling_due(grouped),
        _targets(connection, plan),
        money_of(connection, plan),
        spans,
    )


def unit_page(connection: Connection, plans: Sequence[Applied], unit: str, at: datetime) -> UnitPage:
    """What a unit owes at `at` (aware), counted by plan, and what is overdue, comes next and was done last."""
    by_name = {one.plan.plan: one for one in plans}
    owed = [one for one in standings.owed_by(connection, unit) if one[1] in by_name]
    judged = [(id_, plan, kept.in_force.at(at), kept.original.at(at)) for id_, plan, _, kept in owed]
    counts = [(plan, _tally((one[2], one[3]) for one in judged if one[1] == name)) for name, plan in by_name.items()]
    ids = {cells: [one[0] for one in judged if one[2] in cells] for cells in (_LATE, _AHEAD, _DONE)}
    since = {id_: one for id_, _, one, _ in owed}
    ids[_DONE].sort(key=lambda id_: (-since[id_].timestamp(), id_))
    overdue = [
        (plan, one)
        for name, plan in by_name.items()
        for one in told_late(connection, plan, at, [id_ for id_ in ids[_LATE] if id_.startswith(f"{name}/")][:NAMED])
    ]
    ahead, behind = (
        Listed(_entries(connection, by_name, ids[cells][:NAMED], at), len(ids[cells])) for cells in (_AHEAD, _DONE)
    )
    return UnitPage(
        tuple((plan, tally) for plan, tally in counts if tally != Tally()),
        tuple(overdue),
        ahead,
        behind,
    )


def task_counts(connection: Connection, plan: Applied, task: str, at: datetime) -> dict[str, Tally]:
    """The counts of a task by period, in the order in which these fall due."""
    grouped = standings.groups(connection, plan.plan.plan, task)
    found = standings.tallied(grouped, at, ("period",))
    return {one.period: found[one.period,] for one in listing.falling_due(grouped)}


def late_of_task(connection: Connection, plan: Applied, task: str, at: datetime) -> tuple[Late, ...]:
    """What is overdue of a task at `at` (aware), the longest first, as many as a page names."""
    wanted = listing.Wanted((plan.plan.plan,), _LATE, tasks=(task,))
    return told_late(connection, plan, at, listing.listed(connection, wanted, at, limit=NAMED))


def the_list(
    connection: Connection,
    plans: Iterable[Applied],
    wanted: Wanted,
    at: datetime,
    *,
    first: int = 0,
    newest: bool = False,
) -> Listed:
    """The list behind a figure, from the line numbered `first` on."""
    by_name = {one.plan.plan: one for one in plans}
    count = listing.how_many(connection, wanted, at)
    ids = listing.listed(connection, wanted, at, limit=LINES, offset=first, newest=newest)
    return Listed(_entries(connection, by_name, ids, at), count)


def the_entry(connection: Connection, plan: Applied, obligation: str, at: datetime) -> Entry:
    """One matter as a line of a list.

    Raises:
        UnknownObligation: with the nearest ids.
    """
    (found,) = _entries(connection, {plan.plan.plan: plan}, [obligation], at)
    return found


def indicator_page(connection: Connection, plan: Applied, indicator: str) -> IndicatorPage | None:
    """An indicator by unit and period; None where the plan has none of this name."""
    found = next((one for one in indicators_of(plan.plan) if one.id == indicator), None)
    if found is None:
        return None
    given, owed = reports_of(connection, plan, [found])
    absorption = Absorption(plan.plan, plan.calendar)
    say = _names(plan)
    units = sorted({one.unit for one in (*given, *owed)}, key=lambda unit: _place(say[unit]))
    reported = {one.period for one in given}
    spans = [span for span in spans_of(plan) if span.name in reported][-SPANS_SHOWN:]
    rows = (row(found, within(given, span.start, span.cut_off), units, absorption) for span in spans)
    return IndicatorPage(plan, found, tuple(zip(spans, map(disclosed, rows), strict=True)), tuple(units))


def _longest_overdue(connection: Connection, plan: Applied, at: datetime, grouped: Iterable[Group]) -> tuple[Late, ...]:
    ids = standings.longest_overdue(connection, at, plan.plan.plan, grouped, NAMED)
    return told_late(connection, plan, at, ids)


def _entries(
    connection: Connection, plans: Mapping[str, Applied], ids: Iterable[str], at: datetime
) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for obligation, history in matters.load(connection, ids):
        plan, now = plans[obligation.plan], situation(obligation, history)
        entries.append(Entry(plan, obligation, now, standing(obligation, now, at, plan.calendar)))
    return tuple(entries)


def _tally(columns: Iterable[tuple[Column, Column]]) -> Tally:
    """The counts of columns by the deadline in force and by the original one."""
    in_force, original = Counter[str](), Counter[str]()
    for one, other in columns:
        in_force[one] += 1
        original[other] += 1
    return Tally(Counts(**in_force), Counts(**original))


def _heat_line(unit: str, sections: Mapping[str, Counts]) -> HeatLine:
    return HeatLine(unit, sum(sections.values(), Counts()), sections)


def _trend(
    plan: Applied, by_period: Mapping[str, Tally], at: datetime, spans: Iterable[Span] = ()
) -> tuple[tuple[Span, Tally], ...]:
    """The last periods that closed by `at` (aware)."""
    day = plan.calendar.day_of(at)
    closed = [one for one in spans or spans_of(plan) if one.name in by_period and one.cut_off <= day]
    counted = [(one, by_period[one.name]) for one in closed]
    return tuple((one, tally) for one, tally in counted if tally.in_force.timeliness is not None)[-SPANS_SHOWN:]


def _targets(connection: Connection, plan: Applied) -> tuple[Progress, ...]:
    if not any(task.targets for task in plan.plan.tasks()):
        return ()
    span = plan.plan.period
    wanted = {field for task in plan.plan.tasks() for field in task.targets}
    begin = span.first.replace(month=1, day=1)
    return tuple(targets_of(plan, indicator_rows(connection, plan, begin, span.last, only=wanted)))


class _Names(dict[str, str]):
    def __missing__(self, unit: str) -> str:
        return unit


def _names(plan: Applied) -> _Names:
    language = plan.organisation.language
    return _Names((one.id, (one.short or one.name).within(language)) for one in plan.organisation.units)


def _most_overdue(overdue: Mapping[str, int], names: Mapping[str, str], first: int) -> list[str]:
    """Some of the units, those with the most overdue first, and as many overdue by name."""
    wanted = nsmallest(first + UNITS_SHOWN, overdue, key=lambda unit: (-overdue[unit], _place(names[unit])))
    return wanted[first:]


_place = lru_cache(maxsize=32_768)(collation)

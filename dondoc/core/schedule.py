"""From a plan to its obligations: who owes what, for which period, from when and until when.

Which periods and units count
    A recurring task is owed for every period that shares a day with the plan's and whose figures are closed
    (cut-off) by the plan's last day. A unit owes what falls due on a day on which it exists.
When a duty opens
    `opens:` says so; else with the window (`during`), the period, or the plan's issue; never before the plan's issue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from dondoc.calendar.deadline import Anchors, Deadline, UnknownAnchor, day_deadline, resolve
from dondoc.calendar.grammar import Expression, names_in, parse_deadline
from dondoc.calendar.periods import Period, period_rule, period_title, periods_overlapping
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.obligation import Obligation, Terms, obligation_id
from dondoc.core.organisation import Organisation, Unit
from dondoc.core.plan import EachOf, Owner, Plan, Recurrence, Task
from dondoc.core.terms import terms_for, terms_of
from dondoc.core.text import Text

ONCE = "once"
"""The period of a duty that does not come back."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a task falls due, the same for all who owe it; `opens` is an aware UTC instant."""

    task: Task
    period: str
    title: Text | None
    opens: datetime
    due: Deadline


def schedule(plan: Plan, organisation: Organisation) -> tuple[Obligation, ...]:
    """Every obligation of the plan, by deadline, then in the order of the plan's tasks and of the units.

    The same plan and organisation always give the same. What waits for an event has no obligation yet. The plan
    is one that `check` accepts.
    """
    calendar = organisation.work_calendar()
    terms = terms_of(plan, organisation)
    owners = Owners(organisation)
    timetable = Timetable(plan, calendar)
    occurrences = [one for task in plan.tasks() for one in timetable.of(task)]
    occurrences.sort(key=lambda one: one.due.at)
    return tuple(
        obligation
        for one in occurrences
        for obligation in _owed(plan, one, owners.on(one.task.owner, one.due.day(calendar)), terms)
    )


def _owed(plan: Plan, one: Occurrence, units: Iterable[Unit], terms: dict[str, Terms]) -> Iterator[Obligation]:
    its_terms = terms_for(terms, one.task.id, one.period)
    for unit in units:
        name = obligation_id(plan.plan, one.task.id, unit.id, one.period)
        yield Obligation(name, its_terms, unit.id, one.period, one.title, one.opens, one.due)


class Owners:
    """Who an `owner:` means, in the organisation's order; each question is worked out once."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._inside = {unit.id: unit.inside for unit in organisation.units}
        self._known: dict[tuple[tuple[Owner, ...], date | None], tuple[Unit, ...]] = {}

    def on(self, owner: tuple[Owner, ...], day: date | None = None) -> tuple[Unit, ...]:
        """The units that are meant and exist on `day` (None: whenever), none twice."""
        found = self._known.get((owner, day))
        if found is None:
            found = tuple(
                unit
                for unit in self._organisation.units
                if (day is None or unit.exists_on(day)) and any(self._means(one, unit) for one in owner)
            )
            self._known[owner, day] = found
        return found

    def within(self, unit_id: str, above: str) -> bool:
        """Whether a unit lies somewhere below another."""
        seen: set[str] = set()
        inside = self._inside.get(unit_id)
        while inside is not None and inside not in seen:
            if inside == above:
                return True
            seen.add(inside)
            inside = self._inside.get(inside)
        return False

    def _means(self, one: Owner, unit: Unit) -> bool:
        if not isinstance(one, EachOf):
            return unit.id == one
        of_level = unit.level == one.each or (unit.kind == "department" and one.each == unit.kind)
        below = one.under is None or (of_level and self.within(unit.id, one.under))
        return of_level and below and unit.id not in one.except_


class Timetable:
    """When the tasks of a plan fall due; a task is worked out once, after those it counts from."""

    def __init__(self, plan: Plan, calendar: WorkCalendar) -> None:
        self._plan = plan
        self._calendar = calendar
        self._tasks = {task.id: task for task in plan.tasks()}
        self._known: dict[int, tuple[Occurrence, ...]] = {}
        self._under_way: set[int] = set()
        self._issued = calendar.at(plan.issued, time())
        self._anchors = Anchors(issued=plan.issued, start=plan.period.first, end=plan.period.last)

    def of(self, task: Task) -> tuple[Occurrence, ...]:
        """The task's occurrences in order; none while it waits for an event, or counts from itself.

        Raises ValueError with a sentence for a deadline that cannot be: `check` says where it stands.
        """
        key = id(task)  # a plan under check may have two tasks of one id
        if key not in self._known:
            if key in self._under_way:
                return ()
            self._under_way.add(key)
            try:
                self._known[key] = tuple(self._occurrences(task))
            finally:
                self._under_way.discard(key)
        return self._known[key]

    def periods(self, task: Task) -> tuple[Period, ...]:
        """The periods for which a recurring task is owed, in order."""
        if not isinstance(task.due, Recurrence):
            return ()
        due, span = task.due, self._plan.period
        rule = period_rule(due.every, year_from=due.year_from, only=due.only, excluded=due.except_)
        return tuple(
            replace(one, start=max(one.start, span.first)) if task.first_period == "from plan start" else one
            for one in periods_overlapping(rule, span.first, span.last)
            if one.cut_off <= span.last and not (task.first_period == "skip" and one.start < span.first)
        )

    def _occurrences(self, task: Task) -> Iterator[Occurrence]:
        if task.continuing is not None:
            return
        for occasion in task.occasions:
            due = self.deadline(task, parse_deadline(occasion.due), occasion.id)
            if due is not None:
                yield Occurrence(task, occasion.id, occasion.title, self._opens(task), due)
        if isinstance(task.due, Recurrence):
            expression = parse_deadline(task.due.by)
            for period in self.periods(task):
                due = self.deadline(task, expression, period.name, period)
                if due is not None and due.at > self._issued:
                    title = Text(vi=period_title(period.name, "vi"), en=period_title(period.name, "en"))
                    yield Occurrence(task, period.name, title, self._opens(task, period), due)
        elif task.due is not None:
            due = self.deadline(task, parse_deadline(task.due), ONCE)
            if due is not None:
                yield Occurrence(task, ONCE, None, self._opens(task), due)
        elif task.during is not None and not task.occasions:
            last = day_deadline(task.during.last, self._calendar, task.day_ends)
            yield Occurrence(task, ONCE, None, self._opens(task), last)

    def deadline(self, task: Task, expression: Expression, name: str, period: Period | None = None) -> Deadline | None:
        """The deadline, or None while what it counts from is not known."""
        due_of = {
            anchor.name: due for anchor in names_in(expression) if (due := self._due_of(anchor.name, name)) is not None
        }
        anchors = replace(self._anchors, period=period, tasks=due_of)
        try:
            return resolve(
                expression, anchors, self._calendar,
                roll=task.roll, day_ends=task.day_ends, strict=task.strict,
            )  # fmt: skip
        except UnknownAnchor:
            return None

    def _due_of(self, anchor: str, period: str) -> Deadline | None:
        """The deadline that `TASK.due` means: that of the same period, else the only one there is."""
        task = self._tasks.get(anchor.removesuffix(".due")) if anchor.endswith(".due") else None
        try:
            found = self.of(task) if task is not None else ()
        except ValueError:
            return None  # its own mistake, told where it stands
        same = [one.due for one in found if one.period == period]
        return same[0] if same else (found[0].due if len(found) == 1 else None)

    def _opens(self, task: Task, period: Period | None = None) -> datetime:
        day = self._plan.issued
        if task.opens is not None:
            opens = self.deadline(task, parse_deadline(task.opens), ONCE, period)
            if opens is not None and not opens.whole_day:
                return max(opens.at, self._issued)
            day = opens.day(self._calendar) if opens is not None else day
        elif task.during is not None:
            day = task.during.first
        elif period is not None:
            day = period.start
        return max(self._calendar.at(day, time()), self._issued)

"""When the tasks of a plan fall due, from the plan alone or with what has happened since.

Counting from other tasks
    `TASK.due`, `TASK.done` and `TASK.accepted` mean the same unit's; of a unit that does not owe that task itself, the
    latest of the units below it; where there are none below, that of all who owe it. What is waived is not awaited.
Beginning with an event
    The unit that raised the event owes the duty where it is among the owners, else all owners do. It is repeated, if it
    is to be, each time the report before came in, so often after that one's deadline, until the event is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dondoc.calendar.deadline import Anchors, Deadline, UnknownAnchor, day_deadline, resolve, shift_day
from dondoc.calendar.grammar import (
    Expression,
    Fixed,
    On,
    Span,
    names_in,
    parse_deadline,
    parse_every,
    parse_quota,
    parse_spacing,
)
from dondoc.calendar.periods import Period, period_rule, period_title, periods_overlapping
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.clauses import Either, Moment, OnEvent, Recurrence, Rule, Spaced
from dondoc.core.happened import NOTHING, Happened, Incident, Key
from dondoc.core.occurrence import MOST_TIMES, ONCE, Occurrence, days_of_rule, expression_of, numbered
from dondoc.core.organisation import Unit
from dondoc.core.owners import Owners
from dondoc.core.plan import Plan, Task
from dondoc.core.text import Text

HOUR = timedelta(hours=1)


class Timetable:
    """When tasks fall due; each is worked out once, after those it counts from.

    With `owners` and what `happened`, `for_unit` knows the days that depend on what others did.
    """

    def __init__(
        self, plan: Plan, calendar: WorkCalendar, owners: Owners | None = None, happened: Happened = NOTHING
    ) -> None:
        self._plan = plan
        self._calendar = calendar
        self._owners = owners
        self._happened = happened
        self._tasks = {task.id: task for task in plan.tasks()}
        self._known: dict[tuple[int, str | None], tuple[Occurrence, ...]] = {}
        self._under_way: set[tuple[int, str | None]] = set()
        self._varying: dict[int, bool] = {}
        self._issued = calendar.at(plan.issued, time())
        self._anchors = Anchors(issued=plan.issued, start=plan.period.first, end=plan.period.last)

    @property
    def begins(self) -> datetime:
        """The first instant of the day of issue, before which nothing opens."""
        return self._issued

    def of(self, task: Task) -> tuple[Occurrence, ...]:
        """The task's occurrences in order, as the plan alone has them; none while it waits for an event.

        Raises ValueError with a sentence for a deadline that cannot be: `check` says where it stands.
        """
        return self._found(task, None)

    def for_unit(self, task: Task, unit: str) -> tuple[Occurrence, ...]:
        """The task's occurrences for one unit that owes it, by what has happened so far."""
        return self._found(task, unit if self.varies(task) else None)

    def varies(self, task: Task) -> bool:
        """Whether its days depend on what happens, so that they are not the same for all who owe it."""
        key = id(task)
        if key not in self._varying:
            self._varying[key] = False  # while it is worked out: a task that counts from itself
            self._varying[key] = self._depends(task)
        return self._varying[key]

    def counted_from(self, task: Task) -> frozenset[str]:
        """The ids of the tasks from which a task counts, and from which those count in turn."""
        found: set[str] = set()
        ahead = [task]
        while ahead:
            one = ahead.pop()
            names = {anchor.name.rpartition(".")[0] for each in _expressions(one) for anchor in names_in(each)}
            names |= {one.needs.task} if one.needs else set()
            new = (names & self._tasks.keys()) - found
            found |= new
            ahead += [self._tasks[name] for name in new]
        return frozenset(found)

    def periods(self, task: Task) -> tuple[Period, ...]:
        """The periods for which a recurring task is owed, in order."""
        due, span = _recurrence(task), self._plan.period
        if due is None:
            return ()
        rule = period_rule(due.every, year_from=due.year_from, only=due.only, excluded=due.except_)
        return tuple(
            replace(one, start=max(one.start, span.first)) if task.first_period == "from plan start" else one
            for one in periods_overlapping(rule, span.first, span.last)
            if one.cut_off <= span.last and not (task.first_period == "skip" and one.start < span.first)
        )

    def deadline(
        self,
        task: Task,
        expression: Expression,
        name: str,
        period: Period | None = None,
        *,
        unit: str | None = None,
        event: datetime | None = None,
    ) -> Deadline | None:
        """The deadline, or None while what it counts from is not known."""
        counted_from = {
            anchor.name: at
            for anchor in names_in(expression)
            if (at := self._point(anchor.name, name, unit)) is not None
        }
        anchors = replace(self._anchors, period=period, event=event, tasks=counted_from)
        try:
            return resolve(
                expression, anchors, self._calendar,
                roll=task.roll, day_ends=task.day_ends, strict=task.strict,
            )  # fmt: skip
        except UnknownAnchor:
            return None

    # -- one task

    def _found(self, task: Task, unit: str | None) -> tuple[Occurrence, ...]:
        key = (id(task), unit)  # a plan under check may have two tasks of one id
        if key not in self._known:
            if key in self._under_way:
                return ()
            self._under_way.add(key)
            try:
                self._known[key] = tuple(self._waiting(task, one, unit) for one in self._occurrences(task, unit))
            finally:
                self._under_way.discard(key)
        return self._known[key]

    def _occurrences(self, task: Task, unit: str | None) -> Iterator[Occurrence]:
        if task.continuing is not None or task.embedded_in:
            return
        for occasion in task.occasions:
            due = self.deadline(task, expression_of(occasion.due), occasion.id, unit=unit)
            if due is not None:
                yield Occurrence(task, occasion.id, occasion.title, self._opens(task), due)
        recurrence = _recurrence(task)
        if recurrence is not None:
            yield from self._recurring(task, recurrence, unit)
        elif isinstance(task.due, Rule):
            yield from self._by_rule(task, task.due)
        elif isinstance(task.due, Spaced):
            yield from self._spaced(task, task.due, unit)
        elif isinstance(task.due, str | Either):
            yield from self._once(task, task.due, unit)
        elif task.on_event is not None:
            yield from self._after_events(task, task.on_event, unit)
        elif task.during is not None and not task.occasions:
            last = day_deadline(task.during.last, self._calendar, task.day_ends)
            yield Occurrence(task, ONCE, None, self._opens(task), last)

    def _once(self, task: Task, written: Moment, unit: str | None) -> Iterator[Occurrence]:
        """Once, or once for each time that the task falls due from which it counts."""
        expression = expression_of(written)
        for period, title in self._times(expression, unit):
            due = self.deadline(task, expression, period, unit=unit)
            if due is not None:
                yield from self._as_often(task, Occurrence(task, period, title, self._opens(task), due))

    def _times(self, expression: Expression, unit: str | None) -> list[tuple[str, Text | None]]:
        found: dict[str, Text | None] = {}
        for anchor in names_in(expression):
            task = self._tasks.get(anchor.name.rpartition(".")[0])
            occurrences = self._of_first(task, unit) if task is not None else ()
            if task is not None and (len(occurrences) > 1 or task.on_event is not None):
                found |= {one.period: one.title for one in occurrences}
        return list(found.items()) or [(ONCE, None)]

    def _recurring(self, task: Task, recurrence: Recurrence, unit: str | None) -> Iterator[Occurrence]:
        expression = expression_of(recurrence.by)
        for period in self.periods(task):
            due = self.deadline(task, expression, period.name, period, unit=unit)
            if due is not None and due.at > self._issued:
                title = Text(vi=period_title(period.name, "vi"), en=period_title(period.name, "en"))
                yield from self._as_often(task, Occurrence(task, period.name, title, self._opens(task, period), due))

    def _as_often(self, task: Task, one: Occurrence) -> Iterator[Occurrence]:
        """It, or as many of it as the task asks for `at_least`."""
        times = parse_quota(task.at_least).times if task.at_least is not None else 1
        if times == 1:
            yield one
            return
        for number in range(1, times + 1):
            yield replace(one, period=f"{one.period}.{number}", title=numbered(one.title, number))

    def _by_rule(self, task: Task, rule: Rule) -> Iterator[Occurrence]:
        start = self._plan.period.first
        for day in days_of_rule(rule.rrule, start, self._plan.period.last):
            roll = task.roll or "next working day"
            due = resolve(On(Fixed(day)), self._anchors, self._calendar, roll=roll, day_ends=task.day_ends)
            title = Text(vi=f"ngày {day.day}/{day.month}/{day.year}", en=f"{day.day}/{day.month}/{day.year}")
            opens = self._opens(task) if task.opens else max(self._calendar.at(start, time()), self._issued)
            if due.at > self._issued:
                yield Occurrence(task, day.isoformat(), title, min(opens, due.at), due)
            start = due.day(self._calendar)

    def _spaced(self, task: Task, spaced: Spaced, unit: str | None) -> Iterator[Occurrence]:
        """Each so long after the one before was done; while that is open, after its deadline."""
        spacing = parse_spacing(spaced.spacing)
        due = self.deadline(task, parse_deadline(spaced.first), ONCE, unit=unit)
        opens, number = self._opens(task), 1
        while due is not None and due.day(self._calendar) <= self._plan.period.last and number <= MOST_TIMES:
            yield Occurrence(task, f"{number}", numbered(None, number), opens, due)
            done = self._happened.done.get((task.ledger_id, unit or "", f"{number}"))
            day = self._calendar.day_of(done) if done is not None else due.day(self._calendar)
            opens = self._calendar.at(shift_day(day, spacing.least, "after", self._calendar), time())
            latest = shift_day(day, spacing.most, "after", self._calendar)
            due = self._end_of(latest, task, ahead=False)
            if due.day(self._calendar) <= day:  # everything between is off
                due = day_deadline(latest, self._calendar, task.day_ends)
            number += 1

    def _after_events(self, task: Task, on_event: OnEvent, unit: str | None) -> Iterator[Occurrence]:
        for incident in self._happened.incidents:
            if incident.event == on_event.event and unit is not None and self._concerns(task, incident, unit):
                yield from self._after(task, on_event, incident, unit)

    def _after(self, task: Task, on_event: OnEvent, incident: Incident, unit: str) -> Iterator[Occurrence]:
        written = on_event.due_at(incident.severity)
        day = self._calendar.day_of(incident.at)
        title = on_event.title or Text(vi="sự việc", en="event")
        title = Text(
            vi=f"{title.within('vi')} ngày {day.day}/{day.month}/{day.year}",
            en=f"{title.within('en')} of {day.day}/{day.month}/{day.year}",
        )
        if written is None:
            return
        expression = expression_of(written, after_event=True)
        due = self.deadline(task, expression, incident.name, unit=unit, event=incident.at)
        opens, name, number = incident.at, incident.name, 1
        while due is not None:
            yield Occurrence(task, name, title if number == 1 else numbered(title, number), opens, due)
            done = self._happened.done.get((task.ledger_id, unit, name))
            if on_event.again is None or done is None or number >= MOST_TIMES:
                return
            opens, due = done, self._next(due, done, parse_every(on_event.again.every), task)
            if incident.closed is not None and incident.closed <= due.at:
                return
            number += 1
            name = f"{incident.name}.{number}"

    def _next(self, due: Deadline, done: datetime, every: Span, task: Task) -> Deadline:
        """So long after the deadline before; from the day it was done, where that would be over already."""
        if every.unit == "hours":
            return Deadline(max(due.at, done) + every.n * HOUR, whole_day=False)
        found = self._end_of(shift_day(due.day(self._calendar), every, "after", self._calendar), task)
        if found.met_by(done):
            return found
        return self._end_of(shift_day(self._calendar.day_of(done), every, "after", self._calendar), task)

    def _concerns(self, task: Task, incident: Incident, unit: str) -> bool:
        if self._owners is None or unit == incident.unit:
            return True
        return incident.unit not in {one.id for one in self._owners.on(task.owners, None, task.when)}

    def _waiting(self, task: Task, one: Occurrence, unit: str | None) -> Occurrence:
        """A duty that waits for those below opens when theirs falls due, and keeps its distance from the last."""
        if task.needs is None or not task.needs.wait:
            return one
        below = self._point(f"{task.needs.task}.due", one.period, unit)
        if not isinstance(below, Deadline):
            return one
        last, due = self._point(f"{task.needs.task}.done", one.period, unit), one.due
        if isinstance(last, datetime) and not below.met_by(last):
            distance = self._calendar.working_days_between(below.day(self._calendar), due.day(self._calendar))
            moved = self._end_of(self._calendar.add(self._calendar.day_of(last), max(distance, 1)), task)
            due = moved if moved.at > due.at else due
        return replace(one, opens=max(one.opens, min(below.at, due.at)), due=due)

    # -- what it counts from

    def _point(self, anchor: str, period: str, unit: str | None) -> Deadline | datetime | None:
        """What `TASK.due`, `TASK.done` or `TASK.accepted` means for a unit; None while it is not known."""
        name, _, what = anchor.rpartition(".")
        task = self._tasks.get(name)
        if task is None or what not in ("due", "done", "accepted"):
            return None
        if unit is None or self._owners is None:
            return self._due(task, None, period) if what == "due" else None
        units = [one.id for one in self._from_whom(task, unit)]
        if what == "due":
            dues = [due for one in units if (due := self._due(task, one, period)) is not None]
            return max(dues, key=lambda due: due.at, default=None) or self._due(task, None, period)
        instants = self._happened.done if what == "done" else self._happened.accepted
        keys = [self._key(task, one, period) for one in units]
        awaited = [key for key in keys if key not in self._happened.excused]
        if not awaited or any(key not in instants for key in awaited):
            return None
        return max(instants[key] for key in awaited)

    def _due(self, task: Task, unit: str | None, period: str) -> Deadline | None:
        """The deadline of the same period, else the only one there is."""
        try:
            found = self._found(task, unit if self.varies(task) else None)
        except ValueError:
            return None  # its own mistake, told where it stands
        same = [one.due for one in found if one.period == period]
        return same[0] if same else (found[0].due if len(found) == 1 else None)

    def _key(self, task: Task, unit: str, period: str) -> Key:
        found = self.for_unit(task, unit)
        only = len(found) == 1 and found[0].period != period
        return task.ledger_id, unit, found[0].period if only else period

    def _from_whom(self, task: Task, unit: str) -> tuple[Unit, ...]:
        """Whose deed counts for a unit: its own, that of those below it, or that of all who owe the task."""
        assert self._owners is not None  # asked by `_point`
        if task.any_of:
            return self._owners.on(task.any_of, None, task.when)[:1]
        occurrences = self._found(task, None)
        day = occurrences[0].due.day(self._calendar) if occurrences else None
        owing = self._owners.on(task.owners, day, task.when)
        own = tuple(one for one in owing if one.id == unit)
        return own or tuple(one for one in owing if self._owners.within(one.id, unit)) or owing

    def _of_first(self, task: Task, unit: str | None) -> tuple[Occurrence, ...]:
        """The occurrences of a task from which another counts."""
        try:
            if unit is None or self._owners is None or not self.varies(task):
                return self._found(task, None)
            units = self._from_whom(task, unit)
            return self._found(task, units[0].id) if units else ()
        except ValueError:
            return ()

    def _depends(self, task: Task) -> bool:
        if task.on_event is not None or isinstance(task.due, Spaced) or (task.needs is not None and task.needs.wait):
            return True
        for expression in _expressions(task):
            for anchor in names_in(expression):
                other = self._tasks.get(anchor.name.rpartition(".")[0])
                if anchor.name.endswith((".done", ".accepted")) or (other is not None and self.varies(other)):
                    return True
        return False

    def _end_of(self, day: date, task: Task, *, ahead: bool = True) -> Deadline:
        """The end of a computed day, moved off days off as the task says; `ahead` is the usual way."""
        roll = task.roll or ("next working day" if ahead else "previous working day")
        if roll != "none":
            day = self._calendar.on_or_after(day) if roll == "next working day" else self._calendar.on_or_before(day)
        return day_deadline(day, self._calendar, task.day_ends)

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


def _recurrence(task: Task) -> Recurrence | None:
    """The recurrence of a task; one that is owed so often `per year` and says no more falls due at the year's end."""
    if isinstance(task.due, Recurrence):
        return task.due
    if task.at_least is None or task.due is not None or task.occasions:
        return None
    return Recurrence(every=parse_quota(task.at_least).every, by="last working day")


def _expressions(task: Task) -> Iterator[Expression]:
    """Every deadline of a task that can be read."""
    written: list[Moment] = [occasion.due for occasion in task.occasions]
    if isinstance(task.due, str | Either):
        written.append(task.due)
    if isinstance(task.due, Recurrence):
        written.append(task.due.by)
    if task.on_event is not None:
        named = (task.on_event.due_at(severity) for severity in task.on_event.severities or ("",))
        written += [one for one in named if one is not None]
    for one in written:
        try:
            yield expression_of(one, after_event=task.on_event is not None)
        except ValueError:
            continue

"""Which reports' figures count: what a longer report contains is not added to it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.plan import Plan
from dondoc.core.timetable import Timetable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Report:
    """Whose report it is: task (as the ledger knows it), unit and period."""

    task: str
    unit: str
    period: str


class Absorption:
    """What of a plan's reports is contained in which longer one, worked out once."""

    def __init__(self, plan: Plan, calendar: WorkCalendar) -> None:
        timetable = Timetable(plan, calendar)
        self._spans: dict[tuple[str, str], tuple[date, date]] = {}
        self._absorbs: dict[str, frozenset[str]] = {}
        for task in plan.tasks():
            for period in timetable.periods(task):
                self._spans[task.ledger_id, period.name] = (period.start, period.cut_off)
            absorbed = [plan.task(one.task) for one in task.absorbs]
            self._absorbs[task.ledger_id] = frozenset(one.ledger_id for one in absorbed if one is not None)

    def contains(self, longer: Report, shorter: Report) -> bool:
        """Whether a unit's longer report says what its shorter one says too, through others it absorbs as well."""
        if longer.unit != shorter.unit or not self._absorbed_by(longer.task, shorter.task):
            return False
        whole, part = (self._spans.get((one.task, one.period)) for one in (longer, shorter))
        return whole is not None and part is not None and whole[0] <= part[0] and part[1] <= whole[1]

    def counted(self, reports: Iterable[T], of: Callable[[T], Report]) -> tuple[T, ...]:
        """Those of `reports` whose figures are to be added up, in their order: none that another of them contains."""
        given = tuple(reports)
        named = [of(one) for one in given]
        return tuple(
            one
            for one, report in zip(given, named, strict=True)
            if not any(self.contains(other, report) for other in named if other.unit == report.unit)
        )

    def _absorbed_by(self, longer: str, shorter: str) -> bool:
        seen: set[str] = set()
        ahead = list(self._absorbs.get(longer, ()))
        while ahead:
            one = ahead.pop()
            if one == shorter:
                return True
            if one not in seen:
                seen.add(one)
                ahead.extend(self._absorbs.get(one, ()))
        return False

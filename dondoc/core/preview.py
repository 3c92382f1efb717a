"""What a preview shows: a plan's obligations and letters between two days, whom they burden, what to look at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.assumption import Assume
from dondoc.core.burden import Caution, LetterLine, Load
from dondoc.core.instants import iso, iso_due
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan comes to between two days, both included, if people behave as assumed."""

    plan: Plan
    organisation: Organisation
    calendar: WorkCalendar
    assume: Assume
    first: date
    last: date
    obligations: tuple[Obligation, ...]
    letters: tuple[LetterLine, ...]
    loads: tuple[Load, ...] = field(repr=False)
    cautions: tuple[Caution, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc preview --json`."""
        zone, calendar = self.calendar.zone, self.calendar
        return {
            "obligations": [
                {
                    "id": one.id,
                    "task": one.task,
                    "unit": one.unit,
                    "period": one.period,
                    "opens": iso(one.opens, zone),
                    "due": iso_due(one.due, calendar),
                    "assumed": list(one.terms.assumed),
                }
                for one in self.obligations
            ],
            "letters": [
                {
                    "id": one.id,
                    "at": iso(one.at, zone),
                    "to": one.recipient.key,
                    "kind": one.kind,
                    "subject": one.subject,
                    "steps": [
                        {"obligation": obligation, "rung": step.rung, "ordinal": step.ordinal}
                        for obligation, step in one.steps
                    ],
                }
                for one in self.letters
            ],
        }

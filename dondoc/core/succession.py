"""When units end: who takes over what they still owe."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.standing import Situation


@dataclass(frozen=True, slots=True)
class Succession:
    """The organisation as it stands on the local `day`.

    What had opened before its unit ended goes to the unit that replaced it, under its old id; what opens later is
    owed by whoever exists then, as the plan says.
    """

    directory: Directory
    calendar: WorkCalendar
    day: date

    def heir(self, unit: str) -> str | None:
        """The unit that has replaced a unit that is gone; None where it exists, or nobody replaced it."""
        present = self.directory.present_unit(unit, self.day)
        return present.id if present is not None and present.id != unit and present.exists_on(self.day) else None

    def carries_on(self, one: Obligation, now: Situation, owed: Container[tuple[str, str, str]]) -> bool:
        """Whether a duty that the plan does not give its unit any more is still owed, by the unit's successor.

        `owed` has task, unit and period of what the plan asks for: what the successor owes itself anyway is not
        owed twice.
        """
        owner = self.heir(now.owner) or now.owner
        gone = self.directory.organisation.unit(one.unit)
        if owner == one.unit or gone is None or gone.valid_until is None or gone.exists_on(self.day):
            return False
        if self.calendar.day_of(one.opens) > gone.valid_until:
            return False
        return (one.task, owner, one.period) not in owed


def succession(organisation: Organisation, calendar: WorkCalendar, instant: datetime) -> Succession:
    """Who has taken over from whom by `instant` (aware)."""
    return Succession(Directory(organisation), calendar, calendar.day_of(instant))

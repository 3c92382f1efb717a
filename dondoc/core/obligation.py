"""One unit's duty for one task in one period, with the terms the plan sets for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.grammar import Every, Expression, Offset, Span
from dondoc.core.text import Text


@dataclass(frozen=True, slots=True)
class EscalationRung:
    """One step of the ladder, resolved.

    `to` is a role (`head of owner`, `focal point`), a unit or a committee; `committee` says which of these it is.
    """

    name: str
    after: Offset
    to: str
    committee: bool
    again: Every | None = None


@dataclass(frozen=True, slots=True)
class ResolvedPolicy:
    """What a task's policy comes to once names, extensions and replacements are followed."""

    remind: tuple[Offset, ...] = ()
    chase: Every | None = None
    escalate: tuple[EscalationRung, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Who reviews, and within what time of the receipt."""

    by: str
    within: Offset
    deemed: Literal["accepted", "refused"] | None = None
    """What silence means when that time is over."""


@dataclass(frozen=True, slots=True)
class ExtensionTerms:
    """How far a deadline may be extended: so long after the original one, until a day, and how many times."""

    at_most: Span | None = None
    until: Expression | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the plan says of a task: shared by all its obligations."""

    plan: str
    task: str
    section: str
    title: Text
    policy: ResolvedPolicy
    focal_point: str
    summary_to: tuple[str, ...] = ()
    """Committees that get the plan's weekly summary."""
    review: ReviewTerms | None = None
    form: str | None = None
    """The form to fill in, or `acknowledgement`, `files`, `signed document`, `nothing`."""
    urgent: bool = False
    locked_at_deadline: bool = False
    through: str | None = None
    on_behalf_of: str | None = None
    with_: tuple[str, ...] = ()
    """Units that work on it together with the owner, and are reminded with it."""
    for_information: tuple[str, ...] = ()
    """Units and committees that are told when it is done."""
    jointly: tuple[str, ...] = ()
    """Units any of which may answer; the letters to the owner go to all of them."""
    extension: ExtensionTerms | None = None
    needs: str | None = None
    """The task of the units below, or of the owner itself, that has to come in first."""
    begins_with_event: bool = False
    assumed: tuple[str, ...] = ()
    source_line: int | None = None

    def __hash__(self) -> int:
        """Cheap, since what follows from terms is looked up by them very often; equality looks at everything."""
        return hash((self.plan, self.task))


@dataclass(frozen=True, slots=True)
class Obligation:
    """One unit's duty for one task in one period.

    `unit` is the original owner and, like `id`, never changes; the owner of today comes from the history, and
    so does the deadline in force. `opens` is an aware UTC instant.
    """

    id: str
    terms: Terms
    unit: str
    period: str
    period_title: Text | None
    opens: datetime
    due: Deadline

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.terms.plan

    @property
    def task(self) -> str:
        """The task's id within the plan."""
        return self.terms.task

    def title(self, language: str) -> str:
        """What is owed and for which period, as a letter names it."""
        title = self.terms.title.within(language)
        return f"{title} – {self.period_title.within(language)}" if self.period_title else title


def obligation_id(plan: str, task: str, unit: str, period: str) -> str:
    """The identity of an obligation, never derived from its deadline.

    >>> obligation_id("tre-em-2023", "bao-cao-6-thang", "h-gia-binh", "2023-H1")
    'tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1'
    """
    return f"{plan}/{task}/{unit}/{period}"

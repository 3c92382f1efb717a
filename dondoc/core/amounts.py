"""What is planned and what was reached: targets by unit, and money by its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dondoc.core.clauses import Target
from dondoc.core.plan import Plan

Figures = Mapping[tuple[str, str], Decimal]
"""What was reported, by unit and field."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A target and how far it is reached; `unit` is None for the whole."""

    field: str
    unit: str | None
    target: Decimal
    reached: Decimal

    @property
    def share(self) -> Decimal | None:
        """The part that is reached, 1 for all of it; None where there is nothing to reach.

        >>> Progress("I20", None, Decimal(2305), Decimal(461)).share
        Decimal('0.2')
        """
        return self.reached / self.target if self.target else None


def progress(field: str, target: Target, reached: Figures) -> tuple[Progress, ...]:
    """How far each unit's target is reached, in the order of the plan, and last the whole.

    What a unit without a target of its own reached counts towards the whole.
    """
    units = tuple(
        Progress(field, unit, goal, reached.get((unit, field), Decimal(0))) for unit, goal in target.units.items()
    )
    in_all = sum((figure for (_, name), figure in reached.items() if name == field), Decimal(0))
    return (*units, Progress(field, None, target.total, in_all))


@dataclass(frozen=True, slots=True)
class Funds:
    """A source of money: what it has, what tasks plan from it, what they report to have used of it."""

    line: str
    amount: Decimal | None
    planned: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        """What is left of the amount, or of what was planned where no amount is known."""
        return (self.planned if self.amount is None else self.amount) - self.used


def funds(plan: Plan, reported: Mapping[tuple[str, str], Decimal]) -> tuple[Funds, ...]:
    """The plan's sources in its order; `reported` has figures by task and field, added up over units and time."""
    shares = [(task.ledger_id, share) for task in plan.tasks() for share in task.funding]
    return tuple(
        Funds(
            line.id,
            line.amount,
            sum((share.planned or Decimal(0) for _, share in shares if share.line == line.id), Decimal(0)),
            sum(
                (
                    reported.get((task, share.used), Decimal(0))
                    for task, share in shares
                    if share.line == line.id and share.used is not None
                ),
                Decimal(0),
            ),
        )
        for line in plan.funding
    )

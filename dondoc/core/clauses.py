"""Clauses a task may have: who owes it, when it falls due, what it waits for, follows, contains and is to reach."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from dondoc.core.organisation import Identifier, UnitName, UnitNames
from dondoc.core.text import Names, OneOrMany, Strict, Text


class EachOf(Strict):
    """One obligation for each unit of a level, below a unit, except some; `where` asks for attributes of the unit."""

    each: str
    under: UnitName | None = None
    except_: UnitNames = Field(default=(), alias="except")
    where: str | None = None


def _owner(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("each "):
        return {"each": value.removeprefix("each ").strip()}
    return value


Owner = Annotated[UnitName | EachOf, BeforeValidator(_owner)]
Owners = Annotated[tuple[Owner, ...], OneOrMany]


class Either(Strict):
    """The earlier, or the later, of several deadlines; written `{earlier of: [2023-06-30, 10 days after plan.issued]}`.

    Of `earlier of`, those count that can be known yet; `later of` is known once all are.
    """

    earlier: Annotated[tuple[str, ...], OneOrMany] = Field(default=(), alias="earlier of")
    later: Annotated[tuple[str, ...], OneOrMany] = Field(default=(), alias="later of")

    @model_validator(mode="after")
    def _one_of_two(self) -> Either:
        if bool(self.earlier) == bool(self.later):
            raise ValueError("this says neither or both; write {earlier of: […]} or {later of: […]}")
        return self

    @property
    def key(self) -> str:
        """The key under which its parts stand."""
        return "earlier of" if self.earlier else "later of"


class Rule(Strict):
    """A recurrence by RFC 5545, for what no other says: `{rrule: "FREQ=MONTHLY;BYDAY=-1FR"}`."""

    rrule: str


class Spaced(Strict):
    """Again and again, each time so long after the last: `{spacing: 12-16 days, first: 2023-05-15}`."""

    spacing: str
    first: str


def _single_due(value: Any) -> str | None:
    if isinstance(value, list):
        return None
    return "(either)" if isinstance(value, dict | Either) else "(text)"


Moment = Annotated[Annotated[str, Tag("(text)")] | Annotated[Either, Tag("(either)")], Discriminator(_single_due)]
"""A deadline that comes once, or once in each period."""


class Recurrence(Strict):
    """A deadline that comes back: every period of a (reporting) year, by a day told in the period's terms."""

    every: str
    by: Moment
    year_from: str | None = None
    only: Names = ()
    except_: Names = Field(default=(), alias="except")


def _kind_of_due(value: Any) -> str | None:
    match value:
        case Recurrence() | Rule() | Spaced() | Either():
            return f"({type(value).__name__})"
        case {"rrule": _}:
            return "(Rule)"
        case {"spacing": _} | {"first": _}:
            return "(Spaced)"
        case dict() if not value or any(str(key).endswith(" of") for key in value):
            return "(Either)"
        case dict():
            return "(Recurrence)"
        case list():
            return None
        case _:
            return "(text)"


Due = Annotated[
    Annotated[str, Tag("(text)")]
    | Annotated[Recurrence, Tag("(Recurrence)")]
    | Annotated[Either, Tag("(Either)")]
    | Annotated[Rule, Tag("(Rule)")]
    | Annotated[Spaced, Tag("(Spaced)")],
    Discriminator(_kind_of_due),
]


class Occasion(Strict):
    """One of several dates on which a task falls due; its id is the obligation's period."""

    id: Identifier
    title: Text | None = None
    due: Moment
    remind: Names | None = None


class Continuing(Strict):
    """A standing duty without a date: no obligation of its own, it is told of inside periodic reports."""

    reported_in: Names = ()
    fields: Names = ()


class Absorbed(Strict):
    """A shorter report that this one contains, so that its figures are not added again; written as its id alone.

    `in_place`: where both close on the same day this one stands in place of the shorter, which is not owed then.
    """

    task: str
    in_place: bool = False

    @model_validator(mode="before")
    @classmethod
    def _a_task_alone(cls, value: Any) -> Any:
        return {"task": value} if isinstance(value, str) else value


class Needs(Strict):
    """What has to come in from below first; `{task: bao-cao-xa, of: children, wait: true}`.

    With `wait` the duty opens when those below fall due, and its own deadline keeps its distance, in working days,
    from the last of them that came in. Without, it only shows how many of them did, and their sums.
    """

    task: str
    of: Literal["children", "same"] = "children"
    wait: bool = False


class Again(Strict):
    """How an event's duty is repeated: a report every so often, until the event is over."""

    every: str
    until: str = "closed"


def _after_event(value: Any) -> str | None:
    match value:
        case list():
            return None
        case Either():
            return "(either)"
        case dict():
            return "(either)" if any(str(key).endswith(" of") for key in value) else "(by severity)"
        case _:
            return "(text)"


NO_DUTY = "none"
"""Written for a severity from which no duty follows."""


class OnEvent(Strict):
    """A duty that begins when something happens: `{event: vu-viec, raised_by: each district, due: 24 hours after}`.

    `due` counts from the event; as keys and values it names a deadline for each severity, or `none` where that asks
    for nothing. The unit that raised the event owes the duty where it is one of the owners, else all owners do.
    """

    event: Identifier
    title: Text | None = None
    raised_by: Owners = ()
    due: Annotated[
        Annotated[str, Tag("(text)")]
        | Annotated[Either, Tag("(either)")]
        | Annotated[dict[str, Moment], Tag("(by severity)")],
        Discriminator(_after_event),
    ]
    again: Again | None = None

    @property
    def severities(self) -> tuple[str, ...]:
        """Those it tells apart, each with a deadline of its own; none where one deadline holds for all."""
        return tuple(self.due) if isinstance(self.due, dict) else ()

    def due_at(self, severity: str) -> Moment | None:
        """The deadline of an event so severe; None where no duty follows from it."""
        due = self.due.get(severity) if isinstance(self.due, dict) else self.due
        return None if due == NO_DUTY else due


class Extension(Strict):
    """How far a deadline may be extended: by so long, or until a day, and how many times."""

    at_most: str | None = None
    until: str | None = None
    times: int | None = Field(default=None, ge=0)


class Content(Strict):
    """A form for some occurrences only, or for some owners: `{only: [Q3], form: ke-hoach-nam-sau}`."""

    form: str
    only: Names = ()
    owner: Owners = ()


class Target(Strict):
    """What an indicator is to reach, in all and by each unit; the units' parts add up to the total."""

    total: Decimal
    units: dict[UnitName, Decimal] = Field(default_factory=dict)


class Share(Strict):
    """A source of money of a task, the amount planned from it and the field that reports what was used of it."""

    line: str
    planned: Decimal | None = Field(default=None, ge=0)
    used: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_line_alone(cls, value: Any) -> Any:
        return {"line": value} if isinstance(value, str) else value

"""A plan as its YAML states it: sections of tasks with owners, deadlines, policies and forms."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from dondoc.core.organisation import Identifier
from dondoc.core.text import Day, Names, OneOrMany, Strict, Text

Roll = Literal["next working day", "previous working day", "none"]
DayEnds = Literal["midnight", "office"]
FieldType = Literal[
    "integer", "decimal", "money", "ratio", "percent", "text", "long text",
    "choice", "multiple choice", "boolean", "date", "list", "table",
]  # fmt: skip


class Span(Strict):
    """Days from `first` to `last`, both included; written `2023-04-13/2023-12-31`."""

    first: Day
    last: Day

    @model_validator(mode="before")
    @classmethod
    def _written_with_a_slash(cls, value: Any) -> Any:
        if isinstance(value, str):
            first, slash, last = value.partition("/")
            if not slash:
                raise ValueError("write a period as FIRST/LAST, for example 2023-04-13/2023-12-31")
            return {"first": first.strip(), "last": last.strip()}
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if self.last < self.first:
            raise ValueError(f"the period ends ({self.last}) before it begins ({self.first})")
        return self


class EscalationStep(Strict):
    """One rung of the ladder: how long after the deadline, to whom, and how often again."""

    after: str
    to: str
    again: str | None = None


class Policy(Strict):
    """When an owner is reminded and chased, and to whom a matter goes that stays open.

    `extends` names another policy; the parts written here replace that policy's parts.
    """

    extends: str | None = None
    remind: Names | None = None
    chase: str | None = None
    escalate: tuple[EscalationStep, ...] | None = None


class FormField(Strict):
    """A question of a form; with `over_time` and `across_units` it is an indicator that can be added up."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    label: Text
    type: FieldType = "text"
    unit: Text | None = None
    required: bool = True
    over_time: Literal["sum", "latest"] | None = None
    across_units: Literal["sum"] | None = None
    of: Names = ()
    choices: Names = ()
    min: Decimal | None = None
    max: Decimal | None = None
    sensitive: bool = False
    note: Text | None = None


class Files(Strict):
    """What may be attached to a submission."""

    min: int = 0
    types: Names = ("pdf", "docx")
    max_mb: int = 20


class Form(Strict):
    """The fields of a submission and the checks between them."""

    title: Text | None = None
    fields: tuple[FormField, ...] = ()
    checks: tuple[str, ...] = ()
    files: Files | None = None


class Review(Strict):
    """Who reviews a submission and how long they have; written `review: UNIT` or `{by: UNIT, within: …}`."""

    by: str
    within: str = "3 working days"

    @model_validator(mode="before")
    @classmethod
    def _a_unit_alone(cls, value: Any) -> Any:
        return {"by": value} if isinstance(value, str) else value


class Submit(Strict):
    """What is handed in: `acknowledgement`, `nothing`, `files`, the name of a form, or a signed document."""

    form: str | None = None
    document: Literal["signed"] | None = None
    what: Literal["acknowledgement", "nothing", "files"] | None = None
    review: Review | None = None
    locks: Literal["never", "at the deadline"] = "never"

    @model_validator(mode="before")
    @classmethod
    def _a_word_alone(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"what": value} if value in ("acknowledgement", "nothing", "files") else {"form": value}
        return value


class EachOf(Strict):
    """One obligation for each unit of a level, below a unit, except some."""

    each: str
    under: str | None = None
    except_: Names = Field(default=(), alias="except")


def _owner(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("each "):
        return {"each": value.removeprefix("each ").strip()}
    return value


Owner = Annotated[str | EachOf, BeforeValidator(_owner)]
Owners = Annotated[tuple[Owner, ...], OneOrMany]


class Recurrence(Strict):
    """A deadline that comes back: every period of a (reporting) year, by a day told in the period's terms."""

    every: str
    by: str
    year_from: str | None = None
    only: Names = ()
    except_: Names = Field(default=(), alias="except")


Due = Annotated[str | Recurrence, Field(union_mode="left_to_right")]


class Occasion(Strict):
    """One of several dates on which a task falls due; its id is the obligation's period."""

    id: Identifier
    title: Text | None = None
    due: str
    remind: Names | None = None


class Continuing(Strict):
    """A standing duty without a date: no obligation of its own, it is told of inside periodic reports."""

    reported_in: Names = ()
    fields: Names = ()


class Task(Strict):
    """What is to be done, by whom, by when, and what is handed in."""

    id: Identifier
    title: Text
    covers: Names = ()
    owner: Owners = ()
    with_: Names = Field(default=(), alias="with")
    through: str | None = None
    on_behalf_of: str | None = None
    for_information: Names = ()
    report_to: str | None = None
    due: Due | None = None
    occasions: tuple[Occasion, ...] = ()
    during: Span | None = None
    opens: str | None = None
    first_period: Literal["whole", "from plan start", "skip"] = "whole"
    roll: Roll | None = None
    day_ends: DayEnds = "midnight"
    strict: bool = False
    policy: str | Policy | None = None
    submit: Submit | None = None
    continuing: Continuing | None = None
    urgent: bool = False
    indicators: Names = ()
    funding: Names = ()
    assumed: Names = ()
    source: str | None = None
    was: str | None = None


class Section(Strict):
    """A numbered part of the plan document and its tasks."""

    id: str
    title: Text
    covers: Names = ()
    tasks: tuple[Task, ...] = ()


class Note(Strict):
    """A sentence of the document that binds everybody but is no task: a purpose, a constraint, a context."""

    covers: Names
    text: Text
    indicators: Names = ()


class FundingLine(Strict):
    """A source of money that tasks name."""

    id: str
    title: Text
    covers: Names = ()


class Recipient(Strict):
    """A line of the document's list of recipients (nơi nhận)."""

    name: Text
    purpose: Literal["report", "coordination", "action", "direction", "filing"]
    unit: str | None = None
    covers: Names = ()


class Plan(Strict):
    """A whole plan document, encoded."""

    plan: Identifier
    title: Text
    number: str | None = None
    issued: Day
    issued_by: str | None = None
    period: Span
    focal_point: str
    basis: Annotated[tuple[Text, ...], OneOrMany] = ()
    source: str | None = None
    commitments: str | None = None
    recipients: tuple[Recipient, ...] = ()
    notes: tuple[Note, ...] = ()
    funding: tuple[FundingLine, ...] = ()
    policies: dict[str, Policy] = Field(default_factory=dict)
    policy: str | Policy | None = None
    forms: dict[str, Form] = Field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    def tasks(self) -> Iterator[Task]:
        """Every task in the document's order."""
        return (task for section in self.sections for task in section.tasks)

    def task(self, task_id: str) -> Task | None:
        """The task of that id, or None."""
        return next((task for task in self.tasks() if task.id == task_id), None)

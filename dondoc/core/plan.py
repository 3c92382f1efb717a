"""A plan as its YAML states it: sections of tasks with owners, deadlines, policies and forms."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from dondoc.calendar.grammar import InMonth, parse_deadline
from dondoc.core.clauses import (
    Absorbed,
    Content,
    Continuing,
    Due,
    EachOf,
    Extension,
    Needs,
    Occasion,
    OnEvent,
    Owner,
    Owners,
    Recurrence,
    Share,
    Target,
)
from dondoc.core.organisation import Identifier, UnitName, UnitNames
from dondoc.core.text import Day, Names, OneOrMany, Strict, Text

__all__ = ["EachOf", "Form", "Owner", "Plan", "Recurrence", "Submit", "Task"]

Roll = Literal["next working day", "previous working day", "none"]
DayEnds = Literal["midnight", "office"]
FieldType = Literal[
    "integer", "decimal", "money", "ratio", "percent", "text", "long text",
    "choice", "multiple choice", "boolean", "date", "list", "table",
]  # fmt: skip


def _month(text: str) -> dict[str, date] | None:
    """The first and the last day of `June 2023`; None for any other text."""
    try:
        written = parse_deadline(f"in {text}")
    except ValueError:
        return None
    if not isinstance(written, InMonth):
        return None
    last = monthrange(written.year, written.month)[1]
    return {"first": date(written.year, written.month, 1), "last": date(written.year, written.month, last)}


class Span(Strict):
    """Days from `first` to `last`, both included; written `2023-04-13/2023-12-31`, or `June 2023` for the month."""

    first: Day
    last: Day

    @model_validator(mode="before")
    @classmethod
    def _written_with_a_slash(cls, value: Any) -> Any:
        if isinstance(value, str):
            first, slash, last = value.partition("/")
            month = _month(value)
            if month is not None:
                return month
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
    to: UnitName
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
    parts: dict[str, Text] = Field(default_factory=dict)
    choices: Names = ()
    min: Decimal | None = None
    max: Decimal | None = None
    sensitive: bool = False
    note: Text | None = None
    was: str | None = None

    @property
    def halves(self) -> tuple[str, str]:
        """What the two numbers of a ratio are called, the numerator first."""
        return (self.of[0], self.of[1]) if len(self.of) == 2 else ("numerator", "denominator")

    def part(self, name: str) -> Text:
        """What people read for one of the two numbers of a ratio; its name, where the plan says nothing else.

        >>> FormField(id="I14", label="Tỷ lệ", of=("dat", "so_xa"), parts={"dat": "Số xã đạt"}).part("so_xa").vi
        'so xa'
        """
        return self.parts.get(name) or Text(vi=name.replace("_", " "), en=name.replace("_", " "))


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
    """Who reviews a submission and how long they have; written `review: UNIT` or `{by: UNIT, within: …}`.

    `deemed` is what silence means when that time is over: accepted, or refused.
    """

    by: UnitName
    within: str = "3 working days"
    deemed: Literal["accepted", "refused"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_unit_alone(cls, value: Any) -> Any:
        return {"by": value} if isinstance(value, str) else value


class Submit(Strict):
    """What is handed in: `acknowledgement`, `nothing`, `files`, the name of a form, or a signed document.

    `also` adds the questions of another form in some periods or for some owners; `instead` asks them in its place.
    """

    form: str | None = None
    document: Literal["signed"] | None = None
    what: Literal["acknowledgement", "nothing", "files"] | None = None
    also: Annotated[tuple[Content, ...], OneOrMany] = ()
    instead: Annotated[tuple[Content, ...], OneOrMany] = ()
    review: Review | None = None
    locks: Literal["never", "at the deadline"] = "never"

    @model_validator(mode="before")
    @classmethod
    def _a_word_alone(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"what": value} if value in ("acknowledgement", "nothing", "files") else {"form": value}
        return value


class Task(Strict):
    """What is to be done, by whom, by when, and what is handed in."""

    id: Identifier
    title: Text
    covers: Names = ()
    owner: Owners = ()
    any_of: Owners = ()
    each_of: Owners = ()
    when: str | None = None
    with_: UnitNames = Field(default=(), alias="with")
    through: UnitName | None = None
    on_behalf_of: UnitName | None = None
    for_information: UnitNames = ()
    report_to: UnitName | None = None
    due: Due | None = None
    occasions: tuple[Occasion, ...] = ()
    during: Span | None = None
    on_event: OnEvent | None = None
    at_least: str | None = None
    needs: Needs | None = None
    absorbs: Annotated[tuple[Absorbed, ...], OneOrMany] = ()
    embedded_in: Names = ()
    extension: Extension | None = None
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
    targets: dict[str, Target] = Field(default_factory=dict)
    funding: Annotated[tuple[Share, ...], OneOrMany] = ()
    assumed: Names = ()
    source: str | None = None
    was: str | None = None

    @property
    def ledger_id(self) -> str:
        """What it is called in the ids of its obligations, which never change: its first name."""
        return self.was or self.id

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Who owes it, each for itself."""
        return (*self.owner, *self.each_of)


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
    amount: Decimal | None = Field(default=None, ge=0)
    unit: Text = Text(vi="đồng")
    covers: Names = ()


class Recipient(Strict):
    """A line of the document's list of recipients (nơi nhận)."""

    name: Text
    purpose: Literal["report", "coordination", "action", "direction", "filing"]
    unit: UnitName | None = None
    covers: Names = ()


class Plan(Strict):
    """A whole plan document, encoded."""

    plan: Identifier
    title: Text
    number: str | None = None
    issued: Day
    issued_by: UnitName | None = None
    period: Span
    focal_point: UnitName
    weekly_summary: UnitNames = ()
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
        """The task of that id, or that was once called so; None where there is none."""
        found = next((task for task in self.tasks() if task.id == task_id), None)
        return found or next((task for task in self.tasks() if task.was == task_id), None)

"""The organisation as its YAML states it: units in a tree, committees, people, and the working calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from dondoc.calendar.workdays import (
    DayOff,
    MadeUpDay,
    WorkCalendar,
    parse_clock,
    parse_office_hours,
    work_calendar,
)
from dondoc.core.text import Day, OneOrMany, Strict, Text

Receives = Literal["duties", "copies", "escalations"]
Contact = Literal["mail", "paper", "zalo", "sms"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]


def _first_name(name: str, info: ValidationInfo) -> str:
    """By the context of `under_first_names`; UNIT/ROLE is read as well. Anything else stays as it was written."""
    unit, slash, role = name.partition("/")
    return f"{info.context.get(unit, unit)}{slash}{role}" if info.context else name


UnitName = Annotated[str, AfterValidator(_first_name)]
"""Where a file names a unit (or a committee, or a role) by its id."""
UnitNames = Annotated[tuple[UnitName, ...], OneOrMany]

HEAD = "head"
"""The role of the person who answers for a unit; "head of owner" in a policy means this person."""


class Away(Strict):
    """Days of absence, both included, in the organisation's zone; written `2023-06-01/2023-06-15`."""

    first: Day
    last: Day

    @classmethod
    def parse(cls, value: object) -> object:
        """Read `FIRST/LAST`; any other value is left for the model to refuse."""
        if isinstance(value, str):
            first, slash, last = value.partition("/")
            if not slash:
                raise ValueError("write days of absence as FIRST/LAST, for example 2023-06-01/2023-06-15")
            return {"first": first.strip(), "last": last.strip()}
        return value

    def covers(self, day: date) -> bool:
        """Whether `day` lies within the absence."""
        return self.first <= day <= self.last


class Person(Strict):
    """Somebody letters are written to; a role in a unit rather than a name."""

    role: str = "officer"
    name: Text | None = None
    email: str | None = None
    phone: str | None = None
    contact: Contact = "mail"
    receives: tuple[Receives, ...] = ("duties", "copies", "escalations")
    language: Literal["vi", "en"] | None = None
    away: Annotated[Away | None, BeforeValidator(Away.parse)] = None
    stand_in: UnitName | None = None
    """Who receives letters during the absence: a role of the same unit, or `UNIT/ROLE`."""

    @field_validator("email")
    @classmethod
    def _has_one_at_sign(cls, value: str | None) -> str | None:
        if value is None:
            return None
        local, at, domain = value.strip().rpartition("@")
        if not at or not local or "." not in domain or any(c.isspace() or c in "<>,;\"'" for c in value.strip()):
            raise ValueError(f"{value!r} is not an e-mail address; write it as name@host.domain")
        return value.strip()


class Unit(Strict):
    """A part of the organisation that can owe, receive or review something; what it is `called` now is written `id`."""

    called: Identifier = Field(alias="id")
    was: Identifier | None = None
    name: Text
    short: Text | None = None
    level: str | None = None
    kind: Literal["unit", "department"] = "unit"
    inside: UnitName | None = Field(default=None, alias="in")
    people: tuple[Person, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)
    valid_from: Day | None = None
    valid_until: Day | None = None
    replaces: UnitNames = ()

    @property
    def id(self) -> str:
        """What it is called in the ledger, in obligations, events and letters, which never change: its first id."""
        return self.was or self.called

    def exists_on(self, day: date) -> bool:
        """Whether the unit exists on `day` (its last day included)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Committee(Strict):
    """A collective body; its letters go to its secretary, in the secretary's absence to its members."""

    id: Identifier
    name: Text
    short: Text | None = None
    secretary: Person | None = None
    members: tuple[Person, ...] = ()

    @property
    def called(self) -> str:
        """What it is called now, as of a unit: its id."""
        return self.id


class CalendarDay(Strict):
    """A day the calendar must treat otherwise than the public holidays say, and the document that says so."""

    date: Day
    why: str


class CalendarSection(Strict):
    """Working days and office hours; `holidays` names a country (and part) of the `holidays` package."""

    holidays: str | None = None
    days_off: tuple[CalendarDay, ...] = ()
    make_up_days: tuple[CalendarDay, ...] = ()
    office_hours: str = "07:30-11:30, 13:30-17:00"
    letters_at: str = "08:00"

    @field_validator("office_hours")
    @classmethod
    def _hours_can_be_read(cls, value: str) -> str:
        parse_office_hours(value)
        return value

    @field_validator("letters_at")
    @classmethod
    def _time_can_be_read(cls, value: str) -> str:
        parse_clock(value)
        return value


class Organisation(Strict):
    """Everything plans share: who exists, who can be written to, and when the office is open."""

    organisation: Identifier
    name: Text
    short: Text | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"
    calendar: CalendarSection = CalendarSection()
    levels: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    committees: tuple[Committee, ...] = ()
    administrator: Person | None = None
    """Who hears of bounces, of rungs with nobody to receive them and of uncertain deliveries."""

    @field_validator("timezone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(
                f"{value!r} is not a time zone; write a name such as Asia/Ho_Chi_Minh or Europe/London"
            ) from None
        return value

    def unit(self, unit_id: str) -> Unit | None:
        """The unit of that id, or that is called so by now; None where there is none."""
        return self._units.get(unit_id)

    def committee(self, committee_id: str) -> Committee | None:
        """The committee of that id, or None."""
        return self._committees.get(committee_id)

    @cached_property
    def first_names(self) -> dict[str, str]:
        """The first ids of the units that are called otherwise by now."""
        return {unit.called: unit.was for unit in self.units if unit.was is not None}

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {name: unit for unit in reversed(self.units) for name in (unit.called, unit.id)}

    @cached_property
    def _committees(self) -> dict[str, Committee]:
        return {body.id: body for body in reversed(self.committees)}

    def work_calendar(self) -> WorkCalendar:
        """The working calendar of this organisation: public holidays overlaid with its own days."""
        section = self.calendar
        return work_calendar(
            zone=self.timezone,
            holidays=section.holidays,
            days_off=[DayOff(d.date, d.why, d.why) for d in section.days_off],
            made_up_days=[MadeUpDay(d.date, d.why) for d in section.make_up_days],
            office_hours=section.office_hours,
            letters_at=section.letters_at,
        )


Model = TypeVar("Model", bound=BaseModel)


def under_first_names(model: Model, first_names: Mapping[str, str]) -> Model:
    """A plan or an organisation with every unit that it names called as the ledger knows it.

    >>> house = Organisation.model_validate(
    ...     {
    ...         "organisation": "hoi",
    ...         "name": "Hội",
    ...         "units": [
    ...             {"id": "ban-moi", "was": "ban-cu", "name": "Ban"},
    ...             {"id": "to", "name": "Tổ", "in": "ban-moi"},
    ...         ],
    ...     }
    ... )
    >>> under_first_names(house, house.first_names).units[1].inside
    'ban-cu'
    """
    if not first_names:
        return model
    return type(model).model_validate(model.model_dump(mode="json", by_alias=True), context=dict(first_names))

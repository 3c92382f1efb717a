"""What all letters of an organisation have in common: who writes to whom in which words, and where links lead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.letter import Recipient
from dondoc.core.organisation import HEAD
from dondoc.core.plan import Plan
from dondoc.links import PARAMETER, Keys
from notifications import wording
from notifications.traces import token_of

_SAFE = re.compile(r"[a-zA-Z0-9/._~-]*")
Direction = Literal["down", "sideways", "up"]
Urgency = Literal["overdue", "today", "soon"]


@dataclass(frozen=True, slots=True)
class Address:
    """How a letter addresses its recipient and names its sender; `person`, `unit` and `body` may be empty.

    `you` stands for the recipient inside a sentence, `asks` for a request in the right register: "đề nghị" from
    above, "kính đề nghị" upwards and sideways.
    """

    person: str
    unit: str
    body: str
    you: str
    asks: str
    sender: str
    organisation: str
    direction: Direction
    stands_in: str = ""
    """Whom the recipient stands in for, and until when; empty where the letter is to themselves."""


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """A deadline as it is spoken of at some instant; many duties of a round share one."""

    long: str
    short: str
    left: str
    phrase: str
    urgency: Urgency


class Letterhead:
    """The organisation that writes, its plans and calendar; built once per applied version and kept.

    `plans` holds the plans as applied, by id. Links lead below `base_url`, signed with `keys`.
    Templates are looked for in `overrides` first, in the folder of the plan's id before the organisation's own.
    """

    def __init__(
        self,
        directory: Directory,
        plans: Mapping[str, Plan],
        calendar: WorkCalendar,
        base_url: str,
        overrides: Path | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.directory = directory
        self.plans = plans
        self.calendar = calendar
        self.base_url = base_url.rstrip("/")
        self.overrides = overrides
        self.keys = keys
        self.opens = ""
        """What stands behind every link of a letter: the one whose letterhead it is."""
        self.name = lru_cache(maxsize=None)(directory.name)
        self.hand_in = lru_cache(maxsize=None)(self._hand_in)
        self.plan_name = lru_cache(maxsize=None)(self._plan_name)
        self.deadline_words = lru_cache(maxsize=8192)(self._deadline_words)
        self._address = lru_cache(maxsize=32768)(self._addressed)

    def with_directory(self, directory: Directory) -> Letterhead:
        """The same letterhead of an organisation in which there is more."""
        return Letterhead(directory, self.plans, self.calendar, self.base_url, self.overrides, self.keys)

    def owner(self, unit: str, at: datetime) -> str:
        """The unit that stands for `unit` at an instant (aware): itself, or what it became."""
        present = self.directory.present_unit(unit, self.calendar.day_of(at))
        return present.id if present else unit

    def of_letter(self, letter: str) -> Letterhead:
        """The letterhead of one letter: its links are that letter's own, signed once for all of them."""
        if self.keys is None:
            return self
        own = copy(self)
        own.opens = self.opening(letter)
        return own

    def opening(self, letter: str) -> str:
        """What stands behind every link of a letter; nothing where links are not signed."""
        return f"?{PARAMETER}={self.keys.sign(letter)}" if self.keys else ""

    def link(self, obligation: str) -> str:
        """Where the one page about this duty is."""
        safe = obligation if _SAFE.fullmatch(obligation) else quote(obligation)
        return f"{self.base_url}/o/{safe}{self.opens}"

    def page(self, path: str) -> str:
        """Where another page of the portal is, `path` beginning with a slash."""
        return f"{self.base_url}{path}{self.opens}"

    def address(self, recipient: Recipient, plans: Iterable[str]) -> Address:
        """How a letter about these plans addresses `recipient`."""
        focal_points = {self.plans[plan].focal_point for plan in plans}
        sender = focal_points.pop() if len(focal_points) == 1 else ""
        found = self._address(sender, recipient.unit, recipient.role, recipient.name, recipient.language)
        if not recipient.stands_in_for:
            return found
        until = date.fromisoformat(recipient.stands_in_until)
        return replace(found, stands_in=wording.stands_in(recipient.stands_in_for, until, recipient.language))

    def _deadline_words(self, due: Deadline, at: datetime, language: str) -> DeadlineWords:
        calendar = self.calendar
        if not due.met_by(at):
            urgency: Urgency = "overdue"
        else:
            urgency = "today" if due.day(calendar) == calendar.day_of(at) else "soon"
        return DeadlineWords(
            long=wording.long_deadline(due, calendar, language),
            short=wording.short_deadline(due, calendar, language),
            left=wording.remaining(due, at, calendar, language),
            phrase=wording.due_phrase(due, at, calendar, language),
            urgency=urgency,
        )

    def _addressed(self, focal_point: str, unit_id: str, role: str, name: str, language: str) -> Address:
        organisation = self.directory.organisation
        direction = self._direction(focal_point, unit_id)
        unit_name = self.name(unit_id, language)
        home = organisation.name.within(language)
        person = name if name not in {unit_name, home, self.name(unit_id, organisation.language)} else ""
        own = organisation.short or organisation.name
        own_name = own.within(language)
        sender = self.name(focal_point, language) if focal_point and focal_point != unit_id else own_name
        asks = wording.asks(direction, language)
        if organisation.committee(unit_id):
            return Address(person, "", unit_name, unit_name, asks, sender, own_name, direction)
        known = organisation.unit(unit_id) is not None
        if person:
            unit = unit_name if known and unit_name.casefold() not in person.casefold() else ""
        else:
            unit = wording.leaders_of(unit_name, language) if role == HEAD else unit_name if known else own_name
        you = wording.you(personal=bool(person) or role == HEAD, direction=direction, language=language)
        return Address(person, unit, "", you, asks, sender, own_name, direction)

    def _direction(self, focal_point: str, unit_id: str) -> Direction:
        """From the focal point's place: committees and what it belongs to are above it, departments beside it."""
        organisation = self.directory.organisation
        if organisation.committee(unit_id):
            return "up"
        above = organisation.unit(focal_point)
        while above is not None and above.inside is not None:
            above = organisation.unit(above.inside)
            if above is not None and above.id == unit_id:
                return "up"
        unit = organisation.unit(unit_id)
        return "sideways" if unit is None or unit.kind == "department" else "down"

    def _plan_name(self, plan_id: str, language: str) -> str:
        """The plan as a letter refers to it: its title, number and date."""
        plan = self.plans[plan_id]
        number = plan.number if plan.number and any(sign.isdigit() for sign in plan.number) else ""
        return wording.plan_name(plan.title.within(language), number, plan.issued, language)

    def _hand_in(self, plan_id: str, form: str | None, language: str) -> str:
        """What is to be handed in."""
        found = self.plans[plan_id].forms.get(form) if form else None
        if found is None:
            return wording.hand_in(form, language)
        title = found.title.within(language) if found.title else ""
        files = found.files.types if found.files and found.files.min else ()
        return wording.form_to_fill(title, files, language)


def reply_token(letter: str) -> str:
    """What stands in the subject, so that an answer finds its letter even where the address lost its tag.

    >>> reply_token("k7qxm2pa4dlr5zzz")
    '[#K7QXM2PA]'
    """
    return f"[#{token_of(letter).upper()}]"

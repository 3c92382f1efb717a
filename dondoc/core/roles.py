"""What a person is in an organisation: the unit's contact, who reviews, who leads, who administers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dondoc.core.address import Directory
from dondoc.core.organisation import HEAD, Organisation, Person
from dondoc.core.plan import Plan

Place = Literal["unit", "committee", "organisation"]


@dataclass(frozen=True, slots=True)
class Membership:
    """One place in which a person stands in the organisation file; `at` is the id of the unit or committee."""

    at: str
    place: Place
    role: str
    person: Person


@dataclass(frozen=True, slots=True)
class Roles:
    """Everything a person (by the contact's key) is in an organisation with its plans in force."""

    key: str
    organisation: str
    memberships: tuple[Membership, ...]
    reviews: frozenset[str]
    """The units that decide about something (what is handed in, or a request for more time) for which the person does.

    They are the person's own, those that its own replaced, and those where the person stands in for somebody away.
    """
    leads: bool
    """Belongs to a committee, or heads a focal point or a unit above one."""
    administers: bool
    language: str
    """The person's, else the organisation's."""

    @property
    def units(self) -> frozenset[str]:
        """The units in which the person stands."""
        return frozenset(one.at for one in self.memberships if one.place == "unit")

    @property
    def bodies(self) -> frozenset[str]:
        """The units and committees in which the person stands."""
        return frozenset(one.at for one in self.memberships)


def key_of(person: Person, unit: str) -> str:
    """The key of a contact: the address in small letters, or `paper:UNIT/ROLE`."""
    return person.email.lower() if person.email else f"paper:{unit}/{person.role}"


def roles_of(key: str, organisation: Organisation, plans: Iterable[Plan], day: date) -> Roles:
    """What the person with this key is on `day`; somebody unknown has no membership and no role."""
    memberships = tuple(one for one in everybody(organisation) if key_of(one.person, one.at) == key)
    in_force = tuple(plans)
    reviewers = {
        task.submit.review.by for plan in in_force for task in plan.tasks() if task.submit and task.submit.review
    }
    units = {one.at for one in memberships if one.place == "unit"}
    focal = {plan.focal_point for plan in in_force}
    above = {unit for point in focal for unit in _upwards(point, organisation)}
    return Roles(
        key,
        organisation.organisation,
        memberships,
        reviews=frozenset(_decides_for(key, units, reviewers | focal, organisation, day))
        if memberships
        else frozenset(),
        leads=any(
            one.place == "committee" or (one.place == "unit" and one.role == HEAD and one.at in above)
            for one in memberships
        ),
        administers=any(one.place == "organisation" for one in memberships),
        language=next((one.person.language for one in memberships if one.person.language), organisation.language),
    )


def _decides_for(
    key: str, units: set[str], deciding: Iterable[str], organisation: Organisation, day: date
) -> Iterator[str]:
    directory = Directory(organisation)
    for unit in deciding:
        present = directory.present_unit(unit, day)
        ours = unit in units or (present is not None and present.id in units)
        if ours or any(one.key == key for one in directory.people(unit, "duties", day)):
            yield unit


def everybody(organisation: Organisation) -> Iterator[Membership]:
    """Every place in which somebody stands in the organisation file."""
    if organisation.administrator:
        yield Membership(
            organisation.organisation, "organisation", organisation.administrator.role, organisation.administrator
        )
    for unit in organisation.units:
        for person in unit.people:
            yield Membership(unit.id, "unit", person.role, person)
    for body in organisation.committees:
        for person in (*((body.secretary,) if body.secretary else ()), *body.members):
            yield Membership(body.id, "committee", person.role, person)


def _upwards(unit_id: str, organisation: Organisation) -> Iterator[str]:
    """The unit and those it lies within."""
    seen: set[str] = set()
    unit = organisation.unit(unit_id)
    while unit is not None and unit.id not in seen:
        seen.add(unit.id)
        yield unit.id
        unit = organisation.unit(unit.inside) if unit.inside else None

"""Checks of an organisation: its units hang together, its people can be reached, its calendar can be built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dondoc.authoring.checks.context import OrganisationFile, leads_back
from dondoc.authoring.tree import TreePath
from dondoc.core.organisation import CalendarSection, Person, Unit
from dondoc.core.problem import Problem


def ids_are_unique(file: OrganisationFile) -> Iterator[Problem]:
    """Units and committees are told apart by their ids."""
    seen: Counter[str] = Counter()
    places: list[tuple[TreePath, str]] = [
        *((("units", number, "id"), unit.called) for number, unit in enumerate(file.organisation.units)),
        *((("committees", number, "id"), body.id) for number, body in enumerate(file.organisation.committees)),
    ]
    for path, name in places:
        seen[name] += 1
        if seen[name] > 1:
            message = f"`{name}` is the id of something above as well"
            yield from file.error(path, "duplicate-id", message, "give each unit and committee its own id")


def former_names_are_free(file: OrganisationFile) -> Iterator[Problem]:
    """What a unit `was` called is the name of nothing else: its obligations keep their first one."""
    taken = {*(unit.called for unit in file.organisation.units), *file.committee_ids}
    for number, unit in enumerate(file.organisation.units):
        if unit.was is not None and unit.was in taken:
            message = f"something else is called `{unit.was}`, or was"
            hint = "give that another id, or leave `was` out"
            yield from file.error(("units", number, "was"), "duplicate-id", message, hint)
        taken |= {unit.was} if unit.was else set()


def levels_exist(file: OrganisationFile) -> Iterator[Problem]:
    """A unit's level is one of `levels`."""
    levels = file.organisation.levels
    for number, unit in enumerate(file.organisation.units):
        if unit.level is not None and unit.level not in levels:
            yield from file.unknown(("units", number, "level"), "level", unit.level, levels)


def units_hang_together(file: OrganisationFile) -> Iterator[Problem]:
    """What a unit is `in`, and what it `replaces`, exists and does not lead back to it."""
    above = {unit.id: (unit.inside,) if unit.inside else () for unit in file.organisation.units}
    for number, unit in enumerate(file.organisation.units):
        if unit.inside is not None:
            path: TreePath = ("units", number, "in")
            if unit.inside not in file.unit_ids:
                yield from file.unknown(path, "unit", unit.inside, file.unit_ids)
            elif leads_back(unit.id, lambda name: above.get(name, ())):
                yield from file.error(path, "circle", f"`{unit.id}` is inside itself", "name the unit above it")
        for place, old in enumerate(unit.replaces):
            path = ("units", number, "replaces", place)
            if old not in file.unit_ids:
                yield from file.unknown(path, "unit", old, file.unit_ids)
            elif leads_back(old, lambda name: (file.heirs[name].id,) if name in file.heirs else ()):
                message = f"`{old}` is replaced by a unit that it replaces itself"
                yield from file.error(path, "circle", message, "keep one direction")


def days_are_in_order(file: OrganisationFile) -> Iterator[Problem]:
    """A unit does not end before it begins, nor an absence."""
    for number, unit in enumerate(file.organisation.units):
        if unit.valid_from and unit.valid_until and unit.valid_until < unit.valid_from:
            message = f"`{unit.id}` ends ({unit.valid_until}) before it begins ({unit.valid_from})"
            yield from file.error(("units", number, "valid_until"), "days-reversed", message, "exchange the days")
    for path, _, person in people(file):
        if person.away and person.away.last < person.away.first:
            message = f"the absence ends ({person.away.last}) before it begins ({person.away.first})"
            yield from file.error((*path, "away"), "days-reversed", message, "exchange the days")


def people_can_be_reached(file: OrganisationFile) -> Iterator[Problem]:
    """Somebody who is written to by mail has an address."""
    for path, _, person in people(file):
        if person.contact == "mail" and person.email is None and not file.source.is_lost((*path, "email")):
            message = f"this {person.role} is written to by mail and has no address"
            yield from file.error(path, "no-address", message, "add `email: …`, or write `contact: paper`")


def stand_ins_exist(file: OrganisationFile) -> Iterator[Problem]:
    """A stand-in is a role of the same unit, or UNIT/ROLE."""
    roles: dict[str, tuple[str, ...]] = {
        unit.id: tuple(person.role for person in unit.people) for unit in file.organisation.units
    }
    roles |= {body.id: tuple(person.role for person in body.members) for body in file.organisation.committees}
    for path, of, person in people(file):
        if person.stand_in is not None:
            yield from _about_stand_in(file, (*path, "stand_in"), person.stand_in, of, roles)


def _about_stand_in(
    file: OrganisationFile, path: TreePath, stand_in: str, of: str, roles: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    unit, slash, role = stand_in.rpartition("/")
    unit = unit if slash else of
    if unit not in roles:
        yield from file.unknown(path, "unit", unit, [name for name in roles if name])
    elif role not in roles[unit]:
        yield from file.unknown(path, "role", role, roles[unit], offset=len(stand_in) - len(role))


def calendar_can_be_built(file: OrganisationFile) -> Iterator[Problem]:
    """Holidays, office hours and overlay make a calendar; the first part with which they do not is told."""
    section, bare = file.organisation.calendar, CalendarSection()
    parts = {
        "holidays": bare.model_copy(update={"holidays": section.holidays}),
        "letters_at": section.model_copy(update={"days_off": (), "make_up_days": ()}),
        "make_up_days": section,
    }
    for key, part in parts.items():
        try:
            file.organisation.model_copy(update={"calendar": part}).work_calendar()
        except ValueError as error:
            message, _, hint = str(error).partition("; ")
            hint = hint or "see the calendar's keys in docs/plan-format.md"
            yield from file.error(("calendar", key), "calendar", message, hint)
            return


def people(file: OrganisationFile) -> Iterator[tuple[TreePath, str, Person]]:
    """Everybody in the file: where they stand, their unit or committee, the person."""
    organisation = file.organisation
    for number, unit in enumerate(organisation.units):
        yield from _people_of(unit, number)
    for number, body in enumerate(organisation.committees):
        if body.secretary:
            yield ("committees", number, "secretary"), body.id, body.secretary
        for place, person in enumerate(body.members):
            yield ("committees", number, "members", place), body.id, person
    if organisation.administrator:
        yield ("administrator",), "", organisation.administrator


def _people_of(unit: Unit, number: int) -> Iterator[tuple[TreePath, str, Person]]:
    for place, person in enumerate(unit.people):
        yield ("units", number, "people", place), unit.id, person


CHECKS = (
    ids_are_unique,
    former_names_are_free,
    levels_exist,
    units_hang_together,
    days_are_in_order,
    people_can_be_reached,
    stand_ins_exist,
    calendar_can_be_built,
)

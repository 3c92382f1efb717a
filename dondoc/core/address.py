"""From roles to people: who is written to about an action on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from dondoc.core.decide import (
    FOCAL_POINT,
    HEAD_OF_FOCAL_POINT,
    HEAD_OF_OWNER,
    OWNER,
    Action,
    Copy,
    Escalate,
    Forewarn,
    Remind,
)
from dondoc.core.letter import Recipient
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import HEAD, Committee, Organisation, Person, Receives, Unit


@dataclass(frozen=True, slots=True)
class Addressed:
    """An action and whom it reaches.

    With no recipients the rung is passed: `empty` when nobody can be written to there, else because it leads back
    to the owner itself.
    """

    action: Action
    recipients: tuple[Recipient, ...]
    empty: bool = False


class Directory:
    """The people of an organisation, looked up by role; built once per applied version."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.people = lru_cache(maxsize=65536)(self._people)
        self._units = {unit.id: unit for unit in organisation.units}
        self._committees = {body.id: body for body in organisation.committees}
        self._successors = {old: unit.id for unit in organisation.units for old in unit.replaces}

    def name(self, unit_or_committee: str, language: str = "vi") -> str:
        """The name people read for a unit or committee; its id where it is unknown."""
        found = self._units.get(unit_or_committee) or self._committees.get(unit_or_committee)
        return found.name.within(language) if found else unit_or_committee

    def present_unit(self, unit_id: str, day: date) -> Unit | None:
        """The unit, or the one that replaced it by `day`; None when there is none."""
        unit = self._units.get(unit_id)
        while unit is not None and not unit.exists_on(day) and unit.id in self._successors:
            unit = self._units.get(self._successors[unit.id])
        return unit

    def _people(self, unit_id: str, receives: Receives, day: date) -> tuple[Recipient, ...]:
        """Those in the unit who receive such letters, else its head, stand-ins in place of the absent."""
        unit = self.present_unit(unit_id, day)
        if unit is None:
            return ()
        wanted = [person for person in unit.people if receives in person.receives]
        return self._present(unit, wanted or [p for p in unit.people if p.role == HEAD], day)

    def everybody(self, unit_id: str) -> tuple[Recipient, ...]:
        """Whoever of the unit can be written to, present or not, in the order of the organisation's file."""
        unit = self._units[unit_id]
        name = unit.name.within(self.organisation.language)
        found = (self._recipient(unit.id, name, person) for person in unit.people)
        return tuple(one for one in found if one is not None)

    def head(self, unit_id: str, day: date) -> tuple[Recipient, ...]:
        """The head of the unit, or the head's stand-in."""
        unit = self.present_unit(unit_id, day)
        return self._present(unit, [p for p in unit.people if p.role == HEAD], day) if unit else ()

    def committee(self, committee_id: str, day: date) -> tuple[Recipient, ...]:
        """The secretary of a committee; without one who is present, its members."""
        body = self._committees.get(committee_id)
        if body is None:
            return ()
        secretary = self._present(body, [body.secretary] if body.secretary else [], day)
        return secretary or self._present(body, body.members, day)

    def administrator(self) -> Recipient | None:
        """Who hears of what dondoc cannot solve itself."""
        person = self.organisation.administrator
        return self._recipient(self.organisation.organisation, self.organisation.name.vi, person) if person else None

    def known_by(self, address: str) -> tuple[Recipient, ...]:
        """As whom somebody who writes from this address is known: once for each of their units and committees."""
        found = []
        for unit in self._units.values():
            found += [self._recipient(unit.id, unit.name.within("vi"), person) for person in unit.people]
        for body in self._committees.values():
            people = (*([body.secretary] if body.secretary else []), *body.members)
            found += [self._recipient(body.id, body.name.within("vi"), person) for person in people]
        found.append(self.administrator())
        return tuple(one for one in found if one is not None and one.key == address.lower())

    def _present(self, of: Unit | Committee, people: Iterable[Person], day: date) -> tuple[Recipient, ...]:
        found: dict[str, Recipient] = {}
        for person in people:
            stand_in = self._stand_in(of, person, day)
            if person.away and person.away.covers(day) and stand_in is None:
                continue
            unit, present = stand_in or (of, person)
            recipient = self._recipient(unit.id, unit.name.within(self.organisation.language), present)
            if recipient is not None and stand_in is not None and person.away is not None:
                recipient = replace(
                    recipient,
                    stands_in_for=self._absent(of, person, recipient.language),
                    stands_in_until=person.away.last.isoformat(),
                )
            if recipient is not None and (recipient.key not in found or not recipient.stands_in_for):
                found[recipient.key] = recipient  # who is written to anyway does not stand in
        return tuple(found.values())

    def _stand_in(self, of: Unit | Committee, person: Person, day: date) -> tuple[Unit | Committee, Person] | None:
        if person.away is None or not person.away.covers(day) or person.stand_in is None:
            return None
        unit_id, slash, role = person.stand_in.rpartition("/")
        unit = self._units.get(unit_id) if slash else of
        people = unit.people if isinstance(unit, Unit) else unit.members if unit else ()
        found = next((p for p in people if p.role == role and not (p.away and p.away.covers(day))), None)
        return (unit, found) if unit and found else None

    def _absent(self, of: Unit | Committee, person: Person, language: str) -> str:
        """Who is away, in words: by name, else by what they are in their unit."""
        if person.name:
            return person.name.within(language)
        unit, vi = of.name.within(language), language == "vi"
        if person.role == HEAD:
            return f"lãnh đạo {unit}" if vi else f"the head of {unit}"
        if isinstance(of, Committee):
            return f"thư ký {unit}" if vi else f"the secretary of {unit}"
        return f"cán bộ phụ trách của {unit}" if vi else f"the officer of {unit}"

    def _recipient(self, unit_id: str, unit_name: str, person: Person) -> Recipient | None:
        if person.email is None and person.contact == "mail":
            return None
        language = person.language or self.organisation.language
        return Recipient(
            key=person.email.lower() if person.email else f"paper:{unit_id}/{person.role}",
            name=person.name.within(language) if person.name else unit_name,
            unit=unit_id,
            role=person.role,
            address=person.email,
            phone=person.phone,
            channel=person.contact,
            language=language,
        )


def owner_people(
    obligation: Obligation, owner: str, directory: Directory, receives: Receives, day: date
) -> tuple[Recipient, ...]:
    """Whoever is written to as the owner: of a joint duty, those of every unit that may answer."""
    units = obligation.terms.jointly if owner in obligation.terms.jointly else (owner,)
    found = {person.key: person for unit in units for person in directory.people(unit, receives, day)}
    return tuple(found.values())


def address(actions: Iterable[Action], directory: Directory, day: date) -> tuple[Addressed, ...]:
    """Whom each action reaches on `day` (of the organisation's zone)."""
    return tuple(_address(action, directory, day) for action in actions)


def _address(action: Action, directory: Directory, day: date) -> Addressed:
    owner = action.situation.owner
    found = _in_role(action, directory, day)
    if action.only:
        found = tuple(recipient for recipient in found if recipient.key in action.only)
        return Addressed(action, found)
    if isinstance(action, Escalate):
        told = {recipient.key for recipient in directory.people(owner, "duties", day)}
        body = action.obligation.terms.focal_point if action.to == FOCAL_POINT else action.to
        if body == owner or (found and {recipient.key for recipient in found} <= told):
            return Addressed(action, ())
    return Addressed(action, found, empty=not found)


def _working_along(
    action: Action, people: tuple[Recipient, ...], directory: Directory, day: date
) -> tuple[Recipient, ...]:
    """Those who work on it with the owner: they are reminded before the deadline, and not chased after it."""
    if not isinstance(action, Remind) or not action.rung.startswith("remind/"):
        return ()
    known = {person.key for person in people}
    found = {
        person.key: person
        for unit in action.obligation.terms.with_
        for person in directory.people(unit, "duties", day)
        if person.key not in known
    }
    return tuple(found.values())


def _in_role(action: Action, directory: Directory, day: date) -> tuple[Recipient, ...]:
    obligation, owner = action.obligation, action.situation.owner
    focal_point = obligation.terms.focal_point
    match action.to:
        case "owner" if isinstance(action, Copy):
            return owner_people(obligation, owner, directory, "copies", day)
        case role if role == OWNER:
            people = owner_people(obligation, owner, directory, "duties", day)
            return people + _working_along(action, people, directory, day)
        case role if role == HEAD_OF_OWNER:
            return directory.head(owner, day)
        case role if role == HEAD_OF_FOCAL_POINT:
            return directory.head(focal_point, day)
        case role if role == FOCAL_POINT:
            return directory.people(focal_point, "escalations" if isinstance(action, Escalate) else "duties", day)
        case body if directory.organisation.committee(body):
            return directory.committee(body, day)
        case unit:
            return directory.people(unit, "escalations" if isinstance(action, Escalate | Forewarn) else "duties", day)

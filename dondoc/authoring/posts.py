"""Puts one person in another's posts: the organisation's text with it, everything else as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from dondoc.authoring.people import bodies
from dondoc.authoring.text_edits import Edits, Place
from dondoc.core.organisation import Organisation, Person
from dondoc.errors import DondocError, nearest


class NoSuchPerson(DondocError):
    """Nobody of the organisation is called that."""

    exit_code = 2

    def __init__(self, who: str, known: Iterable[str]) -> None:
        near = nearest(who, dict.fromkeys(known))
        ask = f"Did you mean {' or '.join(near)}? " if near else ""
        super().__init__(f"Nobody of the organisation is {who}. {ask}Write an e-mail address, or UNIT/ROLE.")


class WrongPerson(DondocError):
    """Somebody new cannot be written to like that."""

    exit_code = 2

    def __init__(self, who: str, why: str) -> None:
        super().__init__(f"{who} cannot take this over: {why}.")


@dataclass(frozen=True, slots=True)
class Handover:
    """An organisation's text in which somebody else holds what `former` held: these posts, `body/role` each.

    The bodies are called as in the ledger.
    """

    former: Person
    successor: Person
    posts: tuple[str, ...]
    text: str

    @property
    def called(self) -> str:
        """What the history calls the successor: the address, or the post."""
        return self.successor.email.lower() if self.successor.email else self.posts[0]


def hand_over(text: str, organisation: Organisation, who: str, to: str, name: str = "") -> Handover:
    """Put `to` in the place of `who`: an address means every post of that person, `UNIT/ROLE` that post alone.

    `to` is a person of the organisation, or the address of somebody new. The rest of the text stays as it was.

    Raises:
        NoSuchPerson: with the nearest.
    """
    posts = list(_posts(organisation))
    held = [post for post in posts if _is(post, who)]
    if not held:
        raise NoSuchPerson(who, (name for post in posts for name in post.names))
    former = held[0].person
    found = next((post.person for post in posts if _is(post, to)), None)
    if found is None and "@" not in to:
        raise NoSuchPerson(to, (name for post in posts for name in post.names))
    try:
        known = found or Person.model_validate({"email": to} | ({"name": name} if name else {}))
    except ValidationError as error:
        raise WrongPerson(to, error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    edits = Edits(text)
    for post in held:
        double = any(
            one.name == post.name and one.place != post.place and _same_person(one.person, known)
            and set(post.person.receives) <= set(one.person.receives)
            for one in posts
        )  # fmt: skip
        if double:
            edits.remove(post.place)
        else:
            edits.set(post.place, _written(Person.model_validate(_in_post(post.person, known))))
    return Handover(former, known, tuple(post.name for post in held), edits.text())


@dataclass(frozen=True, slots=True)
class _Post:
    body: str
    """As the ledger calls it."""
    called: str
    """As the file does."""
    place: Place
    person: Person

    @property
    def name(self) -> str:
        return f"{self.body}/{self.person.role}"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which its holder can be named."""
        address = (self.person.email.lower(),) if self.person.email else ()
        return tuple(dict.fromkeys((f"{self.called}/{self.person.role}", self.name, *address)))


def _posts(organisation: Organisation) -> Iterator[_Post]:
    for body, people in bodies(organisation):
        yield from (_Post(body.id, body.called, place, person) for place, person in people)
    if organisation.administrator is not None:
        house = organisation.organisation
        yield _Post(house, house, ("administrator",), organisation.administrator)


def _is(post: _Post, who: str) -> bool:
    return (who.lower() if "@" in who else who) in post.names


def _same_person(one: Person, other: Person) -> bool:
    return one is other or (one.email is not None and one.email == other.email)


def _in_post(holder: Person, person: Person) -> dict[str, Any]:
    """Who somebody is, in what that post asks for."""
    kept = {"role": holder.role, "receives": holder.receives}
    return kept | {key: getattr(person, key) for key in ("name", "email", "phone", "contact", "language")}


def _written(person: Person) -> dict[str, Any]:
    said = person.model_dump(exclude_defaults=True)
    if person.name is not None:
        names = {language: text for language, text in said["name"].items() if text}
        said["name"] = names.get("vi") if names.keys() == {"vi"} else names
    return {"role": person.role, **said}


def names_of(organisation: Organisation) -> set[str]:
    """Everything by which somebody of the organisation can be named: addresses, and `body/role`."""
    return {name for post in _posts(organisation) for name in post.names}

"""Links into the portal: making them, what they open, taking them back, and signing in by mail."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from dondoc.core.letter import Kind, Recipient
from dondoc.core.roles import Roles, roles_of
from dondoc.desk.letterheads import house_letterhead
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, nearest
from dondoc.links import keys_of
from dondoc.store import links as store
from dondoc.store.links import Link, Purpose, Revocation, RevocationKind
from dondoc.store.matters import load
from dondoc.store.outbox import Posting, enqueue_all
from dondoc.store.plans import Applied, applied, applied_plans
from notifications.letterhead import Letterhead
from notifications.render import render_sign_in

LETTER_OPENS_FOR = timedelta(days=180)
"""How long the links in a letter open something: from a reminder to well after its duty was chased."""

SIGN_IN_WITHIN = timedelta(minutes=15)
SIGNED_IN_FOR = timedelta(hours=12)

DECISIONS: frozenset[Kind] = frozenset({"review", "forewarning"})
"""Letters whose links let their recipient decide."""

ASKING: frozenset[Kind] = frozenset({"duties", "returned", "receipt", "extension", "amended"})
"""Letters to those who answer for a duty, jointly with its owner too; others tell of duties that may be anybody's."""

READING: frozenset[Kind] = frozenset({"dossier", "copy", "summary", "closing"})

FEED = "feed:"
"""With this begins the target of a link for programs that fetch one feed: it opens no page."""

Unusable = Literal["unknown", "expired", "revoked", "used", "stranger"]


class LinkUnusable(Exception):
    """A link opens nothing (any more), and why; `stranger`: its person is not in the organisation file now."""

    def __init__(self, why: Unusable) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens, and for whom.

    `about` are the obligations of the letter in which it stands; `target` narrows a link that was made alone.
    `signed_in` lets its person do everything that the organisation file lets the person do.
    """

    id: str
    purpose: Purpose
    roles: Roles
    language: str
    until: datetime
    about: frozenset[str] = frozenset()
    target: str = ""
    asks: bool = False
    """It stands in a letter that asks its recipient to answer for what it is about."""

    @property
    def signed_in(self) -> bool:
        """The person proved to be who it is, once and for all pages."""
        return self.purpose == "sign_in"

    def covers(self, obligation: str, unit: str) -> bool:
        """Whether a link that was made for something narrower reaches as far as this duty, which `unit` owes."""
        return self.target in ("", obligation, f"unit:{unit}") or obligation.startswith(f"{self.target}/")

    @property
    def may_decide(self) -> bool:
        """Whether decisions of a reviewer may be taken with it."""
        return bool(self.roles.reviews) and self.purpose in ("review", "sign_in")

    @property
    def may_lead(self) -> bool:
        """Whether it opens the pages of the leadership."""
        leads = self.roles.leads or self.roles.administers
        return leads and self.purpose in ("read", "sign_in") and not self.target.startswith(FEED)

    @property
    def may_administer(self) -> bool:
        """Whether it opens the pages of the administrator."""
        return self.roles.administers and self.signed_in


def open_link(connection: Connection, link_id: str, now: datetime) -> Opened:
    """What the link of this id (its signature was checked) opens at `now`; nothing is recorded.

    Raises:
        LinkUnusable: with the reason.
    """
    link = store.link_of(connection, link_id)
    if link is not None:
        until = link.expires_at
        if link.purpose == "sign_in" and link.used_at is not None:
            until = link.used_at + SIGNED_IN_FOR
        _usable(connection, link_id, link.person, link.created_at, until, now)
        roles = person_roles(connection, link.person, now)
        return Opened(link_id, link.purpose, roles, roles.language, until, target=link.target)
    letter = store.linked_letter(connection, link_id)
    if letter is None:
        raise LinkUnusable("unknown")
    until = letter.created_at + LETTER_OPENS_FOR
    _usable(connection, link_id, letter.person, letter.created_at, until, now)
    purpose: Purpose = "review" if letter.kind in DECISIONS else "read" if letter.kind in READING else "answer"
    roles = person_roles(connection, letter.person, now)
    return Opened(link_id, purpose, roles, letter.language, until, about=letter.about, asks=letter.kind in ASKING)


def open_token(connection: Connection, link_id: str, now: datetime) -> Opened:
    """What a program may do with a token: a link that `link new` made, not one out of a letter.

    Raises:
        LinkUnusable: with the reason.
    """
    opened = open_link(connection, link_id, now)
    if opened.signed_in or store.link_of(connection, link_id) is None:
        raise LinkUnusable("unknown")
    return opened


def person_roles(connection: Connection, person: str, now: datetime) -> Roles:
    """What the person is at `now` (aware) in the organisation whose file knows it.

    Raises:
        LinkUnusable: no organisation in force knows the person.
    """
    for plans in _by_organisation(applied_plans(connection)):
        newest = plans[-1]
        found = roles_of(person, newest.organisation, [one.plan for one in plans], newest.calendar.day_of(now))
        if found.memberships:
            return found
    raise LinkUnusable("stranger")


def new_link(
    place: Workplace,
    person: str,
    *,
    purpose: Purpose,
    target: str = "",
    lasts: timedelta,
    by: str,
) -> tuple[Link, str]:
    """A link for a person, and the address that opens it, which is not kept anywhere.

    Raises:
        NotAllowed: no organisation in force knows the person, or the unit that it is to open.
        UnknownPlan, UnknownObligation: it is to open one that is not there.
    """
    now = place.now()
    with place.database.writing() as connection:
        try:
            roles = person_roles(connection, person, now)
        except LinkUnusable:
            raise NotAllowed(
                f"A link for {person}", "no organisation in force has this contact", "Write the e-mail address of one."
            ) from None
        target = _target(connection, target, roles.organisation)
        link = Link(_new_id(), purpose, person, roles.organisation, target, now, now + lasts, None, by)
        store.keep_link(connection, link)
    return link, keys_of(place.settings).address(f"{place.settings.base_url}{_path(link)}", link.id)


def revoke(place: Workplace, key: str, *, by: str, why: str) -> RevocationKind:
    """From now on a link, the links in a letter, or all links that a person has had so far, open nothing.

    `key` is the id of a link or letter, or a contact's key. Returns which it was.

    Raises:
        NotAllowed: it is none of them.
    """
    now = place.now()
    with place.database.writing() as connection:
        kind: RevocationKind
        if "@" in key or ":" in key:
            kind = "person"
        elif store.link_of(connection, key) is not None:
            kind = "link"
        elif store.linked_letter(connection, key) is not None:
            kind = "letter"
        else:
            look = "`dondoc outbox` lists the letters with their ids; a person is written as an e-mail address."
            raise NotAllowed(f"Revoking {key}", "no link or letter has this id", look)
        store.revoke(connection, Revocation(kind, key, now, now, by, why))
    return kind


def ask_to_sign_in(place: Workplace, person: str) -> bool:
    """Send a link to a person's address with which to sign in; False, and nothing is sent, to somebody unknown."""
    now = place.now()
    with place.database.writing() as connection:
        try:
            roles = person_roles(connection, person, now)
        except LinkUnusable:
            return False
        if roles.memberships[0].person.email is None:
            return False
        head = house_letterhead(connection, place.settings, roles.organisation)
        link = Link(
            _new_id(), "sign_in", person, roles.organisation, "", now, now + SIGN_IN_WITHIN, None, "portal"
        )  # fmt: skip
        store.keep_link(connection, link)
        to = _recipient(roles, head)
        letter = render_sign_in(link.id, to, head, now, link.expires_at)
        enqueue_all(connection, [[Posting(letter)]])
    return True


def use_sign_in(place: Workplace, link_id: str) -> Opened:
    """Use a sign-in link, which can be done once.

    Raises:
        LinkUnusable: it is none, is over, or was used.
    """
    now = place.now()
    with place.database.writing() as connection:
        link = store.link_of(connection, link_id)
        if link is None or link.purpose != "sign_in":
            raise LinkUnusable("unknown")
        if link.used_at is not None or not store.use_link(connection, link_id, now):
            raise LinkUnusable("used")
        if link.expires_at <= now:
            raise LinkUnusable("expired")
        return open_link(connection, link_id, now)


def _usable(
    connection: Connection, link_id: str, person: str, created_at: datetime, until: datetime, now: datetime
) -> None:
    if store.revoked(connection, link_id, person, created_at):
        raise LinkUnusable("revoked")
    if until <= now:
        raise LinkUnusable("expired")


def _by_organisation(plans: Iterable[Applied]) -> list[list[Applied]]:
    """The plans in force, each organisation's together, the newest version of its file last."""
    found: dict[str, list[Applied]] = {}
    for one in sorted(plans, key=lambda one: one.applied_at):
        found.setdefault(one.organisation.organisation, []).append(one)
    return list(found.values())


def _target(connection: Connection, target: str, house: str) -> str:
    """What a link is to open, as the ledger calls it."""
    kind, colon, name = target.partition(":")
    if kind == "unit" and colon:
        organisation = next(each[-1].organisation for each in _by_organisation(applied_plans(connection))
                            if each[-1].organisation.organisation == house)  # fmt: skip
        unit = organisation.unit(name)
        if unit is None:
            called = sorted(one.called for one in organisation.units)
            near = nearest(name, called) or called[:5]
            raise NotAllowed(f"A link to {target}", f"there is no unit {name}", f"There are: {', '.join(near)}.")
        return f"unit:{unit.id}"
    if target and not colon:
        applied(connection, target.partition("/")[0])
        if target.count("/") > 2:  # a whole obligation, no part of one
            load(connection, [target])
    return target


def _path(link: Link) -> str:
    if link.purpose == "sign_in":
        return "/sign-in"
    if link.target.startswith("unit:"):
        return f"/u/{link.target.removeprefix('unit:')}"
    if "/" in link.target:
        return f"/o/{link.target}"
    return "/"


def _recipient(roles: Roles, head: Letterhead) -> Recipient:
    first = roles.memberships[0]
    one = first.person
    language = one.language or head.directory.organisation.language
    name = one.name.within(language) if one.name else head.name(first.at, language)
    return Recipient(roles.key, name, first.at, one.role, one.email, one.phone, "mail", language)


def _new_id() -> str:
    return b32encode(secrets.token_bytes(10)).decode().lower()

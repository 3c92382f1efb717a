"""Links into the portal: those made one by one, those that stand in letters, and what was revoked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, or_, select, update

from dondoc.core.letter import Kind
from dondoc.store.schema import links, outbox, revocations

Purpose = Literal["answer", "review", "read", "sign_in", "api"]
"""What a link is for: a unit's answers, decisions, reading only, signing in once, programs."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link for one person (`person` is the contact's key).

    `target` narrows it to an obligation, a plan (`PLAN`) or a unit (`unit:UNIT`); empty for what the person may do.
    """

    id: str
    purpose: Purpose
    person: str
    organisation: str
    target: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class LinkedLetter:
    """What a letter says about the links in it."""

    id: str
    kind: Kind
    person: str
    unit: str
    language: str
    created_at: datetime
    about: frozenset[str]
    plans: tuple[str, ...]


def keep_link(connection: Connection, link: Link) -> None:
    """Put a new link into the ledger."""
    connection.execute(insert(links).values(asdict(link)))


def link_of(connection: Connection, link_id: str) -> Link | None:
    """The link with this id."""
    row = connection.execute(select(links).where(links.c.id == link_id)).one_or_none()
    return Link(**row._asdict()) if row else None


def use_link(connection: Connection, link_id: str, now: datetime) -> bool:
    """Use a link that can be used once; False if it was."""
    query = update(links).where(links.c.id == link_id, links.c.used_at.is_(None)).values(used_at=now)
    return connection.execute(query).rowcount == 1


def linked_letter(connection: Connection, letter_id: str) -> LinkedLetter | None:
    """The letter with this id; its words stay where they are."""
    columns = outbox.c
    wanted = (columns.id, columns.kind, columns.recipient, columns.created_at, columns.about, columns.plans)
    row = connection.execute(select(*wanted).where(columns.id == letter_id)).one_or_none()
    if row is None:
        return None
    to = row.recipient
    return LinkedLetter(
        row.id, row.kind, to["key"], to["unit"], to["language"], row.created_at,
        frozenset(row.about), tuple(row.plans.split()),
    )  # fmt: skip


RevocationKind = Literal["link", "letter", "person"]


@dataclass(frozen=True, slots=True)
class Revocation:
    """What no longer opens anything: one link, the links of a letter, or a person's, made up to `before`."""

    kind: RevocationKind
    key: str
    before: datetime
    revoked_at: datetime
    by: str
    why: str


def revoke(connection: Connection, revocation: Revocation) -> None:
    """Record a revocation; it is never taken back, a new link is made instead."""
    connection.execute(insert(revocations).values(asdict(revocation)))


def revoked(connection: Connection, link_id: str, person: str, created_at: datetime) -> bool:
    """Whether a link (or the letter of that id), made for a person at that instant, was revoked."""
    columns = revocations.c
    query = (
        select(columns.id)
        .where(or_(columns.key == link_id, (columns.kind == "person") & (columns.key == person)))
        .where(columns.before >= created_at)
        .limit(1)
    )
    return connection.scalar(query) is not None

"""Drafts: answers that somebody began to write and has not handed in; nobody's history, and gone once handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from dondoc.store.once import insert_or_replace
from dondoc.store.schema import drafts
from dondoc.store.submissions import Attachment


@dataclass(frozen=True, slots=True)
class Draft:
    """What one person (the contact's key) has written for an obligation so far, as it was typed.

    `answering` is the name of whoever is really writing, where it was given.
    """

    obligation: str
    person: str
    answering: str
    data: Mapping[str, Any]
    attachments: tuple[Attachment, ...]
    saved_at: datetime


def keep_draft(connection: Connection, draft: Draft) -> None:
    """Keep a draft in place of the person's earlier one."""
    values = {**asdict(draft), "data": dict(draft.data), "attachments": [asdict(one) for one in draft.attachments]}
    insert_or_replace(connection, drafts, ("obligation", "person"), **values)


def drafts_of(connection: Connection, obligation: str) -> tuple[Draft, ...]:
    """Everybody's drafts for an obligation, the newest first."""
    query = select(drafts).where(drafts.c.obligation == obligation).order_by(drafts.c.saved_at.desc())
    return tuple(_draft(row) for row in connection.execute(query))


def drafted(connection: Connection, obligations: Iterable[str]) -> frozenset[str]:
    """Those of these obligations for which somebody has begun to write."""
    return frozenset(connection.scalars(select(drafts.c.obligation).where(drafts.c.obligation.in_(list(obligations)))))


def drop_drafts(connection: Connection, obligation: str) -> None:
    """Forget every draft for an obligation: it was handed in."""
    connection.execute(delete(drafts).where(drafts.c.obligation == obligation))


def _draft(row: Row[Any]) -> Draft:
    values = row._asdict()
    values["attachments"] = tuple(Attachment(**one) for one in row.attachments)
    return Draft(**values)

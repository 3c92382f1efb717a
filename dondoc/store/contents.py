"""What lies outside history, and may be erased: answers, drafts, and which files something still refers to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Text, cast, delete, exists, or_, select, update

from dondoc.store.schema import arrivals, drafts, submissions
from dondoc.store.submissions import Submission

ERASED = "đã xoá"
"""What stands in the place of a file's name, or of what became of an arrival."""


def empty_submission(connection: Connection, one: Submission) -> None:
    """Take out what was answered; of the files their digests, kinds and sizes stay."""
    files = [{"digest": f.digest, "filename": ERASED, "type": f.type, "size": f.size} for f in one.attachments]
    key = (submissions.c.obligation == one.obligation) & (submissions.c.version == one.version)
    connection.execute(update(submissions).where(key).values(data={}, attachments=files))


def arrivals_about(connection: Connection, obligation: str) -> dict[int, str]:
    """The arrivals that came to something for an obligation, each with the digest of its content."""
    query = select(arrivals.c.id, arrivals.c.digest).where(arrivals.c.obligation == obligation)
    return dict(connection.execute(query).tuples().all())


def forget(connection: Connection, obligation: str, arrived: Iterable[int]) -> None:
    """Take out drafts, and of arrivals the words about them; that they came stays."""
    connection.execute(delete(drafts).where(drafts.c.obligation == obligation))
    ids = list(arrived)
    if ids:
        connection.execute(update(arrivals).where(arrivals.c.id.in_(ids)).values(detail=ERASED))


def is_referred_to(connection: Connection, digest: str) -> bool:
    """Whether a file is still part of something that was not erased."""

    def names(column: Column[Any]) -> ColumnElement[bool]:
        return cast(column, Text).like(f"%{digest}%")

    erased = cast(submissions.c.attachments, Text).like(f'%"{ERASED}"%')  # as the whole name, not a part of one
    whole = ~erased & names(submissions.c.attachments)
    in_submission = exists().where(whole)
    in_draft = exists().where(names(drafts.c.attachments))
    in_arrival = exists().where((arrivals.c.digest == digest) & (arrivals.c.detail != ERASED))
    return bool(connection.scalar(select(or_(in_submission, in_draft, in_arrival))))

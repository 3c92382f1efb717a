"""What was handed in: every version of every submission, whatever the channel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from dondoc.store.ledger import lock
from dondoc.store.portions import among, portions
from dondoc.store.schema import submissions

_PORTION = 500


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a submission: its content lies in the attachments under `digest`, `filename` is the sender's name."""

    digest: str
    filename: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of what a unit handed in.

    `received_at` is when it arrived at the office, `recorded_at` when dondoc came to know (both aware UTC); `digest`
    is of the data and the attachments, so that the same thing sent twice can be told.
    """

    obligation: str
    version: int
    received_at: datetime
    recorded_at: datetime
    channel: str
    by: str
    data: Mapping[str, Any]
    nothing_to_report: bool
    digest: str
    attachments: tuple[Attachment, ...]

    @property
    def reference(self) -> str:
        """What a receipt calls it, and `Submitted.submission`."""
        return f"{self.obligation}#{self.version}"


def keep_submission(
    connection: Connection,
    obligation: str,
    *,
    received_at: datetime,
    recorded_at: datetime,
    channel: str,
    by: str,
    data: Mapping[str, Any],
    nothing_to_report: bool = False,
    attachments: Iterable[Attachment] = (),
) -> Submission:
    """Keep the next version of what is handed in for an obligation; the event is for the caller to `record`.

    The obligation stays locked until the transaction ends. `data` must be what JSON can hold.

    Raises:
        UnknownObligation: it is not in the ledger.
    """
    lock(connection, [obligation])
    query = select(func.coalesce(func.max(submissions.c.version), 0)).where(submissions.c.obligation == obligation)
    last = connection.scalar(query)
    assert last is not None  # coalesce
    files = tuple(attachments)
    kept = Submission(
        obligation=obligation,
        version=last + 1,
        received_at=received_at,
        recorded_at=recorded_at,
        channel=channel,
        by=by,
        data=dict(data),
        nothing_to_report=nothing_to_report,
        digest=submission_digest(data, nothing_to_report, files),
        attachments=files,
    )
    connection.execute(insert(submissions).values(asdict(kept)))
    return kept


def submissions_of(connection: Connection, obligation: str) -> tuple[Submission, ...]:
    """Every version of an obligation's submission, in order."""
    query = select(submissions).where(submissions.c.obligation == obligation).order_by(submissions.c.version)
    return tuple(_submission(row) for row in connection.execute(query))


def latest_submissions(connection: Connection, obligations: Iterable[str]) -> dict[str, Submission]:
    """The last version of what was handed in for each of these obligations; those without any are left out."""
    found: dict[str, Submission] = {}
    for some in portions(obligations, _PORTION):
        query = (
            select(submissions).where(among(connection, submissions.c.obligation, some)).order_by(submissions.c.version)
        )
        found |= {row.obligation: _submission(row) for row in connection.execute(query)}
    return found


def answers(
    connection: Connection, plan: str, task: str, *, as_of: datetime | None = None
) -> dict[str, Mapping[str, Any]]:
    """The data last handed in for each obligation of a task, by obligation; with `as_of` (aware), as it was known then.

    Only what was received; whoever asks says whether it counts.
    """
    columns = submissions.c
    query = select(columns.obligation, columns.data).where(
        columns.obligation > f"{plan}/{task}/",
        columns.obligation < f"{plan}/{task}0",  # "0" follows "/"
    )
    if as_of is not None:
        query = query.where(columns.recorded_at <= as_of)
    return {row[0]: row[1] for row in connection.execute(query.order_by(columns.version))}


def submission_digest(data: Mapping[str, Any], nothing_to_report: bool, attachments: Iterable[Attachment]) -> str:
    """The digest of a submission's content: the same for the same answers and files, whatever their order."""
    content = {
        "data": data,
        "nothing": nothing_to_report,
        "files": sorted((one.digest, one.filename) for one in attachments),
    }
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _submission(row: Row[Any]) -> Submission:
    values = row._asdict()
    values["attachments"] = tuple(Attachment(**one) for one in row.attachments)
    return Submission(**values)

"""What people add to papers: the focal department's texts, every version of them, and the numbers the clerk gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from dondoc.store.schema import paper_numbers, report_texts


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paper's number and the day on which it was signed."""

    number: str
    day: date


def texts_of(connection: Connection, plan: str, period: str) -> dict[str, str]:
    """The newest text of each part of a report."""
    columns = report_texts.c
    query = select(columns.part, columns.text).where(columns.plan == plan, columns.period == period)
    return {row[0]: row[1] for row in connection.execute(query.order_by(columns.version))}


def keep_texts(
    connection: Connection, plan: str, period: str, texts: Mapping[str, str], *, by: str, now: datetime
) -> tuple[str, ...]:
    """Keep a new version of each part whose text is another than before; returns these parts."""
    columns = report_texts.c
    before = texts_of(connection, plan, period)
    changed = tuple(part for part, text in texts.items() if before.get(part, "") != text)
    for part in changed:
        mine = (columns.plan == plan, columns.period == period, columns.part == part)
        last = connection.scalar(select(func.coalesce(func.max(columns.version), 0)).where(*mine)) or 0
        values = {"plan": plan, "period": period, "part": part, "version": last + 1, "text": texts[part]}
        connection.execute(insert(report_texts).values(**values, recorded_at=now, by=by))
    return changed


def numbers_of(connection: Connection, kind: str, plan: str) -> dict[str, Numbered]:
    """The numbers last recorded for a plan's papers of a kind, by what each is about: its period or unit."""
    columns = paper_numbers.c
    query = select(columns.about, columns.number, columns.day).where(columns.kind == kind, columns.plan == plan)
    return {row.about: Numbered(row.number, row.day) for row in connection.execute(query.order_by(columns.version))}


def record_number(
    connection: Connection, kind: str, plan: str, about: str, numbered: Numbered, *, by: str, now: datetime
) -> None:
    """Record the number that the clerk gave to a paper; earlier ones are kept."""
    columns = paper_numbers.c
    mine = (columns.kind == kind, columns.plan == plan, columns.about == about)
    last = connection.scalar(select(func.coalesce(func.max(columns.version), 0)).where(*mine)) or 0
    values = {"kind": kind, "plan": plan, "about": about, "version": last + 1}
    connection.execute(
        insert(paper_numbers).values(**values, number=numbered.number, day=numbered.day, recorded_at=now, by=by)
    )

"""The plans in force: every applied version of a plan is kept whole, with the organisation it was applied to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, Row, func, select

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.obligation import Terms
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.terms import terms_of
from dondoc.errors import UnknownPlan
from dondoc.store.schema import organisations, plan_versions


@dataclass(frozen=True, slots=True)
class Applied:
    """One applied version of a plan; `terms` as `terms_of` gives them: ask through `terms_for`."""

    plan: Plan
    organisation: Organisation
    version: int
    applied_at: datetime
    digest: str
    calendar: WorkCalendar
    terms: Mapping[str, Terms]


class PlanContent(NamedTuple):
    """A plan and its organisation as they are kept: JSON, and the digests that tell versions apart."""

    plan: dict[str, Any]
    organisation: dict[str, Any]
    digest: str
    organisation_digest: str

    @classmethod
    def of(cls, plan: Plan, organisation: Organisation) -> PlanContent:
        organisation_digest = _digest(organisation)
        digest = sha256(f"{_digest(plan)} {organisation_digest}".encode()).hexdigest()
        return cls(_content(plan), _content(organisation), digest, organisation_digest)


def applied(connection: Connection, plan: str) -> Applied:
    """The version of the plan that is in force.

    Raises:
        UnknownPlan: it was never applied.
    """
    found = _latest(connection, plan)
    if not found:
        raise UnknownPlan(plan, connection.scalars(select(plan_versions.c.plan).distinct()))
    return found[0]


def applied_plans(connection: Connection) -> tuple[Applied, ...]:
    """Every plan in force, by id."""
    return tuple(_latest(connection))


def source(connection: Connection, plan: str, version: int) -> str:
    """The text from which a version of a plan was applied; empty if there is no such version."""
    columns = plan_versions.c
    query = select(columns.source).where(columns.plan == plan, columns.version == version)
    return connection.scalar(query) or ""


def applied_versions(connection: Connection, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Applied]:
    """The given (plan, version), older ones too."""
    keys = set(wanted)
    query = _versions().where(plan_versions.c.plan.in_({plan for plan, _ in keys}))
    rows = connection.execute(query).all()
    return {(row.plan, row.version): _applied(connection, row) for row in rows if (row.plan, row.version) in keys}


def _latest(connection: Connection, *plans: str) -> list[Applied]:
    newest = (
        select(plan_versions.c.plan, func.max(plan_versions.c.version).label("version"))
        .group_by(plan_versions.c.plan)
        .subquery()
    )
    query = (
        _versions()
        .join(newest, (newest.c.plan == plan_versions.c.plan) & (newest.c.version == plan_versions.c.version))
        .order_by(plan_versions.c.plan)
    )
    if plans:
        query = query.where(plan_versions.c.plan.in_(plans))
    return [_applied(connection, row) for row in connection.execute(query).all()]


def _versions() -> Any:
    columns = plan_versions.c
    return select(columns.plan, columns.version, columns.digest, columns.organisation, columns.applied_at)


class _Read(NamedTuple):
    plan: Plan
    organisation: Organisation
    calendar: WorkCalendar
    terms: Mapping[str, Terms]


_KEPT = 32
_read_plans: dict[str, _Read] = {}
_read_organisations: dict[str, Organisation] = {}
"""What was read before, by digest: a content never changes. The oldest go when there are too many."""

K = TypeVar("K")


def _remember(known: dict[str, K], digest: str, value: K) -> K:
    while len(known) >= _KEPT:
        known.pop(next(iter(known), ""), None)
    known[digest] = value
    return value


def _applied(connection: Connection, row: Row[Any]) -> Applied:
    read = _read_plans.get(row.digest) or _remember(_read_plans, row.digest, _read(connection, row))
    return Applied(read.plan, read.organisation, row.version, row.applied_at, row.digest, read.calendar, read.terms)


def _read(connection: Connection, row: Row[Any]) -> _Read:
    versions = plan_versions.c
    content = connection.scalar(
        select(versions.content).where(versions.plan == row.plan, versions.version == row.version)
    )
    plan, organisation = Plan.model_validate(content), _organisation(connection, row.organisation)
    return _Read(plan, organisation, organisation.work_calendar(), terms_of(plan, organisation))


def _organisation(connection: Connection, digest: str) -> Organisation:
    if (known := _read_organisations.get(digest)) is not None:
        return known
    content = connection.scalar(select(organisations.c.content).where(organisations.c.digest == digest))
    return _remember(_read_organisations, digest, Organisation.model_validate(content))


def _content(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True)


def _digest(model: BaseModel) -> str:
    """The digest of what was written; a default that a later version of dondoc adds does not change it."""
    return sha256(model.model_dump_json(by_alias=True, exclude_defaults=True).encode()).hexdigest()

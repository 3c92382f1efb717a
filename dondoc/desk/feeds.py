"""Feeds for other programs: the ledger as CSV, metrics, open figures, and calendars by plan, unit or person."""

from __future__ import annotations

import json
from collections.abc import Iterable

from dondoc.core.address import Directory, owner_people
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation
from dondoc.desk.letterheads import letterheads
from dondoc.desk.workplace import Workplace
from dondoc.reports import feeds
from dondoc.store.matters import matters
from dondoc.store.plans import Applied, applied, applied_plans
from notifications.icalendar import calendar_text

Matter = tuple[Obligation, Situation]


def ledger_csv(place: Workplace, plan: str) -> str:
    """Every obligation of a plan as it stands now.

    Raises:
        UnknownPlan: it was never applied.
    """
    with place.database.reading() as connection:
        return "".join(feeds.ledger_csv(connection, applied(connection, plan), place.now()))


def metrics(place: Workplace) -> bytes:
    """How everything stands, for Prometheus."""
    with place.database.reading() as connection:
        return feeds.metrics(connection, applied_plans(connection), place.now())


def open_figures(place: Workplace, plan: str) -> str:
    """What may be published of a plan, as JSON.

    Raises:
        UnknownPlan: it was never applied.
    """
    with place.database.reading() as connection:
        found = feeds.open_figures(connection, applied(connection, plan), place.now())
    return json.dumps(found, ensure_ascii=False)


def calendar(place: Workplace, *, plan: str | None = None, unit: str | None = None, person: str | None = None) -> str:
    """The deadlines as iCalendar: of a plan, of what a unit owes, of what a person (by key) is written to about."""
    now = place.now()
    with place.database.reading() as connection:
        heads = letterheads(connection, place.settings)
        in_force = {one.plan.plan: one for one in applied_plans(connection) if plan in (None, one.plan.plan)}
        found = [
            (obligation, situated)
            for name in in_force
            for obligation, history in matters(connection, name)
            if _wanted(obligation, situated := situation(obligation, history), in_force[name], unit, person, place)
        ]
    head = next(one for one in heads if not found or found[0][0].plan in one.plans)
    return calendar_text(_counted(found), head, now, head.directory.organisation.language)


def _wanted(
    one: Obligation, now: Situation, plan: Applied, unit: str | None, person: str | None, place: Workplace
) -> bool:
    if unit is not None and now.owner != unit:
        return False
    if person is None:
        return True
    day = plan.calendar.day_of(place.now())
    return any(who.key == person for who in owner_people(one, now.owner, Directory(plan.organisation), "duties", day))


def _counted(found: Iterable[Matter]) -> Iterable[Matter]:
    """Without what was due before its plan was adopted."""
    return (matter for matter in found if not matter[1].before_adoption)

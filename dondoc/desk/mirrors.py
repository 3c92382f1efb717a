"""What Prefect should show of each task and period, against what it was last told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.mirror import Picture, picture
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation
from dondoc.desk.workplace import Workplace
from dondoc.store.matters import matters
from dondoc.store.mirrors import Mirror, footprints, keep_mirror, mirrors_of
from dondoc.store.plans import Applied, applied, applied_plans

Key = tuple[str, str]
"""A task and a period."""


@dataclass(frozen=True, slots=True)
class Showing:
    """A picture, the run that shows it (or will), and whether Prefect has to be told.

    `title` is the plan's, `page` leads to our own page about the task and period.
    """

    picture: Picture
    mirror: Mirror
    title: str
    page: str
    facts: int
    to_be_told: bool

    def looked_at(self, at: datetime) -> Mirror:
        """The mirror when its run shows this picture already."""
        return self.told(self.mirror.prefect_run_id, self.mirror.generation, at)

    def told(self, run: str | None, generation: int, at: datetime) -> Mirror:
        """The mirror once the run shows this picture."""
        return replace(
            self.mirror,
            prefect_run_id=run,
            generation=generation,
            pushed_at=at,
            pushed_state={
                "facts": self.facts,
                "picture": _digest(self.picture),
                "state": self.picture.state,
                "name": self.picture.name,
                "message": self.picture.message,
                "changes_at": self.picture.changes_at.isoformat() if self.picture.changes_at else None,
            },
        )


def gather_showings(
    place: Workplace, at: datetime, plan: str | None = None, *, every: bool = False
) -> tuple[Showing, ...]:
    """The tasks and periods of all plans, or of one, about which something was recorded or that time has changed.

    Those that look as they were told are among them, not `to_be_told`, and so is what lies wholly before the adoption
    of its plan; `every` looks at all.
    """
    with place.database.reading() as connection:
        in_force = applied_plans(connection) if plan is None else (applied(connection, plan),)
        return tuple(showing for one in in_force for showing in _of_plan(connection, place, one, at, every=every))


def remember_told(place: Workplace, told: Iterable[Mirror]) -> None:
    """Keep what Prefect was told."""
    with place.database.writing() as connection:
        for mirror in told:
            keep_mirror(connection, mirror)


def _of_plan(connection: Connection, place: Workplace, one: Applied, at: datetime, *, every: bool) -> Iterable[Showing]:
    plan = one.plan.plan
    known = mirrors_of(connection, plan)
    facts = footprints(connection, plan)
    stale = {key for key, total in facts.items() if every or _is_stale(known.get(key), total, at)}
    if not stale:
        return
    directory = Directory(one.organisation)
    for (task, period), judged in _judged(connection, plan, stale, len(facts)):
        mirror = known.get((task, period)) or Mirror(plan, task, period, None, None, 0, None)
        shown = mirror.prefect_run_id is not None
        hidden = not shown and all(now.before_adoption for _, now in judged)
        found = picture(judged, at, one.calendar, directory)
        pushed = mirror.pushed_state or {}
        yield Showing(
            found,
            mirror,
            title=one.plan.title.within(one.organisation.language),
            page=f"{place.settings.base_url}/t/{plan}/{task}/{period}",
            facts=facts[task, period],
            to_be_told=not hidden and (not shown or pushed.get("picture") != _digest(found)),
        )


def _is_stale(mirror: Mirror | None, facts: int, at: datetime) -> bool:
    pushed: Any = mirror.pushed_state if mirror else None
    if not pushed or pushed.get("facts") != facts:
        return True
    changes_at = pushed.get("changes_at")
    return changes_at is not None and datetime.fromisoformat(changes_at) <= at


def _judged(
    connection: Connection, plan: str, wanted: set[Key], of: int
) -> Iterable[tuple[Key, list[tuple[Obligation, Situation]]]]:
    """The obligations of each wanted task and period; where most are wanted, the whole plan is read at once."""
    if len(wanted) > of // 2:
        read = sorted(matters(connection, plan), key=lambda one: (one[0].task, one[0].period, one[0].id))
        for key, group in groupby(read, key=lambda one: (one[0].task, one[0].period)):
            if key in wanted:
                yield key, [(obligation, situation(obligation, history)) for obligation, history in group]
        return
    for task, period in sorted(wanted):
        read = list(matters(connection, plan, task=task, period=period))
        yield (task, period), [(obligation, situation(obligation, history)) for obligation, history in read]


def _digest(found: Picture) -> str:
    shown = [found.name, found.state, found.message, found.parameters, found.rows]
    return sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

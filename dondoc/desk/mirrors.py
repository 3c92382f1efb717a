"""What Prefect should show of each task and period, against what it was last told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.mirror import Figures, Late, Picture, picture
from dondoc.core.obligation import Obligation
from dondoc.core.plan_mirror import Surroundings, plan_picture
from dondoc.core.standing import Situation, situation
from dondoc.core.text import short_date
from dondoc.desk.workplace import Workplace
from dondoc.store.matters import matters
from dondoc.store.mirrors import Mirror, footprints, keep_mirror, mirrors_of
from dondoc.store.plans import Applied, applied, applied_plans

Key = tuple[str, str]
"""A task and a period."""

WHOLE_PLAN = ("", "")
"""The key under which the run of a whole plan is kept."""


@dataclass(frozen=True, slots=True)
class Showing:
    """A picture, the run that shows it (or will), and whether Prefect has to be told.

    `title` is the plan's, `page` leads to our own page about the task and period, or the plan. `footprint` is what the
    picture was made from: it is made again when that has changed.
    """

    picture: Picture
    mirror: Mirror
    title: str
    page: str
    footprint: dict[str, Any]
    to_be_told: bool

    @property
    def of_plan(self) -> bool:
        """Whether it shows a whole plan."""
        return (self.picture.task, self.picture.period) == WHOLE_PLAN

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
                **self.footprint,
                "picture": _digest(self.picture),
                "state": self.picture.state,
                "name": self.picture.name,
                "message": self.picture.message,
                "changes_at": self.picture.changes_at.isoformat() if self.picture.changes_at else None,
                "figures": _kept(self.picture.figures),
            },
        )

    def rose(self, what: str) -> bool:
        """Whether the figure of this name is higher than what Prefect was last told."""
        before = (self.mirror.pushed_state or {}).get("figures", {}).get(what, 0)
        return bool(getattr(self.picture.figures, what) > before)


def gather_showings(
    place: Workplace, at: datetime, plan: str | None = None, *, every: bool = False
) -> tuple[Showing, ...]:
    """The tasks and periods of all plans, or of one, about which something was recorded or that time has changed.

    The whole of each plan is always the last of its showings. Those that look as they were told are among them, not
    `to_be_told`, and so is what lies wholly before the adoption of its plan; `every` looks at all.
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
    """What changed of a plan, then the plan itself, summed from that and from what was kept of all the rest."""
    plan, base = one.plan.plan, place.settings.base_url
    language = place.settings.prefect_language or one.organisation.language
    title = one.plan.title.within(language)
    known = mirrors_of(connection, plan)
    facts = footprints(connection, plan)
    footprint = {"version": one.digest, "language": language}
    stale = {
        key for key, total in facts.items() if every or _is_stale(known.get(key), footprint | {"facts": total}, at)
    }
    parts = {key: _restored(mirror) for key, mirror in known.items() if key in facts and key not in stale}
    directory = Directory(one.organisation)
    for (task, period), judged in _judged(connection, plan, stale, len(facts)) if stale else ():
        mirror = known.get((task, period)) or Mirror(plan, task, period, None, None, 0, None)
        found = picture(judged, at, one.calendar, directory, language)
        parts[task, period] = found.figures
        hidden = mirror.prefect_run_id is None and all(now.before_adoption for _, now in judged)
        yield Showing(
            found,
            mirror,
            title,
            page=f"{base}/t/{plan}/{task}/{period}",
            footprint=footprint | {"facts": facts[task, period]},
            to_be_told=not hidden and _is_news(mirror, found),
        )
    local = at.astimezone(one.calendar.zone)
    about = Surroundings(
        language=language,
        name=lambda owner: directory.name(owner, language),
        page=f"{base}/p/{plan}",
        page_of=lambda task, period: f"{base}/t/{plan}/{task}/{period}",
    )
    whole = plan_picture(
        plan, [parts[key] for key in sorted(parts)], at, f"{local:%H:%M} {short_date(local.date(), language)}", about
    )
    mirror = known.get(WHOLE_PLAN) or Mirror(plan, *WHOLE_PLAN, None, None, 0, None)
    yield Showing(whole, mirror, title, about.page, footprint, to_be_told=_is_news(mirror, whole))


def _is_stale(mirror: Mirror | None, footprint: dict[str, Any], at: datetime) -> bool:
    pushed: Any = mirror.pushed_state if mirror else None
    if not pushed or "figures" not in pushed or any(pushed.get(name) != value for name, value in footprint.items()):
        return True
    changes_at = pushed.get("changes_at")
    return changes_at is not None and datetime.fromisoformat(changes_at) <= at


def _is_news(mirror: Mirror, found: Picture) -> bool:
    return mirror.prefect_run_id is None or (mirror.pushed_state or {}).get("picture") != _digest(found)


def _kept(figures: Figures) -> dict[str, Any]:
    """The figures as they are kept beside what Prefect was told."""
    return asdict(figures) | {"late": [asdict(one) | {"since": one.since.isoformat()} for one in figures.late]}


def _restored(mirror: Mirror) -> Figures:
    kept: Any = mirror.pushed_state
    late = tuple(Late(**one | {"since": date.fromisoformat(one["since"])}) for one in kept["figures"]["late"])
    return Figures(**kept["figures"] | {"late": late})


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
    page = found.page.rpartition("\n\n")[0]  # without the last line, which says when it was made
    shown = [found.name, found.state_name, found.message, found.parameters, found.rows, page]
    return sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]

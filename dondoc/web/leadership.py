"""The leadership's pages: all plans, a plan, a unit, a task, an indicator, the history of a matter, and any list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from dondoc.core.indicators import indicators_of
from dondoc.desk import leading
from dondoc.desk.explain import explain_obligation
from dondoc.desk.workplace import Workplace
from dondoc.store.listing import TOTAL, Wanted
from dondoc.store.plans import Applied
from dondoc.web.access import Leadership
from dondoc.web.leader import GROUP_NAMES, GROUPS, Desk, entries_of, first_of, show
from dondoc.web.pictures import timeline, worst
from dondoc.web.refusals import Refused

router = APIRouter()

REPORTS_OFFERED = 6
"""Periods of a plan for which its page offers the report."""


@router.get("/lead")
def overview(request: Request, who: Leadership) -> Response:
    """All plans: what is overdue, who, since when, what was done and who decides; then each plan's figures."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        found = leading.overview(desk.connection, desk.plans, desk.at)
        before: dict[str, int] = {}
        for glance in found.plans:
            for body, count in glance.before.items():
                before[body] = before.get(body, 0) + count
        return {
            "found": found,
            "counts": found.counts,
            "lines": [desk.line(plan, one) for plan, one in found.late],
            "before": before,
            "titles": {one.plan.plan: desk.title(one) for one in desk.plans},
        }

    return show(request, who, "lead/overview.html", gather)


@router.get("/p/{plan}")
def plan(request: Request, who: Leadership, plan: str) -> Response:
    """A plan: figures, what is overdue, sections by units, the year, targets, escalations, its reports."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, first = desk.plan(plan), first_of(request)
        found = leading.plan_page(desk.connection, applied, desk.at, first=first)
        day = applied.calendar.day_of(desk.at)
        named = {one.obligation.id for one in found.late}
        begun = [one for one in found.spans if one.start <= day]
        return {
            "plan": applied.plan,
            "found": found,
            "counts": found.counts.in_force,
            "original": found.counts.original,
            "lines": [desk.line(applied, one) for one in found.late],
            "escalated": [desk.line(applied, one) for one in found.escalated if one.obligation.id not in named],
            "short": _short,
            "sections": [one for one in applied.plan.sections if one.tasks],
            "year": _year(desk, applied, found),
            "falls": list(_falls(desk, applied, found)),
            "indicators": indicators_of(applied.plan),
            "first": first,
            "shown": leading.UNITS_SHOWN,
            "reports": [(one.name, one.title.within(desk.language)) for one in begun if one.name[:2] == "20"][
                -REPORTS_OFFERED:
            ],
        }

    return show(request, who, "lead/plan.html", gather)


@router.get("/units/{unit}")
def unit(request: Request, who: Leadership, unit: str) -> Response:
    """A unit: what it owes of every plan, what is overdue, what comes next, what it did last."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        known = desk.organisation.unit(unit)
        if known is None:
            raise Refused("missing")
        found = leading.unit_page(desk.connection, desk.plans, known.id, desk.at)
        return {
            "unit": known.id,
            "inside": known.inside,
            "found": found.counts,
            "late_count": sum(tally.in_force.open_overdue for _, tally in found.counts),
            "lines": [desk.line(plan, one) for plan, one in found.late],
            "ahead": entries_of(desk, found.ahead),
            "behind": entries_of(desk, found.behind),
            "counts_ahead": found.ahead.count,
            "counts_behind": found.behind.count,
            "titles": {one.plan.plan: desk.title(one) for one in desk.plans},
        }

    return show(request, who, "lead/unit.html", gather)


@router.get("/t/{plan}/{task}")
def task(request: Request, who: Leadership, plan: str, task: str) -> Response:
    """A task: what is overdue of it, its periods and how each stands."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied = desk.plan(plan)
        found = leading.task_counts(desk.connection, applied, task, desk.at)
        late = leading.late_of_task(desk.connection, applied, task, desk.at)
        return {
            **_about_task(desk, applied, task),
            "found": found,
            "late_count": sum(tally.in_force.open_overdue for tally in found.values()),
            "lines": [desk.line(applied, one) for one in late],
        }

    return show(request, who, "lead/task.html", gather)


@router.get("/t/{plan}/{task}/{period}")
def period(request: Request, who: Leadership, plan: str, task: str, period: str) -> Response:
    """A task in one period: unit by unit, what is overdue first."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, first = desk.plan(plan), first_of(request)
        counts = leading.task_counts(desk.connection, applied, task, desk.at).get(period)
        if counts is None:
            raise Refused("missing")
        names = _about_task(desk, applied, task)
        wanted = Wanted((plan,), tasks=(task,), period=period)
        late = leading.the_list(
            desk.connection, [applied], replace(wanted, cells=("open_overdue",)), desk.at, first=first
        )
        others = replace(wanted, cells=tuple(one for one in TOTAL if one != "open_overdue"))
        rest = leading.the_list(desk.connection, [applied], others, desk.at, first=first)
        return {
            **names,
            "period": period,
            "counts": counts.in_force,
            "late": entries_of(desk, late),
            "rest": entries_of(desk, rest),
            "first": first,
            "count": max(late.count, rest.count),
            "shown": leading.LINES,
        }

    return show(request, who, "lead/period.html", gather)


@router.get("/i/{plan}/{indicator}")
def indicator(request: Request, who: Leadership, plan: str, indicator: str) -> Response:
    """An indicator by unit and period, with what the units come to and how that was computed."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, first = desk.plan(plan), first_of(request)
        found = leading.indicator_page(desk.connection, applied, indicator)
        if found is None:
            raise Refused("missing")
        return {
            "plan": applied.plan,
            "found": found,
            "label": found.indicator.label.within(desk.language),
            "units": found.units[first : first + leading.LINES],
            "first": first,
            "shown": leading.LINES,
            "missing": sum(entry is None for entry in found.rows[-1][1].entries.values()) if found.rows else 0,
        }

    return show(request, who, "lead/indicator.html", gather)


@router.get("/h/{obligation:path}")
def history(request: Request, who: Leadership, obligation: str) -> Response:
    """The history of a matter in plain words."""
    place: Workplace = request.app.state.place

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied = desk.plan(obligation.partition("/")[0])
        told = explain_obligation(place, obligation)
        one = told.explanation.obligation
        wanted = leading.the_entry(desk.connection, applied, obligation, desk.at)
        return {
            "plan": applied.plan,
            "told": told,
            "one": one,
            "title": one.title(desk.language),
            "owner": wanted.now.owner,
            "entry": next(iter(entries_of(desk, leading.Listed((wanted,), 1)))),
            "moment": lambda at: (
                f"{(local := applied.calendar.local(at)).hour:02}:{local.minute:02} {desk.say.day(local.date())}"
            ),
        }

    return show(request, who, "lead/history.html", gather)


@router.get("/list")
def the_list(request: Request, who: Leadership) -> Response:
    """The list behind a figure; its filters stand in the address."""
    asked = {
        name: request.query_params.get(name, "") for name in ("plan", "section", "task", "period", "unit", "before")
    }
    cell = request.query_params.get("cell", "total")

    def gather(desk: Desk) -> Mapping[str, Any]:
        if cell not in GROUPS:
            raise Refused("missing")
        plans = [desk.plan(asked["plan"])] if asked["plan"] else list(desk.plans)
        tasks = (asked["task"],) if asked["task"] else _tasks_of(plans, asked["section"])
        wanted = Wanted(
            tuple(one.plan.plan for one in plans), GROUPS[cell], tasks, asked["period"], asked["unit"], asked["before"]
        )
        first = first_of(request)
        found = leading.the_list(desk.connection, plans, wanted, desk.at, first=first, newest=cell.startswith("done"))
        return {
            "asked": {**asked, "cell": cell},
            "found": found,
            "entries": entries_of(desk, found),
            "first": first,
            "shown": leading.LINES,
            "groups": GROUP_NAMES,
            "title": GROUP_NAMES[cell],
            "of_plan": desk.title(plans[0]) if asked["plan"] else "",
            "of_task": _about_task(desk, plans[0], asked["task"])["title"] if asked["plan"] and asked["task"] else "",
            "plans": [(one.plan.plan, desk.title(one)) for one in desk.plans],
        }

    return show(request, who, "lead/list.html", gather)


def _tasks_of(plans: list[Applied], section: str) -> tuple[str, ...]:
    if not section:
        return ()
    found = (one for plan in plans for one in plan.plan.sections if one.id == section)
    return tuple(task.ledger_id for one in found for task in one.tasks) or ("-",)


def _about_task(desk: Desk, applied: Applied, task: str) -> dict[str, Any]:
    found = applied.plan.task(task)
    section = next((one for one in applied.plan.sections for each in one.tasks if each.ledger_id == task), None)
    return {
        "plan": applied.plan,
        "task": task,
        "title": found.title.within(desk.language) if found else task,
        "section": section.title.within(desk.language) if section else "",
        "indicators": [one for one in indicators_of(applied.plan) if task in one.tasks],
    }


def _falls(desk: Desk, applied: Applied, found: leading.PlanPage) -> Iterator[dict[str, Any]]:
    for one in found.falls:
        tally = found.by_task[one.task, one.period]
        title = applied.plan.task(one.task)
        period = desk.period(one.period, applied.plan.plan, one.task)
        first, last = (applied.calendar.day_of(at - timedelta(microseconds=1)) for at in (one.first, one.last))
        yield {
            "day": first,
            "when": desk.say.day(first) if first == last else f"{desk.say.day(first)} – {desk.say.day(last)}",
            "task": one.task,
            "period": one.period,
            "title": " – ".join(filter(None, (title.title.within(desk.language) if title else one.task, period))),
            "counts": tally.in_force,
        }


def _year(desk: Desk, applied: Applied, found: leading.PlanPage) -> Any:
    """The plan's year, a line for each section."""
    sections = [one for one in applied.plan.sections if one.tasks]
    number = {task.ledger_id: n for n, section in enumerate(sections) for task in section.tasks}
    falls = [
        (number[one["task"]], one["day"], worst(one["counts"]), f"{one['title']}: {one['when']}")
        for one in _falls(desk, applied, found)
        if one["task"] in number and one["counts"].total
    ]
    days: list[date] = [applied.plan.period.first, applied.plan.period.last, *(day for _, day, _, _ in falls)]
    names = [_short(f"{one.id}. {one.title.within(desk.language)}") for one in sections]
    return timeline(min(days), max(days), applied.calendar.day_of(desk.at), names, falls)


def _short(text: str, most: int = 36) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"

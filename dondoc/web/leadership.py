"""The leadership's pages: all plans, a plan, a unit, a task, an indicator, the history of a matter, and any list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from dondoc.calendar.periods import period_title
from dondoc.core.address import Directory
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.indicators import indicators_of
from dondoc.core.mirror import Late as Told
from dondoc.core.mirror import tell_late
from dondoc.core.text import Text
from dondoc.desk import leading
from dondoc.desk.explain import explain_obligation
from dondoc.desk.workplace import Workplace
from dondoc.reports.figures import Late
from dondoc.reports.saying import Saying
from dondoc.store.listing import OPEN, TOTAL, Wanted
from dondoc.store.plans import Applied
from dondoc.web.access import Leadership, Visitor
from dondoc.web.pages import language_of, page
from dondoc.web.pictures import bar, heat, timeline, worst
from dondoc.web.refusals import Refused
from dondoc.web.standings import standing_words

router = APIRouter()

CELL_NAMES = {
    "done_on_time": Text(vi="Hoàn thành đúng hạn", en="Done on time"),
    "done_late": Text(vi="Hoàn thành quá hạn", en="Done late"),
    "open_in_time": Text(vi="Chưa xong, trong hạn", en="Not done, in time"),
    "open_overdue": Text(vi="Chưa xong, quá hạn", en="Not done, overdue"),
}
BESIDE_NAMES = {
    "waived": Text(vi="Được miễn", en="Waived"),
    "cancelled": Text(vi="Bỏ khỏi kế hoạch", en="Dropped from the plan"),
    "before_adoption": Text(vi="Trước khi áp dụng", en="Before adoption"),
}
GROUPS: Mapping[str, tuple[str, ...]] = {
    **{cell: (cell,) for cell in (*CELL_NAMES, *BESIDE_NAMES)},
    "total": TOTAL,
    "open": OPEN,
    "done": ("done_on_time", "done_late"),
}
GROUP_NAMES = {
    "total": Text(vi="Tất cả", en="All"),
    "open": Text(vi="Chưa hoàn thành", en="Not done"),
    "done": Text(vi="Đã hoàn thành", en="Done"),
    **CELL_NAMES,
    **BESIDE_NAMES,
}
ROLES = {
    HEAD_OF_OWNER: Text(vi="Lãnh đạo đơn vị thực hiện", en="The heads of the units"),
    FOCAL_POINT: Text(vi="Đơn vị đầu mối", en="The focal department"),
    HEAD_OF_FOCAL_POINT: Text(vi="Lãnh đạo đơn vị đầu mối", en="The head of the focal department"),
}
WITHIN_PLAN = 6
"""Periods of a plan for which its page offers the report."""


@dataclass(frozen=True, slots=True)
class Line:
    """A matter that is overdue or was put before somebody, in words: `days` late, `age` days before whom decides."""

    obligation: str
    plan: str
    owner: str
    told: Told
    since: str
    days: int
    age: int | None


class Desk:
    """What every page of the leadership has: who looks, when, the organisation's names and how things are written."""

    def __init__(self, request: Request, who: Visitor, connection: Connection) -> None:
        self.place: Workplace = request.app.state.place
        self.connection = connection
        self.at = self.place.now()
        self.language = language_of(request)
        self.plans = leading.plans_of(connection, who.roles.organisation)
        if not self.plans:
            raise Refused("missing")
        newest = max(self.plans, key=lambda one: one.applied_at)
        self.organisation, self.calendar = newest.organisation, newest.calendar
        self.directory = Directory(self.organisation)
        self.say = Saying(self.organisation, self.language)

    def plan(self, name: str) -> Applied:
        """A plan of the visitor's organisation."""
        return leading.plan_of(self.connection, self.organisation.organisation, name)

    def unit(self, unit: str) -> str:
        """The whole name of a unit or body, or of the role that stands for many."""
        return ROLES[unit].within(self.language) if unit in ROLES else self.directory.name(unit, self.language)

    def title(self, plan: Applied) -> str:
        """What a plan is called."""
        return plan.plan.title.within(self.language)

    def line(self, plan: Applied, one: Late) -> Line:
        """A late matter in words."""
        told = tell_late(one.obligation, one.now, plan.calendar, self.directory, self.language)
        up = one.escalated
        age = (plan.calendar.day_of(self.at) - plan.calendar.day_of(up.happened_at)).days if up else None
        return Line(
            one.obligation.id, plan.plan.plan, one.now.owner, told, self.say.day(told.since), one.days, age
        )  # fmt: skip

    def names(self) -> dict[str, Any]:
        """What the templates ask for by name."""
        return {
            "say": self.say,
            "unit_name": self.unit,
            "today": self.say.day(self.calendar.day_of(self.at)),
            "period_name": lambda period: "" if period == "once" else period_title(period, self.language_code),
            "cells": CELL_NAMES,
            "beside": BESIDE_NAMES,
            "bar": bar,
            "heat": heat,
            "standing_words": lambda standing: standing_words(standing, self.language),
            "at_list": at_list,
        }

    @property
    def language_code(self) -> Any:
        """Vietnamese or English."""
        return "en" if self.language == "en" else "vi"


def at_list(**named: object) -> str:
    """The address of the list behind a figure."""
    return f"/list?{urlencode({key: value for key, value in named.items() if value})}"


def _show(request: Request, who: Visitor, template: str, gather: Callable[[Desk], Mapping[str, Any]]) -> Response:
    place: Workplace = request.app.state.place
    with place.database.reading() as connection:
        desk = Desk(request, who, connection)
        values = gather(desk)
    return page(request, template, **desk.names(), **values)


def _first(request: Request) -> int:
    given = request.query_params.get("first", "")
    return min(int(given), 1_000_000) if given.isdecimal() and len(given) < 8 else 0


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

    return _show(request, who, "lead/overview.html", gather)


@router.get("/p/{plan}")
def plan(request: Request, who: Leadership, plan: str) -> Response:
    """A plan: figures, what is overdue, sections by units, the year, targets, escalations, its reports."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, first = desk.plan(plan), _first(request)
        found = leading.plan_page(desk.connection, applied, desk.at, first=first)
        day = applied.calendar.day_of(desk.at)
        named = {one.obligation.id for one in found.late}
        begun = [one for one in found.spans if one.start <= day]
        return {
            "plan": applied.plan,
            "found": found,
            "counts": found.counts.whole.in_force,
            "original": found.counts.whole.original,
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
                -WITHIN_PLAN:
            ],
        }

    return _show(request, who, "lead/plan.html", gather)


@router.get("/units/{unit}")
def unit(request: Request, who: Leadership, unit: str) -> Response:
    """A unit: what it owes of every plan, what is overdue, what comes next, what it did last."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        known = desk.organisation.unit(unit)
        if known is None:
            raise Refused("missing")
        wanted = Wanted(tuple(one.plan.plan for one in desk.plans), unit=unit)
        ahead = leading.the_list(desk.connection, desk.plans, replace(wanted, cells=("open_in_time",)), desk.at)
        done = replace(wanted, cells=GROUPS["done"])
        behind = leading.the_list(desk.connection, desk.plans, done, desk.at, newest=True)
        return {
            "unit": unit,
            "inside": known.inside,
            "found": leading.unit_counts(desk.connection, desk.plans, unit, desk.at),
            "lines": [
                desk.line(plan, one) for plan, one in leading.late_of(desk.connection, desk.plans, desk.at, unit)
            ],
            "ahead": _entries(desk, replace(ahead, entries=ahead.entries[: leading.NAMED])),
            "behind": _entries(desk, replace(behind, entries=behind.entries[: leading.NAMED])),
            "counts_ahead": ahead.count,
            "counts_behind": behind.count,
            "titles": {one.plan.plan: desk.title(one) for one in desk.plans},
        }

    return _show(request, who, "lead/unit.html", gather)


@router.get("/t/{plan}/{task}")
def task(request: Request, who: Leadership, plan: str, task: str) -> Response:
    """A task: its periods and how each stands."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied = desk.plan(plan)
        found = leading.task_counts(desk.connection, applied, task, desk.at)
        return {**_about_task(desk, applied, task), "found": found}

    return _show(request, who, "lead/task.html", gather)


@router.get("/t/{plan}/{task}/{period}")
def period(request: Request, who: Leadership, plan: str, task: str, period: str) -> Response:
    """A task in one period: unit by unit, what is overdue first."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, first = desk.plan(plan), _first(request)
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
            "late": _entries(desk, late),
            "rest": _entries(desk, rest),
            "first": first,
            "count": max(late.count, rest.count),
            "shown": leading.LINES,
        }

    return _show(request, who, "lead/period.html", gather)


@router.get("/i/{plan}/{indicator}")
def indicator(request: Request, who: Leadership, plan: str, indicator: str) -> Response:
    """An indicator by unit and period, with what the units come to and how that was computed."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, first = desk.plan(plan), _first(request)
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

    return _show(request, who, "lead/indicator.html", gather)


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
            "entry": next(iter(_entries(desk, leading.Listed((wanted,), 1)))),
            "moment": lambda at: (
                f"{(local := applied.calendar.local(at)).hour:02}:{local.minute:02} {desk.say.day(local.date())}"
            ),
        }

    return _show(request, who, "lead/history.html", gather)


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
        first = _first(request)
        found = leading.the_list(desk.connection, plans, wanted, desk.at, first=first, newest=cell.startswith("done"))
        return {
            "asked": {**asked, "cell": cell},
            "found": found,
            "entries": _entries(desk, found),
            "first": first,
            "shown": leading.LINES,
            "groups": GROUP_NAMES,
            "title": GROUP_NAMES[cell],
            "of_plan": desk.title(plans[0]) if asked["plan"] else "",
            "of_task": _about_task(desk, plans[0], asked["task"])["title"] if asked["plan"] and asked["task"] else "",
            "plans": [(one.plan.plan, desk.title(one)) for one in desk.plans],
        }

    return _show(request, who, "lead/list.html", gather)


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


def _entries(desk: Desk, found: leading.Listed) -> list[dict[str, Any]]:
    """The lines of a list in words."""
    lines: list[dict[str, Any]] = []
    for one in found.entries:
        receipt = one.now.receipt()
        told = None
        if one.standing == "overdue":
            told = tell_late(one.obligation, one.now, one.plan.calendar, desk.directory, desk.language)
        lines.append(
            {
                "id": one.obligation.id,
                "title": one.obligation.title(desk.language),
                "owner": one.now.owner,
                "due": desk.say.day(one.now.answer_by.day(one.plan.calendar)),
                "received": desk.say.day(one.plan.calendar.day_of(receipt)) if receipt else "",
                "standing": one.standing,
                "told": told,
                "extended": one.now.extended,
            }
        )
    return lines


def _falls(desk: Desk, applied: Applied, found: leading.PlanPage) -> Iterator[dict[str, Any]]:
    for one in found.falls:
        tally = found.by_task[one.task, one.period]
        title = applied.plan.task(one.task)
        first, last = (applied.calendar.day_of(at) for at in (one.first, one.last))
        yield {
            "day": first,
            "when": desk.say.day(first) if first == last else f"{desk.say.day(first)} – {desk.say.day(last)}",
            "task": one.task,
            "period": one.period,
            "title": title.title.within(desk.language) if title else one.task,
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

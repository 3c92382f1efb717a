"""What every page of the leadership has: who looks and when, names, cells, and matters put into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from sqlalchemy import Connection

from dondoc.calendar.periods import period_title
from dondoc.core.address import Directory
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.mirror import Late as Told
from dondoc.core.mirror import tell_late
from dondoc.core.occurrence import ONCE
from dondoc.core.text import Text
from dondoc.core.timetable import Timetable
from dondoc.desk import leading
from dondoc.desk.workplace import Workplace
from dondoc.reports.figures import Late
from dondoc.reports.saying import Saying
from dondoc.store.listing import OPEN, TOTAL
from dondoc.store.plans import Applied
from dondoc.web import given
from dondoc.web.access import Visitor
from dondoc.web.pages import language_of, page
from dondoc.web.pictures import bar, heat
from dondoc.web.refusals import Refused
from dondoc.web.standings import standing_words

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
        self._timetables: dict[str, Timetable] = {}

    def plan(self, name: str) -> Applied:
        """A plan of the visitor's organisation."""
        return leading.plan_of(self.connection, self.organisation.organisation, name)

    def unit(self, unit: str) -> str:
        """The whole name of a unit or body, or of the role that stands for many."""
        return ROLES[unit].within(self.language) if unit in ROLES else self.directory.name(unit, self.language)

    def title(self, plan: Applied) -> str:
        """What a plan is called."""
        return plan.plan.title.within(self.language)

    def period(self, period: str, plan: str = "", task: str = "") -> str:
        """What people call a period, or an occasion of a plan's task; nothing where it is owed once."""
        if period == ONCE:
            return ""
        for one in self.plans:
            found = one.plan.task(task) if one.plan.plan == plan else None
            titles = {each.period: each.title for each in self._timetable(one).of(found)} if found else {}
            if title := titles.get(period):
                return title.within(self.language)
        return period_title(period, self.language_code)

    def _timetable(self, plan: Applied) -> Timetable:
        return self._timetables.setdefault(plan.plan.plan, Timetable(plan.plan, plan.calendar))

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
            "period_name": self.period,
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


def show(request: Request, who: Visitor, template: str, gather: Callable[[Desk], Mapping[str, Any]]) -> Response:
    """The page of a template with what `gather` finds for it, all of it at one state of the ledger."""
    place: Workplace = request.app.state.place
    with place.database.reading() as connection:
        desk = Desk(request, who, connection)
        values = gather(desk)
    return page(request, template, **desk.names(), **values)


def first_of(request: Request) -> int:
    """The number of the line with which the page that was asked for begins."""
    return min(given.number(request.query_params.get("first", "")) or 0, 1_000_000)


def entries_of(desk: Desk, found: leading.Listed) -> list[dict[str, Any]]:
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

"""The first page after signing in: where the visitor may go; and whether the portal is alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import text

from dondoc.core.text import Text
from dondoc.desk.leading import plans_of
from dondoc.desk.letterheads import house_letterhead
from dondoc.desk.workplace import Workplace
from dondoc.web.access import Person, Visitor
from dondoc.web.pages import language_of, page

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Door:
    """A page that the first page leads to, for those for whom it is `open`."""

    path: str
    title: Text
    open: Callable[[Visitor], bool]


DOORS: tuple[Door, ...] = (
    Door("/lead", Text(vi="Toàn cảnh các kế hoạch", en="All plans at a glance"), lambda who: who.may_lead),
    Door("/review", Text(vi="Chờ quyết định", en="Waiting for a decision"), lambda who: who.may_decide),
    Door("/admin", Text(vi="Quản trị", en="Administration"), lambda who: who.may_administer),
    Door("/feeds", Text(vi="Lịch hạn việc", en="Calendars of deadlines"), lambda who: who.signed_in),
)
"""A new page for reviewers, leadership or the administrator is added here."""


@router.get("/")
def home(request: Request, who: Person) -> Response:
    """What is open to the visitor."""
    place: Workplace = request.app.state.place
    with place.database.reading() as connection:
        head = house_letterhead(connection, place.settings, who.roles.organisation)
        plans = plans_of(connection, who.roles.organisation)
    units = [
        {"id": unit, "name": head.name(unit, language_of(request))}
        for unit in sorted(who.roles.units)
        if who.may_see_unit(unit)
    ]
    followed = [one.plan for one in plans if who.acts_for(one.plan.focal_point, one.plan.plan)]
    doors = [door for door in DOORS if door.open(who)]
    return page(request, "home.html", units=units, doors=doors, followed=followed)


@router.get("/healthy")
def healthy(request: Request) -> Response:
    """Whether the portal and its ledger answer, for whoever watches over them."""
    place: Workplace = request.app.state.place
    with place.database.reading() as connection:
        connection.execute(text("SELECT 1"))
    return PlainTextResponse("ok\n")


@router.get("/robots.txt")
def robots() -> Response:
    """Nothing here is for search engines."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")

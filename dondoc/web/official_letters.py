"""Official letters (công văn đôn đốc): the focal point takes them along to be signed, and records number and day.

The leadership reads them. Somebody whom an alert asks to write one needs no more than the link in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from dondoc.core.standing import situation
from dondoc.desk import leading
from dondoc.desk.reports import Dispatch, Wish, dispatch, letter_to, letters_due, record_number
from dondoc.desk.workplace import Workplace
from dondoc.store import matters
from dondoc.store.papers import Numbered
from dondoc.store.plans import Applied
from dondoc.web import given
from dondoc.web.access import Person, SentForm, Visitor
from dondoc.web.leader import Desk, show
from dondoc.web.papers import as_file, form_of
from dondoc.web.refusals import Refused

router = APIRouter()

PATH = "/p/{plan}/dispatch"
NUMBER_AT_MOST = 40


@router.get(PATH)
def units(request: Request, who: Person, plan: str) -> Response:
    """The units of a plan that are late, and which of them has had its official letter."""

    def gather(desk: Desk) -> Mapping[str, Any]:
        applied = desk.plan(plan)
        if not (who.may_lead or who.acts_for(applied.plan.focal_point, plan)):
            raise Refused("not yours")
        found = letters_due(desk.connection, applied, desk.at, most=leading.LINES)
        return {"plan": applied.plan, "letters": [_shown(desk, applied, one) for one in found]}

    return show(request, who, "dispatches.html", gather)


@router.get(f"{PATH}/{{unit}}")
def letter(request: Request, who: Person, plan: str, unit: str) -> Response:
    """The official letter to a unit: what it is about, the files, its number and day."""
    return _page(request, who, plan, unit)


@router.get(f"{PATH}/{{unit}}/file")
def file(request: Request, who: Person, plan: str, unit: str) -> Response:
    """The official letter to a unit, ready to be signed."""
    place: Workplace = request.app.state.place
    form = form_of(request)
    with place.database.reading() as connection:
        unit = _known(Desk(request, who, connection), who, plan, unit)[1]
    return as_file(dispatch(place, plan, unit, Wish(form)), f"cong-van-{unit}", form)


@router.post(f"{PATH}/{{unit}}")
def record(request: Request, who: Person, form: SentForm, plan: str, unit: str) -> Response:
    """Record the number that the clerk gave the letter, and the day on which it was signed."""
    place: Workplace = request.app.state.place
    with place.database.reading() as connection:
        desk = Desk(request, who, connection)
        applied, unit = _known(desk, who, plan, unit)
        if not _writes(connection, who, applied, unit):
            raise Refused("not yours")
    number, day = given.words(form, "number", NUMBER_AT_MOST), given.day(given.words(form, "day"))
    if not number or day is None or day > desk.calendar.day_of(desk.at):
        return _page(request, who, plan, unit, sent={name: given.words(form, name) for name in ("number", "day")})
    record_number(place, "dispatch", plan, unit, Numbered(number, day), by=who.name)
    return RedirectResponse(f"/p/{plan}/dispatch/{unit}?done=1", 303)


def _page(request: Request, who: Visitor, plan: str, unit: str, *, sent: Mapping[str, str] | None = None) -> Response:
    def gather(desk: Desk) -> Mapping[str, Any]:
        applied, known = _known(desk, who, plan, unit)
        found = letter_to(desk.connection, applied, known, desk.at)
        return {
            "plan": applied.plan,
            **_shown(desk, applied, found),
            "lines": [desk.line(applied, one) for one in found.late],
            "wanted": [
                {
                    "body": desk.unit(one.urged.body),
                    "on": desk.say.day(applied.calendar.day_of(one.urged.happened_at)),
                    "why": one.urged.why,
                }
                for one in found.late
                if one.urged
            ],
            "may_record": _writes(desk.connection, who, applied, known),
            "all": who.may_lead or who.acts_for(applied.plan.focal_point, plan),
            "typed": sent or {"number": "", "day": desk.calendar.day_of(desk.at).isoformat()},
            "wrong": sent is not None,
            "done": bool(request.query_params.get("done")),
        }

    response = show(request, who, "dispatch.html", gather)
    response.status_code = 422 if sent is not None else 200
    return response


def _shown(desk: Desk, plan: Applied, one: Dispatch) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "count": len(one.late),
        "since": desk.say.day(plan.calendar.day_of(one.late[0].since)) if one.late else "",
        "wanted": any(each.urged for each in one.late),
        "number": one.numbered.number if one.numbered else "",
        "day": desk.say.day(one.numbered.day) if one.numbered else "",
    }


def _known(desk: Desk, who: Visitor, plan: str, unit: str) -> tuple[Applied, str]:
    """The plan and the unit's id of today, for somebody who may read its official letters to this unit.

    Raises:
        Refused, UnknownPlan.
    """
    applied = desk.plan(plan)
    known = applied.organisation.unit(unit)
    if not (who.may_lead or _writes(desk.connection, who, applied, known.id if known else unit)):
        raise Refused("not yours")
    if known is None:
        raise Refused("missing")
    return applied, known.id


def _writes(connection: Connection, who: Visitor, plan: Applied, unit: str) -> bool:
    """Whether the visitor writes official letters to this unit: for the focal point, or as the administrator; signed
    in, or with a letter about a matter of this unit.
    """
    name, focal_point = plan.plan.plan, plan.plan.focal_point
    if who.acts_for(focal_point, name, unit):
        return True
    if not (focal_point in who.roles.reviews or who.roles.administers):
        return False
    told = [id_ for one in who.opened for id_ in one.about if id_.startswith(f"{name}/")]
    return any(situation(one, history).owner == unit for one, history in matters.load(connection, told))

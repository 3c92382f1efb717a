"""The page of a unit: everything it owes, and the events it may report."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.core.text import Text
from dondoc.desk.answering import awaited_by, owed_by
from dondoc.desk.events import raise_event
from dondoc.desk.letterheads import letterheads
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.web import given
from dondoc.web.access import Person, SentForm, Visitor
from dondoc.web.pages import language_of, page
from dondoc.web.refusals import Refused
from dondoc.web.standings import TO_DO, standing_words
from notifications import wording

router = APIRouter()

LATER = ("upcoming",)
DONE_SHOWN = 50


@router.get("/u/{unit}")
def show(request: Request, who: Person, unit: str) -> Response:
    """Everything that the unit owes, the most urgent first, and what it has done."""
    return _page(request, who, unit)


@router.post("/u/{unit}/events")
def report(request: Request, who: Person, form: SentForm, unit: str) -> Response:
    """Report that something happened that a plan waits for."""
    _allowed(who, unit)
    place: Workplace = request.app.state.place
    plan, _, event = str(form.get("event", "")).partition("/")
    with place.database.reading() as connection:
        known = next((one for one in awaited_by(connection, unit) if (one.plan, one.event) == (plan, event)), None)
    severity, why = given.words(form, "severity"), given.words(form, "why")
    if known is None or unit not in who.roles.units:
        raise Refused("not yours")
    if known.severities and severity not in known.severities:
        wrong = Text(vi="Xin chọn mức độ.", en="Please choose how grave it is.")
        return _page(request, who, unit, wrong=wrong.within(language_of(request)), status=422)
    try:
        raise_event(place, plan, event, unit=unit, by=who.name, severity=severity, why=why)
    except NotAllowed:
        wrong = Text(
            vi="Chưa ghi nhận được: không có đơn vị nào phải làm gì từ sự việc này. Xin liên hệ cơ quan đầu mối.",
            en="Nothing was recorded: nobody would have to do anything about it. Please ask the focal department.",
        )
        return _page(request, who, unit, wrong=wrong.within(language_of(request)), status=409)
    request.app.state.posted()
    return RedirectResponse(f"/u/{unit}?done=reported", 303)


def _allowed(who: Visitor, unit: str) -> None:
    if not who.may_see_unit(unit):
        raise Refused("not yours")


def _page(request: Request, who: Visitor, unit: str, *, wrong: str = "", status: int = 200) -> Response:
    _allowed(who, unit)
    place: Workplace = request.app.state.place
    language, now = language_of(request), place.now()
    with place.database.reading() as connection:
        heads = letterheads(connection, place.settings)
        awaited = awaited_by(connection, unit) if unit in who.roles.units else ()
    head = next((one for one in heads if one.directory.organisation.unit(unit)), None)
    if head is None:
        raise Refused("missing")
    lines = [
        {
            "path": f"/o/{one.obligation.id}",
            "title": one.obligation.title(language),
            "plan": head.plan_name(one.obligation.plan, language) if one.obligation.plan in head.plans else "",
            "due": wording.long_deadline(one.now.answer_by, one.applied.calendar, language),
            "left": wording.remaining(one.now.answer_by, now, one.applied.calendar, language)
            if one.standing in TO_DO
            else "",
            "standing": one.standing,
            "words": standing_words(one.standing, language),
            "drafted": one.drafted,
        }
        for one in owed_by(place, unit, now)
        if one.standing != "before_adoption"
    ]
    return page(
        request, "unit.html", status,
        unit=unit,
        name=head.name(unit, language),
        to_do=[one for one in lines if one["standing"] in TO_DO],
        later=[one for one in lines if one["standing"] in LATER],
        others=[one for one in lines if one["standing"] not in (*TO_DO, *LATER)][-DONE_SHOWN:],
        awaited=[
            {"value": f"{one.plan}/{one.event}", "title": one.title.within(language), "severities": one.severities}
            for one in awaited
        ],
        severities=list(dict.fromkeys(text for one in awaited for text in one.severities)),
        done=request.query_params.get("done", ""),
        wrong=wrong,
    )  # fmt: skip

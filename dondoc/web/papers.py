"""Papers to take along: the compiled report, the dossier of a body."""

from __future__ import annotations

from datetime import time

from fastapi import APIRouter, Request, Response

from dondoc.desk.reports import Form, Wish, compile_report, dossier
from dondoc.errors import DondocError, NotAllowed
from dondoc.web import given
from dondoc.web.access import Leadership, Visitor
from dondoc.web.leader import Desk
from dondoc.web.refusals import Refused

router = APIRouter()

TYPES: dict[Form, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@router.get("/p/{plan}/report")
def report(request: Request, who: Leadership, plan: str) -> Response:
    """The compiled report of a plan on a period."""
    _known(request, who, plan)
    period, form = request.query_params.get("period", ""), form_of(request)
    try:
        written = compile_report(request.app.state.place, plan, period, Wish(form))
    except NotAllowed:
        raise
    except DondocError:
        raise Refused("missing") from None
    return as_file(written, f"{plan}-{period}", form)


@router.get("/d/{body}/dossier")
def of_body(request: Request, who: Leadership, body: str) -> Response:
    """The dossier of a body from a plan."""
    plan, form = request.query_params.get("plan", ""), form_of(request)
    desk = _known(request, who, plan)
    day = given.day(request.query_params.get("since", ""))
    since = desk.calendar.at(day, time()) if day else None
    try:
        written = dossier(request.app.state.place, plan, body, Wish(form), since=since)
    except NotAllowed:
        raise
    except DondocError:
        raise Refused("missing") from None
    return as_file(written, f"ho-so-{body}", form)


def _known(request: Request, who: Visitor, plan: str) -> Desk:
    """That the plan is one of the visitor's organisation."""
    with request.app.state.place.database.reading() as connection:
        desk = Desk(request, who, connection)
        desk.plan(plan)
    return desk


def form_of(request: Request) -> Form:
    """The form in which the visitor wants a paper.

    Raises:
        Refused: there is no such form.
    """
    wanted = request.query_params.get("as", "docx")
    for form in TYPES:
        if form == wanted:
            return form
    raise Refused("missing")


def as_file(content: bytes, name: str, form: Form) -> Response:
    """A paper to take along."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=TYPES[form], headers=headers)

"""Signing in with a link sent by mail: asked for with an address, used once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.desk.links import LinkUnusable, ask_to_sign_in, use_sign_in
from dondoc.desk.workplace import Workplace
from dondoc.links import PARAMETER, keys_of
from dondoc.web.access import SentForm
from dondoc.web.limiting import SIGN_IN, WRONG_TOKEN, Doorkeeper
from dondoc.web.pages import page
from dondoc.web.refusals import Refused
from dondoc.web.session import Session, end_session, keep_session

router = APIRouter()


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Ask for an address; with a link from the letter, ask to confirm: a scanner that opens it uses nothing up."""
    return page(request, "sign_in.html", token=request.query_params.get(PARAMETER, ""), asked=False, wrong=False)


@router.post("/sign-in")
def send(request: Request, form: SentForm) -> Response:
    """Use the link, or send one to the address; the answer does not tell whether the address is known."""
    place: Workplace = request.app.state.place
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    token = str(form.get(PARAMETER, ""))
    if token:
        return _use(request, place, token)
    person = str(form.get("email", "")).strip().lower()
    if "@" not in person or len(person) > 254:
        return page(request, "sign_in.html", 422, token="", asked=False, wrong=True)
    doorkeeper.knock(SIGN_IN, "sign-in", request.state.address)
    doorkeeper.knock(SIGN_IN, "sign-in", person)
    if ask_to_sign_in(place, person):
        request.app.state.posted()
    return page(request, "sign_in.html", token="", asked=True, wrong=False)


@router.post("/leave")
def leave(_request: Request) -> Response:
    """End the session."""
    response = RedirectResponse("/sign-in", 303)
    end_session(response)
    return response


def _use(request: Request, place: Workplace, token: str) -> Response:
    link = keys_of(place.settings).read(token)
    if link is None:
        doorkeeper: Doorkeeper = request.app.state.doorkeeper
        doorkeeper.knock(WRONG_TOKEN, "token", request.state.address)
        raise Refused("unknown")
    try:
        opened = use_sign_in(place, link)
    except LinkUnusable as unusable:
        raise Refused(unusable.why) from None
    response = RedirectResponse("/", 303)
    keep_session(request, response, Session.new(place.now(), opened.id))
    return response

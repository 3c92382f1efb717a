"""The portal as one ASGI application, made for a workplace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Scope

from dondoc.desk.workplace import Workplace
from dondoc.errors import DatabaseUnreachable, NotAllowed, UnknownObligation, UnknownPlan
from dondoc.web import (
    admin,
    answer,
    dossier,
    feeds,
    home,
    leadership,
    official_letters,
    papers,
    review,
    sign_in,
    unit,
    waiting,
)
from dondoc.web.access import genuine
from dondoc.web.api import app as programs
from dondoc.web.guard import BodyTooLarge, Guard
from dondoc.web.journal import access_log, error_log
from dondoc.web.limiting import Doorkeeper
from dondoc.web.pages import STATIC, page
from dondoc.web.refusals import STATUS, LetIn, Refused
from dondoc.web.session import keep_session, own_session

PAGES = tuple(
    one.router
    for one in (
        home,
        sign_in,
        answer,
        unit,
        leadership,
        dossier,
        official_letters,
        papers,
        feeds,
        waiting,
        review,
        admin,
    )
)
"""Every router of pages; a new page is added here."""

A_YEAR = "public, max-age=31536000, immutable"


def portal(place: Workplace, posted: Callable[[], None] = lambda: None) -> ASGIApp:
    """Everything the portal answers, guarded; `posted` is called when a letter was put into the outbox.

    The portal itself never speaks to a mail server.
    """
    app = create_app(place, posted)
    return Guard(
        app,
        doorkeeper=app.state.doorkeeper,
        refuse=lambda scope, refused: _refusing(app, scope, refused),
        log=access_log(place.settings),
        https=place.settings.base_url.startswith("https://"),
        proxies=place.settings.trusted_proxies,
        proxy_header=place.settings.proxy_header,
    )


def create_app(place: Workplace, posted: Callable[[], None] = lambda: None) -> FastAPI:
    """The pages without their guard."""
    app = FastAPI(title="dondoc", openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(genuine)])
    app.state.place = place
    app.state.posted = posted
    app.state.doorkeeper = Doorkeeper()
    for router in PAGES:
        app.include_router(router)
    app.mount("/api", programs.api(place, posted, app.state.doorkeeper))
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_exception_handler(LetIn, _let_in)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(BodyTooLarge, _too_large)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _http)
    app.add_exception_handler(UnknownObligation, _missing)
    app.add_exception_handler(UnknownPlan, _missing)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(DatabaseUnreachable, _away)
    app.add_exception_handler(Exception, _broken)
    return app


class _Static(StaticFiles):
    """Files of ours, named with the digest of their content, so that browsers need not ask again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = A_YEAR
        return response


def refusal(request: Request, refused: Refused) -> Response:
    """The page that tells why somebody is not let in, and what to do."""
    response = page(request, "refused.html", STATUS[refused.why], why=refused.why, after=refused.after or 0)
    if refused.after:
        response.headers["Retry-After"] = str(refused.after)
    return response


def _refusing(app: FastAPI, scope: Scope, refused: Refused) -> ASGIApp:
    if scope["path"].startswith("/api/"):
        return programs.refusal(refused)
    return refusal(Request({**scope, "app": app}), refused)


async def _let_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, LetIn)
    response = RedirectResponse(error.to, 303)
    keep_session(request, response, own_session(request))
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refusal(request, error)


async def _too_large(request: Request, _error: Exception) -> Response:
    return refusal(request, Refused("too large"))


async def _missing(request: Request, _error: Exception) -> Response:
    return refusal(request, Refused("missing"))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    if status == 404:
        return await _missing(request, error)
    return page(request, "wrong.html", status, status=status, sentence="")


async def _not_allowed(request: Request, error: Exception) -> Response:
    return page(request, "wrong.html", 409, status=409, sentence=str(error))


async def _away(request: Request, error: Exception) -> Response:
    error_log(request, error)
    return PlainTextResponse(
        "Hệ thống tạm thời chưa sẵn sàng; xin thử lại sau ít phút.\n"
        "The system is not ready at the moment; please try again in a few minutes.\n",
        503,
        {"Retry-After": "60"},
    )


async def _broken(request: Request, error: Exception) -> Response:
    error_log(request, error)
    return page(request, "wrong.html", 500, status=500, sentence="")

"""The interface for programs as an application of its own, mounted at /api: answers and refusals are JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dondoc import __version__
from dondoc.desk.workplace import Workplace
from dondoc.errors import DatabaseUnreachable, DondocError, NotAllowed, UnknownObligation, UnknownPlan
from dondoc.web.api.messages import Wrong
from dondoc.web.api.repeating import KeyMisused
from dondoc.web.api.routes import NotTaken, router
from dondoc.web.guard import BodyTooLarge
from dondoc.web.journal import error_log
from dondoc.web.limiting import Doorkeeper
from dondoc.web.refusals import STATUS, Refusal, Refused

PROBLEM = "application/problem+json"
ABOUT = """JSON over HTTPS for programs that hand in, review and read in the name of a person.

**Token.** `dondoc link new PERSON --for api` (or `read`, `answer`, `review`: only that; `--to` narrows it to a plan, a
unit or one duty) prints a link; what follows `k=` in it goes into the header `Authorization: Bearer …`. It is over
after its time and taken back with `dondoc link revoke`.

**Repeating.** A POST with an `Idempotency-Key` is done once: sent again within seven days, it is answered again.

**Problems** are `application/problem+json` (RFC 9457); `problems` lists everything to be put right.
"""
WHY: dict[Refusal, str] = {
    "unknown": "The token is not one of ours",
    "expired": "The token has expired",
    "revoked": "The token was revoked",
    "used": "The token was used up",
    "stranger": "The token's person is in no organisation any more",
    "no link": "A token is missing: send it as `Authorization: Bearer TOKEN`",
    "not yours": "The token does not allow this",
    "forged form": "This is not for programs",
    "too many": "Too many requests",
    "too large": "The request is too large",
    "missing": "There is nothing here",
}
WORTHLESS: frozenset[Refusal] = frozenset({"no link", "unknown", "expired", "revoked", "used", "stranger"})
TOLD: dict[int, str] = {
    400: "It is not JSON.",
    401: "The token is missing, unknown, over or revoked.",
    403: "The token does not allow this.",
    404: "There is nothing of this name.",
    409: "It cannot be done as things stand.",
    413: "The request is too large.",
    422: "Something has to be put right; nothing was recorded.",
    429: "Too many requests; `Retry-After` says when to come again.",
    503: "The ledger cannot be reached at the moment.",
}


def api(place: Workplace, posted: Callable[[], None], doorkeeper: Doorkeeper) -> FastAPI:
    """The interface, for the same workplace, outbox and doorkeeper as the pages."""
    app = FastAPI(
        title="dondoc",
        version=__version__,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.place, app.state.posted, app.state.doorkeeper = place, posted, doorkeeper
    schema = Wrong.model_json_schema()
    described: dict[int | str, dict[str, Any]] = {
        status: {"description": sentence, "content": {PROBLEM: {"schema": schema}}} for status, sentence in TOLD.items()
    }
    app.include_router(router, prefix="/v1", responses=described)
    for kind in (Refused, NotTaken, BodyTooLarge, KeyMisused, RequestValidationError, HTTPException, DondocError):
        app.add_exception_handler(kind, _wrong)
    app.add_exception_handler(Exception, _broken)
    return app


def refusal(refused: Refused) -> Response:
    """The answer to a program that is not let in."""
    headers = {"Retry-After": str(refused.after)} if refused.after else {}
    if refused.why in WORTHLESS:  # RFC 6750, section 3.1
        headers["WWW-Authenticate"] = "Bearer" if refused.why == "no link" else 'Bearer error="invalid_token"'
        return _problem(401, f"{WHY[refused.why]}.", headers=headers)
    return _problem(STATUS[refused.why], f"{WHY[refused.why]}.", headers=headers)


def _problem(
    status: int,
    title: str,
    detail: str = "",
    problems: tuple[dict[str, Any], ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    told = Wrong(title=title, status=status, detail=detail, problems=problems)
    return JSONResponse(told.model_dump(), status, headers, media_type=PROBLEM)


async def _wrong(request: Request, error: Exception) -> Response:
    match error:
        case Refused():
            return refusal(error)
        case BodyTooLarge():
            return refusal(Refused("too large"))
        case NotTaken(receipt=receipt):
            return _problem(422, receipt.sentence, problems=tuple(receipt.as_data()["problems"]))
        case KeyMisused(status=status):
            return _problem(status, str(error))
        case RequestValidationError():
            found = tuple(
                {"field": ".".join(map(str, one["loc"])), "code": one["type"], "message": one["msg"]}
                for one in error.errors()
            )
            syntax = any(one["code"] == "json_invalid" for one in found)
            return _problem(400 if syntax else 422, "What was sent cannot be understood.", problems=found)
        case UnknownObligation() | UnknownPlan():
            return _problem(404, str(error))
        case NotAllowed():
            return _problem(409, str(error))
        case DatabaseUnreachable():
            error_log(request, error)
            return _problem(503, "The ledger cannot be reached at the moment.", headers={"Retry-After": "60"})
        case HTTPException(status_code=status, headers=headers):
            return _problem(status, str(error.detail), headers=dict(headers or {}))
        case _:
            return await _broken(request, error)


async def _broken(request: Request, error: Exception) -> Response:
    error_log(request, error)
    return _problem(500, "Something went wrong here; it was written down.")

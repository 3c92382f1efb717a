"""A request with an idempotency key is done once; sent again, it is answered again."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from dondoc.desk.workplace import Workplace
from dondoc.store import repeats
from dondoc.store.repeats import Repeat
from dondoc.web.api.callers import link_of, token_of

HEADER = "idempotency-key"
LONGEST = 200


class KeyMisused(Exception):
    """The key belongs to another request, or to one that is still being done."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Repeatable(APIRoute):
    """A path whose POST requests may carry an idempotency key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function that answers, once for each key of a token."""
        answer = super().get_route_handler()

        async def once(request: Request) -> Response:
            key, link = request.headers.get(HEADER), link_of(request)
            if request.method != "POST" or key is None or link is None:
                return await answer(request)
            if not 1 <= len(key) <= LONGEST:
                raise KeyMisused(422, f"The Idempotency-Key must have 1 to {LONGEST} characters.")
            place: Workplace = request.app.state.place
            asked = sha256(f"{request.url.path}\n".encode() + await request.body()).hexdigest()
            known = await run_in_threadpool(_begin, place, link, key, asked)
            if known is not None:
                return _again(known, asked)
            try:
                response = await answer(request)
            except BaseException:  # nothing was done: whoever asks again is heard again
                await run_in_threadpool(_forget, place, link, key)
                raise
            await run_in_threadpool(_finish, place, link, key, response)
            return response

        return once


def _again(known: Repeat, asked: str) -> Response:
    if known.asked != asked:
        raise KeyMisused(422, "This Idempotency-Key was used for another request; make a new one.")
    if known.status is None:
        raise KeyMisused(409, "The request with this Idempotency-Key is still being done; ask again in a moment.")
    return JSONResponse(known.answer, known.status, {"Idempotent-Replayed": "true"})


def _begin(place: Workplace, link: str, key: str, asked: str) -> Repeat | None:
    with place.database.writing() as connection:
        token_of(connection, link, place.now())  # one that was taken back is not even answered again
        return repeats.begin(connection, link, key, asked, place.now())


def _finish(place: Workplace, link: str, key: str, response: Response) -> None:
    with place.database.writing() as connection:
        repeats.finish(connection, link, key, response.status_code, json.loads(bytes(response.body)))


def _forget(place: Workplace, link: str, key: str) -> None:
    with place.database.writing() as connection:
        repeats.forget(connection, link, key)

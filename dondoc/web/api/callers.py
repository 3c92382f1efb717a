"""Which program calls, and for whom: a token in the header, made with `dondoc link new PERSON --for api`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from dondoc.desk.links import LinkUnusable, Opened, open_token
from dondoc.desk.status import ObligationStatus
from dondoc.desk.workplace import Workplace
from dondoc.links import keys_of
from dondoc.web.access import Visitor
from dondoc.web.limiting import PROGRAM, WRONG_TOKEN, Doorkeeper
from dondoc.web.refusals import Refused

BEARER = HTTPBearer(
    bearerFormat="ID.SIGNATURE",
    scheme_name="token",
    description="What follows `k=` in the link that `dondoc link new PERSON --for api` prints "
    "(`--for read`, `answer` or `review` make one that may do only that).",
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Caller(Visitor):
    """A program, and everything its token lets it do in the name of its person."""

    @property
    def token(self) -> Opened:
        """What the token opens."""
        return self.opened[0]

    @property
    def reads_all(self) -> bool:
        """Whether it may read of every unit: in the name of the leadership, the administrator or a reviewing unit."""
        return self.roles.leads or self.roles.administers or bool(self.roles.reviews)

    def may_read(self, one: ObligationStatus) -> bool:
        """Whether it may read of a duty as it stands."""
        owing = _owing(one)
        return any(self.token.covers(one.obligation.id, unit) for unit in owing) and (
            self.reads_all or bool(owing & self.roles.units)
        )

    def must_answer(self, one: ObligationStatus) -> None:
        """It may hand in, and ask for more time, in the name of whoever owes this.

        Raises:
            Refused: it is not its person's, or the token is for something else.
        """
        if self.token.purpose not in ("answer", "api") or not any(
            unit in self.roles.units and self.token.covers(one.obligation.id, unit) for unit in _owing(one)
        ):
            raise Refused("not yours")

    def must_decide(self, one: ObligationStatus, by: str) -> None:
        """It may decide about this in the name of the unit `by`.

        Raises:
            Refused: its person does not decide for that unit, or the token is for something else.
        """
        if (
            self.token.purpose not in ("review", "api")
            or by not in self.roles.units | self.roles.reviews
            or not self.token.covers(one.obligation.id, one.now.owner)
        ):
            raise Refused("not yours")


def _owing(one: ObligationStatus) -> set[str]:
    return {one.now.owner, *one.obligation.terms.jointly}


def link_of(request: Request) -> str | None:
    """The link for which the request's token stands, by its signature alone; None where there is no token.

    Counted once for each request, before the database is asked anything.

    Raises:
        Refused: the token is not one of ours, or comes too often.
    """
    known: str | None = getattr(request.state, "link", None)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if known is not None or scheme.lower() != "bearer" or not token.strip():
        return known
    place: Workplace = request.app.state.place
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    link = keys_of(place.settings).read(token.strip())
    if link is None:
        doorkeeper.knock(WRONG_TOKEN, "token", request.state.address)
        raise Refused("unknown")
    doorkeeper.knock(PROGRAM, "program", link)
    request.state.link = link
    return link


def token_of(connection: Connection, link: str, now: datetime) -> Opened:
    """What the token of this link opens.

    Raises:
        Refused: it is worth nothing any more.
    """
    try:
        return open_token(connection, link, now)
    except LinkUnusable as unusable:
        raise Refused(unusable.why) from None


def caller(request: Request, _given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Caller:
    """The program that calls.

    Raises:
        Refused: there is no token, it is not one of ours, or it is worth nothing any more.
    """
    place: Workplace = request.app.state.place
    link = link_of(request)
    if link is None:
        raise Refused("no link")
    with place.database.reading() as connection:
        opened = token_of(connection, link, place.now())
    request.state.person = opened.roles.key
    return Caller(opened.roles, (opened,))


Program = Annotated[Caller, Depends(caller)]

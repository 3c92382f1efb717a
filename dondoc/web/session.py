"""The session that begins when a link is opened: a signed cookie, so that no token stays in the address bar."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from json import dumps, loads

from fastapi import Request, Response

from dondoc.desk.workplace import Workplace
from dondoc.links import keys_of

COOKIE = "dondoc"
LASTS = timedelta(hours=12)
LINKS_AT_MOST = 4
"""How many links of one person a session remembers: those of the letters opened last."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a browser holds: links that were opened for one person, and what guards its forms.

    `secret` stands in every form (CSRF); `answering` is who says to be answering for the person.
    """

    links: tuple[str, ...]
    secret: str
    began: datetime
    answering: str = ""

    @classmethod
    def new(cls, now: datetime, *links: str) -> Session:
        """A session that begins now."""
        return cls(links, secrets.token_urlsafe(16), now)

    def guards(self, given: str) -> bool:
        """Whether a form came out of this session."""
        return compare_digest(self.secret.encode(), given.encode())

    def called(self, name: str) -> Session:
        """The session in which somebody said to be answering."""
        return replace(self, answering=name)

    def with_link(self, link: str) -> Session:
        """The session with one more link of the same person, the newest first."""
        others = tuple(one for one in self.links if one != link)
        return replace(self, links=(link, *others)[:LINKS_AT_MOST])


def session_of(request: Request) -> Session | None:
    """The session that the browser holds; None if there is none, it is over, or it was made elsewhere."""
    place: Workplace = request.app.state.place
    content = keys_of(place.settings).read(request.cookies.get(COOKIE, ""), "session")
    if content is None:
        return None
    links, secret, began, answering = loads(urlsafe_b64decode(content))
    session = Session(tuple(links), secret, datetime.fromtimestamp(began, UTC), answering)
    return session if session.began <= place.now() < session.began + LASTS else None


def own_session(request: Request) -> Session:
    """The session of this request; a new one, with no link, where the browser holds none."""
    known: Session | None = getattr(request.state, "session", None)
    if known is None:
        place: Workplace = request.app.state.place
        known = session_of(request) or Session.new(place.now())
        request.state.session = known
    return known


def keep_session(request: Request, response: Response, session: Session) -> None:
    """Give the browser its session."""
    place: Workplace = request.app.state.place
    whole = [session.links, session.secret, session.began.timestamp(), session.answering]
    content = urlsafe_b64encode(dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()).decode()
    response.set_cookie(
        COOKIE,
        keys_of(place.settings).sign(content, "session"),
        httponly=True,
        samesite="lax",
        secure=place.settings.base_url.startswith("https://"),
        path="/",
    )


def end_session(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")

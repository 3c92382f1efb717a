"""Who visits, and what that person may see: the dependencies that every page begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData

from dondoc.core.obligation import Obligation
from dondoc.core.roles import Roles
from dondoc.desk.links import LinkUnusable, Opened, open_link, person_roles
from dondoc.desk.workplace import Workplace
from dondoc.links import PARAMETER, keys_of
from dondoc.web.limiting import LINK, WRONG_TOKEN, Doorkeeper
from dondoc.web.refusals import LetIn, Refused
from dondoc.web.session import Session, own_session

T = TypeVar("T")

FILES_AT_ONCE = 20
FIELDS_AT_MOST = 20_000
BY_PROXY = "proxy"
"""Stands for the link's id where a reverse proxy says who visits."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who visits, and everything the links opened in this session let that person do."""

    roles: Roles
    opened: tuple[Opened, ...]
    answering: str = ""
    """Who says to be answering for the person, where the link was passed on."""
    by_proxy: bool = False

    @property
    def key(self) -> str:
        """The contact's key."""
        return self.roles.key

    @property
    def name(self) -> str:
        """Who is recorded as having done something."""
        return f"{self.answering} ({self.key})" if self.answering else self.key

    @property
    def language(self) -> str:
        """The language in which the person is written to."""
        return next((one.language for one in self.opened), self.roles.language)

    @property
    def signed_in(self) -> bool:
        """Everything the organisation file lets the person do is open."""
        return self.by_proxy or any(one.signed_in for one in self.opened)

    @property
    def may_decide(self) -> bool:
        """Whether the visitor may take a reviewer's decisions."""
        return any(one.may_decide for one in self.opened) or (self.by_proxy and bool(self.roles.reviews))

    @property
    def may_lead(self) -> bool:
        """Whether the pages of the leadership are open."""
        leads = self.roles.leads or self.roles.administers
        return any(one.may_lead for one in self.opened) or (self.by_proxy and leads)

    @property
    def may_administer(self) -> bool:
        """Whether the pages of the administrator are open."""
        return any(one.may_administer for one in self.opened) or (self.by_proxy and self.roles.administers)

    def may_answer(self, obligation: str, unit: str) -> bool:
        """Whether the visitor may answer for this duty, which `unit` owes now.

        A link that was made for something narrower opens no more than that; the one in a letter opens what the
        letter is about, and what else the person's own unit owes. A letter that asks for no answer, such as a
        reviewer's, a committee's or an alert, lets nobody answer but the unit's own people.
        """
        own = unit in self.roles.units
        return any(
            (obligation in one.about and (own or one.asks))
            or (own and one.covers(obligation, unit) and one.purpose != "read")
            for one in self.opened
        ) or (self.by_proxy and own)

    def was_told_of(self, obligation: str) -> bool:
        """Whether a letter told the visitor of this duty, and neither decisions nor reading alone were asked for."""
        return any(obligation in one.about and one.purpose == "answer" for one in self.opened)

    def may_decide_on(self, obligation: str) -> bool:
        """Whether the visitor's links let decide about this matter; whose decision it is, the roles say."""
        return self.by_proxy or any(one.may_decide and one.covers(obligation, "") for one in self.opened)

    def reviews(self, one: Obligation) -> bool:
        """Whether the visitor decides on what is handed in for this duty, and so sees all of it."""
        review = one.terms.review
        return review is not None and review.by in self.roles.reviews and self.may_decide_on(one.id)

    def acts_for(self, focal_point: str, plan: str, unit: str = "") -> bool:
        """Whether the visitor acts for a plan's focal point towards any unit, or this one; the administrator does."""
        mine = focal_point in self.roles.reviews
        may = self.by_proxy or any(one.may_decide and one.covers(plan, unit) for one in self.opened)
        return self.may_administer or (mine and may)

    def has_a_say(self, one: Obligation) -> bool:
        """Whether the visitor decides anything about this duty: as its reviewer, or for the focal point."""
        for_focal_point = one.terms.focal_point in self.roles.reviews
        return self.reviews(one) or (for_focal_point and self.may_decide_on(one.id))

    def may_see_unit(self, unit: str) -> bool:
        """Whether the page with everything this unit owes is open."""
        if self.may_lead or self.may_administer:
            return True
        return unit in self.roles.units and (
            self.by_proxy or any(one.target in ("", f"unit:{unit}") for one in self.opened)
        )


def open_token(request: Request) -> None:
    """A page asked for with a token is asked for again without it, in a session of the token's person.

    Nothing is recorded: scanners of mail open links too.

    Raises:
        LetIn: the token opens something.
        Refused: it does not, with the reason.
    """
    token = request.query_params.get(PARAMETER)
    if token is None:
        return
    place: Workplace = request.app.state.place
    opened = read_token(request, place, token)
    rest = request.url.remove_query_params(PARAMETER)
    where = f"{rest.path}?{rest.query}" if rest.query else rest.path
    if opened.signed_in:
        raise LetIn(f"/sign-in?{PARAMETER}={token}")
    session, known = own_session(request), _still_open(place, own_session(request).links)[0]
    if not any(one.roles.key == opened.roles.key for one in known):
        request.state.session = Session.new(place.now(), opened.id)
    elif not any(one.signed_in for one in known):  # who is signed in may everything already
        request.state.session = session.with_link(opened.id)
    raise LetIn(where)


def visitor(request: Request) -> Visitor:
    """The person who visits.

    Raises:
        Refused: nobody is known, or the link is worth nothing any more.
    """
    open_token(request)
    place: Workplace = request.app.state.place
    found = _by_proxy(request, place) or _by_links(request, place)
    request.state.person, request.state.language = found.key, found.language
    request.state.signed_in = found.signed_in
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    doorkeeper.knock(LINK, "link", found.opened[0].id if found.opened else found.key)
    return found


def as_reviewer(who: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """Somebody whose unit decides, with a link that lets decide."""
    return _required(who, allowed=who.may_decide)


def as_leadership(who: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """Somebody of the leadership, or the administrator."""
    return _required(who, allowed=who.may_lead)


def as_administrator(who: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """The administrator, signed in."""
    return _required(who, allowed=who.may_administer)


async def genuine(request: Request) -> FormData | None:
    """The form that was sent, if it came out of one of our pages in this session; None where nothing is sent.

    Raises:
        Refused: it was sent from elsewhere, or the session changed meanwhile.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused("forged form")
    form = await request.form(max_files=FILES_AT_ONCE, max_fields=FIELDS_AT_MOST)
    given = form.get("csrf")
    if not isinstance(given, str) or not own_session(request).guards(given):
        raise Refused("forged form")
    return FormData(  # what is pasted may hold NUL characters, which PostgreSQL keeps in no text
        [(name, one.replace("\0", "") if isinstance(one, str) else one) for name, one in form.multi_items()]
    )


async def sent_form(form: Annotated[FormData | None, Depends(genuine)]) -> FormData:
    """The form that was sent, checked to be ours."""
    return form if form is not None else FormData()


Person = Annotated[Visitor, Depends(visitor)]
Reviewer = Annotated[Visitor, Depends(as_reviewer)]
Leadership = Annotated[Visitor, Depends(as_leadership)]
Administrator = Annotated[Visitor, Depends(as_administrator)]
SentForm = Annotated[FormData, Depends(sent_form)]


def _required(who: Visitor, *, allowed: bool) -> Visitor:
    if not allowed:
        raise Refused("not yours")
    return who


def read_token(request: Request, place: Workplace, token: str) -> Opened:
    """What a token opens; whoever tries many that open nothing is shut out for a while.

    Raises:
        Refused: it opens nothing.
    """
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    link = keys_of(place.settings).read(token)
    if link is None:
        doorkeeper.knock(WRONG_TOKEN, "token", request.state.address)
        raise Refused("unknown")
    request.state.link = link
    return _opened(place, lambda connection: open_link(connection, link, place.now()))


def _still_open(place: Workplace, links: tuple[str, ...]) -> tuple[tuple[Opened, ...], LinkUnusable | None]:
    """What these links open, the newest first, and why one of them does not."""
    found: list[Opened] = []
    closed: LinkUnusable | None = None
    if links:
        with place.database.reading() as connection:
            for link in links:
                try:
                    found.append(open_link(connection, link, place.now()))
                except LinkUnusable as why:
                    closed = closed or why
    return tuple(found), closed


def _by_links(request: Request, place: Workplace) -> Visitor:
    opened, closed = _still_open(place, own_session(request).links)
    if not opened:
        raise Refused(closed.why if closed else "no link")
    request.state.link = opened[0].id
    return Visitor(opened[0].roles, opened, own_session(request).answering)


def _by_proxy(request: Request, place: Workplace) -> Visitor | None:
    person: str = request.state.proxy_person
    if not person:
        return None
    request.state.link = BY_PROXY
    return Visitor(_opened(place, lambda connection: person_roles(connection, person, place.now())), (), by_proxy=True)


def _opened(place: Workplace, look: Callable[[Connection], T]) -> T:
    try:
        with place.database.reading() as connection:
            return look(connection)
    except LinkUnusable as unusable:
        raise Refused(unusable.why) from None

"""What other programs fetch: calendars behind signed addresses, the ledger as CSV, metrics, open figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from dondoc.core.text import Text
from dondoc.desk import feeds
from dondoc.desk.letterheads import house_letterhead
from dondoc.desk.links import FEED, Opened, new_link
from dondoc.desk.workplace import Workplace
from dondoc.links import PARAMETER, keys_of
from dondoc.reports.feeds import dictionary_csv
from dondoc.web.access import Leadership, Person, SentForm, Visitor, as_administrator, read_token, visitor
from dondoc.web.leader import Desk
from dondoc.web.pages import language_of, page
from dondoc.web.refusals import Refused

router = APIRouter()

LASTS = timedelta(days=400)
"""A calendar's address outlives the year of its plan; `dondoc link revoke` ends it before."""

CALENDAR, METRICS = "/feeds/calendar.ics", "/metrics"
CSV = "text/csv; charset=utf-8"


@router.get("/feeds")
def addresses(request: Request, who: Person) -> Response:
    """The calendars that the visitor may subscribe to."""
    return page(request, "feeds.html", choices=_choices(request, who), made="")


@router.post("/feeds")
def make(request: Request, who: Person, form: SentForm) -> Response:
    """A new address of a calendar, shown this once."""
    wanted = str(form.get("what", ""))
    choices = _choices(request, who)
    if wanted not in choices:
        raise Refused("not yours")
    place: Workplace = request.app.state.place
    link, _ = new_link(place, who.key, purpose="read", target=f"{FEED}{wanted}", lasts=LASTS, by=who.name)
    path = METRICS if wanted == "metrics" else CALENDAR
    made = keys_of(place.settings).address(f"{place.settings.base_url}{path}", link.id)
    return page(request, "feeds.html", choices=choices, made=made)


@router.get(CALENDAR)
def calendar(request: Request) -> Response:
    """The deadlines that the address was made for, as iCalendar."""
    opened, wanted = _fed(request)
    place: Workplace = request.app.state.place
    kind, _, name = wanted.partition(":")
    match kind:
        case "person":
            written = feeds.calendar(place, person=opened.roles.key)
        case "unit" if name in opened.roles.units or opened.roles.leads or opened.roles.administers:
            written = feeds.calendar(place, unit=name)
        case "plan" if opened.roles.leads or opened.roles.administers:
            written = feeds.calendar(place, plan=name)
        case _:
            raise Refused("not yours")
    return Response(written, media_type="text/calendar; charset=utf-8")


@router.get(METRICS)
def metrics(request: Request) -> Response:
    """How everything stands, for Prometheus: with an address of its own (or its token as bearer), or signed in."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if PARAMETER in request.query_params or (scheme.lower() == "bearer" and token):
        opened, wanted = _fed(request, token)
        if wanted != "metrics" or not opened.roles.administers:
            raise Refused("not yours")
    else:
        as_administrator(visitor(request))
    return Response(feeds.metrics(request.app.state.place), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/p/{plan}/ledger.csv")
def ledger(request: Request, who: Leadership, plan: str) -> Response:
    """Every obligation of a plan as it stands, a line each; `dictionary.csv` tells what the columns mean."""
    _known(request, who, plan)
    return _csv(feeds.ledger_csv(request.app.state.place, plan), f"{plan}.csv")


@router.get("/p/{plan}/dictionary.csv")
def dictionary(request: Request, who: Leadership, plan: str) -> Response:
    """What the columns of the ledger mean."""
    _known(request, who, plan)
    return _csv(dictionary_csv(), "dictionary.csv")


@router.get("/p/{plan}/figures.json")
def figures(request: Request, who: Leadership, plan: str) -> Response:
    """What may be published of a plan: counts and indicators, sensitive rows hidden."""
    _known(request, who, plan)
    return Response(feeds.open_figures(request.app.state.place, plan), media_type="application/json")


def _csv(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text, media_type=CSV, headers=headers)  # without the mark Excel misreads Vietnamese


def _known(request: Request, who: Visitor, plan: str) -> None:
    with request.app.state.place.database.reading() as connection:
        Desk(request, who, connection).plan(plan)


def _fed(request: Request, token: str = "") -> tuple[Opened, str]:
    """What the token of a feed opens, without a session: programs keep no cookies."""
    token = request.query_params.get(PARAMETER, token)
    if not token:
        raise Refused("no link")
    opened = read_token(request, request.app.state.place, token)
    if opened.purpose != "read" or not opened.target.startswith(FEED):
        raise Refused("not yours")
    return opened, opened.target.removeprefix(FEED)


def _choices(request: Request, who: Visitor) -> dict[str, Any]:
    """What may be subscribed to, by its key; addresses outlive the link in a letter, so only who signed in gets any.

    Raises:
        Refused: the visitor came with a link made for something else.
    """
    if not who.signed_in:
        raise Refused("not yours")
    place: Workplace = request.app.state.place
    language = language_of(request)
    with place.database.reading() as connection:
        head = house_letterhead(connection, place.settings, who.roles.organisation)
    found: dict[str, Any] = {"person": Text(vi="Việc của tôi", en="What I am written to about").within(language)}
    units = sorted(who.roles.units)
    found |= {f"unit:{unit}": head.name(unit, language) for unit in units if who.may_see_unit(unit)}
    if who.may_lead or who.may_administer:
        found |= {f"plan:{name}": plan.title.within(language) for name, plan in sorted(head.plans.items())}
    if who.may_administer:
        found["metrics"] = Text(vi="Số liệu giám sát (Prometheus)", en="Metrics (Prometheus)").within(language)
    return found

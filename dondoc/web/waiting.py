"""The reviewer's page: what waits for a decision, the earliest due first, and many accepted at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.core.awaiting import Decision
from dondoc.core.text import short_date
from dondoc.desk.letterheads import house_letterhead
from dondoc.desk.obligations import review
from dondoc.desk.reviewing import Waiting, waiting_for
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, UnknownObligation
from dondoc.web import given
from dondoc.web.access import Reviewer, SentForm, Visitor
from dondoc.web.pages import language_of, page
from notifications import wording

router = APIRouter()

SHOWN = 200
"""So many lines stand on one page; the filters lead to the rest."""

FILTERS = ("task", "period", "unit", "kind")


@router.get("/review")
def show(request: Request, who: Reviewer) -> Response:
    """What waits for the visitor's decision."""
    return _page(request, who)


@router.post("/review")
def accept_many(request: Request, who: Reviewer, form: SentForm) -> Response:
    """Accept everything that was ticked, each as it was seen; what changed meanwhile is left and told."""
    place: Workplace = request.app.state.place
    ticked = list(dict.fromkeys(one for one in form.getlist("one") if isinstance(one, str)))
    with place.database.reading() as connection:
        mine = {
            one.obligation.id
            for one in waiting_for(connection, who.roles, who.may_decide_on, place.now())
            if one.awaited.kind == "review"
        }
    done, left = 0, []
    for one in ticked:
        obligation, _, last = one.rpartition("@")
        seen = given.number(last)
        try:
            if obligation not in mine or seen is None:
                left.append(obligation)
                continue
            review(place, obligation, "accept", by=who.name, seen=seen)
            done += 1
        except (NotAllowed, UnknownObligation):
            left.append(obligation)
    if done:
        request.app.state.posted()
    if left or not ticked:
        return _page(request, who, left=left, accepted=done, nothing=not ticked, status=409 if left else 422)
    return RedirectResponse(f"/review?done=accepted&many={done}", 303)


def _page(
    request: Request,
    who: Visitor,
    *,
    left: Iterable[str] = (),
    accepted: int = 0,
    nothing: bool = False,
    status: int = 200,
) -> Response:
    place: Workplace = request.app.state.place
    language = language_of(request)
    with place.database.reading() as connection:
        head = house_letterhead(connection, place.settings, who.roles.organisation)
        found = waiting_for(connection, who.roles, who.may_decide_on, place.now())
    chosen = {name: request.query_params.get(name, "") for name in FILTERS}
    lines = [_line(one, place, head.name(one.owner, language), language) for one in found]
    shown = [
        line for line in lines if all(not chosen[name] or line["filter"][name] == chosen[name] for name in FILTERS)
    ]
    done = request.query_params.get("done", "")
    many = given.number(request.query_params.get("many", "")) or 0
    by_id = {line["id"]: line for line in lines}
    return page(
        request, "waiting.html", status,
        lines=shown[:SHOWN],
        more=max(0, len(shown) - SHOWN),
        every=len(lines),
        several=sum(line["kind"] == "review" for line in shown[:SHOWN]) > 1,
        chosen=chosen,
        filtered=any(chosen.values()),
        choices={name: _choices(lines, name) for name in FILTERS},
        left=[(one, by_id[one]["named"] if one in by_id else one) for one in left],
        accepted=accepted or (many if done == "accepted" else 0),
        done=done,
        nothing=nothing,
    )  # fmt: skip


def _line(one: Waiting, place: Workplace, owner: str, language: str) -> dict[str, Any]:
    calendar, awaited, obligation = one.applied.calendar, one.awaited, one.obligation
    late = awaited.until is not None and awaited.until < calendar.day_of(place.now())
    received = one.now.receipt()
    section = obligation.period_title.within(language) if obligation.period_title else obligation.period
    return {
        "id": obligation.id,
        "kind": awaited.kind,
        "value": f"{obligation.id}@{one.seen}",
        "title": obligation.title(language),
        "owner": owner,
        "named": f"{obligation.title(language)} – {owner}",
        "late": late,
        "until": short_date(awaited.until, language) if awaited.until else "",
        "received": wording.long_moment(awaited.since, calendar, language),
        "received_late": received is not None and not one.now.due.met_by(received),
        "asked_until": wording.short_deadline(one.now.extension_asked.due, calendar, language)
        if one.now.extension_asked and awaited.kind == "extension"
        else "",
        "why": _why(one),
        "nothing": bool(one.submission and one.submission.nothing_to_report),
        "version": one.submission.version if one.submission else 0,
        "files": len(one.submission.attachments) if one.submission else 0,
        "marked": [field.label.within(language) for field in one.marked],
        "filter": {
            "task": f"{obligation.plan}/{obligation.task}",
            "period": obligation.period,
            "unit": one.owner,
            "kind": awaited.kind,
        },
        "names": {
            "task": obligation.terms.title.within(language),
            "period": section,
            "unit": owner,
            "kind": KINDS[awaited.kind][language == "en"],
        },
    }


KINDS: Mapping[Decision, tuple[str, str]] = {
    "review": ("Báo cáo chờ duyệt", "Reports to review"),
    "extension": ("Đề nghị gia hạn", "Requests for more time"),
    "forewarning": ("Sắp trình cấp trên", "About to go to a committee"),
    "held": ("Đang giữ lại", "Held back"),
}


def _why(one: Waiting) -> str:
    match one.awaited.kind:
        case "extension":
            return one.now.extension_asked.why if one.now.extension_asked else ""
        case "held":
            return one.now.held.why if one.now.held else ""
        case _:
            return ""


def _choices(lines: Iterable[Mapping[str, Any]], name: str) -> list[tuple[str, str]]:
    """What may be chosen of a filter: values with their names, in the order of the names."""
    return sorted({line["filter"][name]: line["names"][name] for line in lines}.items(), key=lambda one: one[1])

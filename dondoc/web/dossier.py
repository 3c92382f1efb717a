"""The dossier of a body: what was put before it, and its decisions, recorded from the page and acted upon at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.core.history import Directed, effective
from dondoc.core.text import Text
from dondoc.desk import leading
from dondoc.desk.obligations import direct, extend, last_step, reassign, waive
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, Overtaken
from dondoc.reports.dossier import settled_since
from dondoc.reports.figures import Late, escalations
from dondoc.reports.words import words_in
from dondoc.store import listing, matters
from dondoc.store.plans import Applied
from dondoc.web import given
from dondoc.web.access import Leadership, SentForm, Visitor
from dondoc.web.leader import Desk, show
from dondoc.web.refusals import Refused

router = APIRouter()

DECISIONS = {
    "urge": Text(vi="Đôn đốc bằng công văn", en="Urge by official letter"),
    "extend": Text(vi="Gia hạn", en="Extend"),
    "waive": Text(vi="Miễn", en="Waive"),
    "reassign": Text(vi="Giao đơn vị khác", en="Give to another unit"),
    "note": Text(vi="Ghi nhận", en="Note"),
}
FIELDS = ("obligation", "seen", "decision", "to", "unit", "why")

CHOSEN_FROM = 300
"""More units than this are not offered for choice; their id is typed."""

WRONG = {
    "decision": Text(vi="Xin chọn ý kiến chỉ đạo.", en="Please choose a decision."),
    "day": Text(vi="Xin ghi ngày gia hạn.", en="Please give the day."),
    "not later": Text(
        vi="Ngày gia hạn phải sau thời hạn hiện hành.", en="The day must be later than the deadline in force."
    ),
    "why": Text(vi="Xin ghi lý do miễn.", en="Please say why it is waived."),
    "unit": Text(
        vi="Xin chọn một đơn vị khác, hiện có trong tổ chức.", en="Please choose another unit that exists today."
    ),
    "overtaken": Text(
        vi="Chưa ghi nhận: có người vừa xử lý việc này. Xin xem lại rồi quyết định.",
        en="Nothing was recorded: somebody has just dealt with this matter. Please look again, then decide.",
    ),
    "refused": Text(
        vi="Chưa ghi nhận được: việc này không còn ở bước chờ quyết định, hoặc kế hoạch không cho phép.",
        en="Nothing was recorded: the matter does not wait for this any more, or the plan does not allow it.",
    ),
}
STATUS = {"overtaken": 409, "refused": 409}


@router.get("/d/{body}")
def dossier(request: Request, who: Leadership, body: str) -> Response:
    """What stands before a body, the oldest first; since its last meeting, if its day is given."""
    return _page(request, who, body)


@router.post("/d/{body}")
def decide(request: Request, who: Leadership, form: SentForm, body: str) -> Response:
    """Record what the body decided on a matter, and act on it."""
    if not _may_decide(who, body):
        raise Refused("not yours")
    place: Workplace = request.app.state.place
    sent = {name: given.words(form, name) for name in FIELDS}
    wrong = _wrong(request, who, sent) or _act(place, who, body, sent)
    if wrong:
        return _page(request, who, body, sent=sent, wrong=wrong)
    request.app.state.posted()
    return RedirectResponse(f"/d/{body}?done={sent['decision']}&of={sent['obligation']}", 303)


def _wrong(request: Request, who: Visitor, sent: Mapping[str, str]) -> str:
    """What is missing in a decision; empty for nothing."""
    place: Workplace = request.app.state.place
    with place.database.reading() as connection:  # whether the matter is the visitor's organisation's at all
        desk = Desk(request, who, connection)
        plan = desk.plan(sent["obligation"].partition("/")[0])
        entry = leading.the_entry(connection, plan, sent["obligation"], desk.at)
    match sent["decision"]:
        case "urge" | "note":
            return ""
        case "extend":
            day = given.day(sent["to"])
            return "day" if day is None else "" if day > entry.now.answer_by.day(entry.plan.calendar) else "not later"
        case "waive":
            return "" if sent["why"] else "why"
        case "reassign":
            unit = entry.plan.organisation.unit(sent["unit"])
            if unit is None or not unit.exists_on(desk.calendar.day_of(desk.at)):
                return "unit"
            return "" if unit.id != entry.now.owner else "unit"
        case _:
            return "decision"


def _act(place: Workplace, who: Visitor, body: str, sent: Mapping[str, str]) -> str:
    obligation, why, by = sent["obligation"], sent["why"], who.name
    seen = given.number(sent["seen"]) or 0
    try:
        _still_before(place, obligation, body)
        match sent["decision"]:
            case "extend":
                extend(place, obligation, "grant", by=by, why=why, to=given.day(sent["to"]), seen=seen)
            case "waive":
                waive(place, obligation, by=by, why=why, seen=seen)
            case "reassign":
                reassign(place, obligation, sent["unit"], by=by, why=why, seen=seen)
            case decision:
                direct(place, obligation, body, by=by, urged=decision == "urge", why=why, seen=seen)
    except Overtaken:
        return "overtaken"
    except NotAllowed:
        return "refused"
    return ""


def _still_before(place: Workplace, obligation: str, body: str) -> None:
    """A body decides on what stands before it, and on nothing else.

    Raises:
        Overtaken: it stands there no more.
    """
    with place.database.reading() as connection:
        plan = listing.Wanted((obligation.partition("/")[0],), listing.OPEN, before=body)
        if not listing.holds(connection, plan, obligation, place.now()):
            raise Overtaken(obligation)


def _page(
    request: Request, who: Visitor, body: str, *, sent: Mapping[str, str] | None = None, wrong: str = ""
) -> Response:
    def gather(desk: Desk) -> Mapping[str, Any]:
        if desk.organisation.committee(body) is None and desk.organisation.unit(body) is None:
            raise Refused("missing")
        day = given.day(request.query_params.get("since", ""))
        since = desk.calendar.at(day, time()) if day else None
        today = desk.calendar.day_of(desk.at)
        units = [one for one in desk.organisation.units if one.exists_on(today)]
        asked = request.query_params
        return {
            "body": body,
            "plans": [_of_plan(desk, plan, body, since) for plan in desk.plans],
            "since": day.isoformat() if day else "",
            "may_decide": _may_decide(who, body),
            "member": body in who.roles.bodies,
            "decisions": DECISIONS,
            "decide": words_in(desk.language)["dossier_decide"],
            "units": [(one.id, desk.say.unit(one.id)) for one in units] if len(units) <= CHOSEN_FROM else [],
            "given": sent or dict.fromkeys(FIELDS, ""),
            "wrong": WRONG[wrong].within(desk.language) if wrong else "",
            "done": DECISIONS.get(asked.get("done", "")),
            "of": asked.get("of", ""),
        }

    response = show(request, who, "lead/dossier.html", gather)
    response.status_code = STATUS.get(wrong, 422) if wrong else 200
    return response


def _of_plan(desk: Desk, plan: Applied, body: str, since: datetime | None) -> dict[str, Any]:
    """What a body has before it from a plan."""
    name = plan.plan.plan
    found = escalations(desk.connection, plan, desk.at, before=body, limit=leading.LINES)
    ids = [one.obligation.id for one in found]
    histories = {obligation.id: history for obligation, history in matters.load(desk.connection, ids)}
    settled = settled_since(desk.connection, plan, body, since, desk.at) if since else ()
    wanted = listing.Wanted((name,), listing.OPEN, before=body)

    def matter(one: Late) -> dict[str, Any]:
        history = histories[one.obligation.id]
        decided = [fact for fact in effective(history) if isinstance(fact, Directed) and fact.body == body]
        return {
            "line": desk.line(plan, one),
            "due": desk.say.day(one.now.answer_by.day(plan.calendar)),
            "new": bool(since and one.escalated and one.escalated.recorded_at > since),
            "seen": last_step(history),
            "decided": [
                {
                    "words": DECISIONS["urge" if fact.urged else "note"],
                    "on": desk.say.day(plan.calendar.day_of(fact.happened_at)),
                    "by": fact.by,
                    "why": fact.why,
                }
                for fact in decided
            ],
            "urged": any(fact.urged for fact in decided),
        }

    return {
        "name": name,
        "title": desk.title(plan),
        "matters": [matter(one) for one in found],
        "count": listing.how_many(desk.connection, wanted, desk.at),
        "settled": [
            {"id": one.obligation.id, "owner": one.now.owner, "title": one.obligation.title(desk.language)}
            for one in settled
        ],
    }


def _may_decide(who: Visitor, body: str) -> bool:
    """Members and secretary of the body, signed in: a link out of a letter lets read."""
    return body in who.roles.bodies and who.signed_in

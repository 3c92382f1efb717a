"""One submission on the reviewer's desk: its figures beside others, what changed, and the decisions about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from dondoc.core.answers import said_as
from dondoc.core.decide import ANSWER_WITHIN
from dondoc.core.outliers import Beside
from dondoc.core.plan import FormField
from dondoc.core.text import Text
from dondoc.desk.letterheads import letterhead_of
from dondoc.desk.obligations import extend, hold, release, review
from dondoc.desk.reviewing import Review, Version, answer, decides, happened_since, open_review
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, Overtaken, UnknownObligation
from dondoc.web import given
from dondoc.web.access import Reviewer, SentForm, Visitor
from dondoc.web.duty import NO_REASON, Named, Place, heading, not_later, received_late
from dondoc.web.fields import rows_shown, shown
from dondoc.web.pages import language_of, page
from dondoc.web.refusals import Refused
from notifications import wording

router = APIRouter()

PATH = "/review/{plan}/{task}/{unit}/{period}"
WORDS_AT_MOST = 5000
PARTS = ("accept", "return", "extension", "hold")
"""The forms of the page, each with what is wrong with it."""
UNFIT = Text(
    vi="Chưa ghi nhận: kế hoạch không cho phép, hoặc ngày không hợp lệ. Xin kiểm tra lại ngày.",
    en="Nothing was recorded: the plan does not allow it, or the day is not possible. Please check the day.",
)


def _opened(who: Reviewer, place: Place, obligation: Named) -> Review:
    """The matter, for somebody who decides about it, or has a say in it."""
    try:
        with place.database.reading() as connection:
            one = open_review(connection, obligation, who.key, place.now())
    except UnknownObligation:
        raise Refused("missing") from None
    if not (who.has_a_say(one.sheet.obligation) or (who.may_decide_on(obligation) and _mine(who, place, one))):
        raise Refused("not yours")
    return one


Opened = Annotated[Review, Depends(_opened)]


def _mine(who: Visitor, place: Workplace, one: Review) -> set[str]:
    """The kinds of decision that wait for the visitor."""
    sheet = one.sheet
    day = sheet.applied.calendar.day_of(place.now())
    return {
        awaited.kind for awaited in one.awaited if decides(who.roles, sheet.obligation, awaited, sheet.applied, day)
    }


@router.get(PATH)
def show(request: Request, who: Reviewer, place: Place, one: Opened) -> Response:
    """What was handed in, beside what helps to judge it."""
    return _page(request, who, place, one)


@router.post(f"{PATH}/accept")
def accept(request: Request, who: Reviewer, form: SentForm, place: Place, one: Opened) -> Response:
    """Accept it, with a remark if there is one."""
    id_, note = one.sheet.obligation.id, given.words(form, "note", WORDS_AT_MOST)

    def decision(seen: int) -> None:
        review(place, id_, "accept", by=who.name, note=note, seen=seen)

    return _decided(request, who, form, one, "review", decision, "accepted&many=1")


@router.post(f"{PATH}/return")
def give_back(request: Request, who: Reviewer, form: SentForm, place: Place, one: Opened) -> Response:
    """Give it back with a reason, to be handed in again by a day."""
    id_, why, day = one.sheet.obligation.id, given.words(form, "why", WORDS_AT_MOST), given.day(given.words(form, "to"))
    wrong = NO_REASON if not why else _too_early(day, place, one)
    if wrong is not None:
        return _page(request, who, place, one, wrong={"return": wrong.within(language_of(request))}, form=form)

    def decision(seen: int) -> None:
        review(place, id_, "return", by=who.name, note=why, to=day, seen=seen)

    return _decided(request, who, form, one, "review", decision, "returned", "return")


@router.post(f"{PATH}/extension")
def about_time(request: Request, who: Reviewer, form: SentForm, place: Place, one: Opened) -> Response:
    """Grant more time, until the day asked for or another, or refuse it with a reason."""
    id_, why, day = one.sheet.obligation.id, given.words(form, "why", WORDS_AT_MOST), given.day(given.words(form, "to"))
    refuses = form.get("do") == "refuse"
    wrong = (None if why else NO_REASON) if refuses else not_later(day, one.sheet)
    if wrong is not None:
        return _page(request, who, place, one, wrong={"extension": wrong.within(language_of(request))}, form=form)

    def decision(seen: int) -> None:
        if refuses:
            extend(place, id_, "refuse", by=who.name, why=why, seen=seen)
        else:
            extend(place, id_, "grant", by=who.name, why=why, to=day, seen=seen)

    return _decided(request, who, form, one, "extension", decision, "extension", "extension")


@router.post(f"{PATH}/hold")
def hold_back(request: Request, who: Reviewer, form: SentForm, place: Place, one: Opened) -> Response:
    """Keep it from going before a committee, with a reason, or let it go."""
    id_, why = one.sheet.obligation.id, given.words(form, "why", WORDS_AT_MOST)
    lets_go = form.get("do") == "release"
    if not lets_go and not why:
        return _page(request, who, place, one, wrong={"hold": NO_REASON.within(language_of(request))}, form=form)

    def decision(seen: int) -> None:
        if lets_go:
            release(place, id_, by=who.name, why=why, seen=seen)
        else:
            hold(place, id_, by=who.name, why=why, seen=seen)

    kind = "held" if lets_go else "forewarning"
    return _decided(request, who, form, one, kind, decision, "released" if lets_go else "held", "hold")


def _decided(
    request: Request,
    who: Visitor,
    form: FormData,
    one: Review,
    kind: str,
    decision: Callable[[int], None],
    done: str,
    part: str = "accept",
) -> Response:
    """Record a decision of one who may take it, about what was seen; else show what happened meanwhile."""
    place: Workplace = request.app.state.place
    seen = given.number(given.words(form, "seen"))
    if seen is None or seen != one.seen:
        return _changed(request, who, place, one.sheet.obligation.id, seen or 0, form)
    if kind not in _mine(who, place, one):
        raise Refused("not yours")
    try:
        decision(seen)
    except Overtaken:
        return _changed(request, who, place, one.sheet.obligation.id, seen, form)
    except NotAllowed:
        return _page(request, who, place, one, wrong={part: UNFIT.within(language_of(request))}, form=form)
    request.app.state.posted()
    return RedirectResponse(f"/review?done={done}", 303)


def _changed(request: Request, who: Visitor, place: Workplace, obligation: str, seen: int, form: FormData) -> Response:
    """Somebody else was first: what was done since, and what the visitor wrote, which is not lost."""
    with place.database.reading() as connection:
        one = open_review(connection, obligation, who.key, place.now())
    return page(
        request, "changed.html", 409, **_head(request, place, one),
        since=_history(request, one, seen=seen),
        written=given.words(form, "note", WORDS_AT_MOST) or given.words(form, "why", WORDS_AT_MOST),
        again=f"/review/{one.sheet.obligation.id}",
    )  # fmt: skip


def _page(
    request: Request,
    who: Visitor,
    place: Workplace,
    one: Review,
    *,
    wrong: dict[str, str] | None = None,
    form: FormData | None = None,
) -> Response:
    sheet, language = one.sheet, language_of(request)
    calendar, now = sheet.applied.calendar, sheet.now
    received = sheet.versions[-1] if sheet.versions else None
    mine = _mine(who, place, one)
    until = next((awaited.until for awaited in one.awaited if awaited.kind == "review"), None)
    asked, seen = now.extension_asked, str(form.get("seen", one.seen)) if form else str(one.seen)
    default = calendar.add(calendar.day_of(place.now()), ANSWER_WITHIN)
    hidden = not who.reviews(sheet.obligation)
    besides = [one.reported.beside(sheet.obligation, field) for field in sheet.fields]
    return page(
        request, "review.html", 422 if wrong else 200, **_head(request, place, one),
        seen=seen,
        mine=mine,
        wrong={part: (wrong or {}).get(part, "") for part in PARTS},
        typed={name: given.words(form, name, WORDS_AT_MOST) if form else "" for name in ("note", "why", "to")},
        until=wording.long_date(until, language) if until else "",
        until_late=until is not None and until < calendar.day_of(place.now()),
        received=_received(one, language) if received else {},
        lines=[_line(one, field, language) for field in sheet.fields
               if received and answer(received.data, field) is not None and not (hidden and field.sensitive)],
        files=received.attachments if received else (),
        warnings=[text.within(language) for text in one.warnings],
        others=max((beside.others for beside in besides if beside), default=0),
        versions=[_version(one, version, hidden, language) for version in reversed(one.versions)],
        happened=_history(request, one),
        return_day=default.isoformat(),
        return_by=wording.long_date(default, language),
        return_within=wording.working_days(ANSWER_WITHIN, language),
        asked={"until": wording.short_deadline(asked.due, calendar, language), "why": asked.why, "by": asked.by,
               "day": asked.due.day(calendar).isoformat()} if asked else {},
        held=now.held.why if now.held else "",
    )  # fmt: skip


def _head(request: Request, place: Workplace, one: Review) -> dict[str, Any]:
    """What every page about a matter begins with, and before whom it is about to go."""
    language, sheet = language_of(request), one.sheet
    with place.database.reading() as connection:
        head = letterhead_of(connection, place.settings, sheet.obligation.plan)
    return {
        **heading(sheet, head, place, language),
        "path": f"/review/{sheet.obligation.id}",
        "files_path": f"/o/{sheet.obligation.id}",
        "bodies": [head.name(awaited.to, language) for awaited in one.awaited if awaited.to],
    }


def _received(one: Review, language: str) -> dict[str, Any]:
    sheet = one.sheet
    last = sheet.versions[-1]
    return {
        "at": wording.long_moment(last.received_at, sheet.applied.calendar, language),
        "by": last.by,
        "reference": last.reference,
        "nothing": last.nothing_to_report,
        "late": received_late(sheet),
    }


def _line(one: Review, field: FormField, language: str) -> dict[str, Any]:
    """An answer beside last period's and the other units'."""
    sheet = one.sheet
    kept = answer(sheet.versions[-1].data, field)
    earlier = one.reported.before(sheet.obligation)
    before = answer(earlier, field) if earlier else None
    columns, rows = rows_shown(kept) if field.type == "table" else ((), ())
    beside = one.reported.beside(sheet.obligation, field)
    return {
        "label": field.label.within(language),
        "sensitive": field.sensitive,
        "value": shown(field, kept, language, sheet.numbers),
        "before": shown(field, before, language, sheet.numbers) if before is not None else "",
        "others": _others(field, beside, sheet.numbers),
        "why": [text.within(language) for text in beside.why] if beside else [],
        "figure": beside is not None,
        "columns": columns,
        "rows": rows,
    }


def _others(field: FormField, beside: Beside | None, numbers: str) -> dict[str, str]:
    if beside is None or beside.middle is None or beside.least is None or beside.most is None:
        return {}
    percent = " %" if field.type == "ratio" else ""

    def said(number: Decimal) -> str:
        return f"{said_as(number, numbers)}{percent}"

    return {"middle": said(beside.middle), "least": said(beside.least), "most": said(beside.most)}


def _version(one: Review, version: Version, hidden: bool, language: str) -> dict[str, Any]:
    sheet, kept = one.sheet, version.submission
    return {
        "n": kept.version,
        "at": wording.long_moment(kept.received_at, sheet.applied.calendar, language),
        "by": kept.by,
        "changed": [
            (
                field.label.within(language),
                shown(field, old, language, sheet.numbers) if old is not None else "–",
                shown(field, new, language, sheet.numbers) if new is not None else "–",
            )
            for field, old, new in version.changed
            if not (hidden and field.sensitive)
        ],
        "added": version.files_added,
        "dropped": version.files_dropped,
        "files": kept.attachments,
    }


def _history(request: Request, one: Review, *, seen: int = 0) -> list[tuple[str, str, bool]]:
    language, applied = language_of(request), one.sheet.applied
    return [
        (wording.long_moment(line.at, applied.calendar, language), line.text.within(language), line.undone)
        for line in happened_since(one.sheet.history, applied, seen)
    ]


def _too_early(day: date | None, place: Workplace, one: Review) -> Text | None:
    today = one.sheet.applied.calendar.day_of(place.now())
    if day is None or day < today:
        return Text(vi="Xin chọn ngày từ hôm nay trở đi.", en="Choose today or a later day.")
    return None

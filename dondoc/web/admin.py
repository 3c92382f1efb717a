"""The administrator's pages: what came in and waits for a person, letters that did not leave, people, links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from dondoc.core.letter import LetterState
from dondoc.core.text import Text, short_date
from dondoc.desk.by_hand import FOR_A_PERSON, contents, put_away, take_in_by_hand, unreached_units
from dondoc.desk.letterheads import letterheads
from dondoc.desk.links import revoke
from dondoc.desk.workplace import Workplace
from dondoc.errors import DondocError, NotAllowed, UnknownObligation
from dondoc.links import masked
from dondoc.store import outbox
from dondoc.store.arrivals import Arrival, Result, find_arrival, recent_arrivals
from dondoc.store.bounces import known_dead, readmit
from dondoc.store.letters import letters
from dondoc.web import given
from dondoc.web.access import Administrator, SentForm, as_administrator
from dondoc.web.duty import NO_REASON
from dondoc.web.pages import language_of, page
from dondoc.web.refusals import Refused
from notifications import wording
from notifications.incoming import read_message
from notifications.traces import sender

router = APIRouter(dependencies=[Depends(as_administrator)])
"""Every page here is the administrator's, whether it asks who that is or not."""

SHOWN = 100
Number = Annotated[int, Path(ge=1, lt=2**31)]
STUCK: tuple[LetterState, ...] = ("refused", "uncertain", "to_hand_over")
OUTCOMES: Mapping[Result | None, Text] = {
    None: Text(vi="chưa xem", en="waiting"),
    "aside": Text(vi="để lại cho người xem", en="kept aside"),
    "refused": Text(vi="có điểm cần sửa", en="has to be put right"),
    "broken": Text(vi="không đọc được", en="cannot be read"),
    "submitted": Text(vi="đã ghi nhận", en="recorded"),
    "decided": Text(vi="đã quyết định", en="decided"),
    "bounce": Text(vi="thư bị trả về", en="a letter that came back"),
    "ignored": Text(vi="không cần làm gì", en="nothing to do"),
}
STATES: Mapping[str, Text] = {
    "refused": Text(vi="bị từ chối", en="refused"),
    "uncertain": Text(vi="chưa rõ đã đến", en="may or may not have arrived"),
    "to_hand_over": Text(vi="cần giao tay", en="to be handed over"),
}
CHANGED = Text(
    vi="Chưa thực hiện được: việc này đã thay đổi, hoặc không còn phù hợp. Xin mở lại trang.",
    en="Not done: it changed meanwhile, or does not fit any more. Please open the page again.",
)
UNKNOWN = Text(vi="Không có nhiệm vụ này.", en="There is no such obligation.")


@router.get("/admin")
def show(request: Request) -> Response:
    """What waits for the administrator."""
    return _page(request)


@router.post("/admin/letters")
def about_letter(request: Request, who: Administrator, form: SentForm) -> Response:
    """Send a letter again, keep it from leaving, or record that it was handed over."""
    place: Workplace = request.app.state.place
    letter, why, now = _said(form, "letter"), _said(form, "why"), place.now()

    def change() -> None:
        with place.database.writing() as connection:
            match form.get("do"):
                case "retry":
                    outbox.retry(connection, letter, by=who.name, now=now)
                case "handed":
                    outbox.hand_over(connection, letter, at=now, by=who.name, now=now)
                case _:
                    outbox.cancel(connection, letter, why=why, by=who.name, now=now)

    return _done(request, change, "letter")


@router.post("/admin/addresses")
def about_address(request: Request, form: SentForm) -> Response:
    """Write to an address again."""
    place: Workplace = request.app.state.place

    def change() -> None:
        with place.database.writing() as connection:
            readmit(connection, _said(form, "address"), now=place.now())

    return _done(request, change, "address")


@router.post("/admin/links")
def about_link(request: Request, who: Administrator, form: SentForm) -> Response:
    """Take back a link, a letter's links, or all that a person was sent so far."""
    place: Workplace = request.app.state.place
    key, why = _said(form, "key").lower(), _said(form, "why")
    if not why or not key:
        return _page(request, NO_REASON)

    def change() -> None:
        revoke(place, key, by=who.name, why=why)

    return _done(request, change, "revoked")


@router.get("/admin/arrivals/{number}")
def arrival(request: Request, number: Number) -> Response:
    """One thing that came in: from whom, what it says, what became of it."""
    return _arrival(request, number)


@router.get("/admin/arrivals/{number}/raw")
def raw(request: Request, number: Number) -> Response:
    """Exactly as it came, to be kept as a file."""
    place, found = _found(request, number)
    name = f"arrival-{number}.{'eml' if found.source == 'mail' else 'bin'}"
    if not place.attachments.path(found.digest).is_file():
        raise Refused("missing")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(
        place.attachments.read(found.digest), media_type="application/octet-stream", headers=headers
    )


@router.post("/admin/arrivals/{number}")
def about_arrival(request: Request, who: Administrator, form: SentForm, number: Number) -> Response:
    """Take it in for a duty, or put it away for good."""
    place, _ = _found(request, number)
    typed = {name: _said(form, name) for name in ("obligation", "text", "why")}
    try:
        if form.get("do") == "put away":
            if not typed["why"]:
                return _arrival(request, number, typed, (NO_REASON,))
            put_away(place, number, by=who.name, why=typed["why"])
        else:
            receipt = take_in_by_hand(place, number, typed["obligation"], typed["text"], by=who.name)
            if receipt.problems:
                sentences = tuple(
                    Text(vi=one.sentence("vi"), en=one.sentence("en")) for one in receipt.problems
                )  # fmt: skip
                return _arrival(request, number, typed, sentences)
            request.app.state.posted()
    except (UnknownObligation, NotAllowed) as error:
        return _arrival(request, number, typed, (UNKNOWN if isinstance(error, UnknownObligation) else CHANGED,))
    return RedirectResponse("/admin?done=arrival", 303)


def _done(request: Request, change: Callable[[], None], done: str) -> Response:
    try:
        change()
    except DondocError:
        return _page(request, CHANGED)
    request.app.state.posted()
    return RedirectResponse(f"/admin?done={done}", 303)


def _page(request: Request, wrong: Text | None = None) -> Response:
    place: Workplace = request.app.state.place
    language = language_of(request)
    with place.database.reading() as connection:
        head = letterheads(connection, place.settings)[0]
        came = recent_arrivals(connection, SHOWN, (*FOR_A_PERSON, "waiting"))
        stuck = letters(connection, states=STUCK, limit=SHOWN)
        dead = tuple(known_dead(connection).values())
        unreached = unreached_units(connection, place)
    calendar = head.calendar
    return page(
        request, "admin.html", 409 if wrong else 200,
        done=request.query_params.get("done", ""),
        wrong=wrong.within(language) if wrong else "",
        arrivals=[_line(one, wording.long_moment(one.arrived_at, calendar, language), language) for one in came],
        letters=[
            {
                "id": one.letter.id,
                "to": one.letter.recipient.key,
                "subject": one.letter.subject,
                "day": short_date(one.letter.day, language),
                "state": one.state,
                "state_words": STATES[one.state].within(language),
                "error": masked(one.error),
                "by_hand": one.letter.recipient.channel != "mail",
            }
            for one in stuck
        ],
        dead=[{"address": one.address, "why": one.why} for one in dead],
        unreached=unreached,
    )  # fmt: skip


def _line(one: Arrival, at: str, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": at,
        "source": one.source,
        "outcome": OUTCOMES[one.outcome].within(language),
        "detail": masked(one.detail),
        "obligation": one.obligation or "",
        "size": one.size,
        "open": one.outcome not in ("submitted", "decided"),
    }


def _arrival(
    request: Request, number: int, typed: Mapping[str, str] | None = None, wrong: tuple[Text, ...] = ()
) -> Response:
    place, found = _found(request, number)
    language = language_of(request)
    with place.database.reading() as connection:
        head = letterheads(connection, place.settings)[0]
    try:
        inside = contents(place, found)
        text, files = inside.text, [one.name for one in inside.files]
    except FileNotFoundError:
        text, files = "", []
    by = ""
    if found.source == "mail" and place.attachments.path(found.digest).is_file():
        by = sender(read_message(b"".join(place.attachments.read(found.digest))))
    said = masked(text)
    return page(
        request, "arrival.html", 422 if wrong else 200,
        one=_line(found, wording.long_moment(found.arrived_at, head.calendar, language), language),
        by=by,
        text=said,
        files=files,
        wrong=[one.within(language) for one in wrong],
        typed=typed or {"obligation": found.obligation or "", "text": said, "why": ""},
    )  # fmt: skip


def _found(request: Request, number: int) -> tuple[Workplace, Arrival]:
    place: Workplace = request.app.state.place
    try:
        with place.database.reading() as connection:
            return place, find_arrival(connection, number)
    except NotAllowed:
        raise Refused("missing") from None


def _said(form: SentForm, name: str) -> str:
    return given.words(form, name, 20_000)

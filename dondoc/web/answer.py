"""The page of a duty: what is asked, the form, a last look, the receipt; and what else a unit may say about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.datastructures import FormData, UploadFile

from dondoc.core.forms import FieldProblem
from dondoc.core.text import Text
from dondoc.desk.answering import Sheet, colleagues, drop_drafts, hand_to, open_sheet, save_draft
from dondoc.desk.letterheads import letterhead_of
from dondoc.desk.obligations import extend
from dondoc.desk.submissions import submit
from dondoc.desk.uploads import FileUnfit, take_in
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, UnknownObligation
from dondoc.web import given
from dondoc.web.access import Person, SentForm, Visitor
from dondoc.web.duty import NO_REASON, Named, Place, heading, not_later, received_late
from dondoc.web.fields import answers_in, field_views, rows_shown, shown, typed
from dondoc.web.pages import language_of, page
from dondoc.web.refusals import Refused
from dondoc.web.session import keep_session, own_session
from notifications import wording

router = APIRouter()

PATH = "/o/{plan}/{task}/{unit}/{period}"
NOTHING = "nothing"
ANSWERING_AT_MOST = 120
FILES_AT_MOST = 20
FILES = Text(vi="Tệp đính kèm", en="Attachments")
NOT_THAT_LONG = Text(
    vi="Kế hoạch không cho phép gia hạn đến ngày này; xin chọn ngày sớm hơn hoặc liên hệ đầu mối.",
    en="The plan does not allow that day; choose an earlier one, or ask the focal department.",
)


def _opened(who: Person, place: Place, obligation: Named) -> Sheet:
    """The duty, for somebody who may at least read it."""
    try:
        with place.database.reading() as connection:
            sheet = open_sheet(connection, obligation, who.key, place.now())
    except UnknownObligation:
        raise Refused("missing") from None
    sees = who.was_told_of(obligation) or who.has_a_say(sheet.obligation) or who.may_lead or who.may_administer
    if not (_answers(who, sheet) or sees):
        raise Refused("not yours")
    return sheet


Readable = Annotated[Sheet, Depends(_opened)]


async def _mine(who: Person, sheet: Readable) -> Sheet:
    """The duty, for somebody who may answer for it."""
    if not _answers(who, sheet):
        raise Refused("not yours")
    return sheet


Mine = Annotated[Sheet, Depends(_mine)]


def _answers(who: Visitor, sheet: Sheet) -> bool:
    units = (sheet.owner, *sheet.obligation.terms.jointly)
    return any(who.may_answer(sheet.obligation.id, unit) for unit in units)


@router.get(PATH)
def show(request: Request, who: Person, place: Place, sheet: Readable) -> Response:
    """The duty, and the form to be filled in; whoever only decides about it is led to where that is done."""
    if not _answers(who, sheet) and who.has_a_say(sheet.obligation):
        return RedirectResponse(f"/review/{sheet.obligation.id}", 303)
    return _page(request, place, who, sheet)


@router.post(PATH)
def answer(request: Request, who: Person, form: SentForm, place: Place, sheet: Mine) -> Response:
    """Keep what was typed; go on to the last look if that was asked for and nothing is wrong."""
    data = _typed(form, sheet)
    save_draft(place, sheet.obligation.id, who.key, data=data)
    here = _path(sheet)
    if form.get("do") != "check":
        return RedirectResponse(f"{here}?done=saved", 303)
    with place.database.reading() as connection:
        sheet = open_sheet(connection, sheet.obligation.id, who.key, place.now())
        checked = sheet.check(connection, data, nothing=bool(data.get(NOTHING)))
    if checked.problems:
        return _page(request, place, who, sheet, problems=checked.problems, status=422)
    return RedirectResponse(f"{here}/check", 303)


@router.post(f"{PATH}/draft")
def draft(request: Request, who: Person, form: SentForm, place: Place, sheet: Mine) -> Response:
    """Keep what was typed while it is being typed; answers with the line that says so."""
    kept = save_draft(place, sheet.obligation.id, who.key, data=_typed(form, sheet))
    return page(request, "saved.html", at=sheet.applied.calendar.local(kept.saved_at).strftime("%H:%M"))


@router.post(f"{PATH}/files")
def attach(request: Request, who: Person, form: SentForm, place: Place, sheet: Mine) -> Response:
    """Take in files, or drop one; what was typed beside them is kept too."""
    files = list(sheet.attachments)
    refused: list[FieldProblem] = []
    if isinstance(drop := form.get("drop"), str):
        files = [one for one in files if one.digest != drop]
    for upload in form.getlist("file"):
        if not isinstance(upload, UploadFile) or not upload.filename:
            continue
        if len(files) >= FILES_AT_MOST:
            many = Text(vi=f"Tối đa {FILES_AT_MOST} tệp.", en=f"At most {FILES_AT_MOST} files.")
            refused.append(FieldProblem("files", FILES, "too-many", many))
            break
        try:
            kept = take_in(place, upload.filename, upload.file, upload.size or 0, sheet.files)
            files = [one for one in files if one.filename != kept.filename] + [kept]
        except FileUnfit as why:
            refused.append(FieldProblem("files", FILES, "unfit", why.message))
    save_draft(place, sheet.obligation.id, who.key, data=_typed(form, sheet), attachments=files)
    if refused:
        with place.database.reading() as connection:
            sheet = open_sheet(connection, sheet.obligation.id, who.key, place.now())
        return _page(request, place, who, sheet, problems=refused, status=422)
    return RedirectResponse(f"{_path(sheet)}?done=attached#files", 303)


@router.get(f"{PATH}/files/{{digest}}")
def download(who: Person, place: Place, sheet: Readable, digest: str) -> Response:
    """A file of the draft or of what was handed in; never shown inside a page."""
    known = [one for version in sheet.versions for one in version.attachments]
    known += sheet.draft.attachments if sheet.draft and _answers(who, sheet) else ()
    found = next((one for one in known if one.digest == digest), None)
    if found is None or not place.attachments.path(found.digest).is_file():
        raise Refused("missing")
    path = place.attachments.path(found.digest)
    return FileResponse(path, media_type="application/octet-stream", filename=found.filename)


@router.get(f"{PATH}/check")
def last_look(request: Request, who: Person, place: Place, sheet: Mine) -> Response:
    """What would be handed in, as it was understood."""
    return _last_look(request, place, who, sheet)


@router.post(f"{PATH}/send")
def send(request: Request, who: Person, form: SentForm, place: Place, sheet: Mine) -> Response:
    """Hand it in."""
    name = " ".join(str(form.get("answering", "")).split())[:ANSWERING_AT_MOST]
    if not name:
        return _last_look(request, place, who, sheet, unnamed=True)
    data = _draft_answers(sheet)
    nothing = bool(data.pop(NOTHING, ""))
    by = f"{name} ({who.key})"
    try:
        receipt = submit(place, sheet.obligation.id, data, sheet.attachments, by=by, channel="form", nothing=nothing)
    except NotAllowed:
        return _changed(request)
    if receipt.problems:
        return _page(request, place, who, sheet, problems=receipt.problems, status=422)
    drop_drafts(place, sheet.obligation.id)
    request.app.state.posted()
    request.state.session = own_session(request).called(name)
    response = RedirectResponse(f"{_path(sheet)}/receipt", 303)
    keep_session(request, response, request.state.session)
    return response


@router.get(f"{PATH}/receipt")
def receipt(request: Request, who: Person, place: Place, sheet: Readable) -> Response:
    """What was received, under which reference, in time or late."""
    if not sheet.versions:
        raise Refused("missing")
    last, language = sheet.versions[-1], language_of(request)
    return page(
        request, "receipt.html", **_common(request, place, sheet),
        reference=last.reference,
        received=wording.long_moment(last.received_at, sheet.applied.calendar, language),
        late=received_late(sheet),
        by=last.by,
        nothing=last.nothing_to_report,
        lines=_lines(sheet, last.data, language, sensitive=_answers(who, sheet) or who.reviews(sheet.obligation)),
        files=last.attachments,
        address=who.key if "@" in who.key else "",
    )  # fmt: skip


@router.post(f"{PATH}/extension")
def ask_for_time(request: Request, who: Person, form: SentForm, place: Place, sheet: Mine) -> Response:
    """Ask for a later deadline, with a reason."""
    why, to, language = given.words(form, "why"), given.words(form, "to"), language_of(request)
    day = given.day(to)
    wrong = not_later(day, sheet) or (None if why else NO_REASON)
    if wrong is None:
        try:
            extend(place, sheet.obligation.id, "ask", by=who.name, to=day, why=why)
        except NotAllowed:
            wrong = NOT_THAT_LONG
    if wrong is not None:
        asked = {"to": to, "why": why, "wrong": wrong.within(language)}
        return _page(request, place, who, sheet, extension=asked, status=422)
    request.app.state.posted()
    return RedirectResponse(f"{_path(sheet)}?done=asked", 303)


@router.post(f"{PATH}/hand-over")
def hand_over(request: Request, who: Person, form: SentForm, place: Place, sheet: Mine) -> Response:
    """Have a colleague of the unit deal with it."""
    to, why = given.words(form, "to"), given.words(form, "why")
    try:
        hand_to(place, sheet.obligation.id, to, by=who.name, why=why)
    except NotAllowed:
        return _changed(request)
    request.app.state.posted()
    return RedirectResponse(f"{_path(sheet)}?done=handed", 303)


def _path(sheet: Sheet) -> str:
    return f"/o/{sheet.obligation.id}"


def _page(
    request: Request,
    place: Workplace,
    who: Visitor,
    sheet: Sheet,
    *,
    problems: Iterable[FieldProblem] = (),
    extension: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    language, calendar = language_of(request), sheet.applied.calendar
    wrong = tuple(problems)
    answers = _draft_answers(sheet)
    fields = sheet.fields
    known = {field.id for field in fields}
    previous = sheet.previous[1] if sheet.previous else {}
    draft = sheet.draft
    common = _common(request, place, sheet)
    returned = sheet.now.returned
    return page(
        request, "answer.html", status, **common,
        may_answer=_answers(who, sheet) and sheet.takes_answers,
        fields=field_views(fields, answers, previous, wrong, language=language, numbers=sheet.numbers),
        problems=[(one.field if one.field in known else "files" if one.field == "files" else "",
                   one.label.within(language), one.message.within(language)) for one in wrong],
        file_problems=[one.message.within(language) for one in wrong if one.field == "files"],
        nothing=bool(answers.get(NOTHING)),
        terms=sheet.files,
        files=sheet.attachments,
        saved=wording.long_moment(draft.saved_at, calendar, language) if draft else "",
        saved_by=draft.person if draft and draft.person != who.key else "",
        previous_title=sheet.previous[0].title(language) if sheet.previous else "",
        returned={"why": returned.why, "by": wording.long_deadline(returned.due, calendar, language)}
        if returned else {},
        asked_until=wording.short_deadline(sheet.now.extension_asked.due, calendar, language)
        if sheet.now.extension_asked else "",
        extension=extension or {"to": "", "why": "", "wrong": ""},
        may_extend=_answers(who, sheet) and sheet.may_extend,
        colleagues=colleagues(sheet, who.key, calendar.day_of(place.now())) if sheet.takes_answers else (),
        done=request.query_params.get("done", ""),
        unit_page=f"/u/{sheet.owner}" if who.may_see_unit(sheet.owner) else "",
    )  # fmt: skip


def _last_look(request: Request, place: Workplace, who: Visitor, sheet: Sheet, *, unnamed: bool = False) -> Response:
    data = _draft_answers(sheet)
    nothing, language = bool(data.pop(NOTHING, "")), language_of(request)
    if not sheet.takes_answers:
        return _changed(request)
    with place.database.reading() as connection:
        checked = sheet.check(connection, data, nothing=nothing)
        warnings = sheet.warnings(connection, place.now(), nothing=nothing)
    if checked.problems:
        return _page(request, place, who, sheet, problems=checked.problems, status=422)
    return page(
        request, "check.html", 422 if unnamed else 200, **_common(request, place, sheet),
        lines=_lines(sheet, checked.values, language),
        files=sheet.attachments,
        nothing=nothing,
        warnings=[one.within(language) for one in warnings],
        late=not sheet.now.answer_by.met_by(place.now()),
        answering=own_session(request).answering or (sheet.draft.answering if sheet.draft else ""),
        unnamed=unnamed,
    )  # fmt: skip


def _common(request: Request, place: Workplace, sheet: Sheet) -> dict[str, Any]:
    """What every page about a duty shows."""
    language, one = language_of(request), sheet.obligation
    with place.database.reading() as connection:
        head = letterhead_of(connection, place.settings, one.plan)
    task = sheet.applied.plan.task(one.task)
    section = next((part for part in sheet.applied.plan.sections if task in part.tasks), None)
    review = one.terms.review
    return {
        **heading(sheet, head, place, language),
        "path": _path(sheet),
        "section": f"{section.id}. {section.title.within(language)}" if section else "",
        "covers": ", ".join(task.covers) if task else "",
        "source": (task.source or "") if task else "",
        "hand_in": head.hand_in(one.plan, one.terms.form, language),
        "confirms": one.terms.form == "acknowledgement",
        "reviewer": head.name(review.by, language) if review else "",
        "handed_in": bool(sheet.versions),
        "correctable": bool(sheet.versions) and sheet.takes_answers,
    }


def _typed(form: FormData, sheet: Sheet) -> dict[str, Any]:
    data = answers_in(form, sheet.fields)
    if form.get(NOTHING):
        data[NOTHING] = "1"
    return data


def _draft_answers(sheet: Sheet) -> dict[str, Any]:
    """What was typed; before anything was, what was handed in last."""
    if sheet.draft:
        return dict(sheet.draft.data)
    if not sheet.versions:
        return {}
    last = sheet.versions[-1]
    return {**typed(last.data, sheet.fields, sheet.numbers), **({NOTHING: "1"} if last.nothing_to_report else {})}


def _lines(
    sheet: Sheet, values: Mapping[str, object], language: str, *, sensitive: bool = True
) -> list[dict[str, Any]]:
    """The answers as they were understood, beside last period's; those that are sensitive only to whom they concern."""
    before = sheet.previous[1] if sheet.previous else {}
    lines = []
    for field in sheet.fields:
        if field.id not in values or (field.sensitive and not sensitive):
            continue
        columns, rows = rows_shown(values[field.id]) if field.type == "table" else ((), ())
        lines.append(
            {
                "label": field.label.within(language),
                "value": shown(field, values[field.id], language, sheet.numbers),
                "previous": shown(field, before[field.id], language, sheet.numbers) if field.id in before else "",
                "columns": columns,
                "rows": rows,
            }
        )
    return lines


def _changed(request: Request) -> Response:
    sentence = Text(
        vi="Việc này vừa thay đổi trong lúc trang đang mở (đã duyệt, được miễn hoặc không còn nhận). "
        "Xin mở lại trang để xem tình trạng mới.",
        en="This matter changed while the page was open (accepted, waived or closed). Please open the page again.",
    )
    return page(request, "wrong.html", 409, status=409, sentence=sentence.within(language_of(request)))

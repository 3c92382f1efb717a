"""What programs may ask for and do; each path does one thing of the desk."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from dondoc.core.forms import FieldProblem
from dondoc.core.text import Text
from dondoc.desk.answering import open_sheet
from dondoc.desk.events import raise_event
from dondoc.desk.explain import event_as_data, explain_obligation
from dondoc.desk.obligations import extend, review
from dondoc.desk.status import ObligationStatus, standings, status_of
from dondoc.desk.status import tally as count_all
from dondoc.desk.submissions import Receipt, submit
from dondoc.desk.uploads import FileUnfit, take_in
from dondoc.desk.workplace import Workplace
from dondoc.store.plans import applied_plans
from dondoc.store.submissions import Attachment
from dondoc.web.api import messages as told
from dondoc.web.api.callers import Program
from dondoc.web.api.repeating import Repeatable
from dondoc.web.refusals import Refused

PAGE_AT_MOST = 500
PATH = "/obligations/{plan}/{task}/{unit}/{period}"

Part = Annotated[str, Path(max_length=200, pattern=r"^[^\x00/]+$")]
Filter = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]+$")]

router = APIRouter(route_class=Repeatable)


@router.get("/me")
def me(who: Program) -> told.Me:
    """For whom the token stands, and until when."""
    roles, token = who.roles, who.token
    return told.Me(
        person=roles.key, organisation=roles.organisation, units=tuple(sorted(roles.units)),
        reviews_for=tuple(sorted(roles.reviews)), leads=roles.leads, purpose=token.purpose, target=token.target,
        expires_at=token.until,
    )  # fmt: skip


@router.get("/plans")
def plans(request: Request, who: Program) -> list[told.PlanTold]:
    """The plans in force in the person's organisation."""
    with _place(request).database.reading() as connection:
        return [
            told.PlanTold(
                plan=one.plan.plan, version=one.version, organisation=one.organisation.organisation,
                title=one.plan.title.within(one.organisation.language),
            )
            for one in applied_plans(connection)
            if one.organisation.organisation == who.roles.organisation
        ]  # fmt: skip


@router.get("/obligations")
def obligations(
    request: Request,
    who: Program,
    plan: Filter = None,
    task: Filter = None,
    period: Filter = None,
    owner: Annotated[str | None, Query(max_length=200, description="The unit that owes it today.")] = None,
    after: Annotated[str, Query(max_length=900, pattern=r"^[^\x00]*$", description="The last one known.")] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE_AT_MOST)] = 100,
) -> told.Standings:
    """Duties as they stand, in the order of their ids; only those of which the token may read."""
    wanted = None if who.reads_all else set(who.roles.units)
    if owner is not None:
        wanted = {owner} if wanted is None else wanted & {owner}
    found = standings(
        _place(request), plan=plan, task=task, period=period, owners=wanted, after=after, limit=limit
    )  # fmt: skip
    return told.Standings(
        obligations=tuple(_standing(one) for one in found if who.may_read(one)),
        after=found[-1].obligation.id if len(found) == limit else None,
    )


@router.get("/status")
def status(request: Request, who: Program, plan: Filter = None) -> told.StatusTold:
    """The four cells now, of a plan or of all; for the leadership, the administrator and reviewing units."""
    if not who.reads_all or who.token.target not in ("", plan):
        raise Refused("not yours")
    return told.StatusTold(**count_all(_place(request), plan))


@router.get(PATH)
def obligation(request: Request, who: Program, plan: Part, task: Part, unit: Part, period: Part) -> told.Standing:
    """A duty as it stands."""
    return _standing(_readable(request, who, f"{plan}/{task}/{unit}/{period}"))


@router.get(f"{PATH}/form")
def form(request: Request, who: Program, plan: Part, task: Part, unit: Part, period: Part) -> told.FormAsked:
    """What is to be handed in, with what the unit reported for the period before."""
    place = _place(request)
    one = _readable(request, who, f"{plan}/{task}/{unit}/{period}")
    with place.database.reading() as connection:
        sheet = open_sheet(connection, one.obligation.id, who.key, place.now())
    language = one.directory.organisation.language
    return told.FormAsked(
        obligation=one.obligation.id,
        fields=tuple(
            told.FieldAsked(
                **field.model_dump(mode="json", exclude={"label", "unit", "note"}, exclude_none=True),
                label=field.label.within(language),
                **{
                    name: text.within(language)
                    for name, text in (("unit", field.unit), ("note", field.note))
                    if text is not None
                },
            )
            for field in sheet.fields
        ),
        files=sheet.files.model_dump(mode="json") if sheet.files else None,
        previous=dict(sheet.previous[1]) if sheet.previous and _own(who, one) else None,
    )


@router.get(f"{PATH}/history")
def history(request: Request, who: Program, plan: Part, task: Part, unit: Part, period: Part) -> told.History:
    """What happened to a duty and what goes next, in words."""
    one = _readable(request, who, f"{plan}/{task}/{unit}/{period}")
    return told.History(**explain_obligation(_place(request), one.obligation.id).as_data())


@router.post(f"{PATH}/submissions", status_code=201)
def hand_in(
    request: Request, who: Program, sent: told.SubmissionSent, plan: Part, task: Part, unit: Part, period: Part
) -> told.ReceiptTold:
    """Hand in: checked as in every other channel; with problems (422) nothing is recorded."""
    place = _place(request)
    one = _readable(request, who, f"{plan}/{task}/{unit}/{period}")
    who.must_answer(one)
    files, unfit = _files(place, who, one, sent)
    if unfit:
        raise NotTaken(Receipt(one.obligation.id, tuple(unfit), language=one.directory.organisation.language))
    receipt = submit(
        place, one.obligation.id, sent.data, files, by=who.name, channel="api", nothing=sent.nothing
    )  # fmt: skip
    if receipt.problems:
        raise NotTaken(receipt)
    request.app.state.posted()
    return told.ReceiptTold(**receipt.as_data())


@router.post(f"{PATH}/review", status_code=201)
def decide(
    request: Request, who: Program, sent: told.ReviewSent, plan: Part, task: Part, unit: Part, period: Part
) -> told.Recorded:
    """Accept what was handed in, or return it."""
    place = _place(request)
    one = _readable(request, who, f"{plan}/{task}/{unit}/{period}")
    terms = one.obligation.terms
    who.must_decide(one, terms.review.by if terms.review else terms.focal_point)
    event = review(place, one.obligation.id, sent.verdict, by=who.name, note=sent.note, to=sent.to)
    return _recorded(request, one, event_as_data(event, one.calendar))


@router.post(f"{PATH}/extension", status_code=201)
def more_time(
    request: Request, who: Program, sent: told.ExtensionSent, plan: Part, task: Part, unit: Part, period: Part
) -> told.Recorded:
    """Ask for more time, as the unit; grant or refuse it, as the focal point."""
    place = _place(request)
    one = _readable(request, who, f"{plan}/{task}/{unit}/{period}")
    if sent.verdict == "ask":
        who.must_answer(one)
    else:
        who.must_decide(one, one.obligation.terms.focal_point)
    event = extend(place, one.obligation.id, sent.verdict, by=who.name, why=sent.why, to=sent.to)
    return _recorded(request, one, event_as_data(event, one.calendar))


@router.post("/plans/{plan}/events", status_code=201)
def happened(request: Request, who: Program, sent: told.EventSent, plan: Part) -> list[told.Recorded]:
    """Record that something happened from which duties follow, in the name of the unit that may raise it."""
    place = _place(request)
    with place.database.reading() as connection:
        house = next((one.organisation for one in applied_plans(connection) if one.plan.plan == plan), None)
    known = house.unit(sent.unit) if house else None
    unit = known.id if known else sent.unit
    if (
        who.token.purpose not in ("answer", "api")
        or unit not in who.roles.units
        or who.token.target not in ("", plan, f"unit:{unit}")
    ):
        raise Refused("not yours")
    facts = raise_event(
        place, plan, sent.event, unit=unit, by=who.name, at=sent.happened_at, severity=sent.severity, why=sent.why
    )  # fmt: skip
    standing = [(fact, status_of(place, fact.obligation)) for fact in facts]
    return [_recorded(request, one, event_as_data(fact, one.calendar)) for fact, one in standing]


class NotTaken(Exception):
    """What was handed in has to be put right first; nothing was recorded."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.sentence)
        self.receipt = receipt


def _place(request: Request) -> Workplace:
    place: Workplace = request.app.state.place
    return place


def _readable(request: Request, who: Program, obligation: str) -> ObligationStatus:
    found = status_of(_place(request), obligation)
    if not who.may_read(found):
        raise Refused("not yours")
    return found


def _own(who: Program, one: ObligationStatus) -> bool:
    return one.now.owner in who.roles.units or bool(set(one.obligation.terms.jointly) & who.roles.units)


def _standing(one: ObligationStatus) -> told.Standing:
    return told.Standing(**one.as_data())


def _recorded(request: Request, one: ObligationStatus, event: dict[str, Any]) -> told.Recorded:
    request.app.state.posted()
    return told.Recorded(**event, now=_standing(status_of(_place(request), one.obligation.id)))


def _files(
    place: Workplace, who: Program, one: ObligationStatus, sent: told.SubmissionSent
) -> tuple[list[Attachment], list[FieldProblem]]:
    """The files that came, kept; and what is wrong with those that are not taken."""
    if not sent.files:
        return [], []
    with place.database.reading() as connection:
        asked = open_sheet(connection, one.obligation.id, who.key, place.now()).files
    kept: list[Attachment] = []
    unfit: list[FieldProblem] = []
    for file in sent.files:
        try:
            kept.append(take_in(place, file.name, BytesIO(file.content), len(file.content), asked))
        except FileUnfit as why:
            unfit.append(FieldProblem("files", Text(vi="Tệp đính kèm", en="Attachments"), "unfit", why.message))
    return kept, unfit

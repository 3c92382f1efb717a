"""What programs send and are answered, as models: the description of the interface is made from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field

from dondoc.core.text import nfc
from dondoc.web.given import EARLIEST, LATEST

FILES_AT_MOST = 20


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds half a character") from error
    return nfc(text)


Words = Annotated[str, Field(max_length=2_000), AfterValidator(_storable)]
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Name = Annotated[str, Field(max_length=160), AfterValidator(_storable)]


def _all_storable(value: Any) -> Any:
    match value:
        case str():
            return _storable(value)
        case dict():
            return {_storable(str(key)): _all_storable(one) for key, one in value.items()}
        case list():
            return [_all_storable(one) for one in value]
        case float() if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  # NaN is not itself
            raise ValueError("is no number")
        case _:
            return value


Answers = Annotated[dict[str, Any], AfterValidator(_all_storable)]


class Sent(BaseModel):
    """What a program sends; a key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SentFile(Sent):
    """A file that comes along."""

    name: Name = Field(min_length=1, examples=["Báo cáo 6 tháng.pdf"])
    content: Base64Bytes = Field(description="The content, in base64.")


class SubmissionSent(Sent):
    """What a unit hands in."""

    data: Answers = Field(default_factory=dict, description="The answers by field id.", examples=[{"I01": 12}])
    nothing: bool = Field(False, description="There is nothing to report in this period.")
    files: tuple[SentFile, ...] = Field((), max_length=FILES_AT_MOST)


class ReviewSent(Sent):
    """A reviewer's decision."""

    verdict: Literal["accept", "return"]
    note: Words = Field("", description="A remark; what has to be put right, when it is returned.")
    to: Day | None = Field(None, description="The day by which it is to be answered.")


class ExtensionSent(Sent):
    """More time: asked for, granted or refused."""

    verdict: Literal["ask", "grant", "refuse"]
    to: Day | None = Field(None, description="The day that is asked for or granted.")
    why: Words = ""


class EventSent(Sent):
    """Something happened from which duties follow."""

    event: Name = Field(min_length=1, description="The kind of event, as the plan names it.")
    unit: Name = Field(min_length=1)
    severity: Name = ""
    happened_at: AwareDatetime | None = Field(None, description="When it happened; by default now.")
    why: Words = ""


class Wrong(BaseModel):
    """Why something was not done (RFC 9457), with everything that has to be put right."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    problems: tuple[dict[str, Any], ...] = ()


class Me(BaseModel):
    """For whom the token stands, and until when."""

    person: str
    organisation: str
    units: tuple[str, ...]
    reviews_for: tuple[str, ...]
    leads: bool
    purpose: str
    target: str
    expires_at: datetime


class PlanTold(BaseModel):
    """A plan in force."""

    plan: str
    title: str
    version: int
    organisation: str


class Standing(BaseModel):
    """A duty as it stands: the entry of `dondoc status --json`."""

    model_config = ConfigDict(extra="allow")

    id: str
    plan: str
    task: str
    unit: str
    period: str
    title: str
    owner: str
    due: str
    original_due: str
    standing: str
    extended: bool
    submitted_at: str | None
    days_late: int
    escalated_to: str | None
    next: str | None


class Standings(BaseModel):
    """A page of duties; `after` of the next page, null on the last."""

    obligations: tuple[Standing, ...]
    after: str | None


class FieldAsked(BaseModel):
    """A field of the form."""

    model_config = ConfigDict(extra="allow")

    id: str
    label: str
    type: str
    required: bool


class FormAsked(BaseModel):
    """What is to be handed in."""

    obligation: str
    fields: tuple[FieldAsked, ...]
    files: dict[str, Any] | None
    previous: dict[str, Any] | None = Field(description="What the unit reported for the period before.")
    nothing_may_be_reported: bool = True


class ReceiptTold(BaseModel):
    """What became of something handed in."""

    obligation: str
    recorded: bool
    reference: str | None
    event: int | None
    version: int | None
    received_at: str | None
    late: bool
    repeated: bool
    values: dict[str, Any] | None
    problems: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...]


class Recorded(BaseModel):
    """An event that was recorded, and how the matter stands now."""

    model_config = ConfigDict(extra="allow")

    event: int
    kind: str
    obligation: str
    now: Standing


class History(BaseModel):
    """What happened to a duty, in words."""

    model_config = ConfigDict(extra="allow")

    obligation: str
    title: str
    happened: tuple[dict[str, Any], ...]
    next: tuple[dict[str, Any], ...]


class StatusTold(BaseModel):
    """The four cells, by the deadlines in force and by the original ones."""

    at: str
    plan: str | None
    totals: dict[str, int]
    totals_original: dict[str, int]

"""Handing in: one way for every channel, from raw files to a validated version, its event and its receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dondoc.core.content import form_for
from dondoc.core.forms import FieldProblem, OfferedFile, Validated, validate
from dondoc.core.history import Submitted
from dondoc.core.instants import iso
from dondoc.core.obligation import Obligation
from dondoc.core.plan import Form, Submit
from dondoc.core.schedule import Timetable
from dondoc.core.text import Text, nfc
from dondoc.desk.following import came_in_below, follow_on
from dondoc.desk.notify import notify
from dondoc.desk.obligations import Case, open_case
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import ledger, matters, plans
from dondoc.store.submissions import Attachment as KeptFile
from dondoc.store.submissions import Submission, keep_submission, latest_submissions, submission_digest, submissions_of


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes along: the sender's name for it and its content, in memory or on the disk."""

    name: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of something that was handed in.

    With `problems` nothing was recorded. `repeated` says that the very same was there already. `late` is judged by
    the deadline that was to be met at its receipt.
    """

    obligation: str
    problems: tuple[FieldProblem, ...] = ()
    warnings: tuple[Text, ...] = ()
    submission: Submission | None = None
    event: int = 0
    late: bool = False
    repeated: bool = False
    language: str = "vi"
    received: str = ""
    """When it was received, ISO 8601 with the organisation's offset."""

    @property
    def reference(self) -> str:
        """What the receipt's letter calls it; empty while nothing is recorded."""
        return self.submission.reference if self.submission else ""

    @property
    def sentence(self) -> str:
        """What became of it, in the organisation's language; the problems are told apart."""
        vi = self.language == "vi"
        if self.problems:
            many = len(self.problems)
            return (
                f"Chưa ghi nhận: có {many} điểm cần sửa."
                if vi
                else f"Nothing was recorded: {many} things to put right."
            )
        late = ("quá hạn" if vi else "late") if self.late else ("đúng hạn" if vi else "in time")
        if self.repeated:
            start = "Đã được ghi nhận từ trước" if vi else "It was recorded before"
        else:
            start = "Đã ghi nhận" if vi else "Recorded"
        received = "nhận lúc" if vi else "received"
        return f"{start}: {self.reference}, {received} {self.received}, {late}."

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc submit --json`."""
        kept = self.submission
        return {
            "obligation": self.obligation,
            "recorded": kept is not None,
            "reference": self.reference or None,
            "event": self.event or None,
            "version": kept.version if kept else None,
            "received_at": self.received or None,
            "late": self.late,
            "repeated": self.repeated,
            "values": dict(kept.data) if kept else None,
            "problems": [
                {"field": one.field, "code": one.code, "message": one.sentence(self.language)} for one in self.problems
            ],
            "warnings": [one.within(self.language) for one in self.warnings],
        }


def attach(place: Workplace, file: Attachment) -> KeptFile:
    """Store a file before anybody looks into it; OSError when it cannot be read."""
    name = nfc(file.name)
    if isinstance(file.content, Path):
        kept = place.attachments.keep_file(file.content)
    else:
        kept = place.attachments.keep([file.content])
    return KeptFile(kept.digest, name, guess_type(name)[0] or "application/octet-stream", kept.size)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """The document with which something came: its number, the day it was signed, and by whom."""

    number: str = ""
    signed_on: date | None = None
    signed_by: str = ""

    def answers(self) -> dict[str, object]:
        """What a form that asks for a signed document is answered with."""
        said = {"number": self.number, "date": self.signed_on, "signer": self.signed_by}
        return {key: value for key, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that was handed in for an obligation, its files stored already.

    `at` (aware; by default now) is when it was received, and decides between on time and late. `nothing` says that
    there is nothing to report. With `once` whatever is the same as any version before is that version.
    """

    obligation: str
    data: Mapping[str, object]
    files: Sequence[KeptFile] = ()
    by: str = ""
    channel: str = "paper"
    at: datetime | None = None
    nothing: bool = False
    document: SignedDocument = SignedDocument()
    once: bool = False


def submit(
    place: Workplace,
    obligation: str,
    data: Mapping[str, object],
    files: Sequence[Attachment | KeptFile] = (),
    *,
    by: str,
    channel: str,
    at: datetime | None = None,
    nothing: bool = False,
    document: SignedDocument = SignedDocument(),
) -> Receipt:
    """Check what was handed in; record it with its receipt, or say what has to be put right.

    `at` (aware; by default now) is when it was received, and decides between on time and late. `nothing` says that
    there is nothing to report. The same thing sent again while the first waits is the same submission. Files are
    stored first, whatever becomes of the rest.

    Raises:
        UnknownObligation: with the nearest ids.
        NotAllowed: the matter is closed, or locked since its deadline, or `at` lies in the future.
    """
    kept_files = [attach(place, one) if isinstance(one, Attachment) else one for one in files]
    with place.database.writing() as connection:
        receipt = take(connection, place, Offered(obligation, data, kept_files, by, channel, at, nothing, document))
        if receipt.event and not receipt.repeated:
            follow_on(connection, place, obligation.partition("/")[0], place.now())
    return receipt


def take(connection: Connection, place: Workplace, offered: Offered) -> Receipt:
    """`submit` in a transaction that does more; what follows for other duties (`follow_on`) is left to the caller."""
    obligation, files, nothing = offered.obligation, offered.files, offered.nothing
    case = open_case(connection, place, obligation, offered.at)
    if not offered.once:
        _refuse(case)
    applied = plans.applied(connection, case.obligation.plan)
    language = applied.organisation.language
    task = applied.plan.task(case.obligation.task)
    signed = task is not None and task.submit is not None and task.submit.document == "signed"
    data = {**offered.document.answers(), **offered.data} if signed else offered.data
    checked = check(connection, case.obligation, applied, data, files, nothing=nothing)
    warnings = warnings_about(connection, case.obligation, applied, case.at, nothing=nothing)
    late = not case.now.answer_by.met_by(case.at)
    if checked.problems:
        return Receipt(obligation, checked.problems, warnings, late=late, language=language)
    known = _known(connection, case, submission_digest(checked.values, nothing, files), once=offered.once)
    received = iso(known.received_at if known else case.at, case.calendar.zone)
    if known and case.now.last_submitted:
        return Receipt(
            obligation, (), warnings, known, case.now.last_submitted.id,
            late=late, repeated=True, language=language, received=received,
        )  # fmt: skip
    _refuse(case)
    kept = keep_submission(
        connection, obligation,
        received_at=case.at, recorded_at=case.recorded_at, channel=offered.channel, by=offered.by,
        data=checked.values, nothing_to_report=nothing, attachments=files,
    )  # fmt: skip
    document = _document(checked.values, offered.document) if signed else offered.document
    (event,) = ledger.record(
        connection,
        [
            Submitted(
                obligation=obligation, happened_at=case.at, recorded_at=case.recorded_at, by=offered.by,
                version=kept.version, channel=offered.channel, submission=kept.reference,
                document=document.number, signed_by=document.signed_by,
                signed_on=document.signed_on.isoformat() if document.signed_on else "",
            )
        ],
    )  # fmt: skip
    notify(connection, place, [event], case.recorded_at)
    return Receipt(obligation, (), warnings, kept, event.id, late=late, language=language, received=received)


def _document(values: Mapping[str, object], given: SignedDocument) -> SignedDocument:
    """What a form that asks for a signed document was answered; with nothing to report, what was given."""
    if "number" not in values:
        return given
    day = values.get("date")
    return SignedDocument(
        str(values["number"]), date.fromisoformat(str(day)) if day else None, str(values.get("signer", ""))
    )


def _refuse(case: Case) -> None:
    what = "Handing this in"
    if case.now.cancelled:
        raise NotAllowed(what, "the plan does not ask for it any more", "`dondoc status` shows what is open.")
    if case.now.waived:
        raise NotAllowed(what, "it was waived", "`dondoc undo EVENT --why TEXT` takes a waiver back.")
    if case.now.accepted:
        raise NotAllowed(
            what,
            "it was accepted, and what was accepted stays as it is",
            "The reviewer can take the acceptance back: `dondoc undo EVENT --why TEXT`.",
        )
    if case.obligation.terms.locked_at_deadline and not case.now.answer_by.met_by(case.at):
        due = case.now.answer_by.day(case.calendar)
        raise NotAllowed(
            what,
            f"the plan takes nothing after the deadline, {due:%d/%m/%Y}",
            "`dondoc extend O grant --to DAY` opens it again; --at says when it was really received.",
        )


def check(
    connection: Connection,
    one: Obligation,
    applied: plans.Applied,
    data: Mapping[str, object],
    files: Sequence[KeptFile],
    *,
    nothing: bool = False,
) -> Validated:
    """What would be kept of these answers, and what has to be put right first; nothing is recorded."""
    form, asked = asked_for(one, applied)
    compares = form is not None and any("previous." in text for text in form.checks)
    earlier = previous_report(connection, one, form) if compares else None
    return validate(
        form,
        asked,
        data,
        [OfferedFile(file.filename, file.size) for file in files],
        earlier[1] if earlier else None,
        nothing=nothing,
        language=applied.organisation.language,
    )


def asked_for(one: Obligation, applied: plans.Applied) -> tuple[Form | None, Submit]:
    """What the plan in force asks to be handed in."""
    task = applied.plan.task(one.task)
    form = form_for(applied.plan, applied.organisation, task, one.unit, one.period) if task else None
    return form, (task.submit if task else None) or Submit()


def previous_report(
    connection: Connection, obligation: Obligation, form: Form | None
) -> tuple[Obligation, Mapping[str, object]] | None:
    """What the same unit reported for the same task in the period before, by the fields' names of today."""
    earlier = [
        one
        for one, _ in matters.matters(connection, obligation.plan, task=obligation.task, unit=obligation.unit)
        if one.due.at < obligation.due.at
    ]
    if not earlier:
        return None
    before = max(earlier, key=lambda one: one.due.at)
    found = latest_submissions(connection, [before.id]).get(before.id)
    return (before, _renamed(found.data, form) if form else found.data) if found else None


def warnings_about(
    connection: Connection, one: Obligation, applied: plans.Applied, at: datetime, *, nothing: bool
) -> tuple[Text, ...]:
    """What is worth telling whoever hands in at `at` (aware), and keeps nothing from being recorded."""
    return (*_too_early(one, applied, at, nothing), *_missing_below(connection, one, applied))


def _renamed(data: Mapping[str, object], form: Form) -> Mapping[str, object]:
    """What was reported, by the names that the form's fields have now."""
    former = {field.was: field.id for field in form.fields if field.was is not None}
    return {former.get(name, name): value for name, value in data.items()}


def _known(connection: Connection, case: Case, digest: str, *, once: bool) -> Submission | None:
    """The version that waits already and is the very same; with `once` any version."""
    if case.now.last_submitted is None:
        return None
    if once:
        versions = submissions_of(connection, case.obligation.id)
        return next((one for one in reversed(versions) if one.digest == digest), None)
    last = latest_submissions(connection, [case.obligation.id]).get(case.obligation.id)
    if case.now.submitted is None or last is None or last.version != case.now.last_submitted.version:
        return None
    return last if last.digest == digest else None


def _too_early(one: Obligation, applied: plans.Applied, at: datetime, nothing: bool) -> Iterator[Text]:
    cut_off = _cut_off(one, applied)
    if cut_off is not None and not nothing and applied.calendar.day_of(at) < cut_off:
        yield Text(
            vi=f"Nộp trước ngày chốt số liệu {cut_off:%d/%m/%Y}: số liệu có thể chưa đủ.",
            en=f"It came before the cut-off on {cut_off:%d/%m/%Y}: the figures may not be complete.",
        )


def _missing_below(connection: Connection, one: Obligation, applied: plans.Applied) -> Iterator[Text]:
    found = came_in_below(connection, applied, one)
    if found is not None and found[0] < found[1]:
        done, of = found
        yield Text(
            vi=f"Mới có {done}/{of} đơn vị cấp dưới nộp: số liệu có thể chưa đủ.",
            en=f"Only {done} of {of} below have handed in: the figures may not be complete.",
        )


def _cut_off(obligation: Obligation, applied: plans.Applied) -> date | None:
    task = applied.plan.task(obligation.task)
    periods = Timetable(applied.plan, applied.calendar).periods(task) if task else ()
    return next((one.cut_off for one in periods if one.name == obligation.period), None)

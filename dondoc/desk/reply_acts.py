"""What a reply does about one duty: hand it in, ask for more time, decide on it, or hold it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dondoc.core.forms import FieldProblem
from dondoc.core.history import (
    Accepted,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    Held,
    Released,
    Returned,
    Submitted,
)
from dondoc.core.letter import Recipient
from dondoc.core.reply import Said
from dondoc.core.reply_words import Order
from dondoc.core.text import Text
from dondoc.desk import obligations, submissions
from dondoc.desk.reply_duties import Duty
from dondoc.desk.submissions import Attachment
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from notifications.answer_letters import Became
from notifications.answer_sheet import FilledIn, form_mark
from notifications.message_body import File
from notifications.problem_words import problem_words

_SENTINEL = "?"
"""A field that no form has: with it nothing is recorded, and everything else that is wrong is told in one go."""

_EVENTS: dict[Order, type[Event]] = {
    "extend": ExtensionAsked, "hold": Held, "release": Released, "accept": Accepted, "return": Returned,
    "grant": ExtensionGranted, "refuse": ExtensionRefused,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What a reply says about one duty: in its text, in a sheet, or by its files alone."""

    duty: Duty
    said: Said | None = None
    sheet: FilledIn | None = None

    def with_sheet(self, sheet: FilledIn) -> Part:
        """The same with what a sheet says."""
        return replace(self, sheet=sheet)


@dataclass(frozen=True, slots=True)
class Act:
    """What was done about one duty."""

    became: Became

    def lines(self) -> Iterator[str]:
        """For the list of arrivals."""
        if self.became.done:
            yield f"{self.became.obligation.id}: {self.became.done}"
        yield from (f"{self.became.obligation.id}: {line}" for line in self.became.problems)


def act(place: Workplace, part: Part, files: tuple[File, ...], *, by: Recipient, at: datetime) -> Act:
    """Do what the reply says about one duty; what is wrong is told in the sender's language."""
    order = part.said.order if part.said else None
    try:
        if part.duty.asked.role == "owner" and order != "extend":
            return Act(_hand_in(place, part, files, by, at))
        return Act(_decide(place, part, order, by, at))
    except NotAllowed:
        return Act(part.duty.became(problems=(_why_not(part.duty, by.language),)))


def _hand_in(place: Workplace, part: Part, files: tuple[File, ...], by: Recipient, at: datetime) -> Became:
    duty, said, sheet = part.duty, part.said, part.sheet
    order = said.order if said else None
    nothing = order == "nothing" or bool(sheet and sheet.nothing)
    data: dict[str, object] = {**(sheet.answers if sheet else {})}
    problems = list(_own_problems(part))
    for name, value in said.answers.items() if said else ():
        if name in data and str(data[name]) != value:
            problems.append(
                _about(duty, name, "twice", "được trả lời hai lần, khác nhau", "is answered twice, not alike")
            )
        data[name] = value
    if not _answers(duty, order, bool(data), bool(files), nothing):
        problems.append(_not_understood(duty))
    for one in problems:
        data.pop(one.field, None)
    if problems:
        data[_SENTINEL] = ""
    receipt = submissions.submit(
        place,
        duty.obligation.id,
        data,
        [Attachment(file.name, file.content) for file in files],
        by=by.key,
        channel="reply",
        at=at,
        nothing=nothing and not problems,
    )
    told = {one.field for one in problems}
    problems += [one for one in receipt.problems if one.field != _SENTINEL and one.field not in told]
    if problems:
        lines = tuple(dict.fromkeys(problem_words(one, duty.asked.fields, by.language) for one in problems))
        return duty.became(problems=lines)
    mine = any(isinstance(fact, Submitted) and fact.happened_at == at and fact.by == by.key for fact in duty.recorded)
    return duty.became("known" if receipt.repeated and not mine else "submitted")


def _answers(duty: Duty, order: Order | None, data: bool, files: bool, nothing: bool) -> bool:
    """Whether the reply holds what is asked for at all; the validator looks at it more closely."""
    if nothing or data:
        return True
    match duty.how:
        case "confirm":
            return order in ("confirm", "done") or files
        case "done":
            return order == "done" or files
        case "files":
            return files
        case _:
            return files


def _own_problems(part: Part) -> Iterator[FieldProblem]:
    """What the text and the sheet themselves show to be wrong."""
    if part.said:
        for number in part.said.strange:
            name = f"dòng {number}" if part.duty.language == "vi" else f"line {number}"
            yield FieldProblem(
                name, Text(vi=name), "unknown-field", Text(vi="biểu mẫu không có mục này", en="no such field")
            )
        for name in part.said.twice:
            yield _about(
                part.duty, name, "twice", "được trả lời hai lần, khác nhau", "is answered twice, and not alike"
            )
    if part.sheet:
        yield from part.sheet.problems
        if part.sheet.form != form_mark(part.duty.asked.fields):
            yield FieldProblem(
                "files",
                Text(vi="Biểu bảng tính", en="Spreadsheet"),
                "old-form",
                Text(
                    vi="biểu mẫu đã thay đổi từ khi gửi; hãy dùng biểu mới hoặc ghi số liệu trong thư",
                    en="the form has changed since it was sent; use the new one, or write the figures into the letter",
                ),
            )


def _not_understood(duty: Duty) -> FieldProblem:
    return FieldProblem(
        "files" if duty.how == "files" else _SENTINEL,
        Text(vi="Nội dung", en="Content"),
        "not-understood",
        Text(vi="chưa có nội dung được yêu cầu", en="what is asked for is not there"),
    )


def _about(duty: Duty, name: str, code: str, vi: str, en: str) -> FieldProblem:
    label = next((one.label for one in duty.asked.fields if one.id == name), Text(vi=name))
    return FieldProblem(name, label, code, Text(vi=vi, en=en))


def _decide(place: Workplace, part: Part, order: Order | None, by: Recipient, at: datetime) -> Became:
    duty, one = part.duty, part.duty.obligation.id
    reason = part.said.reason if part.said else ""
    day = part.said.day() if part.said else None
    kind = _EVENTS.get(order) if order else None
    if kind and any(isinstance(x, kind) and x.happened_at == at and x.by == by.key for x in duty.recorded):
        return duty.became("known")
    vi = by.language == "vi"
    match order:
        case "hold" | "return" | "refuse" if not reason:
            return duty.became(problems=("cần ghi lý do" if vi else "a reason is needed",))
        case "hold":
            if duty.now.held:
                return duty.became("known")
            obligations.hold(place, one, by=by.key, why=reason, at=at)
            return duty.became("hold")
        case "release":
            if not duty.now.held:
                return duty.became("known")
            obligations.release(place, one, by=by.key, why=reason, at=at)
            return duty.became("release")
        case "extend":
            if day is None:
                write = "cần ghi ngày xin gia hạn, như 30/6/2023" if vi else "the day is needed, as 2023-06-30"
                return duty.became(problems=(write,))
            obligations.extend(place, one, "ask", by=by.key, at=at, why=reason, to=day)
            return duty.became("extend", day)
        case "accept":
            obligations.review(place, one, "accept", by=by.key, at=at)
            return duty.became("accept")
        case "return":
            event = obligations.review(place, one, "return", by=by.key, at=at, note=reason, to=day)
            assert isinstance(event, Returned)  # what was asked for
            return duty.became("return", event.due.day(duty.calendar))
        case "grant":
            event = obligations.extend(place, one, "grant", by=by.key, at=at, to=day)
            assert isinstance(event, ExtensionGranted)  # what was asked for
            return duty.became("grant", event.due.day(duty.calendar))
        case "refuse":
            obligations.extend(place, one, "refuse", by=by.key, at=at, why=reason)
            return duty.became("refuse")
        case _:
            return duty.became(problems=(duty.how_words(by.language, ()),))


def _why_not(duty: Duty, language: str) -> str:
    now, role = duty.now, duty.asked.role
    if now.cancelled:
        told = "kế hoạch không còn yêu cầu việc này", "the plan does not ask for this any more"
    elif now.waived:
        told = "việc này đã được miễn", "this was waived"
    elif now.accepted:
        told = "việc này đã được duyệt, không sửa được nữa", "this was accepted and stays as it is"
    elif role == "owner" and duty.obligation.terms.locked_at_deadline:
        told = "kế hoạch không nhận sau thời hạn", "the plan takes nothing after the deadline"
    elif role == "reviewer" and now.submitted is None:
        told = "không có kết quả nào đang chờ duyệt", "nothing waits for a review"
    elif role == "grantor" and now.extension_asked is None:
        told = "không có đề nghị gia hạn nào đang chờ", "no request for an extension waits"
    else:
        told = (
            "chưa thể ghi nhận; xin kiểm tra lại ngày đã ghi hoặc liên hệ đơn vị đầu mối",
            "this cannot be recorded; check the day, or ask the focal point",
        )
    return told[language == "en"]

"""Events, rungs and days put into words, Vietnamese and English, for whoever asks why."""

from __future__ import annotations

from datetime import date, datetime

from dondoc.calendar.deadline import Deadline, shift_day
from dondoc.calendar.grammar import parse_offset
from dondoc.calendar.reasons import span_text
from dondoc.calendar.workdays import WEEKDAYS, WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import (
    FOCAL_POINT,
    HEAD_OF_FOCAL_POINT,
    HEAD_OF_OWNER,
    OWNER,
    Action,
)
from dondoc.core.history import (
    Accepted,
    Amended,
    BeforeAdoption,
    Bounced,
    Cancelled,
    Closed,
    Directed,
    Erased,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    HandedOver,
    Held,
    LetterEvent,
    LetterVoided,
    OpeningMoved,
    Raised,
    Reassigned,
    Refused,
    Released,
    Returned,
    RungSkipped,
    Scheduled,
    Sent,
    StepTaken,
    Submitted,
    Uncertain,
    Voided,
    Waived,
)
from dondoc.core.obligation import Obligation
from dondoc.core.text import Text


def whole_day(day: date, language: str) -> str:
    """A day with its weekday.

    >>> whole_day(date(2023, 6, 19), "vi"), whole_day(date(2023, 6, 19), "en")
    ('Thứ Hai 19/6/2023', 'Monday 19/6/2023')
    """
    return f"{WEEKDAYS[language][day.weekday()]} {day.day}/{day.month}/{day.year}"


def moment(instant: datetime, calendar: WorkCalendar) -> str:
    """An instant as people read it, in the organisation's zone."""
    local = calendar.local(instant)
    return f"{local.hour:02}:{local.minute:02} {local.day}/{local.month}/{local.year}"


def event_sentence(event: Event, calendar: WorkCalendar, directory: Directory) -> Text:
    """What an event says, with who recorded it and why."""
    found = _event(event, calendar, directory)
    by = "" if event.by in ("", "dondoc") else event.by
    why = f": {event.why}" if event.why else ""
    vi = f"{found.vi}{f' ({by})' if by else ''}{why}"
    en = f"{found.en}{f' ({by})' if by else ''}{why}"
    return Text(vi=vi, en=en)


_PLAIN: dict[type[Event], Text] = {
    Scheduled: Text(vi="Được giao theo kế hoạch", en="Entered the ledger"),
    BeforeAdoption: Text(vi="Đã đến hạn trước khi áp dụng kế hoạch", en="Was due before the plan was applied"),
    Accepted: Text(vi="Đã duyệt", en="Accepted"),
    ExtensionRefused: Text(vi="Không đồng ý gia hạn", en="Extension refused"),
    Waived: Text(vi="Được miễn", en="Waived"),
    Cancelled: Text(vi="Kế hoạch bỏ việc này", en="Dropped from the plan"),
    Held: Text(vi="Giữ hồ sơ lại", en="Held"),
    Released: Text(vi="Cho trình hồ sơ", en="Released"),
}
"""Events that say no more than their kind."""


_CHANNELS: dict[str, Text] = {
    "form": Text(vi="qua trang web", en="through the web page"),
    "reply": Text(vi="qua thư trả lời", en="by an answer to a letter"),
    "api": Text(vi="qua phần mềm khác", en="from another program"),
    "cli": Text(vi="do quản trị nhập", en="entered by the administrator"),
    "drop": Text(vi="qua thư mục nhận", en="through the drop folder"),
    "paper": Text(vi="bằng bản giấy", en="on paper"),
    "import": Text(vi="nhập từ bảng tính", en="from a spreadsheet"),
}
"""How something came in, in words; a channel of another name is called by it."""


def _event(event: Event, calendar: WorkCalendar, directory: Directory) -> Text:
    def day(due: Deadline) -> tuple[str, str]:
        return whole_day(due.day(calendar), "vi"), whole_day(due.day(calendar), "en")

    match event:
        case Raised(name=name, unit=unit):
            return Text(
                vi=f"Phát sinh sự việc {name} do {directory.name(unit, 'vi')} báo",
                en=f"Follows from {name}, raised by {directory.name(unit, 'en')}",
            )
        case Closed(name=name):
            return Text(vi=f"Sự việc {name} đã kết thúc", en=f"{name} is closed")
        case Amended(due=due):
            return Text(vi=f"Kế hoạch sửa hạn thành {day(due)[0]}", en=f"The plan moved the deadline to {day(due)[1]}")
        case OpeningMoved(opens=opens):
            opens_on = f"{calendar.day_of(opens):%d/%m/%Y}"
            return Text(
                vi=f"Kế hoạch dời ngày bắt đầu thành {opens_on}", en=f"The plan moved the opening to {opens_on}"
            )
        case Reassigned(owner=owner, person=person) if person:
            return Text(
                vi=f"Giao cho {person} ở {directory.name(owner, 'vi')}",
                en=f"Given to {person} at {directory.name(owner, 'en')}",
            )
        case Reassigned(owner=owner):
            return Text(
                vi=f"Chuyển giao cho {directory.name(owner, 'vi')}", en=f"Given to {directory.name(owner, 'en')}"
            )
        case StepTaken(step=step):
            rule = rung_sentence(step.rung, step.ordinal, getattr(event, "to", ""), "", None, directory)
            return Text(vi=f"{rule.vi} → {step.recipient}", en=f"{rule.en} → {step.recipient}")
        case RungSkipped(rung=rung, ordinal=ordinal, empty=empty):
            rule = rung_sentence(rung, ordinal, "", "", None, directory)
            why_vi = "không có ai để gửi" if empty else "chính là đơn vị thực hiện"
            why_en = "nobody can be written to there" if empty else "it leads back to the owner"
            return Text(vi=f"Bỏ qua bước: {rule.vi} ({why_vi})", en=f"Passed: {rule.en} ({why_en})")
        case Submitted(version=version, channel=channel):
            received, through = moment(event.happened_at, calendar), _CHANNELS.get(channel) or Text(vi=channel)
            signed = _signed(event)
            return Text(
                vi=f"Nhận báo cáo lần {version} lúc {received}, {through.vi}{signed.vi if signed else ''}",
                en=f"Version {version} received at {received}, {through.within('en')}{signed.en if signed else ''}",
            )
        case Erased(version=version, digest=digest):
            mark = digest[:12]
            return Text(
                vi=f"Nội dung lần {version} đã xoá (dấu {mark})", en=f"Content of version {version} erased ({mark})"
            )
        case Returned(due=due):
            return Text(vi=f"Trả lại, nộp lại trước hết {day(due)[0]}", en=f"Returned, to be answered by {day(due)[1]}")
        case ExtensionAsked(due=due):
            return Text(vi=f"Xin gia hạn đến {day(due)[0]}", en=f"Extension to {day(due)[1]} asked for")
        case ExtensionGranted(due=due):
            return Text(vi=f"Gia hạn đến {day(due)[0]}", en=f"Extended to {day(due)[1]}")
        case Directed(body=body, urged=True):
            vi, en = directory.name(body, "vi"), directory.name(body, "en")
            return Text(vi=f"{vi}: đôn đốc bằng công văn", en=f"{en}: to be urged by official letter")
        case Directed(body=body):
            return Text(vi=f"{directory.name(body, 'vi')}: ghi nhận", en=f"{directory.name(body, 'en')}: noted")
        case Voided(event=number):
            return Text(vi=f"Rút lại sự kiện số {number}", en=f"Took back event {number}")
        case _:
            return _PLAIN[type(event)]


def letter_sentence(fate: LetterEvent | None, calendar: WorkCalendar) -> Text:
    """What became of a letter."""
    if fate is None:
        return Text(vi="thư đang chờ gửi", en="its letter waits in the outbox")
    at, detail = moment(fate.happened_at, calendar), f" ({fate.detail})" if fate.detail else ""
    match fate:
        case Sent():
            return Text(vi=f"thư đã gửi lúc {at}", en=f"its letter left at {at}")
        case HandedOver():
            return Text(vi=f"thư đã trao tay lúc {at}", en=f"its letter was handed over at {at}")
        case Refused():
            return Text(vi=f"thư bị từ chối{detail}", en=f"its letter was refused{detail}")
        case Uncertain():
            return Text(vi="không rõ thư đã đến chưa", en="it is not certain that its letter arrived")
        case Bounced():
            return Text(vi=f"thư bị trả lại{detail}", en=f"its letter came back{detail}")
        case LetterVoided():
            return Text(
                vi=f"thư bị huỷ vì không còn đúng{detail}", en=f"its letter was dropped, no longer true{detail}"
            )
        case _:
            raise TypeError(f"no words for {type(fate).__name__}")


def _signed(event: Submitted) -> Text | None:
    """Of which document, signed on which day and by whom."""
    signed_on = date.fromisoformat(event.signed_on) if event.signed_on else None
    day = f"{signed_on.day}/{signed_on.month}/{signed_on.year}" if signed_on else ""
    vi = [f"số {event.document}" * bool(event.document), f"ngày {day}" * bool(day),
          f"{event.signed_by} ký" * bool(event.signed_by)]  # fmt: skip
    en = [f"no. {event.document}" * bool(event.document), f"of {event.signed_on}" * bool(day),
          f"signed by {event.signed_by}" * bool(event.signed_by)]  # fmt: skip
    if not any(vi):
        return None
    return Text(vi=f"; văn bản {', '.join(filter(None, vi))}", en=f"; document {', '.join(filter(None, en))}")


def rung_sentence(
    rung: str, ordinal: int, to: str, owner: str, obligation: Obligation | None, directory: Directory
) -> Text:
    """The rule behind a step: which rung of the policy it is, and towards whom."""
    family, _, rest = rung.partition("/")
    body = rest.partition("/")[0] if family in ("escalate", "copy", "forewarn", "resolved") else to
    vi_to, en_to = (role_name(body, owner, obligation, directory, language) for language in ("vi", "en"))
    again_vi, again_en = (f" (lần {ordinal})", f" (time {ordinal})") if ordinal else ("", "")
    match family:
        case "remind":
            span = parse_offset(rest).span
            if span is None:
                return Text(vi="Nhắc đúng ngày đến hạn", en="Reminder on the day")
            return Text(vi=f"Nhắc trước hạn {span_text(span, 'vi')}", en=f"Reminder {span_text(span, 'en')} before")
        case "chase":
            return Text(vi=f"Đôn đốc sau hạn, lần {ordinal}", en=f"Chasing after the deadline, time {ordinal}")
        case "escalate":
            verb = "Thông báo" if body == HEAD_OF_OWNER else "Báo cáo lên"  # down to a district, up to a committee
            return Text(vi=f"{verb} {vi_to}{again_vi}", en=f"Escalation to {en_to}{again_en}")
        case "copy":
            return Text(
                vi=f"Gửi đơn vị bản sao hồ sơ trình {vi_to}{again_vi}",
                en=f"Copy to the owner of what goes to {en_to}{again_en}",
            )
        case "forewarn":
            return Text(
                vi=f"Báo trước cho đầu mối: hồ sơ sẽ trình {vi_to}{again_vi}",
                en=f"Forewarning of what goes to {en_to}{again_en}",
            )
        case "resolved":
            return Text(
                vi=f"Báo {vi_to} kết quả, khi mọi việc đã trình đều xong hoặc cùng hồ sơ trình sau",
                en=f"The end told to {en_to}, once all that was put before it is settled or with its next dossier",
            )
        case "review":
            times = {
                "asked": ("Đề nghị duyệt báo cáo", "Review asked for"),
                "deemed": ("Hết thời hạn duyệt: coi như đã quyết định", "Review is over: taken as decided"),
                "on the day": ("Nhắc duyệt: đến hạn duyệt", "Review is due today"),
            }
            vi, en = times.get(rest, (f"Nhắc duyệt quá hạn, lần {ordinal}", f"Review overdue, time {ordinal}"))
            return Text(vi=vi, en=en)
        case "extension":
            return Text(vi="Đề nghị quyết định việc gia hạn", en="Decision on an extension asked for")
        case _:
            return Text(vi=rung)


def role_name(to: str, owner: str, obligation: Obligation | None, directory: Directory, language: str) -> str:
    """Whom a role means, in words."""
    vi = language == "vi"
    focal = directory.name(obligation.terms.focal_point, language) if obligation else ""
    unit = directory.name(owner, language) if owner else ""
    match to:
        case role if role == OWNER:
            return unit or ("đơn vị thực hiện" if vi else "the owner")
        case role if role == HEAD_OF_OWNER:
            name = unit or ("đơn vị thực hiện" if vi else "the owner")
            return f"người đứng đầu {name}" if vi else f"the head of {name}"
        case role if role == FOCAL_POINT:
            return focal or ("đầu mối theo dõi" if vi else "the focal point")
        case role if role == HEAD_OF_FOCAL_POINT:
            name = focal or ("đầu mối theo dõi" if vi else "the focal point")
            return f"người đứng đầu {name}" if vi else f"the head of {name}"
        case _:
            return directory.name(to, language)


def nominal_day(action: Action, obligation: Obligation, calendar: WorkCalendar) -> date | None:
    """The day that the rule of a step names, before days off move it; None where the rule names none."""
    due = action.situation.answer_by.day(calendar)
    family, _, rest = action.rung.partition("/")
    if family == "remind":
        span = parse_offset(rest).span
        return None if span is not None and span.unit == "hours" else _shifted(due, rest, calendar)
    if family == "escalate" and action.ordinal == 0:
        rung = next((one for one in obligation.terms.policy.escalate if one.name == action.rung), None)
        if rung and rung.after.span and rung.after.span.unit != "hours":
            return shift_day(due, rung.after.span, "after", calendar)
    return None


def _shifted(due: date, rest: str, calendar: WorkCalendar) -> date:
    span = parse_offset(rest).span
    return shift_day(due, span, "before", calendar) if span else due

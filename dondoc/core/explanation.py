"""Why a letter went, why none did, and what goes next: one matter told in sentences, Vietnamese and English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory, address
from dondoc.core.decide import Action, Copy, Remind, decide, next_action
from dondoc.core.history import (
    Event,
    History,
    LetterEvent,
    StepTaken,
    Voided,
)
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation
from dondoc.core.telling import (
    event_sentence,
    letter_sentence,
    moment,
    nominal_day,
    rung_sentence,
    whole_day,
)
from dondoc.core.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened or will: when (aware), what, and its number in the history (0: none yet)."""

    at: datetime
    text: Text
    number: int = 0
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one matter: `deadline` and its reason, what happened, why nothing goes, what goes next."""

    obligation: Obligation
    deadline: Text
    happened: tuple[Line, ...]
    quiet: tuple[Text, ...]
    coming: tuple[Line, ...]


def explain(
    obligation: Obligation,
    history: History,
    now: datetime,
    calendar: WorkCalendar,
    directory: Directory,
    *,
    scheduled: Deadline | None = None,
    stopped: str | None = None,
) -> Explanation:
    """Tell a matter as it stands at `now` (aware).

    `scheduled` is the deadline as the plan reckons it, with its reason; `stopped` says who stopped sending, and why.
    """
    folded = situation(obligation, history)
    coming = tuple(_coming(obligation, history, folded, now, calendar, directory))
    return Explanation(
        obligation,
        deadline_sentence(folded, calendar, scheduled),
        tuple(_happened(history, calendar, directory)),
        tuple(_quiet(obligation, folded, now, calendar, coming, stopped)),
        coming,
    )


def deadline_sentence(now: Situation, calendar: WorkCalendar, scheduled: Deadline | None) -> Text:
    """By when, why then (where the plan still `scheduled` it so), and what the deadline was at first."""
    day = now.due.day(calendar)
    vi, en = f"Hạn: {whole_day(day, 'vi')}", f"Due on {whole_day(day, 'en')}"
    if scheduled is not None and scheduled == now.original_due and scheduled.reason:
        vi, en = f"{vi} ({scheduled.explain('vi')})", f"{en} ({scheduled.explain('en')})"
    if now.due != now.original_due:
        original = now.original_due.day(calendar)
        vi, en = (
            f"{vi}; hạn ban đầu: {whole_day(original, 'vi')}",
            f"{en}; originally on {whole_day(original, 'en')}",
        )
    if now.answer_by != now.due:
        answer = now.answer_by.day(calendar)
        vi, en = (
            f"{vi}; phải nộp lại trước hết ngày {whole_day(answer, 'vi')}",
            f"{en}; to be handed in again by {whole_day(answer, 'en')}",
        )
    return Text(vi=f"{vi}.", en=f"{en}.")


# -- what happened


def _happened(history: History, calendar: WorkCalendar, directory: Directory) -> Iterator[Line]:
    """The events in order of recording; a letter's fate stands with the step it carried."""
    undone = {fact.event for fact in history if isinstance(fact, Voided)}
    fate: dict[str, LetterEvent] = {}
    for fact in history:
        if isinstance(fact, LetterEvent):
            fate[fact.letter] = fact
    for fact in history:
        if isinstance(fact, Event):
            text = event_sentence(fact, calendar, directory)
            if isinstance(fact, StepTaken):
                became = letter_sentence(fate.get(fact.letter), calendar)
                text = Text(vi=f"{text.vi} – {became.vi}", en=f"{text.en} – {became.en}")
            yield Line(fact.happened_at, text, fact.id, fact.id in undone)


# -- why nothing goes


def _quiet(
    obligation: Obligation,
    now: Situation,
    instant: datetime,
    calendar: WorkCalendar,
    coming: tuple[Line, ...],
    stopped: str | None,
) -> Iterator[Text]:
    reviewed = obligation.terms.review is not None
    if stopped:
        yield Text(
            vi=f"Đang tạm dừng gửi thư ({stopped}); `dondoc resume` cho gửi lại.",
            en=f"Sending is stopped ({stopped}); `dondoc resume` restarts it.",
        )
    if now.cancelled:
        yield Text(vi="Kế hoạch không còn yêu cầu việc này.", en="The plan does not ask for it any more.")
    elif now.waived:
        yield Text(vi="Đã được miễn thực hiện.", en="It was waived.")
    elif now.before_adoption:
        yield Text(
            vi="Đã đến hạn trước khi kế hoạch được áp dụng lần đầu: không gửi thư, không tính vào thống kê.",
            en="It was due before its plan was first applied: no letters, outside the count.",
        )
    elif now.done(reviewed) and coming:
        yield Text(
            vi="Đã hoàn thành: chỉ còn báo kết quả cho nơi đã được trình.",
            en="It is done: only those it was put before are still told.",
        )
    elif now.done(reviewed):
        yield Text(vi="Đã hoàn thành: không gửi thư nữa.", en="It is done: nothing more is sent.")
    elif now.submitted and obligation.terms.review:
        received = moment(now.submitted.happened_at, calendar)
        yield Text(
            vi=f"Đã nhận báo cáo lúc {received}: không nhắc đơn vị nữa, chờ duyệt.",
            en=f"It was received on {received}: the owner is not reminded, the reviewer decides.",
        )
    elif now.held:
        yield Text(
            vi=f"Hồ sơ đang được giữ lại ({now.held.why}): không trình lên cấp trên.",
            en=f"The matter is held ({now.held.why}): it does not go before a committee.",
        )
    elif not coming:
        yield _nothing_planned(obligation, now)
    if coming and not stopped and coming[0].at <= instant and not calendar.in_office(instant):
        day = calendar.day_of(instant)
        why_vi = calendar.why_off(day, "vi") or "ngoài giờ hành chính"
        why_en = calendar.why_off(day, "en") or "outside office hours"
        opens = moment(calendar.next_office_time(instant), calendar)
        yield Text(
            vi=f"Thư chỉ rời đi trong giờ làm việc ({why_vi}): chờ đến {opens}.",
            en=f"Letters leave in office hours only ({why_en}): it waits until {opens}.",
        )


def _nothing_planned(obligation: Obligation, now: Situation) -> Text:
    waits = any(rung.committee and rung.name not in now.taken for rung in obligation.terms.policy.escalate)
    if waits and now.owner_told_at is None:
        return Text(
            vi="Chưa có thư nhắc nào chắc chắn đến được đơn vị, nên chưa thể trình lên cấp trên.",
            en="No reminder has certainly reached the owner, so nothing may go before a committee.",
        )
    return Text(vi="Kế hoạch không quy định bước nào nữa.", en="The plan's policy has no further step.")


# -- what goes next


def _coming(
    obligation: Obligation,
    history: History,
    folded: Situation,
    now: datetime,
    calendar: WorkCalendar,
    directory: Directory,
) -> Iterator[Line]:
    at = next_action(obligation, history, calendar)
    if at is None:
        return
    for action in decide(obligation, history, max(at, now), calendar):
        rule = rung_sentence(action.rung, action.ordinal, action.to, folded.owner, obligation, directory)
        reached = address([action], directory, calendar.day_of(max(at, now)))[0]
        names = ", ".join(recipient.key for recipient in reached.recipients)
        to_vi = f" – gửi {names}" if names else " – không có ai để gửi, bỏ qua bước này"
        to_en = f" – to {names}" if names else " – nobody can be written to there, it is passed"
        moved = _moved(action, obligation, calendar)
        yield Line(
            action.at,
            Text(vi=f"{rule.vi}{to_vi}{moved.vi if moved else ''}", en=f"{rule.en}{to_en}{moved.en if moved else ''}"),
        )


def _moved(action: Action, obligation: Obligation, calendar: WorkCalendar) -> Text | None:
    """Why a step goes on another day than its rule names: that day is off."""
    if isinstance(action, Copy):
        return None
    meant: date | None = nominal_day(action, obligation, calendar)
    if meant is None or calendar.is_working_day(meant):
        return None
    side = ("lùi sang", "moved to") if not isinstance(action, Remind) or action.rung == "chase" else ("gửi sớm", "sent")
    goes = calendar.day_of(action.at)
    why_vi, why_en = calendar.why_off(meant, "vi"), calendar.why_off(meant, "en")
    return Text(
        vi=f"; {whole_day(meant, 'vi')} là ngày nghỉ ({why_vi}), {side[0]} {whole_day(goes, 'vi')}",
        en=f"; {whole_day(meant, 'en')} is off ({why_en}), {side[1]} {whole_day(goes, 'en')}",
    )

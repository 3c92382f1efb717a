"""How a task stands in one period, over all its units: what leadership reads as the state of one run in Prefect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, Standing, standing

MirrorState = Literal["Upcoming", "Collecting", "Overdue", "Escalated", "Collected", "Closed"]

Judged = tuple[Obligation, Situation]

LONGEST_NAME = 100

_BESIDE = ("waived", "cancelled", "before_adoption")
_RECEIVED = ("submitted", "done_on_time", "done_late")
_DONE = ("done_on_time", "done_late")

_VI = {
    "upcoming": "chưa đến kỳ", "open": "đang thực hiện", "due_soon": "đang thực hiện", "due_today": "đang thực hiện",
    "overdue": "quá hạn", "submitted": "đã nộp, chờ duyệt", "returned": "trả lại để bổ sung",
    "done_on_time": "đúng hạn", "done_late": "hoàn thành muộn", "waived": "được miễn", "cancelled": "bỏ khỏi kế hoạch",
    "before_adoption": "trước khi áp dụng", "extended": "được gia hạn",
    HEAD_OF_OWNER: "lãnh đạo đơn vị", FOCAL_POINT: "đơn vị đầu mối",
    "unit": "Đơn vị", "standing": "Tình trạng", "due": "Hạn", "received": "Đã nhận", "submitted on": "Ngày nộp",
    "overdue units": "Quá hạn", "before": "Đã báo cáo lên", "page": "Trang theo dõi",
    "name": "{title} · {received} · hạn {due}", "message": "đã nhận {received}, hạn {due}",
    "late": "quá hạn: {units}", "more": "và {n} đơn vị khác", "up": "đã báo cáo {bodies}",
    "down": "đã thông báo {bodies}",
}  # fmt: skip
_EN = {
    "upcoming": "not yet open", "open": "in progress", "due_soon": "in progress", "due_today": "in progress",
    "overdue": "overdue", "submitted": "handed in, under review", "returned": "returned for completion",
    "done_on_time": "on time", "done_late": "done late", "waived": "waived", "cancelled": "dropped from the plan",
    "before_adoption": "before adoption", "extended": "extended",
    HEAD_OF_OWNER: "the unit's head", FOCAL_POINT: "the focal department",
    "unit": "Unit", "standing": "Standing", "due": "Due", "received": "Received", "submitted on": "Handed in",
    "overdue units": "Overdue", "before": "Put before", "page": "Page",
    "name": "{title} · {received} · due {due}", "message": "received {received}, due {due}",
    "late": "overdue: {units}", "more": "and {n} more", "up": "put before {bodies}", "down": "told {bodies}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A task in a period at some instant; `rows` go unit by unit, their keys and words in the organisation's language.

    `due` is the first deadline in force, `changes_at` the next instant at which it looks different though nothing is
    recorded (both aware UTC).
    """

    plan: str
    task: str
    period: str
    name: str
    state: MirrorState
    message: str
    parameters: dict[str, Any]
    rows: tuple[dict[str, str], ...]
    due: datetime
    changes_at: datetime | None


def picture(judged: Sequence[Judged], at: datetime, calendar: WorkCalendar, directory: Directory) -> Picture:
    """The picture at `at` (aware) of the obligations, at least one, of one task and period, with their situations."""
    language = directory.organisation.language
    words = _EN if language == "en" else _VI
    units = [_Unit(one, now, standing(one, now, at, calendar)) for one, now in judged]
    counted = [one for one in units if one.word not in _BESIDE]
    late = [one for one in counted if one.word == "overdue"]
    received = f"{sum(one.word in _RECEIVED for one in counted)}/{len(counted)}"
    first_due = min((one.now.due for one in counted or units), key=lambda due: due.at)
    due = _written(first_due.day(calendar), language)
    late_names = [directory.name(one.now.owner, language) for one in late]
    first = units[0].obligation
    bodies = dict.fromkeys(_body(one.now.escalated_to, directory, words) for one in late if one.now.escalated_to)
    message = [words["message"].format(received=received, due=due)]
    if late:
        message.append(words["late"].format(units=_few(late_names, words)))
    if bodies:
        verb = "down" if bodies.keys() == {words[HEAD_OF_OWNER]} else "up"  # a unit's head is told, others reported to
        message.append(words[verb].format(bodies=", ".join(bodies)))
    return Picture(
        plan=first.plan,
        task=first.task,
        period=first.period,
        name=words["name"].format(title=_shortened(first.title(language)), received=received, due=due),
        state=_state([one.word for one in counted], escalated=bool(bodies)),
        message=" · ".join(message),
        parameters={words["due"]: due, words["received"]: received, words["overdue units"]: late_names},
        rows=tuple(_row(one, calendar, directory, words, language) for one in units),
        due=first_due.at,
        changes_at=_changes_at(units, at),
    )


@dataclass(frozen=True, slots=True)
class _Unit:
    obligation: Obligation
    now: Situation
    word: Standing


def _state(counted: Sequence[Standing], *, escalated: bool) -> MirrorState:
    if all(word in _DONE for word in counted):
        return "Closed"
    if all(word in _RECEIVED for word in counted):
        return "Collected"
    if "overdue" in counted:
        return "Escalated" if escalated else "Overdue"
    return "Upcoming" if all(word == "upcoming" for word in counted) else "Collecting"


def _changes_at(units: Iterable[_Unit], at: datetime) -> datetime | None:
    """When a duty opens, or runs past the day by which its answer is awaited."""
    moments: list[datetime] = []
    for one in units:
        if one.word == "upcoming":
            moments.append(one.obligation.opens)
        if one.word in ("upcoming", "open", "due_soon", "due_today", "returned"):
            by = one.now.answer_by
            moments.append(by.at if by.whole_day else by.at + timedelta(microseconds=1))
    return min((moment for moment in moments if moment > at), default=None)


def _row(
    one: _Unit, calendar: WorkCalendar, directory: Directory, words: dict[str, str], language: str
) -> dict[str, str]:
    now = one.now
    receipt = now.receipt()
    extended = f" ({words['extended']})" if now.extended else ""
    return {
        words["unit"]: directory.name(now.owner, language),
        words["standing"]: words[one.word],
        words["due"]: _written(now.answer_by.day(calendar), language) + extended,
        words["submitted on"]: _written(calendar.day_of(receipt), language) if receipt else "",
        words["before"]: _body(now.escalated_to, directory, words),
    }


def _body(to: str | None, directory: Directory, words: dict[str, str]) -> str:
    if to is None:
        return ""
    return words.get(to) or directory.name(to, directory.organisation.language)


def _few(names: Sequence[str], words: dict[str, str], at_most: int = 5) -> str:
    shown = ", ".join(names[:at_most])
    return f"{shown}, {words['more'].format(n=len(names) - at_most)}" if len(names) > at_most else shown


def _written(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else f"{day.day}/{day.month}/{day.year}"


def _shortened(title: str) -> str:
    """The title, its middle left out where it is too long: the end tells one period from the other."""
    if len(title) <= LONGEST_NAME:
        return title
    head, dash, period = title.rpartition(" – ")
    kept = f"{dash}{period}"
    room = LONGEST_NAME - len(kept) - 1
    return f"{head[:room].rsplit(' ', 1)[0]}…{kept}"

"""How a task stands in one period, over all its units: what leadership reads as the state of one run in Prefect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.history import Escalated, Reminded
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, Standing, cell, standing
from dondoc.core.statistics import by_owner, tally_by
from dondoc.core.text import short_date

MirrorState = Literal["Upcoming", "Collecting", "Overdue", "Escalated", "Collected", "Closed"]

Judged = tuple[Obligation, Situation]

LONGEST_NAME = 100

_BESIDE = ("waived", "cancelled", "before_adoption")
_RECEIVED = ("submitted", "done_on_time", "done_late")
_DONE = ("done_on_time", "done_late")

_VI = {
    "upcoming": "chưa đến kỳ", "open": "đang thực hiện", "due_soon": "đang thực hiện", "due_today": "đang thực hiện",
    "overdue": "quá hạn", "submitted": "đã nộp, chờ duyệt", "returned": "trả lại để bổ sung",
    "done_on_time": "đúng hạn", "done_late": "hoàn thành quá hạn", "waived": "được miễn",
    "cancelled": "bỏ khỏi kế hoạch", "before_adoption": "trước khi áp dụng", "extended": "được gia hạn",
    HEAD_OF_OWNER: "lãnh đạo đơn vị", FOCAL_POINT: "đơn vị đầu mối",
    "unit": "Đơn vị", "standing": "Tình trạng", "due": "Hạn", "received": "Đã nhận", "submitted on": "Ngày nộp",
    "overdue units": "Quá hạn", "page": "Trang theo dõi",
    "name": "{title} · {received} đã nộp · hạn {due}", "message": "đã nhận {received}, hạn {due}",
    "late name": "{title} · {received} đã nộp, {n} quá hạn từ {since}: {units} · {done} · {decides} quyết định",
    "late": "quá hạn {n}: {units}, từ {since}", "more": "và {n} đơn vị khác", "decides": "{decides} quyết định",
    "reminded": "nhắc {n} lần, gần nhất {on}", "unsure": "đã viết {n} thư nhắc, chưa chắc thư nào đến nơi",
    "up": "báo cáo {body} {on}", "down": "thông báo {body} {on}", "came": "nộp muộn {on}, chờ duyệt",
    "asked": "xin gia hạn {on}",
    "nothing": "chưa nhắc", "done about it": "Đã xử lý", "who decides": "Ai quyết định",
    "Upcoming": "Chưa đến kỳ", "Collecting": "Đang thu", "Overdue": "Quá hạn", "Escalated": "Quá hạn, đã báo cáo",
    "Collected": "Đã nhận đủ", "Closed": "Hoàn thành",
}  # fmt: skip
_EN = {
    "upcoming": "not yet open", "open": "in progress", "due_soon": "in progress", "due_today": "in progress",
    "overdue": "overdue", "submitted": "handed in, under review", "returned": "returned for completion",
    "done_on_time": "on time", "done_late": "done late", "waived": "waived", "cancelled": "dropped from the plan",
    "before_adoption": "before adoption", "extended": "extended",
    HEAD_OF_OWNER: "the unit's head", FOCAL_POINT: "the focal department",
    "unit": "Unit", "standing": "Standing", "due": "Due", "received": "Received", "submitted on": "Handed in",
    "overdue units": "Overdue", "page": "Page",
    "name": "{title} · {received} handed in · due {due}", "message": "received {received}, due {due}",
    "late name": "{title} · {received} handed in, {n} overdue since {since}: {units} · {done} · {decides} to decide",
    "late": "overdue {n}: {units}, since {since}", "more": "and {n} more", "decides": "{decides} to decide",
    "reminded": "reminded {n} times, last {on}", "unsure": "{n} reminders written, none known to have arrived",
    "up": "put before {body} {on}", "down": "told {body} {on}", "came": "handed in late {on}, under review",
    "asked": "extension asked for {on}",
    "nothing": "not reminded", "done about it": "Done about it", "who decides": "Who decides",
    "Upcoming": "Upcoming", "Collecting": "Collecting", "Overdue": "Overdue", "Escalated": "Overdue, put before",
    "Collected": "Collected", "Closed": "Closed",
}  # fmt: skip


STATE_WORDS = (_VI, _EN)
"""What the states are called, among other words, in Vietnamese and in English."""

MOST_LATE = 30
"""Overdue duties of a task and period that are told one by one."""


@dataclass(frozen=True, slots=True)
class Late:
    """An overdue duty in written words: who owes what, since when, what was done about it and who decides now."""

    since: date
    owner: str
    title: str
    done: str
    last: str
    """The newest of what was done."""
    decides: str
    task: str
    period: str

    @property
    def order(self) -> tuple[date, str, str]:
        """The longest overdue first."""
        return self.since, self.owner, self.title


@dataclass(frozen=True, slots=True)
class Figures:
    """What a task and period add to their plan: `cells` by owner (names of columns to numbers, none of them 0).

    `late` are the first `MOST_LATE` of `overdue` duties; `escalated` of these were put before somebody, and
    `under_review` were handed in late and wait for their reviewer.
    """

    cells: dict[str, dict[str, int]]
    late: tuple[Late, ...]
    overdue: int
    escalated: int
    under_review: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A task in a period, or a whole plan (then both are empty), at some instant, as one run shows it.

    `rows` go unit by unit, those that are overdue first, their keys and words in the language of the picture. `page` is
    Markdown and `progress` the part that is done (0 to 100), of a whole plan. `due` is the first deadline in force,
    `changes_at` the next instant at which it looks different though nothing is recorded (both aware UTC). `figures` is
    what a plan is summed from.
    """

    plan: str
    task: str
    period: str
    name: str
    state: MirrorState
    state_name: str
    message: str
    parameters: dict[str, Any]
    rows: tuple[dict[str, Any], ...]
    due: datetime
    changes_at: datetime | None
    figures: Figures
    page: str = ""
    progress: float | None = None


def picture(
    judged: Sequence[Judged], at: datetime, calendar: WorkCalendar, directory: Directory, language: str = ""
) -> Picture:
    """The picture at `at` (aware) of the obligations, at least one, of one task and period, with their situations.

    It is written in `language`, or that of the organisation.
    """
    language = language or directory.organisation.language
    words = _EN if language == "en" else _VI
    units = [_Unit(one, now, standing(one, now, at, calendar)) for one, now in judged]
    counted = [one for one in units if one.word not in _BESIDE]
    late = sorted((one for one in counted if one.word == "overdue"), key=lambda one: one.now.answer_by.at)
    received = f"{sum(one.word in _RECEIVED for one in counted)}/{len(counted)}"
    first_due = min((one.now.due for one in counted or units), key=lambda due: due.at)
    due = short_date(first_due.day(calendar), language)
    late_names = [directory.name(one.now.owner, language) for one in late]
    first = units[0].obligation
    title = _shortened(first.title(language))
    name = words["name"].format(title=title, received=received, due=due)
    message = [words["message"].format(received=received, due=due)]
    if late:
        worst = _late(max(late, key=_how_far), calendar, directory, words, language)
        told = {
            "n": len(late),
            "units": _few(late_names, words, 2),
            "since": short_date(_since(late[0].now, calendar), language),
            "done": worst.last,
            "decides": worst.decides,
        }
        name = words["late name"].format(title=title, received=received, **told)
        message += [
            words["late"].format(**told | {"units": _few(late_names, words, 5)}),
            worst.done,
            words["decides"].format(**told),
        ]
    state = _state([one.word for one in counted], escalated=any(one.now.escalated_to for one in late))
    return Picture(
        plan=first.plan,
        task=first.task,
        period=first.period,
        name=name,
        state=state,
        state_name=words[state],
        message=" · ".join(message),
        parameters={words["due"]: due, words["received"]: received, words["overdue units"]: late_names},
        rows=tuple(
            _row(one, calendar, directory, words, language)
            for one in sorted(units, key=lambda one: one.word != "overdue")
        ),
        due=first_due.at,
        changes_at=_changes_at(units, at),
        figures=_figures(units, at, calendar, directory, words, language),
    )


def tell_late(
    obligation: Obligation, now: Situation, calendar: WorkCalendar, directory: Directory, language: str
) -> Late:
    """An overdue duty in written words."""
    words = _EN if language == "en" else _VI
    return _late(_Unit(obligation, now, "overdue"), calendar, directory, words, language)


def _figures(
    units: Sequence[_Unit],
    at: datetime,
    calendar: WorkCalendar,
    directory: Directory,
    words: dict[str, str],
    language: str,
) -> Figures:
    late = [one for one in units if cell(one.obligation, one.now, at) == "open_overdue"]
    first = sorted(late, key=lambda one: one.now.answer_by.at)[:MOST_LATE]
    counts = tally_by(((one.obligation, one.now) for one in units), at, by_owner)
    return Figures(
        cells={
            owner: {name: n for name, n in tally.in_force.as_data().items() if n and name != "total"}
            for owner, tally in counts.items()
        },
        late=tuple(_late(one, calendar, directory, words, language) for one in first),
        overdue=len(late),
        escalated=sum(one.now.escalated_to is not None for one in late),
        under_review=sum(one.now.submitted is not None for one in late),
    )


def _late(one: _Unit, calendar: WorkCalendar, directory: Directory, words: dict[str, str], language: str) -> Late:
    obligation, now = one.obligation, one.now
    done = [*_done_about(one, calendar, directory, words, language)] or [words["nothing"]]
    return Late(
        since=_since(now, calendar),
        owner=directory.name(now.owner, language),
        title=obligation.title(language),
        done=", ".join(done),
        last=done[-1],
        decides=_decides(one, directory, words, language),
        task=obligation.task,
        period=obligation.period,
    )


def _how_far(one: _Unit) -> tuple[int, int]:
    """How much was done about it: what went up furthest tells the most."""
    steps = [step for taken in one.now.taken.values() for step in taken]
    return sum(isinstance(step, Escalated) for step in steps), len(steps)


def _since(now: Situation, calendar: WorkCalendar) -> date:
    """The first day on which it is overdue."""
    by = now.answer_by
    return by.day(calendar) + timedelta(days=1 if by.whole_day else 0)


def _done_about(
    one: _Unit, calendar: WorkCalendar, directory: Directory, words: dict[str, str], language: str
) -> Iterable[str]:
    """What was done about an overdue duty in its present cycle."""
    now = one.now

    def on(moment: datetime) -> str:
        return short_date(calendar.day_of(moment), language)

    steps = sorted((step for taken in now.taken.values() for step in taken), key=lambda step: step.happened_at)
    reminders = {(step.step.rung, step.step.ordinal): step for step in steps if isinstance(step, Reminded)}
    if reminders:
        last = max(step.happened_at for step in reminders.values())
        word = "reminded" if now.owner_told_at else "unsure"
        yield words[word].format(n=len(reminders), on=on(last))
    bodies = {step.to: step.happened_at for step in steps if isinstance(step, Escalated)}
    for to, moment in bodies.items():
        verb = "down" if to == HEAD_OF_OWNER else "up"  # a unit's head is told, others are reported to
        yield words[verb].format(body=_body(to, directory, words, language), on=on(moment))
    if now.extension_asked:
        yield words["asked"].format(on=on(now.extension_asked.happened_at))
    if now.submitted:
        yield words["came"].format(on=on(now.submitted.happened_at))


def _decides(one: _Unit, directory: Directory, words: dict[str, str], language: str) -> str:
    """Whose move it is: the reviewer's, that of those it was put before, else the focal department's."""
    terms, now = one.obligation.terms, one.now
    if now.submitted and terms.review:
        return directory.name(terms.review.by, language)
    if now.escalated_to not in (None, FOCAL_POINT):
        return _body(now.escalated_to, directory, words, language)
    return directory.name(terms.focal_point, language)


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
    row = {
        words["unit"]: directory.name(now.owner, language),
        words["standing"]: words[one.word],
        words["due"]: short_date(now.answer_by.day(calendar), language) + extended,
        words["submitted on"]: short_date(calendar.day_of(receipt), language) if receipt else "",
    }
    late = one.word == "overdue"
    done = ", ".join(_done_about(one, calendar, directory, words, language)) if late else ""
    decides = _decides(one, directory, words, language) if late else ""
    return row | {words["done about it"]: done, words["who decides"]: decides}


def _body(to: str | None, directory: Directory, words: dict[str, str], language: str) -> str:
    if to is None:
        return ""
    return words[to] if to in (HEAD_OF_OWNER, FOCAL_POINT) else directory.name(to, language)


def _few(names: Sequence[str], words: dict[str, str], at_most: int) -> str:
    shown = ", ".join(names[:at_most])
    return f"{shown}, {words['more'].format(n=len(names) - at_most)}" if len(names) > at_most else shown


def _shortened(title: str) -> str:
    """The title, its middle left out where it is too long: the end tells one period from the other."""
    if len(title) <= LONGEST_NAME:
        return title
    head, dash, period = title.rpartition(" – ")
    kept = f"{dash}{period}"
    room = LONGEST_NAME - len(kept) - 1
    return f"{head[:room].rsplit(' ', 1)[0]}…{kept}"

"""What leadership is told after a round in which something happened: a page of words, and a table for each plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, cell, situation
from dondoc.core.statistics import Counts, by_owner, count, tally_by
from dondoc.desk.follow_up import Tally
from dondoc.desk.workplace import Workplace
from dondoc.store.matters import matters
from dondoc.store.plans import Applied, applied, applied_plans

MOST_OVERDUE = 30
"""Overdue duties that are listed one by one."""

_VI = {
    "round": "# Vòng đôn đốc {at}", "did": "Việc trong vòng", "overdue": "## Đang quá hạn ({n})", "none": "Không có.",
    "line": "- **{unit}**: {title}, hạn {due}{came}{up}", "came": ", đã nộp muộn, chờ duyệt",
    "up": ", đã báo cáo {body}", "down": ", đã thông báo {body}", "more": "- … và {n} việc khác",
    "plan": "**{title}**: {done}/{total} việc hoàn thành, {overdue} việc quá hạn.", "unit": "Đơn vị",
    "collected": "Báo cáo đã nhận", "decided": "Bước đã quyết định", "enqueued": "Thư đã soạn", "sent": "Thư đã gửi",
    "uncertain": "Thư chưa rõ đã tới", "failed": "Thư bị từ chối", "voided": "Thư bỏ vì không còn đúng",
    "done_on_time": "Hoàn thành đúng hạn", "done_late": "Hoàn thành muộn", "open_in_time": "Chưa xong, trong hạn",
    "open_overdue": "Chưa xong, quá hạn", "total": "Tổng số", "all": "Toàn kế hoạch",
    HEAD_OF_OWNER: "lãnh đạo đơn vị", FOCAL_POINT: "đơn vị đầu mối",
}  # fmt: skip
_EN = {
    "round": "# Follow-up round {at}", "did": "In this round", "overdue": "## Overdue ({n})", "none": "Nothing.",
    "line": "- **{unit}**: {title}, due {due}{came}{up}", "came": ", handed in late, under review",
    "up": ", put before {body}", "down": ", told {body}", "more": "- … and {n} more",
    "plan": "**{title}**: {done}/{total} done, {overdue} overdue.", "unit": "Unit",
    "collected": "Reports received", "decided": "Steps decided", "enqueued": "Letters written", "sent": "Letters sent",
    "uncertain": "Letters in doubt", "failed": "Letters refused", "voided": "Letters dropped as no longer true",
    "done_on_time": "Done on time", "done_late": "Done late", "open_in_time": "Not done, in time",
    "open_overdue": "Not done, overdue", "total": "Total", "all": "The whole plan",
    HEAD_OF_OWNER: "the unit's head", FOCAL_POINT: "the focal department",
}  # fmt: skip
_CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue", "total")


@dataclass(frozen=True, slots=True)
class PlanTable:
    """The four cells of a plan unit by unit, a column for each, and the part that is done (0 to 100)."""

    plan: str
    title: str
    summary: str
    rows: tuple[dict[str, str | int], ...]
    done: float


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is published after a round: Markdown in the organisation's language, and the tables."""

    text: str
    tables: tuple[PlanTable, ...]


def bulletin(place: Workplace, at: datetime, tally: Tally, collected: int, plan: str | None = None) -> Bulletin | None:
    """The bulletin of the round held at `at` (aware), about all plans or one; None while no plan is in force."""
    with place.database.reading() as connection:
        in_force = applied_plans(connection) if plan is None else (applied(connection, plan),)
        if not in_force:
            return None
        about = [_About(one, [(o, situation(o, h)) for o, h in matters(connection, one.plan.plan)]) for one in in_force]
    first = about[0]
    words = first.words
    text = [
        words["round"].format(at=_moment(at, first.calendar)),
        f"| {words['did']} | |\n|---|---:|\n"
        + "\n".join(f"| {words[name]} | {n} |" for name, n in {"collected": collected, **asdict(tally)}.items() if n),
    ]
    tables = tuple(_table(one, at) for one in about)
    text += [table.summary for table in tables]
    text += _overdue(about, at)
    return Bulletin("\n\n".join(text), tables)


class _About:
    """A plan in force and how its obligations stand."""

    def __init__(self, one: Applied, judged: Sequence[tuple[Obligation, Situation]]) -> None:
        self.plan, self.calendar, self.judged = one.plan, one.calendar, judged
        self.language = one.organisation.language
        self.words = _EN if self.language == "en" else _VI
        self.directory = Directory(one.organisation)

    @property
    def title(self) -> str:
        return self.plan.title.within(self.language)


def _table(about: _About, at: datetime) -> PlanTable:
    whole = count(about.judged, at).in_force
    names = about.directory.name
    rows = [
        (names(owner, about.language), tally.in_force)
        for owner, tally in tally_by(about.judged, at, by_owner).items()
        if tally.in_force.total
    ]
    done = whole.done_on_time + whole.done_late
    return PlanTable(
        about.plan.plan,
        about.title,
        about.words["plan"].format(title=about.title, done=done, total=whole.total, overdue=whole.open_overdue),
        tuple(_row(name, counts, about.words) for name, counts in [*rows, (about.words["all"], whole)]),
        100 * done / whole.total if whole.total else 0.0,
    )


def _row(name: str, counts: Counts, words: dict[str, str]) -> dict[str, str | int]:
    return {words["unit"]: name} | {words[cell]: getattr(counts, cell) for cell in _CELLS}


def _overdue(about: Sequence[_About], at: datetime) -> list[str]:
    lines = [
        (now.answer_by.at, _line(one, obligation, now))
        for one in about
        for obligation, now in one.judged
        if cell(obligation, now, at) == "open_overdue"
    ]
    words = about[0].words
    shown = [line for _, line in sorted(lines)[:MOST_OVERDUE]]
    if len(lines) > MOST_OVERDUE:
        shown.append(words["more"].format(n=len(lines) - MOST_OVERDUE))
    return [words["overdue"].format(n=len(lines)), "\n".join(shown) or words["none"]]


def _line(about: _About, obligation: Obligation, now: Situation) -> str:
    words, names = about.words, about.directory.name
    to = now.escalated_to
    day = now.answer_by.day(about.calendar)
    return words["line"].format(
        unit=names(now.owner, about.language),
        title=obligation.title(about.language),
        due=f"{day.day}/{day.month}/{day.year}",
        came=words["came"] if now.submitted else "",
        up=words[_verb(to)].format(body=words.get(to) or names(to, about.language)) if to else "",
    )


def _verb(to: str) -> str:
    """A unit's head is told, whoever stands above is reported to."""
    return "down" if to == HEAD_OF_OWNER else "up"


def _moment(at: datetime, calendar: WorkCalendar) -> str:
    local = at.astimezone(calendar.zone)
    return f"{local.day}/{local.month}/{local.year} {local:%H:%M}"

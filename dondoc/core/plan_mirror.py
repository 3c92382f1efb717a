"""How a whole plan stands, summed from its tasks and periods: the run in Prefect that leadership opens first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dondoc.core.mirror import STATE_WORDS, Figures, Late, MirrorState, Picture
from dondoc.core.statistics import Counts
from dondoc.core.text import short_date

LISTED = 30
"""Overdue duties that a plan's page lists one by one."""

NAMED = 3
"""Of these, how many the name of its run tells."""

_VI = {
    "name": "Toàn kế hoạch · {done}/{total} việc hoàn thành, không việc nào quá hạn",
    "late name": "Toàn kế hoạch · {overdue} việc quá hạn, {done}/{total} hoàn thành · {first}{more}",
    "line": "{owner}: {title}, quá hạn từ {since} ({last}; {decides} quyết định)", "more": " · và {n} việc khác",
    "first": "**{overdue} việc quá hạn**, {escalated} đã báo cáo lên trên, {under_review} đã nộp muộn, chờ duyệt. "
    "{done}/{total} việc hoàn thành.",
    "list": "## Đang quá hạn ({overdue})", "none": "Không có việc nào quá hạn.", "cells": "## Bốn nhóm việc",
    "item": "{n}. **{owner}** – [{title}]({page}): quá hạn từ **{since}**. Đã xử lý: {did}. "
    "Chờ quyết định: **{decides}**.",
    "beside": "Ngoài tổng số: {waived} được miễn, {cancelled} bỏ khỏi kế hoạch, {before_adoption} trước khi áp dụng.",
    "page": "[Trang theo dõi kế hoạch]({page})", "as of": "Tính đến {at}.", "unit": "Đơn vị", "all": "Toàn kế hoạch",
    "done_on_time": "Hoàn thành đúng hạn", "done_late": "Hoàn thành quá hạn", "open_in_time": "Chưa xong, trong hạn",
    "open_overdue": "Chưa xong, quá hạn", "total": "Tổng số", "overdue": "Quá hạn", "did": "Hoàn thành",
    "Upcoming": "Chưa đến kỳ", "Collecting": "Đang thực hiện", "Overdue": "Có việc quá hạn",
    "Escalated": "Có việc quá hạn, đã báo cáo", "Collected": "Đã nhận đủ", "Closed": "Hoàn thành",
}  # fmt: skip
_EN = {
    "name": "The whole plan · {done}/{total} done, nothing overdue",
    "late name": "The whole plan · {overdue} overdue, {done}/{total} done · {first}{more}",
    "line": "{owner}: {title}, overdue since {since} ({last}; {decides} to decide)", "more": " · and {n} more",
    "first": "**{overdue} overdue**, {escalated} put before those above, {under_review} handed in late and under "
    "review. {done}/{total} done.",
    "list": "## Overdue ({overdue})", "none": "Nothing is overdue.", "cells": "## The four cells",
    "item": "{n}. **{owner}** – [{title}]({page}): overdue since **{since}**. Done about it: {did}. "
    "To decide: **{decides}**.",
    "beside": "Beside the total: {waived} waived, {cancelled} dropped, {before_adoption} before adoption.",
    "page": "[The plan's page]({page})", "as of": "As of {at}.", "unit": "Unit", "all": "The whole plan",
    "done_on_time": "Done on time", "done_late": "Done late", "open_in_time": "Not done, in time",
    "open_overdue": "Not done, overdue", "total": "Total", "overdue": "Overdue", "did": "Done",
    "Upcoming": "Upcoming", "Collecting": "In progress", "Overdue": "Something overdue",
    "Escalated": "Something overdue, put before", "Collected": "All received", "Closed": "Closed",
}  # fmt: skip
_CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue", "total")


def overdue_names() -> tuple[str, ...]:
    """What the states of runs about which something is overdue are called, in either language."""
    states: tuple[MirrorState, ...] = ("Overdue", "Escalated")
    return tuple(words[state] for words in (*STATE_WORDS, _VI, _EN) for state in states)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan's picture needs beside figures: the language, owners' names, and the addresses of our pages."""

    language: str
    name: Callable[[str], str]
    page: str
    page_of: Callable[[str, str], str]


def plan_picture(plan: str, parts: Sequence[Figures], at: datetime, moment: str, about: Surroundings) -> Picture:
    """The picture of a plan at `at` (aware), which is written `moment`, of the figures of its tasks and periods."""
    words = _EN if about.language == "en" else _VI
    by_owner = {owner: counts for owner, counts in _summed(parts).items() if counts.total}
    whole = sum((counts for part in parts for counts in map(_counts, part.cells.values())), Counts())
    late = sorted((one for part in parts for one in part.late), key=lambda one: one.order)[:LISTED]
    done = whole.done_on_time + whole.done_late
    told: dict[str, int] = {
        **whole.as_data(),
        "done": done,
        "overdue": sum(part.overdue for part in parts),
        "escalated": sum(part.escalated for part in parts),
        "under_review": sum(part.under_review for part in parts),
    }
    state = _state(whole, escalated=bool(told["escalated"]))
    name = _name(words, told, late, about.language)
    return Picture(
        plan=plan,
        task="",
        period="",
        name=name,
        state=state,
        state_name=words[state],
        message=name,
        parameters={words["did"]: f"{done}/{whole.total}", words["overdue"]: told["overdue"]},
        rows=tuple(
            {words["unit"]: unit} | {words[cell]: getattr(counts, cell) for cell in _CELLS}
            for unit, counts in [*((about.name(owner), n) for owner, n in by_owner.items()), (words["all"], whole)]
        ),
        due=datetime.min.replace(tzinfo=at.tzinfo),  # made last, so that Prefect's list begins with it
        changes_at=None,
        figures=Figures({}, tuple(late), told["overdue"], told["escalated"], 0),
        page="\n\n".join(_page(words, told, late, moment, about)),
        progress=round(100 * done / whole.total, 1) if whole.total else 0.0,
    )


def _summed(parts: Iterable[Figures]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for part in parts:
        for owner, cells in part.cells.items():
            found[owner] = found.get(owner, Counts()) + _counts(cells)
    return found


def _counts(cells: dict[str, int]) -> Counts:
    return Counts(**cells)


def _state(whole: Counts, *, escalated: bool) -> MirrorState:
    if whole.open_overdue:
        return "Escalated" if escalated else "Overdue"
    return "Collecting" if whole.open_in_time or not whole.total else "Closed"


def _name(words: dict[str, str], told: dict[str, int], late: Sequence[Late], language: str) -> str:
    if not late:
        return words["name"].format(**told)
    first = " · ".join(words["line"].format(**_of(one, language)) for one in late[:NAMED])
    rest = told["overdue"] - min(len(late), NAMED)
    return words["late name"].format(**told, first=first, more=words["more"].format(n=rest) if rest else "")


def _page(
    words: dict[str, str], told: dict[str, int], late: Sequence[Late], moment: str, about: Surroundings
) -> Iterable[str]:
    yield words["first"].format(**told)
    yield words["list"].format(**told)
    items = [
        words["item"].format(n=n, page=about.page_of(one.task, one.period), **_of(one, about.language))
        for n, one in enumerate(late, 1)
    ]
    rest = told["overdue"] - len(late)
    yield "\n".join([*items, *([f"\n…{words['more'].format(n=rest)}"] if rest else [])]) or words["none"]
    yield words["cells"]
    yield "\n".join(["| | |\n|---|---:|", *(f"| {words[column]} | {told[column]} |" for column in _CELLS)])
    yield words["beside"].format(**told)
    yield f"{words['page'].format(page=about.page)} · {words['as of'].format(at=moment)}"


def _of(one: Late, language: str) -> dict[str, str]:
    return {
        "owner": one.owner,
        "title": one.title,
        "since": short_date(one.since, language),
        "did": one.done,
        "last": one.last,
        "decides": one.decides,
    }

"""Where a matter stands, in a few words for the page of a unit."""

from __future__ import annotations

from dondoc.core.standing import Standing
from dondoc.core.text import Text

_WORDS: dict[Standing, Text] = {
    "upcoming": Text(vi="Chưa đến kỳ", en="Not yet open"),
    "open": Text(vi="Đang thực hiện", en="To be done"),
    "due_soon": Text(vi="Sắp đến hạn", en="Due soon"),
    "due_today": Text(vi="Đến hạn hôm nay", en="Due today"),
    "overdue": Text(vi="Quá hạn", en="Overdue"),
    "submitted": Text(vi="Đã nộp, chờ duyệt", en="Handed in, under review"),
    "returned": Text(vi="Trả lại để bổ sung", en="Returned for completion"),
    "done_on_time": Text(vi="Hoàn thành đúng hạn", en="Done on time"),
    "done_late": Text(vi="Hoàn thành quá hạn", en="Done late"),
    "waived": Text(vi="Được miễn", en="Waived"),
    "cancelled": Text(vi="Không còn trong kế hoạch", en="Dropped from the plan"),
    "before_adoption": Text(vi="Trước khi áp dụng phần mềm", en="Before adoption"),
}

TO_DO: tuple[Standing, ...] = ("returned", "overdue", "due_today", "due_soon", "open")
"""Standings in which the unit has something to do."""


def standing_words(standing: Standing, language: str) -> str:
    """The words for a standing."""
    return _WORDS[standing].within(language)

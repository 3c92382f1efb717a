"""The characters of the year: what each unit does about a duty once its letters say that the day comes near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation

PERIODIC = frozenset({"bao-cao-6-thang", "bao-cao-nam"})
"""The two reports in which the districts show their characters; everything else they answer routinely."""

DEAD_ADDRESS = "chu-tich@tx-thuan-thanh.example"
"""A mailbox that does not exist any more: every letter to it is refused."""

Deed = Literal["submit", "ask for more time"]


@dataclass(frozen=True, slots=True)
class Habit:
    """When somebody who reads a letter about an open duty acts, and how.

    They are moved by the first letter that reaches them with at most `left` working days to go (0: on the day itself,
    -1: once it is overdue), or, with `before`, only once the matter stands before that committee. They act
    `days` working days after reading it, at the clock time `at`.
    """

    left: int
    days: int
    at: time
    deed: Deed = "submit"
    before: str | None = None


ROUTINE = Habit(left=5, days=1, at=time(7, 45))
"""In time and without a word: in the last week, first thing on the day after the letter came."""

DEPARTMENT = Habit(left=1, days=1, at=time(7, 45))
"""The departments of the province have their own reports ready in the morning of the day."""

AFTER_A_RETURN = Habit(left=9, days=2, at=time(14, 0))
WITH_MORE_TIME = Habit(left=1, days=0, at=time(15, 0))

CHARACTERS: dict[str, Habit] = {
    "tp-bac-ninh": Habit(left=5, days=3, at=time(9, 0)),  # early
    "tp-tu-son": Habit(left=0, days=0, at=time(14, 30)),  # on time
    "tx-que-vo": Habit(left=0, days=0, at=time(23, 30)),  # at the last hour
    "tx-thuan-thanh": Habit(left=-1, days=1, at=time(9, 30)),  # late, after being chased
    "h-gia-binh": Habit(left=5, days=3, at=time(10, 0)),  # returned, then accepted
    "h-luong-tai": Habit(left=5, days=1, at=time(9, 0), deed="ask for more time"),
    "h-tien-du": Habit(left=1, days=1, at=time(10, 0)),  # the officer is away, the deputy answers
    "h-yen-phong": Habit(left=-1, days=1, at=time(10, 0), before="ban-thuong-vu"),  # silent
}

RETURNED_ONCE = frozenset({"h-gia-binh"})
"""Whose first version the reviewer gives back."""

MORE_WORKING_DAYS = 5
"""How much more time is asked for."""

REVIEW = (1, time(10, 0))
"""Reviewers decide so many working days after they were asked, at that hour."""

WHY_RETURNED = "Số liệu mục I10 chưa khớp với phần thuyết minh; đề nghị rà soát, bổ sung."
WHY_MORE_TIME = "Một số cơ sở bị mất điện do giông lốc nên chưa tổng hợp đủ số liệu."
WHY_GRANTED = "Nguyên nhân khách quan; đề nghị đơn vị gửi đúng hạn mới."


def habit_of(obligation: Obligation, now: Situation) -> Habit:
    """How the owner goes about this duty as it stands."""
    if obligation.task not in PERIODIC:
        return ROUTINE if obligation.unit in CHARACTERS else DEPARTMENT
    if now.returned:
        return AFTER_A_RETURN
    if now.extended:
        return WITH_MORE_TIME
    return CHARACTERS.get(obligation.unit, ROUTINE)

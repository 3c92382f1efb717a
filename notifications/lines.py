"""The lines of lists in letters: whom to call, which duties a summary names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CallItem:
    """Somebody to call: a name, perhaps the unit and the number, the words, and the letter they stand for."""

    who: str
    unit: str
    phone: str
    short: str
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """A duty that a summary names; `body` is whom it was put before, `submitted` that it waits for its reviewer."""

    title: str
    owner: str
    due_date: str
    left: str
    link: str
    body: str
    in_time: bool
    submitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPlan:
    """How one plan stands; `cells` are done on time, done late, not done in time, not done overdue."""

    name: str
    cells: tuple[str, ...]
    total: str
    to_decide: tuple[SummaryLine, ...]
    late: tuple[SummaryLine, ...]
    more_late: str
    done: tuple[SummaryLine, ...]
    more_done: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A matter that stood in an earlier dossier and needs nothing more.

    `day` is when it ended so, `put_up` when it was first put before whoever reads this.
    """

    title: str
    owner: str
    how: Literal["done", "waived", "dropped"]
    day: str
    put_up: str
    link: str

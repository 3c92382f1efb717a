"""A small organisation with one plan, and the letters it writes, for tests of the store."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dondoc.core.history import Event, Fact, Reminded, Step
from dondoc.core.letter import Letter, Recipient, letter_id, natural_key
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.round import Matter
from dondoc.core.schedule import schedule
from dondoc.store.adoption import Adoption, apply_version
from dondoc.store.database import Database
from dondoc.store.delivery import Claimed, Outcome, claim, record_outcomes
from dondoc.store.ledger import record
from dondoc.store.matters import load
from dondoc.store.outbox import Posting

DISTRICTS = ("gia-binh", "luong-tai", "que-vo")
ISSUED = datetime(2023, 4, 13, 1, tzinfo=UTC)
MONDAY = datetime(2023, 6, 5, 1, tzinfo=UTC)
"""08:00 in Vietnam, two weeks before the deadline."""


def organisation(**changes: Any) -> Organisation:
    units = [
        {"id": one, "name": one, "level": "district", "people": [{"role": "head", "email": f"{one}@x.example"}]}
        for one in DISTRICTS
    ]
    department = {"id": "ban", "name": "Ban", "kind": "department", "people": [{"email": "ban@x.example"}]}
    written = {
        "organisation": "hoi",
        "name": "Hội",
        "calendar": {"holidays": "VN"},
        "units": [*units, department],
        "committees": [{"id": "thuong-truc", "name": "Thường trực"}],
    }
    return Organisation.model_validate(written | changes)


def plan(due: str = "2023-06-19", owner: Any = "each district", plan: str = "tre-em", **task: Any) -> Plan:
    report = {
        "id": "bao-cao",
        "title": {"vi": "Báo cáo 6 tháng", "en": "Six-month report"},
        "owner": owner,
        "due": due,
        "policy": {
            "remind": ["14 days before", "1 working day before"],
            "chase": "every 2 working days after",
            "escalate": [{"after": "3 working days", "to": "thuong-truc"}],
        },
        "submit": {"what": "files", "review": "ban"},
    }
    return Plan.model_validate(
        {
            "plan": plan,
            "title": "Kế hoạch",
            "issued": "2023-04-13",
            "period": "2023-04-13/2023-12-31",
            "focal_point": "ban",
            "sections": [{"id": "I", "title": "Báo cáo", "tasks": [report | task]}],
        }
    )


def obligation(unit: str = "gia-binh", plan: str = "tre-em") -> str:
    return f"{plan}/bao-cao/{unit}/once"


def in_a_child(work: Callable[[], object]) -> int:
    """Start `work` in a process of its own, which must open its own database; returns the process's number."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return pid


def end_of(pid: int) -> int:
    """How the process ended: 0, an exit status, or the negative number of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_here() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Office:
    """A ledger and what is done with it, each in a transaction of its own."""

    database: Database

    def apply(
        self, plan_: Plan | None = None, *, now: datetime = ISSUED, chase_past: bool = False, **organisation_: Any
    ) -> Adoption:
        wanted, body = plan_ or plan(), organisation(**organisation_)
        with self.database.writing() as connection:
            return apply_version(
                connection, wanted, body, "text", schedule(wanted, body),
                now=now, by="admin", chase_past=chase_past,
            )  # fmt: skip

    def happens(self, kind: type[Event], unit: str = "gia-binh", at: datetime = MONDAY, **data: Any) -> Event:
        event = kind(**{"obligation": obligation(unit), "happened_at": at, "recorded_at": at, "by": "admin", **data})
        (recorded,) = self.records(event)
        assert isinstance(recorded, Event)
        return recorded

    def records(self, *facts: Fact) -> tuple[Fact, ...]:
        with self.database.writing() as connection:
            return record(connection, facts)

    def matter(self, unit: str = "gia-binh", plan: str = "tre-em") -> Matter:
        with self.database.reading() as connection:
            return load(connection, [obligation(unit, plan)])[0]

    def story(self, unit: str = "gia-binh") -> list[str]:
        return [type(fact).__name__ for fact in self.matter(unit)[1]]

    def claims(self, token: str = "worker", *, now: datetime = MONDAY, limit: int = 100) -> Claimed:
        with self.database.writing() as connection:
            return claim(connection, now=now, token=token, limit=limit, lease=timedelta(minutes=15))

    def tells(self, *outcomes: Outcome, token: str = "worker", now: datetime = MONDAY) -> tuple[str, ...]:
        with self.database.writing() as connection:
            return record_outcomes(connection, outcomes, token=token, now=now).lost


def reminder(
    *units: str,
    to: str = "someone@x.example",
    rung: str = "remind/14 days before",
    at: datetime = MONDAY,
    generation: int = 0,
    **changes: Any,
) -> Posting:
    """A digest that reminds of these districts' reports, with its events."""
    key = natural_key(to, "duties", changes.get("day", date(2023, 6, 5)))
    letter = Letter(
        **{
            "id": letter_id(key, generation),
            "natural_key": key,
            "recipient": Recipient(to, "Chị Hà", "ban", "officer", to, None, "mail", "vi"),
            "kind": "duties",
            "day": date(2023, 6, 5),
            "subject": "[Nhắc việc] Báo cáo 6 tháng",
            "text": "Kính gửi chị,",
            "html": "<p>Kính gửi chị,</p>",
            "short": "Nhắc",
            "created_at": at,
            "not_before": at,
            "valid_until": at + timedelta(hours=9),
            "urgent": False,
            "plans": ("tre-em",),
            "about": tuple(obligation(one) for one in units),
            "steps": tuple((obligation(one), Step(0, rung, 0, to)) for one in units),
            "thread": f"{to}/tre-em",
            **changes,
        }
    )
    events = tuple(
        Reminded(obligation=one, happened_at=at, recorded_at=at, by="dondoc", step=step, letter=letter.id)
        for one, step in letter.steps
    )
    return Posting(letter, events)

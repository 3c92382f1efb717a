"""Telling the story of one obligation in tests: days in, letters out, without database or mail server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from dondoc.calendar.deadline import Deadline, day_deadline
from dondoc.calendar.grammar import parse_every, parse_offset
from dondoc.calendar.workdays import WorkCalendar, work_calendar
from dondoc.core.decide import (
    Action,
    AskReview,
    Copy,
    Escalate,
    Forewarn,
    Remind,
    Resolve,
    decide,
    next_action,
)
from dondoc.core.history import (
    Copied,
    Escalated,
    Event,
    Fact,
    Forewarned,
    LetterEvent,
    Reminded,
    Resolved,
    ReviewAsked,
    Sent,
    Step,
    StepTaken,
    Submitted,
)
from dondoc.core.obligation import EscalationRung, Obligation, ResolvedPolicy, ReviewTerms, Terms
from dondoc.core.text import Text

VIETNAM = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN", days_off=(), made_up_days=())

USUAL = ResolvedPolicy(
    remind=tuple(
        parse_offset(text) for text in ("14 days before", "7 days before", "1 working day before", "on the day")
    ),
    chase=parse_every("every 2 working days after"),
    escalate=(
        EscalationRung("escalate/head of owner", parse_offset("1 working day"), "head of owner", committee=False),
        EscalationRung("escalate/focal point", parse_offset("3 working days"), "focal point", committee=False),
        EscalationRung("escalate/thuong-truc", parse_offset("5 working days"), "thuong-truc", committee=True),
        EscalationRung(
            "escalate/ban-thuong-vu",
            parse_offset("10 working days"),
            "ban-thuong-vu",
            committee=True,
            again=parse_every("every 10 working days"),
        ),
    ),
)

EVENTS: dict[type[Action], type[StepTaken]] = {
    Remind: Reminded,
    Escalate: Escalated,
    Copy: Copied,
    Forewarn: Forewarned,
    AskReview: ReviewAsked,
    Resolve: Resolved,
}


def local(text: str) -> datetime:
    """`2023-06-05 08:00` in Vietnam, as an aware UTC instant."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def by(day: str) -> Deadline:
    return day_deadline(date.fromisoformat(day), VIETNAM)


def report(
    due: str = "2023-06-19",
    opens: str = "2023-04-13 00:00",
    policy: ResolvedPolicy = USUAL,
    review: str | None = "3 working days",
    urgent: bool = False,
) -> Obligation:
    """The six-month report of one district."""
    terms = Terms(
        plan="tre-em-2023",
        task="bao-cao-6-thang",
        section="V.2",
        title=Text(vi="Báo cáo 6 tháng"),
        policy=policy,
        focal_point="ban-gdxh",
        review=ReviewTerms("ban-gdxh", parse_offset(review)) if review else None,
        urgent=urgent,
    )
    return Obligation(
        id="tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1",
        terms=terms,
        unit="h-gia-binh",
        period="2023-H1",
        period_title=Text(vi="6 tháng đầu năm 2023"),
        opens=local(opens),
        due=by(due),
    )


@dataclass
class Story:
    """An obligation whose letters always arrive at once, unless told otherwise."""

    obligation: Obligation
    calendar: WorkCalendar = field(default=VIETNAM, repr=False)
    history: list[Fact] = field(default_factory=list)
    mail_works: bool = True
    letters: list[tuple[str, str]] = field(default_factory=list)

    def happens(self, kind: type[Event], when: str, *, recorded: str | None = None, **data: object) -> int:
        """Record an event; returns its number."""
        number = len(self.history) + 1
        self.history.append(
            kind(
                obligation=self.obligation.id,
                happened_at=local(when),
                recorded_at=local(recorded or when),
                by="test",
                id=number,
                **data,  # type: ignore[arg-type]
            )
        )
        return number

    def submits(self, when: str, *, recorded: str | None = None) -> int:
        versions = sum(isinstance(fact, Submitted) for fact in self.history)
        return self.happens(Submitted, when, recorded=recorded, version=versions + 1, channel="form")

    def of_letter(self, kind: type[LetterEvent], letter: str, when: str) -> None:
        self.history.append(
            kind(letter=letter, happened_at=local(when), recorded_at=local(when), id=len(self.history) + 1)
        )

    def round(self, now: datetime) -> list[tuple[str, str]]:
        """Hold one round at `now`: what left, as (local time, rung#ordinal)."""
        found = []
        for action in decide(self.obligation, tuple(self.history), now, self.calendar):
            assert action.at <= now
            for recipient in action.only or {f"{action.to}@x.example"}:
                self._take(action, recipient, now)
            found.append((_told(now), _rung(action)))
        self.letters += found
        return found

    def runs(self, since: str, until: str) -> list[tuple[str, str]]:
        """Hold a round whenever one is due between the two instants; returns what left in them."""
        now, end = local(since), local(until)
        found: list[tuple[str, str]] = []
        while True:
            at = next_action(self.obligation, tuple(self.history), self.calendar)
            if at is None or max(at, now) > end:
                return found
            now = max(at, now)
            left = self.round(now)
            assert left, f"next_action says {at}, decide has nothing to do"
            found += left

    def _take(self, action: Action, recipient: str, now: datetime) -> None:
        letter = f"letter-{len(self.history)}"
        step = Step(action.cycle, action.rung, action.ordinal, recipient)
        number = len(self.history) + 1
        common = {
            "obligation": self.obligation.id, "happened_at": now, "recorded_at": now,
            "by": "dondoc", "id": number, "step": step, "letter": letter,
        }  # fmt: skip
        if isinstance(action, Escalate):
            self.history.append(Escalated(to=action.to, **common))  # type: ignore[arg-type]
        else:
            self.history.append(EVENTS[type(action)](**common))  # type: ignore[arg-type]
        if self.mail_works:
            self.history.append(Sent(letter=letter, happened_at=now, recorded_at=now, id=number + 1))


def _told(now: datetime) -> str:
    return VIETNAM.local(now).strftime("%d/%m %H:%M")


def _rung(action: Action) -> str:
    return f"{action.rung}#{action.ordinal}" if action.ordinal else action.rung

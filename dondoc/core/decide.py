"""What is to be done about an obligation now, and when something is to be done next.

`decide` and `next_action` read the same agenda, so a matter comes up in exactly the rounds in which it has to.
The rules are those of docs/deciding.md; each has its test in tests/core/test_decide.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from dondoc.calendar.deadline import Deadline, shift_day
from dondoc.calendar.grammar import Every, Offset, Span
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.history import Escalated, History, Step, StepTaken
from dondoc.core.obligation import EscalationRung, Obligation
from dondoc.core.standing import Situation, situation

OWNER = "owner"
HEAD_OF_OWNER = "head of owner"
FOCAL_POINT = "focal point"
HEAD_OF_FOCAL_POINT = "head of focal point"

TOLD_BEFORE_COMMITTEE = 2
"""Working days between a reminder that certainly left for the owner and anything that reaches a committee."""

ANSWER_WITHIN = 3
"""Working days to answer a returned report, where no day is given."""

REVIEW_CHASE = Span(2, "working days")
"""How often a reviewer is reminded whose time is over."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do for one obligation: a step of a rung, towards a role.

    `at` is the aware UTC instant from which it is due; `only` names the recipients still to be reached, where the
    others were (empty: everybody in the role).
    """

    obligation: Obligation
    situation: Situation
    cycle: int
    rung: str
    ordinal: int
    to: str
    at: datetime
    only: frozenset[str] = frozenset()


A = TypeVar("A", bound=Action)


@dataclass(frozen=True, slots=True)
class Remind(Action):
    """Remind the owner before the deadline, or chase after it."""


@dataclass(frozen=True, slots=True)
class Escalate(Action):
    """Put the matter before somebody above the owner."""


@dataclass(frozen=True, slots=True)
class Copy(Action):
    """Give the owner a copy of what goes to a committee."""


@dataclass(frozen=True, slots=True)
class Forewarn(Action):
    """Tell the focal point's head what goes to a committee on the next working day."""


@dataclass(frozen=True, slots=True)
class AskReview(Action):
    """Ask the reviewer to decide on a submission or an extension."""


@dataclass(frozen=True, slots=True)
class Deem(Action):
    """Take a submission as decided on, since the reviewer's time is over; `to` is what silence means."""


def decide(obligation: Obligation, history: History, now: datetime, calendar: WorkCalendar) -> tuple[Action, ...]:
    """The actions due at `now` (aware UTC), none of them taken before.

    After downtime the reminders that were missed collapse to the newest; of the ladder only the lowest rung not
    reached is returned. Same inputs, same answer.
    """
    return actions_due(obligation, situation(obligation, history), now, calendar)


def next_action(obligation: Obligation, history: History, calendar: WorkCalendar) -> datetime | None:
    """The earliest instant (aware UTC) at which `decide` returns something, unless the history grows before."""
    return next_due(obligation, situation(obligation, history), calendar)


def actions_due(
    obligation: Obligation, standing: Situation, now: datetime, calendar: WorkCalendar
) -> tuple[Action, ...]:
    """`decide` for whoever knows where the matter stands."""
    newest: dict[tuple[type[Action], bool], Action] = {}
    others: list[Action] = []
    for action in _agenda(obligation, standing, calendar, now):
        if action.at > now:
            continue
        if isinstance(action, Remind | AskReview) and not action.only:
            matter = (type(action), action.rung.startswith("extension/"))
            if matter not in newest or action.at >= newest[matter].at:
                newest[matter] = action
        else:
            others.append(action)
    if any(isinstance(action, Copy) for action in others):  # it tells the owner more than a chase would
        newest = {matter: action for matter, action in newest.items() if not isinstance(action, Remind)}
    return (*newest.values(), *others)


def next_due(obligation: Obligation, standing: Situation, calendar: WorkCalendar) -> datetime | None:
    """`next_action` for whoever knows where the matter stands."""
    return min((action.at for action in _agenda(obligation, standing, calendar, None)), default=None)


def still_owed(obligation: Obligation, history: History, step: Step) -> bool:
    """Whether a letter that carries `step` still says the truth about this obligation."""
    now = situation(obligation, history)
    reviewed = obligation.terms.review is not None
    if now.closed(reviewed) or step.cycle != now.cycle:
        return False
    if step.rung.startswith("extension/"):
        return now.extension_asked is not None
    return (now.submitted is not None) == step.rung.startswith("review/")


def _agenda(obligation: Obligation, now: Situation, calendar: WorkCalendar, until: datetime | None) -> Iterator[Action]:
    """Every step not yet taken, with its time; `until` lets repeated rungs skip to the newest one due."""
    if now.before_adoption or now.closed(obligation.terms.review is not None):
        return
    plan = _Agenda(obligation, now, calendar, until)
    if now.extension_asked:
        yield from plan.ask_about_extension()
    if now.submitted:
        yield from plan.ask_for_review()
    else:
        yield from plan.remind()
        yield from plan.escalate()
    yield from plan.reach_the_rest()


@dataclass(frozen=True, slots=True)
class _Agenda:
    obligation: Obligation
    now: Situation
    calendar: WorkCalendar
    until: datetime | None

    # -- the owner

    def remind(self) -> Iterator[Remind]:
        policy = self.obligation.terms.policy
        due = self.now.answer_by
        times = [(reminder_rung(offset), self._before(offset, due)) for offset in policy.remind]
        last = max((at for rung, at in times if at and self._done(rung)), default=None)
        if not self._done("chase"):
            for rung, at in times:
                if at and not self._done(rung) and (last is None or at > last):
                    yield Remind(self.obligation, self.now, self.now.cycle, rung, 0, OWNER, at)
        if policy.chase and not self._before_a_committee():
            yield from self._repeated(Remind, "chase", policy.chase, due.day(self.calendar), OWNER)

    def _before_a_committee(self) -> bool:
        """Then chasing folds into the cadence of the escalation, which waits until the owner was told."""
        rungs = self.obligation.terms.policy.escalate
        return self.now.owner_told_at is not None and any(
            rung.committee and rung.to == self.now.escalated_to for rung in rungs
        )

    # -- the ladder

    def escalate(self) -> Iterator[Action]:
        """The lowest rung not reached; when all are, the highest one's repetition."""
        due = self.now.answer_by.day(self.calendar)
        reached: tuple[date, date] | None = None  # nominal day, day it was reached
        at_once: date | None = None
        last: EscalationRung | None = None
        for rung in self.obligation.terms.policy.escalate:
            nominal = self._later(due, rung.after)
            steps = self.now.taken.get(rung.name, ())
            skips = self.now.skipped.get(rung.name, ())
            if steps:
                reached, at_once, last = (nominal, self._day(steps[0].happened_at)), None, rung
                yield from self._copies(rung, steps)
            elif skips:
                at_once = self._day(skips[0].happened_at) if skips[0].empty else None
            else:
                start = nominal
                if at_once:
                    start = at_once
                elif reached:
                    gap = max(1, self.calendar.working_days_between(reached[0], nominal))
                    start = max(nominal, self.calendar.add(reached[1], gap))
                yield from self._occurrence(rung, 0, start)
                return
        if last and last.again:
            ordinal = self._last_ordinal(last.name) + 1
            facts = (*self.now.taken[last.name], *self.now.skipped.get(last.name, ()))
            day = max(self._day(fact.happened_at) for fact in facts)
            yield from self._occurrence(last, ordinal, _shifted(day, last.again, 1, self.calendar))

    def _occurrence(self, rung: EscalationRung, ordinal: int, start: date) -> Iterator[Action]:
        if not rung.committee:
            due = self.now.answer_by.day(self.calendar)
            in_its_time = ordinal == 0 and rung.after.span is not None and start == self._later(due, rung.after)
            at = self._time(due, rung.after.span, 1) if in_its_time and rung.after.span else self._slot(start)
            yield self._action(Escalate, rung.name, ordinal, rung.to, at)
            return
        if self.now.owner_told_at is None:
            return
        start = max(start, self.calendar.add(self._day(self.now.owner_told_at), TOLD_BEFORE_COMMITTEE))
        forewarning = f"forewarn/{rung.to}"
        warned = [s for s in self.now.taken.get(forewarning, ()) if s.step.ordinal == ordinal]
        unheard = any(s.ordinal == ordinal for s in self.now.skipped.get(forewarning, ()))
        if warned:
            start = max(start, self.calendar.add(self._day(warned[0].happened_at), 1))
        if not warned and not unheard:
            at = self._slot(self.calendar.add(start, -1))
            yield self._action(Forewarn, forewarning, ordinal, HEAD_OF_FOCAL_POINT, at)
        elif not self.now.held:
            yield self._action(Escalate, rung.name, ordinal, rung.to, self._slot(start))
            yield self._action(Copy, f"copy/{rung.to}", ordinal, OWNER, self._slot(start))

    # a dossier was enqueued and its copy could not be yet: it is made up for

    def _copies(self, rung: EscalationRung, steps: tuple[StepTaken, ...]) -> Iterator[Copy]:
        if rung.committee:
            name = f"copy/{rung.to}"
            known = {s.step.ordinal for s in self.now.taken.get(name, ())}
            known |= {s.ordinal for s in self.now.skipped.get(name, ())}
            for step in steps:
                if isinstance(step, Escalated) and step.step.ordinal not in known:
                    known.add(step.step.ordinal)
                    yield self._action(Copy, name, step.step.ordinal, OWNER, step.happened_at)

    # -- whoever decides

    def ask_for_review(self) -> Iterator[AskReview | Deem]:
        terms, submitted = self.obligation.terms.review, self.now.submitted
        if terms is None or submitted is None:
            return
        asked = self.calendar.next_letters_slot(submitted.recorded_at)
        day = self._later(self._day(submitted.recorded_at), terms.within)
        times = [("review/asked", asked), ("review/on the day", self._slot(day))]
        last = max((at for rung, at in times if self._done(rung)), default=None)
        if not self._done("review/chase"):
            for rung, at in times:
                if not self._done(rung) and (last is None or at > last):
                    yield self._action(AskReview, rung, 0, terms.by, at)
        if terms.deemed is not None:
            yield self._action(Deem, "review/deemed", 0, terms.deemed, self.calendar.day_ends(day))
            return
        yield from self._repeated(AskReview, "review/chase", REVIEW_CHASE, day, terms.by)

    def ask_about_extension(self) -> Iterator[AskReview]:
        asked = self.now.extension_asked
        if asked is None:
            return
        rung, to = f"extension/{asked.id}", self.obligation.terms.focal_point
        at = self.calendar.next_letters_slot(asked.recorded_at)
        if not self._done(rung):
            yield self._action(AskReview, rung, 0, to, at)
        yield from self._repeated(AskReview, rung, REVIEW_CHASE, self._day(at), to)

    # -- recipients whose letter did not leave while others' did

    def reach_the_rest(self) -> Iterator[Action]:
        for missed in self.now.unsent:
            step = missed.step
            kind, to = self._towards(step.rung)
            if step.ordinal == self._last_ordinal(step.rung):
                only = frozenset({step.recipient})
                yield self._action(kind, step.rung, step.ordinal, to, missed.recorded_at, only)

    def _towards(self, rung: str) -> tuple[type[Action], str]:
        family, _, body = rung.partition("/")
        match family:
            case "escalate":
                return Escalate, body
            case "copy":
                return Copy, OWNER
            case "forewarn":
                return Forewarn, HEAD_OF_FOCAL_POINT
            case "review" if self.obligation.terms.review:
                return AskReview, self.obligation.terms.review.by
            case "extension":
                return AskReview, self.obligation.terms.focal_point
            case _:
                return Remind, OWNER

    # -- time

    def _action(
        self,
        kind: type[A],
        rung: str,
        ordinal: int,
        to: str,
        at: datetime,
        only: frozenset[str] = frozenset(),
    ) -> A:
        return kind(self.obligation, self.now, self.now.cycle, rung, ordinal, to, at, only)

    def _done(self, rung: str) -> bool:
        return rung in self.now.taken or rung in self.now.skipped

    def _last_ordinal(self, rung: str) -> int:
        done = [taken.step.ordinal for taken in self.now.taken.get(rung, ())]
        return max(done + [skip.ordinal for skip in self.now.skipped.get(rung, ())], default=0)

    def _repeated(self, kind: type[A], rung: str, every: Every, start: date, to: str) -> Iterator[A]:
        """The next repetition of `rung`, counted in steps of `every` from `start`; of several due, the newest."""
        ordinal = 1 + self._last_ordinal(rung)
        at = self._time(start, every, ordinal)
        while self.until is not None:
            following = self._time(start, every, ordinal + 1)
            if following > self.until:
                break
            ordinal, at = ordinal + 1, following
        yield self._action(kind, rung, ordinal, to, at)

    def _before(self, offset: Offset, due: Deadline) -> datetime | None:
        one = self.obligation
        return _reminder_time(offset, due, one.opens, self.now.cycle_began, one.terms.urgent, self.calendar)

    def _later(self, day: date, offset: Offset) -> date:
        """The working day on or after the offset from `day`."""
        return self.calendar.on_or_after(_shifted(day, offset.span, 1, self.calendar) if offset.span else day)

    def _time(self, day: date, span: Span, times: int) -> datetime:
        """When a step so long after the deadline's `day` is due; hours of what is urgent run from the deadline."""
        if span.unit == "hours" and self.obligation.terms.urgent:
            return self.now.answer_by.at + timedelta(hours=span.n * times)
        return self._slot(_shifted(day, span, times, self.calendar))

    def _slot(self, day: date) -> datetime:
        return _slot_from(day, self.calendar)

    def _day(self, instant: datetime) -> date:
        return self.calendar.day_of(instant)


@lru_cache(maxsize=65536)
def _slot_from(day: date, calendar: WorkCalendar) -> datetime:
    """When letters leave on that day, or on the next working day; many matters of a round ask for the same."""
    return calendar.letters_slot(calendar.on_or_after(day))


@lru_cache(maxsize=65536)
def _reminder_time(
    offset: Offset, due: Deadline, opens: datetime, cycle_began: datetime | None, urgent: bool, calendar: WorkCalendar
) -> datetime | None:
    """When a reminder leaves: at the letters' hour of its day, or the working day before, not before opening.

    None where the time lay before the cycle began: whoever got a new deadline was told of it then. All who owe
    the same have the same times.
    """
    span = offset.span
    if span is not None and span.unit == "hours":
        at = due.at - timedelta(hours=span.n)
        day = calendar.day_of(at)
    else:
        day = due.day(calendar)
        if span is not None:
            day = shift_day(day, span, "before", calendar)
        at = calendar.letters_slot(calendar.on_or_before(day))
    if not urgent:
        at = calendar.letters_slot(calendar.on_or_before(day))
    if cycle_began is not None:
        return at if at >= cycle_began else None
    return at if at >= opens else calendar.next_letters_slot(opens)


@lru_cache(maxsize=4096)
def reminder_rung(offset: Offset) -> str:
    """The name of a reminder's rung, stable under edits of the others.

    >>> reminder_rung(Offset("before", Span(14, "days")))
    'remind/14 days before'
    """
    return f"remind/{offset.span.n} {offset.span.unit} before" if offset.span else "remind/on the day"


@lru_cache(maxsize=65536)
def _shifted(day: date, span: Span, times: int, calendar: WorkCalendar) -> date:
    """The day `times` spans after `day`; of hours only the whole days they fill count."""
    if span.unit == "hours":
        return day + timedelta(hours=span.n * times)
    return shift_day(day, span.times(times), "after", calendar)

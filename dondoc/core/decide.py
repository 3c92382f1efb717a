"""What is to be done about an obligation now, and when something is to be done next.

`decide` and `next_action` read the same agenda, so a matter comes up in exactly the rounds in which it has to.
The rules are those of docs/deciding.md; each has its test in tests/core/test_decide.py or test_decide_stops.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from dondoc.calendar.grammar import Every, Offset, Span
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.cadence import later_day, most_times, reminder_rung, reminder_time, shifted, slot_from
from dondoc.core.history import RESOLVED, Escalated, History, Step, StepTaken
from dondoc.core.obligation import EscalationRung, Obligation, Terms
from dondoc.core.standing import Alike, Situation, alike, situation

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
class Resolve(Action):
    """Tell a committee that a matter put before it is settled."""


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
    newest: dict[tuple[type[Action], bool], _Entry] = {}
    others: list[_Entry] = []
    for entry in _agenda(obligation, standing, calendar, now):
        if entry.at > now:
            continue
        if issubclass(entry.kind, Remind | AskReview) and not entry.only:
            matter = (entry.kind, entry.rung.startswith("extension/"))
            if matter not in newest or entry.at >= newest[matter].at:
                newest[matter] = entry
        else:
            others.append(entry)
    if any(entry.kind is Copy for entry in others):  # it tells the owner more than a chase would
        newest = {matter: entry for matter, entry in newest.items() if entry.kind is not Remind}
    return tuple(entry.action(obligation, standing) for entry in (*newest.values(), *others))


def next_due(obligation: Obligation, standing: Situation, calendar: WorkCalendar) -> datetime | None:
    """`next_action` for whoever knows where the matter stands."""
    return min((entry.at for entry in _agenda(obligation, standing, calendar, None)), default=None)


def awaits_telling(obligation: Obligation, standing: Situation) -> bool:
    """Whether the next action changes when it becomes certain that the owner was told.

    That is so where the lowest rung not reached is a committee's; or where all are, and one is; and chasing goes on
    until then where the matter stands before a committee.
    """
    if standing.owner_told_at is not None:
        return False
    ladder = obligation.terms.policy.escalate
    following = next((rung for rung in ladder if not _reached(rung.name, standing)), None)
    if following.committee if following else any(rung.committee for rung in ladder):
        return True
    return _stands_before_a_committee(obligation.terms, standing)


def _stands_before_a_committee(terms: Terms, now: Situation) -> bool:
    return any(rung.committee and rung.to == now.escalated_to for rung in terms.policy.escalate)


def still_owed(obligation: Obligation, history: History, step: Step) -> bool:
    """Whether a letter that carries `step` still says the truth about this obligation."""
    now = situation(obligation, history)
    over, tells_so = now.closed(obligation.terms.review is not None), step.rung.startswith(RESOLVED)
    if over or tells_so or step.cycle != now.cycle:
        return over and tells_so
    if step.rung.startswith("extension/"):
        return now.extension_asked is not None
    return (now.submitted is not None) == step.rung.startswith("review/")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A step not yet taken, as all matters that stand alike have it."""

    kind: type[Action]
    rung: str
    ordinal: int
    to: str
    at: datetime
    only: frozenset[str] = frozenset()

    def action(self, obligation: Obligation, now: Situation) -> Action:
        return self.kind(obligation, now, now.cycle, self.rung, self.ordinal, self.to, self.at, self.only)


def _agenda(
    obligation: Obligation, now: Situation, calendar: WorkCalendar, until: datetime | None
) -> tuple[_Entry, ...]:
    """Every step not yet taken, with its time; `until` lets repeated rungs skip to the newest one due."""
    terms = obligation.terms
    if now.before_adoption or now.closed(terms.review is not None):
        return tuple(_endings(terms, now, calendar)) if now.to_be_told else ()
    if now.submitted or now.extension_asked or now.unsent:
        return tuple(_Agenda(terms, obligation.opens, now, calendar, until).entries())
    return _shared(terms, obligation.opens, alike(now, calendar), calendar, until)


def _endings(terms: Terms, now: Situation, calendar: WorkCalendar) -> Iterator[_Entry]:
    for body in dict.fromkeys(rung.to for rung in terms.policy.escalate if rung.committee):
        if body in now.to_be_told:
            rung, at = f"{RESOLVED}{body}", calendar.next_letters_slot(now.to_be_told[body])
            yield _Entry(Resolve, rung, len(now.taken.get(rung, ())), body, at)


@lru_cache(maxsize=8192)
def _shared(
    terms: Terms, opens: datetime, standing: Alike, calendar: WorkCalendar, until: datetime | None
) -> tuple[_Entry, ...]:
    """The agenda of every open matter of these terms that stands alike: a round has thousands of them."""
    return tuple(_Agenda(terms, opens, standing.now, calendar, until).entries())


def _reached(rung: str, now: Situation) -> bool:
    return rung in now.taken or rung in now.skipped


@dataclass(frozen=True, slots=True)
class _Agenda:
    terms: Terms
    opens: datetime
    now: Situation
    calendar: WorkCalendar
    until: datetime | None

    def entries(self) -> Iterator[_Entry]:
        if self.now.extension_asked:
            yield from self.ask_about_extension()
        if self.now.submitted:
            yield from self.ask_for_review()
        else:
            yield from self.remind()
            yield from self.escalate()
        yield from self.reach_the_rest()

    # -- the owner

    def remind(self) -> Iterator[_Entry]:
        policy, urgent = self.terms.policy, self.terms.urgent
        due, began = self.now.answer_by, self.now.cycle_began
        times = [
            (reminder_rung(offset), reminder_time(offset, due, self.opens, began, urgent, self.calendar))
            for offset in policy.remind
        ]
        last = max((at for rung, at in times if at and _reached(rung, self.now)), default=None)
        if not _reached("chase", self.now):
            for rung, at in times:
                if at and not _reached(rung, self.now) and (last is None or at > last):
                    yield _Entry(Remind, rung, 0, OWNER, at)
        if policy.chase and not self._before_a_committee():
            yield from self._repeated(Remind, "chase", policy.chase, due.day(self.calendar), OWNER)

    def _before_a_committee(self) -> bool:
        """Then chasing folds into the cadence of the escalation, which waits until the owner was told."""
        return self.now.owner_told_at is not None and _stands_before_a_committee(self.terms, self.now)

    # -- the ladder

    def escalate(self) -> Iterator[_Entry]:
        """The lowest rung not reached; when all are, the highest one's repetition."""
        due = self.now.answer_by.day(self.calendar)
        reached: tuple[date, date] | None = None  # nominal day, day it was reached
        at_once: date | None = None
        last: EscalationRung | None = None
        for rung in self.terms.policy.escalate:
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
            yield from self._occurrence(last, ordinal, shifted(day, last.again, 1, self.calendar))

    def _occurrence(self, rung: EscalationRung, ordinal: int, start: date) -> Iterator[_Entry]:
        if not rung.committee:
            due = self.now.answer_by.day(self.calendar)
            in_its_time = ordinal == 0 and rung.after.span is not None and start == self._later(due, rung.after)
            at = (
                self._time(due, rung.after.span, 1)
                if in_its_time and rung.after.span
                else slot_from(start, self.calendar)
            )
            yield _Entry(Escalate, rung.name, ordinal, rung.to, at)
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
            at = slot_from(self.calendar.add(start, -1), self.calendar)
            yield _Entry(Forewarn, forewarning, ordinal, HEAD_OF_FOCAL_POINT, at)
        elif not self.now.held:
            yield _Entry(Escalate, rung.name, ordinal, rung.to, slot_from(start, self.calendar))
            yield _Entry(Copy, f"copy/{rung.to}", ordinal, OWNER, slot_from(start, self.calendar))

    def _copies(self, rung: EscalationRung, steps: tuple[StepTaken, ...]) -> Iterator[_Entry]:
        """A dossier was enqueued and its copy could not be yet: it is made up for."""
        if rung.committee:
            name = f"copy/{rung.to}"
            known = {s.step.ordinal for s in self.now.taken.get(name, ())}
            known |= {s.ordinal for s in self.now.skipped.get(name, ())}
            for step in steps:
                if isinstance(step, Escalated) and step.step.ordinal not in known:
                    known.add(step.step.ordinal)
                    yield _Entry(Copy, name, step.step.ordinal, OWNER, step.happened_at)

    # -- whoever decides

    def ask_for_review(self) -> Iterator[_Entry]:
        terms, submitted = self.terms.review, self.now.submitted
        if terms is None or submitted is None:
            return
        asked = self.calendar.next_letters_slot(submitted.recorded_at)
        day = self._later(self._day(submitted.recorded_at), terms.within)
        times = [("review/asked", asked), ("review/on the day", slot_from(day, self.calendar))]
        last = max((at for rung, at in times if _reached(rung, self.now)), default=None)
        if not _reached("review/chase", self.now):
            for rung, at in times:
                if not _reached(rung, self.now) and (last is None or at > last):
                    yield _Entry(AskReview, rung, 0, terms.by, at)
        if terms.deemed is not None:
            yield _Entry(Deem, "review/deemed", 0, terms.deemed, self.calendar.day_ends(day))
            return
        yield from self._repeated(AskReview, "review/chase", REVIEW_CHASE, day, terms.by)

    def ask_about_extension(self) -> Iterator[_Entry]:
        asked = self.now.extension_asked
        if asked is None:
            return
        rung, to = f"extension/{asked.id}", self.terms.focal_point
        at = self.calendar.next_letters_slot(asked.recorded_at)
        if not _reached(rung, self.now):
            yield _Entry(AskReview, rung, 0, to, at)
        yield from self._repeated(AskReview, rung, REVIEW_CHASE, self._day(at), to)

    # -- recipients whose letter did not leave while others' did

    def reach_the_rest(self) -> Iterator[_Entry]:
        for missed in self.now.unsent:
            step = missed.step
            kind, to = self._towards(step.rung)
            if step.ordinal == self._last_ordinal(step.rung):
                only = frozenset({step.recipient})
                yield _Entry(kind, step.rung, step.ordinal, to, missed.recorded_at, only)

    def _towards(self, rung: str) -> tuple[type[Action], str]:
        family, _, body = rung.partition("/")
        match family:
            case "escalate":
                return Escalate, body
            case "copy":
                return Copy, OWNER
            case "forewarn":
                return Forewarn, HEAD_OF_FOCAL_POINT
            case "review" if self.terms.review:
                return AskReview, self.terms.review.by
            case "extension":
                return AskReview, self.terms.focal_point
            case _:
                return Remind, OWNER

    # -- time

    def _last_ordinal(self, rung: str) -> int:
        done = [taken.step.ordinal for taken in self.now.taken.get(rung, ())]
        return max(done + [skip.ordinal for skip in self.now.skipped.get(rung, ())], default=0)

    def _repeated(self, kind: type[Action], rung: str, every: Every, start: date, to: str) -> Iterator[_Entry]:
        """The next repetition of `rung`, counted in steps of `every` from `start`; of several due, the newest."""
        ordinal = 1 + self._last_ordinal(rung)
        if self.until is not None:
            ordinal = max(ordinal, self._newest(start, every, self.until))
        yield _Entry(kind, rung, ordinal, to, self._time(start, every, ordinal))

    def _newest(self, start: date, every: Every, until: datetime) -> int:
        """How many repetitions are due at `until`: at most as many as fit, one less where the last is due later."""
        if every.unit == "hours" and self.terms.urgent:
            return (until - self.now.answer_by.at) // timedelta(hours=every.n)
        most = most_times(start, every, self._day(until), self.calendar)
        while most > 0 and self._time(start, every, most) > until:
            most -= 1
        return most

    def _later(self, day: date, offset: Offset) -> date:
        """The working day on or after the offset from `day`."""
        return later_day(day, offset, self.calendar)

    def _time(self, day: date, span: Span, times: int) -> datetime:
        """When a step so long after the deadline's `day` is due; hours of what is urgent run from the deadline."""
        if span.unit == "hours" and self.terms.urgent:
            return self.now.answer_by.at + timedelta(hours=span.n * times)
        return slot_from(shifted(day, span, times, self.calendar), self.calendar)

    def _day(self, instant: datetime) -> date:
        return self.calendar.day_of(instant)

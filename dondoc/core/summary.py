"""The weekly summary: what a body of leadership hears on Monday morning, if its plan asks for it.

The four cells, what is late and whose it is, what was done in the past week, and what waits for the body's decision.
Nothing is said of a plan where nothing is running and nothing was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.history import History, Scheduled
from dondoc.core.letter import Recipient, natural_key
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, cell, situation
from dondoc.core.statistics import Counts, count

HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
Judged = tuple[Obligation, Situation]


@dataclass(frozen=True, slots=True)
class OfPlan:
    """How one plan stands: its counts, what waits for the body, what else is late, and what was done in the week.

    The longest late come first.
    """

    plan: str
    counts: Counts
    late: tuple[Judged, ...]
    done: tuple[Judged, ...]
    to_decide: tuple[Judged, ...]

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.late or self.done or self.to_decide or self.counts.open_in_time)


@dataclass(frozen=True, slots=True)
class Summary:
    """What one recipient is told on the first working day of a week about the week before."""

    recipient: Recipient
    body: str
    day: date
    since: date
    plans: tuple[OfPlan, ...]

    @property
    def key(self) -> str:
        """What makes it the same letter: the recipient and the week."""
        return natural_key(self.recipient.key, "summary", self.day)

    @property
    def about(self) -> tuple[str, ...]:
        """The duties it names."""
        named = (one for plan in self.plans for one in (*plan.to_decide, *plan.late, *plan.done))
        return tuple(dict.fromkeys(obligation.id for obligation, _ in named))


def summary_day(day: date, calendar: WorkCalendar) -> date:
    """The first working day of the week in which `day` lies; the last one of a week without any.

    >>> from dondoc.calendar.workdays import work_calendar
    >>> calendar = work_calendar(zone="Asia/Ho_Chi_Minh", holidays="VN", days_off=(), made_up_days=())
    >>> summary_day(date(2023, 6, 15), calendar), summary_day(date(2023, 5, 3), calendar)
    (datetime.date(2023, 6, 12), datetime.date(2023, 5, 4))
    """
    return calendar.on_or_after(day - day.weekday() * _DAY)


def is_time(now: datetime, calendar: WorkCalendar) -> bool:
    """Whether summaries are looked at: in the first hour of the letters of any working day, so that none is lost.

    What was written for the week is not written again, so this is the first working day's, or after downtime a later.
    """
    day = calendar.day_of(now)
    slot = calendar.letters_slot(day)
    return calendar.on_or_after(day) == day and day >= summary_day(day, calendar) and slot <= now < slot + HOUR


def next_time(after: datetime, calendar: WorkCalendar) -> datetime:
    """The next instant (aware UTC) after `after` at which the summaries of a week are due."""
    day = calendar.day_of(after)
    while (at := calendar.letters_slot(summary_day(day, calendar))) <= after:
        day += 7 * _DAY
    return at


def summaries(
    matters: Iterable[tuple[Obligation, History]], now: datetime, calendar: WorkCalendar, directory: Directory
) -> tuple[Summary, ...]:
    """The summaries of the week in which `now` (aware UTC) lies, of all plans that ask for them; quiet ones left out.

    A plan that entered the ledger in this very week is told of in the next.
    """
    day = summary_day(calendar.day_of(now), calendar)
    since = summary_day(day - 7 * _DAY, calendar)
    by_body: dict[str, dict[str, list[Judged]]] = {}
    begun: dict[str, datetime] = {}
    for obligation, history in matters:
        if obligation.terms.summary_to:
            entered = min((fact.recorded_at for fact in history if isinstance(fact, Scheduled)), default=now)
            begun[obligation.plan] = min(begun.get(obligation.plan, now), entered)
            judged = (obligation, situation(obligation, history))
            for body in obligation.terms.summary_to:
                by_body.setdefault(body, {}).setdefault(obligation.plan, []).append(judged)
    return tuple(
        one
        for body, plans in by_body.items()
        for one in _of_body(body, plans, begun, now, day, since, calendar, directory)
    )


def _of_body(
    body: str,
    plans: Mapping[str, list[Judged]],
    begun: Mapping[str, datetime],
    now: datetime,
    day: date,
    since: date,
    calendar: WorkCalendar,
    directory: Directory,
) -> Iterator[Summary]:
    week = calendar.at(since, time())
    found = (
        _of_plan(plan, body, judged, now, week) for plan, judged in plans.items() if calendar.day_of(begun[plan]) < day
    )
    told = tuple(one for one in found if not one.quiet)
    if told:
        for recipient in directory.committee(body, calendar.day_of(now)):
            yield Summary(recipient, body, day, since, told)


def _of_plan(plan: str, body: str, judged: Iterable[Judged], now: datetime, week: datetime) -> OfPlan:
    begun = [(one, standing) for one, standing in judged if one.opens <= now or standing.first_receipt is not None]
    late = [one for one in begun if cell(*one, now) == "open_overdue"]
    done = [
        (one, standing)
        for one, standing in begun
        if standing.done(one.terms.review is not None) and (at := _done_at(standing)) is not None and at >= week
    ]
    late.sort(key=lambda one: (one[1].answer_by.at, one[0].id))
    done.sort(key=lambda one: one[0].id)
    before_it = [one[1].escalated_to == body and one[1].submitted is None for one in late]
    return OfPlan(
        plan,
        count(judged, now).in_force,
        tuple(one for one, above in zip(late, before_it, strict=True) if not above),
        tuple(done),
        tuple(one for one, above in zip(late, before_it, strict=True) if above),
    )


def _done_at(standing: Situation) -> datetime | None:
    fact = standing.accepted or standing.last_submitted
    return fact.recorded_at if fact else None

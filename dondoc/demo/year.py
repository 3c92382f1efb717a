"""A year on a simulated clock, which jumps to the next hourly round that has something to do."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta

from dondoc.demo.holding import Holder
from dondoc.demo.people import People
from dondoc.demo.post_office import Arrival, PostOffice
from dondoc.desk.follow_up import Tally
from dondoc.desk.summaries import next_summary
from dondoc.desk.workplace import Workplace
from dondoc.store import horizon
from dondoc.store.plans import applied_plans

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is not an answer to a letter, done at an instant, before that hour's round; `title` tells it."""

    at: datetime
    title: str
    do: Callable[[datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Played:
    """One round that was held: at which instant, what it did, what happened before it, which letters came."""

    at: datetime
    tally: Tally
    happened: tuple[Happening, ...]
    arrivals: tuple[Arrival, ...]


@dataclass
class Clock:
    """The simulated one: the instant of the round that is held."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Year:
    """Rounds until `until` (aware), or until nothing comes any more: people act before each, and read after it."""

    place: Workplace
    people: People
    office: PostOffice
    holder: Holder
    clock: Clock
    until: datetime
    happenings: InitVar[Sequence[Happening]] = ()

    def __post_init__(self, happenings: Sequence[Happening]) -> None:
        self._coming = deque(sorted(happenings, key=lambda one: one.at))

    async def play(self) -> AsyncIterator[Played]:
        """Play to the end, round by round."""
        while (at := self._next_round()) and at <= self.until:
            yield await self.round(at)

    async def round(self, at: datetime) -> Played:
        """The round at `at` (aware), with what happens and what people do until then, and their reading afterwards."""
        happened = []
        while self._coming and self._coming[0].at <= at:
            happened.append(self._coming.popleft())
            await happened[-1].do(happened[-1].at)
        self.people.act(at)
        self.clock.now = at
        tally = await self.holder.hold_round(self.place, at)
        arrivals = self.office.arrivals()
        self.people.read(arrivals)
        return Played(at, tally, tuple(happened), arrivals)

    def _next_round(self) -> datetime | None:
        """The first hourly round after the last one that has something to do.

        What the last round had to leave undone waits for the next office hours, or the next day's letters.
        """
        with self.place.database.reading() as connection:
            due = [
                horizon.next_action(connection),
                horizon.next_attempt(connection),
                next_summary(connection, self.place, self.clock.now),
            ]
        moments = [self._not_again(moment) for moment in due if moment is not None]
        deed = self.people.next_deed()
        moments += [deed] if deed else []
        moments += [self._coming[0].at] if self._coming else []
        return _full_hour(min(moments)) if moments else None

    def _not_again(self, due: datetime) -> datetime:
        last = self.clock.now
        if due > last:
            return due
        with self.place.database.reading() as connection:
            calendar = applied_plans(connection)[0].calendar
        if not calendar.in_office(last):
            return calendar.next_office_time(last)
        return calendar.letters_slot(calendar.add(calendar.day_of(last), 1))


def _full_hour(moment: datetime) -> datetime:
    """The hourly round at or after the moment."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR

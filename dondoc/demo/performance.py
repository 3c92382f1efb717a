"""A whole year set up to be played: the stage, the post office, the people, and what happens by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from dondoc.demo import characters
from dondoc.demo.people import Deed, Outcome, People
from dondoc.demo.post_office import PostOffice
from dondoc.demo.stage import AWAY_IN_DECEMBER, Stage
from dondoc.demo.year import Clock, Happening, HoldRound, Year
from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.settings import load_settings
from dondoc.store.database import migrate

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ISSUED = datetime(2023, 4, 13, 7, 30, tzinfo=ZONE).astimezone(UTC)
"""The plan comes into force in the morning of the day on which it was issued."""
KNOWN_IN_NOVEMBER = datetime(2023, 11, 20, 9, 0, tzinfo=ZONE).astimezone(UTC)
"""The administrator hears when the officer will be away in December."""
END = datetime(2024, 1, 12, 17, 0, tzinfo=ZONE).astimezone(UTC)
ADMINISTRATOR = "quan-tri@tinh-hoi.example"


@contextmanager
def performance(
    stage: Stage,
    hold_round: Callable[[Workplace], HoldRound],
    *,
    told: Callable[[Deed, Outcome], None] = lambda _deed, _outcome: None,
    until: datetime = END,
    **settings: str,
) -> Iterator[Year]:
    """Everything ready to play, the plan applied; `settings` go beside those of the stage (`database_url="…"`).

    `hold_round` gives, for the place, what holds a round in it; `told` hears of every deed.
    """
    clock = Clock(ISSUED)
    local = partial(datetime.astimezone, tz=ZONE)
    with PostOffice(stage.mailboxes, lambda: local(clock.now), {characters.DEAD_ADDRESS}) as office:
        place = open_workplace(load_settings(stage.environment(smtp_url=office.url, **settings)))
        try:
            migrate(place.database)
            _apply(stage, place.at(ISSUED))
            away_again = partial(_away_again, stage)
            happenings = [
                Happening(KNOWN_IN_NOVEMBER, "the officer of Tiên Du will be away again in December", away_again)
            ]
            people = People(place, told)
            yield Year(place, people, office, hold_round(place), clock, until, happenings)
        finally:
            place.database.close()


def _away_again(stage: Stage, place: Workplace) -> None:
    stage.send_away(AWAY_IN_DECEMBER)
    _apply(stage, place)


def _apply(stage: Stage, place: Workplace) -> None:
    proposal, _ = apply_plan(place, stage.plan, by=ADMINISTRATOR)
    assert not proposal.refused, proposal.problems  # a test keeps the demo and the plan together

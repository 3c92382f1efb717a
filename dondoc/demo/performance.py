"""A whole year set up to be played: the stage, the post office, the people, and what happens by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dondoc.demo import characters
from dondoc.demo.holding import Holder
from dondoc.demo.people import Deed, Outcome, People
from dondoc.demo.post_office import PostOffice
from dondoc.demo.stage import AWAY_IN_DECEMBER, Stage
from dondoc.demo.year import Clock, Happening, Year
from dondoc.desk.workplace import open_workplace
from dondoc.settings import load_settings
from dondoc.store.database import migrate

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ISSUED = datetime(2023, 4, 13, 7, 30, tzinfo=ZONE).astimezone(UTC)
"""The plan comes into force in the morning of the day on which it was issued."""
KNOWN_IN_NOVEMBER = datetime(2023, 11, 20, 9, 0, tzinfo=ZONE).astimezone(UTC)
"""The administrator hears when the officer will be away in December."""
END = datetime(2024, 1, 12, 17, 0, tzinfo=ZONE).astimezone(UTC)
ADMINISTRATOR = "quan-tri@tinh-hoi.example"


@asynccontextmanager
async def performance(
    stage: Stage,
    holder: Holder,
    *,
    told: Callable[[Deed, Outcome], None] = lambda _deed, _outcome: None,
    until: datetime = END,
    **settings: str,
) -> AsyncIterator[Year]:
    """Everything ready to play, the plan applied; `settings` go beside those of the stage (`database_url="…"`).

    `holder` runs the place; `told` hears of every deed.
    """
    clock = Clock(ISSUED)
    with PostOffice(stage.mailboxes, lambda: clock.now.astimezone(ZONE), {characters.DEAD_ADDRESS}) as office:
        place = open_workplace(load_settings(stage.environment(smtp_url=office.url, **settings)))

        async def away_again(at: datetime) -> None:
            stage.send_away(AWAY_IN_DECEMBER)
            await holder.apply(place, stage.plan, ADMINISTRATOR, at)

        try:
            migrate(place.database)
            await holder.apply(place, stage.plan, ADMINISTRATOR, ISSUED)
            happening = Happening(KNOWN_IN_NOVEMBER, "the officer of Tiên Du will be away again", away_again)
            yield Year(place, People(place, told), office, holder, clock, until, [happening])
        finally:
            place.database.close()

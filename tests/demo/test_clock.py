"""The simulated clock: it jumps to the next hourly round that has something to do, and never stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from dondoc.demo.people import People
from dondoc.demo.performance import ZONE
from dondoc.demo.post_office import PostOffice
from dondoc.demo.year import Clock, Happening, Year
from dondoc.desk.follow_up import Tally
from dondoc.desk.workplace import Workplace
from tests.places import adopt, local, workplace

BEGIN, END = "2023-04-13 07:30", "2023-04-18 17:00"


class Idle:
    """Somebody who holds rounds and does nothing in them."""

    async def hold_round(self, place: Workplace, at: datetime) -> Tally:
        return Tally()

    async def apply(self, place: Workplace, file: Path, by: str, at: datetime) -> None:
        raise AssertionError("nothing is applied here")


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    clock = Clock(local(BEGIN))
    with PostOffice(tmp_path / "mailboxes", clock) as office:
        place = adopt(workplace(tmp_path, f"sqlite:///{tmp_path / 'dondoc.db'}", at=local(BEGIN), smtp_url=office.url))
        yield Year(place, People(place), office, Idle(), clock, local(END))
        place.database.close()


def rounds(year: Year) -> list[str]:
    async def play() -> list[str]:
        return [f"{played.at.astimezone(ZONE):%d/%m %H:%M}" async for played in year.play()]

    return asyncio.run(play())


def test_what_a_round_leaves_undone_waits_for_the_next_days_letters(year: Year) -> None:
    # the plan's first letters are due on Thursday 13/4 at 8:00; nobody writes them; 15 and 16/4 are a weekend
    assert rounds(year) == ["13/04 08:00", "14/04 08:00", "17/04 08:00", "18/04 08:00"]


def test_a_happening_between_two_hours_comes_before_the_next_hours_round(year: Year) -> None:
    done: list[datetime] = []

    async def do(at: datetime) -> None:
        done.append(at)

    happening = Happening(local("2023-04-13 09:20"), "something", do)
    year = Year(year.place, year.people, year.office, year.holder, year.clock, year.until, [happening])
    assert rounds(year) == ["13/04 08:00", "13/04 10:00", "14/04 08:00", "17/04 08:00", "18/04 08:00"]
    assert done == [local("2023-04-13 09:20")]


def test_after_a_round_outside_office_hours_what_is_due_waits_for_the_office_to_open(year: Year) -> None:
    asyncio.run(year.round(local("2023-04-15 00:00")))  # a Saturday
    assert rounds(year) == ["17/04 08:00", "18/04 08:00"]

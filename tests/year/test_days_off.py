"""Letters around days off and make-up days: plans whose letters fall on them, with nobody answering."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from dondoc.authoring.load import load_plan
from dondoc.demo.holding import WithoutPrefect
from dondoc.demo.people import People
from dondoc.demo.performance import ZONE
from dondoc.demo.post_office import PostOffice
from dondoc.demo.year import Clock, Played, Year
from tests.places import adopt, local, workplace
from tests.year.played import looked_into

USUAL = """
policies:
  usual:
    remind: [14 days before, 7 days before, 1 working day before, on the day]
    chase: every 2 working days after
    escalate:
      - {after: 1 working day, to: head of owner}
      - {after: 3 working days, to: focal point}
policy: usual
"""

NATIONAL_DAY = f"""
plan: quoc-khanh
title: Kế hoạch quanh ngày Quốc khánh
issued: 2023-08-28
period: 2023-08-28/2023-12-31
focal_point: ban-gdxh
{USUAL}
sections:
  - id: I
    title: Việc
    tasks:
      - {{id: qua-han, title: Việc đến hạn trước kỳ nghỉ, owner: h-gia-binh, due: 2023-08-31, submit: files}}
      - {{id: mot-tuan, title: Việc nhắc vào ngày nghỉ bù, owner: tp-tu-son, due: 2023-09-11, submit: files}}
      - {{id: hai-tuan, title: Việc nhắc vào ngày nghỉ, owner: tx-que-vo, due: 2023-09-15, submit: files}}
      - {{id: sau-nghi, title: Việc đến hạn sau kỳ nghỉ, owner: h-luong-tai, due: 2023-09-05, submit: files}}
"""

AROUND_NATIONAL_DAY = [
    # Friday 1/9 to Monday 4/9/2023 are off: what falls on them before a deadline leaves on Thursday 31/8,
    # what falls on them after one leaves on Tuesday 5/9 or later, counted in working days
    ("28/08 08:00", "sau-nghi", "remind/14 days before"),  # 22/8 lies before the issue: told when it opens
    ("28/08 08:00", "mot-tuan", "remind/14 days before"),
    ("28/08 08:00", "qua-han", "remind/7 days before"),
    ("29/08 08:00", "sau-nghi", "remind/7 days before"),
    ("30/08 08:00", "qua-han", "remind/1 working days before"),
    ("31/08 08:00", "hai-tuan", "remind/14 days before"),  # nominally Friday 1/9
    ("31/08 08:00", "mot-tuan", "remind/7 days before"),  # nominally Monday 4/9
    ("31/08 08:00", "qua-han", "remind/on the day"),
    ("31/08 08:00", "sau-nghi", "remind/1 working days before"),
    ("05/09 08:00", "qua-han", "escalate/head of owner"),
    ("05/09 08:00", "sau-nghi", "remind/on the day"),
    ("06/09 08:00", "qua-han", "chase#1"),
    ("06/09 08:00", "sau-nghi", "escalate/head of owner"),
    ("07/09 08:00", "qua-han", "escalate/focal point"),
    ("07/09 08:00", "sau-nghi", "chase#1"),
    ("08/09 08:00", "hai-tuan", "remind/7 days before"),
    ("08/09 08:00", "mot-tuan", "remind/1 working days before"),
    ("08/09 08:00", "qua-han", "chase#2"),
    ("08/09 08:00", "sau-nghi", "escalate/focal point"),
]

MAKE_UP_SATURDAY = f"""
plan: lam-bu
title: Kế hoạch quanh ngày làm bù
issued: 2024-04-25
period: 2024-04-25/2024-12-31
focal_point: ban-gdxh
{USUAL}
sections:
  - id: I
    title: Việc
    tasks:
      - {{id: thu-hai, title: Việc đến hạn thứ Hai, owner: h-gia-binh, due: 2024-05-06, submit: files}}
      - {{id: qua-han, title: Việc đến hạn trước ngày làm bù, owner: tp-tu-son, due: 2024-05-03, submit: files}}
"""

AROUND_THE_MAKE_UP_SATURDAY = [
    # Saturday 27/4 to Wednesday 1/5/2024 are off (Monday 29/4 is made up for on Saturday 4/5), Sunday 5/5 too
    ("25/04 08:00", "qua-han", "remind/14 days before"),  # 19/4 lies before the issue: told when it opens
    ("25/04 08:00", "thu-hai", "remind/14 days before"),
    ("26/04 08:00", "qua-han", "remind/7 days before"),
    ("26/04 08:00", "thu-hai", "remind/7 days before"),  # nominally Monday 29/4
    ("02/05 08:00", "qua-han", "remind/1 working days before"),
    ("03/05 08:00", "qua-han", "remind/on the day"),
    ("04/05 08:00", "qua-han", "escalate/head of owner"),  # the Saturday is worked
    ("04/05 08:00", "thu-hai", "remind/1 working days before"),
    ("06/05 08:00", "qua-han", "chase#1"),
    ("06/05 08:00", "thu-hai", "remind/on the day"),
]


class Nobody(People):
    """A house in which nobody opens a letter."""

    def read(self, arrivals: object) -> None:
        pass


@pytest.mark.parametrize(
    ("plan", "since", "until", "expected"),
    [
        pytest.param(NATIONAL_DAY, "2023-08-28 07:30", "2023-09-08 17:00", AROUND_NATIONAL_DAY, id="national day"),
        pytest.param(
            MAKE_UP_SATURDAY, "2024-04-25 07:30", "2024-05-06 17:00", AROUND_THE_MAKE_UP_SATURDAY, id="make-up day"
        ),
    ],
)
def test_letters_leave_before_and_after_days_off_and_on_days_that_are_made_up(
    plan: str, since: str, until: str, expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    loaded = load_plan(plan)
    assert loaded.value is not None, loaded.problems
    clock = Clock(local(since))

    async def play(year: Year) -> list[Played]:
        return [played async for played in year.play()]

    with PostOffice(tmp_path / "mailboxes", lambda: clock.now.astimezone(ZONE)) as office:
        url = f"sqlite:///{tmp_path / 'dondoc.db'}"
        place = adopt(workplace(tmp_path, url, at=local(since), smtp_url=office.url), loaded.value)
        year = Year(place, Nobody(place), office, WithoutPrefect(), clock, local(until))
        arrived = looked_into(place, asyncio.run(play(year))).arrived
        place.database.close()
    found = [
        (f"{one.at:%d/%m %H:%M}", obligation.split("/")[1], step.rung + (f"#{step.ordinal}" if step.ordinal else ""))
        for one in arrived
        for obligation, step in one.steps
    ]
    assert sorted(found, key=_by_time) == sorted(expected, key=_by_time)


def _by_time(row: tuple[str, str, str]) -> tuple[datetime, str, str]:
    return datetime.strptime(f"2024/{row[0]}", "%Y/%d/%m %H:%M").replace(tzinfo=ZONE), row[1], row[2]

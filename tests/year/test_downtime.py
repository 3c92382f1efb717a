"""Thirty days without a round, then one: the real plan, whose people can only answer letters that come."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

import pytest

from dondoc.demo.holding import WithoutPrefect
from dondoc.demo.performance import ZONE, performance
from dondoc.demo.stage import set_stage
from dondoc.demo.year import Played
from tests.places import PLANS, local
from tests.year.played import Arrived, PlayedYear, looked_into, table_as_played

LAST_ROUND, FIRST_ROUND = local("2023-06-02 17:00"), local("2023-07-03 08:00")

OFFICER = {
    # due on 19/6, chased every second working day: 21/6, 23/6, 27/6, 29/6 and 3/7, of which the newest remains
    ("bao-cao-6-thang", "chase#5"),
    # due on 30/6: of the reminders of 16/6, 23/6, 29/6 and 30/6 the newest; chasing begins on 4/7
    ("doi-ngu", "remind/on the day"),
    ("ky-ket-phoi-hop", "remind/on the day"),
    # due on 10/7: of those of 26/6 and 3/7 the newest
    ("thang-hanh-dong", "remind/7 days before"),
}
HEAD = {(task, "escalate/head of owner") for task in ("bao-cao-6-thang", "doi-ngu", "ky-ket-phoi-hop")}
"""The lowest rung, whatever the downtime: that of 20/6 for the report, that of 3/7 for the others."""

AFTERWARDS = [
    # the silent district's report: each rung as long after the one before as the plan has it, counted from 3/7
    "Mon 03/07/2023 08:00 dossier escalate/head of owner chu-tich@h-yen-phong",
    "Mon 03/07/2023 08:00 duties chase#5 can-bo@h-yen-phong",
    "Wed 05/07/2023 08:00 dossier escalate/focal point truong-ban@gdxh",  # two working days
    "Wed 05/07/2023 08:00 duties chase#6 can-bo@h-yen-phong",
    "Thu 06/07/2023 08:00 forewarning forewarn/thuong-truc truong-ban@gdxh",
    "Fri 07/07/2023 08:00 copy copy/thuong-truc can-bo@h-yen-phong",
    "Fri 07/07/2023 08:00 copy copy/thuong-truc chu-tich@h-yen-phong",
    "Fri 07/07/2023 08:00 dossier escalate/thuong-truc thu-ky@thuong-truc",  # two more; the copy stands for a chase
    "Thu 13/07/2023 08:00 forewarning forewarn/ban-thuong-vu truong-ban@gdxh",
    "Fri 14/07/2023 08:00 copy copy/ban-thuong-vu can-bo@h-yen-phong",
    "Fri 14/07/2023 08:00 copy copy/ban-thuong-vu chu-tich@h-yen-phong",
    "Fri 14/07/2023 08:00 dossier escalate/ban-thuong-vu thu-ky@ban-thuong-vu",  # five more
    "Mon 17/07/2023 10:00 receipt - can-bo@h-yen-phong",
    "Tue 18/07/2023 08:00 review review/asked chuyen-vien@gdxh",
    "Wed 19/07/2023 10:00 accepted - can-bo@h-yen-phong",
    "Thu 20/07/2023 08:00 closing resolved/ban-thuong-vu thu-ky@ban-thuong-vu",
    "Thu 20/07/2023 08:00 closing resolved/thuong-truc thu-ky@thuong-truc",
]


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> PlayedYear:
    stage = set_stage(tmp_path_factory.mktemp("downtime"), PLANS)

    async def play() -> PlayedYear:
        async with performance(stage, WithoutPrefect(), until=LAST_ROUND) as year:
            async for _ in year.play():
                pass
            rounds: list[Played] = [await year.round(FIRST_ROUND)]
            year.until = local("2023-07-31 17:00")
            rounds += [played async for played in year.play()]
            return looked_into(year.place, rounds)

    return asyncio.run(play())


def on_the_first_morning(after: PlayedYear) -> list[Arrived]:
    return [one for one in after.arrived if one.at == FIRST_ROUND]


def steps(letter: Arrived) -> set[tuple[str, str]]:
    return {
        (obligation.split("/")[1], step.rung + (f"#{step.ordinal}" if step.ordinal else ""))
        for obligation, step in letter.steps
    }


def test_the_first_round_writes_at_most_one_letter_of_a_kind_to_anybody(after: PlayedYear) -> None:
    morning = on_the_first_morning(after)
    assert set(Counter((one.mailbox, one.kind) for one in morning).values()) == {1}
    # eight districts' officers and seven of their heads (the eighth's address is dead, which the administrator hears),
    # officer and head of two departments
    assert Counter(one.kind for one in morning) == {"duties": 10, "dossier": 9, "alert": 1, "summary": 1}


def test_each_letter_says_the_newest_that_is_useful_and_the_ladder_begins_at_its_lowest_rung(after: PlayedYear) -> None:
    morning = {(one.mailbox, one.kind): one for one in on_the_first_morning(after)}
    officers = [one for (mailbox, kind), one in morning.items() if mailbox.startswith("can-bo@") and kind == "duties"]
    heads = [one for (mailbox, kind), one in morning.items() if mailbox.startswith("chu-tich@")]
    assert len(officers) == 8
    assert len(heads) == 7
    assert all(steps(letter) == OFFICER for letter in officers)
    assert all(steps(letter) == HEAD for letter in heads)


def test_no_letter_of_the_first_round_speaks_of_a_day_that_has_passed_as_if_it_were_to_come(after: PlayedYear) -> None:
    for one in on_the_first_morning(after):
        if one.mailbox.startswith("can-bo@"):
            overdue, _, soon = one.opened.text.partition("SẮP ĐẾN HẠN")
            assert "quá hạn 10 ngày làm việc" in overdue
            assert overdue.count("quá hạn 1 ngày làm việc") == 2
            assert "còn 5 ngày làm việc" in soon
            assert "hôm nay" not in one.opened.text


def test_afterwards_the_ladder_goes_on_with_its_gaps(after: PlayedYear) -> None:
    assert sorted(table_as_played(after)["bao-cao-6-thang", "h-yen-phong"], key=_by_time) == AFTERWARDS


def _by_time(row: str) -> tuple[datetime, str]:
    return datetime.strptime(row[4:20], "%d/%m/%Y %H:%M").replace(tzinfo=ZONE), row[21:]

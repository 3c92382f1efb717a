"""June 2023, the month of the six-month report, through the flows on a real Prefect server, and without them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from dondoc.core.history import Fact
from dondoc.demo.holding import ThroughPrefect, WithoutPrefect
from dondoc.demo.performance import performance
from dondoc.demo.stage import set_stage
from dondoc.store.matters import matters
from tests.places import PLANS, local

pytestmark = [pytest.mark.servers, pytest.mark.slow]

END_OF_MAY, END_OF_JUNE = local("2023-05-31 23:00"), local("2023-06-30 23:00")


Histories = dict[str, list[str]]


async def until_the_end_of_june(home: Path, *, through_prefect: bool) -> tuple[dict[str, bytes], Histories]:
    """The letters in the mailboxes, by file, and every obligation's history."""
    stage = set_stage(home, PLANS)
    (home / "secret.key").write_text("both sign their links with the same key")
    async with performance(stage, WithoutPrefect(), until=END_OF_MAY) as year:
        async for _ in year.play():
            pass
        year.until = END_OF_JUNE
        if through_prefect:
            year.holder = ThroughPrefect()
        async for _ in year.play():
            pass
        with year.place.database.reading() as connection:
            histories = {one.id: sorted(map(unnumbered, facts)) for one, facts in matters(connection)}
    letters = {str(file.relative_to(stage.mailboxes)): file.read_bytes() for file in stage.mailboxes.rglob("*.eml")}
    return letters, histories


def unnumbered(fact: Fact) -> str:
    """A fact without its number: several connections send at once, and who comes first is chance."""
    return repr(replace(fact, id=0))


@pytest.mark.timeout(600)
def test_the_flows_write_exactly_the_letters_and_the_history_that_a_round_without_prefect_does(
    prefect: str, tmp_path: Path
) -> None:
    expected_letters, expected_histories = asyncio.run(
        until_the_end_of_june(tmp_path / "without", through_prefect=False)
    )
    letters, histories = asyncio.run(until_the_end_of_june(tmp_path / "through", through_prefect=True))
    assert letters.keys() == expected_letters.keys()
    assert len(letters) > 150
    assert letters == expected_letters
    assert histories == expected_histories

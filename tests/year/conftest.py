"""The plan's year, played once for all tests that look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from dondoc.demo.holding import WithoutPrefect
from dondoc.demo.performance import performance
from dondoc.demo.stage import set_stage
from tests.places import PLANS
from tests.servers.postgres import PostgresServer
from tests.year.played import PlayedYear, looked_into


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedYear]:
    """The whole year on a real database, through a real mail server, without Prefect."""
    stage = set_stage(tmp_path_factory.mktemp("year"), PLANS)

    async def play(**settings: str) -> PlayedYear:
        async with performance(stage, WithoutPrefect(), **settings) as ready:
            return looked_into(ready.place, [played async for played in ready.play()])

    if request.param == "sqlite":
        yield asyncio.run(play())
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.new_database() as url:
        yield asyncio.run(play(database_url=url))

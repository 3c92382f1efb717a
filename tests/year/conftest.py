"""The plan's year, played once for all tests that look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from dondoc.demo.performance import performance
from dondoc.demo.stage import set_stage
from dondoc.demo.year import Played, Year
from tests.places import PLANS
from tests.servers.postgres import PostgresServer
from tests.year.played import PlayedYear, looked_into, without_prefect


async def _to_the_end(year: Year) -> list[Played]:
    return [played async for played in year.play()]


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedYear]:
    """The whole year on a real database, through a real mail server, without Prefect."""
    stage = set_stage(tmp_path_factory.mktemp("year"), PLANS)
    with ExitStack() as stack:
        settings = {}
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            settings = {"database_url": stack.enter_context(server.new_database())}
        ready = stack.enter_context(performance(stage, without_prefect, **settings))
        yield looked_into(ready.place, asyncio.run(_to_the_end(ready)))

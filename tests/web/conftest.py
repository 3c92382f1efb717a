"""A portal with the small plan in force, and a browser to look at it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from tests.places import ISSUED, local, workplace
from tests.servers.chromium import NoChromium, running_chromium
from tests.servers.portal import Portal, serving
from tests.small_plan import PLAN, write_plan
from tests.web.rich_plan import rich


def office(folder: Path, url: str, database_url: str | None = None, plan: str = PLAN, **more: str) -> Workplace:
    """A workplace with the small plan applied on 13 April 2023, whose links lead to `url`."""
    database_url = database_url or f"sqlite:///{folder / 'dondoc.db'}"
    place = workplace(folder / "home", database_url, at=ISSUED, base_url=url, **more)
    apply_plan(place, write_plan(folder / "plans" / "hoi", plan), by="quan-tri")
    return place


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """At 09:00 on 12 June 2023, a week before the half-yearly report is due."""
    with serving(lambda url: office(tmp_path, url), local("2023-06-12 09:00")) as running:
        yield running


@pytest.fixture
def rich_portal(tmp_path: Path) -> Iterator[Portal]:
    """The same with a form of every type of field, a table, files and an event."""
    with serving(lambda url: office(tmp_path, url, plan=rich()), local("2023-06-15 09:00")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file: while it runs, no other event loop can in this thread."""
    try:
        with running_chromium() as running:
            yield running
    except NoChromium as error:
        pytest.skip(str(error))

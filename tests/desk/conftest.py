"""A workplace with the small plan in force since 13 April 2023, on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from tests.places import workplace
from tests.small_plan import write_plan


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """The small plan's file, its organisation beside it."""
    return write_plan(tmp_path / "plans" / "hoi")


@pytest.fixture
def office(tmp_path: Path, database_url: str, plan_file: Path) -> Workplace:
    """At 08:00 on 13 April 2023, with the small plan applied."""
    place = workplace(tmp_path / "home", database_url)
    apply_plan(place, plan_file, by="quan-tri")
    return place

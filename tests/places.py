"""A workplace with the Bắc Ninh plan in force, for tests that play with it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.settings import load_settings
from dondoc.store.adoption import apply_version
from dondoc.store.database import migrate
from tests.ledgers import with_tables

PLANS = Path(__file__).parent.parent / "plan_definitions"
ISSUED = datetime(2023, 4, 13, 1, 0, tzinfo=UTC)
"""08:00 on Thursday 13/4/2023 in Bắc Ninh."""


@cache
def bac_ninh() -> tuple[Plan, Organisation]:
    """The Women's Union's plan of 2023 and its organisation."""
    folder = PLANS / "bac-ninh"
    plan = load_plan((folder / "tre-em-2023.yaml").read_bytes(), "tre-em-2023.yaml").value
    organisation = load_organisation((folder / "organisation.yaml").read_bytes(), "organisation.yaml").value
    assert plan is not None
    assert organisation is not None
    return plan, organisation


def local(text: str) -> datetime:
    """`2023-06-05 08:00` in Bắc Ninh, as an aware UTC instant."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def environment(home: Path, database_url: str, **more: str) -> dict[str, str]:
    """The settings of a workplace in `home`, as environment variables; `smtp_url="…"` becomes DONDOC_SMTP_URL."""
    given = {"home": str(home), "database_url": database_url, "from": "Đôn đốc <theo-doi@tinh-hoi.example>", **more}
    return {f"DONDOC_{name.upper()}": value for name, value in given.items()}


def workplace(home: Path, database_url: str, *, at: datetime = ISSUED, **more: str) -> Workplace:
    """A workplace on that database, its tables made, at a fixed instant."""
    place = open_workplace(load_settings(environment(home, with_tables(database_url), **more)))
    migrate(place.database)
    return place.at(at)


def adopt(place: Workplace, plan: Plan | None = None, organisation: Organisation | None = None) -> Workplace:
    """Apply the Bắc Ninh plan (or another one) at the place's instant."""
    usual_plan, usual_organisation = bac_ninh()
    plan, organisation = plan or usual_plan, organisation or usual_organisation
    with place.database.writing() as connection:
        apply_version(connection, plan, organisation, "", schedule(plan, organisation), now=place.now(), by="test")
    return place

"""Opening the place where a command works: settings, ledger and clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dondoc.cli.options import instant

if TYPE_CHECKING:
    from dondoc.desk.workplace import Workplace

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
"""While no plan is in force: the zone that an organisation has unless it says otherwise."""

REHEARSAL = "DONDOC_NOW"
"""For rehearsals: the instant that dondoc takes for now. Everything is then recorded as of that instant."""


@contextmanager
def workplace() -> Iterator[Workplace]:
    """The place that the environment asks for; a ledger that does not exist yet is made.

    Raises:
        SettingWrong, DatabaseUnreachable, DatabaseOutdated: with a sentence for the operator.
    """
    from dondoc.desk.workplace import open_workplace
    from dondoc.errors import DatabaseOutdated
    from dondoc.settings import load_settings
    from dondoc.store.database import check_version, migrate

    place = open_workplace(load_settings())
    try:
        try:
            check_version(place.database)
        except DatabaseOutdated as outdated:
            if outdated.found is not None:
                raise
            migrate(place.database)
        yield _rehearsed(place)
    finally:
        place.database.close()


def zone_of(place: Workplace, plan: str | None = None) -> tzinfo:
    """The zone in which an instant without an offset is meant: the plan's, else that of the first plan in force."""
    from dondoc.store.plans import applied_plans

    with place.database.reading() as connection:
        in_force = applied_plans(connection)
    wanted = [one for one in in_force if one.plan.plan == plan] or in_force
    return wanted[0].calendar.zone if wanted else ZoneInfo(DEFAULT_ZONE)


def moment(place: Workplace, text: str | None, plan: str | None = None) -> datetime | None:
    """The instant that an option names; None for none."""
    return None if text is None else instant(text, zone_of(place, plan))


def _rehearsed(place: Workplace) -> Workplace:
    text = os.environ.get(REHEARSAL, "").strip()
    if not text:
        return place
    now = instant(text, zone_of(place), REHEARSAL)
    print(f"Rehearsal: {REHEARSAL} makes it {text}.", file=sys.stderr)
    return place.at(now)

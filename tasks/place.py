"""Where flows and tasks work: the place that this process's environment names, opened once, or one that is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from prefect import tags

from dondoc.desk.workplace import Workplace, open_workplace
from dondoc.errors import DondocError
from dondoc.settings import Settings, load_settings
from dondoc.store.plans import applied_plans

OPERATIONS = "ops"
"""The tag of what dondoc does, as opposed to the mirrors of how plans stand."""

DEFAULT_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


_GIVEN: ContextVar[Workplace | None] = ContextVar("place", default=None)


def workplace(at: datetime | None = None) -> Workplace:
    """The place to work in, at `at` (aware) or by the clock.

    Raises:
        SettingWrong, DatabaseUnreachable: with a sentence for the operator.
    """
    return (_GIVEN.get() or _opened(load_settings())).at(at)


@contextmanager
def working_in(place: Workplace) -> Iterator[None]:
    """Have the flows that are called within work in `place`, not where the environment says."""
    token = _GIVEN.set(place)
    try:
        with tags(OPERATIONS):  # as the deployments have it
            yield
    finally:
        _GIVEN.reset(token)


def manner(place: Workplace) -> tuple[tzinfo, str]:
    """The zone and language in which people read the names of runs; while there is no ledger, those of Vietnam."""
    language: str | None = place.settings.prefect_language
    try:
        with place.database.reading() as connection:
            in_force = applied_plans(connection)
    except DondocError:  # the run will say so itself; its name must not keep it from starting
        in_force = ()
    if not in_force:
        return DEFAULT_ZONE, language or "vi"
    return in_force[0].calendar.zone, language or in_force[0].organisation.language


@lru_cache(maxsize=4)
def _opened(settings: Settings) -> Workplace:
    return open_workplace(settings)

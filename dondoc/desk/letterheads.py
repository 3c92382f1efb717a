"""The letterhead of each organisation whose plans are in force, made once and kept while they stay."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.links import Keys, keys_of
from dondoc.settings import Settings
from dondoc.store.plans import Applied, applied_plans
from notifications.letterhead import Letterhead

_KEPT: dict[tuple[object, ...], Letterhead] = {}


def letterheads(connection: Connection, settings: Settings) -> tuple[Letterhead, ...]:
    """One letterhead for each organisation, with all its plans in force."""
    by_organisation: dict[str, list[Applied]] = {}
    for one in applied_plans(connection):
        by_organisation.setdefault(one.organisation.organisation, []).append(one)
    return tuple(_letterhead(plans, settings) for plans in by_organisation.values())


def letterhead_of(connection: Connection, settings: Settings, plan: str) -> Letterhead:
    """The letterhead of the organisation whose plan in force this is."""
    return next(one for one in letterheads(connection, settings) if plan in one.plans)


def house_letterhead(connection: Connection, settings: Settings, organisation: str) -> Letterhead:
    """The letterhead of this organisation, which has a plan in force."""
    return next(
        one for one in letterheads(connection, settings) if one.directory.organisation.organisation == organisation
    )


def _letterhead(plans: list[Applied], settings: Settings) -> Letterhead:
    overrides, keys = settings.letters_folder, keys_of(settings)
    key = (settings.base_url, overrides, keys, *sorted(one.digest for one in plans))
    if key not in _KEPT:
        if len(_KEPT) > 32:  # plans were applied again and again: the old letterheads are not asked for any more
            _KEPT.clear()
        _KEPT[key] = _made(plans, settings.base_url, overrides, keys)
    return _KEPT[key]


def _made(plans: Iterable[Applied], base_url: str, overrides: Path, keys: Keys) -> Letterhead:
    newest = max(plans, key=lambda one: one.applied_at)
    return Letterhead(
        directory=Directory(newest.organisation),
        plans={one.plan.plan: one.plan for one in plans},
        calendar=newest.calendar,
        base_url=base_url,
        overrides=overrides if overrides.is_dir() else None,
        keys=keys,
    )

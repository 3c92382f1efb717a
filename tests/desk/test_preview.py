"""The preview shows the letters that are sent: the same people, kinds, days, steps and words."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dondoc.core.assumption import Assume
from dondoc.core.letter import Letter
from dondoc.desk.preview import Preview, preview_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store import horizon
from dondoc.store.letters import letters
from tests.places import ISSUED, adopt, bac_ninh, local, workplace

HOUR = timedelta(hours=1)


def play(place: Workplace, until: datetime) -> list[Letter]:
    """Hold every hourly round that may have something to do, with nobody answering; the letters of the outbox."""
    now = place.now()
    while now <= until:
        asyncio.run(run_round(place, now))
        with place.database.reading() as connection:
            due = horizon.next_action(connection)
        if due is None:
            break
        now = max(now + HOUR, due.replace(minute=0))
    with place.database.reading() as connection:
        return [one.letter for one in letters(connection, limit=100_000)]


def previewed(place: Workplace, assume: Assume = "silent", **span: object) -> tuple[Preview, list[Letter]]:
    found: list[Letter] = []
    plan, organisation = bac_ninh()
    shown = preview_plan(plan, organisation, place.settings, assume=assume, each=found.append, **span)  # type: ignore[arg-type]
    return shown, found


def as_told(letter: Letter) -> tuple[object, ...]:
    return (
        letter.id, letter.not_before, letter.recipient, letter.kind, letter.day, letter.steps,
        letter.subject, letter.text, letter.html, letter.short, letter.valid_until,
    )  # fmt: skip


@pytest.mark.slow
def test_the_letters_of_the_preview_are_those_that_rounds_write_when_nobody_answers(tmp_path: Path):
    place = adopt(workplace(tmp_path, f"sqlite:///{tmp_path / 'dondoc.db'}", at=ISSUED))
    until = local("2023-08-31 17:00")
    sent = play(place, until)
    _, shown = previewed(place, last=until.date())
    assert len(shown) > 300
    assert {one.kind for one in shown} == {"duties", "dossier", "copy", "forewarning"}
    assert sorted(map(as_told, shown)) == sorted(map(as_told, sent))

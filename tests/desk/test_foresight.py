"""What is foreseen in virtual time is what the real rounds send, letter for letter, when nobody answers."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from dondoc.core.address import Directory
from dondoc.core.foresight import foresee
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store import horizon
from dondoc.store.letters import letters
from dondoc.store.matters import matters
from dondoc.store.plans import applied_plans
from tests.places import local, workplace
from tests.small_plan import ORGANISATION, PLAN, write_plan

END = local("2023-08-31 18:00")


def foreseen(place: Workplace, end: datetime = END) -> list[tuple[str, str, str, int]]:
    with place.database.reading() as connection:
        (in_force,) = applied_plans(connection)
        standing = tuple(matters(connection))
    directory = Directory(in_force.organisation)
    return sorted(
        (one.at.isoformat(), one.recipient.key, one.kind, len(one.about))
        for one in foresee(standing, place.now(), end, in_force.calendar, directory)
    )


def sent(place: Workplace, end: datetime = END) -> list[tuple[str, str, str, int]]:
    while True:
        with place.database.reading() as connection:
            at = horizon.next_action(connection)
        if at is None or at > end:
            break
        asyncio.run(run_round(place, at))
    digests = ("duties", "review", "dossier", "copy", "forewarning")
    with place.database.reading() as connection:
        found = letters(connection, limit=10_000)
    return sorted(
        (one.letter.created_at.isoformat(), one.letter.recipient.key, one.letter.kind, len(one.letter.steps))
        for one in found
        if one.letter.kind in digests
    )


def test_half_a_year_of_silence(office: Workplace) -> None:
    expected = foreseen(office)
    assert len(expected) > 20
    assert sent(office) == expected


def test_a_person_with_two_roles_gets_one_letter_of_a_kind_a_day(tmp_path: Path, ledger_url: str) -> None:
    both = ORGANISATION.replace("can-bo@que-vo.example", "can-bo@gia-binh.example")
    place = workplace(tmp_path / "home", ledger_url)
    apply_plan(place, write_plan(tmp_path / "plans", PLAN, both), by="quan-tri")
    expected = foreseen(place)
    assert len({one[:3] for one in expected}) == len(expected)
    assert sent(place) == expected

"""A round that is held in parts writes the letters that it would have written in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from dondoc.core.round import STAGES
from dondoc.desk import follow_up
from dondoc.desk.follow_up import decide_letters, gather, parts, write_letters
from dondoc.store.letters import letters
from tests.places import adopt, local, workplace

ROUNDS = ("2023-06-05 08:00", "2023-06-19 08:00", "2023-06-20 08:00", "2023-06-30 08:00", "2023-07-10 08:00")


def written(folder: Path) -> tuple[list[tuple[str, str, tuple[str, ...]]], int]:
    """What the rounds wrote, and in how many parts they were held."""
    folder.mkdir()
    place = adopt(workplace(folder, f"sqlite:///{folder / 'ledger.db'}", at=local("2023-06-03 10:00")))
    held = 0
    for at in map(local, ROUNDS):
        for part in parts(place, at):
            held += 1
            for kinds in STAGES:
                write_letters(place, decide_letters(gather(place, at, part=part), kinds, at), at)
    with place.database.reading() as connection:
        found = letters(connection, limit=10_000)
    return sorted((one.letter.natural_key, one.letter.subject, one.letter.about) for one in found), held


def test_parts_write_the_same_letters_as_one_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_one, held = written(tmp_path / "one")
    assert held == len(ROUNDS)
    monkeypatch.setattr(follow_up, "HELD_AT_ONCE", 1)
    monkeypatch.setattr(follow_up, "PART", 1)
    in_parts, held = written(tmp_path / "parts")
    assert held > 2 * len(ROUNDS)
    assert in_parts == in_one

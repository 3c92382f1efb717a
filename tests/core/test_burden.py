"""Who is burdened by a year of letters, and which days the author of a plan should look at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dondoc.core.burden import LETTERS_A_WEEK, LetterLine, cautions, loads
from dondoc.core.letter import Recipient
from tests.core.telling import VIETNAM, local, report


def to(who: str) -> Recipient:
    return Recipient(who, who, "h-gia-binh", "officer", who, None, "mail", "vi")


def letters(who: str, *days: str) -> list[LetterLine]:
    return [LetterLine(f"{who}{n}", local(f"{day} 08:00"), to(who), "duties", "", (), ()) for n, day in enumerate(days)]


def test_the_heaviest_load_comes_first_with_its_fullest_week() -> None:
    few = letters("a@x.example", "2023-06-05")
    many = letters("b@x.example", "2023-06-05", "2023-06-12", "2023-06-16", "2023-06-19")
    found = loads(few + many, VIETNAM)
    assert [(one.recipient.key, one.letters) for one in found] == [("b@x.example", 4), ("a@x.example", 1)]
    assert (found[0].week, found[0].in_week) == (date(2023, 6, 12), 2)


@pytest.mark.parametrize(("more", "told"), [(0, False), (1, True)])
def test_too_many_letters_in_one_week(more: int, told: bool) -> None:
    some = letters("a@x.example", *["2023-06-05"] * (LETTERS_A_WEEK + more))
    assert bool(cautions((), loads(some, VIETNAM), VIETNAM)) is told


def test_those_who_get_as_many_in_the_same_week_are_told_of_in_one_sentence() -> None:
    some = [one for who in "cab" for one in letters(f"{who}@x.example", *["2023-06-05"] * 11)]
    some += letters("d@x.example", *["2023-06-05"] * 12)
    assert [one.text.en for one in cautions((), loads(some, VIETNAM), VIETNAM)] == [
        "d@x.example gets 12 letters in the week that begins on 05/06/2023 (more than 10).",
        "a@x.example and 2 more each get 11 letters in the week that begins on 05/06/2023 (more than 10).",
    ]


@pytest.mark.parametrize(
    ("due", "what"),
    [
        ("2023-01-19", None),
        ("2023-01-20", "day off"),  # Tết: 20-26 January 2023
        ("2023-01-26", "day off"),
        ("2023-01-27", "after a rest"),
        ("2023-01-30", None),  # an ordinary Monday
        ("2023-04-29", "day off"),
        ("2023-05-04", "after a rest"),
        ("2023-05-05", None),
    ],
)
def test_a_deadline_at_tet_or_right_after_it(due: str, what: str | None) -> None:
    found = cautions([report(due, opens="2023-01-03 00:00")], (), VIETNAM)
    assert [one.what for one in found] == ([what] if what else [])


def test_many_duties_of_one_unit_on_one_day() -> None:
    one = report()
    six = [replace(one, id=f"{one.id}{n}", terms=replace(one.terms, task=f"viec-{n}")) for n in range(6)]
    assert [caution.what for caution in cautions(six, (), VIETNAM)] == ["many duties"]
    assert cautions(six[:5], (), VIETNAM) == ()

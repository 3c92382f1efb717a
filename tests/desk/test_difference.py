"""What an edit changes is shown before: duties, letters, counts; what was handed in is not dropped without a word."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.core.difference import Difference
from dondoc.desk.difference import difference
from dondoc.desk.plans import apply_plan, propose
from dondoc.desk.round import run_round
from dondoc.desk.status import status
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store.plans import applied_plans
from tests.desk.matters import letters_of, stands, story
from tests.places import local
from tests.small_plan import FIGURES, H1, ORGANISATION, PLAN, XAC_NHAN, write_plan

QUE_VO = "ke-hoach/xac-nhan/que-vo/once"


def differs(place: Workplace, file: Path, plan: str = PLAN, organisation: str = ORGANISATION) -> Difference:
    write_plan(file.parent, plan, organisation)
    return difference(place, propose(place, file))


@pytest.fixture
def later(office: Workplace) -> Workplace:
    """The day after the first letters went."""
    asyncio.run(run_round(office, local("2023-04-13 08:00")))
    return office.at(local("2023-04-14 09:00"))


def test_a_file_that_says_what_is_in_force_differs_in_nothing(later: Workplace, plan_file: Path) -> None:
    found = differs(later, plan_file)
    assert (found.is_empty, found.version, found.word, found.told) == (True, 1, "", ())


def test_a_moved_deadline_shows_the_letters_that_will_differ(later: Workplace, plan_file: Path) -> None:
    found = differs(later, plan_file, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    assert [one.obligation.id for one in found.amendment.moved] == [XAC_NHAN, QUE_VO]
    days = {f"{one.day:%d/%m}" for one in found.letters.added}
    assert "25/04" in days, "reminded on the new day"
    assert "18/04" in {f"{one.day:%d/%m}" for one in found.letters.added + found.letters.changed + found.letters.gone}
    assert found.told == ("can-bo@gia-binh.example", "can-bo@que-vo.example")
    assert found.word == ""


def test_the_letters_after_the_edit_are_those_that_are_sent_once_it_is_applied(
    later: Workplace, plan_file: Path
) -> None:
    found = differs(later, plan_file, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    new = {(one.day, one.to, one.kind) for one in found.letters.added if one.day < local("2023-05-06 00:00").date()}
    gone = {(one.day, one.to, one.kind) for one in found.letters.gone}
    apply_plan(later, plan_file, by="quan-tri")
    for day in range(15, 36):
        at = local(f"2023-{'04' if day <= 30 else '05'}-{day if day <= 30 else day - 30:02} 08:00")
        asyncio.run(run_round(later, at))
    sent = {
        (one.letter.day, one.letter.recipient.key, one.letter.kind)
        for kind in ("duties", "dossier", "copy", "forewarning")
        for one in letters_of(later, kind)
    }
    assert new
    assert new <= sent
    assert gone
    assert sent.isdisjoint(gone)


def test_a_task_given_to_another_unit_is_shown_as_reassigned(later: Workplace, plan_file: Path) -> None:
    one_unit = PLAN.replace(
        "        owner: each district\n        due: 2023", "        owner: gia-binh\n        due: 2023"
    )
    write_plan(plan_file.parent, one_unit)
    apply_plan(later, plan_file, by="quan-tri")
    found = differs(later, plan_file, one_unit.replace("owner: gia-binh", "owner: que-vo"))
    assert [
        (old.id, new.obligation.id) for old, new in zip(found.amendment.dropped, found.amendment.restored, strict=True)
    ]
    first = differs(later, plan_file, one_unit.replace("owner: gia-binh", "owner: ban"))
    assert [(old.unit, new.unit) for old, new in first.amendment.reassigned] == [("gia-binh", "ban")]


def test_dropping_what_was_handed_in_needs_a_word(later: Workplace, plan_file: Path) -> None:
    submit(later, XAC_NHAN, {}, channel="form", by="can-bo@gia-binh.example")
    submit(later, H1, FIGURES, channel="form", by="can-bo@gia-binh.example")
    without = (
        PLAN.partition("      - id: bao-cao")[0] + PLAN.partition("        submit: {form: so-lieu, review: ban}\n")[2]
    )
    found = differs(later, plan_file, without)
    assert [one.id for one in found.amendment.answered] == [H1], "what is accepted or done stays as it is"
    assert found.word == "drop-1"
    assert found.after.in_force.cancelled == 4
    for word in (None, "drop-2"):
        with pytest.raises(NotAllowed, match="--confirm drop-1"):
            apply_plan(later, plan_file, by="quan-tri", confirm=word)
    assert stands(later, H1).standing == "submitted"
    with later.database.reading() as connection:
        assert [one.version for one in applied_plans(connection)] == [1]
    apply_plan(later, plan_file, by="quan-tri", confirm="drop-1")
    assert stands(later, H1).standing == "cancelled"
    assert story(later, H1) == ["Scheduled", "Submitted", "Cancelled"]


def test_a_changed_organisation_shows_what_it_changes_in_every_plan_on_it(later: Workplace, plan_file: Path) -> None:
    changed = ORGANISATION.replace("can-bo@que-vo.example", "moi@que-vo.example")
    write_plan(plan_file.parent, PLAN, changed)
    found = difference(later, propose(later, plan_file.with_name("organisation.yaml")))
    assert {one.to for one in found.letters.added} == {"moi@que-vo.example"}
    assert {one.to for one in found.letters.gone} == {"can-bo@que-vo.example"}


def test_the_people_concerned_are_told_once_however_often_it_is_applied(later: Workplace, plan_file: Path) -> None:
    write_plan(plan_file.parent, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    for _ in range(3):
        apply_plan(later, plan_file, by="quan-tri")
    assert [one.letter.recipient.unit for one in letters_of(later, "amended")] in (
        ["gia-binh", "que-vo"], ["que-vo", "gia-binh"],
    )  # fmt: skip


def test_an_opening_that_an_edit_moves_is_shown_and_moves_in_the_ledger(later: Workplace, plan_file: Path) -> None:
    edited = PLAN.replace("        due: 2023-04-18\n", "        due: 2023-04-18\n        opens: 2023-04-17\n")
    found = differs(later, plan_file, edited)
    moved = found.as_data()["opened"]
    assert [(one["id"], one["to"]) for one in moved] == [
        (XAC_NHAN, "2023-04-17T00:00:00+07:00"), (QUE_VO, "2023-04-17T00:00:00+07:00"),
    ]  # fmt: skip
    assert found.amendment.moved == ()
    apply_plan(later, plan_file, by="quan-tri")
    assert (stands(later, XAC_NHAN).standing, stands(later, XAC_NHAN).now.cycle) == ("upcoming", 0)
    assert story(later, XAC_NHAN)[-1] == "OpeningMoved"
    before, after = (
        next(one for one in status(later, at=at).obligations if one.obligation.id == XAC_NHAN)
        for at in (later.now() - timedelta(minutes=1), later.now())
    )
    assert (before.standing, after.standing) == ("due_soon", "upcoming")
    assert before.obligation.opens == local("2023-04-13 00:00")
    assert after.obligation.opens == local("2023-04-17 00:00")
    assert differs(later, plan_file, edited).is_empty
    asyncio.run(run_round(later, local("2023-04-18 08:00")))
    assert XAC_NHAN in {one for told in letters_of(later, "duties") for one in told.letter.about}

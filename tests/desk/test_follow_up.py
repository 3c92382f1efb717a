"""A round on the real plan: dossiers that report what was resolved, and rungs where nobody can be written to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from dondoc.core.history import Accepted, Escalated, RungSkipped, Submitted, Waived
from dondoc.core.letter import Letter
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.round import ESCALATIONS
from dondoc.desk.explain import explain_obligation
from dondoc.desk.follow_up import decide_letters, gather, write_letters
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store import ledger
from dondoc.store.letters import letters
from dondoc.store.matters import load, matters
from dondoc.store.outbox import pause, resume
from tests.places import adopt, bac_ninh, local, workplace

REPORT = "tre-em-2023/bao-cao-6-thang/{}/2023-H1"


@pytest.fixture
def place(tmp_path: Path, ledger_url: str) -> Workplace:
    return adopt(workplace(tmp_path, ledger_url, at=local("2023-06-03 10:00")))


def submitted(place: Workplace, unit: str, when: str) -> None:
    at = {"obligation": REPORT.format(unit), "happened_at": local(when), "recorded_at": local(when), "by": "test"}
    with place.database.writing() as connection:
        ledger.record(connection, [Submitted(version=1, channel="paper", **at), Accepted(**at)])  # type: ignore[arg-type]


def test_a_dossier_reports_what_was_resolved_since_the_last_one_and_only_that(place: Workplace) -> None:
    for day in ("2023-06-05", "2023-06-16", "2023-06-19", "2023-06-20", "2023-06-22", "2023-06-23", "2023-06-26"):
        asyncio.run(run_round(place, local(f"{day} 08:00")))
    submitted(place, "h-gia-binh", "2023-06-27 10:00")
    for day in ("2023-06-27", "2023-06-28"):  # on the 28th the report due on the 21st comes before the standing board
        asyncio.run(run_round(place, local(f"{day} 11:00")))
    submitted(place, "h-tien-du", "2023-06-29 10:00")
    for day in ("2023-07-03", "2023-07-05", "2023-07-06", "2023-07-07"):  # and then what was due on 30 June
        asyncio.run(run_round(place, local(f"{day} 08:00")))
    with place.database.reading() as connection:
        written = letters(connection, recipient="thu-ky@thuong-truc.example")
    dossiers = [one.letter for one in reversed(written) if one.letter.kind == "dossier"]
    assert [letter.day.day for letter in dossiers] == [26, 28, 7]
    assert [resolved(letter.text) for letter in dossiers] == [
        set(),
        {"Hội LHPN huyện Gia Bình"},
        {"Hội LHPN huyện Tiên Du"},
    ]


def resolved(text: str) -> set[str]:
    """The units whose matters a dossier reports as resolved."""
    part = text.partition("ĐÃ GIẢI QUYẾT")[2].partition("Trân trọng")[0]
    return {name.within("vi") for unit in bac_ninh()[1].units if (name := unit.name).within("vi") in part}


def without_heads(organisation: Organisation) -> Organisation:
    units = tuple(
        unit.model_copy(update={"people": tuple(one for one in unit.people if one.role != "head")})
        if unit.level == "district"
        else unit
        for unit in organisation.units
    )
    return organisation.model_copy(update={"units": units})


def test_a_rung_with_nobody_passes_on_at_once_and_the_administrator_is_told(tmp_path: Path, ledger_url: str) -> None:
    _, organisation = bac_ninh()
    place = workplace(tmp_path, ledger_url, at=local("2023-06-19 10:00"))
    adopt(place, organisation=without_heads(organisation))
    asyncio.run(run_round(place, local("2023-06-20 08:00")))
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [REPORT.format("h-gia-binh")])
        alerts = [one for one in letters(connection) if one.letter.kind == "alert"]
    assert [fact.rung for fact in history if isinstance(fact, RungSkipped)] == ["escalate/head of owner"]
    assert [fact.to for fact in history if isinstance(fact, Escalated)] == ["focal point"]
    assert [one.letter.recipient.address for one in alerts] == ["quan-tri@tinh-hoi.example"]


def test_two_rounds_that_pass_the_same_rung_record_it_once(tmp_path: Path, ledger_url: str) -> None:
    _, organisation = bac_ninh()
    place = workplace(tmp_path, ledger_url, at=local("2023-06-19 10:00"))
    adopt(place, organisation=without_heads(organisation))
    now = local("2023-06-20 08:00")
    both = [decide_letters(gather(place, now), ESCALATIONS, now) for _ in range(2)]
    done = [write_letters(place, decisions, now) for decisions in both]
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [REPORT.format("h-gia-binh")])
        alerts = [one for one in letters(connection) if one.letter.kind == "alert"]
    assert sum(isinstance(fact, RungSkipped) for fact in history) == 1
    assert len(alerts) == 1
    assert done[1].enqueued == 0


def test_a_paused_plan_writes_nothing_and_goes_on_with_what_is_still_useful(place: Workplace) -> None:
    with place.database.writing() as connection:
        pause(connection, "tre-em-2023", why="diễn tập", by="test", now=place.now())
    assert asyncio.run(run_round(place, local("2023-06-05 08:00"))).enqueued == 0
    with place.database.writing() as connection:
        resume(connection, "tre-em-2023")
    assert asyncio.run(run_round(place, local("2023-06-12 08:00"))).enqueued == 10  # the newest of each; a summary
    with place.database.reading() as connection:
        steps = {step.rung for one in letters(connection) for _, step in one.letter.steps}
    assert steps == {"remind/7 days before", "remind/14 days before"}  # the latter for the report due 21/6


BOARD = "thu-ky@thuong-truc.example"


def to_the_board(place: Workplace) -> list[Letter]:
    """The dossiers and closing notes that the standing board's secretary was written, the first first."""
    with place.database.reading() as connection:
        written = letters(connection, recipient=BOARD, limit=1_000)
    return [one.letter for one in reversed(written) if one.letter.kind in {"dossier", "closing"}]


def before_the_board(place: Workplace) -> list[str]:
    """Bring the half-year reports of all districts before the standing board on 26 June; their ids."""
    for day in ("2023-06-05", "2023-06-16", "2023-06-19", "2023-06-20", "2023-06-22", "2023-06-23", "2023-06-26"):
        asyncio.run(run_round(place, local(f"{day} 08:00")))
    (dossier,) = to_the_board(place)
    return list(dossier.about)


def waive_all(place: Workplace, ids: Iterable[str], when: str) -> None:
    with place.database.writing() as connection:
        ledger.record(
            connection,
            [Waived(obligation=one, happened_at=local(when), recorded_at=local(when), by="test") for one in ids],
        )


def test_a_committee_hears_once_that_all_it_had_before_it_is_settled(place: Workplace) -> None:
    first, *others = before_the_board(place)
    waive_all(place, [first], "2023-06-26 10:00")
    asyncio.run(run_round(place, local("2023-06-27 08:00")))
    assert [letter.kind for letter in to_the_board(place)] == ["dossier"]  # others are open: it waits
    with place.database.reading() as connection:
        open_ = [one.id for one, _ in matters(connection) if one.id != first]
    waive_all(place, open_, "2023-06-27 10:00")
    for hour in ("2023-06-27 11:00", "2023-06-27 20:00"):
        asyncio.run(run_round(place, local(hour)))
    assert [letter.kind for letter in to_the_board(place)] == ["dossier"]
    for at in ("2023-06-28 08:00", "2023-06-28 08:00", "2023-06-28 09:00"):  # a round held twice tells it once
        asyncio.run(run_round(place, local(at)))
    dossier, note = to_the_board(place)
    assert (note.kind, note.day.day) == ("closing", 28)
    assert set(note.about) == {first, *others}
    assert note.thread == dossier.thread
    assert f"kết quả giải quyết {len(others) + 1} việc sau" in note.text
    assert "được miễn thực hiện ngày 26/6/2023 (đã trình ngày 26/6/2023)" in note.text
    told = explain_obligation(place, first).explanation
    assert "Báo Thường trực Hội LHPN tỉnh Bắc Ninh kết quả" in told.happened[-1].text.vi
    assert told.coming == ()
    with place.database.reading() as connection:
        assert not list(ledger.verify(connection))


def neighbours() -> tuple[Plan, Organisation]:
    """Another organisation that has the same plan and bodies of the same ids, and is written to elsewhere."""
    plan, organisation = bac_ninh()
    elsewhere = organisation.model_dump_json(by_alias=True).replace(".example", ".khac.example")
    return (
        plan.model_copy(update={"plan": "tre-em-khac"}),
        Organisation.model_validate_json(elsewhere).model_copy(update={"organisation": "hoi-khac"}),
    )


def test_a_committee_does_not_wait_for_what_stands_before_that_of_another_organisation(place: Workplace) -> None:
    adopt(place, *neighbours())
    before_the_board(place)
    with place.database.reading() as connection:
        ours = [one.id for one, _ in matters(connection, "tre-em-2023")]
        theirs = letters(connection, recipient=BOARD.replace(".example", ".khac.example"), limit=1_000)
    assert "dossier" in {one.letter.kind for one in theirs}
    waive_all(place, ours, "2023-06-26 10:00")
    asyncio.run(run_round(place, local("2023-06-27 08:00")))
    assert [letter.kind for letter in to_the_board(place)] == ["dossier", "closing"]


def test_what_the_next_dossier_told_as_settled_is_not_told_in_a_note_of_its_own(place: Workplace) -> None:
    first, *_ = before_the_board(place)
    waive_all(place, [first], "2023-06-27 10:00")
    asyncio.run(run_round(place, local("2023-06-27 11:00")))
    asyncio.run(run_round(place, local("2023-06-28 08:00")))  # what was due on the 21st comes before the board
    *_, dossier = to_the_board(place)
    assert (dossier.kind, dossier.day.day) == ("dossier", 28)
    assert (first, "resolved/thuong-truc") in {(one, step.rung) for one, step in dossier.steps}
    waive_all(place, {one for letter in to_the_board(place) for one in letter.about} - {first}, "2023-06-28 10:00")
    asyncio.run(run_round(place, local("2023-06-29 08:00")))
    note = to_the_board(place)[-1]
    assert note.kind == "closing"
    assert first not in note.about


def test_a_note_that_is_no_longer_true_when_it_leaves_is_taken_back(place: Workplace) -> None:
    ids = before_the_board(place)
    waive_all(place, ids, "2023-06-27 10:00")
    gathered = gather(place, local("2023-06-28 08:00"))
    write_letters(place, decide_letters(gathered, ESCALATIONS, local("2023-06-28 08:00")), local("2023-06-28 08:00"))
    with place.database.writing() as connection:
        ((_, history),) = load(connection, ids[:1])
        (waived,) = (fact for fact in history if isinstance(fact, Waived))
        ledger.undo(connection, waived.id, why="nhầm", by="test", now=local("2023-06-28 08:10"))
    asyncio.run(run_round(place, local("2023-06-28 09:00")))
    with place.database.reading() as connection:
        notes = [one for one in letters(connection, recipient=BOARD, limit=100) if one.letter.kind == "closing"]
    assert [one.state for one in notes] == ["voided"]

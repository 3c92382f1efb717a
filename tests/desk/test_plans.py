"""Applying plans: checked first, shown before, once, whole or not at all; and the brake."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dondoc.desk.obligations import review
from dondoc.desk.plans import adopt, apply_plan, pause, propose, resume
from dondoc.desk.round import run_round
from dondoc.desk.status import status
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, UnknownPlan
from tests.desk.matters import letters_of, stands, story
from tests.places import local, workplace
from tests.small_plan import FIGURES, H1, ORGANISATION, PLAN, XAC_NHAN, write_plan


def in_hanoi(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def place(tmp_path: Path, ledger_url: str) -> Workplace:
    return workplace(tmp_path / "home", ledger_url)


def test_a_proposal_shows_what_follows_and_changes_nothing(place: Workplace, plan_file: Path) -> None:
    proposal = propose(place, plan_file)
    assert (proposal.refused, len(proposal.owed), proposal.past, proposal.unchanged) == (False, 6, 0, False)
    told = [(f"{in_hanoi(one.at):%d/%m %H:%M}", one.recipient.key, one.kind) for one in proposal.letters]
    assert sorted(told) == [
        ("13/04 08:00", "can-bo@gia-binh.example", "duties"),  # seven days before lies before the plan was issued
        ("13/04 08:00", "can-bo@que-vo.example", "duties"),
        ("18/04 08:00", "can-bo@gia-binh.example", "duties"),  # on the day
        ("18/04 08:00", "can-bo@que-vo.example", "duties"),
        ("19/04 08:00", "chu-tich@gia-binh.example", "dossier"),  # one working day after, to the head of the owner
        ("19/04 08:00", "chu-tich@que-vo.example", "dossier"),
        ("20/04 08:00", "can-bo@gia-binh.example", "duties"),  # chased two working days after
        ("20/04 08:00", "can-bo@que-vo.example", "duties"),
        ("20/04 08:00", "truong-ban@hoi.example", "forewarning"),  # the day before it goes to the committee
    ]
    assert status(place).obligations == ()


def test_the_letters_that_are_shown_are_those_that_are_sent(place: Workplace, plan_file: Path) -> None:
    shown = [(one.at, one.recipient.key, one.kind) for one in propose(place, plan_file).letters]
    apply_plan(place, plan_file, by="quan-tri")
    for at in sorted({at for at, _, _ in shown}):
        asyncio.run(run_round(place, at))
    later = place.at(local("2023-04-20 08:00"))
    sent = [
        (one.letter.created_at, one.letter.recipient.key, one.letter.kind)
        for kind in ("duties", "review", "dossier", "copy", "forewarning")
        for one in letters_of(later, kind)
    ]
    assert sorted(sent) == sorted(shown)


def test_a_plan_with_a_mistake_changes_nothing(place: Workplace, tmp_path: Path) -> None:
    broken = write_plan(tmp_path / "broken", PLAN.replace("focal_point: ban", "focal_point: bam"))
    proposal, adopted = apply_plan(place, broken, by="quan-tri")
    assert (proposal.refused, adopted) == (True, ())
    assert any("ban" in problem.hint for problem in proposal.problems)
    with pytest.raises(NotAllowed, match="dondoc check"):
        adopt(place, proposal, by="quan-tri")
    assert status(place).obligations == ()


def test_applying_twice_does_nothing_the_second_time(place: Workplace, plan_file: Path) -> None:
    (_, (first,)), (proposal, (second,)) = (apply_plan(place, plan_file, by="quan-tri") for _ in range(2))
    assert (first.version, first.added, first.new_version) == (1, 6, True)
    assert (second.version, second.added, second.new_version) == (1, 0, False)
    assert proposal.unchanged


def test_a_running_plan_starts_with_what_is_still_to_come(tmp_path: Path, ledger_url: str, plan_file: Path) -> None:
    place = workplace(tmp_path / "home", ledger_url, at=local("2023-07-03 08:00"))
    proposal, (adoption,) = apply_plan(place, plan_file, by="quan-tri")
    assert (proposal.past, adoption.before_adoption) == (4, 4)
    totals = status(place).tally.in_force
    assert (totals.total, totals.before_adoption, totals.open_in_time) == (2, 4, 2)
    assert proposal.letters == ()


def test_chasing_the_past_starts_with_everything(tmp_path: Path, ledger_url: str, plan_file: Path) -> None:
    place = workplace(tmp_path / "home", ledger_url, at=local("2023-07-03 08:00"))
    proposal, (adoption,) = apply_plan(place, plan_file, by="quan-tri", chase_past=True)
    assert adoption.before_adoption == 0
    assert len(proposal.letters) > 0
    assert status(place).tally.in_force.open_overdue == 4


def test_a_moved_deadline_is_told_and_starts_the_reminders_anew(office: Workplace, plan_file: Path) -> None:
    write_plan(plan_file.parent, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    place = office.at(local("2023-04-14 09:00"))
    proposal, (adoption,) = apply_plan(place, plan_file, by="quan-tri")
    assert proposal.amendment is not None
    assert (len(proposal.amendment.moved), adoption.version) == (2, 2)
    assert story(place, XAC_NHAN) == ["Scheduled", "Amended"]
    assert {one.letter.recipient.unit for one in letters_of(place, "amended")} == {"gia-binh", "que-vo"}
    asyncio.run(run_round(place, local("2023-04-25 08:00")))
    assert any(XAC_NHAN in one.letter.about for one in letters_of(place, "duties"))


def test_a_dropped_duty_is_cancelled_and_its_history_stays(office: Workplace, plan_file: Path) -> None:
    write_plan(plan_file.parent, PLAN.partition("      - id: xac-nhan")[0])
    place = office.at(local("2023-04-14 09:00"))
    apply_plan(place, plan_file, by="quan-tri")
    assert stands(place, XAC_NHAN).standing == "cancelled"
    assert status(place).tally.in_force.cancelled == 2


def test_a_changed_organisation_reaches_every_plan_on_it(office: Workplace, plan_file: Path) -> None:
    other = plan_file.with_name("khac.yaml")
    other.write_text(PLAN.replace("plan: ke-hoach", "plan: khac"), encoding="utf-8")
    apply_plan(office, other, by="quan-tri")
    changed = ORGANISATION.replace("can-bo@que-vo.example", "moi@que-vo.example")
    (plan_file.parent / "organisation.yaml").write_text(changed, encoding="utf-8")
    _, adoptions = apply_plan(office, plan_file.parent / "organisation.yaml", by="quan-tri")
    assert [(one.plan, one.version) for one in adoptions] == [("ke-hoach", 2), ("khac", 2)]
    asyncio.run(run_round(office, local("2023-04-18 08:00")))
    assert {one.letter.recipient.key for one in letters_of(office, "duties")} == {
        "can-bo@gia-binh.example", "moi@que-vo.example",
    }  # fmt: skip


def test_a_plan_in_force_goes_on_under_the_organisation_of_the_last_one_applied(
    office: Workplace, plan_file: Path
) -> None:
    other = plan_file.with_name("khac.yaml")
    other.write_text(PLAN.replace("plan: ke-hoach", "plan: khac"), encoding="utf-8")
    changed = ORGANISATION.replace("can-bo@que-vo.example", "moi@que-vo.example")
    (plan_file.parent / "organisation.yaml").write_text(changed, encoding="utf-8")
    _, adoptions = apply_plan(office, other, by="quan-tri")
    assert [(one.plan, one.version) for one in adoptions] == [("khac", 1), ("ke-hoach", 2)]


def test_the_brake_stops_a_plan_and_lets_it_go_on(office: Workplace) -> None:
    pause(office, "ke-hoach", by="quan-tri", why="Sửa danh bạ")
    assert asyncio.run(run_round(office, local("2023-04-18 08:00"))).enqueued == 0
    assert resume(office, "ke-hoach") is True
    assert resume(office, "ke-hoach") is False
    assert asyncio.run(run_round(office, local("2023-04-18 09:00"))).sent == 2


def test_the_brake_of_an_unknown_plan_is_refused(office: Workplace) -> None:
    with pytest.raises(UnknownPlan, match="ke-hoach"):
        pause(office, "ke-hoac", by="quan-tri")


def test_the_status_is_the_four_cells_and_every_obligation(office: Workplace) -> None:
    place = office.at(local("2023-06-16 10:00"))
    submit(place, H1, FIGURES, by="o", channel="form")
    review(place, H1, "accept", by="r")
    found = status(office.at(local("2023-06-20 08:00")), "ke-hoach").as_data()
    assert (found["at"], found["plan"]) == ("2023-06-20T08:00:00+07:00", "ke-hoach")
    assert found["totals"] == {
        "done_on_time": 1, "done_late": 0, "open_in_time": 2, "open_overdue": 3, "total": 6,
        "waived": 0, "cancelled": 0, "before_adoption": 0,
    }  # fmt: skip
    one = next(one for one in found["obligations"] if one["id"] == H1)
    expected = {
        "task": "bao-cao", "unit": "gia-binh", "period": "2023-H1",
        "title": "Báo cáo 6 tháng – 6 tháng đầu năm 2023", "owner": "gia-binh",
        "due": "2023-06-19T23:59:59+07:00", "original_due": "2023-06-19T23:59:59+07:00",
        "standing": "done_on_time", "extended": False, "submitted_at": "2023-06-16T10:00:00+07:00",
        "days_late": 0, "escalated_to": None, "next": None,
    }  # fmt: skip
    assert {key: one[key] for key in expected} == expected


def test_the_status_of_an_earlier_day_is_what_was_known_then(office: Workplace) -> None:
    place = office.at(local("2023-06-25 09:00"))
    submit(place, H1, FIGURES, by="van-thu", channel="paper", at=local("2023-06-18 16:00"))
    assert stands(place, H1).standing == "submitted"
    assert stands(place, H1, "2023-06-24 09:00").standing == "overdue"
    assert status(place, None, local("2023-04-13 07:00")).obligations == ()


def test_an_organisation_on_which_another_plan_cannot_go_on_is_refused(office: Workplace, plan_file: Path) -> None:
    organisation = plan_file.parent / "organisation.yaml"
    organisation.write_text(ORGANISATION.replace("id: ban\n", "id: phong\n"), encoding="utf-8")
    proposal, adoptions = apply_plan(office, organisation, by="quan-tri")
    assert (proposal.refused, adoptions) == (True, ())
    assert {problem.file for problem in proposal.problems} == {"ke-hoach (in force)"}
    assert status(office).tally.in_force.total == 6


def test_letters_of_a_moved_deadline_are_foreseen_anew(office: Workplace, plan_file: Path) -> None:
    asyncio.run(run_round(office, local("2023-04-13 08:00")))
    write_plan(plan_file.parent, PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    place = office.at(local("2023-04-17 09:00"))
    shown = {f"{in_hanoi(one.at):%d/%m}" for one in propose(place, plan_file).letters}
    assert shown == {"18/04"}, "seven days before the new deadline"

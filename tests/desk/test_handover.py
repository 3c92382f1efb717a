"""Reassigning: a duty to another unit, a person's posts to another person; who is told, and who is written to then."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dondoc.authoring.posts import NoSuchPerson
from dondoc.desk.handover import carry_out, organisation_file, prepare
from dondoc.desk.obligations import reassign, undo, waive
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from tests.desk.matters import letters_of, stands, story
from tests.places import local
from tests.small_plan import H1, XAC_NHAN

OLD, NEW = "can-bo@gia-binh.example", "lan@gia-binh.example"
PAPER = "{role: officer, contact: paper}"


def to(place: Workplace, kind: str) -> list[tuple[str, str]]:
    return sorted((one.letter.recipient.key, one.letter.subject) for one in letters_of(place, kind))


def test_a_duty_goes_to_another_unit_and_both_are_told_once(office: Workplace) -> None:
    place = office.at(local("2023-06-15 09:00"))
    reassign(place, H1, "que-vo", by="quan-tri", why="Chuyển địa bàn")
    assert stands(place, H1).now.owner == "que-vo"
    assert [(who, subject.partition(":")[0]) for who, subject in to(place, "reassigned")] == [
        (OLD, "[Chuyển giao] Báo cáo 6 tháng – 6 tháng đầu năm 2023"),
        ("can-bo@que-vo.example", "[Giao việc] Báo cáo 6 tháng – 6 tháng đầu năm 2023"),
    ]
    asyncio.run(run_round(place, local("2023-06-19 08:00")))
    (reminder,) = [one for one in letters_of(place, "duties") if H1 in one.letter.about]
    assert reminder.letter.recipient.key == "can-bo@que-vo.example"


def test_nothing_reaches_a_committee_before_the_new_owner_was_told(office: Workplace) -> None:
    for day in ("2023-04-18", "2023-04-19", "2023-04-20"):
        asyncio.run(run_round(office.at(local(f"{day} 08:00")), local(f"{day} 08:00")))
    place = office.at(local("2023-04-20 16:00"))
    reassign(place, XAC_NHAN, "que-vo", by="quan-tri")
    asyncio.run(run_round(place.at(local("2023-04-21 08:00")), local("2023-04-21 08:00")))
    assert stands(place.at(local("2023-04-21 09:00")), XAC_NHAN).now.escalated_to == "head of owner"
    for day in ("2023-04-24", "2023-04-25", "2023-04-26", "2023-04-27"):
        asyncio.run(run_round(office.at(local(f"{day} 08:00")), local(f"{day} 08:00")))
    dossiers = [one.letter.day.isoformat() for one in letters_of(place, "dossier")
                if one.letter.recipient.key == "thu-ky@hoi.example" and XAC_NHAN in one.letter.about]  # fmt: skip
    assert dossiers == ["2023-04-26"]  # chased on 24/4, two working days before; its first owner was told on 18/4


@pytest.mark.parametrize(
    ("unit", "sentence"),
    [("gia-bin", "there is no unit gia-bin. Give one with --to: gia-binh"), ("gia-binh", "gia-binh owes it already")],
)
def test_a_duty_goes_to_no_unit_that_is_not_there_and_not_to_its_owner(
    office: Workplace, unit: str, sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        reassign(office, H1, unit, by="x")
    waive(office, H1, by="x", why="Thôi")
    with pytest.raises(NotAllowed, match="it was waived"):
        reassign(office, H1, "que-vo", by="x")


def test_a_reassignment_is_taken_back(office: Workplace) -> None:
    event = reassign(office, H1, "que-vo", by="x")
    undo(office, event.id, by="x", why="Nhầm")
    assert stands(office, H1).now.owner == "gia-binh"


def test_everything_a_person_holds_goes_to_another_who_is_told_once(office: Workplace, plan_file: Path) -> None:
    place = office.at(local("2023-04-17 09:00"))
    file = organisation_file(_at_home(place, plan_file), OLD)
    passing = prepare(place, OLD, NEW, file, name="Nguyễn Thị Lan")
    assert (passing.handover.posts, passing.duties) == (("gia-binh/officer",), (H1, XAC_NHAN))
    before = file.read_text(encoding="utf-8")
    carry_out(place, passing, by="quan-tri", why="Nghỉ hưu")
    after = file.read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "      - {role: officer, name: Nguyễn Thị Lan, email: lan@gia-binh.example}"
    ]
    told = to(place, "reassigned")
    assert [who for who, _ in told] == [OLD, NEW]
    assert [subject.partition("]")[0] for _, subject in told] == ["[Chuyển giao", "[Giao việc"]
    gone, come = (
        one.letter.text for one in sorted(letters_of(place, "reassigned"), key=lambda o: o.letter.recipient.key)
    )
    assert "từ nay lan@gia-binh.example phụ trách 2 việc sau thay cho địa chỉ thư này" in gone
    assert "Nguyễn Thị Lan" in come
    assert story(place, XAC_NHAN) == ["Scheduled", "Reassigned"]
    asyncio.run(run_round(place, local("2023-04-18 08:00")))
    reminders = {one.letter.recipient.key for one in letters_of(place, "duties") if XAC_NHAN in one.letter.about}
    assert reminders == {NEW}
    assert stands(place, XAC_NHAN).now.owner == "gia-binh"


def test_a_renamed_units_post_is_handed_over_with_its_open_duties(office: Workplace, plan_file: Path) -> None:
    place, file = office.at(local("2023-04-17 09:00")), plan_file.parent / "organisation.yaml"
    text = file.read_text(encoding="utf-8").replace("id: gia-binh", "id: gia-luong\n    was: gia-binh")
    file.write_text(text.replace("- {role: officer, email: can-bo@gia-binh.example}", f"- {PAPER}"), encoding="utf-8")
    apply_plan(place, file, by="quan-tri")
    for who in ("gia-luong/officer", "gia-binh/officer"):  # as the file calls it now, and as the ledger does
        passing = prepare(place, who, NEW, file)
        assert (passing.handover.posts, passing.duties) == (("gia-binh/officer",), (H1, XAC_NHAN))
    carry_out(place, prepare(place, "gia-luong/officer", NEW, file), by="quan-tri")
    assert [who for who, _ in to(place, "reassigned")] == [NEW, "paper:gia-binh/officer"]
    carry_out(place, prepare(place, NEW, "gia-luong/head", file), by="quan-tri")
    assert f"- {PAPER}" not in file.read_text(encoding="utf-8")
    assert story(place, XAC_NHAN) == ["Scheduled", "Reassigned", "Reassigned"]


def test_posts_go_to_a_colleague_who_holds_hers_too(office: Workplace, plan_file: Path) -> None:
    file = plan_file.parent / "organisation.yaml"
    passing = prepare(office, "chu-tich@gia-binh.example", OLD, file)
    carry_out(office, passing, by="quan-tri")
    assert "- {role: head, email: can-bo@gia-binh.example, receives: [escalations]}" in file.read_text(encoding="utf-8")
    assert to(office, "reassigned") == []  # she received escalations: no duty of hers is open


def test_one_post_alone_is_named_by_its_unit_and_role(office: Workplace, plan_file: Path) -> None:
    file = plan_file.parent / "organisation.yaml"
    text = file.read_text(encoding="utf-8").replace("chu-tich@que-vo.example", OLD)
    file.write_text(text, encoding="utf-8")
    assert prepare(office, OLD, NEW, file).handover.posts == ("gia-binh/officer", "que-vo/head")
    assert prepare(office, "que-vo/head", NEW, file).handover.posts == ("que-vo/head",)


def test_a_person_who_is_not_there_is_told_with_the_nearest(office: Workplace, plan_file: Path) -> None:
    file = plan_file.parent / "organisation.yaml"
    with pytest.raises(NoSuchPerson, match=r"Did you mean can-bo@gia-binh\.example"):
        prepare(office, "can-bo@gia-bin.example", NEW, file)
    with pytest.raises(NoSuchPerson, match="que-vo/officer"):
        prepare(office, OLD, "que-vo/oficer", file)


def test_when_the_ledger_refuses_the_file_is_as_it_was(
    office: Workplace, plan_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = plan_file.parent / "organisation.yaml"
    before = file.read_bytes()
    passing = prepare(office, OLD, NEW, file)
    office.database.close()
    monkeypatch.setattr("dondoc.desk.handover.tell", _fails)
    with pytest.raises(OSError, match="gone"):
        carry_out(office, passing, by="quan-tri")
    assert file.read_bytes() == before
    assert story(office, H1) == ["Scheduled"]


def test_whoever_begins_from_an_older_file_takes_nothing_back(office: Workplace, plan_file: Path) -> None:
    file = plan_file.parent / "organisation.yaml"
    first, second = prepare(office, OLD, NEW, file), prepare(office, "chu-tich@gia-binh.example", NEW, file)
    carry_out(office, first, by="quan-tri")
    after, told = file.read_bytes(), story(office, H1)
    with pytest.raises(NotAllowed, match="was changed meanwhile"):
        carry_out(office, second, by="quan-tri")
    assert (file.read_bytes(), story(office, H1)) == (after, told)


def _fails(*_: object) -> int:
    raise OSError("gone")


def _at_home(place: Workplace, plan_file: Path) -> Workplace:
    """The place with the folder in which its plan lies."""
    from dataclasses import replace

    return replace(place, settings=place.settings.model_copy(update={"plans": plan_file.parent.parent}))

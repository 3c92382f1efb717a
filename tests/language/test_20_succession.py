"""20. The organisation changes mid-plan: on 1 July 2025 districts are abolished, and what is open is taken over."""

from pathlib import Path

from dondoc.desk.plans import apply_plan
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from tests.desk.matters import letters_of, stands, story
from tests.language.saying import office, table
from tests.places import local

HEAD = """\
plan: p
title: Kế hoạch năm 2025
issued: 2025-01-06
period: 2025-01-01/2025-12-31
focal_point: ban-a
"""
BEFORE = """\
organisation: hoi
name: Hội
calendar: {holidays: VN}
levels: [province, district, commune]
units:
  - {id: tinh, level: province, name: Tỉnh Hội, people: [{role: head, email: tinh@hoi.example}]}
  - {id: ban-a, in: tinh, kind: department, name: Ban A, people: [{role: head, email: ban-a@hoi.example}]}
  - {id: h-mot, in: tinh, level: district, name: Huyện Một, people: [{role: head, email: h-mot@hoi.example}]}
  - {id: h-hai, in: tinh, level: district, name: Huyện Hai, people: [{role: head, email: h-hai@hoi.example}]}
  - {id: xa-cu, in: h-mot, level: commune, name: Xã cũ, people: [{role: head, email: xa-cu@hoi.example}]}
"""
AFTER = (
    (
        BEFORE.replace("name: Huyện Một,", "name: Huyện Một, valid_until: 2025-06-30,")
        .replace("name: Huyện Hai,", "name: Huyện Hai, valid_until: 2025-06-30,")
        .replace("name: Xã cũ,", "name: Xã cũ, valid_until: 2025-06-30,")
    )
    + """\
  - {id: xa-moi, in: tinh, level: commune, name: Xã mới, valid_from: 2025-07-01, replaces: [h-mot, xa-cu],
     people: [{role: head, email: xa-moi@hoi.example}]}
  - {id: xa-hai, in: tinh, level: commune, name: Xã Hai, valid_from: 2025-07-01, replaces: h-hai,
     people: [{role: head, email: xa-hai@hoi.example}]}
"""
)
TASKS = """
- {id: nua-nam, title: Báo cáo 6 tháng, owner: each district, due: {every: half-year, by: 10 days after cut-off}}
- {id: xa, title: Báo cáo xã, owner: each commune, due: {every: half-year, by: 5 days after cut-off}}
"""


def july(tmp_path: Path) -> Workplace:
    """On 1 July 2025, the new organisation applied."""
    place = office(tmp_path, TASKS, at="2025-01-06 08:00", head=HEAD, organisation=BEFORE).at(local("2025-06-27 09:00"))
    submit(place, "p/nua-nam/h-hai/2025-H1", {}, by="h-hai", channel="form")
    place = place.at(local("2025-07-01 08:00"))
    (tmp_path / "organisation.yaml").write_text(AFTER, encoding="utf-8")
    proposal, _ = apply_plan(place, tmp_path / "plan.yaml", by="quan-tri")
    assert not proposal.refused, "\n".join(map(str, proposal.problems))
    assert proposal.amendment is not None
    assert [(one.obligation.id, one.owner) for one in proposal.amendment.taken_over] == [
        ("p/nua-nam/h-mot/2025-H1", "xa-moi")
    ]
    return place


def test_who_exists_on_the_day_owes_it() -> None:
    assert table(TASKS, head=HEAD, organisation=AFTER) == [
        "xa-moi 2025-H1 2025-07-07",  # the 5th is a Saturday
        "xa-hai 2025-H1 2025-07-07",
        "xa-moi 2025-H2 2026-01-05",
        "xa-hai 2025-H2 2026-01-05",
    ]


def test_what_an_abolished_district_still_owed_is_taken_over_by_its_successor(tmp_path: Path) -> None:
    place = july(tmp_path)
    one = stands(place, "p/nua-nam/h-mot/2025-H1")
    assert (one.obligation.unit, one.now.owner, one.standing) == ("h-mot", "xa-moi", "open")
    assert story(place, "p/nua-nam/h-mot/2025-H1") == ["Scheduled", "Reassigned"]
    told = {one.letter.recipient.unit for one in letters_of(place, "reassigned")}
    assert told == {"xa-moi"}  # letters to a unit that is gone go to its successor, who is told once


def test_what_was_done_stays_with_who_did_it(tmp_path: Path) -> None:
    one = stands(july(tmp_path), "p/nua-nam/h-hai/2025-H1")
    assert (one.now.owner, one.standing) == ("h-hai", "done_on_time")


def test_what_the_successor_owes_itself_it_does_not_owe_twice(tmp_path: Path) -> None:
    place = july(tmp_path)
    assert stands(place, "p/xa/xa-cu/2025-H1").standing == "cancelled"
    assert stands(place, "p/xa/xa-moi/2025-H1").now.owner == "xa-moi"


def test_what_had_not_opened_lapses(tmp_path: Path) -> None:
    assert stands(july(tmp_path), "p/nua-nam/h-mot/2025-H2").standing == "cancelled"


def test_applying_again_changes_nothing_more(tmp_path: Path) -> None:
    place = july(tmp_path).at(local("2025-07-02 08:00"))
    file = tmp_path / "plan.yaml"
    file.write_text(file.read_text().replace("Báo cáo 6 tháng", "Báo cáo sáu tháng"))
    proposal, _ = apply_plan(place, file, by="quan-tri")
    assert proposal.amendment is not None
    assert proposal.amendment.is_empty
    assert stands(place, "p/nua-nam/h-mot/2025-H1").now.owner == "xa-moi"

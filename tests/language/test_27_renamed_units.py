"""`was: OLD-ID` of a unit: it has another name, and stays what it was in the ledger, on both databases."""

from pathlib import Path

import pytest

from dondoc.desk.difference import difference
from dondoc.desk.events import raise_event
from dondoc.desk.obligations import reassign
from dondoc.desk.plans import apply_plan, propose
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from tests.desk.matters import letters_of, stands, story
from tests.language.saying import HEAD, ORGANISATION, office, owed, placed, problems, written
from tests.places import local

TASKS = """
- {id: bao-cao, title: Báo cáo, owner: each district, due: {every: quarter, by: last day}, submit: {review: gia-binh}}
- {id: rieng, title: Việc riêng, owner: gia-binh, through: gia-binh, due: 2023-12-15,
   policy: {escalate: [{after: 1 working day, to: gia-binh}]}}
- {id: vu, title: Vụ việc, owner: each district, on_event: {event: vu, raised_by: gia-binh, due: 24 hours after}}
- {id: xa, title: Xã báo cáo, owner: {each: commune, under: gia-binh}, due: 2023-11-15}
"""
NEW = ORGANISATION.replace("id: gia-binh,", "id: gia-luong, was: gia-binh,").replace("in: gia-binh", "in: gia-luong")
NEW = NEW.replace("name: Gia Bình", "name: Gia Lương")
NEW_TASKS = TASKS.replace("gia-binh", "gia-luong")


def test_its_obligations_keep_their_ids_and_whoever_lies_within_it_still_does() -> None:
    before, after = owed(TASKS), owed(NEW_TASKS, organisation=NEW)
    assert [one.id for one in after] == [one.id for one in before]
    assert "p/xa/xa-2/once" in {one.id for one in after}
    assert [one.terms for one in after] == [one.terms for one in before]  # reviewer, escalation, through


def test_a_plan_that_still_says_the_former_name_means_the_same_unit() -> None:
    assert owed(TASKS, organisation=NEW) == owed(NEW_TASKS, organisation=NEW)


def test_a_former_name_is_no_other_units_and_nobody_elses_former_name() -> None:
    still = NEW.replace("{id: que-vo,", "{id: gia-binh,")
    assert "duplicate-id at gia-binh, in: tinh," in placed(
        "- {id: a, title: A, owner: tinh, due: 2023-06-30}", HEAD, still
    )
    twice = NEW.replace("{id: que-vo,", "{id: que, was: gia-binh,")
    assert "duplicate-id: something else is called `gia-binh`, or was; give that another id, or leave `was` out" in (
        problems("- {id: a, title: A, owner: tinh, due: 2023-06-30}", HEAD, twice)
    )


@pytest.fixture
def renamed(tmp_path: Path, ledger_url: str) -> Workplace:
    """The second quarter answered, then the unit renamed in plan and organisation, and applied."""
    place = office(tmp_path, TASKS, url=ledger_url).at(local("2023-06-29 09:00"))
    submit(place, "p/bao-cao/gia-binh/2023-Q2", {}, by="gia-binh", channel="form")
    (tmp_path / "organisation.yaml").write_text(NEW, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(written(NEW_TASKS), encoding="utf-8")
    proposal = propose(place, tmp_path / "plan.yaml")
    shown = difference(place, proposal).as_data()
    assert shown["renamed"] == [{"kind": "unit", "ledger": "gia-binh", "from": "gia-binh", "to": "gia-luong"}]
    assert (shown["added"], shown["dropped"], shown["moved"], shown["reassigned"]) == ([], [], [], [])
    proposal, _ = apply_plan(place, tmp_path / "plan.yaml", by="quan-tri")
    assert not proposal.refused, "\n".join(map(str, proposal.problems))
    return place


def test_history_and_statistics_go_on_and_letters_have_the_new_name(renamed: Workplace) -> None:
    assert story(renamed, "p/bao-cao/gia-binh/2023-Q2") == ["Scheduled", "Submitted"]
    later = renamed.at(local("2023-09-28 09:00"))
    result = submit(later, "p/bao-cao/gia-binh/2023-Q3", {}, by="gia-luong", channel="form")
    assert result.problems == ()
    assert stands(later, "p/bao-cao/gia-binh/2023-Q3").now.owner == "gia-binh"
    receipt = letters_of(later, "receipt")[-1].letter
    assert "Gia Lương" in receipt.text
    assert "Gia Bình" not in receipt.text
    again = propose(later, later.settings.home / "plan.yaml")
    assert again.unchanged


def test_whoever_types_the_new_name_is_understood(renamed: Workplace) -> None:
    reassign(renamed, "p/bao-cao/que-vo/2023-Q3", "gia-luong", by="x")
    assert stands(renamed, "p/bao-cao/que-vo/2023-Q3").now.owner == "gia-binh"
    events = raise_event(renamed, "p", "vu", unit="gia-luong", by="x")
    assert [one.obligation for one in events] == ["p/vu/gia-binh/vu-2023-06-29"]


def test_another_plan_of_the_house_goes_on_when_only_the_organisation_says_the_new_name(
    tmp_path: Path, ledger_url: str
) -> None:
    place = office(tmp_path, TASKS, url=ledger_url)
    (tmp_path / "organisation.yaml").write_text(NEW, encoding="utf-8")
    proposal, adoptions = apply_plan(place, tmp_path / "organisation.yaml", by="quan-tri")
    assert not proposal.refused, "\n".join(map(str, proposal.problems))
    assert [(one.plan.plan, one.amendment.is_empty) for one in proposal.others] == [("p", True)]
    assert [(one.after, one.ledger) for one in proposal.renamed] == [("gia-luong", "gia-binh")]
    assert [one.version for one in adoptions] == [2]

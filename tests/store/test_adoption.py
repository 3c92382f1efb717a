"""Applying plans: first, again, amended; what the flows then read."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import Accepted, Amended, Cancelled, Submitted, Voided, effective
from dondoc.core.standing import situation
from dondoc.errors import UnknownPlan
from dondoc.store import plans
from dondoc.store.adoption import Adoption
from dondoc.store.delivery import Outcome
from dondoc.store.ledger import verify
from dondoc.store.matters import awaiting_action, matters
from dondoc.store.outbox import enqueue
from dondoc.store.schema import history, obligations, organisations, plan_versions
from tests.store.office import DISTRICTS, ISSUED, MONDAY, Office, obligation, organisation, plan, reminder

DAY = timedelta(days=1)


def count(office: Office, table) -> int:
    with office.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def in_order(office: Office) -> bool:
    with office.database.reading() as connection:
        return list(verify(connection)) == []


def due(office: Office, unit: str = "gia-binh") -> datetime:
    return situation(*office.matter(unit)).due.at


def midnight_after(day: str) -> datetime:
    return Deadline(datetime.fromisoformat(f"{day}T00:00+07:00") + DAY).at


def test_a_plan_enters_the_ledger_with_all_its_obligations(office: Office):
    assert count(office, obligations) == 3
    assert [office.story(unit) for unit in DISTRICTS] == [["Scheduled"]] * 3
    assert in_order(office)


def test_applying_the_same_again_changes_nothing(office: Office):
    assert office.apply(now=MONDAY) == Adoption("tre-em", 1, new_version=False)
    assert (count(office, plan_versions), count(office, history)) == (1, 3)


def test_what_is_in_force_is_read_back_whole(office: Office):
    with office.database.reading() as connection:
        one = plans.applied(connection, "tre-em")
    assert (one.plan, one.organisation, one.version, one.applied_at) == (plan(), organisation(), 1, ISSUED)
    assert one.calendar == organisation().work_calendar()
    assert one.terms["bao-cao"].review is not None


def test_every_version_is_kept_and_the_newest_is_in_force(office: Office):
    office.apply(plan("2023-06-20"), now=MONDAY)
    office.apply(plan(plan="khac"), now=MONDAY)
    with office.database.reading() as connection:
        assert [(one.plan.plan, one.version) for one in plans.applied_plans(connection)] == [("khac", 1), ("tre-em", 2)]
        both = plans.applied_versions(connection, [("tre-em", 1), ("tre-em", 2)])
    assert [one.plan.sections[0].tasks[0].due for one in both.values()] == ["2023-06-19", "2023-06-20"]
    assert count(office, organisations) == 1


def test_a_plan_that_was_never_applied_is_unknown_and_the_nearest_is_offered(office: Office):
    with pytest.raises(UnknownPlan, match="Did you mean tre-em"), office.database.reading() as connection:
        plans.applied(connection, "treem")


def test_what_is_due_already_when_the_plan_is_first_applied_gets_no_letters(database):
    office = Office(database)
    adoption = office.apply(now=MONDAY + 30 * DAY)
    assert (adoption.added, adoption.before_adoption) == (3, 3)
    assert office.story() == ["Scheduled", "BeforeAdoption"]
    with database.reading() as connection:
        assert awaiting_action(connection, MONDAY + 300 * DAY).matters == ()
    assert in_order(office)


def test_with_chase_past_what_is_due_already_is_chased(database):
    office = Office(database)
    assert office.apply(now=MONDAY + 30 * DAY, chase_past=True).before_adoption == 0
    with database.reading() as connection:
        assert len(awaiting_action(connection, MONDAY + 30 * DAY).matters) == 3
    assert in_order(office)


def test_a_moved_deadline_amends_what_stands_and_keeps_its_history(office: Office):
    office.happens(Submitted, "que-vo", version=1, channel="form")
    adoption = office.apply(plan("2023-06-26"), now=MONDAY)
    assert {type(event) for event in adoption.changed} == {Amended}
    assert {event.plan_version for event in adoption.changed} == {2}
    assert office.story("que-vo") == ["Scheduled", "Submitted", "Amended"]
    assert due(office) == midnight_after("2023-06-26")
    found, _ = office.matter()
    assert found.due.at == midnight_after("2023-06-19")
    assert in_order(office)


def test_what_is_done_is_not_rewritten_by_an_amendment(office: Office):
    office.happens(Submitted, version=1, channel="form")
    office.happens(Accepted)
    adoption = office.apply(plan("2023-06-26"), now=MONDAY)
    assert adoption.amendment is not None
    assert [one.id for one in adoption.amendment.kept] == [obligation()]
    assert office.story() == ["Scheduled", "Submitted", "Accepted"]


def test_a_unit_that_is_dropped_is_cancelled_and_comes_back_when_it_is_restored(office: Office):
    office.apply(plan(owner=["gia-binh", "luong-tai"]), now=MONDAY)
    assert office.story("que-vo") == ["Scheduled", "Cancelled"]
    office.apply(plan(), now=MONDAY + DAY)
    assert office.story("que-vo") == ["Scheduled", "Cancelled", "Voided"]
    kinds = {type(event) for event in effective(office.matter("que-vo")[1])}
    assert kinds.isdisjoint({Cancelled, Voided})
    assert in_order(office)


def test_a_task_that_is_dropped_keeps_the_terms_under_which_it_stood(office: Office):
    other = plan(id="bao-cao-khac")
    office.apply(other, now=MONDAY)
    found, _ = office.matter()
    assert found.terms.title.within("en") == "Six-month report"
    with office.database.reading() as connection:
        assert [one.id for one, _ in matters(connection, "tre-em", task="bao-cao-khac")] == [
            f"tre-em/bao-cao-khac/{unit}/once" for unit in DISTRICTS
        ]
    assert in_order(office)


def test_a_new_unit_is_added_and_the_others_stay(office: Office):
    units = [
        *organisation().model_dump(by_alias=True)["units"],
        {"id": "tu-son", "name": "Từ Sơn", "level": "district"},
    ]
    adoption = office.apply(now=MONDAY, units=units)
    assert (adoption.version, adoption.added, adoption.changed) == (2, 1, ())
    assert office.story("tu-son") == ["Scheduled"]
    assert office.story("que-vo") == ["Scheduled"]


def test_a_changed_policy_changes_the_next_action_of_what_stands(office: Office):
    office.apply(plan(policy={"remind": ["3 days before"]}), now=ISSUED + DAY)
    with office.database.reading() as connection:
        assert awaiting_action(connection, MONDAY).matters == ()
        assert len(awaiting_action(connection, MONDAY + 11 * DAY).matters) == 3
    assert in_order(office)


def test_a_changed_calendar_changes_the_next_action_of_what_stands(office: Office):
    office.apply(now=ISSUED + DAY, calendar={"holidays": "VN", "letters_at": "09:00"})
    with office.database.reading() as connection:
        assert awaiting_action(connection, MONDAY + timedelta(minutes=59)).matters == ()
        assert len(awaiting_action(connection, MONDAY + timedelta(hours=1)).matters) == 3
    assert in_order(office)


def test_a_new_title_comes_with_the_version_and_is_no_event(office: Office):
    adoption = office.apply(plan(title="Báo cáo sơ kết"), now=MONDAY)
    assert adoption.changed == ()
    assert office.matter()[0].terms.title.vi == "Báo cáo sơ kết"
    assert office.story() == ["Scheduled"]


def test_an_apply_that_fails_half_way_leaves_nothing(office: Office, monkeypatch: pytest.MonkeyPatch):
    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("dondoc.store.adoption._record_changes", fails)
    with pytest.raises(ZeroDivisionError):
        office.apply(plan("2023-06-26"), now=MONDAY)
    monkeypatch.undo()
    with office.database.reading() as connection:
        assert plans.applied(connection, "tre-em").plan == plan()
    assert due(office) == midnight_after("2023-06-19")
    assert office.apply(plan("2023-06-27"), now=MONDAY).version == 2
    assert due(office) == midnight_after("2023-06-27")


def test_a_version_that_was_rolled_back_is_not_remembered(office: Office):
    def rolled_back():
        with office.database.writing() as connection:
            from dondoc.core.schedule import schedule
            from dondoc.store.adoption import apply_version

            wrong = plan("2023-07-03")
            apply_version(connection, wrong, organisation(), "", schedule(wrong, organisation()), now=MONDAY, by="x")
            assert plans.applied(connection, "tre-em").plan == wrong
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rolled_back()
    office.apply(plan("2023-06-27"), now=MONDAY)
    with office.database.reading() as connection:
        assert plans.applied(connection, "tre-em").plan == plan("2023-06-27")


def test_more_obligations_than_a_portion_all_enter(database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dondoc.store.adoption._PORTION", 2)
    office = Office(database)
    assert office.apply().added == 3
    assert in_order(office)


def test_a_letter_written_before_the_plan_named_a_committee_still_begins_its_time_by_leaving(office: Office):
    gentle = {"remind": ["14 days before"]}
    ladder = {"escalate": [{"after": "3 working days", "to": "thuong-truc"}]}
    office.apply(plan(policy=gentle), now=ISSUED + DAY)
    posting = reminder("gia-binh")
    with office.database.writing() as connection:
        assert enqueue(connection, posting.letter, posting.events)
    office.claims()
    office.apply(plan(policy=gentle | ladder), now=MONDAY)
    assert office.tells(Outcome(posting.letter.id, "sent")) == ()
    assert in_order(office)

"""Recording what happens, reading it again, and taking it back."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy
from sqlalchemy import update

from dondoc.calendar.deadline import Deadline
from dondoc.core.decide import next_action
from dondoc.core.history import (
    Accepted,
    Amended,
    Escalated,
    ExtensionGranted,
    Reminded,
    Returned,
    RungSkipped,
    Scheduled,
    Sent,
    Step,
    Submitted,
    Voided,
    Waived,
    as_of,
)
from dondoc.core.standing import situation
from dondoc.errors import NotAllowed, UnknownObligation
from dondoc.store import matters
from dondoc.store.delivery import claim
from dondoc.store.ledger import Drift, record, undo, verify
from dondoc.store.matters import awaiting_action
from dondoc.store.outbox import enqueue
from dondoc.store.schema import obligations
from tests.store.office import DISTRICTS, ISSUED, MONDAY, Office, obligation, organisation, plan, reminder

DAY = timedelta(days=1)


def stored_next(office: Office, unit: str = "gia-binh") -> datetime | None:
    with office.database.reading() as connection:
        return next(
            (one.next_action_at for one in connection.execute(obligations.select()) if one.id == obligation(unit)),
            None,
        )


def in_order(office: Office) -> bool:
    with office.database.reading() as connection:
        return list(verify(connection)) == []


def test_what_is_recorded_is_read_again_in_order_of_recording(office: Office):
    office.happens(Submitted, at=MONDAY, version=1, channel="paper", by="clerk", why="văn thư")
    office.happens(Returned, at=MONDAY + DAY, due=Deadline(MONDAY + 3 * DAY), why="thiếu số liệu")
    _, history = office.matter()
    assert [type(fact) for fact in history] == [Scheduled, Submitted, Returned]
    assert [fact.id for fact in history] == sorted(fact.id for fact in history)
    assert history[1] == Submitted(
        obligation=obligation(), happened_at=MONDAY, recorded_at=MONDAY, by="clerk", why="văn thư",
        plan_version=1, id=history[1].id, version=1, channel="paper",
    )  # fmt: skip


def test_the_next_action_is_refreshed_with_every_event(office: Office):
    assert stored_next(office) == MONDAY
    submitted = office.happens(Submitted, version=1, channel="form")
    assert stored_next(office) == next_action(*office.matter(), organisation().work_calendar())
    office.happens(Accepted)
    assert stored_next(office) is None
    with office.database.writing() as connection:
        undo(connection, office.matter()[1][-1].id, why="nhầm", by="admin", now=MONDAY)
        undo(connection, submitted.id, why="nhầm", by="admin", now=MONDAY)
    assert stored_next(office) == MONDAY
    assert in_order(office)


def test_events_for_several_obligations_are_recorded_together_or_not_at_all(office: Office):
    waived = [
        Waived(obligation=one, happened_at=MONDAY, recorded_at=MONDAY, by="admin")
        for one in (obligation("gia-binh"), "tre-em/bao-cao/gia-binhh/once")
    ]
    with pytest.raises(UnknownObligation, match=r"Did you mean tre-em/bao-cao/gia-binh/once"):
        office.records(*waived)
    assert office.story() == ["Scheduled"]


def test_an_event_carries_the_plan_version_under_which_the_obligation_stands(office: Office):
    office.apply(plan("2023-06-20"), now=MONDAY)
    assert office.happens(Waived).plan_version == 2


def test_a_letters_fact_belongs_to_every_obligation_whose_step_it_carries(office: Office):
    letter = reminder("gia-binh", "que-vo")
    with office.database.writing() as connection:
        assert enqueue(connection, letter.letter, letter.events)
    before = stored_next(office)
    office.records(Sent(letter=letter.letter.id, happened_at=MONDAY, recorded_at=MONDAY, detail="250 ok"))
    for unit in ("gia-binh", "que-vo"):
        assert office.story(unit) == ["Scheduled", "Reminded", "Sent"]
    assert office.story("luong-tai") == ["Scheduled"]
    assert situation(*office.matter("que-vo")).owner_told_at == MONDAY
    assert stored_next(office) == before
    assert in_order(office)


def test_as_of_an_earlier_instant_shows_what_was_known_then(office: Office):
    office.happens(Submitted, at=MONDAY + DAY, happened_at=MONDAY, version=1, channel="paper")
    found, history = office.matter()
    assert situation(found, as_of(history, MONDAY)).submitted is None
    assert situation(found, as_of(history, MONDAY + DAY)).submitted is not None


def test_a_rung_that_two_rounds_pass_at_once_is_passed_once(office: Office):
    skipped = RungSkipped(
        obligation=obligation(), happened_at=MONDAY, recorded_at=MONDAY, by="dondoc",
        cycle=0, rung="escalate/thuong-truc", ordinal=0, empty=True,
    )  # fmt: skip
    assert len(office.records(skipped)) == 1
    assert office.records(skipped) == ()
    assert office.story() == ["Scheduled", "RungSkipped"]


def test_an_event_recorded_by_mistake_is_taken_back_and_stays_visible(office: Office):
    waived = office.happens(Waived, why="nhầm đơn vị")
    with office.database.writing() as connection:
        voided = undo(connection, waived.id, why="nhầm", by="admin", now=MONDAY + DAY)
    assert voided.event == waived.id
    assert voided.id > waived.id
    assert office.story() == ["Scheduled", "Waived", "Voided"]
    assert not situation(*office.matter()).waived


def test_what_cannot_be_taken_back_is_said_with_what_to_do_instead(office: Office):
    letter = reminder("gia-binh")
    with office.database.writing() as connection:
        enqueue(connection, letter.letter, letter.events)
    office.happens(Waived)
    scheduled, reminded, waived = office.matter()[1]

    def undone(number: int) -> int:
        with office.database.writing() as connection:
            return undo(connection, number, why="x", by="admin", now=MONDAY).id

    voided = undone(waived.id)
    for number, why in (
        (scheduled.id, "it is the obligation itself"),
        (reminded.id, "it tells of a letter"),
        (waived.id, "taken back before"),
        (voided, "it takes back another one"),
        (10_000, "no obligation has an event with this number"),
    ):
        with pytest.raises(NotAllowed, match=why):
            undone(number)


def test_awaiting_action_gives_what_is_due_the_longest_due_first(office: Office):
    office.happens(Amended, "que-vo", at=ISSUED, due=Deadline(datetime.fromisoformat("2023-06-13T00:00+07:00")))

    def awaiting(now: datetime, **options) -> list[str]:
        with office.database.reading() as connection:
            return [one.unit for one, _ in awaiting_action(connection, now, **options).matters]

    assert awaiting(ISSUED) == []
    assert awaiting(MONDAY - timedelta(seconds=1)) == ["que-vo"]
    assert awaiting(MONDAY) == ["que-vo", "gia-binh", "luong-tai"]
    assert awaiting(MONDAY, plans=["another"]) == []
    assert awaiting(MONDAY, plans=["another", "tre-em"], limit=1) == ["que-vo"]


def test_awaiting_action_goes_on_where_it_stopped_although_matters_left_the_queue(office: Office):
    seen = []
    last = None
    while True:
        with office.database.reading() as connection:
            page = awaiting_action(connection, MONDAY, after=last, limit=1)
        seen += [one.unit for one, _ in page.matters]
        if page.last is None:
            break
        last = page.last
        office.happens(Waived, seen[-1])
    assert seen == sorted(DISTRICTS)


def test_matters_are_read_by_plan_task_unit_and_period(office: Office):
    office.apply(plan(plan="tre-em-2"))
    with office.database.reading() as connection:

        def ids(*args: str, **kinds: str) -> list[str]:
            return [one.id for one, _ in matters.matters(connection, *args, **kinds)]

        everything = ids()
        assert everything == sorted(everything)
        assert len(everything) == 6
        assert ids("tre-em") == [obligation(unit) for unit in DISTRICTS]
        assert ids("tre-em", task="bao-cao", unit="que-vo") == [obligation("que-vo")]
        assert ids("tre-em", task="bao-c") == ids("tre") == ids(period="2023") == []
        assert ids(unit="que-vo") == [obligation("que-vo", "tre-em-2"), obligation("que-vo")]


def test_more_matters_than_a_page_are_all_read_once(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matters, "PAGE", 2)
    with office.database.reading() as connection:
        assert [one.unit for one, _ in matters.matters(connection)] == list(DISTRICTS)
        found = matters.load(connection, [obligation(unit) for unit in ("que-vo", "gia-binh", "luong-tai")])
    assert [one.unit for one, _ in found] == ["que-vo", "gia-binh", "luong-tai"]


def test_an_obligation_comes_back_as_it_was_scheduled(office: Office):
    found, _ = office.matter()
    assert found.due == Deadline(datetime.fromisoformat("2023-06-20T00:00+07:00"))
    assert found.terms.title.within("en") == "Six-month report"
    assert found.terms.review is not None
    assert found.opens == datetime.fromisoformat("2023-04-13T00:00+07:00")


def test_verify_finds_what_was_changed_from_outside(office: Office):
    assert in_order(office)
    with office.database.writing() as connection:
        connection.execute(update(obligations).where(obligations.c.unit == "que-vo").values(next_action_at=None))
    with office.database.reading() as connection:
        assert list(verify(connection)) == [Drift(obligation("que-vo"), None, MONDAY)]


def test_numbers_grow_with_every_event(office: Office):
    numbers = [office.happens(Submitted, version=n, channel="form").id for n in range(1, 4)]
    assert all(one < other for one, other in pairwise(numbers))


def test_an_event_of_a_rung_says_to_whom_it_went(office: Office):
    step = Step(0, "escalate/thuong-truc", 0, "tt@x.example")
    escalated = Escalated(
        obligation=obligation(), happened_at=MONDAY, recorded_at=MONDAY, by="dondoc",
        step=step, letter="abc", to="thuong-truc",
    )  # fmt: skip
    (recorded,) = office.records(escalated)
    assert office.matter()[1][-1] == recorded == replace(escalated, id=recorded.id, plan_version=1)


def test_recording_nothing_is_nothing(office: Office):
    assert office.records() == ()


def test_an_extension_moves_the_next_action(office: Office):
    office.happens(ExtensionGranted, due=Deadline(datetime.fromisoformat("2023-07-20T00:00+07:00")))
    assert stored_next(office) == datetime.fromisoformat("2023-07-05T08:00+07:00")


def test_voided_and_reminded_tell_of_the_same_plan(office: Office):
    with office.database.writing() as connection:
        voided = record(
            connection,
            [Voided(obligation=obligation(), happened_at=MONDAY, recorded_at=MONDAY, by="x", event=10_000)],
        )
    assert voided[0].plan_version == 1
    assert Reminded in {type(event) for event in reminder("gia-binh").events}


def test_what_an_idle_round_asks_is_answered_by_indexes(office: Office):
    asked: list[tuple[str, object]] = []
    engine = office.database.engine

    def listen(connection, cursor, statement, parameters, context, many):
        asked.append((statement, parameters))

    sqlalchemy.event.listen(engine, "before_cursor_execute", listen)
    with office.database.writing() as connection:
        assert not awaiting_action(connection, ISSUED).matters
        assert not claim(connection, now=ISSUED, token="worker", limit=10, lease=DAY)
    sqlalchemy.event.remove(engine, "before_cursor_execute", listen)
    questions = [one for one in asked if one[0].startswith("SELECT")]
    assert len(questions) == 2
    with office.database.writing() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            answers = [connection.exec_driver_sql(f"EXPLAIN {ask}", given).all() for ask, given in questions]
            assert "Seq Scan" not in str(answers)
            assert str(answers).count("Index") >= 4
        else:
            answers = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {ask}", given).all() for ask, given in questions]
            assert "SCAN obligations" not in str(answers)
            assert "SCAN outbox" not in str(answers)

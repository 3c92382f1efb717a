"""Counting by the database: the same as by folding every history, now and as of any instant that was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy
from sqlalchemy import insert, update

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import (
    Accepted,
    Cancelled,
    Escalated,
    Event,
    ExtensionGranted,
    Reassigned,
    Returned,
    Step,
    Submitted,
    Voided,
    Waived,
)
from dondoc.core.standing import situation
from dondoc.core.statistics import Tally, count, tally_by
from dondoc.reports.figures import escalations, known, late, plan_figures
from dondoc.store import standings
from dondoc.store.database import open_database
from dondoc.store.ledger import rebuild, record, verify
from dondoc.store.matters import load, matters
from dondoc.store.plans import applied
from dondoc.store.schema import obligations, steps
from tests.store.office import DISTRICTS, ISSUED, MONDAY, Office, obligation

LATER = datetime(2023, 7, 3, 1, tzinfo=UTC)
"""Two weeks after the deadline."""


def tallies(office: Office, at: datetime, *by: standings.Dimension) -> dict[tuple[str, ...], Tally]:
    with office.database.reading() as connection:
        return standings.tallies(connection, at, by)


def counted(office: Office, at: datetime) -> Tally:
    with office.database.reading() as connection:
        return count(((one, situation(one, history)) for one, history in matters(connection)), at)


def test_what_was_only_scheduled_counts_by_its_own_deadline(office: Office) -> None:
    assert tallies(office, MONDAY)[()].in_force.as_data() == {
        "done_on_time": 0, "done_late": 0, "open_in_time": 3, "open_overdue": 0, "total": 3,
        "waived": 0, "cancelled": 0, "before_adoption": 0,
    }  # fmt: skip
    due = datetime(2023, 6, 19, 17, tzinfo=UTC)  # the end of 19/6 in Vietnam
    assert tallies(office, due - timedelta(microseconds=1))[()].in_force.open_in_time == 3
    assert tallies(office, due)[()].in_force.open_overdue == 3


def test_what_happens_moves_an_obligation_between_the_columns(office: Office) -> None:
    office.happens(Submitted, "gia-binh", version=1, channel="form")
    office.happens(Accepted, "gia-binh")
    office.happens(Waived, "luong-tai")
    assert tallies(office, LATER, "owner") == {
        ("gia-binh",): counted_as("done_on_time"),
        ("luong-tai",): counted_as("waived"),
        ("que-vo",): counted_as("open_overdue"),
    }


def counted_as(column: str) -> Tally:
    from dondoc.core.statistics import Counts

    return Tally(Counts(**{column: 1}), Counts(**{column: 1}))


def test_the_unit_that_owes_it_today_is_counted(office: Office) -> None:
    office.happens(Reassigned, "gia-binh", owner="que-vo")
    assert {key: tally.in_force.total for key, tally in tallies(office, MONDAY, "owner").items()} == {
        ("luong-tai",): 1,
        ("que-vo",): 2,
    }


def test_an_extension_counts_both_ways(office: Office) -> None:
    office.happens(ExtensionGranted, "gia-binh", due=Deadline(LATER + timedelta(days=7)))
    found = tallies(office, LATER)[()]
    assert (found.in_force.open_overdue, found.original.open_overdue) == (2, 3)


def test_the_overdue_come_the_longest_first_with_what_was_done_about_them(office: Office) -> None:
    office.happens(ExtensionGranted, "gia-binh", due=Deadline(LATER - timedelta(days=2)))
    step = Step(0, "escalate/thuong-truc", 0, "thu-ky@x.example")
    escalated = {"step": step, "letter": "l-1", "to": "thuong-truc", "at": LATER - timedelta(days=5)}
    office.happens(Escalated, "que-vo", **escalated)
    with office.database.reading() as connection:
        plan = applied(connection, "tre-em")
        found = late(connection, plan, LATER)
        put_up = escalations(connection, plan, LATER)
        of_one = late(connection, plan, LATER, owner="gia-binh")
    assert [(one.obligation.unit, one.days) for one in found] == [("luong-tai", 14), ("que-vo", 14), ("gia-binh", 2)]
    assert [(one.obligation.unit, one.now.escalated_to) for one in put_up] == [("que-vo", "thuong-truc")]
    assert put_up[0].escalated is not None
    assert (LATER - put_up[0].escalated.happened_at).days == 5
    assert [one.obligation.unit for one in of_one] == ["gia-binh"]


def test_what_was_changed_from_outside_is_found_and_worked_out_anew(office: Office) -> None:
    office.happens(Submitted, "gia-binh", version=1, channel="form")
    with office.database.writing() as connection:
        connection.execute(update(obligations).values(placed="done_late", placed_original="done_late"))
        assert len(list(verify(connection))) == 3
        rebuild(connection)
        assert list(verify(connection)) == []
    assert tallies(office, LATER)[()] == counted(office, LATER)


def happenings(chance: random.Random) -> Iterator[tuple[type[Event], dict[str, object]]]:
    while True:
        due = Deadline(datetime(2023, 6, 10, 17, tzinfo=UTC) + timedelta(days=chance.randrange(40)))
        yield chance.choice(
            [
                (Submitted, {"version": 1, "channel": "form"}), (Submitted, {"version": 1, "channel": "form"}),
                (Accepted, {}), (Accepted, {}), (Returned, {"due": due}), (ExtensionGranted, {"due": due}),
                (Waived, {}), (Cancelled, {}), (Reassigned, {"owner": chance.choice(DISTRICTS)}), (Voided, {}),
            ]
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_as_of_any_instant_the_ledger_counts_what_it_counted_then(office: Office, seed: int) -> None:
    """Events come in the order of their recording, each tells of a time before; counts are looked at in between."""
    chance, told = random.Random(seed), happenings(random.Random(seed))
    now, last = ISSUED, dict.fromkeys(DISTRICTS, 0)
    seen: list[tuple[datetime, Tally, dict[tuple[str, ...], Tally]]] = []
    for _ in range(12):
        now += timedelta(hours=chance.randrange(1, 240))
        kind, data = next(told)
        unit = chance.choice(DISTRICTS)
        if kind is Voided:
            if not last[unit]:
                continue
            data = {"event": last[unit]}
        happened = now - timedelta(hours=chance.randrange(0, 100))
        event = kind(obligation=obligation(unit), happened_at=happened, recorded_at=now, by="test", **data)  # type: ignore[arg-type]
        with office.database.writing() as connection:
            (recorded,) = record(connection, [event])
        last[unit] = recorded.id
        at = now + timedelta(minutes=1)
        seen.append((at, tallies(office, at)[()], tallies(office, at, "task", "owner")))
    with office.database.reading() as connection:
        plan = applied(connection, "tre-em")
        for at, whole, by_owner in seen:
            judged = list(known(connection, "tre-em", at))
            assert count(judged, at) == whole
            assert tally_by(judged, at, lambda one, situated: (one.task, situated.owner)) == by_owner
            assert plan_figures(connection, plan, at, as_of=at).counts.whole == whole
        at = now + timedelta(days=400)
        assert plan_figures(connection, plan, at, as_of=at).counts == plan_figures(connection, plan, at).counts
        assert late(connection, plan, at, as_of=at) == late(connection, plan, at)
        grouped = standings.groups(connection, "tre-em")
        for then, limit in ((then, limit) for then, _, _ in seen for limit in (1, 2, 5)):
            wanted = list(standings.overdue(connection, then, plan="tre-em", limit=limit))
            assert standings.longest_overdue(connection, then, "tre-em", grouped, limit) == wanted
            late_now = standings.tallies(connection, then, ("owner",))
            assert standings.overdue_by_owner(connection, "tre-em", then) == {
                owner: tally.in_force.open_overdue
                for (owner,), tally in late_now.items()
                if tally.in_force.open_overdue
            }
        assert list(verify(connection)) == []


def test_only_what_was_in_the_ledger_by_then_is_counted(office: Office) -> None:
    with office.database.reading() as connection:
        assert list(known(connection, "tre-em", ISSUED - timedelta(days=1))) == []
        assert len(load(connection, [obligation()])) == 1


def test_groups_say_at_every_instant_what_the_rows_say(office: Office) -> None:
    office.happens(Submitted, "gia-binh", version=1, channel="form")
    office.happens(Accepted, "gia-binh")
    due = datetime(2023, 6, 19, 17, tzinfo=UTC)
    with office.database.reading() as connection:
        for at in (MONDAY, due - timedelta(microseconds=1), due, LATER):
            grouped = standings.groups(connection)
            assert sum(one.count for one in grouped) == 3
            by_row = standings.tallies(connection, at, ("owner", "task", "period"))
            assert standings.tallied(grouped, at)[()] == sum(by_row.values(), Tally())
            plans = {one.plan for one in grouped}
            longest = [one for plan in plans for one in standings.longest_overdue(connection, at, plan, grouped, 2)]
            assert longest == list(standings.overdue(connection, at, limit=2))
            late = [standings.overdue_by_owner(connection, plan, at) for plan in plans]
            assert late == [{} if at < due else {"luong-tai": 1, "que-vo": 1}]
            assert {one for plan in plans for one in standings.owners_of(connection, plan)} == set(DISTRICTS)


def test_the_longest_overdue_are_found_among_deadlines_that_moved(office: Office) -> None:
    office.happens(ExtensionGranted, "que-vo", due=Deadline(datetime(2023, 6, 23, 17, tzinfo=UTC), whole_day=True))
    office.happens(Reassigned, "gia-binh", owner="que-vo")
    with office.database.reading() as connection:
        grouped = standings.groups(connection)
        (plan,) = {one.plan for one in grouped}
        for limit in (1, 2, 3, 4):
            assert standings.longest_overdue(connection, LATER, plan, grouped, limit) == list(
                standings.overdue(connection, LATER, plan=plan, limit=limit)
            )
        assert standings.overdue_by_owner(connection, plan, LATER) == {"luong-tai": 1, "que-vo": 2}
        owed = standings.owed_by(connection, "que-vo")
        assert [one[0].split("/")[2] for one in owed] == ["gia-binh", "que-vo"]
        assert {kept.owner for *_, kept in owed} == {"que-vo"}


def test_what_stands_before_a_body_is_found_by_an_index(office: Office) -> None:
    asked: list[tuple[str, object]] = []
    engine = office.database.engine

    def listen(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        asked.append((statement, parameters))

    sqlalchemy.event.listen(engine, "before_cursor_execute", listen)
    with office.database.writing() as connection:
        assert not standings.still_before(connection, {"thuong-truc"}, ["tre-em"], MONDAY)
        sqlalchemy.event.remove(engine, "before_cursor_execute", listen)
        statement, given = asked[-1]
        if engine.dialect.name == "postgresql":  # which would read tables as small as these in any way whatever
            reminder = {"letter": "x", "obligation": "o", "cycle": 0, "rung": "remind", "recipient": "y"}
            connection.execute(insert(steps), [reminder | {"position": at, "ordinal": at} for at in range(5_000)])
            connection.exec_driver_sql("ANALYZE steps")
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        answer = str(connection.exec_driver_sql(f"{explain} {statement}", given).all())
    assert "ix_steps_put_before" in answer
    assert "SCAN steps" not in answer


def test_postgresql_never_counts_by_a_plan_for_any_values(migrated_postgres: str) -> None:
    database = open_database(migrated_postgres)
    with database.reading() as connection:
        for _ in range(15):  # prepared after five times, and planned for any values after five more
            standings.tallies(connection, LATER, ["owner"])
            standings.groups(connection, "ke-hoach")
            standings.overdue_by_owner(connection, "ke-hoach", LATER)
        prepared = sqlalchemy.text(
            "SELECT count(*), sum(custom_plans), sum(generic_plans) FROM pg_prepared_statements "
            "WHERE statement LIKE '%FROM obligations%'"
        )
        statements, custom, generic = connection.execute(prepared).one()
    database.close()
    assert (statements, generic) == (4, 0)
    assert custom >= 40

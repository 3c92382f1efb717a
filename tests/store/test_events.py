"""Events become rows and rows become events."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dondoc.calendar.deadline import Deadline
from dondoc.core import history as events
from dondoc.core.history import Event, Fact, LetterEvent, Step, StepTaken
from dondoc.store.bulk import insert_rows, stored_instant
from dondoc.store.database import Database
from dondoc.store.events import COLUMNS, KINDS, event_of, letter_event_of, row_of
from dondoc.store.schema import history

CLASSES = [
    one
    for one in vars(events).values()
    if isinstance(one, type) and issubclass(one, Event | LetterEvent) and one not in (Event, StepTaken, LetterEvent)
]

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
deadlines = st.builds(Deadline, at=instants, whole_day=st.booleans())
steps = st.builds(Step, st.integers(0, 9), texts, st.integers(0, 9), texts)
numbers = st.integers(1, 2**31 - 1)
VALUES = {
    "obligation": texts, "by": texts, "why": texts, "detail": texts, "letter": texts, "owner": texts, "to": texts,
    "rung": texts, "channel": texts, "submission": texts, "plan_version": numbers, "version": numbers,
    "event": numbers, "cycle": numbers, "ordinal": numbers, "empty": st.booleans(), "id": st.integers(1, 2**62),
    "what": texts, "name": texts, "unit": texts, "severity": texts, "person": texts, "opens": instants,
    "document": texts, "signed_on": texts, "signed_by": texts, "digest": texts,
    "before": instants, "body": texts, "urged": st.booleans(),
    "happened_at": instants, "recorded_at": instants, "due": deadlines, "step": steps,
}  # fmt: skip
facts = st.sampled_from(CLASSES).flatmap(
    lambda cls: st.builds(cls, **{field.name: VALUES[field.name] for field in fields(cls)})
)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_kind_of_event_has_its_place_in_the_history(cls: type[Fact]):
    assert cls in KINDS


def test_no_two_kinds_of_event_share_a_name():
    assert len(set(KINDS.values())) == len(KINDS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fact=facts)
def test_what_goes_into_the_history_comes_out_the_same(database: Database, fact: Fact):
    with database.engine.connect() as connection, connection.begin() as transaction:
        insert_rows(connection, history, COLUMNS, [row_of(fact, stored_instant(connection))])
        row = connection.execute(select(history)).one()
        back = event_of(row) if isinstance(fact, Event) else letter_event_of(row)
        transaction.rollback()
    assert back == fact


def test_a_naive_instant_is_refused_at_the_door(database: Database):
    with pytest.raises(Exception, match="has no time zone"), database.writing() as connection:
        connection.execute(select(history).where(history.c.happened_at == datetime(2023, 6, 19)))  # noqa: DTZ001

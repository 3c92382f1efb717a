"""Letters enter the outbox once, with their steps and events or not at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from dondoc.core.history import Step, Waived
from dondoc.core.letter import Recipient, letter_id, natural_key
from dondoc.errors import NotAllowed, UnknownObligation
from dondoc.store import letters
from dondoc.store.delivery import Outcome
from dondoc.store.outbox import (
    Posting,
    cancel,
    enqueue,
    enqueue_all,
    hand_over,
    pause,
    paused,
    resume,
    retry,
)
from dondoc.store.schema import outbox, steps
from tests.store.office import MONDAY, Office, obligation, plan, reminder

PAPER = Recipient("paper:ban/officer", "Bác Tư", "ban", "officer", None, "0912", "paper", "vi")


def put(office: Office, *postings: Posting) -> tuple[bool, ...]:
    with office.database.writing() as connection:
        return enqueue_all(connection, [[posting] for posting in postings])


def put_together(office: Office, *postings: Posting) -> bool:
    with office.database.writing() as connection:
        return enqueue_all(connection, [postings])[0]


def state(office: Office, posting: Posting) -> str:
    with office.database.reading() as connection:
        return letters.letter(connection, posting.letter.id).state


def count(office: Office) -> tuple[int, int]:
    with office.database.reading() as connection:
        return tuple(connection.scalar(select(func.count()).select_from(table)) or 0 for table in (outbox, steps))


def test_a_letter_comes_back_as_it_was_written(office: Office):
    posting = reminder("gia-binh", "que-vo", urgent=True, plans=("tre-em", "p2"), valid_until=None)
    assert put(office, posting) == (True,)
    with office.database.reading() as connection:
        found = letters.letter(connection, posting.letter.id)
    assert found.letter == posting.letter
    assert (found.state, found.attempts, found.error) == ("queued", 0, "")
    assert office.story() == ["Scheduled", "Reminded"]


def test_deciding_twice_sends_once(office: Office):
    assert put(office, reminder("gia-binh")) == (True,)
    assert put(office, reminder("gia-binh")) == (False,)
    assert office.story() == ["Scheduled", "Reminded"]
    assert count(office) == (1, 1)


def test_the_same_letter_twice_in_one_call_goes_once(office: Office):
    assert put(office, reminder("gia-binh"), reminder("gia-binh")) == (True, False)
    assert office.story() == ["Scheduled", "Reminded"]


def test_a_letter_of_the_same_key_keeps_a_second_one_out_whatever_it_says(office: Office):
    put(office, reminder("gia-binh"))
    other = replace(reminder("que-vo"), letter=replace(reminder("que-vo").letter, id="another"))
    other = replace(other, events=tuple(replace(event, letter="another") for event in other.events))
    assert put(office, other) == (False,)
    assert office.story("que-vo") == ["Scheduled"]


def test_a_step_that_was_taken_keeps_the_whole_letter_out(office: Office):
    put(office, reminder("gia-binh"))
    tomorrow = reminder("gia-binh", "que-vo", day=date(2023, 6, 6))
    assert put(office, tomorrow) == (False,)
    assert office.story("que-vo") == ["Scheduled"]


def test_the_same_step_towards_another_recipient_is_another_step(office: Office):
    put(office, reminder("gia-binh"))
    assert put(office, reminder("gia-binh", to="other@x.example")) == (True,)
    assert office.story() == ["Scheduled", "Reminded", "Reminded"]


def test_letters_of_a_bundle_go_together_or_not_at_all(office: Office):
    put(office, reminder("gia-binh"))
    fresh, known = reminder("que-vo", to="new@x.example"), reminder("gia-binh", to="someone@x.example")
    assert put_together(office, fresh, known) is False
    assert office.story("que-vo") == ["Scheduled"]
    assert put_together(office, fresh, reminder("luong-tai", to="third@x.example")) is True
    assert office.story("que-vo") == ["Scheduled", "Reminded"]


def test_a_letter_without_steps_goes_alone(office: Office):
    receipt = reminder(kind="receipt", natural_key="receipt|a@x.example|1", about=(obligation(),))
    assert put(office, receipt) == (True,)
    assert put(office, receipt) == (False,)


def test_an_event_beside_the_steps_is_recorded_with_the_letter(office: Office):
    waived = Waived(obligation=obligation("que-vo"), happened_at=MONDAY, recorded_at=MONDAY, by="admin")
    posting = reminder("gia-binh")
    put(office, replace(posting, events=(*posting.events, waived)))
    assert office.story("que-vo") == ["Scheduled", "Waived"]


def test_a_letter_about_an_unknown_obligation_is_refused_and_nothing_goes(office: Office):
    with pytest.raises(UnknownObligation):
        put(office, reminder("gia-binh"), reminder("nowhere", to="b@x.example"))
    assert count(office) == (0, 0)


def test_a_letter_whose_events_take_other_steps_is_a_mistake_of_the_caller(office: Office):
    posting = reminder("gia-binh")
    with pytest.raises(ValueError, match="take other steps"):
        put(office, replace(posting, events=()))


def test_enqueue_is_for_one_letter(office: Office):
    posting = reminder("gia-binh")
    with office.database.writing() as connection:
        assert enqueue(connection, posting.letter, posting.events)
        assert not enqueue(connection, posting.letter, posting.events)


@pytest.mark.parametrize("recipient", [PAPER, replace(PAPER, channel="mail"), replace(PAPER, address="a@x.example")])
def test_a_letter_that_no_mail_reaches_is_to_be_handed_over(office: Office, recipient: Recipient):
    posting = reminder("gia-binh", recipient=recipient)
    put(office, posting)
    assert state(office, posting) == "to_hand_over"
    assert office.claims().letters == ()
    with office.database.writing() as connection:
        hand_over(connection, posting.letter.id, at=MONDAY, by="clerk", now=MONDAY + timedelta(hours=3))
    assert state(office, posting) == "sent"
    assert office.story() == ["Scheduled", "Reminded", "HandedOver"]
    with pytest.raises(NotAllowed, match="its state is sent"), office.database.writing() as connection:
        hand_over(connection, posting.letter.id, at=MONDAY, by="clerk", now=MONDAY)


def test_a_cancelled_letter_is_not_sent_and_not_written_again(office: Office):
    posting = reminder("gia-binh")
    put(office, posting)
    with office.database.writing() as connection:
        cancel(connection, posting.letter.id, why="đã gọi điện", by="admin", now=MONDAY)
    assert state(office, posting) == "refused"
    assert office.story() == ["Scheduled", "Reminded", "Refused"]
    assert office.claims().letters == ()
    assert put(office, reminder("gia-binh")) == (False,)


def test_a_letter_that_is_being_sent_cannot_be_cancelled(office: Office):
    posting = reminder("gia-binh")
    put(office, posting)
    office.claims()
    with pytest.raises(NotAllowed, match="its state is claimed"), office.database.writing() as connection:
        cancel(connection, posting.letter.id, why="", by="admin", now=MONDAY)


def test_a_refused_letter_is_sent_again_when_asked_while_it_is_true(office: Office):
    posting = reminder("gia-binh")
    put(office, posting)
    with office.database.writing() as connection:
        cancel(connection, posting.letter.id, why="nhầm", by="admin", now=MONDAY)
    with office.database.writing() as connection:
        assert retry(connection, posting.letter.id, by="admin", now=MONDAY)
    assert [one.id for one in office.claims().letters] == [posting.letter.id]


def test_a_refused_letter_that_is_no_longer_true_is_voided_and_decided_anew(office: Office):
    posting = reminder("gia-binh")
    put(office, posting)
    with office.database.writing() as connection:
        cancel(connection, posting.letter.id, why="nhầm", by="admin", now=MONDAY)
        assert not retry(connection, posting.letter.id, by="admin", now=MONDAY + timedelta(days=1))
    assert state(office, posting) == "voided"
    assert put(office, reminder("gia-binh", day=date(2023, 6, 6))) == (True,)


def test_a_letter_that_may_have_arrived_is_not_sent_again_once_it_is_no_longer_true(office: Office):
    posting = reminder("gia-binh")
    put(office, posting)
    for now in (MONDAY, MONDAY + timedelta(hours=1)):
        office.claims(now=now)
        office.tells(Outcome(posting.letter.id, "uncertain"), now=now)
    with office.database.writing() as connection:
        assert retry(connection, posting.letter.id, by="admin", now=MONDAY + timedelta(hours=2))
    for now in (MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=3)):
        office.claims(now=now)
        office.tells(Outcome(posting.letter.id, "uncertain"), now=now)
    with pytest.raises(NotAllowed, match="it may have arrived"), office.database.writing() as connection:
        retry(connection, posting.letter.id, by="admin", now=MONDAY + timedelta(days=1))
    assert state(office, posting) == "uncertain"


def test_what_the_outbox_does_not_have_cannot_be_cancelled(office: Office):
    with pytest.raises(NotAllowed, match="no such letter"), office.database.writing() as connection:
        cancel(connection, "unknown", why="", by="admin", now=MONDAY)


def test_after_a_letter_was_voided_its_key_and_steps_are_free_under_a_new_id(office: Office):
    put(office, reminder("gia-binh"))
    assert office.claims(now=MONDAY + timedelta(days=1)).voided == 1
    key = natural_key("someone@x.example", "duties", date(2023, 6, 5))
    with office.database.reading() as connection:
        assert letters.generations(connection, [key, "other"]) == {key: 1, "other": 0}
    assert put(office, reminder("gia-binh")) == (False,)  # an id stands for one letter for ever
    again = reminder("gia-binh", generation=1)
    assert again.letter.id == letter_id(key, 1)
    assert put(office, again) == (True,)


def test_letters_are_found_by_state_plan_recipient_and_obligation(office: Office):
    office.apply(plan(plan="tre-em-2"))
    first, second = reminder("gia-binh"), reminder("que-vo", to="b@x.example", at=MONDAY + timedelta(hours=1))
    notice = reminder(
        to="c@x.example", natural_key="receipt|c|1", thread=obligation("que-vo"), plans=("tre-em-2",),
        at=MONDAY + timedelta(hours=2),
    )  # fmt: skip
    put(office, first, second, notice)
    office.claims(limit=1)
    with office.database.reading() as connection:

        def found(**options) -> list[str]:
            return [one.letter.recipient.key[0] for one in letters.letters(connection, **options)]

        assert found() == ["c", "b", "s"]
        assert found(limit=1) == ["c"]
        assert found(before=(notice.letter.created_at, notice.letter.id)) == ["b", "s"]
        assert found(states=["claimed"]) == ["s"]
        assert found(plan="tre-em") == ["b", "s"]
        assert found(plan="tre") == []
        assert found(recipient="b@x.example") == ["b"]
        assert found(obligation=obligation("que-vo")) == ["c", "b"]
        assert found(ids=[first.letter.id]) == ["s"]
        assert letters.counts(connection) == {"claimed": 1, "queued": 2}
        assert letters.written_on(connection, date(2023, 6, 5)) == {
            ("someone@x.example", "duties"), ("b@x.example", "duties"), ("c@x.example", "duties"),
        }  # fmt: skip
        with pytest.raises(NotAllowed, match="the outbox has none"):
            letters.letter(connection, "unknown")


def test_a_brake_stops_a_plan_or_all_until_it_is_taken_off(office: Office):
    put(office, reminder("gia-binh"))
    for brake in ("tre-em", "*"):
        with office.database.writing() as connection:
            pause(connection, brake, why="diễn tập", by="admin", now=MONDAY)
            pause(connection, brake, why="again", by="other", now=MONDAY)
            assert paused(connection)[brake].why == "diễn tập"
        assert office.claims().letters == ()
        with office.database.writing() as connection:
            assert resume(connection, brake)
            assert not resume(connection, brake)
    with office.database.writing() as connection:
        pause(connection, "em", why="another plan", by="admin", now=MONDAY)
    assert len(office.claims().letters) == 1


def test_steps_of_one_letter_keep_their_order(office: Office):
    many = tuple((obligation(one), Step(0, f"r{n}", 0, "k")) for n, one in enumerate(["que-vo", "gia-binh"] * 4))
    posting = reminder(steps=many)
    put(office, posting)
    (claimed,) = office.claims().letters
    assert claimed.steps == many

"""Claiming, sending and recording: at least once, never twice at once, never what is no longer true."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dondoc.calendar.deadline import Deadline
from dondoc.core.history import Accepted, ExtensionGranted, Submitted
from dondoc.store import letters
from dondoc.store.delivery import MOST_ATTEMPTS, UNCERTAIN_PAUSE, Outcome, next_attempt, record_outcomes
from dondoc.store.letters import Delivery
from dondoc.store.outbox import Posting, enqueue_all
from tests.store.office import MONDAY, Office, obligation, reminder

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 15 * MINUTE


def put(office: Office, *postings: Posting) -> Posting:
    with office.database.writing() as connection:
        assert all(enqueue_all(connection, [[posting] for posting in postings]))
    return postings[0]


def found(office: Office, posting: Posting) -> Delivery:
    with office.database.reading() as connection:
        return letters.letter(connection, posting.letter.id)


def test_a_letter_that_was_sent_is_recorded_once_and_not_claimed_again(office: Office):
    posting = put(office, reminder("gia-binh", "que-vo"))
    assert [one.id for one in office.claims().letters] == [posting.letter.id]
    assert not office.claims("other")
    assert office.tells(Outcome(posting.letter.id, "sent", "250 ok")) == ()
    assert found(office, posting).state == "sent"
    assert office.story("que-vo") == ["Scheduled", "Reminded", "Sent"]
    assert office.tells(Outcome(posting.letter.id, "sent", "250 ok")) == (posting.letter.id,)
    assert office.story("que-vo") == ["Scheduled", "Reminded", "Sent"]
    assert not office.claims(now=MONDAY + DAY)


def test_a_letter_waits_for_its_time(office: Office):
    put(office, reminder("gia-binh", not_before=MONDAY + HOUR))
    assert not office.claims(now=MONDAY + HOUR - MINUTE)
    assert len(office.claims(now=MONDAY + HOUR).letters) == 1


def test_urgent_letters_go_first_then_those_that_wait_longest(office: Office):
    put(
        office,
        reminder("gia-binh", to="c@x.example", not_before=MONDAY + 2 * MINUTE),
        reminder("que-vo", to="b@x.example", not_before=MONDAY + MINUTE),
        reminder("luong-tai", to="a@x.example", not_before=MONDAY + 3 * MINUTE, urgent=True),
    )
    later = MONDAY + HOUR
    assert [one.recipient.key[0] for one in office.claims(now=later, limit=2).letters] == ["a", "b"]
    assert [one.recipient.key[0] for one in office.claims(now=later, limit=2).letters] == ["c"]


def test_only_the_worker_that_claimed_a_letter_records_its_outcome(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims("one")
    for result in ("sent", "refused", "uncertain", "put off", "not sent"):
        assert office.tells(Outcome(posting.letter.id, result), token="two") == (posting.letter.id,)
    assert found(office, posting).state == "claimed"
    assert office.story() == ["Scheduled", "Reminded"]


def test_a_refusal_for_good_is_recorded_and_not_tried_again(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims()
    office.tells(Outcome(posting.letter.id, "refused", "550 no such user"))
    assert (found(office, posting).state, found(office, posting).error) == ("refused", "550 no such user")
    assert office.story() == ["Scheduled", "Reminded", "Refused"]
    assert office.matter()[1][-1].detail == "550 no such user"
    assert not office.claims(now=MONDAY + HOUR)


def test_refusals_for_the_time_being_are_tried_again_ever_later_and_then_given_up(office: Office):
    posting = put(office, reminder("gia-binh", valid_until=None))
    now = MONDAY
    pauses = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert len(office.claims(now=now).letters) == 1
        office.tells(Outcome(posting.letter.id, "put off", "451 greylisted"), now=now)
        delivery = found(office, posting)
        assert delivery.attempts == attempt
        if attempt < MOST_ATTEMPTS:
            assert delivery.state == "queued"
            assert not office.claims(now=delivery.next_attempt_at - MINUTE)
            pauses.append(delivery.next_attempt_at - now)
            now = delivery.next_attempt_at
    assert pauses == sorted(pauses)
    assert pauses[0] < 7 * MINUTE
    assert pauses[-1] <= 5 * HOUR
    assert found(office, posting).state == "refused"
    assert office.story() == ["Scheduled", "Reminded", "Refused"]


def test_whoever_records_outcomes_is_told_which_facts_they_came_to(office: Office):
    one, two = reminder("gia-binh"), reminder("que-vo", to="b@x.example")
    put(office, one, two)
    office.claims()
    outcomes = [Outcome(one.letter.id, "sent", "250"), Outcome(two.letter.id, "put off", "451"), Outcome("x", "sent")]
    with office.database.writing() as connection:
        recorded = record_outcomes(connection, outcomes, token="worker", now=MONDAY)
    assert recorded.facts == office.matter()[1][-1:]
    assert recorded.lost == ("x",)


def test_two_letters_are_not_tried_again_at_the_same_moment():
    at = datetime(2023, 6, 5, tzinfo=UTC)
    assert next_attempt("a", 3, at) != next_attempt("b", 3, at)


def test_a_letter_that_was_not_tried_loses_no_attempt(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims()
    office.tells(Outcome(posting.letter.id, "not sent", "the server is away", MONDAY + HOUR))
    assert (found(office, posting).attempts, found(office, posting).state) == (0, "queued")
    assert not office.claims(now=MONDAY + HOUR - MINUTE)
    assert len(office.claims(now=MONDAY + HOUR).letters) == 1
    assert office.story() == ["Scheduled", "Reminded"]


def test_a_letter_of_unknown_fate_is_tried_once_more_later_and_then_shown(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims()
    office.tells(Outcome(posting.letter.id, "uncertain", "lost during DATA"))
    assert found(office, posting).state == "queued"
    assert not office.claims(now=MONDAY + UNCERTAIN_PAUSE - MINUTE)
    later = MONDAY + UNCERTAIN_PAUSE
    assert [one.id for one in office.claims(now=later).letters] == [posting.letter.id]
    office.tells(Outcome(posting.letter.id, "uncertain", "lost again"), now=later)
    assert found(office, posting).state == "uncertain"
    assert office.story() == ["Scheduled", "Reminded", "Uncertain", "Uncertain"]
    assert not office.claims(now=later + DAY)


def test_a_worker_that_died_leaves_its_letters_to_the_next_once(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims("dead")
    assert not office.claims("next", now=MONDAY + LEASE - MINUTE)
    taken_up = office.claims("next", now=MONDAY + LEASE)
    assert (len(taken_up.letters), taken_up.uncertain) == (1, 1)
    assert office.story() == ["Scheduled", "Reminded", "Uncertain"]
    last = office.claims("third", now=MONDAY + 2 * LEASE)
    assert (last.letters, last.uncertain) == ((), 1)
    assert found(office, posting).state == "uncertain"


def test_a_worker_thought_dead_still_tells_that_it_had_sent(office: Office):
    posting = put(office, reminder("gia-binh", not_before=MONDAY))
    office.claims("slow")
    office.claims("other", now=MONDAY + LEASE, limit=0)
    assert found(office, posting).state == "queued"
    assert office.tells(Outcome(posting.letter.id, "sent"), token="slow", now=MONDAY + LEASE) == ()
    assert found(office, posting).state == "sent"
    assert not office.claims("other", now=MONDAY + LEASE)


def test_a_worker_thought_dead_is_not_heard_once_another_has_its_letter(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims("slow")
    office.claims("other", now=MONDAY + LEASE)
    assert office.tells(Outcome(posting.letter.id, "sent"), token="slow", now=MONDAY + LEASE) == (posting.letter.id,)
    assert office.tells(Outcome(posting.letter.id, "sent"), token="other", now=MONDAY + LEASE) == ()


def test_a_letter_whose_day_is_over_is_voided_and_its_steps_are_decided_anew(office: Office):
    posting = put(office, reminder("gia-binh", valid_until=MONDAY + 9 * HOUR))
    claimed = office.claims(now=MONDAY + 9 * HOUR + MINUTE)
    assert (claimed.letters, claimed.voided) == ((), 1)
    assert claimed  # so the worker asks again
    assert found(office, posting).state == "voided"
    assert office.story() == ["Scheduled", "Reminded", "LetterVoided"]
    put(office, reminder("gia-binh", day=date(2023, 6, 6), at=MONDAY + DAY))
    assert len(office.claims(now=MONDAY + DAY).letters) == 1


def test_a_letter_is_true_until_the_very_end_of_its_day(office: Office):
    put(office, reminder("gia-binh", valid_until=MONDAY + 9 * HOUR))
    assert len(office.claims(now=MONDAY + 9 * HOUR).letters) == 1


def test_a_letter_with_a_duty_that_was_settled_meanwhile_is_voided(office: Office):
    posting = put(office, reminder("gia-binh", "que-vo"))
    office.happens(Submitted, "que-vo", version=1, channel="form")
    assert office.claims().voided == 1
    assert found(office, posting).error == f"no longer owed: {obligation('que-vo')}"
    assert office.story("gia-binh") == ["Scheduled", "Reminded", "LetterVoided"]
    assert not office.claims()


def test_a_letter_about_a_former_deadline_is_voided(office: Office):
    put(office, reminder("gia-binh"))
    office.happens(ExtensionGranted, due=Deadline(MONDAY + 60 * DAY))
    assert office.claims().voided == 1


def test_a_letter_whose_duties_went_on_but_are_still_owed_is_sent(office: Office):
    first, second = reminder("gia-binh"), reminder("gia-binh", to="b@x.example")
    put(office, first)
    put(office, second)
    assert {one.id for one in office.claims().letters} == {first.letter.id, second.letter.id}


def test_a_letter_that_may_have_left_is_never_voided_but_shown(office: Office):
    posting = put(office, reminder("gia-binh"))
    office.claims()
    office.tells(Outcome(posting.letter.id, "uncertain", "lost during DATA"))
    office.happens(Submitted, version=1, channel="form")
    office.happens(Accepted)
    claimed = office.claims(now=MONDAY + HOUR)
    assert (claimed.letters, claimed.voided, claimed.uncertain) == ((), 0, 1)
    assert found(office, posting).state == "uncertain"
    assert "LetterVoided" not in office.story()


def test_nothing_to_claim_is_false_and_changes_nothing(office: Office):
    assert not office.claims()
    assert office.tells() == ()


def test_stale_letters_do_not_hide_the_true_ones_behind_them(office: Office):
    units = ("gia-binh", "luong-tai", "que-vo")
    for number, unit in enumerate(units):
        put(office, reminder(unit, to=f"{number}@x.example", not_before=MONDAY + number * MINUTE))
    office.happens(Submitted, "gia-binh", version=1, channel="form")
    office.happens(Submitted, "luong-tai", version=1, channel="form")
    seen = []
    while claimed := office.claims(now=MONDAY + HOUR, limit=1):
        seen += [one.recipient.key for one in claimed.letters]
    assert seen == ["2@x.example"]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_however_many_are_taken_at_once_every_letter_goes_once(office: Office, limit: int):
    put(office, *(reminder(natural_key=f"receipt|{n}", id=f"l{n:02}", urgent=n % 3 == 0) for n in range(7)))
    seen = []
    while claimed := office.claims(limit=limit):
        assert len(claimed.letters) <= limit
        seen += [one.id for one in claimed.letters]
    assert seen == ["l00", "l03", "l06", "l01", "l02", "l04", "l05"]

"""Several rounds, workers and people at once, in threads and processes: nothing twice, nothing lost, no deadlock."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import func, select

from dondoc.core.history import Sent, Submitted, Waived
from dondoc.core.letter import Letter
from dondoc.store import outbox as store_outbox
from dondoc.store.database import open_database
from dondoc.store.delivery import Outcome, claim, record_outcomes
from dondoc.store.ledger import record, verify
from dondoc.store.letters import counts
from dondoc.store.matters import matters
from dondoc.store.outbox import Posting, enqueue_all
from dondoc.store.schema import outbox
from dondoc.store.submissions import keep_submission, submissions_of
from tests.store.office import MONDAY, Office, end_of, in_a_child, killed_here, obligation, organisation, plan, reminder

UNITS = tuple(f"xa-{number:03}" for number in range(60))
LEASE = timedelta(minutes=15)


@pytest.fixture
def large(database) -> Office:
    office = Office(database)
    units = [{"id": one, "name": one, "level": "district"} for one in UNITS]
    department = {"id": "ban", "name": "Ban", "people": [{"email": "ban@x.example"}]}
    office.apply(plan(), units=[*units, department], committees=organisation().committees)
    return office


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Start these together, each in its own thread; what each returned."""
    gate = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return [future.result(timeout=120) for future in [threads.submit(run, task) for task in tasks]]


def letters_of_a_round(random: Random) -> list[list[Posting]]:
    """The same letters for everybody, five units each, in bundles and orders that differ."""
    postings = [reminder(*UNITS[n : n + 5], to=f"p{n}@x.example") for n in range(0, len(UNITS), 5)]
    random.shuffle(postings)
    size = random.choice([1, 2, 3])
    return [postings[n : n + size] for n in range(0, len(postings), size)]


def put(office: Office, bundles: Iterable[list[Posting]], portion: int = 2) -> int:
    went, rest = 0, list(bundles)
    while rest:
        with office.database.writing() as connection:
            went += sum(enqueue_all(connection, rest[:portion]))
        del rest[:portion]
    return went


def send_all(office: Office, worker: str, *, limit: int = 3) -> list[Letter]:
    sent: list[Letter] = []
    while True:
        with office.database.writing() as connection:
            claimed = claim(connection, now=MONDAY, token=worker, limit=limit, lease=LEASE)
        if not claimed:
            return sent
        with office.database.writing() as connection:
            outcomes = [Outcome(letter.id, "sent") for letter in claimed.letters]
            assert not record_outcomes(connection, outcomes, token=worker, now=MONDAY).lost
        sent += claimed.letters


def in_order(office: Office) -> bool:
    with office.database.reading() as connection:
        return list(verify(connection)) == []


@pytest.mark.parametrize("seed", range(5))
def test_rounds_at_once_write_every_letter_once(large: Office, seed: int):
    rounds = [Random(f"{seed}/{number}") for number in range(4)]
    at_once(*(lambda random=random: put(large, letters_of_a_round(random)) for random in rounds))
    with large.database.reading() as connection:
        written = connection.scalars(select(outbox.c.natural_key)).all()
        stories = [[type(fact).__name__ for fact in history] for _, history in matters(connection)]
    assert len(set(written)) == len(written)
    assert all(story in (["Scheduled"], ["Scheduled", "Reminded"]) for story in stories)
    put(large, [[posting] for bundle in letters_of_a_round(Random(0)) for posting in bundle])
    with large.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(outbox)) == 12
    assert in_order(large)


@pytest.mark.parametrize("seed", range(3))
def test_different_letters_of_the_same_keys_at_once_do_not_deadlock(
    large: Office, seed: int, monkeypatch: pytest.MonkeyPatch
):
    if large.database.engine.dialect.name == "postgresql":  # on SQLite they could not meet there
        gate, insert = Barrier(4), store_outbox._insert
        monkeypatch.setattr(store_outbox, "_insert", lambda *given: (gate.wait(60), insert(*given))[1])

    def several(turn: int) -> int:
        """Sixty letters about duties that nobody else writes of, in an order of one's own."""
        letters = [
            reminder(UNITS[15 * turn + n % 15], to=f"p{n}@x.example", rung=f"r{n}", html="x" * 100_000)
            for n in range(60)
        ]
        Random(f"{seed}/{turn}").shuffle(letters)
        return put(large, [[letter] for letter in letters], portion=60)

    assert sum(at_once(*(lambda turn=turn: several(turn) for turn in range(4)))) == 60
    assert in_order(large)


def test_workers_at_once_never_send_the_same_letter(large: Office):
    put(large, [[reminder(one, to=f"{one}@x.example")] for one in UNITS], portion=60)
    sent = at_once(*(lambda name=name: send_all(large, name) for name in ("a", "b", "c")))
    everything = Counter(letter.id for one in sent for letter in one)
    assert len(everything) == 60
    assert set(everything.values()) == {1}
    with large.database.reading() as connection:
        for _, history in matters(connection):
            assert sum(isinstance(fact, Sent) for fact in history) == 1
    assert in_order(large)


@pytest.mark.parametrize("seed", range(3))
def test_rounds_workers_and_people_at_once_leave_the_ledger_in_order(large: Office, seed: int):
    def people(number: int) -> None:
        random = Random(f"people/{seed}/{number}")
        for _ in range(15):
            some = random.sample(UNITS, random.choice([1, 3]))
            facts = [
                Waived(obligation=obligation(one), happened_at=MONDAY, recorded_at=MONDAY, by="unit") for one in some
            ]
            with large.database.writing() as connection:
                record(connection, facts)

    def round_and_delivery(number: int) -> None:
        random = Random(f"round/{seed}/{number}")
        put(large, letters_of_a_round(random))
        send_all(large, f"worker-{number}")

    at_once(*(lambda n=n: people(n) for n in range(2)), *(lambda n=n: round_and_delivery(n) for n in range(3)))
    send_all(large, "last")
    with large.database.reading() as connection:
        assert counts(connection).keys() <= {"sent", "voided"}
    assert in_order(large)


def test_many_who_submit_for_one_duty_at_once_get_a_version_each(office: Office):
    def submit(number: int) -> int:
        with office.database.writing() as connection:
            kept = keep_submission(
                connection, obligation(), received_at=MONDAY, recorded_at=MONDAY,
                channel="form", by=f"person {number}", data={"number": number},
            )  # fmt: skip
            event = Submitted(
                obligation=obligation(), happened_at=MONDAY, recorded_at=MONDAY, by=kept.by,
                version=kept.version, channel="form", submission=kept.reference,
            )  # fmt: skip
            record(connection, [event])
            return kept.version

    versions = at_once(*(lambda number=number: submit(number) for number in range(6)))
    assert sorted(versions) == [1, 2, 3, 4, 5, 6]
    with office.database.reading() as connection:
        assert [one.version for one in submissions_of(connection, obligation())] == [1, 2, 3, 4, 5, 6]
    assert office.story().count("Submitted") == 6


def test_two_who_apply_the_same_plan_at_once_make_one_version(office: Office):
    changed = plan("2023-06-26")
    applied = at_once(*(lambda: office.apply(changed, now=MONDAY) for _ in range(3)))
    assert sorted(one.new_version for one in applied) == [False, False, True]
    assert office.story() == ["Scheduled", "Amended"]


def work_until(url: str, point: str, sent: Path) -> None:
    """A worker that dies at the named point."""

    def reached(here: str) -> None:
        if here == point:
            killed_here()

    database = open_database(url)
    with database.writing() as connection:
        claimed = claim(connection, now=MONDAY, token="dead", limit=10, lease=LEASE)
        reached("before the claim is committed")
    reached("after the claim")
    for letter in claimed.letters:
        sent.write_text(sent.read_text() + f"{letter.id}\n")
        reached("after sending")
        with database.writing() as connection:
            record_outcomes(connection, [Outcome(letter.id, "sent")], token="dead", now=MONDAY)
            reached("before the record is committed")
        reached("after the record")


@pytest.mark.parametrize(
    ("point", "sent_by_the_dead", "recorded"),
    [
        ("before the claim is committed", 0, 0),
        ("after the claim", 0, 0),
        ("after sending", 1, 0),
        ("before the record is committed", 1, 0),
        ("after the record", 1, 1),
    ],
)
def test_a_worker_killed_at_any_point_loses_no_letter_and_repeats_at_most_one(
    office: Office, tmp_path: Path, point: str, sent_by_the_dead: int, recorded: int
):
    put(office, [[reminder("gia-binh")], [reminder("que-vo", to="b@x.example")]])
    sent = tmp_path / "sent"
    sent.touch()
    assert end_of(in_a_child(lambda: work_until(office.database.url, point, sent))) == -9
    assert len(sent.read_text().split()) == sent_by_the_dead
    after = [letter.id for letter in send_all(office, "next")]
    later = MONDAY + LEASE
    again = office.claims("next", now=later)
    after += [letter.id for letter in again.letters]
    office.tells(*(Outcome(letter.id, "sent") for letter in again.letters), token="next", now=later)
    assert len(after) == 2 - recorded
    assert set(after) | set(sent.read_text().split()) == {
        reminder("gia-binh").letter.id, reminder("que-vo", to="b@x.example").letter.id,
    }  # fmt: skip
    for unit in ("gia-binh", "que-vo"):
        assert office.story(unit).count("Reminded") == 1
        assert office.story(unit).count("Sent") == 1
    assert in_order(office)

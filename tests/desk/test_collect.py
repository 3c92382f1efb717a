"""Files dropped by units: kept raw first, then submitted like everything else, or answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dondoc.core.history import Submitted
from dondoc.desk.collect import collect, gather_arrivals
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import recent_arrivals
from dondoc.store.letters import letters
from dondoc.store.matters import load
from tests.places import adopt, local, workplace

ACKNOWLEDGED = "tre-em-2023/xac-nhan/h-gia-binh/once"


@pytest.fixture
def place(tmp_path: Path, ledger_url: str) -> Workplace:
    return adopt(workplace(tmp_path, ledger_url)).at(local("2023-04-14 10:00"))


def drop(place: Workplace, name: str, content: object) -> Path:
    path = place.settings.home / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    path.write_bytes(raw)
    return path


def answer(place: Workplace, name: str) -> str:
    return (place.settings.home / "inbox" / "answers" / f"{name}.txt").read_text(encoding="utf-8")


def received(place: Workplace, obligation: str) -> list[Submitted]:
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [obligation])
    return [fact for fact in history if isinstance(fact, Submitted)]


def test_a_dropped_file_becomes_a_submission_with_a_receipt(place: Workplace) -> None:
    drop(place, "xac-nhan.json", {"obligation": ACKNOWLEDGED, "by": "can-bo@h-gia-binh.example"})
    assert collect(place) == 1
    (submitted,) = received(place, ACKNOWLEDGED)
    assert (submitted.channel, submitted.by) == ("drop", "can-bo@h-gia-binh.example")
    with place.database.reading() as connection:
        (receipt,) = letters(connection)
        (arrival,) = recent_arrivals(connection)
    assert (receipt.letter.kind, receipt.letter.recipient.address) == ("receipt", "can-bo@h-gia-binh.example")
    assert (arrival.outcome, arrival.obligation) == ("submitted", ACKNOWLEDGED)
    assert "Đã ghi nhận" in answer(place, "xac-nhan")
    assert collect(place) == 0


def test_the_time_of_receipt_that_the_file_states_counts(place: Workplace) -> None:
    content = {"obligation": ACKNOWLEDGED, "by": "a@b.example", "received_at": "2023-04-13T16:00+07:00"}
    drop(place, "xac-nhan.json", content)
    collect(place)
    assert received(place, ACKNOWLEDGED)[0].happened_at == local("2023-04-13 16:00")


@pytest.mark.parametrize(
    ("content", "outcome", "said"),
    [
        pytest.param(b"\xff\xfe\x00", "broken", "UTF-8", id="no text"),
        pytest.param(b"{", "broken", "JSON", id="half a file"),
        pytest.param({"obligation": ACKNOWLEDGED}, "broken", "by", id="a key is missing"),
        pytest.param(
            {"obligation": "tre-em-2023/xac-nhan/h-gia-bin/once", "by": "x"}, "refused", ACKNOWLEDGED, id="id"
        ),
        pytest.param(
            {"obligation": "tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1", "by": "x", "data": {"I01": "nhiều"}},
            "refused",
            "I01",
            id="figures",
        ),
        pytest.param({"obligation": ACKNOWLEDGED, "by": "x", "files": ["../x"]}, "refused", "../x", id="a path"),
    ],
)
def test_what_cannot_be_taken_is_kept_and_answered(place: Workplace, content: object, outcome: str, said: str) -> None:
    raw = drop(place, "sai.json", content).read_bytes()
    assert collect(place) == 0
    with place.database.reading() as connection:
        (arrival,) = recent_arrivals(connection)
    assert arrival.outcome == outcome
    assert said in answer(place, "sai")
    assert b"".join(place.attachments.read(arrival.digest)) == raw


def test_what_was_taken_in_before_a_crash_is_looked_into_afterwards(place: Workplace) -> None:
    drop(place, "xac-nhan.json", {"obligation": ACKNOWLEDGED, "by": "x"})
    gather_arrivals(place)  # and nothing more
    assert not list((place.settings.home / "inbox").glob("*.json"))
    assert collect(place) == 1
    assert len(received(place, ACKNOWLEDGED)) == 1

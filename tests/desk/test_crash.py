"""A round killed at any point, or held twice at once, loses no letter and takes no step twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from email import message_from_bytes
from pathlib import Path

import pytest

from dondoc.core.history import LetterEvent, Reminded, Sent, StepTaken, Uncertain
from dondoc.desk.deliver import CONNECTIONS
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store.database import open_database
from dondoc.store.letters import letters
from dondoc.store.matters import matters
from tests.places import adopt, environment, local, workplace
from tests.servers.smtp_receiver import SmtpReceiver

BEFORE_THE_TEXT = (
    "rendered", "enqueuing", "enqueued", "before-claim", "claimed", "connect", "greeting", "mail", "rcpt",
)  # fmt: skip
IN_DOUBT = ("data-begun", "data-sent", "reply-read", "before-record", "recording")
"""From the moment the text may have left until that is recorded, a copy may be made."""

AFTERWARDS = ("recorded",)

ONCE_A_ROUND = {"rendered", "enqueuing", "enqueued", "before-claim", "claimed", "recording"}
"""Points that a round of eight letters may come to but once: what all connections have to tell is recorded in one."""

FIRST, AGAIN, LAST = "2023-06-05 08:00", "2023-06-05 09:00", "2023-06-05 10:00"
"""The round in which the eight districts get their first reminder of the six-month report, and the ones after it."""

DISTRICTS = 8
LETTERS = DISTRICTS + 1
"""To each district, and on Monday the week's summary to the Thường trực."""


@pytest.fixture
def receiver() -> Iterator[SmtpReceiver]:
    with SmtpReceiver() as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, ledger_url: str, receiver: SmtpReceiver) -> Workplace:
    smtp = f"smtp://127.0.0.1:{receiver.port}"
    return adopt(workplace(tmp_path, ledger_url, at=local("2023-06-03 10:00"), smtp_url=smtp))


def start(place: Workplace, at: str, *kill: str) -> subprocess.Popen[str]:
    smtp = place.settings.smtp_url
    assert smtp is not None
    settings = environment(place.settings.home, place.database.url, smtp_url=smtp.get_secret_value())
    command = [sys.executable, str(Path(__file__).with_name("one_round.py")), f"{at}+07:00", *kill]
    tree = Path(__file__).parent.parent.parent
    return subprocess.Popen(
        command, env=os.environ | settings | {"PYTHONPATH": str(tree)}, stdout=subprocess.PIPE, text=True
    )


def held(place: Workplace, at: str) -> dict[str, int]:
    """Hold a round here: only one that is killed, or that meets another, needs a process of its own."""
    return asdict(asyncio.run(run_round(place, local(at))))


def finished(round_: subprocess.Popen[str]) -> dict[str, int]:
    output, _ = round_.communicate(timeout=120)
    assert round_.returncode == 0
    found: dict[str, int] = json.loads(output)
    return found


def copies(receiver: SmtpReceiver) -> Counter[tuple[str, str]]:
    """How often each letter arrived, by recipient and Message-ID."""
    return Counter(
        (recipient, message_from_bytes(message.content)["Message-ID"])
        for message in receiver.messages
        for recipient in message.recipients
    )


def assert_nothing_lost_or_doubled(place: Workplace, receiver: SmtpReceiver, *, in_doubt: int = 0) -> None:
    """Each step recorded once, each letter there; a second copy only of letters whose text was under way."""
    database = open_database(place.database.url)
    with database.reading() as connection:
        reports = list(matters(connection, "tre-em-2023", task="bao-cao-6-thang"))
        outbox = letters(connection)
    database.close()
    for obligation, history in reports:
        steps = [fact.step for fact in history if isinstance(fact, StepTaken)]
        assert len(steps) == len(set(steps)), f"{obligation.id} took a step twice"
        assert sum(isinstance(fact, Reminded) for fact in history) == 1
        told = [fact for fact in history if isinstance(fact, LetterEvent)]
        assert sum(isinstance(fact, Sent) for fact in told) == 1, f"{obligation.id}: {told}"
        assert sum(isinstance(fact, Uncertain) for fact in told) <= 1
    duties = [delivery for delivery in outbox if delivery.letter.kind == "duties"]
    assert [delivery.state for delivery in duties] == ["sent"] * DISTRICTS
    arrived = copies(receiver)
    wanted = {(one.letter.recipient.address, f"<{one.letter.id}@tinh-hoi.example>") for one in duties}
    assert {key for key in arrived if key in wanted} == wanted, "a letter was lost, or came under another Message-ID"
    assert sum(count - 1 for count in arrived.values()) <= in_doubt
    assert max(arrived.values()) <= 2


CASES = [
    (point, times)
    for point in (*BEFORE_THE_TEXT, *IN_DOUBT, *AFTERWARDS)
    for times in ((1,) if point in ONCE_A_ROUND else (1, 3))
]
SOME = CASES if os.environ.get("DONDOC_PROVE") == "whole" else random.Random(2023).sample(CASES, 3)


@pytest.mark.proof
@pytest.mark.parametrize(("point", "times"), SOME)
def test_a_round_killed_at_any_point_is_made_good_by_the_next(
    place: Workplace, receiver: SmtpReceiver, point: str, times: int
) -> None:
    killed = start(place, FIRST, point, str(times))
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL, f"{point} was not reached"
    held(place, AGAIN)
    held(place, LAST)
    under_way = 0 if times == 1 and point in BEFORE_THE_TEXT else CONNECTIONS  # at most one text on each
    assert_nothing_lost_or_doubled(place, receiver, in_doubt=under_way)
    assert held(place, LAST)["enqueued"] == 0


def test_two_rounds_at_once_send_each_letter_once(place: Workplace, receiver: SmtpReceiver) -> None:
    both = [start(place, FIRST), start(place, FIRST)]
    done = [finished(one) for one in both]
    assert sum(one["enqueued"] for one in done) == LETTERS
    assert sum(one["sent"] for one in done) == LETTERS
    assert_nothing_lost_or_doubled(place, receiver)


def test_a_round_delivers_while_another_writes_and_writes_itself_when_that_one_is_gone(
    place: Workplace, receiver: SmtpReceiver
) -> None:
    with place.database.turn() as ours:
        assert ours
        with place.database.turn() as theirs:
            assert not theirs
        waiting = start(place, FIRST)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(5)
        assert not receiver.messages
    assert finished(waiting)["sent"] == LETTERS
    assert_nothing_lost_or_doubled(place, receiver)


def test_a_second_round_with_nothing_due_writes_no_letter_and_no_history(
    place: Workplace, receiver: SmtpReceiver
) -> None:
    held(place, FIRST)
    assert held(place, FIRST) == dict.fromkeys(("decided", "enqueued", "sent", "uncertain", "failed", "voided"), 0)
    assert len(receiver.messages) == LETTERS

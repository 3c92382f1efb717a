"""What becomes of a letter when the mail server cannot be had, is slow, or dies on the way, and when we die."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from notifications.smtp import Courier, NotSent, Outcome, Sent, SmtpServer, Timeouts, Uncertain
from tests.notifications.sending import FROM, LETTER, QUICK, TO, local, send_one
from tests.servers.fault_proxy import FAREWELL, Fault, FaultProxy, close, delay, reset, stall
from tests.servers.smtp_receiver import SmtpReceiver

# --- a server that cannot be had


async def test_nobody_listens():
    with SmtpReceiver() as receiver:
        port = receiver.port
    outcome = await send_one(local(port))
    assert isinstance(outcome, NotSent)
    assert f"127.0.0.1:{port} cannot be used" in outcome.reason


@pytest.mark.parametrize("host", ["mail..example", "x" * 64 + ".example", "khong-co.invalid"])
async def test_a_host_that_does_not_exist(host: str):
    outcome = await send_one(SmtpServer(host, 25))
    assert isinstance(outcome, NotSent)
    assert outcome.reason.startswith(f"The mail server {host}:25 ")


async def test_turned_away_at_the_greeting_nothing_is_sent_and_the_next_try_succeeds():
    with SmtpReceiver(turn_away=1) as receiver:
        outcome = await send_one(local(receiver.port))
        assert isinstance(outcome, NotSent)
        assert "does not let us in (421 4.3.2 too busy, come back later)" in outcome.reason
        assert isinstance(await send_one(local(receiver.port)), Sent)


async def test_a_server_that_grants_two_connections_gets_everything_over_two():
    with SmtpReceiver(most_connections=2) as receiver:
        async with Courier(local(receiver.port), connections=8) as courier:
            outcomes = await asyncio.gather(*(courier.send(FROM, TO, LETTER) for _ in range(50)))
        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert len(receiver.messages) == 50


async def test_while_the_server_is_away_only_the_first_letters_wait_for_it():
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, *[stall("banner")] * 9) as proxy:
        async with Courier(local(proxy.port), connections=2, timeouts=QUICK, rest=60) as courier:
            outcomes = await asyncio.gather(*(courier.send(FROM, TO, LETTER) for _ in range(100)))
        assert all(isinstance(outcome, NotSent) for outcome in outcomes)
        assert proxy.connections <= 2


async def test_away_for_an_hour_then_back():
    with SmtpReceiver() as receiver, FaultProxy(receiver.port) as proxy:
        async with Courier(local(proxy.port), rest=0) as courier:
            assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
            proxy.go_away()
            assert isinstance(await courier.send(FROM, TO, LETTER), NotSent)
            assert isinstance(await courier.check(), NotSent)
            proxy.come_back()
            assert await courier.check() is None
            assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
        assert len(receiver.messages) == 2


# --- a server that dies on the way: what is said, and how many copies there are


@pytest.mark.parametrize(
    ("fault", "outcome", "copies"),
    [
        (None, Sent, 1),
        (delay(0.02), Sent, 1),
        (stall("banner"), NotSent, 0),
        (reset("banner"), NotSent, 0),
        (close("banner"), NotSent, 0),
        (stall("ehlo"), NotSent, 0),
        (reset("ehlo"), NotSent, 0),
        (stall("mail"), NotSent, 0),
        (reset("mail"), NotSent, 0),
        (close("mail", farewell=FAREWELL), NotSent, 0),
        (stall("rcpt"), NotSent, 0),
        (reset("rcpt"), NotSent, 0),
        (close("rcpt", farewell=FAREWELL), NotSent, 0),
        (stall("data"), NotSent, 0),
        (close("data"), NotSent, 0),
        (stall("text", after=100), Uncertain, 0),
        (reset("text"), Uncertain, 0),
        (reset("text", after=100), Uncertain, 0),
        (close("text", after=4000), Uncertain, 0),
        (stall("verdict"), Uncertain, 1),
        (reset("verdict"), Uncertain, 1),
        (close("verdict"), Uncertain, 1),
        (close("verdict", farewell=b"gibberish\r\n"), Uncertain, 1),
    ],
    ids=lambda value: f"{value.action} at {value.at}" if isinstance(value, Fault) else None,
)
async def test_the_outcome_is_true_wherever_the_conversation_breaks(
    fault: Fault | None, outcome: type[Outcome], copies: int
):
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, fault) as proxy:
        timeouts = QUICK if fault is not None and fault.action == "stall" else None
        assert isinstance(await send_one(local(proxy.port), timeouts=timeouts), outcome)
        await asyncio.sleep(0.05)
        assert len(receiver.messages) == copies
        assert proxy.connections == 1


@pytest.mark.parametrize("farewell", [b"", FAREWELL])
async def test_a_kept_connection_that_the_server_closed_is_replaced_unnoticed(farewell: bytes):
    with SmtpReceiver() as receiver:
        with FaultProxy(receiver.port, close("idle", after=1, farewell=farewell)) as proxy:
            async with Courier(local(proxy.port), connections=1) as courier:
                assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
                await asyncio.sleep(0.2)
                assert isinstance(await courier.send(FROM, "hai@xa.example", LETTER), Sent)
            assert proxy.connections == 2
        assert [message.recipients for message in receiver.messages] == [(TO,), ("hai@xa.example",)]


async def test_a_kept_connection_that_went_silent_is_replaced_too():
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, stall("idle", after=1)) as proxy:
        quick = Timeouts(command=1)  # getting in is not what is tried here, and a busy machine may take its time for it
        async with Courier(local(proxy.port), connections=1, timeouts=quick) as courier:
            assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
            assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
        assert (proxy.connections, len(receiver.messages)) == (2, 2)


async def test_a_server_that_takes_three_letters_a_connection_gets_them_all_once():
    with SmtpReceiver(letters_per_connection=3) as receiver:
        async with Courier(local(receiver.port), connections=2) as courier:
            people = [f"{number}@xa.example" for number in range(20)]
            outcomes = await asyncio.gather(*(courier.send(FROM, person, LETTER) for person in people))
        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert sorted(message.recipients[0] for message in receiver.messages) == sorted(people)


async def test_after_an_uncertain_end_the_courier_goes_on_with_a_new_connection():
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, reset("text", after=10)) as proxy:
        async with Courier(local(proxy.port), connections=1) as courier:
            assert isinstance(await courier.send(FROM, TO, LETTER), Uncertain)
            assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
        assert len(receiver.messages) == 1


async def test_a_cancelled_letter_leaves_no_half_spoken_connection_behind():
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, stall("text", after=10)) as proxy:
        async with Courier(local(proxy.port), connections=1) as courier:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(courier.send(FROM, TO, LETTER), 1)
            assert isinstance(await courier.send(FROM, TO, LETTER), Sent)
        assert len(receiver.messages) == 1


# --- the points at which tests kill

POINTS = ["connect", "greeting", "mail", "rcpt", "data-begun", "data-sent", "reply-read"]


async def test_the_points_of_a_delivery_are_called_in_order():
    seen: list[str] = []
    with SmtpReceiver() as receiver:
        async with Courier(local(receiver.port), stage=seen.append) as courier:
            await courier.send(FROM, TO, LETTER)
            await courier.send(FROM, TO, LETTER)
    assert seen == POINTS + POINTS[2:]


KILLED = """
import asyncio, os, signal, sys
from notifications.smtp import Courier, SmtpServer
def stage(point):
    if point == sys.argv[2]: os.kill(os.getpid(), signal.SIGKILL)
async def main():
    async with Courier(SmtpServer("127.0.0.1", int(sys.argv[1])), stage=stage) as courier:
        await courier.send("a@hoi.example", "b@xa.example", b"Subject: x\\r\\n\\r\\ntext\\r\\n")
asyncio.run(main())
"""


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_before_the_text_is_out_leaves_no_letter(point: str):
    with SmtpReceiver() as receiver:
        command = [sys.executable, "-c", KILLED, str(receiver.port), point]
        killed = subprocess.run(command, env=with_project(), check=False)
        assert killed.returncode == -signal.SIGKILL
        receiver.wait_for(1 if point in {"data-sent", "reply-read"} else 0)
        assert len(receiver.messages) == (1 if point in {"data-sent", "reply-read"} else 0)


def with_project() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}

"""What leaves the outbox: the message that a letter becomes, with what goes along with it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path

import pytest

from dondoc.core.letter import Enclosure
from dondoc.desk.deliver import deliver
from dondoc.desk.follow_up import Tally
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import letters
from dondoc.store.outbox import enqueue
from notifications.smtp import Timeouts
from tests.places import local, workplace
from tests.servers.fault_proxy import Fault, FaultProxy, close, reset, stall
from tests.servers.smtp_receiver import SmtpReceiver
from tests.small_plan import ORGANISATION, write_plan

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\nEND:VCALENDAR\r\n"


def written(place: Workplace) -> dict[str, EmailMessage]:
    """The messages in the folder where letters are written, by their Message-IDs."""
    found = {}
    for file in place.settings.outbox_folder.iterdir():
        message = message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found[str(message["message-id"])] = message
    return found


async def test_a_letter_takes_its_enclosures_along_and_carries_its_marks_out(office: Workplace) -> None:
    place = office.at(local("2023-06-19 08:00"))
    await run_round(place)
    with place.database.reading() as connection:
        (usual,) = (one.letter for one in letters(connection, recipient="can-bo@gia-binh.example", limit=1))
    kept = place.attachments.keep([CALENDAR])
    letter = replace(
        usual,
        id="k7qx2m4zgc6whaab",
        natural_key="receipt|x|y",
        kind="receipt",
        steps=(),
        created_at=local("2023-06-18 23:30"),
        enclosures=(Enclosure("Lịch công việc tháng 6 của Hội Phụ nữ huyện.ics", "text/calendar", kept.digest),),
    )
    with place.database.writing() as connection:
        assert enqueue(connection, letter)
    with place.database.reading() as connection:
        (stored,) = (one.letter for one in letters(connection, ids=[letter.id]))
    assert stored == letter
    assert (await deliver(place, "worker")).sent == 1

    message = written(place)["<k7qx2m4zgc6whaab@tinh-hoi.example>"]
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "Lịch công việc tháng 6 của Hội Phụ nữ huyện.ics"
    assert attachment.get_payload(decode=True) == CALENDAR
    assert message["reply-to"].addresses[0].addr_spec == "theo-doi+k7qx2m4z@tinh-hoi.example"
    assert str(message["references"]).endswith("<again.k7qx2m4zgc6whaab@tinh-hoi.example>")
    assert str(message["date"]) == "Mon, 19 Jun 2023 08:00:00 +0700", "when it may leave, not when it was written"


async def test_a_letter_whose_enclosure_was_erased_is_refused_with_the_reason(office: Workplace) -> None:
    place = office.at(local("2023-06-19 08:00"))
    await run_round(place)
    with place.database.reading() as connection:
        (usual,) = (one.letter for one in letters(connection, recipient="can-bo@gia-binh.example", limit=1))
    gone = (Enclosure("a.ics", "text/calendar", "0" * 64),)
    letter = replace(usual, id="k7qx2m4zgc6whaab", natural_key="receipt|x|y", steps=(), enclosures=gone)
    with place.database.writing() as connection:
        enqueue(connection, letter)
    assert (await deliver(place, "worker")).failed == 1
    with place.database.reading() as connection:
        (found,) = letters(connection, ids=[letter.id])
    assert (found.state, "is not there any more" in found.error) == ("refused", True)


# --- a mail server that is not well: what is recorded, and how many copies arrive

EVERYBODY = ("can-bo@gia-binh.example", "can-bo@que-vo.example", "can-bo@yen-phong.example")
START = local("2023-06-19 08:00")


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Workplace]:
    """A place where three districts are to be reminded on 19/6, at that port's mail server; it loses patience soon."""
    monkeypatch.setattr("notifications.smtp.Timeouts", partial(Timeouts, connect=0.5, command=0.5, reply=0.5))
    third = ORGANISATION[ORGANISATION.index("  - id: que-vo") : ORGANISATION.index("committees:")]
    third = third.replace("que-vo", "yen-phong").replace("Quế Võ", "Yên Phong")
    organisation = ORGANISATION.replace("committees:", f"{third}committees:")

    def make(port: int) -> Workplace:
        url = f"sqlite:///{tmp_path / 'dondoc.db'}"
        place = workplace(tmp_path / "home", url, smtp_url=f"smtp://127.0.0.1:{port}")
        apply_plan(place, write_plan(tmp_path / "plans", organisation=organisation), by="quan-tri")
        return place

    return make


def copies(receiver: SmtpReceiver) -> Counter[str]:
    return Counter(to for message in receiver.messages for to in message.recipients if to in EVERYBODY)


def states(place: Workplace) -> dict[str, str]:
    with place.database.reading() as connection:
        return {to: letters(connection, recipient=to, limit=1)[0].state for to in EVERYBODY}


async def rounds(place: Workplace, *after: timedelta) -> Tally:
    """A round at the start, and deliveries so long after it."""
    tally = await run_round(place.at(START))
    for pause in after:
        tally += await deliver(place.at(START + pause), f"worker {pause}")
    return tally


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "fault", [stall("text", after=50), reset("text", after=50), stall("verdict"), close("verdict")]
)
async def test_a_connection_lost_during_the_text_is_tried_once_more_and_the_administrator_hears_of_it(
    three: Callable[[int], Workplace], fault: Fault
) -> None:
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, fault) as proxy:
        place = three(proxy.port)
        assert (await rounds(place)).uncertain == 1
        assert Counter(states(place).values()) == {"sent": 2, "queued": 1}
        await rounds(place, HOUR)
    arrived = fault.at == "verdict"  # the server had taken it, and only its word was lost
    assert sorted(copies(receiver).values()) == ([1, 1, 2] if arrived else [1, 1, 1])
    assert set(states(place).values()) == {"sent"}
    same = Counter(message_from_bytes(one.content)["message-id"] for one in receiver.messages)
    assert max(same.values()) == (2 if arrived else 1), "a copy is seen to be one by its Message-ID"
    assert any("Không rõ thư đã đến" in one for one in alerts(place))


@pytest.mark.parametrize("fault", [stall("banner"), reset("mail"), stall("rcpt"), close("data")])
async def test_a_connection_lost_before_the_text_costs_nothing(three: Callable[[int], Workplace], fault: Fault) -> None:
    with SmtpReceiver() as receiver, FaultProxy(receiver.port, fault, fault, fault, fault) as proxy:
        place = three(proxy.port)
        await rounds(place, HOUR, 2 * HOUR)
    assert copies(receiver) == dict.fromkeys(EVERYBODY, 1)
    assert set(states(place).values()) == {"sent"}
    assert alerts(place) == []


async def test_a_server_that_greylists_gets_every_letter_once_a_little_later(three: Callable[[int], Workplace]) -> None:
    with SmtpReceiver(greylist=2) as receiver:
        place = three(receiver.port)
        await rounds(place)
        assert set(states(place).values()) == {"queued"}
        await rounds(place, timedelta(minutes=1), HOUR, 2 * HOUR)
    assert copies(receiver) == dict.fromkeys(EVERYBODY, 1)
    assert alerts(place) == []


async def test_one_of_three_is_refused_and_the_others_arrive(three: Callable[[int], Workplace]) -> None:
    with SmtpReceiver(refuse={EVERYBODY[1]: (550, "5.1.1 no such user")}) as receiver:
        place = three(receiver.port)
        assert (await rounds(place, HOUR)).failed == 1
    assert copies(receiver) == {EVERYBODY[0]: 1, EVERYBODY[2]: 1}
    assert states(place) == {EVERYBODY[0]: "sent", EVERYBODY[1]: "refused", EVERYBODY[2]: "sent"}
    (alert,) = alerts(place)
    assert "550 5.1.1 no such user" in alert


async def test_all_are_refused_and_each_is_told_of(three: Callable[[int], Workplace]) -> None:
    with SmtpReceiver(refuse=dict.fromkeys(EVERYBODY, (554, "5.7.1 you are on a list"))) as receiver:
        place = three(receiver.port)
        assert (await rounds(place, HOUR)).failed == 3
    assert copies(receiver) == {}
    assert set(states(place).values()) == {"refused"}
    told = "\n".join(alerts(place))
    assert all(to in told for to in EVERYBODY)


async def test_a_server_that_is_away_for_an_hour_gets_every_letter_once(three: Callable[[int], Workplace]) -> None:
    with SmtpReceiver() as receiver, FaultProxy(receiver.port) as proxy:
        place = three(proxy.port)
        proxy.go_away()
        await rounds(place, *(timedelta(minutes=ten) for ten in range(10, 60, 10)))
        assert set(states(place).values()) == {"queued"}
        proxy.come_back()
        await rounds(place, HOUR)
    assert copies(receiver) == dict.fromkeys(EVERYBODY, 1)
    assert set(states(place).values()) == {"sent"}
    assert alerts(place) == []


async def test_of_a_letter_whose_worker_died_the_administrator_hears(three: Callable[[int], Workplace]) -> None:
    class Died(BaseException):
        pass

    def die(point: str) -> None:
        if point == "before-record":
            raise Died

    with SmtpReceiver() as receiver:
        place = three(receiver.port)
        with pytest.raises(Died):
            await run_round(replace(place.at(START), reached=die))
        await rounds(place, timedelta(minutes=16), HOUR)
        assert set(states(place).values()) == {"sent"}
    assert any("the worker that had it was not heard of again" in one for one in alerts(place))
    assert all(count <= 2 for count in copies(receiver).values())


def alerts(place: Workplace) -> list[str]:
    with place.database.reading() as connection:
        return [one.letter.text for one in letters(connection) if one.letter.kind == "alert"]


async def test_so_many_letters_a_minute_leave_and_no_more(three: Callable[[int], Workplace]) -> None:
    with SmtpReceiver() as receiver:
        place = three(receiver.port)
        limited = place.settings.model_copy(update={"letters_per_minute": 120})
        began = time.monotonic()
        await rounds(replace(place, settings=limited))
        lasted = time.monotonic() - began
    assert copies(receiver) == dict.fromkeys(EVERYBODY, 1)
    assert lasted > 1.0, "three letters, half a second between each two"

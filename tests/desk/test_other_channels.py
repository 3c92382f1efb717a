"""People who get no mail hear by the channel that is set up, in at most 300 characters; who cannot, from a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from dondoc.core.history import HandedOver, LetterEvent
from dondoc.core.letter import Recipient
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import Delivery, letters
from dondoc.store.matters import load
from dondoc.store.outbox import hand_over, pause
from notifications.channels import Channels
from tests.desk.test_bounces import bounce, reminder
from tests.places import local, workplace
from tests.servers.webhook import Webhook
from tests.small_plan import H1, ORGANISATION, write_plan

OFFICER = "{role: officer, email: can-bo@gia-binh.example}"
NUMBER = "+84912345678"


@pytest.fixture
def office_of(tmp_path: Path, ledger_url: str) -> Callable[..., Workplace]:
    """A place on 19/6 where the officer of Gia Bình is as given, and the gateway's address as given."""

    def make(officer: str, **settings: str) -> Workplace:
        place = workplace(tmp_path / "home", ledger_url, **settings)
        file = write_plan(tmp_path / "plans", organisation=ORGANISATION.replace(OFFICER, officer))
        apply_plan(place, file, by="quan-tri")
        return place.at(local("2023-06-19 10:00"))

    return make


def gateway(server: Webhook) -> str:
    return f"json://127.0.0.1:{server.port}/gui?:to={{phone}}"


def theirs(place: Workplace) -> Delivery:
    """The letter of duties to the officer of Gia Bình."""
    with place.database.reading() as connection:
        found = letters(connection)
    return next(one for one in found if (one.letter.recipient.unit, one.letter.kind) == ("gia-binh", "duties"))


async def test_who_asks_for_zalo_gets_the_short_text_there_and_it_counts_as_handed_over(
    office_of: Callable[..., Workplace],
) -> None:
    with Webhook() as server:
        place = office_of("{role: officer, contact: zalo, phone: '+84 912 345 678'}", zalo_url=gateway(server))
        await run_round(place)
        await run_round(place)
    (posted,) = server.posted
    assert (posted["to"], posted["message"]) == (NUMBER, theirs(place).letter.short)
    assert "Xác nhận: quá hạn 41 ngày làm việc (hạn 18/4/2023) và 1 việc khác" in posted["message"]
    assert len(posted["message"]) <= 300
    assert theirs(place).state == "sent"
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [H1])
    (fate,) = (fact for fact in history if isinstance(fact, LetterEvent))
    assert (type(fate), fate.detail) == (HandedOver, "by zalo")


@pytest.mark.parametrize(
    ("officer", "channel"),
    [
        pytest.param("{role: officer, contact: paper, phone: '0912'}", "zalo_url", id="who asks for paper gets paper"),
        pytest.param("{role: officer, contact: zalo}", "zalo_url", id="no number"),
        pytest.param("{role: officer, contact: zalo, phone: '0912'}", "sms_url", id="another channel than asked for"),
    ],
)
async def test_the_others_wait_for_a_person(office_of: Callable[..., Workplace], officer: str, channel: str) -> None:
    with Webhook() as server:
        place = office_of(officer, **{channel: gateway(server)})
        await run_round(place)
    assert (server.posted, theirs(place).state) == ([], "to_hand_over")


async def test_when_mail_comes_back_the_next_letter_goes_by_the_other_channel(
    office_of: Callable[..., Workplace],
) -> None:
    with Webhook() as server:
        officer = f"{{role: officer, email: can-bo@gia-binh.example, phone: '{NUMBER}'}}"
        place = office_of(officer, sms_url=gateway(server))
        bounce(place, await reminder(place))
        assert server.posted == []
        later = place.at(local("2023-06-21 10:00"))
        await run_round(later)
        assert [one["to"] for one in server.posted] == [NUMBER]
    assert theirs(later).state == "sent"


async def test_a_gateway_that_fails_is_asked_again_later_and_what_it_said_is_kept(
    office_of: Callable[..., Workplace],
) -> None:
    with Webhook(status=500) as server:
        place = office_of(f"{{role: officer, contact: sms, phone: '{NUMBER}'}}", sms_url=gateway(server))
        await run_round(place)
        await run_round(place)
        assert len(server.posted) == 1, "not in the same half hour"
        assert (theirs(place).state, theirs(place).error[:4]) == ("to_hand_over", "sms:")
        server.status = 200
        await run_round(place.at(local("2023-06-19 11:00")))
    assert (theirs(place).state, len(server.posted)) == ("sent", 2)


async def test_the_secrets_of_an_address_stand_in_no_log() -> None:
    channels = Channels({"sms": "tgram://bot-secret/{phone}"})
    to = Recipient("a", "Bà Hoa", "gia-binh", "officer", None, NUMBER, "sms", "vi")
    log = StringIO()
    listening = logging.StreamHandler(log)
    logging.getLogger().addHandler(listening)
    try:
        assert channels.wrong() == ("sms",)
        assert await channels.tell("sms", to, "Xin chào") == "the address of the channel sms is none that apprise knows"
    finally:
        logging.getLogger().removeHandler(listening)
    assert "bot-secret" not in log.getvalue()


async def test_in_a_rehearsal_and_while_sending_is_stopped_no_channel_is_used(
    office_of: Callable[..., Workplace],
) -> None:
    with Webhook() as server:
        officer = f"{{role: officer, contact: sms, phone: '{NUMBER}'}}"
        place = office_of(officer, sms_url=gateway(server))
        rehearsal = replace(place, settings=place.settings.model_copy(update={"redirect_to": "tap-duot@hoi.example"}))
        await run_round(rehearsal)
        with place.database.writing() as connection:
            pause(connection, why="", by="x", now=place.now())
        await run_round(place)
    assert (server.posted, theirs(place).state) == ([], "to_hand_over")


async def test_the_clerk_gets_todays_call_list_once_with_the_words_to_say(office_of: Callable[..., Workplace]) -> None:
    place = office_of("{role: officer, contact: paper, name: Bà Hoa, phone: '0912 345 678'}")
    early = place.at(local("2023-06-19 07:30"))
    await run_round(early)
    assert call_lists(place) == [], "the reminders of the day are not written yet"
    await run_round(place.at(local("2023-06-19 08:00")))
    await run_round(place)
    (found,) = call_lists(place)
    assert (found.letter.recipient.address, found.state) == ("quan-tri@hoi.example", "sent")
    assert found.letter.subject.startswith("[Gọi điện] 1 thư cần trao tận tay hoặc gọi điện, 19/6/2023")
    text = found.letter.text
    assert "Bà Hoa, Hội Phụ nữ huyện Gia Bình\nĐiện thoại: 0912 345 678\n" in text
    assert theirs(place).letter.short in text
    assert f"dondoc outbox handed {theirs(place).letter.id}" in text

    handed = theirs(place).letter.id
    with place.database.writing() as connection:
        hand_over(connection, handed, at=place.now(), by="quan-tri", now=place.now())
    await run_round(place.at(local("2023-06-20 08:00")))
    assert not any(handed in one.letter.text for one in call_lists(place) if one.letter.day > found.letter.day)


def call_lists(place: Workplace) -> list[Delivery]:
    with place.database.reading() as connection:
        return [one for one in letters(connection) if one.letter.kind == "calls"]

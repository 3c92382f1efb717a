"""The demo's post office: a real SMTP conversation, a mailbox for everybody, and some addresses that are dead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dondoc.demo.post_office import PostOffice
from dondoc.demo.reading import open_letter
from notifications.mime import Mailbox, Message, to_bytes
from notifications.outcome import Outcome, Refused, Sent
from notifications.servers import parse_smtp_url
from notifications.smtp import Courier

NOON = datetime(2023, 6, 5, 12, 0, tzinfo=UTC)
TEXT = "Kính gửi: Hội LHPN huyện Yên Phong\n\n1. Báo cáo\nMục V.2 của kế hoạch · Mã việc: a/b/c/2023-H1\n" * 2


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with PostOffice(tmp_path / "mailboxes", lambda: NOON, dead={"gone@x.example"}) as running:
        yield running


def send(office: PostOffice, *to: str, subject: str = "[Nhắc việc] Báo cáo 6 tháng: còn 3 ngày") -> list[Outcome]:
    async def each() -> list[Outcome]:
        async with Courier(parse_smtp_url(office.url)) as courier:
            return [await courier.send("from@x.example", one, letter(one, subject)) for one in to]

    return asyncio.run(each())


def letter(to: str, subject: str) -> bytes:
    sender = Mailbox("Đôn đốc", "from@x.example")
    return to_bytes(
        Message(
            message_id="<k7qxm2pa4dlr5zzz@x.example>", sender=sender, to=Mailbox("", to), reply_to=sender,
            subject=subject, date=NOON, text=TEXT, html=None,
        )
    )  # fmt: skip


def test_a_letter_lies_in_its_mailbox_under_a_name_that_can_be_read(office: PostOffice) -> None:
    (sent,) = send(office, "Can-Bo@x.example")
    assert isinstance(sent, Sent)
    (arrival,) = office.arrivals()
    assert (arrival.mailbox, arrival.at) == ("can-bo@x.example", NOON)
    assert (
        arrival.file == office.folder / "can-bo@x.example" / "2023-06-05_1200_nhac-viec-bao-cao-6-thang-con-3-ngay.eml"
    )
    assert office.arrivals() == ()


def test_two_letters_of_the_same_name_are_both_kept(office: PostOffice) -> None:
    send(office, "a@x.example", "a@x.example")
    assert len({arrival.file for arrival in office.arrivals()}) == 2


def test_a_subject_without_a_letter_of_the_alphabet_still_makes_a_name(office: PostOffice) -> None:
    send(office, "a@x.example", subject="…")
    assert [arrival.file.name for arrival in office.arrivals()] == ["2023-06-05_1200_letter.eml"]


def test_a_dead_address_is_refused_for_good(office: PostOffice) -> None:
    refused, sent = send(office, "gone@x.example", "a@x.example")
    assert isinstance(refused, Refused)
    assert refused.permanent
    assert refused.code == 550
    assert isinstance(sent, Sent)
    assert [arrival.mailbox for arrival in office.arrivals()] == ["a@x.example"]


def test_a_reader_takes_from_a_letter_which_duties_it_names(office: PostOffice) -> None:
    send(office, "a@x.example")
    (arrival,) = office.arrivals()
    opened = open_letter(arrival.file)
    assert opened.id == "k7qxm2pa4dlr5zzz"
    assert opened.subject == "[Nhắc việc] Báo cáo 6 tháng: còn 3 ngày"
    assert opened.duties == ("a/b/c/2023-H1",)

"""What comes in by mail, from a real mailbox: kept raw before anything else, each message once, none of them fatal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dondoc.core.letter import Letter
from dondoc.desk import mailbox
from dondoc.desk.collect import collect
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.errors import MailboxUnreachable, SettingWrong
from dondoc.store.arrivals import Arrival, recent_arrivals
from dondoc.store.letters import letters
from notifications.inbox import TAKEN
from notifications.servers import parse_imap_url
from notifications.traces import token_of
from tests.places import local, workplace
from tests.servers.mailstack import MailStack
from tests.small_plan import write_plan

pytestmark = pytest.mark.servers

OURS = "nhac-viec@hoi.example"
BY_A_PERSON = b"From: B\xc3\xa0 Hoa <can-bo@gia-binh.example>\r\nSubject: Re: bao cao\r\n\r\nDa gui.\r\n"


@pytest.fixture
def place(tmp_path: Path, box: MailStack) -> Workplace:
    return office(tmp_path, f"sqlite:///{tmp_path / 'dondoc.db'}", box)


def office(folder: Path, ledger_url: str, box: MailStack) -> Workplace:
    """At 10:00 on 19 June 2023, with the small plan applied and our mailbox in the settings."""
    settings = {"from": f"Đôn đốc <{OURS}>", "imap_url": box.imap_url()}
    place = workplace(folder / "home", ledger_url, **settings)
    apply_plan(place, write_plan(folder / "plans" / "hoi"), by="quan-tri")
    return place.at(local("2023-06-19 10:00"))


def put(box: MailStack, *messages: bytes) -> None:
    with box.mailbox() as ours:
        for message in messages:
            ours.append(message, "INBOX")


def lies_in(box: MailStack, folder: str) -> int:
    with box.mailbox() as ours:
        ours.folder.set(folder)
        return len(ours.uids())


def arrivals(place: Workplace) -> list[Arrival]:
    with place.database.reading() as connection:
        return list(reversed(recent_arrivals(connection)))


def alerts(place: Workplace) -> list[Letter]:
    with place.database.reading() as connection:
        return [one.letter for one in letters(connection) if one.letter.kind == "alert"]


def raw(place: Workplace, arrival: Arrival) -> bytes:
    return b"".join(place.attachments.read(arrival.digest))


async def a_letter(place: Workplace) -> Letter:
    """The reminder of 19/6 to Gia Bình, sent."""
    await run_round(place)
    with place.database.reading() as connection:
        found = letters(connection, recipient="can-bo@gia-binh.example")
    return next(one.letter for one in found if one.letter.kind == "duties")


def test_a_message_is_kept_as_it_came_and_put_away_on_the_server(place: Workplace, box: MailStack) -> None:
    put(box, BY_A_PERSON)
    assert collect(place) == 0
    (arrival,) = arrivals(place)
    assert (arrival.source, arrival.outcome) == ("mail", "aside")
    assert arrival.detail == "from can-bo@gia-binh.example: it answers no letter that we know"
    assert arrival.key.startswith(f"{parse_imap_url(box.imap_url())}:"), "another mailbox numbers its messages alike"
    assert raw(place, arrival) == BY_A_PERSON
    assert (lies_in(box, "INBOX"), lies_in(box, TAKEN)) == (0, 1)


class Killed(BaseException):
    """What nothing in dondoc catches, as nothing catches a power cut."""


@pytest.mark.parametrize("point", ["mail-kept", "mail-noted", "mail-put-away"])
def test_a_message_is_taken_in_once_wherever_the_work_is_cut_off(place: Workplace, box: MailStack, point: str) -> None:
    put(box, BY_A_PERSON, BY_A_PERSON.replace(b"Hoa", b"Lan"))

    def cut_off(reached: str) -> None:
        if reached == point:
            raise Killed

    with pytest.raises(Killed):
        collect(replace(place, reached=cut_off))
    collect(place)
    collect(place)
    first, second = arrivals(place)
    assert (first.outcome, second.outcome) == ("aside", "aside")
    assert (raw(place, first), raw(place, second)) == (BY_A_PERSON, BY_A_PERSON.replace(b"Hoa", b"Lan"))
    assert lies_in(box, "INBOX") == 0


def test_a_message_that_comes_again_under_another_number_counts_once(place: Workplace, box: MailStack) -> None:
    put(box, BY_A_PERSON)
    collect(place)
    put(box, BY_A_PERSON)  # as after the server's mailbox was rebuilt
    collect(place)
    first, again = arrivals(place)
    assert (first.outcome, again.outcome, again.detail) == ("aside", "ignored", f"the same as arrival {first.id}")


HEADS = [
    ("Auto-Submitted: auto-replied", "ignored", "Auto-Submitted: auto-replied"),
    ("Auto-Submitted: no", "aside", "from"),
    ("Precedence: auto_reply", "ignored", "Precedence"),
    ("Precedence: list", "aside", "from"),
    ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "ignored", "X-Auto-Response-Suppress"),
    ("X-Autoreply: yes", "ignored", "X-Autoreply"),
    ("Subject: =?utf-8?b?VHLhuqMgbOG7nWkgdOG7sSDEkeG7mW5nOiBC4bqtbiBo4buNcA==?=", "ignored", "Trả lời tự động"),
    ("Subject: Automatic reply: [Nhac viec]", "ignored", "Automatic reply"),
    ("Subject: Bao cao tu dong", "aside", "from"),
    ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", "ignored", "report"),
    ("Content-Type: multipart/encrypted; boundary=x", "aside", "encrypted"),
    ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "aside", "encrypted"),
    ("Content-Type: multipart/mixed; boundary=", "aside", "from"),
    ("Content-Type: text/plain; charset=khong-co\r\nContent-Transfer-Encoding: base64", "aside", "from"),
    ("Message-ID: <[[[\r\nReferences: <<<>@\r\nDate: 99/99/9999", "aside", "from"),
    ("To: \xff\xfe =?utf-8?b?!!!?= <", "aside", "from"),
]


def test_every_message_comes_to_something(place: Workplace, box: MailStack) -> None:
    body = b"\r\n\r\n--x\r\n\r\nNoi dung\r\n"
    put(box, *(b"From: ai@gia-binh.example\r\n" + head.encode("latin-1") + body for head, _, _ in HEADS))
    collect(place)
    found = arrivals(place)
    assert len(found) == len(HEADS)
    for (head, outcome, said), arrival in zip(HEADS, found, strict=True):
        assert (arrival.outcome, said in arrival.detail) == (outcome, True), (head, arrival)


def test_what_cannot_be_read_is_kept_and_stops_nothing(place: Workplace, box: MailStack) -> None:
    depth = 3_000
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth))
    put(box, b"From: ai@gia-binh.example\r\n" + nested, BY_A_PERSON, b"\r\n", b"khong phai thu")
    collect(place)
    nest, person, empty, text = arrivals(place)
    assert (nest.outcome, person.outcome, empty.outcome, text.outcome) == ("broken", "aside", "aside", "aside")
    assert "RecursionError" in nest.detail
    assert raw(place, nest).endswith(nested)


def test_of_a_message_that_is_too_long_the_beginning_is_kept_and_the_whole_stays_on_the_server(
    place: Workplace, box: MailStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 3 << 20)  # Dovecot would take the real limit, and the test half a minute
    monkeypatch.setattr("notifications.inbox.PIECE", 1 << 19)
    long = BY_A_PERSON + b"0123456789abcdef" * ((4 << 20) // 16)
    fits = BY_A_PERSON + b"fedcba9876543210" * ((2 << 20) // 16)
    put(box, long, fits)
    collect(place)
    first, second = arrivals(place)
    assert (first.outcome, first.size, raw(place, first)) == ("broken", len(long), long[: 3 << 20])
    assert "the whole lies in the folder Dondoc" in first.detail
    assert (second.outcome, raw(place, second) == fits) == ("aside", True)
    assert lies_in(box, TAKEN) == 2
    said = [" ".join(alert.text.split()) for alert in alerts(place)]
    (told,) = (text for text in said if "thư quá lớn; toàn bộ thư nằm trong thư mục Dondoc của hộp thư" in text)
    assert "can-bo@gia-binh.example" in told


def test_the_administrator_hears_once_of_a_message_that_is_encrypted(place: Workplace, box: MailStack) -> None:
    put(
        box,
        b"From: can-bo@gia-binh.example\r\nContent-Type: multipart/encrypted; boundary=x\r\n\r\n--x\r\n\r\nwcBM\r\n",
    )
    collect(place)
    collect(place)
    (alert,) = alerts(place)
    assert alert.recipient.address == "quan-tri@hoi.example"
    assert "can-bo@gia-binh.example" in alert.text
    assert "thư được mã hóa, phần mềm không đọc được" in " ".join(alert.text.split())
    assert "wcBM" not in alert.text + alert.html, "nothing of it is quoted"


async def test_a_letter_of_our_own_that_comes_back_is_nobodys_answer(place: Workplace, box: MailStack) -> None:
    letter = await a_letter(place)
    own = place.settings.outbox_folder
    (file,) = [one for one in own.iterdir() if letter.id in one.read_bytes().decode()]
    put(box, b"Received: from somewhere\r\n" + file.read_bytes())
    collect(place)
    (arrival,) = arrivals(place)
    assert (arrival.outcome, arrival.detail) == ("ignored", "a letter of our own that came back whole")


@pytest.mark.parametrize(
    "mark",
    [
        "In-Reply-To: <{id}@hoi.example>",
        "References: <x@y>\r\n <again.{id}@hoi.example>",
        "To: dondoc <nhac-viec+{token}@hoi.example>",
        "Delivered-To: nhac-viec+{token}@hoi.example",
        "Subject: RE: Nhac viec [#{TOKEN}] (gap)",
    ],
)
async def test_the_letter_that_is_answered_is_found_by_any_of_its_marks(
    place: Workplace, box: MailStack, mark: str
) -> None:
    letter = await a_letter(place)
    token = token_of(letter.id)
    head = mark.format(id=letter.id, token=token, TOKEN=token.upper())
    put(box, b"From: ai-do@gia-binh.example\r\n" + head.encode() + b"\r\n\r\nDa ro\r\n")
    collect(place)
    (arrival,) = arrivals(place)
    assert arrival.detail.startswith(f"from ai-do@gia-binh.example, about letter {letter.id}: its sender is nobody")


def test_a_mailbox_that_does_not_open_is_said_in_a_sentence_and_keeps_nobody_waiting(
    place: Workplace, box: MailStack, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = box.imap_url().replace("khau", "khac")
    there = workplace(place.settings.home, place.database.url, imap_url=wrong)
    with pytest.raises(MailboxUnreachable, match=r"cannot be read .*AUTHENTICATIONFAILED.* No answer is lost") as told:
        mailbox.take_in_mail(there)
    assert "khac" not in str(told.value)
    assert collect(there) == 0
    assert "cannot be read" in caplog.text


def test_the_address_of_a_mailbox_names_its_folder() -> None:
    found = parse_imap_url("imaps://nhac%40hoi.example:m%40t@mail.example/B%C3%A1o%20c%C3%A1o")
    assert (found.user, found.secret, found.folder, found.port) == ("nhac@hoi.example", "m@t", "Báo cáo", 993)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("imaps://nhac:s3cret@[::1", "a host in broken [ ]"),
        ("imaps://nhac:s3/cret@mail.example/INBOX", "write @ as %40, / as %2F"),
        ("imaps://mail.example", "gives no user name"),
        ("imaps://nhac@mail.example", "user name without a password"),
        ("imap://nhac:s3cret@mail.example", "in clear; use imap+starttls:// or imaps://"),
    ],
)
def test_a_wrong_address_of_a_mailbox_is_told_without_its_secret(url: str, why: str) -> None:
    with pytest.raises(SettingWrong) as caught:
        parse_imap_url(url)
    assert why in str(caught.value)
    assert "cret" not in str(caught.value).replace("user:secret@", "")

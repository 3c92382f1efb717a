"""A letter all the way: STARTTLS and a password, Postfix, Dovecot, read back by IMAP; and a real bounce."""

import asyncio
import email
import re
import ssl
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import default

import pytest
from imap_tools import AND, Header, MailBoxStartTls

from notifications.mime import Attachment, Mailbox, Message, needs_smtputf8, to_bytes
from notifications.smtp import Courier, NotSent, Outcome, Refused, Sent, SmtpServer, parse_smtp_url
from tests.servers.mailstack import MOVED_AWAY, MailStack

pytestmark = [pytest.mark.servers, pytest.mark.slow]

OURS = "nhac-viec@hoi.example"
THEIRS = "van-phong@luong-tai.example"
LETTER = Message(
    message_id="<nhac.luong-tai.2023-06-19@hoi.example>",
    sender=Mailbox("Ban theo dõi, đôn đốc “Vì trẻ em”", OURS),
    to=Mailbox('Văn phòng Hội Liên hiệp Phụ nữ huyện Lương Tài (bà "Hoa", Chủ tịch)', THEIRS),
    reply_to=Mailbox("Ban theo dõi", "nhac-viec+k7qx@hoi.example"),
    subject="[Nhắc việc] Báo cáo 6 tháng công tác trẻ em: còn 3 ngày làm việc (hạn 19/6/2023) [#K7QX]",
    date=datetime(2023, 6, 14, 8, 0, tzinfo=timezone(timedelta(hours=7))),
    text="Kính gửi Hội LHPN huyện Lương Tài,\n\n.\n..hai chấm\nFrom đầu dòng\nĐến hạn ngày 19/6/2023.\n",
    html="<p>Kính gửi Hội LHPN huyện Lương Tài,</p>\n",
    references=("<ke-hoach.luong-tai@hoi.example>",),
    list_id="ke-hoach-tre-em-2023.hoi.example",
    attachments=(
        Attachment("Đề cương báo cáo 6 tháng; bản “cuối” (1).docx", "application/octet-stream", bytes(range(256)) * 99),
        Attachment("Biểu số liệu công tác trẻ em của Hội Liên hiệp Phụ nữ các huyện.xlsx", "text/csv", b"a;b\n1;2\n"),
    ),
)


async def send(mail: MailStack, letter: Message) -> Outcome:
    async with Courier(parse_smtp_url(mail.smtp_url(), mail.ca_file)) as courier:
        return await courier.send(
            letter.sender.address, letter.to.address, to_bytes(letter), utf8=needs_smtputf8(letter)
        )


def arrived(mail: MailStack, user: str, search: AND, count: int = 1) -> list[EmailMessage]:
    """The messages in the user's inbox that are searched for, once there are so many."""
    trusted = ssl.create_default_context(cafile=mail.ca_file)
    with MailBoxStartTls("localhost", mail.imap_port, ssl_context=trusted).login(user, mail.users[user]) as box:
        for _ in range(300):
            found = list(box.fetch(search, mark_seen=False))
            if len(found) >= count:
                return [read(message.obj.as_bytes()) for message in found]
            time.sleep(0.1)
            box.client.noop()
    raise AssertionError(f"{len(found)} of {count} letters arrived for {user}\n{mail.log()}")


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


async def test_a_letter_comes_back_as_it_was_written(mail: MailStack):
    outcome = await send(mail, LETTER)
    assert isinstance(outcome, Sent)
    assert re.search(r"queued as \w+", outcome.reply)
    [letter] = arrived(mail, THEIRS, AND(header=[Header("Message-ID", LETTER.message_id)]))
    assert letter["subject"] == LETTER.subject
    assert str(letter["date"]) == "Wed, 14 Jun 2023 08:00:00 +0700"
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["references"] == LETTER.references[0]
    assert letter.get_body(("plain",)).get_content().replace("\r\n", "\n") == LETTER.text
    assert letter.get_body(("html",)).get_content().replace("\r\n", "\n") == LETTER.html
    assert [(file.get_filename(), file.get_payload(decode=True)) for file in letter.iter_attachments()] == [
        (file.filename, file.content) for file in LETTER.attachments
    ]


async def test_dovecot_itself_reads_the_same_names_subject_and_file_names(mail: MailStack):
    """Searched for and taken apart by the server, not by Python."""
    letter = replace(LETTER, message_id="<dovecot@hoi.example>")
    assert isinstance(await send(mail, letter), Sent)
    with_id = Header("Message-ID", letter.message_id)
    arrived(mail, THEIRS, AND(header=[with_id]))
    for field, words in (
        ("Subject", "công tác trẻ em: còn 3 ngày làm việc (hạn 19/6/2023)"),
        ("To", "Văn phòng Hội Liên hiệp Phụ nữ huyện Lương Tài"),
        ("From", "Ban theo dõi, đôn đốc “Vì trẻ em”"),
    ):
        trusted = ssl.create_default_context(cafile=mail.ca_file)
        with MailBoxStartTls("localhost", mail.imap_port, ssl_context=trusted).login(THEIRS, mail.users[THEIRS]) as box:
            uids = box.uids(AND(header=[with_id, Header(field, words)]), charset="UTF-8")
            assert len(uids) == 1, f"Dovecot does not find {words!r} in {field}"
            structure = box.client.uid("fetch", uids[0], "(BODYSTRUCTURE)")[1]
    assert b"%C4%90%E1%BB%81%20c%C6%B0%C6%A1ng" in b"".join(part for part in structure if isinstance(part, bytes))


async def test_a_letter_to_one_who_has_moved_away_comes_back_as_a_real_bounce(mail: MailStack):
    letter = replace(LETTER, message_id="<bounce@hoi.example>", to=Mailbox("Đã nghỉ", MOVED_AWAY), attachments=())
    assert isinstance(await send(mail, letter), Sent), "Postfix takes it before Dovecot is asked"
    [bounce] = arrived(mail, OURS, AND(subject="Undelivered"))
    assert bounce.get_content_type() == "multipart/report"
    [status] = [part for part in bounce.walk() if part.get_content_type() == "message/delivery-status"]
    _, recipient = status.get_payload()
    assert recipient["Final-Recipient"] == f"rfc822; {MOVED_AWAY}"
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.1.1")
    [original] = [part for part in bounce.walk() if part.get_content_type() == "message/rfc822"]
    assert original.get_content()["message-id"] == letter.message_id


async def test_an_unknown_address_is_refused_at_once(mail: MailStack):
    outcome = await send(mail, replace(LETTER, to=Mailbox("", "khong-co@luong-tai.example")))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (550, True)
    assert "5.1.1" in outcome.reply


async def test_nothing_leaves_the_machine(mail: MailStack):
    outcome = await send(mail, replace(LETTER, to=Mailbox("", "ai@noi-khac.example")))
    assert isinstance(outcome, Refused)
    assert "nothing leaves this machine" in outcome.reply


async def test_a_letter_that_needs_smtputf8_is_lost_without_a_word_at_the_first_server_without_it(mail: MailStack):
    """Postfix has the extension, Dovecot 2.3 has not, and the bounce would need it too: so we avoid it."""
    reply_to = Mailbox("Ban theo dõi", "nhắc-việc@hoi.example")
    letter = replace(LETTER, message_id="<utf8@hoi.example>", reply_to=reply_to, attachments=())
    assert needs_smtputf8(letter)
    assert isinstance(await send(mail, letter), Sent)
    for _ in range(100):
        if mail.log().count("dsn=5.6.7, status=bounced (SMTPUTF8 is required, but was not offered") == 2:
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail(mail.log())


async def test_a_wrong_password_and_a_missing_starttls_are_said_in_a_sentence(mail: MailStack):
    wrong = parse_smtp_url(mail.smtp_url().replace("khau", "khac"), mail.ca_file)
    async with Courier(wrong) as courier:
        outcome = await courier.send(OURS, THEIRS, to_bytes(LETTER))
    assert isinstance(outcome, NotSent)
    assert "does not accept the user name and password (535 5.7.8" in outcome.reason
    async with Courier(SmtpServer("localhost", mail.submission_port)) as courier:
        outcome = await courier.send(OURS, THEIRS, to_bytes(LETTER))
    assert isinstance(outcome, Refused)
    assert "Must issue a STARTTLS command first" in outcome.reply

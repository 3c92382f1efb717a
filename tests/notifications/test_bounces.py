"""What mail servers say of letters that did not arrive: Postfix, Exchange, Gmail, qmail, and others in their words."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from notifications.bounces import Bounce, read_bounce
from notifications.incoming import Kind, kind_of, read_message

LETTER = "k7qx2m4zgc6whaab"
OURS = "nhac-viec@hoi.example"

STATUS = """\
From: MAILER-DAEMON@mx.example
To: nhac-viec@hoi.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{envelope}
Final-Recipient: rfc822; Can-Bo@Gia-Binh.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--B
{original}
--B--
"""
WHOLE = f"Content-Type: message/rfc822\n\nFrom: {OURS}\nMessage-ID: <{LETTER}@hoi.example>\nSubject: x\n\nText\n"
HEAD = f"Content-Type: text/rfc822-headers\n\nFrom: {OURS}\nMessage-ID: <{LETTER}@hoi.example>\nSubject: x\n"
RENAMED = f"Content-Type: text/rfc822-headers\n\nMessage-ID: <0101@ses.example>\nReferences: <again.{LETTER}@h>\n"
SUBJECT = "Content-Type: text/rfc822-headers\n\nMessage-ID: <0101@ses.example>\nSubject: Nhac viec [#K7QX2M4Z]\n"
NOTHING = "Content-Type: text/plain\n\nThe message was too long to be returned.\n"


def read(text: str) -> Bounce:
    data = text.replace("\n", "\r\n").encode()
    message = read_message(data)
    assert isinstance(message, EmailMessage)
    assert kind_of(message, OURS) is Kind.BOUNCE
    return read_bounce(data, message)


def report(action: str, status: str, words: str, original: str = WHOLE, envelope: str = "") -> Bounce:
    envelope = f"Original-Envelope-Id: {envelope}\n" if envelope else ""
    return read(STATUS.format(action=action, status=status, words=words, original=original, envelope=envelope))


@pytest.mark.parametrize(
    ("action", "status", "words", "lost", "dead"),
    [
        pytest.param("failed", "5.1.1", "550 5.1.1 <x> User doesn't exist", True, True, id="Dovecot: nobody"),
        pytest.param("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", True, True, id="Exchange"),
        pytest.param("failed", "5.2.1", "550 5.2.1 The email account is disabled", True, True, id="Gmail: disabled"),
        pytest.param("failed", "5.4.4", "Host or domain name not found", True, True, id="no such host"),
        pytest.param("failed", "5.0.0", "550 No such user here", True, True, id="cPanel, without a status"),
        pytest.param("failed", "5.0.0", "550 Message rejected", True, False, id="for a reason it keeps to itself"),
        pytest.param("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", True,
                     True, id="Exchange Online's way to say nobody"),
        pytest.param("failed", "5.2.2", "552 5.2.2 The email account is over quota", True, False, id="full"),
        pytest.param("failed", "5.7.1", "554 5.7.1 Message content rejected: spam", True, False, id="a filter"),
        pytest.param("failed", "5.3.4", "552 5.3.4 Message size exceeds fixed limit", True, False, id="too large"),
        pytest.param("failed", "4.4.7", "delivery time expired", True, False, id="given up after days"),
        pytest.param("delayed", "4.4.1", "connect to gia-binh.example: timed out", False, False, id="late"),
        pytest.param("relayed", "2.0.0", "250 ok", False, False, id="passed on"),
    ],
)  # fmt: skip
def test_what_is_lost_and_what_is_dead(action: str, status: str, words: str, lost: bool, dead: bool) -> None:
    (failure,) = report(action, status, words).failures
    assert (failure.address, failure.action, failure.status) == ("can-bo@gia-binh.example", action, status)
    assert (failure.lost, failure.dead) == (lost, dead)
    assert failure.sentence == f"{status} {words}"


@pytest.mark.parametrize(
    ("original", "envelope", "ids", "tokens"),
    [
        pytest.param(WHOLE, "", (LETTER,), (), id="the letter whole"),
        pytest.param(HEAD, "", (LETTER,), (), id="its head"),
        pytest.param(NOTHING, LETTER, (LETTER,), (), id="nothing of it, but the envelope's id"),
        pytest.param(RENAMED, "", (LETTER,), (), id="a service gave it another Message-ID"),
        pytest.param(SUBJECT, "", (), ("k7qx2m4z",), id="only its subject is ours"),
        pytest.param(NOTHING, "", (), (), id="nothing at all"),
    ],
)
def test_the_letter_is_known_by(original: str, envelope: str, ids: tuple[str, ...], tokens: tuple[str, ...]) -> None:
    found = report("failed", "5.1.1", "unknown", original, envelope).traces
    assert (found.ids, found.tokens) == (ids, tokens)


def test_a_bounce_in_a_servers_own_words_is_understood() -> None:
    found = read(
        "From: MAILER-DAEMON@qmail.example\nTo: nhac-viec+k7qx2m4z@hoi.example\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at qmail.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<can-bo@gia-binh.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\n"
        f"From: {OURS}\nMessage-ID: <{LETTER}@hoi.example>\n\nText\n"
    )
    (failure,) = found.failures
    assert (failure.address, failure.status, failure.dead) == ("can-bo@gia-binh.example", "5.1.1", True)
    assert (found.traces.ids, found.traces.tokens) == ((LETTER,), ("k7qx2m4z",))


@pytest.mark.parametrize(
    "body",
    [
        "Content-Type: message/delivery-status\n\n\n",
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!!\n",
        "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;\nAction:\nStatus: x\n",
        "Content-Type: text/html\n\n<p>undeliverable</p>\n",
        "",
    ],
)
def test_a_bounce_that_says_nothing_says_nothing_of_any_address(body: str) -> None:
    head = "From: postmaster@x.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
    assert read(f"{head}--B\n{body}\n--B--\n").failures == ()

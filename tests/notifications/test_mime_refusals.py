"""Addresses as a message writes them, and what is refused because no message could say it correctly."""

import unicodedata
from dataclasses import replace
from datetime import datetime

import pytest

from notifications.mime import Attachment, Mailbox, Unwritable, needs_smtputf8, to_bytes, wire_address
from tests.notifications.written_letter import LETTER


@pytest.mark.parametrize(
    ("address", "written", "smtputf8"),
    [
        ("a@b.example", "a@b.example", False),
        ("a@localhost", "a@localhost", False),
        ("a.b+c=d'e@b-c.example", "a.b+c=d'e@b-c.example", False),
        ("a@Hội.example", "a@xn--hi-79s.example", False),
        ("văn.phòng@hội.example", "văn.phòng@xn--hi-79s.example", True),
        (unicodedata.normalize("NFD", "phòng@hội.example"), "phòng@xn--hi-79s.example", True),
    ],
)
def test_addresses(address: str, written: str, smtputf8: bool):
    assert wire_address(address) == written
    for letter in (
        replace(LETTER, to=Mailbox("Hội", address)),
        replace(LETTER, sender=Mailbox("", address)),
        replace(LETTER, reply_to=Mailbox("Hội", address)),
    ):
        assert needs_smtputf8(letter) == smtputf8
        data = to_bytes(letter)
        assert data.isascii() != smtputf8
        assert written.encode() in data


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@b.example", "a@", "a b@c.example", "a@b c.example", "a@b..example", ".a@b.example", "a.@b.example",
        "<a@b.example>", "a@b.example>", "a,b@c.example", '"a b"@c.example', "a@[127.0.0.1]", "a@b.example\r\nBcc: x@y",
        "a\0@b.example", "a\u2028@b.example", "a@b.example\n", "x" * 65 + "@b.example", "a@" + "b." * 127 + "example",
        "a@-b.example", "a@" + "ộ" * 64 + ".example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(Unwritable):
        to_bytes(replace(LETTER, to=Mailbox("Hội", address)))


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "no-brackets@x"},
        {"message_id": "<a@b>\r\nBcc: x@y"},
        {"message_id": "<a b@c>"},
        {"message_id": f"<{'a' * 1000}@b>"},
        {"in_reply_to": "<ế@c>"},
        {"references": ("<a@b>", "<a@b> <c@d>")},
        {"list_id": "a b"},
        {"list_id": "a>\r\nBcc: x@y"},
        {"date": datetime(2023, 6, 19, 8, 0)},  # noqa: DTZ001 - naive is the point
        {"headers": (("Subject", "hai"),)},
        {"headers": (("content-type", "text/x"),)},
        {"headers": (("X Y", "z"),)},
        {"headers": (("X:\r\nBcc", "z"),)},
        {"attachments": (Attachment("", "text/plain", b""),)},
        {"attachments": (Attachment("a", "message/rfc822", b""),)},
        {"attachments": (Attachment("a", "text/plain\r\nBcc: x@y", b""),)},
    ],
)
def test_what_cannot_be_written_correctly_is_refused(change: dict[str, object]):
    with pytest.raises(Unwritable):
        to_bytes(replace(LETTER, **change))

"""How a letter is recognised in what comes back about it: the marks it carries out, and finding them again.

A letter's id stands in its Message-ID; its first signs, the token, in Reply-To, References and the subject, since
mail programs and servers on the way drop one or the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

LETTER_ID = "[a-z2-7]{16}"
TOKEN_SIGNS = 8
"""Forty bits: enough to tell the letters of a country apart together with the sender's address."""

_IDS = re.compile(rf"<(?:again\.)?({LETTER_ID})@[^<>@\s]+>")
_IN_ADDRESS = re.compile(rf"[^@+]+\+([a-z2-7]{{{TOKEN_SIGNS}}})@", re.IGNORECASE)
_IN_SUBJECT = re.compile(rf"\[#([A-Z2-7]{{{TOKEN_SIGNS}}})\]", re.IGNORECASE)


def token_of(letter_id: str) -> str:
    """The signs that stand for a letter where its whole id would be in the way.

    >>> token_of("k7qx2m4zgc6whaab")
    'k7qx2m4z'
    """
    return letter_id[:TOKEN_SIGNS]


def message_id_of(letter_id: str, domain: str) -> str:
    """The Message-ID of a letter (RFC 5322 §3.6.4): always the same, so that a copy is seen to be one."""
    return f"<{letter_id}@{domain}>"


def reference_of(letter_id: str, domain: str) -> str:
    """A reference that finds the letter again when a server on the way gave it another Message-ID."""
    return f"<again.{letter_id}@{domain}>"


def marked_address(address: str, letter_id: str) -> str:
    """The mailbox with the letter's token as its plus-address (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token_of(letter_id)}@{domain}"


@dataclass(frozen=True, slots=True)
class Traces:
    """The letters that a message may be about: whole ids first, tokens where there are none, and who wrote it."""

    ids: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    sender: str = ""


def traces_in(message: Message) -> Traces:
    """The marks of letters that a message carries in its head."""
    answered = " ".join((*raw(message, "References"), *raw(message, "In-Reply-To")))  # what is nearest comes last
    addresses = (address for _, address in getaddresses(list(_received_at(message))))
    tokens = [found[1].lower() for address in addresses if (found := _IN_ADDRESS.match(address))]
    tokens += [found.lower() for found in _IN_SUBJECT.findall(text(message, "Subject"))]
    return Traces(tuple(dict.fromkeys(reversed(_IDS.findall(answered)))), tuple(dict.fromkeys(tokens)), sender(message))


def ids_in(text: str) -> tuple[str, ...]:
    """The ids of letters in Message-IDs that stand in this text."""
    return tuple(dict.fromkeys(_IDS.findall(text)))


def sender(message: Message) -> str:
    """The address that a message says it is from, in lower case; empty if it says none."""
    return next((address.lower() for _, address in getaddresses(list(raw(message, "From"))) if "@" in address), "")


def raw(message: Message, name: str) -> tuple[str, ...]:
    """The values of a header as they came, on one line each.

    The parser of the standard library raises on some headers that others send; these are read nevertheless.
    """
    wanted = name.lower()
    found = (
        str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # what is neither ASCII nor UTF-8
        for field, value in message.raw_items()
        if field.lower() == wanted
    )
    return tuple(re.sub(r"[\r\n]+\s*", " ", value).strip() for value in found)


def text(message: Message, name: str) -> str:
    """The first value of a header with its encoded words decoded, as far as they can be."""
    for value in raw(message, name):
        try:
            return str(make_header(decode_header(value)))
        except (MessageError, LookupError, ValueError):
            return value
    return ""


def _received_at(message: Message) -> Iterator[str]:
    """Every header in which the address stands that a message was sent to."""
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To"):
        yield from raw(message, name)

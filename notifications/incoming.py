"""What kind of message came in: a bounce, what a machine answered, a letter of our own, or the words of a person.

RFC 3834 (automatic answers) · 3464 (delivery status) · 8098 (receipts for reading). A machine is never answered,
and what it writes counts as nobody's answer.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum

from notifications.traces import LETTER_ID, raw, sender, text


class Kind(Enum):
    """What a message is, as far as its head tells."""

    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OURS = "ours"
    ENCRYPTED = "encrypted"
    BY_A_PERSON = "by a person"


def read_message(data: bytes) -> EmailMessage:
    """The message that these bytes are; nothing is so broken that it has no head and no body."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)  # the policy makes it one
    return message


def kind_of(message: EmailMessage, own_address: str) -> Kind:
    """What the message is; `own_address` is the one that our letters are from."""
    if _is_bounce(message):
        return Kind.BOUNCE
    if _is_ours(message, own_address):
        return Kind.OURS
    if why_automatic(message):
        return Kind.AUTOMATIC
    if _is_encrypted(message):
        return Kind.ENCRYPTED
    return Kind.BY_A_PERSON


def why_automatic(message: EmailMessage) -> str:
    """By what a message shows that a machine wrote it; empty when nothing does."""
    for name, signs in _SIGNS.items():
        for value in raw(message, name):
            if re.fullmatch(signs, value.partition(";")[0].strip(), re.IGNORECASE):
                return f"{name}: {value[:80]}"
    if message.get_content_type() == "multipart/report":
        return "Content-Type: multipart/report"
    subject = text(message, "Subject").strip()
    return f"Subject: {subject[:80]}" if _ABSENT.match(subject) else ""


_SIGNS = {
    "Auto-Submitted": r"(?!no$).+",
    "Precedence": r"bulk|junk|auto[_-]reply",
    "X-Auto-Response-Suppress": r".*\b(?:All|OOF|AutoReply)\b.*",
    "X-Autoreply": r"(?!no$).+",
    "X-Autorespond": r".*",
    "X-Autoresponder": r".*",
    "X-Auto-Reply": r".*",
    "X-POST-MessageClass": r"9.*",
    "Delivered-By-The-Graces-Of": r".*vacation.*",
    "X-FC-MachineGenerated": r"true",
    "X-Vacation": r".*",
}
"""Headers by which a machine owns up; those of Exchange, of the vacation programs, of Vietnamese hosting companies."""

_ABSENT = re.compile(
    r"(?:automatic reply|auto(?:matic)?[ -]?reply|auto:|out of (?:the )?office"
    r"|trả lời tự động|thư trả lời tự động|tự động trả lời)\b",
    re.IGNORECASE,
)
_DAEMONS = re.compile(r"(?:mailer-daemon|postmaster)@?.*", re.IGNORECASE)


def _is_bounce(message: EmailMessage) -> bool:
    """A delivery report, or what a mail server says about a letter in its own words."""
    kind = str(message.get_param("report-type", "", unquote=True)).lower()
    if message.get_content_type() == "multipart/report" and kind in ("delivery-status", ""):
        return True
    nobody = any(value in ("<>", "") for value in raw(message, "Return-Path"))
    return bool(_DAEMONS.fullmatch(sender(message))) or (nobody and bool(raw(message, "X-Failed-Recipients")))


def _is_ours(message: EmailMessage, own_address: str) -> bool:
    """Our own letter, come back whole by a forwarding rule or a list."""
    ours = re.compile(rf"<{LETTER_ID}@[^<>\s]+>")
    return sender(message) == own_address.lower() and any(ours.fullmatch(one) for one in raw(message, "Message-ID"))


def _is_encrypted(message: EmailMessage) -> bool:
    kind = message.get_content_type()
    return kind == "multipart/encrypted" or kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")

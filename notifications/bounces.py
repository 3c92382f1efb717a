"""Reads what mail servers say of letters that did not arrive: which letter, which address, for good or for now.

RFC 3464 (delivery status) · 3463 (status codes); flufl.bounce reads what servers say in their own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message

from flufl.bounce import all_failures

from notifications.mime import one_line
from notifications.traces import Traces, ids_in, raw, traces_in

LONGEST_WORDS = 300
"""Signs of a server's own words that are kept."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a server says of one recipient; `status` is of RFC 3463, `0.0.0` where it gives none."""

    address: str
    action: str
    status: str
    words: str

    @property
    def lost(self) -> bool:
        """Whether the letter will not arrive any more; a delay is only a delay."""
        return self.action == "failed"

    @property
    def dead(self) -> bool:
        """Whether nothing sent to the address will arrive: no such mailbox, no such host.

        A full mailbox, a letter that is too large and what a filter does not like leave the address as it is.

        >>> [Failure("a@b", "failed", status, "").dead for status in ("5.1.1", "5.4.4", "5.2.2", "5.7.1", "4.4.7")]
        [True, True, False, False, False]
        """
        if not self.lost or not self.status.startswith("5."):
            return False
        if self.status in ("5.0.0", "5.5.0", "5.7.1", "5.4.1"):  # no status to speak of: the words decide
            return bool(_NOBODY.search(self.words))
        return self.status.startswith("5.1.") or self.status in ("5.2.1", "5.4.4")

    @property
    def sentence(self) -> str:
        """What is told of it, on one line."""
        return " ".join(part for part in (self.status if self.status != "0.0.0" else "", self.words) if part)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says: the failures, and by what the letter is known."""

    failures: tuple[Failure, ...]
    traces: Traces


_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|address|account)\s+(?:is\s+)?(?:unknown|not found|unavailable|invalid|rejected)"
    r"|(?:unknown|invalid|no such|bad)\s+(?:\w+\s+)?(?:user|recipient|mailbox|address|account)"
    r"|(?:does not|doesn't|not) exist|no mailbox here|not a valid (?:mailbox|recipient)"
    r"|access denied\. AS\(201806281\)",  # what Exchange Online says of nobody
    re.IGNORECASE,
)
_STATUSES = ("message/delivery-status", "message/global-delivery-status")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


def read_bounce(data: bytes, message: EmailMessage) -> Bounce:
    """What the bounce says; `data` is the message as it came.

    One without a failure that can be read says nothing of any address.
    """
    failures = tuple(_failures(message)) or tuple(_in_own_words(data))
    return Bounce(failures, _traces(data, message))


def _failures(message: Message) -> Iterator[Failure]:
    """Of each group of fields in a delivery status; the first is about the message as a whole."""
    for part in message.walk():
        if part.get_content_type() in _STATUSES:
            for fields in _groups(part):
                to = _typed(fields, "Original-Recipient") or _typed(fields, "Final-Recipient")
                action = " ".join(raw(fields, "Action")).lower().strip()
                if not to or not action:
                    continue
                words = _typed(fields, "Diagnostic-Code") or " ".join(raw(fields, "Status"))
                found = _STATUS.search(" ".join(raw(fields, "Status")))
                yield Failure(to.lower(), action, found[0] if found else "0.0.0", _kept(words))


def _groups(part: Message) -> tuple[Message, ...]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return tuple(one for one in payload if isinstance(one, Message))
    return tuple(message_from_bytes(group) for group in re.split(rb"\r?\n\r?\n", _content(part)))


def _typed(fields: Message, name: str) -> str:
    """The value of a field such as `rfc822; a@b.example`, without its type."""
    value = next(iter(raw(fields, name)), "")
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon and " " not in kind.strip() else value).strip(" <>")


def _in_own_words(data: bytes) -> Iterator[Failure]:
    message = message_from_bytes(data)  # flufl.bounce was written for the older kind of message
    try:
        for_now, for_good = all_failures(message)
    except Exception:  # noqa: BLE001 - dozens of detectors, each guessing; none may stop the mailbox
        return
    text = _kept(" ".join(_words(message)))
    status = _STATUS.search(text)
    for address in for_good:
        yield Failure(_decoded(address), "failed", status[0] if status else "5.0.0", text)
    for address in for_now:
        yield Failure(_decoded(address), "delayed", status[0] if status else "4.0.0", text)


def _words(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            yield payload.decode(errors="replace") if isinstance(payload, bytes) else ""
            return


def _traces(data: bytes, message: Message) -> Traces:
    """The marks of the letter that came back: in the envelope's id, in what is enclosed of it, in the bounce's head."""
    ids: list[str] = []
    tokens: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind in _STATUSES:
            ids += (value for group in _groups(part) for value in raw(group, "Original-Envelope-Id"))
        elif kind in ("message/rfc822", "message/global"):
            for original in _groups(part):
                _add(original, ids, tokens)
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            _add(message_from_bytes(_content(part)), ids, tokens)
    ids += ids_in(data.decode(errors="replace"))  # servers that enclose nothing quote the head
    head = traces_in(message)
    return Traces(tuple(dict.fromkeys((*ids, *head.ids))), tuple(dict.fromkeys((*tokens, *head.tokens))))


def _add(original: Message, ids: list[str], tokens: list[str]) -> None:
    ids += ids_in(" ".join(raw(original, "Message-ID")))
    found = traces_in(original)
    ids += found.ids
    tokens += found.tokens


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _kept(words: str) -> str:
    return one_line(words.encode(errors="surrogateescape").decode(errors="replace"))[:LONGEST_WORDS]


def _decoded(address: bytes | str) -> str:
    text = address.decode(errors="replace") if isinstance(address, bytes) else address
    return text.strip(" <>").lower()

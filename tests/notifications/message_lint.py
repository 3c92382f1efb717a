"""What RFC 5322, 2045, 2047 and 2183 ask of a message, checked on its bytes without our own writer's help."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

ONCE = ("from", "to", "subject", "date", "message-id", "mime-version", "reply-to", "references", "content-type")
NEEDED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d [+-]\d{4}"
)
MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")


def lint(data: bytes) -> list[str]:
    """Every rule that the message breaks, in words; none of a good one."""
    return [*_lines(data), *_head(data), *_entity(message_from_bytes(data), "")]


def _lines(data: bytes) -> Iterator[str]:
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        yield "a bare CR or LF"
    if not data.endswith(b"\r\n"):
        yield "the last line has no end"
    if b"\0" in data:
        yield "a NUL"
    if not data.isascii():
        yield "bytes beyond ASCII, without 8BITMIME"
    for number, line in enumerate(data.split(b"\r\n"), 1):
        if len(line) > 998:
            yield f"line {number} is longer than 998"


def _head(data: bytes) -> Iterator[str]:
    head, empty, _ = data.partition(b"\r\n\r\n")
    if not empty:
        yield "no empty line after the head"
    for number, line in enumerate(head.decode("ascii", "replace").split("\r\n"), 1):
        if not re.match(r"[!-9;-~]+:|[ \t]+\S", line):
            yield f"line {number} of the head is neither a field nor its continuation: {line[:40]!r}"
        if len(line) > (76 if WORD.search(line) else 998):
            yield f"line {number} of the head is too long for what is in it"
        yield from (f"an encoded word longer than 75: {word}" for word in WORD.findall(line) if len(word) > 75)
    message = message_from_bytes(data)
    names = [name.lower() for name in message]
    yield from (f"{name} is missing" for name in NEEDED if name not in names)
    yield from (f"{name} stands twice" for name in ONCE if names.count(name) > 1)
    date = str(message["date"])
    if not DATE.fullmatch(date) or parsedate_to_datetime(date).strftime("%a") != date[:3]:
        yield f"no date of RFC 5322: {date}"
    elif not datetime(2000, 1, 1).astimezone() < parsedate_to_datetime(date):
        yield f"a date of long ago: {date}"
    for name in ("message-id", "in-reply-to", "references"):
        yield from (
            f"{name} is no message id: {one}"
            for one in str(message[name] or "").split()
            if not MESSAGE_ID.fullmatch(one)
        )
    for name in ("from", "to", "reply-to"):
        for _, address in getaddresses([str(message[name] or "x@y.example")]):
            if not re.fullmatch(r"[^@\s]+@[A-Za-z0-9.-]+", address):
                yield f"{name} holds no address: {message[name]!r}"


def _entity(entity: Message, where: str) -> Iterator[str]:
    kind = entity.get_content_type()
    yield from (f"{kind}{where}: {defect}" for defect in entity.defects)
    if entity.is_multipart():
        boundary = str(entity.get_boundary() or "")
        if not re.fullmatch(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", boundary):
            yield f"no boundary of RFC 2046: {boundary!r}"
        for number, part in enumerate(entity.get_payload(), 1):
            assert isinstance(part, Message)
            yield from _entity(part, f"{where}.{number}")
        return
    if entity.get_content_maintype() == "text" and not entity.get_content_charset():
        yield f"{kind}{where} names no charset"
    content = entity.get_payload()
    if str(entity["content-transfer-encoding"]).lower() == "base64":
        assert isinstance(content, str)
        yield from (f"{kind}{where}: a line of base64 longer than 76" for line in content.split() if len(line) > 76)
        try:
            base64.b64decode("".join(content.split()), validate=True)
        except binascii.Error as error:
            yield f"{kind}{where}: {error}"
    disposition = str(entity["content-disposition"] or "")
    if "filename" in disposition and not entity.get_filename():
        yield f"{kind}{where}: its file name cannot be read: {disposition}"

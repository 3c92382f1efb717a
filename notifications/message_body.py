"""What a message holds: its texts, whatever the charset and transfer encoding, and its files.

RFC 2045–2049 (MIME) · 2231, 2047 (file names) · 3676 (format=flowed). Nothing here raises for what others send;
what cannot be read is named.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

from dondoc.core.text import nfc
from notifications.html_text import html_text
from notifications.mime import one_line

MOST_PARTS = 200
"""Parts of a message that are looked at; the raw message is kept whole in any case."""

LOGO = 50_000
"""Bytes up to which a picture that the text itself shows is taken for the letterhead's."""

_CHARSETS = re.compile(
    r"utf-8|utf-16(?:-[bl]e)?|ascii|iso8859-\d+|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc_(?:jp|kr)|cp437"
    r"|cp850|mac-roman"
)
"""Charsets that are read: not UTF-7, in which markup hides, nor Python's own codecs that are none."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along, under the sender's name for it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says: `texts` are the same words in several forms, the plainest first."""

    texts: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    unreadable: tuple[str, ...] = ()
    """Charsets in which texts came that are not read."""


@dataclass(slots=True)
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    shown: list[tuple[str, File]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def read_body(data: bytes) -> Body:
    """The texts and files of a raw message."""
    found = _Found()
    _walk(message_from_bytes(data), found)
    markup = "\n".join(found.html)
    logos = [file for name, file in found.shown if len(file.content) <= LOGO and f"cid:{name}" in markup]
    files = [*found.files, *(file for _, file in found.shown if file not in logos)]
    texts = [nfc("\n".join(found.plain)), nfc(html_text(markup)) if markup else ""]
    return Body(tuple(one for one in texts if one.strip()), tuple(files), tuple(found.unreadable))


def _walk(message: Message, found: _Found) -> None:
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        if part.is_multipart() and part.get_content_maintype() != "message":
            inside = part.get_payload()
            if isinstance(inside, list):
                waiting = [one for one in islice(inside, MOST_PARTS) if isinstance(one, Message)] + waiting
        else:
            _take(part, found)


def _take(part: Message, found: _Found) -> None:
    kind, name = part.get_content_type(), _file_name(part)
    attached = str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")
    if kind in ("text/plain", "text/html") and not attached and not name:
        text = _text(part, found)
        if kind == "text/plain" and _parameter(part, "format").lower() == "flowed":
            text = _unflowed(text, delete=_parameter(part, "delsp").lower() == "yes")
        (found.plain if kind == "text/plain" else found.html).append(text)
        return
    content = _content(part)
    file = File(name or _usual_name(part), content)
    shown = str(part.get("Content-ID", "")).strip().strip("<>")
    if kind.startswith("image/") and shown and not attached:
        found.shown.append((shown, file))
    elif content:
        found.files.append(file)


def _content(part: Message) -> bytes:
    if part.is_multipart():  # a message that was attached: kept as it came
        inside = part.get_payload()
        first = inside[0] if isinstance(inside, list) and inside else None
        return _flat(first) if isinstance(first, Message) else b""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _flat(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, KeyError, IndexError):
        return str(message.get_payload()).encode("utf-8", "replace")


def _text(part: Message, found: _Found) -> str:
    content, charset = _content(part), _parameter(part, "charset").lower()
    if charset:
        try:
            known = codecs.lookup(charset).name
        except (LookupError, ValueError):
            known = ""
        if known and not _CHARSETS.fullmatch(known):
            found.unreadable.append(charset[:40])
            return ""
        if known and known != "ascii":
            return content.decode(known, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1258", "replace")


def _unflowed(text: str, *, delete: bool) -> str:
    """Lines that a mail program broke, joined again."""
    lines: list[str] = []
    depth_before, flows = 0, False
    for raw in text.replace("\r\n", "\n").split("\n"):
        quotes = len(raw) - len(raw.lstrip(">"))
        line = raw[quotes:].removeprefix(" ")
        if flows and quotes == depth_before:
            lines[-1] += line
        else:
            lines.append(">" * quotes + (" " if quotes else "") + line)
        flows = line.endswith(" ") and line != "-- "
        if flows and delete:
            lines[-1] = lines[-1][:-1]
        depth_before = quotes
    return "\n".join(lines)


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return str(value[2] if isinstance(value, tuple) else value or "")


def _file_name(part: Message) -> str:
    """The sender's name for a file, in NFC, without the folders that some programs put before it."""
    try:
        given = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        given = ""
    if "=?" in given:
        with suppress(MessageError, LookupError, ValueError):  # else as it is written
            given = str(make_header(decode_header(given)))
    if "\ufffd" in given:
        given = _unencoded_name(part) or given
    return one_line(re.split(r"[/\\]", given)[-1])[:200]


def _unencoded_name(part: Message) -> str:
    """A name that was written into the header as it is, in UTF-8."""
    for field_name, value in part.raw_items():
        if field_name.lower() in ("content-disposition", "content-type"):
            written = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            if found := re.search(r'name="?([^";\r\n]+)"?', written):
                return found[1]
    return ""


def _usual_name(part: Message) -> str:
    endings = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "message/rfc822": "eml"}
    ending = endings.get(part.get_content_type(), "bin")
    return f"tep.{ending}"

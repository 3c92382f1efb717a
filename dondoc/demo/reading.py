"""Reading a letter as whoever opens the mailbox does: from the .eml file, its subject, and the duties it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

_CODE = re.compile(r"Mã việc: (\S+)")


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """What a reader takes from a letter; `duties` are the codes under its items, in their order."""

    id: str
    subject: str
    text: str
    duties: tuple[str, ...]


def open_letter(file: Path) -> OpenedLetter:
    """Open a letter and read its text part; the newer reader of messages takes six times as long over it."""
    message = message_from_bytes(file.read_bytes())
    plain = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    body = plain.get_payload(decode=True) if plain else b""
    text = body.decode("utf-8") if isinstance(body, bytes) else ""
    identity = str(message["Message-ID"]).strip("<> ").partition("@")[0]
    subject = str(make_header(decode_header(message["Subject"])))
    return OpenedLetter(identity, subject, text, tuple(dict.fromkeys(_CODE.findall(text))))

"""Reading a letter as whoever opens the mailbox does: from the .eml file, its subject, and the duties it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
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
    """Open a letter and read its text part."""
    message = message_from_bytes(file.read_bytes(), policy=default)
    body = message.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    identity = str(message["Message-ID"]).strip("<> ").partition("@")[0]
    return OpenedLetter(identity, str(message["Subject"]), text, tuple(dict.fromkeys(_CODE.findall(text))))

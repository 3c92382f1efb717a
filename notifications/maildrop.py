"""Writes letters as .eml files, the stand-in for a mail server when none is set; any mail program opens them.

Same interface as `notifications.smtp.Courier`.
"""

import asyncio
import os
import re
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from notifications.mime import in_ascii
from notifications.outcome import NotSent, Outcome, Sent

_NAME = re.compile(r"\d{4}-\d{2}-\d{2}_.*_([0-9a-f]{12})\.eml")


class Maildrop:
    """Delivers into a folder, one file for each Message-ID and recipient; use as a context manager.

    Names sort by day, then by recipient, and can be read:
    `2023-06-19_van-phong.luong-tai_nhac-viec-bao-cao-6-thang_3f2a9c0d1b7e.eml`. A letter delivered again takes
    the place of its former file, whatever has become of its subject, so that trying twice leaves one letter.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._open)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._names.clear()

    async def check(self) -> NotSent | None:
        """Whether letters can be written here: None, or the reason why not."""
        if os.access(self.folder, os.W_OK | os.X_OK):
            return None
        return NotSent(f"The folder {self.folder} for letters cannot be written to")

    async def send(
        self,
        envelope_from: str,  # noqa: ARG002 - the courier's interface
        recipient: str,
        message: bytes,
        *,
        utf8: bool = False,  # noqa: ARG002 - the courier's interface
        envelope_id: str = "",  # noqa: ARG002 - the courier's interface
    ) -> Outcome:
        """Writes one message; what is in the folder is always a whole letter, safe on the disk."""
        try:
            name = await asyncio.to_thread(self._write, recipient, message)
        except OSError as error:
            return NotSent(f"The letter cannot be written into {self.folder} ({error.strerror})")
        return Sent(f"written to {name}")

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in self.folder.iterdir():
            if known := _NAME.fullmatch(file.name):
                self._names[known[1]] = file.name

    def _write(self, recipient: str, message: bytes) -> str:
        key, name = _name(recipient, message)
        part = self.folder / f".{name}.{os.getpid()}.part"
        try:
            with part.open("wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            part.rename(self.folder / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        former = self._names.get(key, name)
        self._names[key] = name
        if former != name:
            (self.folder / former).unlink(missing_ok=True)
        _sync(self.folder)
        return name


def _name(recipient: str, message: bytes) -> tuple[str, str]:
    """The letter's key and the name of its file."""
    head = BytesHeaderParser(policy=default).parsebytes(message)
    assert isinstance(head, EmailMessage), "the policy makes it one"
    key = sha256(f"{head['message-id']}\n{recipient}".encode()).hexdigest()[:12]
    date = head["date"]
    day = f"{date.datetime:%Y-%m-%d}" if date is not None and date.datetime is not None else "0000-00-00"
    local, _, domain = recipient.partition("@")
    office = _readable(f"{local}.{domain.partition('.')[0]}", 40)
    return key, f"{day}_{office}_{_readable(str(head['subject'] or ''), 60)}_{key}.eml"


def _readable(text: str, longest: int) -> str:
    words = re.sub(r"[^a-z0-9.]+", "-", in_ascii(text).lower()).strip("-.")
    return words[:longest].rstrip("-.") or "letter"


def _sync(folder: Path) -> None:
    """Makes the folder's new entry safe, as fsync does for the file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

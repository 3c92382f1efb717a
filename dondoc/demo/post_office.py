"""A real SMTP receiver in a thread of its own, with a mailbox on disk for every address; some addresses are dead."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.mime import in_ascii

NO_SUCH_MAILBOX = "550 5.1.1 no such mailbox"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """A letter that lies in a mailbox: since when (aware, by the office's clock), whose, and its file."""

    at: datetime
    mailbox: str
    file: Path


class PostOffice:
    """`with PostOffice(folder, clock) as office:` listens on `office.port`, on this machine only.

    Letters become `FOLDER/ADDRESS/2023-06-05_0800_SUBJECT.eml`; `clock` tells the time for their names, in the zone
    that people read. Letters to an address in `dead` are refused for good.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], dead: Collection[str] = ()) -> None:
        self.folder = folder
        self.port = 0
        self.refused = 0
        self.dead = frozenset(dead)
        self._clock = clock
        self._arrivals: deque[Arrival] = deque()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="post-office", daemon=True)

    @property
    def url(self) -> str:
        """The address as DONDOC_SMTP_URL has it."""
        return f"smtp://127.0.0.1:{self.port}"

    def arrivals(self) -> tuple[Arrival, ...]:
        """The letters that arrived since this was asked last, in order of time, then of mailboxes."""
        found = []
        while self._arrivals:
            found.append(self._arrivals.popleft())
        return tuple(sorted(found))

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        listening = self._loop.create_server(self._conversation, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        conversations = asyncio.all_tasks() - {asyncio.current_task()}
        for one in conversations:
            one.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def _conversation(self) -> SMTP:
        return SMTP(self, hostname="post-office.example", enable_SMTPUTF8=True, loop=self._loop)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer whether a letter to `address` is taken."""
        del server, session, options
        if address.lower() in self.dead:
            self.refused += 1
            return NO_SUCH_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Put the letter into the mailbox of everybody it is to."""
        del server, session
        content = envelope.original_content
        assert isinstance(content, bytes)  # decode_data is off
        for address in envelope.rcpt_tos:
            self._arrivals.append(self._put(address.lower(), content))
        return "250 2.0.0 ok"

    def _put(self, address: str, content: bytes) -> Arrival:
        at = self._clock()
        mailbox = self.folder / address
        mailbox.mkdir(exist_ok=True)
        subject = str(message_from_bytes(content, policy=default)["subject"] or "")
        name = f"{at:%Y-%m-%d_%H%M}_{_readable(subject)}"
        file = mailbox / f"{name}.eml"
        copies = 1
        while file.exists():
            copies += 1
            file = mailbox / f"{name}_{copies}.eml"
        file.write_bytes(content)
        return Arrival(at, address, file)


def _readable(subject: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", in_ascii(subject).lower()).strip("-")
    return words[:LONGEST_NAME].rstrip("-") or "letter"

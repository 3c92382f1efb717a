"""Reads the mailbox to which answers and bounces come back: a message leaves its folder only when it is kept elsewhere.

RFC 3501 (IMAP) · 6851 (MOVE). Nothing is ever deleted: what was taken goes to the folder `TAKEN` of the same mailbox.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from dondoc.errors import MailboxUnreachable, first_line
from notifications.access_token import NoToken, access_token
from notifications.servers import ImapServer

TAKEN = "Dondoc"
"""The folder to which messages go once they are kept."""

PIECE = 1 << 20
"""Bytes of a message that are fetched at once."""

AT_ONCE = 200
"""Messages that are asked about in one command."""

_LOST = (ImapToolsError, imaplib.IMAP4.error, OSError)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits in the mailbox; `received_at` is when the server got it (aware).

    `key` names it for ever, and among all mailboxes: a server may number each of them alike, from one on.
    """

    key: str
    uid: str
    size: int
    received_at: datetime


class Unfetchable(Exception):
    """The server does not give out a message that it lists; the others are not concerned."""


class Inbox:
    """The mailbox, opened; use as a context manager.

    Raises:
        MailboxUnreachable: from every method, when the server is away or does not let us in.
    """

    def __init__(self, server: ImapServer, *, seconds: float = 60.0) -> None:
        self.server = server
        self._seconds = seconds
        self._taken: str | None = None

    def __enter__(self) -> Self:
        try:
            self._box = self._call()
            status = self._box.folder.status(self.server.folder, ["UIDVALIDITY"])
            self._validity = status["UIDVALIDITY"]
        except (*_LOST, NoToken) as error:
            raise self._unreachable(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._box.logout()
        except _LOST:
            self._box.client.shutdown()

    def waiting(self) -> Iterator[Waiting]:
        """The messages of the folder, the oldest first."""
        try:
            uids = sorted(self._box.uids(), key=int)
            for start in range(0, len(uids), AT_ONCE):
                found = [one for line in self._described(uids[start : start + AT_ONCE]) if (one := self._waiting(line))]
                yield from sorted(found, key=lambda one: int(one.uid))
        except _LOST as error:
            raise self._unreachable(error) from error

    def content(self, one: Waiting, at_most: int) -> Iterator[bytes]:
        """The message as it came, a piece at a time; of one that is longer, `at_most` bytes.

        Raises:
            Unfetchable: the server does not give it out.
        """
        start = 0
        while start < min(one.size, at_most):
            wanted = min(PIECE, at_most - start)
            try:
                status, answer = self._box.client.uid("FETCH", one.uid, f"(BODY.PEEK[]<{start}.{wanted}>)")
            except _LOST as error:
                raise self._unreachable(error) from error
            pieces = [part[1] for part in answer if isinstance(part, tuple)]
            if status != "OK" or not pieces:
                raise Unfetchable(f"message {one.key}")
            piece = b"".join(pieces)
            if not piece:
                return  # it is shorter than the server said
            yield piece
            start += len(piece)

    def put_away(self, one: Waiting) -> None:
        """Move the message to the folder of what was taken, which is made where it is missing."""
        try:
            self._box.move(one.uid, self._folder_of_taken())
        except _LOST as error:
            raise self._unreachable(error) from error

    def _call(self) -> BaseMailBox:
        server = self.server
        tls = None if server.security == "none" else ssl.create_default_context(cafile=server.ca_file)
        box: BaseMailBox
        match server.security:
            case "tls":
                box = MailBox(server.host, server.port, self._seconds, ssl_context=tls)
            case "starttls":
                box = MailBoxStartTls(server.host, server.port, self._seconds, ssl_context=tls)
            case "none":
                box = MailBoxUnencrypted(server.host, server.port, self._seconds)
        try:
            if server.token_command:
                return box.xoauth2(server.user, access_token(server.token_command), server.folder)
            return box.login(server.user, server.secret or "", server.folder)
        except BaseException:
            box.client.shutdown()
            raise

    def _described(self, uids: list[str]) -> list[Any]:
        status, answer = self._box.client.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE INTERNALDATE)")
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH: {status}")
        return answer

    def _waiting(self, line: Any) -> Waiting | None:
        text = line[0] if isinstance(line, tuple) else line
        if not isinstance(text, bytes):
            return None  # None stands for an answer without messages
        uid, size, date = _UID.search(text), _SIZE.search(text), _DATE.search(text)
        if uid is None or size is None or date is None:
            return None  # an unasked answer about flags
        return Waiting(
            f"{self.server}:{self._validity}:{uid[1].decode()}",
            uid[1].decode(),
            int(size[1]),
            parsedate_to_datetime(date[1].decode()).astimezone(UTC),
        )

    def _folder_of_taken(self) -> str:
        """The folder's name on this server: some allow folders below INBOX only."""
        if self._taken is None:
            known = {found.name: found.delim for found in self._box.folder.list()}
            names = (TAKEN, f"INBOX{next(iter(known.values()), '.')}{TAKEN}")
            self._taken = next((name for name in names if name in known or self._made(name)), TAKEN)
        return self._taken

    def _made(self, name: str) -> bool:
        try:
            self._box.folder.create(name)
        except ImapToolsError:
            return False
        return True

    def _unreachable(self, error: Exception) -> MailboxUnreachable:
        why = first_line(error)
        return MailboxUnreachable(str(self.server), why.replace(self.server.secret or "\0", "***"))

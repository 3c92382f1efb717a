"""Speaks SMTP over a connection that has let us in, several commands at once where the server allows (RFC 2920)."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPResponse

from notifications.mime import Written

LONGEST_REPLY = 64 * 1024
"""Bytes of one reply; a server that says more is not understood."""


class Wire(asyncio.Protocol):
    """One connection, taken over from the client that opened it.

    Replies are read in the order of the commands; what a server says unasked lies before the next reply, and so
    shows (`spoke_unasked`) before a letter is begun.
    """

    def __init__(self, client: SMTP) -> None:
        transport = client.transport
        assert isinstance(transport, asyncio.Transport)  # aiosmtplib has one as long as it is connected
        self._client, self._transport = client, transport
        self._heard = bytearray()
        self._replies: deque[SMTPResponse] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost: Exception | None = None
        self.pipelining = client.supports_extension("pipelining")
        transport.set_protocol(self)

    def supports(self, extension: str) -> bool:
        """Whether the server announced it."""
        return self._client.supports_extension(extension)

    @property
    def is_connected(self) -> bool:
        return self._lost is None and not self._transport.is_closing()

    @property
    def spoke_unasked(self) -> bool:
        """Whether something was said to which no command was given: a farewell."""
        return bool(self._replies or self._heard)

    def say(self, data: bytes) -> None:
        """Write; OSError if the connection is lost."""
        if not self.is_connected:
            raise self._lost or ConnectionResetError("the connection is closed")
        self._transport.write(data)

    async def reply(self, seconds: float) -> SMTPResponse:
        """The next reply; OSError (TimeoutError among them) if none comes."""
        if not self._replies:
            loop = asyncio.get_running_loop()
            end = loop.time() + seconds
            while not self._replies:
                if self._lost is not None:
                    raise self._lost
                self._waiter = loop.create_future()
                alarm = loop.call_at(end, self._too_late, self._waiter)
                try:
                    await self._waiter
                finally:
                    alarm.cancel()
                    self._waiter = None
        return self._replies.popleft()

    async def ask(self, command: bytes, seconds: float) -> SMTPResponse:
        """Say one command, and hear the reply."""
        self.say(command)
        return await self.reply(seconds)

    def close(self) -> None:
        self._client.close()
        self._transport.close()

    # --- what the event loop tells

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (reply := self._next_reply()) is not None:
            self._replies.append(reply)
        if len(self._heard) > LONGEST_REPLY:
            self._lost = ConnectionError("the server says more than an answer can be")
            self._transport.close()
        self._wake()

    def eof_received(self) -> None:
        self._lost = self._lost or ConnectionResetError("the server hung up")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._lost or (exc if isinstance(exc, OSError) else ConnectionResetError("the server hung up"))
        self._wake()

    def _next_reply(self) -> SMTPResponse | None:
        """Lines up to one that has no `-` behind its code (RFC 5321 §4.2.1)."""
        start, words = 0, []
        while (end := self._heard.find(b"\n", start)) >= 0:
            line = bytes(self._heard[start : end + 1])
            start = end + 1
            words.append(line[4:].strip(b" \t\r\n"))
            if line[3:4] != b"-":
                del self._heard[:start]
                if not line[:3].isdigit():
                    self._lost = ConnectionError(f"the server does not speak SMTP: {line[:80].strip()!r}")
                    self._transport.close()
                    return None
                return SMTPResponse(int(line[:3]), b"\n".join(words).decode("utf-8", "surrogateescape"))
        return None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @staticmethod
    def _too_late(waiter: asyncio.Future[None]) -> None:
        if not waiter.done():
            waiter.set_exception(TimeoutError("the server does not answer in time"))


@dataclass(frozen=True, slots=True)
class Packet:
    """A message in its envelope, ready for the wire."""

    sender: str
    recipient: str
    text: bytes
    utf8: bool
    envelope_id: str

    def commands(self, wire: Wire) -> tuple[bytes, bytes, bytes]:
        """MAIL, RCPT and DATA as they go over this connection."""
        options = b""
        if wire.supports("size"):
            options += b" SIZE=%d" % len(self.text)
        if wire.supports("8bitmime") and not self.text.isascii():
            options += b" BODY=8BITMIME"
        if self.utf8:
            options += b" SMTPUTF8"
        notices = b""
        if self.envelope_id and wire.supports("dsn"):
            options += b" RET=HDRS ENVID=" + self.envelope_id.encode()
            notices = b" NOTIFY=FAILURE,DELAY"  # not of success, which would be one more message for each letter
        return (
            b"MAIL FROM:<%s>%s\r\n" % (self.sender.encode(), options),
            b"RCPT TO:<%s>%s\r\n" % (self.recipient.encode(), notices),
            b"DATA\r\n",
        )


def dotted(text: bytes) -> bytes:
    """The text with the dots that begin a line doubled, and the end (RFC 5321 §4.5.2)."""
    if not isinstance(text, Written):
        text = (b"." if text.startswith(b".") else b"") + text.replace(b"\r\n.", b"\r\n..")
    return text + b".\r\n"


def with_crlf(message: bytes) -> bytes:
    """The message with CRLF for every line end and at its end: no bare CR or LF leaves (RFC 5321 §2.3.8)."""
    if isinstance(message, Written):
        return message
    ends = message.count(b"\r\n")
    if message.count(b"\n") != ends or message.count(b"\r") != ends:
        message = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"

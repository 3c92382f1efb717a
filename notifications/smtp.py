"""Hands letters to a mail server over a few kept connections and says truthfully what became of each.

RFC 5321 (SMTP) · 3207 (STARTTLS) · 4954 (AUTH) · 8314 (TLS from the first byte) · 1870 (SIZE) ·
3461 (DSN) · 6152 (8BITMIME) · 6531 (SMTPUTF8). Signing (DKIM) is the mail server's work.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPResponseException,
    SMTPTimeoutError,
)
from aiosmtplib.response import SMTPResponse

from dondoc.errors import first_line
from notifications.access_token import NoToken, access_token
from notifications.mime import Unwritable, one_line, wire_address
from notifications.outcome import NotSent, Outcome, Refused, Sent, Uncertain
from notifications.servers import SmtpServer, parse_smtp_url
from notifications.wire import Packet, Wire, dotted, with_crlf

__all__ = [
    "Courier",
    "NotSent",
    "Outcome",
    "Refused",
    "Sent",
    "SmtpServer",
    "Timeouts",
    "Uncertain",
    "parse_smtp_url",
]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How many seconds to wait for what."""

    connect: float = 30.0
    """Each for: the connection (with TLS), the greeting."""
    command: float = 30.0
    """Each for: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA."""
    reply: float = 120.0
    """For the verdict on the text, with one second more for every 16 KiB of it. Longer than the others:
    whoever gives up on a server that is filing the letter makes a second copy (RFC 5321 §4.5.3.2.6)."""


_LOST = (SMTPException, OSError)
"""What aiosmtplib raises when a conversation breaks; its timeouts are among these."""


class Courier:
    """Sends letters through one server over at most `connections` kept connections; use as a context manager.

    `send` may be called by many tasks at once. After a failure to get in, letters within `rest` seconds are
    answered with the same failure, so that a server that is away costs one timeout, not one for each letter.

    `stage` is called at named points of a delivery: `connect` (about to), `greeting` (let in, TLS and AUTH
    done), `mail`, `rcpt` (accepted), `data-begun` (the server waits for the text), `data-sent` (written),
    `reply-read`.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        connections: int = 4,
        timeouts: Timeouts | None = None,
        rest: float = 10.0,
        hello: str | None = None,
        stage: Callable[[str], None] | None = None,
    ) -> None:
        self.server = server
        self._timeouts = timeouts or Timeouts()
        self._rest = rest
        self._hello = hello or _own_name()
        self._stage = stage or (lambda _: None)
        self._places = asyncio.Semaphore(connections)
        self._places_given_up = 0
        self._idle: list[Wire] = []
        self._open: set[Wire] = set()
        self._connecting = 0
        self._away: tuple[float, NotSent] | None = None
        self._tls: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(self._say_goodbye(client) for client in self._idle))
        for client in self._open:
            client.close()
        self._idle.clear()
        self._open.clear()

    async def check(self) -> NotSent | None:
        """Whether the server lets us in: None, or the reason why not. Sends nothing."""
        await self._places.acquire()
        try:
            client = await self._connect()
            if isinstance(client, NotSent):
                return client
            self._idle.append(client)
            return None
        finally:
            self._places.release()

    async def send(
        self, envelope_from: str, recipient: str, message: bytes, *, utf8: bool = False, envelope_id: str = ""
    ) -> Outcome:
        """Delivers one message to one recipient; says what became of it and raises nothing on the way.

        A kept connection that turns out dead before the text flows is replaced once, unnoticed. `utf8` is for
        a message that `needs_smtputf8`. A server that reports on deliveries repeats `envelope_id`, of letters and
        digits, in what it says of a letter that does not arrive.
        """
        try:
            sender = wire_address(envelope_from) if envelope_from else ""
            receiver = wire_address(recipient)
        except Unwritable as error:
            return Refused(553, f"5.1.3 not asked, the address is wrong: {error}", permanent=True)
        letter = Packet(sender, receiver, with_crlf(message), utf8, envelope_id)
        outcome: Outcome | None = None
        while outcome is None:
            await self._places.acquire()
            give_back = True
            try:
                outcome = await self._deliver(letter)
                give_back = outcome is not None
            finally:
                if give_back:
                    self._places.release()
        return outcome

    # --- connections

    def _kept(self) -> Wire | None:
        while self._idle:
            wire = self._idle.pop()
            if wire.is_connected and not wire.spoke_unasked:
                return wire
            self._drop(wire)
        return None

    async def _connect(self) -> Wire | NotSent:
        if self._away is not None and time.monotonic() < self._away[0]:
            return self._away[1]
        self._connecting += 1
        try:
            return await self._call()
        finally:
            self._connecting -= 1

    async def _call(self) -> Wire | NotSent:
        self._stage("connect")
        server, timeouts = self.server, self._timeouts
        try:
            client = SMTP(
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.secret,
                oauth_token_generator=self._token if server.token_command else None,
                local_hostname=self._hello,
                timeout=timeouts.command,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                tls_context=self._tls_context(),
            )
            await client.connect(timeout=timeouts.connect)
            try:
                if client.is_ehlo_or_helo_needed:
                    await client.ehlo()
            except BaseException:
                client.close()
                raise
        except (*_LOST, UnicodeError, NoToken) as error:  # UnicodeError: of a host's name
            return NotSent(self._why_not_let_in(error))
        wire = Wire(client)
        self._open.add(wire)
        self._away = None
        self._stage("greeting")
        return wire

    async def _token(self) -> str:
        assert self.server.token_command is not None  # it is what this was asked for
        return await asyncio.to_thread(access_token, self.server.token_command)

    def _tls_context(self) -> ssl.SSLContext | None:
        if self._tls is None and self.server.security != "none":
            self._tls = ssl.create_default_context(cafile=self.server.ca_file)
        return self._tls

    def _why_not_let_in(self, error: Exception) -> str:
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        match cause, error:
            case ssl.SSLCertVerificationError(), _:
                why = (
                    f"shows a certificate that is not trusted ({cause.verify_message}); "
                    "if it is your own, name the authority that signed it"
                )
            case ssl.SSLError(), _:
                why = f"fails at TLS ({_one_line(first_line(cause))}); is it the right port for {self.server.security}?"
            case FileNotFoundError(), _:
                why = f"cannot be trusted: the file {self.server.ca_file} with its authority is missing"
            case NoToken(), _:
                return str(cause)
            case _, SMTPAuthenticationError(code=code, message=message):
                why = f"does not accept the user name and password ({_text(code, message)})"
            case _, SMTPConnectResponseError(code=code, message=message):
                why = f"does not let us in ({_text(code, message)})"
            case _, SMTPTimeoutError():
                why = f"does not answer in time ({_one_line(first_line(error))})"
            case _, SMTPResponseException(code=code, message=message):
                why = f"gives an answer that does not fit ({_text(code, message)})"
            case _, SMTPException() if "STARTTLS" in str(error):
                why = "does not offer STARTTLS, which smtp+starttls:// insists on; no password was sent"
            case _:
                why = f"cannot be used ({_one_line(first_line(error))})"
        why = f"The mail server {self.server} {why}"
        return why.replace(self.server.secret, "***") if self.server.secret else why

    def _drop(self, wire: Wire) -> None:
        wire.close()
        self._open.discard(wire)

    async def _say_goodbye(self, wire: Wire) -> None:
        with suppress(OSError):
            await wire.ask(b"QUIT\r\n", min(5.0, self._timeouts.command))
        wire.close()

    # --- one delivery

    async def _deliver(self, letter: Packet) -> Outcome | None:
        """Delivers over a kept or a new connection.

        None if the server may grant no more connections than others have got: there is then one place fewer,
        until it turns out that nobody is let in.
        """
        client = self._kept()
        if client is not None:
            outcome = await self._converse(client, letter)
            if not isinstance(outcome, NotSent):
                return outcome
        fresh = await self._connect()
        if not isinstance(fresh, NotSent):
            return await self._converse(fresh, letter)
        client = self._kept()
        if client is not None:
            return await self._converse(client, letter)
        if self._open or self._connecting:
            self._places_given_up += 1
            return None
        self._away = (time.monotonic() + self._rest, fresh)
        while self._places_given_up:
            self._places_given_up -= 1
            self._places.release()
        return fresh

    async def _converse(self, wire: Wire, letter: Packet) -> Outcome:
        """Delivers over this connection and keeps it for the next, if it is still good."""
        try:
            outcome = await self._transact(wire, letter)
            if isinstance(outcome, Refused) and wire.is_connected:
                await self._reset(wire)
        except BaseException:
            self._drop(wire)
            raise
        if wire.is_connected:
            self._idle.append(wire)
        else:
            self._open.discard(wire)
        return outcome

    async def _transact(self, wire: Wire, letter: Packet) -> Outcome:
        """MAIL, RCPT and DATA, each answered, so as to know how far it came (RFC 5321 §3.3); then the text.

        Where the server takes them in one write (RFC 2920) they go in one; the text still waits for all three replies.
        """
        if letter.utf8 and not wire.supports("smtputf8"):
            return Refused(
                553,
                f"5.6.7 not asked, {self.server} does not offer SMTPUTF8 for this address",
                permanent=True,
            )
        commands = letter.commands(wire)
        refused: Refused | None = None
        try:
            if wire.pipelining:
                wire.say(b"".join(commands))
            for point, command in zip(("mail", "rcpt", "data-begun"), commands, strict=True):
                if not wire.pipelining:
                    wire.say(command)
                reply = await wire.reply(self._timeouts.command)
                if reply.code == 421:  # closing down: it speaks of itself, not of the letter
                    self._drop(wire)
                    return NotSent(f"The mail server {self.server} hangs up ({_text(*reply)})")
                if refused is not None:
                    if point == "data-begun" and reply.code // 100 == 3:  # it waits for a text that nobody is to get
                        self._drop(wire)
                    continue
                if reply.code // 100 == (3 if point == "data-begun" else 2):
                    self._stage(point)
                    continue
                refused = _refused(reply)
                if not wire.pipelining:
                    return refused
        except _LOST as error:
            self._drop(wire)
            return NotSent(f"The mail server {self.server} was lost before the text ({_one_line(first_line(error))})")
        if refused is not None:
            return refused
        try:
            reply = await self._say_text(wire, letter.text)
        except _LOST as error:
            self._drop(wire)
            return Uncertain(f"The mail server {self.server} was lost during the text ({_one_line(first_line(error))})")
        self._stage("reply-read")
        if reply.code == 421:
            self._drop(wire)
        return Sent(_one_line(reply.message)) if reply.code // 100 == 2 else _refused(reply)

    async def _say_text(self, wire: Wire, text: bytes) -> SMTPResponse:
        timeout = self._timeouts.reply + len(text) / 16_384
        wire.say(dotted(text))
        self._stage("data-sent")
        return await wire.reply(timeout)

    async def _reset(self, wire: Wire) -> None:
        try:
            await wire.ask(b"RSET\r\n", self._timeouts.command)
        except _LOST:
            self._drop(wire)


def _refused(reply: SMTPResponse) -> Refused:
    return Refused(reply.code, _one_line(reply.message), permanent=reply.code >= 500)


def _text(code: int, message: str) -> str:
    return f"{code} {_one_line(message)}"


def _one_line(reply: str) -> str:
    """What a server said, fit to be stored and shown: one line of valid text, of no more than 500 characters."""
    return one_line(reply.encode(errors="surrogateescape").decode(errors="replace"))[:500]


def _own_name() -> str:
    """What to call ourselves in EHLO: the machine's full name, else an address literal (RFC 5321 §4.1.4)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"

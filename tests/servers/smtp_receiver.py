"""A real SMTP receiver in a thread: keeps what it gets; can refuse, greylist, ask for TLS and a password."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

T = TypeVar("T")
Reply = tuple[int, str]


@dataclass(frozen=True)
class Received:
    """One accepted message: its envelope and its bytes, as they came."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for localhost; `file` is also the authority to trust."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def self_signed(folder: Path) -> Certificate:
    """A certificate for localhost and 127.0.0.1, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = Certificate(folder / "localhost.pem", folder / "localhost.key")
    certificate.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    certificate.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate


class LoopThread:
    """An event loop in a thread of its own, for servers that tests of any kind speak to."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 15) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def stop(self) -> None:
        self.run(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    async def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class SmtpReceiver:
    """`with SmtpReceiver() as receiver:` then `receiver.port` and `receiver.messages`.

    Args:
        folder: where each message is also written as .eml.
        refuse: recipients that are answered at RCPT, with what.
        refuse_text: what every text is answered after its final dot, instead of 250.
        greylist: how many times each recipient is answered 451 before being accepted.
        turn_away: how many connections are greeted with 421 before the first is let in.
        most_connections: how many at once; the next is greeted with 421.
        letters_per_connection: after so many, MAIL is answered 421 and the connection closed.
        credentials: users and passwords; AUTH is then required, after TLS if there is a certificate.
        certificate: with one, STARTTLS is offered; with `tls`, TLS is spoken from the first byte instead.
        smtputf8: whether the extension is offered.
        size_limit: the largest message, in bytes.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int = 0,
        refuse: Mapping[str, Reply] | None = None,
        refuse_text: Reply | None = None,
        greylist: int = 0,
        turn_away: int = 0,
        most_connections: int | None = None,
        letters_per_connection: int | None = None,
        credentials: Mapping[str, str] | None = None,
        certificate: Certificate | None = None,
        tls: bool = False,
        smtputf8: bool = True,
        size_limit: int = 32 * 1024 * 1024,
    ) -> None:
        self.port = port
        self.messages: list[Received] = []
        self.connections = 0
        self.turned_away = 0
        self.open_connections = 0
        self._folder = folder
        self._refuse = dict(refuse or {})
        self._refuse_text = refuse_text
        self._greylist = greylist
        self._turn_away = turn_away
        self._most_connections = most_connections
        self._letters_per_connection = letters_per_connection
        self._credentials = credentials
        self._certificate = certificate
        self._tls = tls
        self._smtputf8 = smtputf8
        self._size_limit = size_limit
        self._asked: Counter[str] = Counter()

    def __enter__(self) -> Self:
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._thread = LoopThread("smtp-receiver")
        self._server = self._thread.run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.loop.call_soon_threadsafe(self._server.close)
        self._thread.stop()

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """The messages, once there are so many; an AssertionError if they do not come."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < deadline, f"{len(self.messages)} of {count} messages came"
            time.sleep(0.01)
        return self.messages

    async def _listen(self) -> asyncio.Server:
        context = self._certificate.context() if self._certificate and self._tls else None
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._protocol, "127.0.0.1", self.port, ssl=context, backlog=200)

    def _protocol(self) -> asyncio.Protocol:
        full = self._most_connections is not None and self.open_connections >= self._most_connections
        if full or self.turned_away < self._turn_away:
            self.turned_away += 1
            return _TurnAway()
        self.connections += 1
        return _Conversation(self)

    # --- what aiosmtpd asks of a handler

    async def auth_XOAUTH2(self, server: SMTP, args: list[bytes]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """The token stands where others have the password."""
        fields = dict(part.partition("=")[::2] for part in b64decode(args[1]).decode().split("\1"))
        known = (self._credentials or {}).get(fields.get("user", ""))
        return AuthResult(success=known is not None and fields.get("auth") == f"Bearer {known}", handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        letters: int = getattr(session, "letters", 0)
        if self._letters_per_connection is not None and letters >= self._letters_per_connection:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return "421 4.7.0 enough for this connection"
        session.letters = letters + 1
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._asked[address] += 1
        if self._asked[address] <= self._greylist:
            return "451 4.7.1 greylisted, come back later"
        if address in self._refuse:
            code, text = self._refuse[address]
            return f"{code} {text}"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self._refuse_text is not None:
            code, text = self._refuse_text
            return f"{code} {text}"
        content = envelope.original_content
        assert isinstance(content, bytes)
        number = len(self.messages) + 1
        if self._folder is not None:
            (self._folder / f"{number:06}.eml").write_bytes(content)
        options = tuple(envelope.mail_options)
        self.messages.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, options))
        return f"250 2.0.0 ok: kept as {number}"


class _Conversation(SMTP):
    """aiosmtpd's side of one connection, counted while it is open."""

    def __init__(self, receiver: SmtpReceiver) -> None:
        self._receiver = receiver
        certificate, credentials = receiver._certificate, receiver._credentials
        starttls = certificate.context() if certificate and not receiver._tls else None

        def authenticate(
            server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
        ) -> AuthResult:
            known = (credentials or {}).get(given.login.decode())
            return AuthResult(success=known is not None and known.encode() == given.password, handled=False)

        super().__init__(
            receiver,
            hostname="receiver.example",
            ident="receiver",
            loop=asyncio.get_running_loop(),
            data_size_limit=receiver._size_limit,
            enable_SMTPUTF8=receiver._smtputf8,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=credentials is not None,
            auth_require_tls=starttls is not None,
            authenticator=authenticate,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:  # not the second time, after STARTTLS
            self._receiver.open_connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._receiver.open_connections -= 1
        super().connection_lost(error)


class _TurnAway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 4.3.2 too busy, come back later\r\n")
        transport.close()

"""The mail server that letters go through and the mailbox that answers come back to, each read from one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from dondoc.errors import SettingWrong

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server and how to speak to it; the secret shows neither in `repr` nor in `str`."""

    host: str
    port: int
    security: Security = "none"
    user: str | None = None
    secret: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    """The certificates to trust instead of the system's."""
    token_command: str | None = None
    """The program that prints an access token, where there is a user and no secret."""

    def __str__(self) -> str:
        return _at(self.host, self.port)


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A mailbox and how to open it; the secret shows neither in `repr` nor in `str`."""

    host: str
    port: int
    security: Security
    user: str
    secret: str | None = field(default=None, repr=False)
    folder: str = "INBOX"
    ca_file: Path | None = None
    """The certificates to trust instead of the system's."""
    token_command: str | None = None
    """The program that prints an access token, where there is no secret."""

    def __str__(self) -> str:
        return f"{self.user}@{_at(self.host, self.port)}/{self.folder}"


def parse_smtp_url(url: str, ca_file: Path | None = None, token_command: str | None = None) -> SmtpServer:
    """The server that an address such as `smtp+starttls://user:secret@mail.example:587` stands for.

    `smtp://` is in clear, `smtp+starttls://` insists on STARTTLS before anything else is said, `smtps://` is
    TLS from the first byte; ports are 25, 587 and 465 unless given. A user without a password identifies with the
    token that `token_command` prints.

    >>> parse_smtp_url("smtps://nhac-viec:m%40t@mail.example")
    SmtpServer(host='mail.example', port=465, security='tls', user='nhac-viec', ca_file=None, token_command=None)

    Raises:
        SettingWrong: it cannot be understood, or would send a password in clear; the text holds no secret.
    """
    found = _read(url, _SMTP, token_command)
    return SmtpServer(found.host, found.port, found.security, found.user, found.secret, ca_file, found.token_command)


def parse_imap_url(url: str, ca_file: Path | None = None, token_command: str | None = None) -> ImapServer:
    """The mailbox that an address such as `imaps://user:secret@mail.example:993/INBOX` stands for.

    `imap://` is in clear, `imap+starttls://` and `imaps://` are as for letters; the folder is INBOX unless given.

    >>> str(parse_imap_url("imaps://nhac-viec:m%40t@mail.example"))
    'nhac-viec@mail.example:993/INBOX'

    Raises:
        SettingWrong: it cannot be understood, or would send a password in clear; the text holds no secret.
    """
    found = _read(url, _IMAP, token_command)
    if found.user is None:
        raise _IMAP.wrong("gives no user name")
    return ImapServer(
        found.host, found.port, found.security, found.user, found.secret, found.path or "INBOX", ca_file,
        found.token_command,
    )  # fmt: skip


class _Setting(NamedTuple):
    """A setting that holds the address of a server: how it may begin, and how it may look."""

    name: str
    schemes: Mapping[str, tuple[Security, int]]
    example: str
    has_folders: bool = False

    def wrong(self, why: str) -> SettingWrong:
        return SettingWrong(self.name, why, self.example)


_SMTP = _Setting(
    "DONDOC_SMTP_URL",
    {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)},
    "smtp+starttls://user:secret@mail.example:587",
)
_IMAP = _Setting(
    "DONDOC_IMAP_URL",
    {"imap": ("none", 143), "imap+starttls": ("starttls", 143), "imaps": ("tls", 993)},
    "imaps://user:secret@mail.example:993",
    has_folders=True,
)


class _Address(NamedTuple):
    host: str
    port: int
    security: Security
    user: str | None
    secret: str | None
    token_command: str | None
    path: str


def _read(url: str, setting: _Setting, token_command: str | None) -> _Address:
    wrong = setting.wrong
    try:
        parts = urlsplit(url)
        path = unquote(parts.path.strip("/"))
        goes_on = parts.query or parts.fragment or ("@" in path if setting.has_folders else path)
        host, port = parts.hostname, None if goes_on else parts.port
    except ValueError:
        raise wrong("has a port that is no number from 1 to 65535, or a host in broken [ ]") from None
    if parts.scheme not in setting.schemes:
        raise wrong(f"must begin with {', '.join(f'{scheme}://' for scheme in setting.schemes)}")
    if goes_on:
        raise wrong(
            "goes on where nothing belongs; in a user name or password "
            "write @ as %40, / as %2F, # as %23, ? as %3F, % as %25"
        )
    if not host or any(letter.isspace() or letter < " " for letter in host):
        raise wrong("names no host")
    if port == 0:
        raise wrong("has port 0, which no server answers on")
    security, usual_port = setting.schemes[parts.scheme]
    user = unquote(parts.username) if parts.username else None
    secret = unquote(parts.password) if parts.password else None
    with_token = token_command if user and not secret else None
    if bool(user) != bool(secret or with_token):
        raise wrong(
            "gives a user name without a password (and DONDOC_MAIL_TOKEN_COMMAND is not set), "
            "or a password without a user name"
        )
    if user and security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
        safe = " or ".join(f"{scheme}://" for scheme, (how, _) in setting.schemes.items() if how != "none")
        raise wrong(f"would send the password to {host} in clear; use {safe}")
    return _Address(host, port or usual_port, security, user, secret, with_token, path)


def _at(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

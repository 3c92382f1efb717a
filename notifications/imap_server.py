"""Which mailbox answers come back to, read from one address with everything in it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from dondoc.errors import SettingWrong

Security = Literal["none", "starttls", "tls"]
_SCHEMES: dict[str, tuple[Security, int]] = {
    "imap": ("none", 143),
    "imap+starttls": ("starttls", 143),
    "imaps": ("tls", 993),
}
_EXAMPLE = "imaps://user:secret@mail.example:993"


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
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user}@{host}:{self.port}/{self.folder}"


def parse_imap_url(url: str, ca_file: Path | None = None, token_command: str | None = None) -> ImapServer:
    """The mailbox that an address such as `imaps://user:secret@mail.example:993/INBOX` stands for.

    `imap://` is in clear, `imap+starttls://` insists on STARTTLS before anything else is said, `imaps://` is TLS from
    the first byte; the folder is INBOX unless given. A user without a password identifies with the token that
    `token_command` prints.

    >>> str(parse_imap_url("imaps://nhac-viec:m%40t@mail.example"))
    'nhac-viec@mail.example:993/INBOX'

    Raises:
        SettingWrong: it cannot be understood, or would send a password in clear; the text holds no secret.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise _wrong(f"must begin with {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _wrong("has a port that is no number from 1 to 65535") from None
    if not host:
        raise _wrong("names no host")
    if parts.fragment or parse_qs(parts.query):
        raise _wrong("goes on with ? or #; in a user name or password write ? as %3F, # as %23")
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if not user:
        raise _wrong("gives no user name")
    if not secret and not token_command:
        raise _wrong("gives no password, and DONDOC_MAIL_TOKEN_COMMAND is not set")
    security, usual_port = _SCHEMES[parts.scheme]
    if security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
        raise _wrong(f"would send the password to {host} in clear; use imap+starttls:// or imaps://")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return ImapServer(
        host, port or usual_port, security, user, secret or None, folder, ca_file, None if secret else token_command
    )


def _wrong(why: str) -> SettingWrong:
    return SettingWrong("DONDOC_IMAP_URL", why, _EXAMPLE)

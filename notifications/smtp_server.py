"""Which mail server letters go through, read from one address with everything in it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from dondoc.errors import SettingWrong

Security = Literal["none", "starttls", "tls"]
_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_EXAMPLE = "smtp+starttls://user:secret@mail.example:587"


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
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


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
    try:
        parts = urlsplit(url)
        rest = bool(parts.path.strip("/") or parts.query or parts.fragment)
        host, port = parts.hostname, None if rest else parts.port
    except ValueError:
        raise _wrong("has a port that is no number from 1 to 65535, or a host in broken [ ]") from None
    if parts.scheme not in _SCHEMES:
        raise _wrong(f"must begin with {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
    if rest:
        raise _wrong(
            "goes on after the port, where nothing belongs; in a user name or password "
            "write @ as %40, / as %2F, # as %23, ? as %3F, % as %25"
        )
    if not host or any(letter.isspace() or letter < " " for letter in host):
        raise _wrong("names no host")
    if port == 0:
        raise _wrong("has port 0, which no server answers on")
    security, usual_port = _SCHEMES[parts.scheme]
    user = unquote(parts.username) if parts.username else None
    secret = unquote(parts.password) if parts.password else None
    with_token = token_command if user and not secret else None
    if bool(user) != bool(secret or with_token):
        raise _wrong(
            "gives a user name without a password (and DONDOC_MAIL_TOKEN_COMMAND is not set), "
            "or a password without a user name"
        )
    if (secret or with_token) and security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
        raise _wrong(f"would send the password to {host} in clear; use smtp+starttls:// or smtps://")
    return SmtpServer(host, port or usual_port, security, user, secret, ca_file, with_token)


def _wrong(why: str) -> SettingWrong:
    return SettingWrong("DONDOC_SMTP_URL", why, _EXAMPLE)

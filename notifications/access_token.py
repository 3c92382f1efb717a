"""Access tokens for mail servers that take no passwords (XOAUTH2): a program of the operator's own gives them out."""

from __future__ import annotations

import shlex
import subprocess

from dondoc.errors import DondocError, first_line

SECONDS = 30.0
"""How long the program may take."""


class NoToken(DondocError):
    """The program that should give out a token did not."""

    def __init__(self, command: str, why: object) -> None:
        super().__init__(
            f"DONDOC_MAIL_TOKEN_COMMAND ({command}) gives no token ({first_line(why)}). "
            f"It must print the token on its standard output and end with 0; try it by hand."
        )


def access_token(command: str) -> str:
    """What the program prints; asked anew for each connection, since tokens live for an hour.

    Raises:
        NoToken: it fails, takes too long, or prints nothing.
    """
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NoToken(command, error) from error
    token = done.stdout.strip()
    if done.returncode or not token:
        raise NoToken(command, done.stderr.strip() or f"exit status {done.returncode}, nothing printed")
    return token

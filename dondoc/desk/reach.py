"""Whether the servers that dondoc leans on answer: mail out, mail in, Prefect. Nothing is sent or changed."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

from dondoc.errors import MailServerUnreachable, PrefectUnreachable, first_line
from dondoc.settings import Settings
from notifications.smtp import Courier, Timeouts
from notifications.smtp_server import parse_smtp_url

SECONDS = 5.0


def reach_mail_server(settings: Settings) -> None:
    """Return if the mail server lets us in, or none is set.

    Raises:
        MailServerUnreachable: with its reason.
    """
    if settings.smtp_url is None:
        return
    url = settings.smtp_url.get_secret_value()

    async def knock() -> str | None:
        server = parse_smtp_url(url)
        async with Courier(server, timeouts=Timeouts(connect=SECONDS, command=SECONDS)) as courier:
            refusal = await courier.check()
            return refusal.reason if refusal else None

    try:
        why = asyncio.run(knock())
    except ValueError as error:
        why = str(error)
    if why is not None:
        raise MailServerUnreachable(url, why)


def reach_mailbox(settings: Settings) -> str | None:
    """Why the mailbox of answers cannot be opened; None when it can, or none is set."""
    if settings.imap_url is None:
        return None
    parts = urlsplit(settings.imap_url.get_secret_value())
    host, tls = parts.hostname or "", ssl.create_default_context()
    try:
        box: imaplib.IMAP4
        if parts.scheme == "imaps":
            box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=tls, timeout=SECONDS)
        else:
            box = imaplib.IMAP4(host, parts.port or 143, timeout=SECONDS)
        with box:
            if parts.scheme == "imap+starttls":
                box.starttls(tls)
            box.login(unquote(parts.username or ""), unquote(parts.password or ""))
            box.select("INBOX", readonly=True)
    except (OSError, imaplib.IMAP4.error) as error:
        return first_line(error)
    return None


def reach_prefect(url: str) -> None:
    """Return if a Prefect server answers at `url`, as PREFECT_API_URL gives it.

    Raises:
        PrefectUnreachable: with its reason.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise PrefectUnreachable(url, "it does not begin with http:// or https://")
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=SECONDS) as answer:  # noqa: S310 - the scheme was checked
            healthy = answer.status == 200
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise PrefectUnreachable(url, getattr(error, "reason", error)) from error
    if not healthy:
        raise PrefectUnreachable(url, "it says that it is not well")

"""Whether the servers that dondoc leans on answer: mail out, mail in, Prefect. Nothing is sent or changed."""

from __future__ import annotations

import asyncio
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from dondoc.desk.mail_servers import mail_in, mail_out
from dondoc.errors import MailboxUnreachable, MailServerUnreachable, PrefectUnreachable, SettingWrong, first_line
from dondoc.settings import Settings
from notifications.inbox import Inbox
from notifications.smtp import Courier, Timeouts

SECONDS = 5.0


def reach_mail_server(settings: Settings) -> None:
    """Return if the mail server lets us in, or none is set.

    Raises:
        MailServerUnreachable: with its reason.
    """

    async def knock() -> str | None:
        server = mail_out(settings)
        if server is None:
            return None
        async with Courier(server, timeouts=Timeouts(connect=SECONDS, command=SECONDS)) as courier:
            refusal = await courier.check()
            return refusal.reason if refusal else None

    try:
        why = asyncio.run(knock())
    except (SettingWrong, ValueError) as error:
        why = str(error)
    if why is not None:
        raise MailServerUnreachable(settings.smtp_url.get_secret_value() if settings.smtp_url else "", why)


def reach_mailbox(settings: Settings) -> str | None:
    """Why the mailbox of answers cannot be opened; None when it can, or none is set."""
    try:
        server = mail_in(settings)
        if server is not None:
            with Inbox(server, seconds=SECONDS):
                pass
    except MailboxUnreachable as error:
        return error.why
    except SettingWrong as error:
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

"""The mail servers that the settings name."""

from __future__ import annotations

from dondoc.settings import Settings
from notifications.servers import ImapServer, SmtpServer, parse_imap_url, parse_smtp_url


def mail_out(settings: Settings) -> SmtpServer | None:
    """The server that letters go through; None where they are written into a folder.

    Raises:
        SettingWrong: the address cannot be understood; the text holds no secret.
    """
    if settings.smtp_url is None:
        return None
    return parse_smtp_url(settings.smtp_url.get_secret_value(), token_command=settings.mail_token_command)


def mail_in(settings: Settings) -> ImapServer | None:
    """The mailbox to which answers come back; None where there is none.

    Raises:
        SettingWrong: the address cannot be understood; the text holds no secret.
    """
    if settings.imap_url is None:
        return None
    return parse_imap_url(settings.imap_url.get_secret_value(), token_command=settings.mail_token_command)

"""From a letter of the outbox to the message that goes over the wire, the rehearsal's banner included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta, timezone, tzinfo
from email.utils import parseaddr
from hashlib import sha256
from html import escape

from dondoc.core.letter import Letter
from notifications.mime import Attachment, Mailbox, Message
from notifications.traces import marked_address, message_id_of, reference_of

REHEARSAL = {
    "vi": "TẬP DƯỢT: thư này lẽ ra gửi tới {name} <{address}>. Chưa ai nhận được thư này.",
    "en": "REHEARSAL: this letter was meant for {name} <{address}>. Nobody else has received it.",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who letters are from, and where they go instead in a rehearsal (DONDOC_FROM, DONDOC_REDIRECT_TO)."""

    mailbox: Mailbox
    redirect_to: Mailbox | None = None

    @classmethod
    def of(cls, sender: str, redirect_to: str | None = None) -> Sender:
        """Read `Name <address>` as the settings have it."""
        return cls(Mailbox(*parseaddr(sender)), Mailbox(*parseaddr(redirect_to)) if redirect_to else None)

    @property
    def domain(self) -> str:
        """The right-hand side of Message-IDs."""
        return self.mailbox.address.rpartition("@")[2]


def message_of(letter: Letter, sender: Sender, zone: tzinfo, attachments: tuple[Attachment, ...] = ()) -> Message:
    """The message of a letter that goes by mail: the same letter always makes the same message.

    Its date is the time from which it may leave, in the organisation's zone. Letters of one thread refer to the
    thread's root, which is no message of its own. `attachments` are the contents of the letter's enclosures.
    """
    assert letter.recipient.address is not None  # others wait to be handed over
    root = sha256(letter.thread.encode()).hexdigest()[:24]
    at = letter.not_before.astimezone(zone)
    message = Message(
        message_id=message_id_of(letter.id, sender.domain),
        sender=sender.mailbox,
        to=Mailbox(letter.recipient.name, letter.recipient.address),
        reply_to=Mailbox(sender.mailbox.name, marked_address(sender.mailbox.address, letter.id)),
        subject=letter.subject,
        date=at.replace(tzinfo=timezone(at.utcoffset() or timedelta())),
        text=letter.text,
        html=letter.html,
        references=(f"<{root}@{sender.domain}>", reference_of(letter.id, sender.domain)),
        list_id=f"dondoc.{sender.domain}",
        attachments=attachments,
    )
    return message if sender.redirect_to is None else _rehearsed(message, letter.recipient.language, sender.redirect_to)


def _rehearsed(message: Message, language: str, to: Mailbox) -> Message:
    banner = REHEARSAL[language].format(name=message.to.name, address=message.to.address)
    box = (
        '<p style="margin:0;padding:12px;background:#7a1f00;color:#ffffff;font:bold 16px sans-serif">'
        f"{escape(banner)}</p>"
    )
    head, body, rest = (message.html or "").partition("<body")
    tag, close, inner = rest.partition(">")
    html = f"{head}{body}{tag}{close}{box}{inner}" if body else box + (message.html or "")
    mark = "[TẬP DƯỢT]" if language == "vi" else "[REHEARSAL]"
    return replace(
        message,
        to=to,
        subject=f"{mark} {message.subject}",
        text=f"{banner}\n{'=' * 60}\n\n{message.text}",
        html=html if message.html is not None else None,
    )

"""A letter as it lies in the outbox: to one recipient, rendered, with the steps it carries out."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

from dondoc.core.history import Step
from dondoc.core.organisation import Contact as Channel

DigestKind = Literal["duties", "review", "dossier", "copy", "forewarning", "closing"]
"""Kinds of which a recipient gets at most one letter a day."""

NoticeKind = Literal["receipt", "returned", "accepted", "extension", "waived", "reassigned", "amended", "alert"]
"""Kinds that follow at once from one event."""

Kind = DigestKind | NoticeKind | Literal["answer", "calls", "sign_in", "summary"]
"""`calls` lists whom the clerk calls today, `answer` tells somebody who replied by mail what became of it,
`sign_in` lets somebody in who asked for it; `summary` goes to a body of leadership once a week."""

LetterState = Literal["queued", "claimed", "sent", "refused", "uncertain", "voided", "to_hand_over"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is to. `key` identifies the person: the address in lower case, or `paper:UNIT/ROLE`."""

    key: str
    name: str
    unit: str
    role: str
    address: str | None
    phone: str | None
    channel: Channel
    language: str
    stands_in_for: str = ""
    """Who is away, in words, where this is the stand-in."""
    stands_in_until: str = ""
    """The last day of that absence, as ISO 8601 writes it."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter: its name for the recipient, its type such as `text/calendar`, its content.

    The content lies in the attachments under `digest` (SHA-256 in hexadecimal), stored before the letter is written;
    a small text that is the letter's own, as its calendar is, stands here instead.
    """

    name: str
    content_type: str
    digest: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered letter.

    Instants are aware UTC. It must not leave before `not_before` nor after `valid_until` (None: it stays true);
    `steps` pairs obligation ids with what the letter does for them, `about` lists every obligation it speaks of.
    """

    id: str
    natural_key: str
    recipient: Recipient
    kind: Kind
    day: date
    subject: str
    text: str
    html: str
    short: str
    """At most 300 characters, to paste into a chat or read over the telephone."""
    created_at: datetime
    not_before: datetime
    plans: tuple[str, ...]
    thread: str
    """Letters of one thread refer to it: the recipient and plan for digests, the obligation for notices."""
    valid_until: datetime | None = None
    urgent: bool = False
    about: tuple[str, ...] = ()
    steps: tuple[tuple[str, Step], ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


def natural_key(recipient: str, kind: Kind, day: date, event: str = "") -> str:
    """What makes a letter the same letter: recipient, kind and day, or the duty and event a notice is about.

    >>> natural_key("a@x.example", "duties", date(2023, 6, 5))
    'duties|a@x.example|2023-06-05'
    >>> natural_key("a@x.example", "receipt", date(2023, 6, 5), "p/t/u/2023#1")
    'receipt|a@x.example|p/t/u/2023#1'
    """
    return f"{kind}|{recipient}|{event or day.isoformat()}"


def letter_id(key: str, generation: int = 0) -> str:
    """A short id derived from the natural key; `generation` counts earlier letters of the key that were voided.

    The id is the local part of the Message-ID, so that a letter sent twice is seen to be one.
    """
    digest = sha256(f"{key}|{generation}".encode()).digest()
    return b32encode(digest[:10]).decode().lower()

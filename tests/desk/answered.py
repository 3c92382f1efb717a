"""Replies by mail to the small plan's letters, as they are once the mailbox has kept them."""

from __future__ import annotations

import base64
from dataclasses import replace
from email.message import EmailMessage
from itertools import count

from dondoc.core.history import Event
from dondoc.core.letter import Letter
from dondoc.desk.mailbox import record_mail
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import Arrival, arrived, recent_arrivals
from dondoc.store.letters import letters
from dondoc.store.matters import load
from notifications.traces import message_id_of

OFFICER = "can-bo@gia-binh.example"
_KEYS = count(1)


def arrive(place: Workplace, raw: bytes) -> Arrival:
    """Keep a raw message as the mailbox does, look into it, and say what became of it."""
    kept = place.attachments.keep([raw])
    with place.database.writing() as connection:
        arrived(connection, "mail", f"1:{next(_KEYS)}", kept, arrived_at=place.now(), now=place.now())
        (arrival, *_) = recent_arrivals(connection, 1)
    record_mail(place, arrival)
    with place.database.reading() as connection:
        return next(one for one in recent_arrivals(connection) if one.id == arrival.id)


def reply(
    place: Workplace,
    letter: Letter,
    text: str,
    *,
    sender: str = OFFICER,
    files: tuple[tuple[str, bytes], ...] = (),
    heads: tuple[tuple[str, str], ...] = (),
) -> Arrival:
    """What comes of a reply to this letter."""
    message = EmailMessage()
    message["From"] = f"Nguyễn Thị Hoa <{sender}>"
    message["To"] = "theo-doi@tinh-hoi.example"
    message["Subject"] = "Re: nhắc việc"
    message["In-Reply-To"] = message_id_of(letter.id, "tinh-hoi.example")
    for name, value in heads:
        message[name] = value
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    message.set_content(
        f"{text}\n\nVào Th 2, 19 thg 6, 2023 vào lúc 08:00 Đôn đốc <a@b.example> đã viết:\n\n{quoted}\n"
    )
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return arrive(place, message.as_bytes())


def letter_to(place: Workplace, recipient: str, kind: str = "duties") -> Letter:
    """The newest letter of a kind to somebody."""
    with place.database.reading() as connection:
        found = [one.letter for one in letters(connection, recipient=recipient) if one.letter.kind == kind]
    assert found, f"no {kind} for {recipient}"
    return found[0]


def answers_to(place: Workplace, recipient: str = OFFICER) -> list[Letter]:
    """The letters that answer somebody's replies, the newest first."""
    with place.database.reading() as connection:
        return [one.letter for one in letters(connection, recipient=recipient) if one.letter.kind == "answer"]


def events_of(place: Workplace, obligation: str) -> list[Event]:
    """What happened to a duty."""
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [obligation])
    return [fact for fact in history if isinstance(fact, Event)]


def later(place: Workplace, **more: str) -> Workplace:
    """The same place, with other settings."""
    return replace(place, settings=place.settings.model_copy(update=more))


def pdf() -> bytes:
    """A scan, as far as its first bytes tell."""
    return b"%PDF-1.4\n" + base64.b64encode(bytes(range(256)) * 40) + b"\n%%EOF\n"

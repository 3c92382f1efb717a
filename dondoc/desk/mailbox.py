"""What comes in by mail: kept raw, then put away on the server, then looked into; each message once.

Whoever is killed between two of these steps leaves nothing lost: a message that is not kept is still in its folder,
one that is kept but not put away is known by its number when it is met again.
"""

from __future__ import annotations

import logging
from email.message import EmailMessage
from email.utils import parseaddr

from sqlalchemy import Connection

from dondoc.core.letter import Letter
from dondoc.core.text import Text
from dondoc.desk.bounces import take_in_bounce
from dondoc.desk.letterheads import letterheads
from dondoc.desk.mail_answers import tell_of_stray
from dondoc.desk.mail_servers import mail_in
from dondoc.desk.replies import take_in_reply
from dondoc.desk.workplace import Workplace
from dondoc.errors import DatabaseUnreachable, first_line
from dondoc.store.arrivals import Arrival, Result, arrived, earlier_copy, settle, take_up
from dondoc.store.letters import find_letter
from notifications.inbox import TAKEN, Inbox, Unfetchable, Waiting
from notifications.incoming import Kind, kind_of, read_message, why_automatic
from notifications.traces import sender, traces_in

LARGEST = 64 << 20
"""Bytes of a message that are kept here; of a longer one, its beginning, while the whole stays on the mail server."""

HEAD = 64 << 10
"""Bytes within which a long message's sender is looked for."""

ENCRYPTED = Text(vi="thư được mã hóa, phần mềm không đọc được", en="it is encrypted and cannot be read here")
TOO_LONG = Text(
    vi=f"thư quá lớn; toàn bộ thư nằm trong thư mục {TAKEN} của hộp thư",
    en=f"it is too long; the whole of it lies in the mailbox's folder {TAKEN}",
)


def take_in_mail(place: Workplace) -> int:
    """Keep every message that waits in the mailbox, and put it away there; how many were new.

    Raises:
        MailboxUnreachable: what was kept until then stays kept.
    """
    server = mail_in(place.settings)
    if server is None:
        return 0
    new = 0
    with Inbox(server) as inbox:
        for one in inbox.waiting():
            try:
                new += _take_in(place, inbox, one)
            except Unfetchable as error:  # the others must not wait for it; it is asked for again next time
                logging.getLogger(__name__).warning("%s cannot be fetched and stays in the mailbox", error)
    return new


def record_mail(place: Workplace, arrival: Arrival) -> bool:
    """Look into a message that is kept, and record what it came to; whether a report was taken in by it."""
    try:
        if arrival.size > LARGEST:
            whole = f"longer than {LARGEST >> 20} MB; its beginning is kept, the whole lies in the folder {TAKEN}"
            head = next(iter(place.attachments.read(arrival.digest)))[:HEAD].partition(b"\r\n\r\n")[0]
            return _settle(place, arrival, "broken", whole, TOO_LONG, sender(read_message(head)))
        data = b"".join(place.attachments.read(arrival.digest))
        message = read_message(data)
        own = parseaddr(place.settings.sender)[1]
        match kind_of(message, own):
            case Kind.BOUNCE:
                take_in_bounce(place, arrival, data, message)
                return False
            case Kind.OURS:
                return _settle(place, arrival, "ignored", "a letter of our own that came back whole")
            case Kind.AUTOMATIC:
                return _settle(place, arrival, "ignored", f"an automatic answer ({why_automatic(message)})")
            case Kind.ENCRYPTED:
                who = sender(message)
                return _settle(place, arrival, "aside", f"encrypted, from {who}", ENCRYPTED, who)
            case Kind.BY_A_PERSON:
                return _answered(place, arrival, message)
    except DatabaseUnreachable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever others send, the next message must not wait for it
        return _settle(place, arrival, "broken", f"{type(error).__name__}: {first_line(error)}")


def letter_meant(connection: Connection, message: EmailMessage) -> Letter | None:
    """The letter that a message is about, by the marks that it brings back; None when it has none that we know."""
    traces = traces_in(message)
    return find_letter(connection, traces.ids, traces.tokens, traces.sender)


def _take_in(place: Workplace, inbox: Inbox, one: Waiting) -> bool:
    kept = place.attachments.keep(inbox.content(one, LARGEST))
    place.reached("mail-kept")
    with place.database.writing() as connection:
        new = arrived(
            connection,
            "mail",
            one.key,
            kept,
            size=one.size,
            arrived_at=min(one.received_at, place.now()),
            now=place.now(),
        )
    place.reached("mail-noted")
    inbox.put_away(one)
    place.reached("mail-put-away")
    return new


def _answered(place: Workplace, arrival: Arrival, message: EmailMessage) -> bool:
    with place.database.reading() as connection:
        copy = earlier_copy(connection, arrival)
        letter = letter_meant(connection, message)
    if copy is not None:
        return _settle(place, arrival, "ignored", f"the same as arrival {copy}")
    return take_in_reply(place, arrival, message, letter)


def _settle(
    place: Workplace, arrival: Arrival, outcome: Result, detail: str, stray: Text | None = None, who: str = ""
) -> bool:
    """Write what an arrival came to; with `stray`, why a person has to look at it, the administrator is told."""
    with place.database.writing() as connection:
        if take_up(connection, arrival.id):
            if stray:
                heads = letterheads(connection, place.settings)
                tell_of_stray(connection, who or "?", stray, arrival.id, heads, place.now())
            settle(connection, arrival.id, outcome, now=place.now(), detail=detail)
    return False

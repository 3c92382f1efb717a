"""What a person answers by mail."""

from __future__ import annotations

from email.message import EmailMessage

from dondoc.core.letter import Letter
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import Arrival, settle, take_up
from notifications.traces import sender


def take_in_reply(place: Workplace, arrival: Arrival, message: EmailMessage, letter: Letter | None) -> bool:
    """Record what a person wrote, and settle the arrival; whether a report was taken in by it.

    `letter` is the one that is answered, as far as the message still tells. It is kept for a person to look at.
    """
    about = f", about letter {letter.id}" if letter else ""
    with place.database.writing() as connection:
        if take_up(connection, arrival.id):
            settle(connection, arrival.id, "aside", now=place.now(), detail=f"from {sender(message)}{about}")
    return False

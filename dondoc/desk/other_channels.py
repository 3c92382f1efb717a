"""Telling those who get no mail, or whose mailbox is dead, by the channels that are set up."""

from __future__ import annotations

import asyncio

from pydantic import SecretStr

from dondoc.core.letter import Letter
from dondoc.core.organisation import Contact
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.settings import Settings
from dondoc.store.by_hand import not_passed_on, offer, passed_on
from notifications.channels import Channels

AT_ONCE = 50


def channels_of(settings: Settings) -> Channels:
    """The channels that the settings name; none in a rehearsal, which must reach nobody."""
    given: dict[Contact, object] = {"zalo": settings.zalo_url, "sms": settings.sms_url}
    if settings.redirect_to is not None:
        return Channels({})
    return Channels({channel: url.get_secret_value() for channel, url in given.items() if isinstance(url, SecretStr)})


async def tell_by_channels(place: Workplace) -> int:
    """Pass on what waits to be handed over, as the short text of each letter; how many were passed on.

    What a channel does not take still waits for a person, and for the next time.
    """
    channels = channels_of(place.settings)
    told = 0
    while channels:
        letters = await asyncio.to_thread(_offer, place)
        if letters is None:
            break
        for letter in letters:
            channel = channels.of(letter.recipient)
            if channel is None:
                continue
            why = await channels.tell(channel, letter.recipient, letter.short)
            told += await asyncio.to_thread(_record, place, letter.id, channel, why)
    return told


def _offer(place: Workplace) -> tuple[Letter, ...] | None:
    with place.database.writing() as connection:
        return offer(connection, place.now(), AT_ONCE)


def _record(place: Workplace, letter: str, channel: Contact, why: str | None) -> bool:
    try:
        with place.database.writing() as connection:
            if why is not None:
                not_passed_on(connection, letter, channel, why)
            else:
                passed_on(connection, letter, channel, place.now())
    except NotAllowed:
        return False  # a person was faster
    return why is None

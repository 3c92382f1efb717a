"""Tells people without a mailbox by another way: a gateway for Zalo, SMS or whatever apprise can speak to.

A channel is an address as apprise writes it (https://github.com/caronc/apprise), in which `{phone}` stands for the
recipient's number: `jsons://gateway.example/send?:to={phone}` posts JSON, `twilio://…/{phone}` sends an SMS.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from urllib.parse import quote

from dondoc.core.letter import Recipient
from dondoc.core.organisation import Contact
from dondoc.errors import first_line

FALLBACKS: tuple[Contact, ...] = ("zalo", "sms")
"""The channels that stand in, in this order, for a mailbox that is dead or that there is none of."""


class Channels:
    """The channels that are set up, each with its address."""

    def __init__(self, addresses: Mapping[Contact, str]) -> None:
        self._addresses = dict(addresses)

    def __bool__(self) -> bool:
        return bool(self._addresses)

    def of(self, recipient: Recipient) -> Contact | None:
        """The channel by which somebody is told who gets no mail; None where a person has to do it.

        Who asks for paper gets paper. Who asks for a channel gets that one; who asks for mail, the first there is.
        """
        wanted = FALLBACKS if recipient.channel == "mail" else (recipient.channel,)
        usable = (one for one in wanted if one in self._addresses)
        return next(usable, None) if recipient.phone else None

    async def tell(self, channel: Contact, recipient: Recipient, words: str) -> str | None:
        """Have the gateway pass the words on; None, or why it did not. It may arrive twice, as a letter may."""
        from apprise import Apprise, LogCapture  # late: it takes longer to import than all of dondoc

        _keep_to_itself()
        box = Apprise()
        if not box.add(with_number(self._addresses[channel], recipient.phone or "")):
            return f"the address of the channel {channel} is none that apprise knows"
        with LogCapture(level=30) as log:  # type: ignore[no-untyped-call]
            if await box.async_notify(body=words, title=""):
                return None
            return self._without_secrets(channel, first_line(log.getvalue() or f"the gateway of {channel} said no"))

    def wrong(self) -> tuple[Contact, ...]:
        """The channels whose address apprise cannot make sense of."""
        if not self:
            return ()
        from apprise import Apprise

        _keep_to_itself()
        return tuple(
            channel
            for channel, address in self._addresses.items()
            if not Apprise().add(with_number(address, "+84900000000"))
        )

    def _without_secrets(self, channel: Contact, why: str) -> str:
        """The reason without the time that the log puts before it, nor what stands in the channel's address."""
        secrets = re.findall(r"[^/@:?&=]{8,}", self._addresses[channel])
        for secret in secrets:
            why = why.replace(secret, "***")
        return why.partition(" - WARNING - ")[2] or why


def _keep_to_itself() -> None:
    """Nothing that apprise logs reaches the program's log: it writes out addresses, with the secrets in them."""
    logging.getLogger("apprise").propagate = False


def with_number(address: str, phone: str) -> str:
    """The channel's address for one number.

    >>> with_number("jsons://gateway.example/send?:to={phone}", "+84 912 345 678")
    'jsons://gateway.example/send?:to=%2B84912345678'
    """
    return address.replace("{phone}", quote("".join(sign for sign in phone if sign.isdigit() or sign == "+")))

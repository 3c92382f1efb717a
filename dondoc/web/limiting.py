"""How often an address, a link or a person may knock; counted in the memory of this process."""

from __future__ import annotations

from math import ceil

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from dondoc import clock
from dondoc.web.refusals import Refused

ADDRESS = parse("2400/minute")
"""Hundreds of units may sit behind one address of a government network."""

LINK = parse("240/minute")
"""A form that saves its draft while it is filled in asks about once in two seconds."""

PROGRAM = parse("600/minute")
"""A program that hands in for many units, by its token."""

WRONG_TOKEN = parse("30/minute")
SIGN_IN = parse("5/15minute")


class Doorkeeper:
    """Counts, and refuses what comes too often."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def knock(self, limit: RateLimitItem, *who: str) -> None:
        """Count one request.

        Raises:
            Refused: there were too many; it says after how many seconds one may come again.
        """
        if not self._limiter.hit(limit, *who):
            opens = self._limiter.get_window_stats(limit, *who).reset_time
            raise Refused("too many", after=max(1, ceil(opens - clock.now().timestamp())))

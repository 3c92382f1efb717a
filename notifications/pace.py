"""Keeps to so many letters a minute, altogether and to each domain, as hosting companies ask for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta


class Pace:
    """Gives out turns, evenly spaced; None is no limit. One for each process that delivers."""

    def __init__(
        self, per_minute: int | None, per_domain: int | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._per_domain = per_domain
        self._now = now
        self._free: dict[str, float] = {}

    async def turn(self, address: str) -> None:
        """Return when a letter to this address may leave."""
        wait = self.reserve(address)
        if wait > 0:
            await asyncio.sleep(wait)

    def reserve(self, address: str) -> float:
        """Take the next turn for a letter to this address; seconds until it comes.

        >>> pace = Pace(60, 20, now=lambda: 0.0)
        >>> [pace.reserve(f"a@{domain}.example") for domain in ("x", "x", "x", "y")]
        [0.0, 3.0, 6.0, 7.0]
        """
        now = self._now()
        limits = [("", self._per_minute), (address.rpartition("@")[2].lower(), self._per_domain)]
        kept = [(key, 60 / limit) for key, limit in limits if limit]
        turn = max((self._free.get(key, now) for key, _ in kept), default=now)
        turn = max(turn, now)
        for key, spacing in kept:
            self._free[key] = turn + spacing
        return turn - now

    def at_once(self, most: int, within: timedelta) -> int:
        """How many letters, `most` at most, certainly leave within that time, even if all go to one domain."""
        slowest = min((limit for limit in (self._per_minute, self._per_domain) if limit), default=None)
        return most if slowest is None else max(1, min(most, int(slowest * within.total_seconds() / 60)))

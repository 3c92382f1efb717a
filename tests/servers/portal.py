"""The portal on a real port of this machine, served in a thread by the same server as `dondoc serve`."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from dondoc.desk.workplace import Workplace
from dondoc.links import keys_of
from dondoc.service.portal import http_server
from dondoc.service.prefect_server import free_port
from dondoc.web.app import portal

_UNUSED = ssl.create_default_context()
"""The portal is asked without TLS; a client that has no context reads every authority's certificate for one."""


@dataclass
class Clock:
    """The portal's present, which a test may move."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Portal:
    """A running portal; `place` is the workplace it serves, `clock` its present."""

    url: str
    place: Workplace
    clock: Clock
    posted: list[None] = field(default_factory=list)
    """One entry for each time that the portal said it put letters into the outbox."""
    visitors: list[httpx.Client] = field(default_factory=list)
    """Who leaves at the end, at the latest."""

    def visit(self, **more: object) -> httpx.Client:
        """A browser without a window, which follows redirects and keeps cookies."""
        visitor = httpx.Client(base_url=self.url, follow_redirects=True, timeout=30, verify=_UNUSED, **more)  # type: ignore[arg-type]
        self.visitors.append(visitor)
        return visitor

    def journal(self, count: int) -> list[dict[str, Any]]:
        """The first lines of the access log; a line is written when its answer has gone."""
        path, until = self.place.settings.home / "access.log", time.monotonic() + 5
        while not path.is_file() or len(lines := path.read_text().splitlines()) < count:
            assert time.monotonic() < until, "the requests were not written down"
            time.sleep(0.005)
        return [json.loads(line) for line in lines]

    def signed(self, path: str, link: str) -> str:
        """The address of a page, opened with the link (or letter) of this id."""
        return keys_of(self.place.settings).address(f"{self.url}{path}", link)


@contextmanager
def serving(
    make: Callable[[str], Workplace], at: datetime, posted: Callable[[Workplace], None] = lambda _: None
) -> Iterator[Portal]:
    """A portal for the workplace that `make` gives when it is told the address; `posted` may send the letters."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    clock = Clock(at)
    place = _with_clock(make(url), clock)
    running = Portal(url, place, clock)

    def post() -> None:
        running.posted.append(None)
        posted(place)

    server = http_server(portal(place, post))
    listener = socket.create_server(("127.0.0.1", port))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the portal did not start"
        thread.join(0.01)
    try:
        yield running
    finally:
        for visitor in running.visitors:
            visitor.close()
        server.should_exit = True
        thread.join(20)
        place.database.close()


def _with_clock(place: Workplace, clock: Clock) -> Workplace:
    return Workplace(place.settings, place.database, clock, place.reached)

"""`dondoc up`: Prefect with its interface, our deployments, a worker and the portal on one machine, until Ctrl-C.

Everything started leads a process group of its own, is watched, and is stopped in order: the worker first, then the
server, since a worker whose server goes first tries to reach it for minutes.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

from dondoc.service.children import Child
from dondoc.service.deployments import deploy, runs_address, worker_command
from dondoc.service.portal import DEFAULT_PORT as PORTAL_PORT
from dondoc.service.portal import portal_command
from dondoc.service.prefect_server import DEFAULT_PORT, PrefectHome, Server, start_server
from dondoc.settings import Settings
from dondoc.store.database import migrate, open_database

LOOK_EVERY = 1.0
LONGEST_PAUSE = 60.0
"""Seconds between two attempts to start something again that ends at once."""

SOUND = 60.0
"""After so many seconds of running, something that ends is started again without a pause."""


@dataclass
class Kept:
    """A program that is started again when it ends, at growing intervals while it ends at once."""

    name: str
    start: Callable[[], Child]
    child: Child
    pause: float = 0.0
    started: float = field(default_factory=time.monotonic)
    due: float | None = None

    def look(self, say: Callable[[str], None]) -> None:
        """Start it again if it has ended and its pause is over."""
        now = time.monotonic()
        if self.due is None:
            status = self.child.ended()
            if status is None:
                return
            self.child.stop()  # whatever it left behind
            self.pause = 0.0 if now - self.started > SOUND else min(LONGEST_PAUSE, 2 * self.pause + 1)
            self.due = now + self.pause
            say(f"{self.name} ended (status {status}) and is started again; {self.child.log} says why.")
        if now >= self.due:
            self.child, self.started, self.due = self.start(), now, None


def up(
    settings: Settings,
    port: int = DEFAULT_PORT,
    portal_port: int = PORTAL_PORT,
    say: Callable[[str], None] = print,
) -> None:
    """Start everything and keep it running until SIGINT or SIGTERM; then nothing is left running.

    Raises:
        DatabaseUnreachable, DatabaseOutdated, PortTaken, PrefectDidNotStart, NotDeployed: nothing is left running.
    """
    home = settings.home.absolute()
    database = open_database(settings.database_url.get_secret_value())
    try:
        migrate(database)
    finally:
        database.close()
    prefect = PrefectHome(home / "prefect", port)
    environment = {**os.environ, **_absolute(settings), **prefect.for_clients()}
    with _asked_to_stop() as stop:
        say("Prefect starts; the first time it takes half a minute.")
        kept: list[Kept] = []
        try:
            server = start_server(prefect, given_up=stop.is_set)
            again = partial(start_server, prefect, given_up=stop.is_set)
            kept.append(Kept("Prefect's server", lambda: again().child, server.child))
            if not stop.is_set():
                deploy(environment)
            if not stop.is_set():
                start = partial(_worker, environment, prefect.folder)
                kept.append(Kept("The worker", start, start()))
                serve = partial(Child, portal_command(portal_port), environment, home / "portal.log")
                kept.append(Kept("The portal", serve, serve()))
                _say_where(settings, server, portal_port, say)
            while not stop.wait(LOOK_EVERY):
                for one in kept:
                    one.look(say)
        finally:
            for one in reversed(kept):
                one.child.stop()
            say("Stopped. Nothing is left running.")


def _worker(environment: Mapping[str, str], folder: Path) -> Child:
    name = f"{socket.gethostname()}-{os.getpid()}"
    return Child(worker_command(name), environment, folder / "worker.log")


def _absolute(settings: Settings) -> dict[str, str]:
    """The settings that runs of flows would otherwise look for below a folder of their own."""
    return {
        "DONDOC_HOME": str(settings.home.absolute()),
        "DONDOC_PLANS": str(settings.plans.absolute()),
        "DONDOC_DATABASE_URL": settings.database_url.get_secret_value(),
    }


def _say_where(settings: Settings, server: Server, portal_port: int, say: Callable[[str], None]) -> None:
    say(f"Prefect's interface: {server.home.url}/runs")
    say(f"The portal: http://127.0.0.1:{portal_port} (links in letters lead to {settings.base_url})")
    say(f"The plans at a glance: {runs_address(server.home.url, 'Kế hoạch · Plans')}")
    if settings.smtp_url is None:
        say(f"Letters are written into {settings.outbox_folder.absolute()} (DONDOC_SMTP_URL is not set).")
    say(f"What the programs say: {server.home.folder}/server.log and worker.log, {settings.home.absolute()}/portal.log")
    say(f"For commands of Prefect: export PREFECT_API_URL={server.home.api}")
    say("Rounds are held every hour. Stop with Ctrl-C.")


@contextmanager
def _asked_to_stop() -> Iterator[Event]:
    """Set when this process is asked to end; a second request changes nothing: stopping is under way."""
    asked = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    before: dict[signal.Signals, Any] = {
        one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield asked
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

"""A Prefect server of our own on this machine: private, on the loopback, and stopped with whoever started it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from dondoc.errors import DondocError
from dondoc.service.children import Child

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 4200
PATIENCE = 120.0
"""Seconds that the server may take to start; the first time it makes its tables."""

PRIVATE = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
"""Nothing is told to the outside."""

CALM = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
}
"""What the server writes of itself it writes in batches, not one transaction for each thing."""


class PortTaken(DondocError):
    """Another program listens where Prefect's server should."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} of this machine is in use, perhaps by another `dondoc up` or `prefect server start`. "
            f"Nothing was started. Stop the other, or choose another port: dondoc up --port {port + 1}."
        )


class PrefectDidNotStart(DondocError):
    """Prefect's server ended, or did not answer in time."""

    def __init__(self, log: Path, last_words: str) -> None:
        super().__init__(
            f"Prefect's server did not start. The ledger is not affected; `dondoc round` works without it. "
            f"{log} says why; it ends with:\n{last_words}"
        )


@dataclass(frozen=True, slots=True)
class PrefectHome:
    """Where Prefect keeps its files, and the port of its server."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of the interface."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def api(self) -> str:
        """The address of the API: PREFECT_API_URL."""
        return f"{self.url}/api"

    def for_clients(self) -> dict[str, str]:
        """What flows, workers and commands need to know."""
        return {**PRIVATE, "PREFECT_HOME": str(self.folder), "PREFECT_API_URL": self.api}

    def for_server(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The server's environment: ours, where the operator has not said otherwise."""
        named = {name: value for name, value in environ.items() if name != "PREFECT_API_URL"}
        own = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": one_connection(self.folder / "prefect.db"), **CALM}
        must = {**PRIVATE, "PREFECT_HOME": str(self.folder), "PREFECT_SERVER_UI_API_URL": self.api}
        return {**own, **named, **must}


def one_connection(file: Path) -> str:
    """The address of Prefect's SQLite that makes its server use one connection; docs/adr/0004-prefect.md says why.

    >>> one_connection(Path("/srv/prefect.db"))
    'sqlite+aiosqlite:///file:/srv/prefect.db?uri=true&pool=:memory:'
    """
    return f"sqlite+aiosqlite:///file:{quote(str(file.absolute()))}?uri=true&pool=:memory:"


@contextmanager
def local_prefect(home: Path, port: int | None = None) -> Iterator[str]:
    """A running Prefect server with its interface, its files in `home`/prefect; gives PREFECT_API_URL.

    Without a `port` a free one is taken. It has stopped, with all that belongs to it, when the block is left.

    Raises:
        PortTaken, PrefectDidNotStart: with a sentence for the operator.
    """
    server = start_server(PrefectHome((home / "prefect").absolute(), port or free_port()))
    try:
        yield server.home.api
    finally:
        server.child.stop()


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    home: PrefectHome
    child: Child


def start_server(home: PrefectHome, patience: float = PATIENCE, given_up: Callable[[], bool] = lambda: False) -> Server:
    """Start the server and wait until it answers, or until the waiting is `given_up`.

    Raises:
        PortTaken, PrefectDidNotStart: with a sentence for the operator; nothing is left running.
    """
    if not port_is_free(home.port):
        raise PortTaken(home.port)
    home.folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(home.port)]
    child = Child(command, home.for_server(os.environ), home.folder / "server.log")
    try:
        _wait(child, home.api, patience, given_up)
    except BaseException:
        child.stop()
        raise
    return Server(home, child)


def _wait(child: Child, api: str, patience: float, given_up: Callable[[], bool]) -> None:
    until = monotonic() + patience
    while not answers(api) and not given_up():
        if child.ended() is not None or monotonic() > until:
            raise PrefectDidNotStart(child.log, child.last_words())
        sleep(0.1)


def answers(api: str) -> bool:
    """Whether a Prefect server is well at this address."""
    try:
        with urlopen(f"{api}/health", timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    """A port on the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether a server may be started on this port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True

"""Serving the portal: an HTTP server, and beside it a thread that sends at once what visitors put into the outbox."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from dondoc.errors import DondocError

DEFAULT_PORT = 8765
BACKLOG = 1024
AT_ONCE = 1_000
"""Connections served at a time; more are asked to come again."""

_log = logging.getLogger(__name__)


class AddressTaken(DondocError):
    """The portal cannot listen where it should."""

    def __init__(self, host: str, port: int, why: object) -> None:
        super().__init__(
            f"The portal cannot listen at {host}:{port} ({why}). "
            f"Stop what listens there, or choose another port: dondoc serve --port {port + 1}."
        )


class Postman:
    """Calls `send` soon after `post` was called, in a thread of its own; what cannot leave waits for the next round."""

    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send
        self._asked = threading.Event()
        self._over = False
        threading.Thread(target=self._work, name="postman", daemon=True).start()

    def post(self) -> None:
        """There is something to send."""
        self._asked.set()

    def stop(self) -> None:
        """Send nothing more."""
        self._over = True
        self._asked.set()

    def _work(self) -> None:
        while self._asked.wait() and not self._over:
            self._asked.clear()
            try:
                self._send()
            except DondocError as error:
                _log.warning("Letters wait for the next round: %s", error)


def serve(app: ASGIApp, *, host: str, port: int, listening: Callable[[int], None]) -> None:
    """Serve `app` until SIGINT or SIGTERM; `listening` is told the port.

    Raises:
        AddressTaken: something else listens there.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise AddressTaken(host, port, error.strerror) from error
    listening(listener.getsockname()[1])
    with suppress(KeyboardInterrupt):
        http_server(app).run([listener])


def http_server(app: ASGIApp) -> uvicorn.Server:
    """The HTTP server that serves the portal, here and in the tests."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # the portal keeps its own, with tokens masked
            proxy_headers=False,  # the portal itself knows which proxies to believe
            server_header=False,
            limit_concurrency=AT_ONCE,
            timeout_graceful_shutdown=10,
        )
    )


def portal_command(port: int) -> list[str]:
    """The command that serves the portal on this machine."""
    return [sys.executable, "-c", "from dondoc.cli import main; main()", "serve", "--port", str(port)]

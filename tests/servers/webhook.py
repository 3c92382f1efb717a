"""A real HTTP server in a thread that keeps what is posted to it, as a gateway for messages would."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Webhook:
    """`with Webhook() as gateway:` then `gateway.port` and `gateway.posted`; `status` is what it answers."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.posted: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(gateway.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

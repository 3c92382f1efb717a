"""What stands before every page: sizes, rates, safe headers and the access log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dondoc.links import masked
from dondoc.web.limiting import ADDRESS, Doorkeeper
from dondoc.web.refusals import Refused

LARGEST_FORM = 1_000_000
LARGEST_UPLOAD = 64_000_000
"""Bytes; a plan's own limit for a file is checked beside it and lies below."""

UPLOADS = re.compile(r"/o/.+/files|/api/.*")
"""The paths at which files arrive."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ALWAYS_HTTPS = "max-age=31536000; includeSubDomains"

Log = Callable[[dict[str, Any]], None]


class BodyTooLarge(Exception):
    """More came than is taken."""


class Guard:
    """ASGI middleware around everything the portal answers; `refuse` answers a request that does not get through."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        doorkeeper: Doorkeeper,
        refuse: Callable[[Scope, Refused], ASGIApp],
        log: Log,
        https: bool,
        proxies: Iterable[IPv4Network | IPv6Network] = (),
        proxy_header: str | None = None,
    ) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._refuse = refuse
        self._log = log
        self._headers = {**SAFE, **({"Strict-Transport-Security": ALWAYS_HTTPS} if https else {})}
        self._proxies = tuple(proxies)
        self._proxy_header = proxy_header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, size, started = perf_counter(), 0, 0, False
        address, person = self._who_asks(scope)
        scope.setdefault("state", {}).update(address=address, proxy_person=person)
        head = scope["method"] == "HEAD"  # answered like GET, by its headers alone
        if head:
            scope["method"] = "GET"

        async def guarded(message: Message) -> None:
            nonlocal status, size, started
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                if head:
                    message = {**message, "body": b""}
            await send(message)

        try:
            try:
                self._doorkeeper.knock(ADDRESS, address)
                _without_nul(scope)
                limit = LARGEST_UPLOAD if UPLOADS.fullmatch(scope["path"]) else LARGEST_FORM
                await self._app(scope, _at_most(scope, receive, limit), guarded)
            except (Refused, BodyTooLarge) as refused:
                if started:
                    raise
                why = refused if isinstance(refused, Refused) else Refused("too large")
                await self._refuse(scope, why)(scope, receive, guarded)
        finally:
            self._log(
                {
                    "address": address,
                    "method": "HEAD" if head else scope["method"],
                    "path": masked(_asked(scope)),
                    "status": status,
                    "bytes": size,
                    "ms": round((perf_counter() - began) * 1000, 1),
                    "link": scope["state"].get("link", ""),
                    "person": scope["state"].get("person", ""),
                    "agent": Headers(scope=scope).get("user-agent", "")[:200],
                }
            )

    def _who_asks(self, scope: Scope) -> tuple[str, str]:
        """The address that asks, and whom a proxy says it signed in; only trusted proxies are believed."""
        peer = scope["client"][0] if scope.get("client") else ""
        headers = Headers(scope=scope)
        if not self._trusted(peer):
            return peer, ""
        address = peer
        for one in reversed([part.strip() for part in ",".join(headers.getlist("x-forwarded-for")).split(",")]):
            if not one:
                break
            address = one
            if not self._trusted(one):
                break
        named = headers.getlist(self._proxy_header) if self._proxy_header else []
        return address, named[0].strip().lower() if len(named) == 1 else ""  # of two, one may be the visitor's own

    def _trusted(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies if network.version == found.version)


def _at_most(scope: Scope, receive: Receive, limit: int) -> Receive:
    """Receive no more than `limit` bytes; what announces itself as larger is not read at all."""
    announced = Headers(scope=scope).get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise BodyTooLarge
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b"")) if message["type"] == "http.request" else 0
        if came > limit:
            raise BodyTooLarge
        return message

    return counted


def _without_nul(scope: Scope) -> None:
    """Nothing has a name with a NUL character in it, and PostgreSQL cannot even be asked for it."""
    if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
        raise Refused("missing")


def _asked(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])

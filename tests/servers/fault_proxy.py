"""A TCP proxy in a thread that stands between a client and an SMTP server and breaks what the script says."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Literal, Self

from tests.servers.smtp_receiver import LoopThread

Point = Literal["banner", "ehlo", "mail", "rcpt", "data", "text", "verdict", "idle"]
"""When the fault strikes: instead of passing on the banner, the command of that name, the rest of the text,
the verdict on the text (which the server has already spoken), or once the verdict is passed on."""

LARGEST = 64 * 1024 * 1024
FAREWELL = b"421 4.4.2 idle for too long, goodbye\r\n"


@dataclass(frozen=True)
class Fault:
    """What happens to one connection; made by the functions below."""

    action: Literal["stall", "reset", "close", "delay"]
    at: Point = "banner"
    after: int = 0
    """With `text`: bytes of it that still pass. With `idle`: letters that pass before."""
    seconds: float = 0
    farewell: bytes = b""


def stall(at: Point, after: int = 0) -> Fault:
    """From there on nothing passes, but the connection stays."""
    return Fault("stall", at, after)


def reset(at: Point, after: int = 0) -> Fault:
    """The client gets a TCP reset, the server an end."""
    return Fault("reset", at, after)


def close(at: Point, after: int = 0, farewell: bytes = b"") -> Fault:
    """The connection ends in good order, after some last words."""
    return Fault("close", at, after, farewell=farewell)


def delay(seconds: float) -> Fault:
    """Every reply comes late."""
    return Fault("delay", seconds=seconds)


class FaultProxy:
    """`with FaultProxy(receiver.port, reset("text", after=100)) as proxy:` then connect to `proxy.port`.

    The first connection suffers the first fault, the second the second (None: nothing), later ones none.
    `go_away()` stops listening and cuts every connection; `come_back()` listens on the same port again.
    It follows the conversation line by line and speaks neither TLS nor pipelining.
    """

    def __init__(self, target: int, *script: Fault | None) -> None:
        self.port = 0
        self.connections = 0
        self._target = target
        self._script = list(script)
        self._writers: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread = LoopThread("fault-proxy")
        self.come_back()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_away()
        self._thread.stop()

    def go_away(self) -> None:
        self._thread.run(self._go_away())

    def come_back(self) -> None:
        self._thread.run(self._come_back())

    async def _come_back(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port, limit=LARGEST)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _go_away(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        fault = self._script[self.connections] if self.connections < len(self._script) else None
        self.connections += 1
        server, to_server = await asyncio.open_connection("127.0.0.1", self._target, limit=LARGEST)
        self._writers |= {to_client, to_server}
        try:
            await _Conversation(client, to_client, server, to_server, fault).run()
        except (_Over, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers -= {to_client, to_server}
            to_client.close()
            to_server.close()


class _Over(Exception):
    """The fault has struck."""


@dataclass
class _Conversation:
    client: asyncio.StreamReader
    to_client: asyncio.StreamWriter
    server: asyncio.StreamReader
    to_server: asyncio.StreamWriter
    fault: Fault | None

    async def run(self) -> None:
        letters = 0
        reply = await self._reply()
        await self._strike("banner")
        while True:
            await self._answer(reply)
            command = await self.client.readuntil(b"\n")
            verb = command[:4].decode().lower()
            await self._strike(verb)
            self.to_server.write(command)
            reply = await self._reply()
            if verb == "data" and reply.startswith(b"354"):
                await self._answer(reply)
                await self._text()
                reply = await self._reply()
                await self._strike("verdict")
                letters += 1
                if self.fault is not None and letters == self.fault.after:
                    await self._answer(reply)
                    await asyncio.sleep(0.05)
                    await self._strike("idle")
                    reply = b""

    async def _text(self) -> None:
        text = await self.client.readuntil(b"\r\n.\r\n")
        if self.fault is not None and self.fault.at == "text":
            self.to_server.write(text[: self.fault.after])
            await self.to_server.drain()
            await self._strike("text")
        self.to_server.write(text)

    async def _reply(self) -> bytes:
        lines = [await self.server.readuntil(b"\n")]
        while lines[-1][3:4] == b"-":
            lines.append(await self.server.readuntil(b"\n"))
        return b"".join(lines)

    async def _answer(self, reply: bytes) -> None:
        if self.fault is not None and self.fault.action == "delay":
            await asyncio.sleep(self.fault.seconds)
        self.to_client.write(reply)
        await self.to_client.drain()

    async def _strike(self, point: str) -> None:
        fault = self.fault
        if fault is None or fault.at != point or fault.action == "delay":
            return
        if fault.action == "stall":
            await asyncio.Event().wait()  # until the proxy ends
        if fault.action == "reset":
            connection: socket.socket = self.to_client.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.to_client.transport.abort()
        self.to_client.write(fault.farewell)
        raise _Over

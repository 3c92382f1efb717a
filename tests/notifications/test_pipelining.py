"""Where the server announces PIPELINING, MAIL, RCPT and DATA go in one write; what it refuses is still told truly."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from notifications.outcome import NotSent, Outcome, Refused, Sent
from notifications.servers import SmtpServer
from notifications.smtp import Courier

LETTER = b"Subject: x\r\n\r\n.a line that begins with a dot\r\n"


@dataclass
class Pipelined:
    """A server that answers each command as told, and 250 else (354 to DATA, where somebody was accepted)."""

    answers: Mapping[bytes, bytes] = field(default_factory=dict)
    port: int = 0
    commands: list[bytes] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)
    """How many commands came in each read that held any."""
    texts: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        heard, text = b"", False
        while some := await reader.read(65536):
            heard += some
            self.writes.append(some.count(b"\r\n") if not text else 0)
            while (end := heard.find(b"\r\n.\r\n" if text else b"\r\n")) >= 0:
                line, heard = heard[:end], heard[end + (5 if text else 2) :]
                if text:
                    text = False
                    self.texts.append(line)
                    writer.write(b"250 taken\r\n")
                    continue
                verb = line[:4].upper()
                self.commands.append(verb)
                usual = {b"EHLO": b"250-here\r\n250 PIPELINING", b"DATA": b"354 go on", b"QUIT": b"221 bye"}
                answer = self.answers.get(verb) or usual.get(verb, b"250 ok")
                text = answer.startswith(b"354")
                writer.write(answer + b"\r\n")
        writer.close()


@asynccontextmanager
async def pipelined(answers: Mapping[bytes, bytes]) -> AsyncIterator[Pipelined]:
    told = Pipelined(answers)
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        server.close()


async def send(server: Pipelined, times: int = 1) -> list[Outcome]:
    async with Courier(SmtpServer("127.0.0.1", server.port, "none"), connections=1) as courier:
        return [await courier.send("a@x.example", "b@x.example", LETTER) for _ in range(times)]


async def test_the_three_commands_go_in_one_write_and_the_text_after_their_answers():
    async with pipelined({}) as server:
        assert [type(one) for one in await send(server, 3)] == [Sent] * 3
    assert server.writes.count(3) == 3
    assert server.texts == [b"Subject: x\r\n\r\n..a line that begins with a dot"] * 3


@pytest.mark.parametrize(
    ("answers", "code", "permanent"),
    [
        ({b"MAIL": b"451 later", b"RCPT": b"503 no", b"DATA": b"503 no"}, 451, False),
        ({b"RCPT": b"550 unknown", b"DATA": b"554 nobody"}, 550, True),
        ({b"RCPT": b"550-unknown\r\n550 to us", b"DATA": b"354 go on"}, 550, True),
        ({b"DATA": b"452 full"}, 452, False),
    ],
)
async def test_what_is_refused_is_told_and_no_text_leaves(answers: Mapping[bytes, bytes], code: int, permanent: bool):
    async with pipelined(answers) as server:
        for outcome in await send(server, 2):
            assert isinstance(outcome, Refused)
            assert (outcome.code, outcome.permanent) == (code, permanent)
    assert server.texts == []


async def test_a_server_that_closes_down_in_the_middle_has_got_no_letter():
    async with pipelined({b"RCPT": b"421 closing down"}) as server:
        (outcome,) = await send(server)
    assert isinstance(outcome, NotSent)
    assert server.texts == []

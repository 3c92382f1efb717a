"""One letter sent to a mail server of this machine."""

from notifications.smtp import Courier, Outcome, SmtpServer, Timeouts

FROM = "nhac-viec@hoi.example"
TO = "van-phong@luong-tai.example"
LETTER = b"Message-ID: <mot@hoi.example>\r\nSubject: x\r\n\r\n" + b"noi dung\r\n" * 500
QUICK = Timeouts(connect=1, command=1, reply=1)


def local(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port)


async def send_one(
    server: SmtpServer, *, recipient: str = TO, letter: bytes = LETTER, timeouts: Timeouts | None = None
) -> Outcome:
    async with Courier(server, timeouts=timeouts, rest=0) as courier:
        return await courier.send(FROM, recipient, letter)

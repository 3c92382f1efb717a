"""A real Postfix and a real Dovecot of the tests' own: throw-away folder, loopback ports, gone afterwards.

What is submitted with STARTTLS and a password is queued by Postfix, delivered to Dovecot by LMTP and read by
IMAP; what Dovecot refuses comes back as a real bounce.
"""

import grp
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Self
from urllib.parse import quote

from imap_tools import BaseMailBox, MailBoxStartTls

from tests.servers.smtp_receiver import self_signed

DOVECOT = Path("/usr/sbin/dovecot")
LMTP = Path("/usr/lib/dovecot/lmtp")
POSTFIX = Path("/usr/sbin/postfix")
DOMAINS = ("hoi.example", "luong-tai.example")
USERS = MappingProxyType({"nhac-viec@hoi.example": "mat@khau/1", "van-phong@luong-tai.example": "mat-khau-2"})
MOVED_AWAY = "da-nghi@luong-tai.example"
"""Postfix takes letters to this address, Dovecot does not know it: each comes back as a bounce."""


def why_not_available() -> str | None:
    """None if the servers can be started, else the reason why not."""
    for program, package in ((POSTFIX, "postfix"), (DOVECOT, "dovecot-imapd"), (LMTP, "dovecot-lmtpd")):
        if not program.exists():
            return f"Debian's package {package} is not installed: `make system-deps`"
    if os.geteuid() != 0:
        return "Postfix can only be started by root"
    return None


class _Config(Template):
    delimiter = "@"


class MailStack:
    """`with MailStack() as mail:` then `mail.smtp_url(user)`, `mail.imap_port`, `mail.ca_file`.

    `mail.smtp_port` is a second door, without TLS and password, for benchmarks and for tests of Postfix itself.
    """

    users = USERS

    def __enter__(self) -> Self:
        # Postfix and Dovecot make sockets in it, whose paths may not be long: not pytest's tmp_path.
        self.root = Path(tempfile.mkdtemp(prefix="dd-mail-", dir="/tmp"))
        try:
            self.smtp_port, self.submission_port, self.imap_port, lmtp, auth = _free_ports(5)
            self._write(lmtp, auth)
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if (self.root / "queue" / "pid" / "master.pid").exists():
            subprocess.run([POSTFIX, "-c", self.root / "postfix", "stop"], capture_output=True, timeout=30, check=False)
        dovecot = getattr(self, "_dovecot", None)
        if dovecot is not None and dovecot.poll() is None:
            dovecot.send_signal(signal.SIGTERM)
            try:
                dovecot.wait(10)
            except subprocess.TimeoutExpired:
                dovecot.kill()
                dovecot.wait(10)
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def ca_file(self) -> Path:
        return self.root / "localhost.pem"

    def smtp_url(self, user: str = "nhac-viec@hoi.example") -> str:
        """The door with STARTTLS and this user's password."""
        return f"smtp+starttls://{quote(user)}:{quote(self.users[user], safe='')}@localhost:{self.submission_port}"

    def imap_url(self, user: str = "nhac-viec@hoi.example") -> str:
        """This user's mailbox; its certificate is trusted by who has `ca_file` as SSL_CERT_FILE."""
        return f"imap+starttls://{quote(user)}:{quote(self.users[user], safe='')}@localhost:{self.imap_port}"

    @contextmanager
    def mailbox(self, user: str = "nhac-viec@hoi.example") -> Iterator[BaseMailBox]:
        """This user's mailbox, opened by IMAP."""
        trusted = ssl.create_default_context(cafile=self.ca_file)
        with MailBoxStartTls("localhost", self.imap_port, ssl_context=trusted).login(user, self.users[user]) as box:
            yield box

    def log(self) -> str:
        """What both servers have to say, for a test that fails."""
        logs = (self.root / "queue" / "maillog", self.root / "dovecot" / "log")
        return "\n".join(log.read_text() for log in logs if log.exists())

    def _write(self, lmtp: int, auth: int) -> None:
        self.root.chmod(0o755)
        self_signed(self.root)
        owner = pwd.getpwnam("nobody")
        values = {
            "root": self.root,
            "user": owner.pw_name,
            "group": grp.getgrgid(owner.pw_gid).gr_name,
            "uid": owner.pw_uid,
            "gid": owner.pw_gid,
            "domains": ", ".join(DOMAINS),
            "smtp": self.smtp_port,
            "submission": self.submission_port,
            "imap": self.imap_port,
            "lmtp": lmtp,
            "auth": auth,
        }
        postfix, dovecot = self.root / "postfix", self.root / "dovecot"
        for folder in (postfix, dovecot, dovecot / "mail", self.root / "queue", self.root / "state"):
            folder.mkdir()
        for template, target in (
            ("mailstack_main.cf.in", postfix / "main.cf"),
            ("mailstack_master.cf.in", postfix / "master.cf"),
            ("mailstack_dovecot.conf.in", dovecot / "dovecot.conf"),
        ):
            target.write_text(_Config(Path(__file__).with_name(template).read_text()).substitute(values))
        (postfix / "known").write_text("".join(f"{user} ok\n" for user in [*self.users, MOVED_AWAY]))
        disowned = "PREPEND Authentication-Results: thu.example; spf=fail smtp.mailfrom={0}"
        (postfix / "disowned").write_text("".join(f"{one} {disowned.format(one)}\n" for one in DOMAINS))
        (dovecot / "users").write_text("".join(f"{user}:{{PLAIN}}{key}\n" for user, key in self.users.items()))
        for path in (dovecot, dovecot / "mail", dovecot / "users", self.root / "localhost.key"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        shutil.chown(self.root / "state", "postfix")

    def _start(self) -> None:
        owner = pwd.getpwnam("nobody")
        with (self.root / "dovecot" / "output").open("wb") as output:
            self._dovecot = subprocess.Popen(
                [DOVECOT, "-F", "-c", self.root / "dovecot" / "dovecot.conf"],
                stdout=output,
                stderr=output,
                user=owner.pw_uid,
                group=owner.pw_gid,
                extra_groups=(),
                start_new_session=True,
            )
        started = subprocess.run(
            [POSTFIX, "-c", self.root / "postfix", "start"], capture_output=True, timeout=60, check=False
        )
        try:
            assert started.returncode == 0, started.stderr.decode()
            for port, banner in ((self.imap_port, b"* OK"), (self.smtp_port, b"220 "), (self.submission_port, b"220 ")):
                _wait_for(port, banner)
        except (AssertionError, TimeoutError) as error:
            output = (self.root / "dovecot" / "output").read_text()
            raise RuntimeError(f"The mail servers did not start: {error}\n{output}\n{self.log()}") from error


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for(port: int, banner: bytes, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                if connection.recv(100).startswith(banner):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing says {banner.decode()!r} on port {port}")
        time.sleep(0.05)

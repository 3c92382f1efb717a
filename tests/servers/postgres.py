"""A PostgreSQL cluster of the tests' own: an empty folder, a loopback port, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

OWNER = "dondoc"
_numbers = count(1)


class NotInstalled(Exception):
    """Debian's package postgresql is not there."""


@dataclass(frozen=True)
class PostgresServer:
    """A running cluster; `url` has no database name."""

    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}"

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """The address of a new, empty database, dropped at the end whoever is still connected."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield f"{self.url}/{name}"
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def copy_database(self, name: str, copy: str) -> None:
        """A second database with all that is in the first, to which nobody may be connected."""
        self._administer(f"CREATE DATABASE {copy} TEMPLATE {name}")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._own_address(), autocommit=True) as connection:
            connection.execute(statement)

    def _own_address(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={OWNER} dbname=postgres connect_timeout=5"

    def wait_until_ready(self, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
        """Return once the cluster answers."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self._own_address()).close()
            except psycopg.OperationalError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from error
                time.sleep(0.05)
            else:
                return


def binaries() -> Path:
    """The folder of the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise NotInstalled("PostgreSQL is not installed: `make system-deps` (Debian's package postgresql)")
    return found[-1].parent


def unprivileged_user() -> str | None:
    """Whom the server runs as: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A cluster made for this session; with the process that asked for it, the server dies too."""
    programs, user = binaries(), unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="dondoc-pg-", dir="/tmp"))  # sockets want short paths
    data, log = folder / "data", folder / "log"
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    if user:
        shutil.chown(folder, user)
    try:
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", OWNER, "--auth", "trust", "--no-sync",
             "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions"],
            check=True, capture_output=True, cwd="/", **as_user,
        )  # fmt: skip
        server = PostgresServer(_free_port())
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "INT", programs / "postgres", "-D", data, "-p", str(server.port),
                 "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
                 "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"],
                stdout=out, stderr=out, cwd="/", **as_user,
            )  # fmt: skip
        try:
            server.wait_until_ready(process, log)
            yield server
        finally:
            process.send_signal(2)  # fast shutdown: no waiting for clients
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""Opening the ledger's database, its transactions, and bringing its tables up to date."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from dondoc.errors import DatabaseOutdated, DatabaseUnreachable
from dondoc.store.ledger import rebuild

BUSY_SECONDS = 30
"""How long a writer on SQLite waits for another one to finish."""

GREET_AFTER = 10
"""After so many seconds of idleness a connection to PostgreSQL is asked whether it is alive."""

_MIGRATION_LOCK = 0x646F6E646F63  # "dondoc": only one process brings a PostgreSQL up to date at a time

_TURN = 0x6F6E6C79  # "only": one round writes letters at a time, where several are held


@dataclass(frozen=True, slots=True)
class Database:
    """A ledger's database: one per process is enough, threads may share it."""

    engine: Engine
    url: str

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state of the ledger and changes nothing.

        Raises:
            DatabaseUnreachable: it does not answer, or stopped to while it was asked.
        """
        if self.engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        else:
            options = {}
        with self._transaction(options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are committed together at the end, or not at all when the body raises.

        On SQLite writers wait for each other from the beginning, so that what they read stays true; on PostgreSQL
        the store's functions lock the rows they decide on.

        Raises:
            DatabaseUnreachable: it does not answer, or stopped to while it was written to.
        """
        with self._transaction({"dondoc_writes": True}) as connection:
            yield connection

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether nobody else holds a round on this ledger just now; if so, it is ours until the end.

        It spares two rounds at once doing the same, nothing leans on it: the database gives it back when whoever
        had it dies, and a ledger that cannot say so (in memory, behind a pooler) lets everybody go on.
        """
        if self.engine.dialect.name == "postgresql":
            with self._answering(), self.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                ours = connection.scalar(_TAKE_TURN, {"key": _TURN})
                try:
                    yield bool(ours)
                finally:
                    if ours:
                        with suppress(DBAPIError):  # whoever was cut off has no turn any more
                            connection.execute(_GIVE_TURN, {"key": _TURN})
            return
        file = self.engine.url.database
        if not file:
            yield True
            return
        with Path(f"{file}.turn").open("ab") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        with self._answering(), self.engine.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated or _does_not_answer(error):
                raise DatabaseUnreachable(self.url, error.orig) from error
            raise
        except PoolTimeout as error:
            raise DatabaseUnreachable(self.url, "every connection is in use") from error


def open_database(url: str) -> Database:
    """The database at `url` (`sqlite:///…` or `postgresql+psycopg://…`); it is first spoken to when it is used.

    Raises:
        DatabaseUnreachable: the address cannot be understood, or the folder of the file cannot be made.
    """
    try:
        address = make_url(url)
        on_file = address.get_backend_name() == "sqlite"
        engine = _sqlite(url, address.database) if on_file else _postgresql(address)
    except (ArgumentError, OSError, ImportError) as error:  # ImportError: a driver we do not have
        raise DatabaseUnreachable(url, error) from error
    return Database(engine, url)


def migrate(database: Database) -> None:
    """Bring the tables to the version of this software, in one transaction; nothing happens where they are.

    What is kept of the histories is worked out anew.

    Raises:
        DatabaseUnreachable: it does not answer.
        DatabaseOutdated: its tables were made by newer software than this.
    """
    with database.writing() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        found = revision(connection)
        if found is not None and found not in _known_revisions():
            raise DatabaseOutdated(found, _head())
        if found != _head():
            _upgrade(connection, "head")
            if found is not None:  # what this software keeps of a history is not what older software kept of it
                rebuild(connection)


def migrate_to(database: Database, wanted: str) -> bool:
    """Make the tables of a version in an empty database; False where there are tables of another version.

    Raises:
        DatabaseUnreachable: it does not answer.
        DatabaseOutdated: this software does not know that version.
    """
    if wanted not in _known_revisions():
        raise DatabaseOutdated(wanted, _head())
    with database.writing() as connection:
        found = revision(connection)
        if found is None:
            _upgrade(connection, wanted)
    return found in (None, wanted)


def check_version(database: Database) -> None:
    """Return if the tables fit this software.

    Raises:
        DatabaseUnreachable: it does not answer.
        DatabaseOutdated: `migrate` has to be called first, or this software is too old.
    """
    with database.reading() as connection:
        found = revision(connection)
    if found != _head():
        raise DatabaseOutdated(found, _head())


def _sqlite(url: str, file: str | None) -> Engine:
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, json_serializer=_to_json, connect_args={"timeout": BUSY_SECONDS}, max_overflow=15)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(address: URL) -> Engine:
    settings = {"connect_timeout": 10, "application_name": "dondoc", "options": "-c jit=off"}
    engine = create_engine(address, json_serializer=_to_json, connect_args=settings, max_overflow=15)

    def leave(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info["left"] = monotonic()

    def greet(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        """Ask a connection that lay idle whether it is alive; asking each time would cost as much as a query."""
        if monotonic() - record.info.get("left", monotonic()) > GREET_AFTER:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise DisconnectionError(str(error)) from error  # the pool opens another one

    event.listen(engine, "checkin", leave)
    event.listen(engine, "checkout", greet)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",  # readers and the writer do not wait for each other
        "synchronous = FULL",  # what was acknowledged survives a power cut
        "foreign_keys = ON",
        "cache_size = -16384",  # 16 MiB a connection
        "journal_size_limit = 67108864",  # a large apply does not leave a large file behind
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("dondoc_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _does_not_answer(error: DBAPIError) -> bool:
    """Whether it is the database's state and not our statement that stands in the way: away, full, locked, not ours."""
    words = str(error.orig)
    if isinstance(error, OperationalError | InterfaceError):
        return not any(sign in words for sign in ("no such", "syntax error", "has no column"))
    return "not a database" in words or "malformed" in words


def _upgrade(connection: Connection, wanted: str) -> None:
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, wanted)


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _known_revisions() -> tuple[str, ...]:
    """The versions that this software knows, the newest first; they are files beside it and do not change."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions())


def _head() -> str:
    return _known_revisions()[0]


def revision(connection: Connection) -> str | None:
    """The version of the tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


_TAKE_TURN, _GIVE_TURN = text("SELECT pg_try_advisory_lock(:key)"), text("SELECT pg_advisory_unlock(:key)")
_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))

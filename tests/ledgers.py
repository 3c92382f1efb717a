"""Empty ledgers: migrated once in a session, then copied or emptied, which costs a hundredth of migrating."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url, text

from dondoc.store.database import Database, migrate, open_database
from dondoc.store.schema import metadata


def with_tables(url: str) -> str:
    """The same address; a file of SQLite that is not there yet is made with the ledger's tables."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and not Path(address.database).exists():
        file = Path(address.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_migrated_file())
    return url


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        database = open_database(f"sqlite:///{file}")
        migrate(database)
        database.close()  # the last connection that closes leaves everything in the one file
        return file.read_bytes()


def empty(database: Database) -> None:
    """Take everything out of a PostgreSQL ledger, which its guards would not allow, whoever still looks at it.

    Rows are deleted: TRUNCATE would make every table's files anew, and take fifty times as long for the few there are.
    """
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with database.writing() as connection:
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("; ".join(f"DELETE FROM {table}" for table in metadata.tables)))
        connection.execute(text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))

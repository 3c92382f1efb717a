"""A migrated ledger on each kind of database, empty or with a small plan in force."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dondoc.store.database import Database, migrate, open_database
from dondoc.store.schema import metadata
from tests.servers.postgres import PostgresServer
from tests.store.office import Office


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database that the tests of a session share, one after the other."""
    with postgres_server.new_database() as url:
        database = open_database(url)
        migrate(database)
        database.close()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A ledger without anything in it; its tables are not to be changed."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'dondoc.db'}")
        migrate(database)
    else:
        database = open_database(request.getfixturevalue("migrated_postgres"))
        empty(database)
    yield database
    database.close()


def empty(database: Database) -> None:
    """Take everything out of a PostgreSQL ledger, which its guards would not allow."""
    with database.writing() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        tables = ", ".join(metadata.tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))


@pytest.fixture
def office(database: Database) -> Office:
    """The plan of `tests/store/office.py` in force: three districts owe a report, reviewed by the department."""
    office = Office(database)
    office.apply()
    return office

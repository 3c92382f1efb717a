"""A migrated ledger on each kind of database, with a small plan in force."""

from collections.abc import Iterator

import pytest

from dondoc.store.database import Database, migrate, open_database
from tests.store.office import Office


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A ledger without anything in it."""
    database = open_database(database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def office(database: Database) -> Office:
    """The plan of `tests/store/office.py` in force: three districts owe a report, reviewed by the department."""
    office = Office(database)
    office.apply()
    return office

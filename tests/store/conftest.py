"""A migrated ledger on each kind of database, empty or with a small plan in force."""

from collections.abc import Iterator

import pytest

from dondoc.store.database import Database, open_database
from tests.store.office import Office


@pytest.fixture
def database(ledger_url: str) -> Iterator[Database]:
    """A ledger without anything in it; its tables are not to be changed."""
    database = open_database(ledger_url)
    yield database
    database.close()


@pytest.fixture
def office(database: Database) -> Office:
    """The plan of `tests/store/office.py` in force: three districts owe a report, reviewed by the department."""
    office = Office(database)
    office.apply()
    return office

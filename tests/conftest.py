"""What every test may ask for."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

# Before Prefect is imported by anything: no test tells the outside world that it ran.
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"

import hypothesis
import pytest

from dondoc.service.prefect_server import local_prefect
from dondoc.store.database import migrate, open_database
from tests.ledgers import empty, with_tables
from tests.servers import mailstack
from tests.servers.mailstack import MailStack
from tests.servers.postgres import NotInstalled, PostgresServer, running_postgres
from tests.servers.prefect import speaking_to

PROVE_WHOLE = os.environ.get("DONDOC_PROVE") == "whole"

hypothesis.settings.register_profile("twentieth", deadline=None, derandomize=True)
hypothesis.settings.register_profile("whole", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("whole" if PROVE_WHOLE else "twentieth")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def proof_share() -> float:
    """The part of a long proof to run: all of it in `make prove`, a fixed-seed twentieth otherwise."""
    return 1.0 if PROVE_WHOLE else 0.05


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL of this session; `with postgres_server.new_database() as url` makes a database."""
    try:
        with running_postgres() as server:
            yield server
    except NotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """`postgresql+psycopg://dondoc@127.0.0.1:PORT`, to which a database name is added."""
    return postgres_server.url


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    with postgres_server.new_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'dondoc.db'}"
    return request.getfixturevalue("postgres_database")


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL ledger that the tests of a session share, one after the other."""
    with postgres_server.new_database() as url:
        database = open_database(url)
        migrate(database)
        database.close()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger without anything in it, whose tables are not to be changed: once on each kind."""
    if request.param == "sqlite":
        return with_tables(f"sqlite:///{tmp_path / 'dondoc.db'}")
    database = open_database(request.getfixturevalue("migrated_postgres"))
    empty(database)
    database.close()
    return database.url


@pytest.fixture(scope="session")
def mail() -> Iterator[MailStack]:
    """A Postfix and a Dovecot of this session; every test clears the mailboxes it reads."""
    if reason := mailstack.why_not_available():
        pytest.skip(reason)
    with MailStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API's address of a real Prefect server of this session; it is slow to start, so tests share it."""
    with local_prefect(tmp_path_factory.mktemp("prefect-server")) as api:
        yield api


@pytest.fixture
def prefect(prefect_server: str, tmp_path: Path) -> Iterator[str]:
    """Flows called in this test speak to the session's server; gives its API's address."""
    with speaking_to(prefect_server, tmp_path / "prefect-client") as api:
        yield api


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that both processes end at the same time."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What thousands of tests consist of stays to the end: the garbage collector need not look at it each time."""
    gc.collect()
    gc.freeze()


def skipping_is_forbidden() -> bool:
    """CI installs everything, so there a skipped test is a mistake."""
    return os.environ.get("DONDOC_NO_SKIP") == "1"


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if skipping_is_forbidden() and report.skipped and not hasattr(report, "wasxfail"):
        _turn_into_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if skipping_is_forbidden() and report.skipped:
        _turn_into_failure(report)
    return report


def _turn_into_failure(report) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, which DONDOC_NO_SKIP forbids. {reason}"

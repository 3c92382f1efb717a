"""Opening, migrating and guarding the database."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, inspect, text, update
from sqlalchemy.exc import DBAPIError

from dondoc.errors import DatabaseOutdated, DatabaseUnreachable
from dondoc.store.database import Database, check_version, migrate, open_database
from dondoc.store.outbox import pause, paused
from dondoc.store.schema import history, metadata, obligations, organisations, outbox, plan_versions
from tests.store.office import MONDAY, Office, end_of, in_a_child, killed_here


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A ledger of the test's own, whose tables it may change."""
    database = open_database(database_url)
    migrate(database)
    yield database
    database.close()


def test_a_new_database_says_that_it_has_no_tables_yet(database_url: str):
    with pytest.raises(DatabaseOutdated, match="has no tables yet"):
        check_version(open_database(database_url))


def test_migrating_twice_is_migrating_once(database: Database):
    migrate(database)
    check_version(database)


def test_the_migrations_lead_to_the_tables_that_the_software_expects(database: Database):
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def described(connection: Connection) -> list[tuple[object, ...]]:
    """Tables, indexes and triggers as the database itself describes them."""
    if connection.dialect.name == "sqlite":
        query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY type, name"
        return [(kind, name, in_any_order(sql or "")) for kind, name, sql in connection.execute(text(query))]
    queries = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint",
        (
            "SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public'"
        ),
        "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'dondoc%'",
    )
    rows = [tuple(row) for query in queries for row in connection.execute(text(query))]
    return sorted((row for row in rows if "alembic" not in str(row)), key=str)


def in_any_order(sql: str) -> object:
    """What SQLite keeps of a statement: a column that was added later stands behind the constraints."""
    return sorted(re.split(r"[\s,()]+", sql)) if sql.startswith("CREATE TABLE") else sql


def test_the_migrations_leave_the_same_indexes_triggers_and_guards_as_the_schema(database: Database):
    with database.reading() as connection:
        migrated = described(connection)
    with database.writing() as connection:
        for name in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE {name} CASCADE" if is_postgres(database) else f"DROP TABLE {name}"))
        if is_postgres(database):
            connection.execute(text("DROP FUNCTION dondoc_only_grows"))
        metadata.create_all(connection)
        assert described(connection) == migrated


def is_postgres(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def test_tables_made_by_newer_software_are_left_alone(database: Database):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for step in (migrate, check_version):
        with pytest.raises(DatabaseOutdated, match="9999"):
            step(database)


@pytest.mark.parametrize(
    "statement",
    [
        delete(history),
        update(history).values(why="otherwise"),
        delete(plan_versions),
        update(plan_versions).values(source="otherwise"),
        delete(organisations),
        delete(obligations),
    ],
    ids=str,
)
def test_the_database_itself_refuses_to_rewrite_what_happened(office: Office, statement):
    with pytest.raises(DBAPIError, match="the ledger only grows"), office.database.writing() as connection:
        connection.execute(statement)


def test_postgresql_refuses_to_empty_the_history(office: Office):
    if not is_postgres(office.database):
        return
    with pytest.raises(DBAPIError, match="the ledger only grows"), office.database.writing() as connection:
        connection.execute(text("TRUNCATE history"))


def test_a_transaction_that_fails_leaves_nothing(database: Database):
    def fails():
        with database.writing() as connection:
            pause(connection, "p", why="", by="x", now=MONDAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM brakes")) == 0


def test_a_reader_sees_one_state_of_the_ledger_while_others_write(database: Database):
    count = text("SELECT count(*) FROM brakes")
    with database.reading() as reader:
        assert reader.scalar(count) == 0
        with database.writing() as writer:
            pause(writer, "p", why="", by="x", now=MONDAY)
        assert reader.scalar(count) == 0
    with database.reading() as reader:
        assert reader.scalar(count) == 1


def test_a_postgresql_that_is_away_is_named_without_its_password():
    database = open_database("postgresql+psycopg://dondoc:hunter2@127.0.0.1:1/ledger")
    with pytest.raises(DatabaseUnreachable) as refusal:
        migrate(database)
    assert "hunter2" not in str(refusal.value)
    assert "dondoc:***@127.0.0.1:1/ledger" in str(refusal.value)
    assert "DONDOC_DATABASE_URL" in str(refusal.value)


def test_a_wrong_password_or_database_name_is_said_and_not_shown(postgres_url: str):
    database = open_database(f"{postgres_url.replace('dondoc@', 'dondoc:hunter2@')}/nowhere")
    with pytest.raises(DatabaseUnreachable) as refusal, database.reading():
        pass
    assert 'database "nowhere" does not exist' in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("url", ["sqlite:////proc/nothing/here.db", "nonsense", "oracle://x"])
def test_an_address_that_cannot_be_opened_is_said_in_a_sentence(url: str):
    with pytest.raises(DatabaseUnreachable, match="Nothing was changed"):
        open_database(url)


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path: Path):
    file = tmp_path / "plan.yaml"
    file.write_text("plan: tre-em\n" * 100)
    with pytest.raises(DatabaseUnreachable, match="not a database"):
        migrate(open_database(f"sqlite:///{file}"))


def test_a_writer_that_waits_too_long_for_another_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dondoc.store.database.BUSY_SECONDS", 0.05)
    database = open_database(f"sqlite:///{tmp_path / 'dondoc.db'}")
    migrate(database)
    with database.writing(), pytest.raises(DatabaseUnreachable, match="is locked"), database.writing():
        pass


def test_more_at_once_than_there_are_connections_is_said_in_a_sentence(database: Database, monkeypatch):
    monkeypatch.setattr(database.engine.pool, "_timeout", 0.01)
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(database.reading())
        with pytest.raises(DatabaseUnreachable, match="every connection is in use"):
            stack.enter_context(database.reading())


def test_a_statement_that_is_wrong_is_our_mistake_and_not_the_databases(database: Database):
    for wrong in ("SELEC 1", "SELECT 1 FROM nowhere"):
        with pytest.raises(DBAPIError), database.reading() as connection:
            connection.execute(text(wrong))


def test_a_connection_that_breaks_within_a_transaction_is_said_in_a_sentence(postgres_database: str):
    database = open_database(postgres_database)
    with pytest.raises(DatabaseUnreachable), database.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_after_the_server_restarted_the_next_transaction_works(postgres_database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dondoc.store.database.GREET_AFTER", 0)
    database = open_database(postgres_database)
    with database.reading() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    other = open_database(postgres_database)
    with other.writing() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with database.reading() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_two_processes_that_migrate_at_once_do_no_harm(database_url: str):
    running = [in_a_child(lambda: migrate(open_database(database_url))) for _ in range(3)]
    assert [end_of(one) for one in running] == [0, 0, 0]
    check_version(open_database(database_url))


def test_what_was_committed_survives_the_death_of_the_process(database: Database):
    def work():
        own = open_database(database.url)
        with own.writing() as connection:
            pause(connection, "kept", why="", by="x", now=MONDAY)
        with own.writing() as connection:
            pause(connection, "lost", why="", by="x", now=MONDAY)
            killed_here()

    assert end_of(in_a_child(work)) == -9
    with database.writing() as connection:
        assert list(paused(connection)) == ["kept"]


def test_the_outbox_may_be_changed(office: Office):
    with office.database.writing() as connection:
        connection.execute(delete(outbox))

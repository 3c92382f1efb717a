"""Inserting very many rows: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import sql
from pydantic_core import to_json
from sqlalchemy import Connection, Table, insert
from sqlalchemy import column as lightweight_column
from sqlalchemy import table as lightweight_table
from sqlalchemy.dialects import sqlite

from dondoc.store.portions import portions
from dondoc.store.schema import as_text, in_utc, of_text

_PORTION = 5_000


def stored_instant(connection: Connection) -> Callable[[datetime], Any]:
    """How an instant is handed to the driver of this database."""
    return in_utc if connection.dialect.name == "postgresql" else as_text


def read_instant(connection: Connection) -> Callable[[Any], datetime]:
    """The instant that the driver of this database gave."""
    return in_utc if connection.dialect.name == "postgresql" else of_text


def read_json(connection: Connection) -> Callable[[Any], Any]:
    """What the driver of this database gave of a column of JSON that is not empty."""
    return _as_it_is if connection.dialect.name == "postgresql" else json.loads


def write_json(value: Any) -> str:
    """JSON as it is handed to the driver, in the writing that the tables have."""
    return to_json(value).decode()


def _as_it_is(value: Any) -> Any:
    return value


def insert_new_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> set[Any]:
    """`insert_rows`, but not where another transaction was first; the values in the first column of those that went.

    On SQLite nobody writes beside us: what was not there when this transaction looked is not there now.
    """
    if connection.dialect.name != "postgresql":
        insert_rows(connection, table, columns, rows)
        return {row[0] for row in rows}
    types = [table.c[name].type.compile(connection.dialect).partition(" COLLATE")[0] for name in columns]
    statement = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608 - our own names
        f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}) "
        f"ON CONFLICT DO NOTHING RETURNING {columns[0]}"
    )
    by_column = tuple(list(column) for column in zip(*rows, strict=True))
    return set(connection.exec_driver_sql(statement, by_column).scalars())


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values are as the driver takes them: instants by `stored_instant`, JSON as text."""
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # the only driver we speak PostgreSQL with
        copy_in = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with driver.cursor() as cursor, cursor.copy(copy_in) as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = _statement(table.name, tuple(columns))
    for some in portions(rows, _PORTION):
        connection.exec_driver_sql(statement, [tuple(row) for row in some])


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[str, ...]) -> str:
    """The insertion as SQLite takes it; compiling it costs more than inserting a few rows."""
    some_columns = lightweight_table(table, *map(lightweight_column, columns))
    return str(insert(some_columns).compile(dialect=sqlite.dialect(), column_keys=list(columns)))

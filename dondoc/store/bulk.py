"""Inserting very many rows: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table, insert
from sqlalchemy import column as lightweight_column
from sqlalchemy import table as lightweight_table
from sqlalchemy.dialects import sqlite

from dondoc.store.portions import portions
from dondoc.store.schema import as_text, in_utc

_PORTION = 5_000


def stored_instant(connection: Connection) -> Callable[[datetime], Any]:
    """How an instant is handed to the driver of this database."""
    return in_utc if connection.dialect.name == "postgresql" else as_text


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

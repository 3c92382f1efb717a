"""Rows that may be there already: left as they are, or written anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_or_leave(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless there is one like it; whether it went."""
    statement = _insert(connection)(table).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def insert_or_replace(connection: Connection, table: Table, key: Collection[str], **values: Any) -> None:
    """Insert a row, in place of the one with the same `key` if there is one."""
    statement = _insert(connection)(table).values(values)
    anew = {name: statement.excluded[name] for name in values if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=anew))


def _insert(connection: Connection) -> Any:
    """SQLAlchemy has the same words for both databases, and no name for what they have in common."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

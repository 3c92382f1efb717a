"""Taking many things a portion at a time, so that neither memory nor a statement grows with their number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, CursorResult, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

T = TypeVar("T")

AT_ONCE = 1_000
"""How many values a `Lookup` asks for in one query."""


def portions(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The items in order, `size` at a time, the last time fewer.

    >>> list(portions("abcde", 2))
    [('a', 'b'), ('c', 'd'), ('e',)]
    """
    rest = iter(items)
    while some := tuple(islice(rest, size)):
        yield some


def among(connection: Connection, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[Any]:
    """`column IN values`; PostgreSQL gets them as one array, so that it keeps its plan whatever their number."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(Text)))
    return column.in_(values)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query for the rows that have one of many values, ready for the driver: building it costs more than asking it.

    `AMONG` in its text stands for the condition, `LOCK` for what keeps the rows from being changed by others. What
    comes back is as the driver gives it: plain tuples, instants and JSON on SQLite as text (`dondoc.store.bulk` reads
    them). A value that is `given` beside comes before the many. Of rows that are large, fewer are had `at_once`.
    """

    query: str
    at_once: int = AT_ONCE

    def rows(self, connection: Connection, values: Collection[str], *given: Any) -> Iterator[tuple[Any, ...]]:
        """The rows for these values, some at a time where they are many."""
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            query = self.query.replace("AMONG", "= ANY(%s)").replace("LOCK", "FOR UPDATE").replace("?", "%s")
        else:
            query = self.query.replace("AMONG", "IN (SELECT value FROM json_each(?))").partition("LOCK")[0]
        for some in portions(values, self.at_once):
            many = list(some) if postgresql else json.dumps(some)
            yield from plain_rows(connection.exec_driver_sql(query, (*given, many)))


def plain_rows(result: CursorResult[Any]) -> Sequence[tuple[Any, ...]]:
    """What a query found, as the driver gives it: making SQLAlchemy's rows of it costs more than asking for it."""
    assert result.cursor is not None  # nothing was fetched yet
    rows = result.cursor.fetchall()
    result.close()
    return rows

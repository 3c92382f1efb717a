"""Taking many things a portion at a time, so that neither memory nor a statement grows with their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

T = TypeVar("T")


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

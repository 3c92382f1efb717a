"""The kinds of column that the ledger's tables are made of, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine


class Instant(TypeDecorator[datetime]):
    """An aware instant, in UTC when it comes back: timestamptz, on SQLite a text that sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        stored = DateTime(timezone=True) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(stored)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return in_utc(value) if dialect.name == "postgresql" else as_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return in_utc(value)
        return of_text(value)


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; the ledger keeps aware instants")
    return instant.astimezone(UTC)


@lru_cache(maxsize=4096)  # a round writes and reads the same few instants thousands of times
def as_text(instant: datetime) -> str:
    """As SQLite keeps it: always the same width, so that texts sort as instants do.

    >>> as_text(datetime(2023, 6, 19, 17, tzinfo=UTC))
    '2023-06-19T17:00:00.000000Z'
    """
    return in_utc(instant).isoformat(timespec="microseconds")[:-6] + "Z"


@lru_cache(maxsize=4096)
def of_text(stored: str) -> datetime:
    """The instant that `as_text` wrote down."""
    return datetime.fromisoformat(stored)


# Identifiers sort by their bytes everywhere, so that every transaction locks rows in the same order.
Id = Text().with_variant(Text(collation="C"), "postgresql")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Serial = BigInteger().with_variant(Integer(), "sqlite")

"""What addresses and forms carry, read: words, a day, a number; whoever made them up gets no further than a person."""

from __future__ import annotations

from datetime import date

from starlette.datastructures import FormData

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""No plan reaches further, and around a day that lies between them calendars can count."""


def words(form: FormData, name: str, most: int = 2000) -> str:
    """What was written into a field, so many characters at most, without the space around it."""
    return str(form.get(name, "")).strip()[:most]


def day(text: str) -> date | None:
    """A day as forms send it; None for anything else.

    >>> day("2023-06-19"), day("19/6/2023"), day("0001-01-01")
    (datetime.date(2023, 6, 19), None, None)
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def number(text: str) -> int | None:
    """A whole number that databases can hold; None for anything else.

    >>> number("12"), number("-1"), number("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isdecimal() and len(text) < 10 else None

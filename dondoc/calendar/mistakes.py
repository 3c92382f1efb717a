"""What is wrong with a deadline, said as a colleague would: the word that does not fit, and the nearest that does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from dondoc.calendar.periods import MONTHS_EN
from dondoc.calendar.workdays import WEEKDAYS

NAMES = ("plan.issued", "plan.start", "plan.end", "period.start", "period.end", "cut-off", "event")
ENDINGS = ("due", "done", "accepted")

# What a person may write for each terminal, to suggest from.
_WORDS: dict[str, tuple[str, ...]] = {
    "_ON": ("on",), "_IN": ("in",), "_OF": ("of",), "_END_OF": ("end of",), "_DAY": ("day",),
    "_MONTH": ("month",), "_LUNAR": ("lunar",), "BEFORE": ("before",), "AFTER": ("after",),
    "EVERY": ("every",), "_PER": ("per",), "PERIOD": ("year", "half-year", "quarter", "month", "week"),
    "RANGE": ("12-16",), "LEAP": ("leap",), "ON_THE_DAY": ("on the day",),
    "UNIT": ("days", "working days", "hours", "weeks", "months"),
    "MONTH": MONTHS_EN, "WEEKDAY": WEEKDAYS["en"], "NEXT_YEAR": ("next year",),
    "WHICH_MONTH": ("last month", "first month", "next month"), "LAST_DAY": ("last working day", "last day"),
    "NAME": NAMES, "TASK": ("TASK.due", "TASK.done", "TASK.accepted"), "DATE": ("2023-06-19",),
    "CLOCK": ("17:00",), "LUNAR_DAY": ("15/8",), "NUMBER": ("1",), "YEAR": ("2023",),
}  # fmt: skip


class DeadlineSyntaxError(ValueError):
    """What is wrong, where in the text (`offset`, in characters from its start), and what to write instead."""

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.message = message
        self.offset = offset
        self.hint = hint


def mistake(error: UnexpectedInput, text: str) -> DeadlineSyntaxError:
    """Turn what the parser expected into what the person should write."""
    allowed: set[str] = set()
    if isinstance(error, UnexpectedToken):
        allowed = error.accepts
        if error.token.type == "$END":
            return DeadlineSyntaxError("something is missing at the end", len(text.rstrip()), _hint(allowed))
    if isinstance(error, UnexpectedCharacters):
        allowed = error.allowed
    # A word is read whole, from space to space, so that 19/6/2023 and plan.isued are shown as they were written.
    start = len(re.sub(r"\S*$", "", text[: error.pos_in_stream]))
    word = text[start:].split(maxsplit=1)[0]
    dated = _dated(word)
    if dated and "DATE" in allowed:
        return DeadlineSyntaxError(f"{word!r} is not how a date is written here", start, f"write {dated}")
    if word.isdigit() and len(word) > 4:
        return DeadlineSyntaxError(f"{word} is too large", start, "write a number of at most four digits")
    if not allowed - {"$END"}:
        return DeadlineSyntaxError(f"{word!r} is one word too many", start, "end the deadline before it")
    nearest = _nearest(text[start:].split(), allowed)
    hint = f"write {nearest}" if nearest else _hint(allowed)
    return DeadlineSyntaxError(f"{word!r} is not expected here", start, hint)


def _dated(word: str) -> str | None:
    """A date in another country's order or with a T: the same as it is written in a plan."""
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", word):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    if match := re.fullmatch(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:T(\d\d:\d\d))?.*", word):
        day = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
        return f"{day} {match[4]}" if match[4] else day
    return None


def _nearest(rest: list[str], allowed: set[str]) -> str | None:
    """The allowed words most like what follows; longer phrases first, so that `last wroking day` is found."""
    words = [word for name, several in _WORDS.items() if name in allowed for word in several]
    if "TASK" in allowed and "." in rest[0]:
        words += [f"{rest[0].rpartition('.')[0]}.{ending}" for ending in ENDINGS]
    spelled = {word.lower(): word for word in words}
    for length in (3, 2, 1):
        written = " ".join(rest[:length]).lower()
        same_length = [word for word in spelled if len(word.split()) == length]
        found = get_close_matches(written, same_length, n=1, cutoff=0.7)
        if found and len(rest) >= length:
            return spelled[found[0]]
    return None


def _hint(allowed: set[str]) -> str:
    if {"NAME", "BEFORE"} <= allowed:
        return "write a date such as 2023-06-19, or an offset such as 3 working days after cut-off"
    if "NAME" in allowed:
        return f"write what to count from: {_either(('a date', *NAMES, *_WORDS['TASK'], 'lunar 15/8'))}"
    examples = {
        "MONTH": ("a month such as June",),
        "NUMBER": ("a number",),
        "YEAR": ("a year such as 2023",),
        "WEEKDAY": ("Friday",),
    }
    shown = [examples.get(name, several) for name, several in _WORDS.items() if name in allowed]
    return f"write {_either([word for several in shown for word in several])}"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)

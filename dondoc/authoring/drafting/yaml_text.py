"""Writes YAML as a person would: short things in one line, long texts folded, quotes only where they are needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

WIDTH = 110
_PLAIN = re.compile(r"[\w“”„(/][^#:{}\[\],&*!|>'\"%`\n]*")
_PLAIN_ALONE = re.compile(r"[\w“”„(/](?:[^#:\n]|:(?=\S)|(?<=\S)#)*")
_NOT_PLAIN = re.compile(r"null|true|false|~|\s|.*\s$", re.IGNORECASE)


def scalar(text: str, *, alone: bool = False) -> str:
    """A text in one line, in quotes where YAML would read it otherwise; `alone`, that is outside brackets.

    >>> scalar("Báo cáo năm"), scalar("Lưu: VP"), scalar("a, b"), scalar("a, b", alone=True)
    ('Báo cáo năm', '"Lưu: VP"', '"a, b"', 'a, b')
    """
    if (_PLAIN_ALONE if alone else _PLAIN).fullmatch(text) and not _NOT_PLAIN.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: Any) -> str:
    """A value in one line: `{every: month, by: day 25}`, `[a, b]`."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
        case str():
            return scalar(value)
        case Sequence():
            return "[" + ", ".join(flow(inner) for inner in value) + "]"
        case _:
            return scalar(str(value))


def entry(key: str, value: Any, indent: int = 0) -> Iterator[str]:
    """The lines of `key: value`; a long text is folded, a list of mappings has a line for each.

    >>> list(entry("notes", [{"covers": "1.1", "text": "Một"}]))
    ['notes:', '  - {covers: 1.1, text: Một}']
    """
    margin = " " * indent
    in_line = f"{margin}{key}: {scalar(value, alone=True) if isinstance(value, str) else flow(value)}"
    if isinstance(value, str) and len(in_line) > WIDTH:
        yield f"{margin}{key}: >-"
        inner = " " * (indent + 2)
        yield from wrap(value, WIDTH, initial_indent=inner, subsequent_indent=inner,
                        break_long_words=False, break_on_hyphens=False)  # fmt: skip
    elif isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
        yield f"{margin}{key}:"
        for item in value:
            yield from _item(item, indent + 2)
    else:
        yield in_line


def _item(item: Mapping[str, Any], indent: int) -> Iterator[str]:
    in_line = f"{' ' * indent}- {flow(item)}"
    if len(in_line) <= WIDTH:
        yield in_line
        return
    lines = [line for key, value in item.items() for line in entry(key, value, indent + 2)]
    yield f"{' ' * indent}- {lines[0].lstrip()}"
    yield from lines[1:]

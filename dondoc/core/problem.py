"""A mistake in a file, as data: where it stands, what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]

_WIDEST = 100
"""The longest piece of a source line that is shown above the caret."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake; line and column count characters from 1. Problems sort by their place in the files.

    `code` is stable and may be relied on; `hint` says what to write instead; `excerpt` is the source line.

    >>> print(Problem("p.yaml", 3, 8, "error", "unknown-unit", "no unit is called `x`", "write `y`", "owner: x"))
    p.yaml:3:8: no unit is called `x`; write `y`
    """

    file: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str = ""
    excerpt: str = field(default="", compare=False)

    def __str__(self) -> str:
        label = "warning: " if self.severity == "warning" else ""
        sentence = f"{self.message}; {self.hint}" if self.hint else self.message
        return f"{self.file}:{self.line}:{self.column}: {label}{sentence}"

    def shown(self) -> str:
        """The sentence, then the source line with a caret under the place.

        >>> print(Problem("p.yaml", 3, 8, "error", "empty", "it is empty", "", "owner: x").shown())
        p.yaml:3:8: it is empty
            3 | owner: x
              |        ^
        """
        if not self.excerpt:
            return str(self)
        start = max(0, self.column - _WIDEST // 2) if len(self.excerpt) > _WIDEST else 0
        piece = self.excerpt[start : start + _WIDEST]
        before = "".join("\t" if c == "\t" else " " for c in piece[: self.column - 1 - start])
        return f"{self}\n{self.line:5} | {piece}\n{'':5} | {before}^"

    def as_data(self) -> dict[str, str | int]:
        """The problem as `dondoc check --json` gives it."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them keeps the file from being used; warnings do not."""
    return any(problem.severity == "error" for problem in problems)

"""A YAML text as a tree of texts that remember where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from dondoc.core.problem import Problem, Severity


@dataclass(slots=True, eq=False)
class Scalar:
    """A text as written; line and column (from 1) are where its first character stands."""

    line: int
    column: int
    text: str
    empty: bool = False
    quoted: bool = False
    refused: bool = False
    """Its problem is already told; nothing more is to be said about it."""


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    lost: tuple[Node, ...] = ()
    """Items set aside because they are mistaken."""


@dataclass(slots=True, eq=False)
class Entry:
    """A key and its value; the place is the key's."""

    line: int
    column: int
    value: Node


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys and values in the file's order."""

    line: int
    column: int
    entries: dict[str, Entry] = field(default_factory=dict)
    lost: dict[str, Entry] = field(default_factory=dict)
    """Entries set aside because they are mistaken."""


Node = Scalar | Sequence | Mapping
TreePath = tuple[str | int, ...]


@dataclass(slots=True)
class Source:
    """A file that was read: its tree (None where nothing could be read) and what is wrong with it so far."""

    file: str
    lines: list[str] = field(default_factory=list)
    root: Mapping | None = None
    problems: list[Problem] = field(default_factory=list)

    def located(self, place: tuple[int, int], severity: Severity, code: str, message: str, hint: str = "") -> Problem:
        """A problem at `place` (line and column from 1), with the line it stands in."""
        line, column = place
        excerpt = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return Problem(self.file, line, column, severity, code, message, hint, excerpt)

    def problem(self, place: tuple[int, int], severity: Severity, code: str, message: str, hint: str = "") -> None:
        """Note a problem at `place`."""
        self.problems.append(self.located(place, severity, code, message, hint))

    def node(self, path: TreePath) -> Node | None:
        """The node at `path`, or None; what stands alone is also the first of a list of one."""
        here: Node | None = self.root
        for part in path:
            match here:
                case Mapping(entries=entries) if isinstance(part, str) and part in entries:
                    here = entries[part].value
                case Sequence(items=items) if isinstance(part, int) and 0 <= part < len(items):
                    here = items[part]
                case Scalar() | Mapping() if part == 0:
                    continue
                case _:
                    return None
        return here

    def is_lost(self, path: TreePath) -> bool:
        """Whether something along `path` was mistaken and set aside, so that nothing more is said about it."""
        for length in range(len(path)):
            parent, part = self.node(path[:length]), path[length]
            if isinstance(parent, Mapping) and part in parent.lost:
                return True
        return False

    def says(self, path: TreePath) -> bool:
        """Whether the file writes something at `path`, be it mistaken."""
        return self.node(path) is not None or self.is_lost(path)

    def position(self, path: TreePath, offset: int = 0) -> tuple[int, int]:
        """Where the value at `path` stands, or the nearest thing around it that the file does say.

        `offset` counts characters into a text, so that a problem can point inside an expression.
        """
        while path and self.node(path) is None:
            path, offset = path[:-1], 0
        match self.node(path):
            case Scalar(line=line, column=column, text=text, quoted=quoted):
                written = self.lines[line - 1][column - 1 + quoted :]
                return (line, column + quoted + offset) if written.startswith(text) else (line, column)
            case Sequence() | Mapping() as found if path and isinstance(path[-1], str):
                return self.key_position(path) or (found.line, found.column)
            case Sequence() | Mapping() as found:
                return found.line, found.column
            case _:
                return 1, 1

    def key_position(self, path: TreePath) -> tuple[int, int] | None:
        """Where the key that ends `path` stands."""
        parent = self.node(path[:-1]) if path else None
        if isinstance(parent, Mapping) and path[-1] in parent.entries:
            entry = parent.entries[str(path[-1])]
            return entry.line, entry.column
        return None

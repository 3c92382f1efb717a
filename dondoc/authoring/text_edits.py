"""Changes values in a YAML text in place: what is not changed keeps its spelling, its layout and its comments."""

from __future__ import annotations

import re
from typing import Any

import yaml

from dondoc.authoring.drafting.yaml_text import flow, scalar

Place = tuple[str | int, ...]


class Edits:
    """Edits of a text that was checked (so it has no aliases and no tags), made all at once by `text`.

    >>> edits = Edits("a: [x]  # why")
    >>> edits.append(("a",), "y")
    >>> edits.text()
    'a: [x, y]  # why'
    """

    def __init__(self, text: str) -> None:
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        self._text = text.replace("\r\n", "\n")
        self._root = yaml.compose(self._text, Loader=yaml.SafeLoader)
        self._edits: list[tuple[int, int, str]] = []

    def text(self) -> str:
        """The text with every edit."""
        changed = self._text
        in_order = sorted(enumerate(self._edits), key=lambda one: (one[1][:2], one[0]))
        for _, (start, end, new) in reversed(in_order):
            changed = changed[:start] + new + changed[end:]
        return changed.replace("\n", self._line_end)

    def set(self, place: Place, value: Any) -> None:
        """Give the key at `place` a value, adding the key where it is not there."""
        node = self._node(place)
        if node is not None:
            alone = isinstance(value, str) and not self._in_brackets(place[:-1])
            self._replace(node, scalar(value, alone=True) if alone else flow(value))
            return
        parent = self._node(place[:-1])
        assert isinstance(parent, yaml.MappingNode)  # a person stands as keys and values
        key = str(place[-1])
        if parent.flow_style:
            self._insert(parent.end_mark.index - 1, f"{', ' if parent.value else ''}{key}: {flow(value)}")
        else:
            column = parent.value[0][0].start_mark.column
            self._insert(self._end(parent.value[-1][1]), f"\n{' ' * column}{key}: {flow(value)}")

    def append(self, place: Place, *values: Any) -> None:
        """Add items to the list at `place`, adding the list where it is not there."""
        node = self._node(place)
        if node is None:
            self.set(place, values)
        elif not isinstance(node, yaml.SequenceNode):
            items = ", ".join([self._text[node.start_mark.index : self._end(node)], *map(flow, values)])
            self._replace(node, f"[{items}]")
        elif node.flow_style:
            items = ", ".join(map(flow, values))
            self._insert(node.end_mark.index - 1, f"{', ' if node.value else ''}{items}")
        else:
            dash = " " * node.start_mark.column
            self._insert(self._end(node.value[-1]), "".join(f"\n{dash}- {flow(value)}" for value in values))

    def remove(self, place: Place) -> None:
        """Take out an item of a list, or a key."""
        node, parent = self._node(place), self._node(place[:-1])
        if node is None or parent is None:
            return
        if isinstance(parent, yaml.SequenceNode) and parent.flow_style:
            around = re.compile(r"\s*,\s*")
            after = around.match(self._text, node.end_mark.index)
            before = re.search(r"\s*,\s*$", self._text[: node.start_mark.index])
            start, end = node.start_mark.index, node.end_mark.index
            self._edits.append((start, after.end(), "") if after else (before.start() if before else start, end, ""))
            return
        first = self._key(parent, place[-1]).start_mark.index if isinstance(parent, yaml.MappingNode) else None
        start = self._text.rfind("\n", 0, node.start_mark.index if first is None else first)
        self._edits.append((max(start, 0), self._end(node), ""))

    def _replace(self, node: yaml.Node, new: str) -> None:
        self._edits.append((node.start_mark.index, self._end(node), new))

    def _insert(self, index: int, new: str) -> None:
        self._edits.append((index, index, new))

    def _end(self, node: yaml.Node) -> int:
        """Where a node's own text ends; of a block, before the blank lines and comments that follow it."""
        if not isinstance(node, yaml.CollectionNode) or node.flow_style:
            start = node.start_mark.index
            return int(start + len(self._text[start : node.end_mark.index].rstrip()))
        last = node.value[-1]
        return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)

    def _node(self, place: Place) -> yaml.Node | None:
        here = self._root
        for part in place:
            match here:
                case yaml.MappingNode():
                    here = next((value for key, value in here.value if key.value == part), None)
                case yaml.SequenceNode() if isinstance(part, int) and part < len(here.value):
                    here = here.value[part]
                case yaml.MappingNode() | yaml.ScalarNode() if part == 0:
                    continue
                case _:
                    return None
        return here

    def _key(self, parent: yaml.MappingNode, name: str | int) -> yaml.Node:
        found: yaml.Node = next(key for key, _ in parent.value if key.value == name)
        return found

    def _in_brackets(self, place: Place) -> bool:
        return any(getattr(self._node(place[:length]), "flow_style", False) for length in range(len(place) + 1))

"""Reads YAML into a tree of texts that remember where they stand.

Scalars stay as they were written (`no`, `17:00`, `5.10`): the model gives them a type, never YAML 1.1. What
a plan has no use for and an attacker has (aliases, tags, endless nesting, other encodings) is a located
problem, found while the text streams by, so that nothing large is ever built from it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from unicodedata import is_normalized, normalize

import yaml

from dondoc.authoring.tree import Entry, Mapping, Node, Scalar, Sequence, Source
from dondoc.core.problem import has_errors

MAX_BYTES = 16_000_000
MAX_NODES = 400_000
MAX_DEPTH = 40
MAX_PROBLEMS = 200
"""A file with more mistakes than this is not worth reading on."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_OF_OTHER_KINDS = {
    b"PK\x03\x04": "a Word or Excel file, or another archive",
    b"\xd0\xcf\x11\xe0": "an older Word or Excel file",
    b"%PDF": "a PDF",
}
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
_SYNTAX = {
    "mapping values are not allowed": "put a text that contains a colon in quotes, or mend the indentation",
    "cannot start any token": "indent with spaces, and put a text that begins with a sign in quotes",
    "could not find expected ':'": "write a colon and a space after the key",
    "did not find expected key": "indent the line like its neighbours, or close the bracket or quote above",
    "did not find expected '-' indicator": "begin each item of the list with a dash, at one indentation",
    "did not find expected ',' or ']'": "separate the items by commas and close the bracket",
    "did not find expected ',' or '}'": "separate the entries by commas and close the brace",
    "found a tab character": "indent with spaces",
    "found unexpected end of stream": "close the quote that was opened",
    "found unexpected document indicator": "close the quote that was opened",
}


def read(data: str | bytes, file: str) -> Source:
    """The tree of a YAML text with its problems; never raises for what the text contains."""
    source = Source(file)
    text = _decoded(data, source)
    if text is None:
        return source
    source.lines = _BREAK.split(text)
    found = _UNREADABLE.search(text)
    if found:
        name = f"the character U+{ord(found[0]):04X}"
        source.problem(
            _place(text, found.start()), "error", "unreadable-character",
            f"{name} is not text", "remove it; was this file saved by a text editor?",
        )  # fmt: skip
        return source
    try:
        root = _built(text, source)
    except yaml.MarkedYAMLError as error:
        what = error.problem or error.context or "the text cannot be read"
        mark = error.problem_mark
        if error.context_mark and (mark is None or mark.line >= len(source.lines) or _opened_earlier(what)):
            mark = error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        hint = next((hint for sign, hint in _SYNTAX.items() if sign in what), "see docs/plan-format.md")
        if ":\xa0" in source.lines[min(place[0], len(source.lines)) - 1]:
            hint = "after the colon stands a no-break space (U+00A0), as Word writes it; write a usual one"
        source.problem(place, "error", "yaml-syntax", f"this is not well-formed YAML: {what}", hint)
        return source
    except yaml.YAMLError as error:
        source.problem((1, 1), "error", "yaml-syntax", f"this is not well-formed YAML: {error}")
        return source
    if isinstance(root, Mapping):
        source.root = root
    elif not has_errors(source.problems):
        empty = root is None or (isinstance(root, Scalar) and root.empty)
        what = "the file is empty" if empty else "the file does not begin with a key"
        hint = "begin with `plan: NAME` or `organisation: NAME`"
        source.problem((1, 1), "error", "not-a-mapping", what, hint)
    return source


def _opened_earlier(what: str) -> bool:
    """Whether the place to look at is where something was opened, not where its end was missed."""
    return any(sign in what for sign in ("found unexpected", "could not find expected ':'", "or ']'", "or '}'"))


def _decoded(data: str | bytes, source: Source) -> str | None:
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1e6:.0f} MB"
        source.problem(
            (1, 1), "error", "too-large", f"the file has {size}, more than {MAX_BYTES // 10**6} MB",
            "split it; a plan of ten thousand lines has one",
        )  # fmt: skip
        return None
    if isinstance(data, bytes):
        other = next((kind for sign, kind in _OF_OTHER_KINDS.items() if data.startswith(sign)), None)
        if other is not None:
            hint = "name the plan's .yaml; `dondoc draft DOCUMENT` writes one from a document"
            source.problem((1, 1), "error", "encoding", f"the file is {other}, not YAML", hint)
            return None
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:2]:
            source.problem((1, 1), "error", "encoding", "the file is written in UTF-16", "save it as UTF-8")
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            source.lines = _BREAK.split(data.decode("utf-8", "replace"))
            byte = f"the byte 0x{data[error.start]:02X} is not UTF-8"
            source.problem(_place(before, len(before)), "error", "encoding", byte, "save the file as UTF-8")
            return None
    else:
        text = data
    if text.startswith("\ufeff"):
        text = text[1:]
        source.lines = _BREAK.split(text[:200])
        source.problem(
            (1, 1), "warning", "byte-order-mark", "the file begins with a byte order mark, which is ignored",
            "save it as UTF-8 without BOM",
        )  # fmt: skip
    if is_normalized("NFC", text):
        return text
    place = next(
        (line, len(written) - len(written.lstrip()) + 1)
        for line, written in enumerate(_BREAK.split(text), start=1)
        if not is_normalized("NFC", written)
    )
    text = normalize("NFC", text)
    source.lines = _BREAK.split(text)
    source.problem(
        place, "warning", "decomposed",
        "letters and their accents are written apart from here on (Unicode NFD); they are read as one (NFC)",
        "save the file in NFC, as Vietnamese keyboards on Windows and Linux do",
    )  # fmt: skip
    return text


def _place(text: str, index: int) -> tuple[int, int]:
    starts = [0, *(found.end() for found in _BREAK.finditer(text, 0, index))]
    line = bisect_right(starts, index)
    return line, index - starts[line - 1] + 1


class _Builder:
    """Grows the tree from the parser's events, holding only the way from the root to here."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.open: list[Sequence | Mapping] = []
        self.keys: list[Scalar | None] = []  # for each open mapping the key that awaits its value
        self.nodes = 0

    def problem(self, node: Node | Entry, code: str, message: str, hint: str) -> None:
        self.source.problem((node.line, node.column), "error", code, message, hint)

    def add(self, node: Node) -> None:
        """Put a node where it belongs: below the root, into a list, as a key or as its value."""
        self.nodes += 1
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key, self.keys[-1] = self.keys[-1], None
        if key is None:
            self.keys[-1] = self._as_key(node)
        elif key.refused:
            pass
        elif key.text in parent.entries:
            first = parent.entries[key.text].line
            self.problem(
                key, "duplicate-key", f"the key `{key.text}` stands here twice, first in line {first}",
                "keep one of them",
            )  # fmt: skip
        else:
            parent.entries[key.text] = Entry(key.line, key.column, node)

    def _as_key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            if node.empty:
                self.problem(node, "empty-key", "a key is missing before the colon", "write its name")
                node.refused = True
            return node
        self.problem(node, "complex-key", "a key must be one word, not a list or mapping", "write a word")
        return Scalar(node.line, node.column, "", refused=True)

    def start(self, node: Sequence | Mapping) -> None:
        self.add(node)
        self.open.append(node)
        self.keys.append(None)

    def end(self) -> None:
        self.open.pop()
        self.keys.pop()


def _built(text: str, source: Source) -> Node | None:
    builder = _Builder(source)
    for event in _events(text):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        match event:
            case yaml.ScalarEvent(value=value, implicit=implicit):
                plain = bool(implicit[0])
                quoted = not plain and event.tag is None
                builder.add(Scalar(*place, value, empty=plain and value in _EMPTY, quoted=quoted))
            case yaml.SequenceStartEvent():
                builder.start(Sequence(*place))
            case yaml.MappingStartEvent():
                builder.start(Mapping(*place))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                builder.end()
            case yaml.AliasEvent():
                source.problem(
                    place, "error", "alias", f"`*{event.anchor}` refers to a text elsewhere",
                    "write the text itself; quote a text that begins with a star",
                )  # fmt: skip
                builder.add(Scalar(*place, "", refused=True))
            case yaml.DocumentStartEvent() if builder.root is not None:
                source.problem(
                    place, "error", "second-document", "a second document begins here",
                    "put it in a file of its own",
                )  # fmt: skip
                break
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent):
            _refuse_ornaments(event, place, source)
        if _too_much(builder, place, source):
            return None
    return builder.root


def _events(text: str) -> Iterator[yaml.Event]:
    """The parser's events, without the generator of yaml.parse, which closes noisily when abandoned."""
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _refuse_ornaments(event: yaml.NodeEvent, place: tuple[int, int], source: Source) -> None:
    if event.anchor is not None:
        source.problem(
            place, "error", "anchor", f"`&{event.anchor}` names a text for use elsewhere",
            "remove it, and write the text where it is needed; policies are there to be shared",
        )  # fmt: skip
    if getattr(event, "tag", None) is not None:
        source.problem(
            place, "error", "tag", f"the tag `{getattr(event, 'tag', '')}` is not known",
            "remove it; every text is read as it is written",
        )  # fmt: skip


def _too_much(builder: _Builder, place: tuple[int, int], source: Source) -> bool:
    """Whether to stop reading here; says why."""
    if len(builder.open) > MAX_DEPTH:
        message = f"this is nested more than {MAX_DEPTH} deep"
        source.problem(place, "error", "too-deep", message, "a plan needs about ten; close the brackets")
        return True
    if builder.nodes > MAX_NODES:
        message = f"the file has more than {MAX_NODES} texts"
        source.problem(place, "error", "too-large", message, "split it into several plans")
        return True
    if len(source.problems) > MAX_PROBLEMS:
        message = f"more than {MAX_PROBLEMS} mistakes up to here"
        hint = "mend these first; the rest was not read"
        source.problem(place, "error", "too-many-problems", message, hint)
        return True
    return False

"""From YAML to models: what is well written becomes a plan or an organisation, the rest located problems.

Mistaken parts are set aside and the rest is read again, so that `partial` can be checked further and one
mistake never hides another.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dondoc.authoring.reading import MAX_BYTES, read
from dondoc.authoring.tree import Entry, Mapping, Node, Scalar, Sequence, Source, TreePath
from dondoc.authoring.wording import about_unknown_key, is_about_kind, told
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.problem import Problem, has_errors
from dondoc.errors import nearest

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS = 12
"""Setting parts aside brings further mistakes to light, one level of nesting at a time; none goes deeper."""

_STAND_INS: Dictionary[type[BaseModel], Dictionary[str, Any]] = {
    Plan: {
        "plan": "plan", "title": "?", "issued": "2000-01-01", "period": "2000-01-01/2000-12-31",
        "focal_point": "?",
    },
    Organisation: {"organisation": "organisation", "name": "?"},
}  # fmt: skip
"""What fills a mistaken or missing first-level key, so that everything else can still be checked."""

_HARMLESS = frozenset({"id", "title", "name", "label"})
"""Keys further down that a stand-in may fill."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Model]):
    """A file that was read: `value` is None when it has errors, `partial` is what remains without them."""

    value: Model | None
    partial: Model | None
    problems: tuple[Problem, ...]
    source: Source

    def position(self, path: TreePath, offset: int = 0) -> tuple[int, int]:
        """Line and column (from 1) of the value at `path` in `partial`, `offset` characters into its text."""
        return self.source.position(path, offset)


def load_plan(text: str | bytes, file: str = "plan.yaml") -> Loaded[Plan]:
    """Read a plan; `file` is the name its problems carry."""
    return _load(text, file, Plan)


def load_organisation(text: str | bytes, file: str = "organisation.yaml") -> Loaded[Organisation]:
    """Read an organisation; `file` is the name its problems carry."""
    return _load(text, file, Organisation)


def read_file(path: Path) -> bytes:
    """The file's bytes, at most one more than may be read; OSError when it cannot be read."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def organisation_beside(plan: Path) -> Path:
    """Where a plan's organisation stands."""
    return plan.with_name("organisation.yaml")


def _load(text: str | bytes, file: str, model: type[Model]) -> Loaded[Model]:
    source = read(text, file)
    found: Model | None = None
    if source.root is not None:
        _set_aside_empty(source.root, source)
        found = _typed(source.root, source, model)
    problems = tuple(sorted(source.problems))
    return Loaded(None if has_errors(problems) else found, found, problems, source)


def _typed(root: Mapping, source: Source, model: type[Model]) -> Model | None:
    for _ in range(_ROUNDS):
        _stand_in(root, model)
        try:
            return model.model_validate(_plain(root), by_alias=True, by_name=False)
        except ValidationError as error:
            mistaken = _tell(error.errors(include_url=False, include_input=False), root, source, model)
        for path in mistaken:
            _set_aside(*path)
    return None


def _stand_in(root: Mapping, model: type[BaseModel]) -> None:
    for key, value in _STAND_INS.get(model, {}).items():
        if key in root.lost and key not in root.entries:
            root.entries[key] = Entry(root.lost[key].line, root.lost[key].column, Scalar(1, 1, value))


def _plain(node: Node) -> Any:
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [_plain(item) for item in items]
        case Mapping(entries=entries):
            return {key: _plain(entry.value) for key, entry in entries.items()}


def _set_aside_empty(node: Mapping | Sequence, source: Source) -> None:
    """Tell of every key and item without a value, and take out what was refused already."""
    inside = (
        [(key, entry.value, (entry.line, entry.column)) for key, entry in node.entries.items()]
        if isinstance(node, Mapping)
        else [(None, item, (item.line, item.column)) for item in node.items]
    )
    for key, value, place in inside:
        if not isinstance(value, Scalar):
            _set_aside_empty(value, source)
            continue
        if value.empty and not value.refused:
            what = "this item" if key is None else f"`{key}`"
            remove = "item" if key is None else "key"
            message, hint = f"{what} is empty", f"write a value, or remove the {remove}"
            source.problem(place, "error", "empty", message, hint)
        if value.empty or value.refused:
            _set_aside(node, key, value)


def _set_aside(parent: Node | None, key: str | None, node: Node) -> None:
    match parent:
        case Mapping() if key in parent.entries:
            parent.lost[key] = parent.entries.pop(key)
        case Sequence():
            parent.items = [item for item in parent.items if item is not node]
            parent.lost = (*parent.lost, node)
        case _:
            pass


def _tell(
    errors: Iterable[ErrorDetails], root: Mapping, source: Source, model: type[BaseModel]
) -> list[tuple[Node | None, str | None, Node]]:
    """Note a problem for each mistake, once; return what is to be set aside: parent, key, node."""
    by_path: dict[TreePath, list[ErrorDetails]] = {}
    for error in errors:
        by_path.setdefault(_path(root, error["loc"]), []).append(error)
    deeper = {path[:length] for path in by_path for length in range(len(path))}
    unknown = {path for path, found in by_path.items() if found[0]["type"] == "extra_forbidden"}
    has_unknown = {path[:-1] for path in unknown}
    aside: list[tuple[Node | None, str | None, Node]] = []
    for path, found in by_path.items():
        telling = [error for error in found if not is_about_kind(error["type"])]
        if not telling and path in deeper:
            continue  # a branch of a union that was never meant
        removable = _removable(source, path)
        lacking = [error for error in telling if error["type"] == "missing"]
        if lacking:
            strange = [str(other[-1]) for other in unknown if other[:-1] == path]
            if not _filled_in([str(e["loc"][-1]) for e in lacking], strange, path, source) and path:
                aside.append(removable)
            continue
        aside.append(removable)
        node = removable[2]
        first = (telling or found)[0]
        if first["type"] == "value_error" and isinstance(node, Mapping) and (node.lost or path in has_unknown):
            continue  # what is unknown in it is what is wrong with it
        if first["type"] == "extra_forbidden":
            place = source.key_position(path) or source.position(path)
            source.problem(place, "error", "unknown-key", *about_unknown_key(model, path))
        else:
            code, message, hint = told(first, found, node, path)
            source.problem(source.position(path), "error", code, message, hint)
    return aside


def _filled_in(keys: Iterable[str], strange: Iterable[str], path: TreePath, source: Source) -> bool:
    """Say which keys are missing (not those set aside or misspelt); whether stand-ins fill them all."""
    node = source.node(path)
    if not isinstance(node, Mapping):
        return False
    whole = True
    for key in keys:
        if key not in node.lost and not nearest(key, [*strange, *node.lost]):
            place = source.position(path)
            source.problem(place, "error", "missing-key", f"the key `{key}` is missing", f"add `{key}: …`")
        stand_in = Scalar(node.line, node.column, f"unnamed{node.line}" if key == "id" else "?")
        fill = Entry(node.line, node.column, stand_in)
        node.lost.setdefault(key, fill)
        if path and key in _HARMLESS:
            node.entries[key] = fill
        whole = whole and key in node.entries
    return whole


def _removable(source: Source, path: TreePath) -> tuple[Node | None, str | None, Node]:
    node = source.node(path)
    assert node is not None  # paths are those of nodes
    last = path[-1] if path else None
    return (source.node(path[:-1]) if path else None), (last if isinstance(last, str) else None), node


def _path(root: Mapping, loc: tuple[int | str, ...]) -> TreePath:
    """Where in the tree pydantic means: without the names of union branches and wrapped lists."""
    here: Node = root
    path: list[int | str] = []
    for part in loc:
        match here:
            case Mapping(entries=entries) if isinstance(part, str) and part in entries:
                here = entries[part].value
            case Sequence(items=items) if isinstance(part, int) and part < len(items):
                here = items[part]
            case _:
                continue
        path.append(part)
    return tuple(path)

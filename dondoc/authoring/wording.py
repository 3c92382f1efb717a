"""Says a model's complaint as a colleague would: what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Listing
from re import sub
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from unicodedata import combining, normalize

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from dondoc.authoring.tree import Mapping, Node, Scalar, Sequence, TreePath
from dondoc.errors import nearest

_KINDS = {
    "string_type": "a text",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "dict_type": "keys and values",
    "tuple_type": "a list",
    "date_type": "a day such as 2023-06-19",
    "int_type": "a whole number",
    "decimal_type": "a number",
    "bool_type": "true or false",
    "union_tag_not_found": "a text or keys and values",
}
_EXAMPLES = {
    "a text": "write it in one line",
    "a text or keys and values": "write it in one line",
    "keys and values": "write `key: value` below, one each line",
    "a list": "begin each item with a dash, or write [one, two]",
    "a day such as 2023-06-19": "write year-month-day",
    "a whole number": "write a number such as 3",
    "a number": "write a number such as 2.5",
    "true or false": "write true or false",
}
_UNPARSABLE = {
    "int_parsing": ("is not a whole number", "write a number such as 3"),
    "int_from_float": ("is not a whole number", "write a number such as 3"),
    "int_parsing_size": ("is too large a number", "write a smaller one"),
    "decimal_parsing": ("is not a number", "write a number such as 2.5"),
    "bool_parsing": ("is neither true nor false", "write true or false"),
    "finite_number": ("is not a number", "write a number such as 2.5"),
}


def is_about_kind(error_type: str) -> bool:
    """Whether the complaint is only that a text, list or mapping stands where another kind is expected."""
    return error_type in _KINDS


def told(error: ErrorDetails, beside: Listing[ErrorDetails], node: Node, path: TreePath) -> tuple[str, str, str]:
    """The problem's code, message and hint; `beside` are all complaints about the same place."""
    text = node.text if isinstance(node, Scalar) else ""
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind in _KINDS:
        return _about_kind(beside, node)
    if kind == "value_error":
        message, _, hint = str(context.get("error", error["msg"])).partition("; ")
        return "wrong-value", message, hint
    if kind == "literal_error":
        choices = [c.strip(" '") for c in str(context["expected"]).replace(" or ", ", ").split(",")]
        near = nearest(text, choices, at_most=1)
        hint = f"did you mean `{near[0]}`?" if near else f"write {one_of(choices)}"
        return "unknown-choice", f"`{_short(text)}` is not known here", hint
    if kind == "string_pattern_mismatch":
        hint = f"write small letters without accents, digits and hyphens, such as `{slug(text)}`"
        if path and isinstance(path[0], str) and path[0] == "forms":
            hint = "begin with a letter; letters without accents, digits and _ may follow, such as `so_buoi`"
        return "wrong-name", f"`{_short(text)}` cannot be a name", hint
    if kind in _UNPARSABLE:
        message, hint = _UNPARSABLE[kind]
        return "wrong-value", f"`{_short(text)}` {message}", hint
    if kind == "string_too_long":
        return "too-long", f"this is longer than {context['max_length']} characters", "shorten it"
    return "wrong-value", error["msg"][:1].lower() + error["msg"][1:], "see docs/plan-format.md"


def about_unknown_key(model: type[BaseModel], path: TreePath) -> tuple[str, str]:
    """Message and hint for a key that the model does not have."""
    key = str(path[-1])
    known = keys_at(model, path[:-1])
    near = nearest(key, known, at_most=1)
    hint = f"did you mean `{near[0]}`?" if near else f"keys here are {', '.join(known)}"
    return f"the key `{_short(key)}` is not known here", hint


def keys_at(model: type[BaseModel], path: TreePath) -> list[str]:
    """The keys that a mapping at `path` may have, in the model's order."""
    here: list[Any] = [model]
    for part in path:
        if isinstance(part, str):
            here = [inner for one in here for inner in _expanded(_step(one, part))]
    keys: dict[str, None] = {}
    for one in here:
        if isinstance(one, type) and issubclass(one, BaseModel):
            keys.update((field.alias or name, None) for name, field in one.model_fields.items())
    return list(keys)


def one_of(words: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def slug(text: str) -> str:
    """The text as a name: small letters without accents, digits and hyphens.

    >>> slug("Hội LHPN thị xã Quế Võ"), slug("Đội ngũ")
    ('hoi-lhpn-thi-xa-que-vo', 'doi-ngu')
    """
    plain = normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(c for c in plain if not combining(c))
    return sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "a-name"


def _about_kind(errors: Iterable[ErrorDetails], node: Node) -> tuple[str, str, str]:
    expected = list(dict.fromkeys(_KINDS[e["type"]] for e in errors if e["type"] in _KINDS))
    found = {Scalar: "a text", Sequence: "a list", Mapping: "keys and values"}[type(node)]
    message = f"here stands {found}, where {' or '.join(expected)} should be"
    return "wrong-kind", message, _EXAMPLES[expected[0]]


def _step(annotation: Any, part: str) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if part == (field.alias or name):
                return field.annotation
        return None
    return get_args(annotation)[1] if get_origin(annotation) is dict else None


def _expanded(annotation: Any) -> Iterator[Any]:
    """The types a value may have, through unions, lists and annotations."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _expanded(get_args(annotation)[0])
    elif origin in (Union, UnionType, tuple):
        for inner in get_args(annotation):
            yield from _expanded(inner)
    elif annotation is not None:
        yield annotation


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}…"

"""The reference part of docs/plan-format.md, from the models and keys.yaml: `python -m dondoc.authoring.format_page`.

It is printed whole, with the hand-written part of the page given on standard input left as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from dondoc.authoring.drafting.yaml_text import flow
from dondoc.authoring.keys import ABOUT, meanings
from dondoc.authoring.schema import KINDS, schema

BEGIN = "<!-- From here on written by `python -m dondoc.authoring.format_page`; change dondoc/authoring/keys.yaml. -->"


def renewed(page: str) -> str:
    """The page with its reference part written anew."""
    return page.partition(BEGIN)[0].rstrip() + f"\n\n{BEGIN}\n\n" + "\n".join(_reference())


def _reference() -> Iterator[str]:
    done: set[str] = set()
    for kind in KINDS:
        whole = schema(kind)
        yield f"## Keys of {'a plan' if kind == 'plan' else 'an organisation'}"
        yield ""
        ahead = [(kind.capitalize(), whole)]
        while ahead:
            name, definition = ahead.pop(0)
            if name in done:
                continue
            done.add(name)
            yield from _model(name, definition)
            ahead[:0] = [(inner, whole["$defs"][inner]) for inner in _inside(definition) if inner not in done]


def _model(name: str, definition: Mapping[str, Any]) -> Iterator[str]:
    said = meanings()[name]
    written = next((one for one in definition.get("anyOf", []) if "properties" in one), definition)
    yield f"### {name}"
    yield ""
    yield f"{said[ABOUT].en} *{said[ABOUT].vi}*"
    yield ""
    yield "| key | value | meaning | example |"
    yield "|---|---|---|---|"
    for key, value in written["properties"].items():
        needed = " (needed)" if key in written.get("required", ()) else ""
        default = value.get("default")
        usual = f"; `{flow(_as_text(default))}` where nothing is said" if default not in (None, "", [], {}) else ""
        meaning = said[key]
        example = f"`{flow(meaning.example)}`".replace("|", "\\|")
        yield f"| `{key}`{needed} | {_kind(value)}{usual} | {meaning.en}<br>*{meaning.vi}* | {example} |"
    yield ""


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return [_as_text(one) for one in value] if isinstance(value, list) else value


def _kind(value: Mapping[str, Any]) -> str:
    """What may stand there, in a few words."""
    if "$ref" in value:
        return _link(value["$ref"])
    if "enum" in value:
        return " \\| ".join(f"`{one}`" for one in value["enum"])
    for several in ("anyOf", "oneOf"):
        if several in value:
            return " or ".join(dict.fromkeys(_kind(one) for one in value[several]))
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"names, each with {_kind(inner)}" if isinstance(inner, Mapping) else "keys and values"
    if value.get("format") == "date":
        return "day"
    types = value.get("type", [])
    if "boolean" in types and "integer" in types:
        return "true or false"
    if types in (["string", "number", "boolean"], "string"):
        return "text"
    return "name" if types == ["string", "integer"] else "number"


def _link(reference: str) -> str:
    name = reference.rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def _inside(definition: Any) -> Iterator[str]:
    """The names of the models that a definition speaks of, in order."""
    match definition:
        case {"$ref": str(reference)}:
            yield reference.rpartition("/")[2]
        case Mapping():
            for key, value in definition.items():
                if key != "$defs":
                    yield from _inside(value)
        case list():
            for one in definition:
                yield from _inside(one)
        case _:
            return


if __name__ == "__main__":
    sys.stdout.write(renewed(sys.stdin.read()))

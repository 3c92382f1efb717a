"""The JSON Schemas of plans and organisations, made from the models, so that editors help while a plan is written.

They accept what the loader accepts: a scalar may be typed by the editor's YAML (`2.1`, `true`) or be a text, what
stands alone is a list of one, and the short ways of writing (`FIRST/LAST`, a reviewer alone) stand beside the long.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from dondoc.authoring.keys import ABOUT, Meaning, meanings
from dondoc.core import text
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan

KINDS: Mapping[str, type[BaseModel]] = {"plan": Plan, "organisation": Organisation}
"""What a schema can be asked for."""

_TEXT = {"type": ["string", "number", "boolean"]}
_NUMBER = r"^\s*[+-]?[0-9]+(_?[0-9])*"
_DAY = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"
_SPAN = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*/\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"
_MONTH = r"^\s*[A-Za-z]+\s+[0-9]{4}\s*$"
_WRITTEN: Mapping[str, JsonSchemaValue] = {
    "Away.parse": {"type": "string", "pattern": _SPAN},
    "Span._written_with_a_slash": {"type": "string", "pattern": f"{_SPAN}|{_MONTH}"},
}
"""By the name of a validator, the short way of writing that it reads; any other reads a text."""


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a `plan` or an `organisation`.

    >>> schema("plan")["properties"]["focal_point"]["examples"]
    ['ban-gdxh']
    """
    made = KINDS[kind].model_json_schema(by_alias=True, schema_generator=_Schema)
    return {"$schema": _Schema.schema_dialect, "title": kind.capitalize(), **_without(made, "title")}


def schema_text(kind: str) -> str:
    """The schema as its file in `plan_definitions` has it."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n"


class _Schema(GenerateJsonSchema):
    """Pydantic's schema, with scalars as the loader reads them and every key described."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        if "pattern" in schema:
            long = {"maxLength": schema["max_length"]} if "max_length" in schema else {}
            return {"type": ["string", "integer"], "pattern": schema["pattern"], "minimum": 0, **long}
        return dict(_TEXT)

    def int_schema(self, _schema: core_schema.IntSchema) -> JsonSchemaValue:
        return {"type": ["integer", "string"], "pattern": _NUMBER + r"(\.0*)?\s*$"}

    def decimal_schema(self, _schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": ["number", "string"], "pattern": r"^\s*[+-]?[0-9_]*\.?[0-9_]*([eE][+-]?[0-9]+)?\s*$"}

    def bool_schema(self, _schema: core_schema.BoolSchema) -> JsonSchemaValue:
        words = "|".join("".join(f"[{c}{c.upper()}]" for c in word) for word in ("true", "false", "yes", "no", "on"))
        pattern = f"^({words}|[oO][fF][fF]|[yYnNtTfF01])$"
        return {"type": ["boolean", "integer", "string"], "pattern": pattern, "minimum": 0, "maximum": 1}

    def date_schema(self, _schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {"type": "string", "format": "date", "pattern": _DAY}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        return {"enum": list(schema["expected"])}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])  # an empty value is a mistake: the key is left out instead

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return _without(made, "default") if made.get("default") in (None, [], {}) else made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        return _without(super().dict_schema(schema), "propertyNames")

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        made = self.generate_inner(schema["schema"])
        function = cast(Callable[..., Any], schema["function"]["function"])
        name = getattr(function, "__qualname__", "")
        if name == text.parse_day.__qualname__:
            return made
        if name == "_one_or_many":
            return _either(made["items"], made) if "items" in made else made
        return _either(_WRITTEN.get(name, dict(_TEXT)), made)

    def union_schema(self, schema: core_schema.UnionSchema) -> JsonSchemaValue:
        return _either(super().union_schema(schema))

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        return _either(*super().tagged_union_schema(schema)["oneOf"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        model = schema["cls"]
        said = meanings().get(model.__name__, {})
        made = _without(super().model_schema(schema), "title", "description")
        closed = {"additionalProperties": made.pop("additionalProperties", True)}
        for written in made.get("anyOf", [made]):
            if "properties" in written:
                written.update(closed)
                for key, value in written["properties"].items():
                    written["properties"][key] = _described(_without(value, "title"), said.get(key))
        return {"description": said[ABOUT].both(), **made} if ABOUT in said else made


def _either(*parts: JsonSchemaValue) -> JsonSchemaValue:
    """Any of the parts, each once, without one choice inside another."""
    flat = [one for part in parts for one in (part["anyOf"] if part.keys() == {"anyOf"} else [part])]
    each = [one for number, one in enumerate(flat) if one not in flat[:number]]
    return {"anyOf": each} if len(each) > 1 else each[0]


def _described(made: JsonSchemaValue, said: Meaning | None) -> JsonSchemaValue:
    return {"description": said.both(), **made, "examples": [said.example]} if said else made


def _without(made: JsonSchemaValue, *keys: str) -> JsonSchemaValue:
    return {key: value for key, value in made.items() if key not in keys}

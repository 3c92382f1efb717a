"""The JSON Schemas say what the loader accepts, explain every key in two languages, and are kept current."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel

from dondoc.authoring.keys import ABOUT, meanings
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.authoring.schema import KINDS, schema, schema_text

PLANS = Path(__file__).parents[2] / "plan_definitions"

PLAN = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-gdxh
policies:
  usual: {remind: [7 days before], escalate: [{after: 1 working day, to: thuong-truc}]}
forms:
  f: {fields: [{id: a, label: A, type: integer, min: 0}], files: {min: 1}}
recipients: [{name: UBND, purpose: report}]
sections:
  - id: 1
    title: 2023
    tasks:
      - id: a
        title: {vi: Một, en: One}
        owner: [tinh-hoi, each district, {each: district, except: h-gia-binh}]
        covers: [2.1, 2.1.1a]
        due: {every: quarter, by: last day, only: [Q1]}
        strict: true
        submit: {form: f, review: ban-gdxh}
      - {id: b, title: no, owner: x, due: 2023-06-30 17:00, submit: files, urgent: "yes"}
      - {id: c, title: "C", owner: x, during: 2023-06-01/2023-06-30}
"""
ORGANISATION = """\
organisation: o
name: O
levels: [province]
units:
  - {id: u, name: U, attributes: {centre: yes}, people: [{email: a@b.example, away: 2023-06-01/2023-06-02}]}
"""


class AsEditorsRead(yaml.SafeLoader):
    """Types numbers and booleans as editors do (YAML 1.2), days left as texts."""


AsEditorsRead.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool") or first in "tTfF"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> Any:
    return yaml.load(text, Loader=AsEditorsRead)


def validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema(kind), format_checker=FormatChecker())


def accepts(kind: str, text: str) -> bool:
    return bool(validator(kind).is_valid(read(text)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_schemas_in_the_tree_are_current(kind: str) -> None:
    kept = (PLANS / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(kind), f"run: dondoc schema {kind} > plan_definitions/{kind}.schema.json"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))


@cache
def models(kind: str) -> dict[str, type[BaseModel]]:
    defined = {kind.capitalize(), *schema(kind).get("$defs", {})}
    every: list[type[BaseModel]] = [BaseModel]
    for model in every:
        every.extend(model.__subclasses__())
    return {model.__name__: model for model in every if model.__name__ in defined and "dondoc." in model.__module__}


def keys() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        for name, model in models(kind).items():
            yield name, ABOUT
            yield from ((name, field.alias or key) for key, field in model.model_fields.items())


def test_every_key_is_explained_in_two_languages_and_nothing_else_is() -> None:
    explained = {(model, key) for model, said in meanings().items() for key in said}
    assert sorted(set(keys()) - explained) == [], "explain these in dondoc/authoring/keys.yaml"
    assert sorted(explained - set(keys())) == [], "these are keys no more"


def test_every_explanation_is_a_sentence_and_the_vietnamese_is_vietnamese() -> None:
    for model, said in meanings().items():
        for key, meaning in said.items():
            assert meaning.en.endswith("."), (model, key)
            assert meaning.vi.endswith("."), (model, key)
            assert not meaning.vi.isascii(), (model, key)


def test_every_description_reaches_the_schema() -> None:
    for kind in KINDS:
        text = schema_text(kind)
        for name, key in keys():
            if name in models(kind):
                assert json.dumps(meanings()[name][key].both(), ensure_ascii=False) in text, (name, key)


def test_every_example_is_one_that_its_key_accepts() -> None:
    for kind in KINDS:
        whole = schema(kind)
        definitions = {kind.capitalize(): whole, **whole.get("$defs", {})}
        for name, definition in definitions.items():
            written = next((one for one in definition.get("anyOf", []) if "properties" in one), definition)
            for key, value in written["properties"].items():
                example = Draft202012Validator({**value, "$defs": whole.get("$defs", {})})
                assert not list(example.iter_errors(meanings()[name][key].example)), (name, key)


def test_defaults_are_told() -> None:
    task = schema("plan")["$defs"]["Task"]["properties"]
    assert task["day_ends"]["default"] == "midnight"
    assert schema("organisation")["properties"]["timezone"]["default"] == "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize("file", sorted(PLANS.glob("*/*.yaml")), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_plan_in_the_tree_is_accepted_and_names_its_schema(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    kind = "organisation" if file.stem == "organisation" else "plan"
    assert text.startswith(f"# yaml-language-server: $schema=../{kind}.schema.json\n")
    assert [error.message for error in validator(kind).iter_errors(read(text))] == []


def test_what_the_loader_reads_is_accepted() -> None:
    assert load_plan(PLAN).problems == ()
    assert load_organisation(ORGANISATION).problems == ()
    assert list(validator("plan").iter_errors(read(PLAN))) == []
    assert list(validator("organisation").iter_errors(read(ORGANISATION))) == []


BROKEN = [
    ("plan: p\n", ""),
    ("plan: p\n", "plan: P\n"),
    ("plan: p\n", "plan: [p]\n"),
    ("plan: p\n", "plann: p\n"),
    ("title: Kế hoạch", "title: [a]"),
    ("title: Kế hoạch", "title:"),
    ("title: Kế hoạch", "title: {vn: a}"),
    ("issued: 2023-04-13", "issued: 13/4/2023"),
    ("issued: 2023-04-13", "issued: 2023-04-31"),
    ("period: 2023-04-13/2023-12-31", "period: 2023-04-13"),
    ("remind: [7 days before]", "reminds: [7 days before]"),
    ("remind: [7 days before]", "remind: {a: b}"),
    ("remind: [7 days before]", "remind: [[7 days before]]"),
    ("{after: 1 working day, to: thuong-truc}", "{to: thuong-truc}"),
    ("{after: 1 working day, to: thuong-truc}", "thuong-truc"),
    ("type: integer", "type: whole"),
    ("min: 0", "min: few"),
    ("{min: 1}", "{min: x}"),
    ("purpose: report", "purpose: báo cáo"),
    ("{name: UBND, purpose: report}", "UBND"),
    ("each: district, except", "eech: district, except"),
    ("each: district, except", "each: [district], except"),
    ("due: {every: quarter, by: last day", "due: {every: quarter"),
    ("due: {every: quarter, by: last day, only: [Q1]}", "due: [2023-06-30]"),
    ("strict: true", "strict: maybe"),
    ("review: ban-gdxh", "reviewer: ban-gdxh"),
    ("review: ban-gdxh", "review: {within: 3 days}"),
    ("during: 2023-06-01/2023-06-30", "during: tháng 6"),
    ("- {id: c", "- {id: c_d"),
    ('- {id: c, title: "C"', "- {id: c"),
]  # fmt: skip


@pytest.mark.parametrize("change", BROKEN, ids=lambda change: change[1] or "missing")
def test_what_is_built_wrongly_is_refused_by_check_and_schema_alike(change: tuple[str, str]) -> None:
    assert PLAN.count(change[0]) == 1
    broken = PLAN.replace(*change)
    assert load_plan(broken).value is None
    assert not accepts("plan", broken)


BROKEN_ORGANISATIONS = [
    ("organisation: o\n", ""),
    ("levels: [province]", "levels: {a: b}"),
    ("- {id: u, name: U", "- {id: u"),
    ("{centre: yes}", "[centre]"),
    ("email: a@b.example", "mail: a@b.example"),
    ("away: 2023-06-01/2023-06-02", "away: tháng 6"),
    ("name: O\n", "name: O\nlanguage: fr\n"),
    ("name: O\n", "name: O\ncalendar: VN\n"),
    ("name: O\n", "name: O\nunit: VN\n"),
]


@pytest.mark.parametrize("change", BROKEN_ORGANISATIONS, ids=lambda change: change[1] or "missing")
def test_an_organisation_that_is_built_wrongly_is_refused_by_both(change: tuple[str, str]) -> None:
    assert ORGANISATION.count(change[0]) == 1
    broken = ORGANISATION.replace(*change)
    assert load_organisation(broken).value is None
    assert not accepts("organisation", broken)


@pytest.mark.parametrize("written", ["true", '"yes"', "on", '"No"', "False", '"0"'])
def test_a_boolean_may_be_written_in_every_way_that_is_read(written: str) -> None:
    text = PLAN.replace("strict: true", f"strict: {written}")
    assert load_plan(text).problems == ()
    assert accepts("plan", text)


def test_deep_nesting_is_refused() -> None:
    deep = "plan: " + "".join(f"{{{a}: " for a, _ in pairwise("abcdefgh")) + "x" + "}" * 7 + "\n"
    assert not accepts("plan", deep)

"""From text to models: typed by the model, mistakes set aside one by one, the rest kept."""

import os
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dondoc.authoring.check import check_texts
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.authoring.tree import Mapping, Node, Scalar, Sequence
from dondoc.core.plan import EachOf, Plan, Recurrence
from dondoc.core.schedule import schedule

EXAMPLES = 2_000 if os.environ.get("DONDOC_PROVE") == "whole" else 60
FOLDER = Path(__file__).parents[2] / "plan_definitions" / "bac-ninh"
PLAN = (FOLDER / "tre-em-2023.yaml").read_text(encoding="utf-8")
ORGANISATION = (FOLDER / "organisation.yaml").read_text(encoding="utf-8")

SMALL = """\
plan: p
title: {vi: Kế hoạch, en: Plan}
number: 05/KH
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban
basis: no
sections:
  - id: 5.10
    title: on
    tasks:
      - {id: a, title: "17:00", owner: each district, due: 2023-06-30, urgent: true}
      - {id: b, title: null và void, owner: {each: xã, except: x}, due: {every: year, year_from: 12-15, by: last day}}
"""


def test_texts_keep_their_spelling_and_the_model_gives_them_their_type() -> None:
    plan = load_plan(SMALL).value
    assert plan is not None
    [section] = plan.sections
    first, second = section.tasks
    assert (section.id, section.title.vi, first.title.vi) == ("5.10", "on", "17:00")
    assert [text.vi for text in plan.basis] == ["no"]
    assert plan.issued == date(2023, 4, 13)
    assert first.urgent
    assert first.owner == (EachOf(each="district"),)
    assert second.title.vi == "null và void"
    assert second.owner == (EachOf.model_validate({"each": "xã", "except": ("x",)}),)
    assert isinstance(second.due, Recurrence)
    assert second.due.year_from == "12-15"


def test_a_plan_survives_being_stored_as_json() -> None:
    for text in (SMALL, PLAN):
        plan = load_plan(text).value
        assert plan is not None
        assert Plan.model_validate_json(plan.model_dump_json(by_alias=True)) == plan


def test_the_python_names_of_keys_are_not_keys_of_the_file() -> None:
    loaded = load_organisation("organisation: o\nname: O\nunits: [{id: a, name: A, inside: b}]\n")
    assert [problem.code for problem in loaded.problems] == ["unknown-key"]


def test_mistaken_parts_are_set_aside_and_the_rest_is_kept() -> None:
    loaded = load_plan(SMALL.replace("urgent: true", "urgent: perhaps").replace("issued: 2023", "issued: MMXXIII"))
    assert loaded.value is None
    assert loaded.partial is not None
    assert [task.id for task in loaded.partial.tasks()] == ["a", "b"]
    assert [problem.line for problem in loaded.problems] == [4, 12]


def test_a_task_of_the_wrong_kind_does_not_move_the_places_of_the_others() -> None:
    loaded = load_plan(SMALL.replace("    tasks:\n", "    tasks:\n      - việc\n"))
    assert loaded.partial is not None
    assert [task.id for task in loaded.partial.tasks()] == ["a", "b"]
    assert loaded.position(("sections", 0, "tasks", 1, "id")) == (14, 14)


def nodes(node: Node) -> list[Node]:
    match node:
        case Scalar():
            return [node]
        case Sequence(items=items):
            return [node, *(found for item in items for found in nodes(item))]
        case Mapping(entries=entries):
            return [node, *(found for entry in entries.values() for found in nodes(entry.value))]


def written(node: Node) -> str:
    """The tree as JSON-like flow YAML."""
    match node:
        case Scalar(text=text):
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Sequence(items=items):
            return "[" + ", ".join(written(item) for item in items) + "]"
        case Mapping(entries=entries):
            return "{" + ", ".join(f'"{key}": {written(entry.value)}' for key, entry in entries.items()) + "}"


WORDS = st.sampled_from(
    ["", "x", "each", "each district", "ban-gdxh", "2023-02-30", "3 days before", "0 days after plan.issued",
     "bao-cao-nam", "bao-cao-nam.due", "lunar 30/12", "lunar leap 15/8", "{", "9999-01-01", "2099-12-31",
     "1 month after plan.end", "9999 months after plan.end", "head of owner", "week", "99 years", "Đ"]
)  # fmt: skip
PIECES = WORDS.map(lambda word: Scalar(1, 1, word)) | st.sampled_from(
    [Sequence(1, 1), Mapping(1, 1), Sequence(1, 1, [Scalar(1, 1, "x")])]
)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_no_mutation_of_the_bac_ninh_files_makes_a_traceback(data: st.DataObject) -> None:
    plan, organisation = load_plan(PLAN).source.root, load_organisation(ORGANISATION).source.root
    assert plan is not None
    assert organisation is not None
    for _ in range(data.draw(st.integers(1, 3))):
        root = data.draw(st.sampled_from([plan, organisation]))
        _mutate(data, root)
    checked = check_texts(load_plan(written(plan), "p.yaml"), load_organisation(written(organisation), "o.yaml"))
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in checked.problems)
    assert (checked.plan is None) == any(problem.severity == "error" for problem in checked.problems)
    if checked.plan is not None and checked.organisation is not None:
        schedule(checked.plan, checked.organisation)


def _mutate(data: st.DataObject, root: Mapping) -> None:
    """Delete, rename or retype one node."""
    parent = data.draw(st.sampled_from([n for n in nodes(root) if not isinstance(n, Scalar)]))
    if isinstance(parent, Sequence) and parent.items:
        place = data.draw(st.integers(0, len(parent.items) - 1))
        parent.items[place : place + 1] = [data.draw(PIECES)] if data.draw(st.booleans()) else []
    elif isinstance(parent, Mapping) and parent.entries:
        key = data.draw(st.sampled_from(list(parent.entries)))
        entry = parent.entries.pop(key)
        change = data.draw(st.sampled_from(["delete", "rename", "retype"]))
        if change == "rename":
            parent.entries[data.draw(st.sampled_from([key + "x", key[:-1], "id", "due", "each"]))] = entry
        elif change == "retype":
            entry.value = data.draw(PIECES)
            parent.entries[key] = entry

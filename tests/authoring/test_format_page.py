"""docs/plan-format.md tells every key as it is, and its examples are plans."""

import re
from pathlib import Path

import pytest

from dondoc.authoring.check import check_texts
from dondoc.authoring.format_page import BEGIN, renewed
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.authoring.schema import KINDS, schema
from dondoc.calendar.grammar import parse_deadline

pytestmark = pytest.mark.tree

PAGE = Path(__file__).parents[2] / "docs" / "plan-format.md"
TEXT = PAGE.read_text(encoding="utf-8")


def example(kind: str) -> str:
    [found] = re.findall(rf"^```yaml {kind}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_reference_is_current() -> None:
    assert renewed(TEXT) == TEXT, (
        "run: python -m dondoc.authoring.format_page < docs/plan-format.md > new.md && mv new.md docs/plan-format.md"
    )


def test_every_key_stands_on_the_page() -> None:
    for kind in KINDS:
        whole = schema(kind)
        for model, definition in {kind.capitalize(): whole, **whole["$defs"]}.items():
            rows = TEXT.partition(f"\n### {model}\n")[2].partition("\n### ")[0]
            assert rows, model
            written = next((one for one in definition.get("anyOf", []) if "properties" in one), definition)
            assert [key for key in written["properties"] if f"| `{key}`" not in rows] == []


def test_the_examples_are_sound() -> None:
    organisation = load_organisation(example("organisation"), "organisation.yaml")
    assert check_texts(load_plan(example("plan")), organisation).problems == ()


def test_every_deadline_in_the_table_can_be_read() -> None:
    cells = re.findall(r"^\| (`.*?`) \|", TEXT.partition("## Deadlines")[2].partition(BEGIN)[0], re.MULTILINE)
    written = [one for cell in cells for one in re.findall(r"`([^`]*)`", cell)]
    assert len(written) >= 11
    for one in written:
        found = re.search(r"by: ([^}]*)}", one)
        assert parse_deadline(found[1] if found else one)

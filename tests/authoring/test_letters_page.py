"""The page docs/letters.md: its lists are made from what templates are given, and its examples do what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dondoc.authoring.checks.letters import check_letters
from dondoc.core.address import Directory
from dondoc.core.schedule import schedule
from notifications.cast import cast_from
from notifications.context import CONTEXTS
from notifications.examples import examples
from notifications.letterhead import Letterhead
from notifications.manual import WHEN, page
from tests.places import bac_ninh

PAGE = Path(__file__).parents[2] / "docs" / "letters.md"
GOOD, WRONG = re.findall(r"```jinja\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_says_what_templates_are_given() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m notifications.manual > docs/letters.md"


def test_it_names_every_kind() -> None:
    assert set(WHEN) == set(CONTEXTS)


@pytest.mark.parametrize("folder", ["duties", "tre-em-2023/duties"])
def test_the_subject_of_the_page_replaces_ours(tmp_path: Path, folder: str) -> None:
    plan, organisation = bac_ninh()
    own = tmp_path / folder / "subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text(GOOD, encoding="utf-8")
    assert check_letters(tmp_path, plan, organisation) == []
    head = Letterhead(
        Directory(organisation), {plan.plan: plan}, organisation.work_calendar(), "https://x.example", tmp_path
    )
    cast = cast_from(head, schedule(plan, organisation))
    assert cast is not None
    subject = examples(replace(cast, head=head))["duties-one"].subject
    assert re.match(r"\[\d{1,2}/\d{1,2}/\d{4}\] \S", subject), subject


def test_check_finds_the_mistake_of_the_page_and_names_the_page(tmp_path: Path) -> None:
    plan, organisation = bac_ninh()
    own = tmp_path / "duties" / "subject.txt"
    own.parent.mkdir()
    own.write_text(WRONG, encoding="utf-8")
    (found,) = check_letters(tmp_path, plan, organisation)
    assert (found.file, found.line, found.code) == (str(own), 1, "template-unknown-name")
    assert "docs/letters.md" in found.hint

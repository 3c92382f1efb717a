"""The administrator's guide in Vietnamese: its commands are commands, its YAML is read."""

import re
import shlex
from pathlib import Path

import pytest

from dondoc.authoring.check import check_organisation
from dondoc.authoring.load import load_organisation
from dondoc.cli.commands import app
from dondoc.cli.manual import commands

pytestmark = pytest.mark.tree

GUIDE = Path(__file__).parents[2] / "docs" / "vi" / "huong-dan-quan-tri.md"
TEXT = GUIDE.read_text(encoding="utf-8")
WHOLE = re.findall(r"^    (dondoc .*)$", TEXT, re.MULTILINE)
NAMED = re.findall(r"`(dondoc [^`]*)`", TEXT)


@pytest.mark.parametrize("line", [*WHOLE, *(one for one in NAMED if len(one.split()) > 2)])
def test_every_command_can_be_understood(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GUIDE.parents[2])
    _, _, ignored = app.parse_args(shlex.split(line)[1:], exit_on_error=False, print_error=False)
    assert not ignored


def test_every_command_it_names_exists() -> None:
    known = {words[0] for words in commands()}
    assert {line.split()[1] for line in (*WHOLE, *NAMED)} <= known
    assert len(WHOLE) >= 5


def test_its_organisation_and_units_are_sound() -> None:
    [whole] = re.findall(r"^```yaml organisation\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert check_organisation(load_organisation(whole)) == ()
    [units] = re.findall(r"^```yaml fragment\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert check_organisation(load_organisation(f"organisation: o\nname: O\nlevels: [district]\nunits:\n{units}")) == ()


def test_every_page_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert [link for link in links if "://" not in link and not (GUIDE.parent / link).exists()] == []

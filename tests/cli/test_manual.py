"""Every command has help with an example that can be run, and stands on the page docs/commands.md."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from cyclopts import App

from dondoc.cli.commands import app
from dondoc.cli.manual import commands, help_of, manual

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
COMMANDS = list(commands())

PROMISED = {
    "check", "calendar", "apply", "explain", "status", "submit", "review", "extend", "waive", "hold", "release",
    "undo", "round", "outbox", "pause", "resume", "doctor", "mirror", "up", "demo",
}  # fmt: skip


def test_the_promised_commands_are_there() -> None:
    assert {words[0] for words in COMMANDS} >= PROMISED


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    page = help_of(words)
    assert "Example:" in page, f"`dondoc {' '.join(words)} --help` shows no example"
    examples = [line.strip() for line in page.partition("Example:")[2].splitlines() if line.strip()]
    assert all(one.startswith(f"dondoc {' '.join(words)}") for one in examples)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_example_can_be_understood(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PAGE.parents[1])
    for line in help_of(words).partition("Example:")[2].splitlines():
        if line.strip():
            found: App = app
            _, _, ignored = found.parse_args(shlex.split(line)[1:], exit_on_error=False, print_error=False)
            assert not ignored


CHANGING = {"apply", "submit", "review", "extend", "waive", "hold", "release", "undo", "pause", "resume"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_changing_commands_take_by_at_and_json(words: tuple[str, ...]) -> None:
    page = help_of(words)
    if words[-1] in CHANGING or words in {("outbox", "retry"), ("outbox", "cancel"), ("outbox", "handed")}:
        assert all(option in page for option in ("--by", "--at", "--json"))


@pytest.mark.tree
def test_the_page_of_commands_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(), "run `python -m dondoc.cli.manual > docs/commands.md`"

"""Broken plans and organisations, each with exactly what `check` says of it."""

from pathlib import Path

import pytest

from dondoc.authoring.check import check_files
from dondoc.core.problem import has_errors

FOLDER = Path(__file__).parent / "broken"
BROKEN = sorted(file.stem for file in FOLDER.glob("*.yaml") if file.stem != "organisation")
ALLOWED = {
    "counted-twice-by-forms", "counted-twice-by-tasks", "document-elsewhere", "escalates-to-the-owner", "not-quoted",
    "on-a-sunday", "outside-the-plan", "reminds-before-opening", "step-before-opening-written",
    "unreachable-condition", "unused",
}  # fmt: skip
"""What is probably not meant and yet no mistake."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_of_exactly(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    problems = check_files([Path(f"{name}.yaml")])
    assert "\n".join(problem.shown() for problem in problems) + "\n" == Path(f"{name}.txt").read_text(encoding="utf-8")
    assert has_errors(problems) == (name not in ALLOWED)


def test_there_are_more_than_forty_and_the_organisation_they_share_is_sound() -> None:
    assert len(BROKEN) > 40
    assert check_files([FOLDER / "organisation.yaml"]) == []

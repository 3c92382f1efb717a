"""Checks of the templates that replace ours: each can be read, and is tried on examples of the letters it serves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError

from dondoc.core.address import Directory
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.problem import Problem, Severity
from dondoc.core.schedule import schedule
from dondoc.errors import first_line, nearest
from notifications.cast import cast_from
from notifications.context import CONTEXTS
from notifications.examples import Scene, scenes
from notifications.letterhead import Letterhead
from notifications.translations import TEMPLATES
from notifications.words import PARTS, compile_alone

LANGUAGES = ("vi", "en")
SHARED = {path.relative_to(TEMPLATES).as_posix() for path in (*TEMPLATES.glob("parts/*"), TEMPLATES / "_layout.html")}
"""The pieces that the letters have in common."""

_NAMED = re.compile(r"'([^']+)'")
_NOWHERE = "https://dondoc.example"


def check_letters(folder: Path, plan: Plan, organisation: Organisation) -> list[Problem]:
    """The problems of the templates in `folder` as far as this plan's letters would use them, in the files' order.

    `plan` and `organisation` are without errors; a folder that is not there has no problems.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
    found = {path: list(_alone(folder, path, plan.plan)) for path in files}
    problems = {problem for some in found.values() for problem in some}
    if not any(problem.severity == "error" for problem in problems):  # what cannot be read cannot be tried either
        used = [path for path in files if not found[path] and _place(folder, path, plan.plan) is not None]
        told: set[tuple[str, int, str]] = set()
        for problem in _tried(folder, used, plan, organisation) if used else ():
            at = (problem.file, problem.line, problem.code)
            if at not in told:  # of many letters with the same mistake, one is enough
                told.add(at)
                problems.add(problem)
    return sorted(problems)


def _place(folder: Path, path: Path, plan: str) -> str | None:
    """Which template the file replaces for the plan, as `duties/subject.txt`; None where it is another plan's."""
    parts = path.relative_to(folder).parts
    if len(parts) < 3 and (parts[0] != plan or len(parts) == 1):
        return "/".join(parts)
    return "/".join(parts[1:]) if parts[0] == plan else None


def _alone(folder: Path, path: Path, plan: str) -> Iterator[Problem]:
    """What can be seen in the file by itself: that it replaces something, and can be read."""
    place = _place(folder, path, plan)
    if place is None:
        return
    kind, _, part = place.rpartition("/")
    if place not in SHARED and (kind not in CONTEXTS or part not in PARTS):
        known = [*(f"{one}/{name}" for one in CONTEXTS for name in PARTS), *sorted(SHARED)]
        near = nearest(place, known, at_most=1)
        hint = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(known[:4])}, …"
        yield _problem(path, 1, "warning", "no-such-template", f"no letter has a template `{place}`", hint)
        return
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield _problem(path, 1, "error", "unreadable", f"the file cannot be read ({first_line(error)})", "write UTF-8")
        return
    try:
        compile_alone(source, place)
    except TemplateSyntaxError as error:
        hint = "compare it with the shipped template of that name"
        yield _problem(path, error.lineno, "error", "template-syntax", first_line(error.message or error), hint)


def _tried(folder: Path, files: list[Path], plan: Plan, organisation: Organisation) -> Iterator[Problem]:
    """What shows when the letters are written: names that they do not have, and answers that have nowhere to go."""
    calendar = organisation.work_calendar()
    for language in LANGUAGES:
        house = organisation.model_copy(update={"language": language})
        ours = Letterhead(Directory(house), {plan.plan: plan}, calendar, _NOWHERE)
        theirs = Letterhead(ours.directory, ours.plans, calendar, _NOWHERE, folder)
        cast = cast_from(ours, schedule(plan, house))
        if cast is None:
            return
        for name, scene in scenes(cast):
            mine = [path for path in files if _serves(_place(folder, path, plan.plan) or "", scene)]
            if mine:
                yield from _written(name, scene, ours, theirs, mine)


def _serves(place: str, scene: Scene) -> bool:
    return place in SHARED or place.partition("/")[0] == scene.kind


def _written(name: str, scene: Scene, ours: Letterhead, theirs: Letterhead, files: list[Path]) -> Iterator[Problem]:
    try:
        letter = scene.letter(theirs)
    except (UndefinedError, AttributeError) as error:
        message = first_line(error)
        path, line = _where(files, _NAMED.findall(message))
        known = "docs/letters.md lists the names that each letter has"
        yield _problem(path, line, "error", "template-unknown-name", f"{message} (in the letter {name})", known)
        return
    except (TemplateError, TypeError, ValueError, KeyError) as error:
        hint = "compare it with the shipped template of that name"
        message = f"{first_line(error)} (in the letter {name})"
        yield _problem(files[0], 1, "error", "template-fails", message, hint)
        return
    shipped = scene.letter(ours)
    for path in files:
        part = path.name.removeprefix("body.")
        before, now = (shipped.html, letter.html) if part == "html" else (shipped.text, letter.text)
        lost = [link for link in re.findall(rf"{_NOWHERE}/[^\s\"<]+", before) if link not in now]
        if path.name.startswith("body.") and lost:
            message = f"the letter {name} no longer leads to the page where it is answered"
            hint = "keep {{ item.link }} for each item"
            yield _problem(path, 1, "warning", "template-without-link", message, hint)


def _where(files: Iterable[Path], names: list[str]) -> tuple[Path, int]:
    """The first line that has the name that is at fault, which the message names last."""
    paths = list(files)
    for name in reversed(names):
        word = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])")
        for path in paths:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if word.search(line):
                    return path, number
    return paths[0], 1


def _problem(path: Path, line: int, severity: Severity, code: str, message: str, hint: str) -> Problem:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
    return Problem(str(path), line, 1, severity, code, message, hint, excerpt)

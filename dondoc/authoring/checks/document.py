"""Checks of a plan against its document: quotes that stand in it, commitments that something covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dondoc.authoring.beside import words
from dondoc.authoring.checks.context import PlanFile, suggestion
from dondoc.authoring.tree import TreePath
from dondoc.core.problem import Problem

_SHOWN = 6


def files_are_there(file: PlanFile) -> Iterator[Problem]:
    """The document and the list of commitments that the plan names can be read."""
    for key, why in file.document.unreadable.items():
        name = file.plan.source if key == "source" else file.plan.commitments
        message = f"`{name}` cannot be read ({why})"
        yield from file.warning((key,), "no-document", message, "put the file beside the plan, or leave this out")


def quotes_stand_in_the_document(file: PlanFile) -> Iterator[Problem]:
    """What `source` quotes is in the document, word for word."""
    text = file.document.document
    if text is None:
        return
    for path, task in file.tasks():
        if task.source is not None and words(task.source) not in text:
            message = "these words do not stand in the document"
            yield from file.warning((*path, "source"), "not-quoted", message, "copy them from it as they are")


def commitments_are_covered(file: PlanFile) -> Iterator[Problem]:
    """Every commitment of the list is covered, and everything that is covered is in the list."""
    known = file.document.commitments
    if known is None:
        return
    covered: set[str] = set()
    for path, names in _covers(file):
        covered.update(names)
        for number, name in enumerate(names):
            if name not in known:
                hint = suggestion(name, known, "commitment")
                message = f"there is no commitment `{name}` in {file.plan.commitments}"
                yield from file.error((*path, number), "unknown-commitment", message, hint)
    missing = [name for name in known if name not in covered]
    if missing:
        shown = ", ".join(f"`{name}`" for name in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        hint = "add it to the `covers` of a task, section, note, funding line or recipient"
        yield from file.warning(("commitments",), "not-covered", f"nothing covers {shown}{more}", hint)
    text = file.document.document
    strange = [name for name, quote in known.items() if text is not None and quote and quote not in text]
    if strange:
        message = f"the quote of `{strange[0]}` does not stand in the document"
        yield from file.warning(("commitments",), "not-quoted", message, "copy it from it as it is")


def _covers(file: PlanFile) -> Iterator[tuple[TreePath, tuple[str, ...]]]:
    for path, task in file.tasks():
        yield (*path, "covers"), task.covers
    for path, section in file.sections():
        yield (*path, "covers"), section.covers
    lists: tuple[tuple[str, Iterable[tuple[str, ...]]], ...] = (
        ("notes", (note.covers for note in file.plan.notes)),
        ("funding", (line.covers for line in file.plan.funding)),
        ("recipients", (one.covers for one in file.plan.recipients)),
    )
    for key, each in lists:
        for number, covers in enumerate(each):
            yield (key, number, "covers"), covers


CHECKS = (files_are_there, quotes_stand_in_the_document, commitments_are_covered)

"""`dondoc check`: every problem of a plan and its organisation, located, in the files' order, in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dondoc.authoring.beside import Beside, read_beside
from dondoc.authoring.checks import (
    amounts,
    clauses,
    deadlines,
    document,
    figures,
    forms,
    organisation,
    policies,
    references,
    steps,
)
from dondoc.authoring.checks.context import OrganisationFile, PlanFile
from dondoc.authoring.checks.letters import check_letters
from dondoc.authoring.load import Loaded, load_organisation, load_plan, organisation_beside, read_file
from dondoc.authoring.reading import read
from dondoc.core.organisation import Organisation, under_first_names
from dondoc.core.plan import Plan
from dondoc.core.problem import Problem, has_errors
from dondoc.errors import first_line

NOTHING = Beside()

PLAN_CHECKS = (
    *references.CHECKS,
    *policies.CHECKS,
    *deadlines.CHECKS,
    *clauses.CHECKS,
    *amounts.CHECKS,
    *steps.CHECKS,
    *forms.CHECKS,
    *figures.CHECKS,
    *document.CHECKS,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan with its organisation; both are None when either has errors.

    Units that were renamed are named in both as the ledger knows them (`under_first_names`).
    """

    plan: Plan | None
    organisation: Organisation | None
    problems: tuple[Problem, ...]


def check_files(paths: Iterable[Path], letters: Path | None = None) -> list[Problem]:
    """The problems of plans and organisations, file by file as they were named, each file's in its own order.

    A plan's organisation is checked with it, and told of once; so are the templates in the folder `letters`, which
    replace those of the plan's letters, once the plan itself is without errors.
    """
    found: dict[Problem, None] = {}
    for path in paths:
        checked = check_file(path)
        found |= dict.fromkeys(checked.problems)
        if letters is not None and checked.plan is not None and checked.organisation is not None:
            found |= dict.fromkeys(check_letters(letters, checked.plan, checked.organisation))
    return list(found)


def check_file(path: Path) -> Checked:
    """Read and check a plan with the organisation beside it, or an organisation alone."""
    data = _bytes(path)
    if isinstance(data, Problem):
        return Checked(None, None, (data,))
    if _is_organisation(data, path):
        loaded = load_organisation(data, str(path))
        problems = check_organisation(loaded)
        return Checked(None, None if has_errors(problems) else _house(loaded.value), problems)
    beside = organisation_beside(path)
    also = _bytes(beside)
    plan = load_plan(data, str(path))
    named = read_beside(plan.partial, path.parent) if plan.partial else Beside()
    if isinstance(also, Problem):
        missing = plan.source.located(
            (1, 1), "error", "no-organisation", f"there is no {beside.name} beside this plan",
            "write one; it names the units, people and calendar",
        )  # fmt: skip
        return Checked(None, None, (*check_plan(plan, None, named), missing))
    return check_texts(plan, load_organisation(also, str(beside)), named)


def check_texts(plan: Loaded[Plan], beside: Loaded[Organisation], named: Beside = NOTHING) -> Checked:
    """Check a plan and an organisation that were loaded; `named` is what was read of the files that the plan names."""
    problems = (*check_plan(plan, beside, named), *check_organisation(beside))
    if has_errors(problems):
        return Checked(None, None, problems)
    return Checked(_as_in_the_ledger(plan.value, beside.value), _house(beside.value), problems)


def check_plan(plan: Loaded[Plan], beside: Loaded[Organisation] | None, named: Beside = NOTHING) -> tuple[Problem, ...]:
    """The problems of a plan in its order; without an organisation, those that can be seen without."""
    if plan.partial is None:
        return plan.problems
    house = _house(beside.partial) if beside else None
    known = OrganisationFile(beside, house) if beside and house else None
    file = PlanFile(plan, _as_in_the_ledger(plan.partial, house) or plan.partial, known, named)
    return _sorted(plan.problems, (problem for check in PLAN_CHECKS for problem in check(file)))


def check_organisation(loaded: Loaded[Organisation]) -> tuple[Problem, ...]:
    """The problems of an organisation in its order."""
    house = _house(loaded.partial)
    if house is None:
        return loaded.problems
    file = OrganisationFile(loaded, house)
    return _sorted(loaded.problems, (problem for check in organisation.CHECKS for problem in check(file)))


def _house(organisation: Organisation | None) -> Organisation | None:
    return under_first_names(organisation, organisation.first_names) if organisation else None


def _as_in_the_ledger(plan: Plan | None, organisation: Organisation | None) -> Plan | None:
    return under_first_names(plan, organisation.first_names) if plan and organisation else plan


def _sorted(first: Sequence[Problem], more: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted({*first, *more}))


def _bytes(path: Path) -> bytes | Problem:
    try:
        return read_file(path)
    except OSError as error:
        why = first_line(error.strerror or error)
        hint = "name a file in it" if path.is_dir() else "check its name"
        return Problem(str(path), 1, 1, "error", "unreadable", f"the file cannot be read ({why})", hint)


def _is_organisation(data: bytes, path: Path) -> bool:
    if b"organisation:" not in data:
        return False
    root = read(data, str(path)).root
    return root is not None and "organisation" in root.entries and "plan" not in root.entries

"""Commands for writing plans: schemas for editors, skeletons from documents, people from lists, another year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from dondoc.cli.commands import PLANS, command
from dondoc.cli.options import AsJson, WrongUsage, existing, fresh, organisation_in, plan_in
from dondoc.cli.terminal import agreed, as_json, say, table, warn

DOCUMENT = "plan_definitions/bac-ninh/ke-hoach-tre-em-2023.txt"


@command(PLANS, "dondoc schema plan")
def schema(
    kind: Annotated[Literal["plan", "organisation"], Parameter(name="KIND", help="Of which file.")],
    /,
) -> int:
    """Print the JSON Schema that helps editors complete and check a plan or an organisation."""
    from dondoc.authoring.schema import schema_text

    print(schema_text(kind), end="")
    return 0


@command(PLANS, f"dondoc draft {DOCUMENT} --out moi.yaml")
def draft(
    document: Annotated[Path, Parameter(help="A plan document: .txt, .docx, or PDF with text.")],
    /,
    *,
    organisation: Annotated[
        Path | None, Parameter(help="Its organisation.yaml; by default the one beside the document.")
    ] = None,
    out: Annotated[Path | None, Parameter(help="The file to write; it is never overwritten.")] = None,
) -> int:
    """Write the skeleton of a plan from its document, and list what a person must decide.

    Every guess is marked `assumed`; every task keeps the document's words as its `source`.
    """
    from dondoc.authoring.check import check_texts
    from dondoc.authoring.drafting.document import read_document
    from dondoc.authoring.drafting.draft import draft as drafted
    from dondoc.authoring.load import load_plan, organisation_beside

    read = read_document(existing(document))
    house = organisation_in(organisation or organisation_beside(document))
    assert house.value is not None  # it has no mistakes
    if out is not None:
        fresh(out)
    found = drafted(read, house.value, document.name)
    _write(found.text, out)
    name = str(out or "draft")
    for line, question in found.questions:
        warn(f"{name}:{line}: {question}")
    problems = check_texts(load_plan(found.text, name), house).problems
    for problem in problems:
        warn(str(problem))
    tasks = found.text.count("\n      - id: ")
    warn(f"{tasks} tasks; {len(found.questions)} things to decide, {len(problems)} to mend, and all that is `assumed`.")
    return 0


@command(PLANS, "dondoc people danh-ba.xlsx --organisation plan_definitions/bac-ninh/organisation.yaml")
def people(
    file: Annotated[Path, Parameter(name="FILE.xlsx", help="Its first row names the columns: unit, role, email…")],
    /,
    *,
    organisation: Annotated[Path, Parameter(help="The organisation.yaml to bring up to date.")],
    complete: Annotated[
        bool, Parameter(negative="", help="Remove whoever is not in the list, of the units that are in it.")
    ] = False,
    yes: Annotated[bool, Parameter(negative="", help="Do not ask first.")] = False,
    json: AsJson = False,
) -> int:
    """Bring a spreadsheet of people into an organisation's file, after showing what changes.

    Comments and everything else in the file stay as they are. Nothing is sent; `dondoc apply` brings it into force.
    """
    from dondoc.authoring.load import load_organisation, read_file
    from dondoc.authoring.people import compare, edited, read_people

    house = organisation_in(organisation).value
    assert house is not None  # it has no mistakes
    found = compare(house, read_people(file), complete=complete)
    shown = [one for one in found.changes if one.kind != "added" or not one.key]
    if json:
        told = [{"change": c.kind, "unit": c.body, "role": c.role, "key": c.key, "before": c.before, "after": c.after}
                for c in shown]  # fmt: skip
        as_json({"changes": told, "problems": list(found.problems), "unlisted": list(found.unlisted)})
    else:
        rows = [(c.kind, c.body, c.role, c.key, c.before, c.after) for c in shown]
        table(("change", "unit", "role", "key", "before", "after"), rows)
        for line in found.problems:
            warn(line)
        if found.unlisted:
            warn(f"Not in the list, and left as they are: {', '.join(found.unlisted)}.")
    if found.problems:
        warn("Nothing was changed: mend these rows first.")
        return 1
    changed = edited(read_file(organisation).decode("utf-8-sig"), found.changes)
    if not shown or not (yes or agreed("Write this into the file?", alone="nothing was changed: add --yes")):
        if not json:
            say("Nothing was changed.")
        return 0
    after = load_organisation(changed, str(organisation))
    if after.value is None or compare(after.value, read_people(file), complete=complete).changes:
        raise WrongUsage(f"The list does not fit into {organisation} as it is written; change it by hand.")
    organisation.write_text(changed, encoding="utf-8")
    if not json:
        say(f"{organisation} is up to date. `dondoc apply` brings it into force.")
    return 0


@command(PLANS, "dondoc renew plan_definitions/bac-ninh/tre-em-2023.yaml --year 2024 --out tre-em-2024.yaml")
def renew(
    plan: Annotated[Path, Parameter(help="The plan to carry on.")],
    /,
    *,
    year: Annotated[int, Parameter(help="The year in which the new plan begins.")],
    out: Annotated[Path | None, Parameter(help="The file to write; it is never overwritten.")] = None,
) -> int:
    """Carry a plan into another year: its dates moved and marked as assumed, the rest as it was, comments included."""
    from dondoc.authoring.check import check_texts
    from dondoc.authoring.load import load_organisation, load_plan, organisation_beside, read_file
    from dondoc.authoring.renew import renew as renewed
    from dondoc.calendar.workdays import FIRST_YEAR, LAST_YEAR

    found = plan_in(plan).plan
    assert found is not None  # it has no mistakes
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise WrongUsage(f"The calendar knows {FIRST_YEAR} to {LAST_YEAR}, not {year}.")
    if year == found.period.first.year:
        raise WrongUsage(f"{plan} begins in {year} itself. Give the year of the new plan with --year.")
    if out is not None:
        fresh(out)
    new = renewed(read_file(plan).decode("utf-8-sig"), found, year)
    _write(new.text, out)
    beside = organisation_beside(plan)
    name = str(out or new.plan)
    for question in new.questions:
        warn(f"{name}: {question}")
    for problem in check_texts(load_plan(new.text, name), load_organisation(read_file(beside), str(beside))).problems:
        warn(str(problem))
    return 0


def _write(text: str, out: Path | None) -> None:
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")

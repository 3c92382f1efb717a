"""Commands for writing plans: the schemas that editors use, and a skeleton from a plan document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from dondoc.cli.commands import PLANS, command
from dondoc.cli.options import WrongUsage, existing
from dondoc.cli.terminal import warn

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
    from dondoc.authoring.load import load_organisation, load_plan, organisation_beside, read_file

    beside = existing(organisation or organisation_beside(document))
    house = load_organisation(read_file(beside), str(beside))
    if house.value is None:
        raise WrongUsage(f"{beside} has mistakes. `dondoc check {beside}` shows each with its place.")
    if out is not None and out.exists():
        raise WrongUsage(f"{out} is there already. Choose another name, or remove it first.")
    found = drafted(read_document(existing(document)), house.value, document.name)
    if out is None:
        print(found.text, end="")
    else:
        out.write_text(found.text, encoding="utf-8")
    name = str(out or "draft")
    for line, question in found.questions:
        warn(f"{name}:{line}: {question}")
    problems = check_texts(load_plan(found.text, name), house).problems
    for problem in problems:
        warn(str(problem))
    tasks = found.text.count("\n      - id: ")
    warn(f"{tasks} tasks; {len(found.questions)} things to decide, {len(problems)} to mend, and all that is `assumed`.")
    return 0

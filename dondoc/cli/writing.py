"""Commands for writing plans: the schemas that editors use."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from dondoc.cli.commands import PLANS, command


@command(PLANS, "dondoc schema plan > plan_definitions/plan.schema.json")
def schema(
    kind: Annotated[Literal["plan", "organisation"], Parameter(name="KIND", help="Of which file.")],
    /,
) -> int:
    """Print the JSON Schema that helps editors complete and check a plan or an organisation."""
    from dondoc.authoring.schema import schema_text

    print(schema_text(kind), end="")
    return 0

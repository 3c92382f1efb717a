"""`dondoc import`: what was handed in on paper, many duties at once, from a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dondoc.cli.commands import OBLIGATIONS, command
from dondoc.cli.options import USUALLY, Recording, existing, fresh
from dondoc.cli.place import moment, workplace
from dondoc.cli.terminal import as_json, say


@command(
    OBLIGATIONS,
    "dondoc import da-nop.xlsx --template tre-em-2023\ndondoc import da-nop.xlsx --by van-thu",
)
def import_(
    file: Annotated[Path, Parameter(name="FILE.xlsx", help="The spreadsheet; files it names lie beside it.")],
    /,
    *,
    template: Annotated[
        str | None, Parameter(help="Write the spreadsheet to fill in, for what is due already in this plan.")
    ] = None,
    recording: Recording = USUALLY,
) -> int:
    """Record what was handed in for many duties, also from before the plan was applied.

    Every row is checked as every other submission is. With a mistake in any of them nothing is recorded, and all are
    told with their cells; importing the same rows again records nothing. Nobody gets a receipt for them.
    """
    from dondoc.desk.bulk_import import import_file
    from dondoc.desk.bulk_import import template as template_of

    with workplace() as place:
        if template is not None:
            fresh(file).write_bytes(template_of(place, template))
            say(f"{file} is to be filled in; rows that stay empty are not read.")
            return 0
        there = place.at(moment(place, recording.at))
        found = import_file(there, existing(file), by=recording.who)
    if recording.json:
        as_json(found.as_data())
    else:
        for problem in found.problems:
            say(str(problem), style="red")
        if found.problems:
            say(f"Nothing was recorded: {len(found.problems)} things to put right.", style="bold")
        else:
            say(
                f"{len(found.recorded)} recorded, {found.accepted} of them accepted; "
                f"{len(found.repeated)} were recorded before."
            )
    return 1 if found.problems else 0

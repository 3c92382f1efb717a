"""The command that shows what dondoc does: a plan's whole year on a simulated clock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dondoc.cli.commands import RUNNING, command
from dondoc.cli.terminal import console


@command(RUNNING, "dondoc demo\ndondoc demo --home /tmp/demo --direct")
def demo(
    *,
    home: Annotated[
        Path | None, Parameter(help="The folder to play in; by default `demo` in dondoc's own folder.")
    ] = None,
    direct: Annotated[bool, Parameter(negative="", help="Without Prefect, in a quarter of the time.")] = False,
) -> int:
    """Play a whole year of the Bắc Ninh plan through the real flows, a real Prefect server and a real mail server."""
    from dondoc.demo.play import run
    from dondoc.settings import load_settings

    settings = load_settings()
    run(home or settings.home / "demo", settings.plans, console(), direct=direct)
    return 0

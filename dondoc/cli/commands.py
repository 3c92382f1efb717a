"""The program's commands and groups; every command is shown with an example, and imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cyclopts import App, Group, Parameter

import dondoc

F = TypeVar("F", bound=Callable[..., int])

PLANS = Group("Plans", sort_key=1)
OBLIGATIONS = Group("Obligations", sort_key=2)
RUNNING = Group("Running", sort_key=3)
_ARGUMENTS = Group("Arguments", sort_key=4)
_OPTIONS = Group("Options", sort_key=5)

app = App(
    name="dondoc",
    help="Turns a plan document into obligations and sees each one through: reminds, collects, chases, escalates.\n\n"
    "Exit status: 0 done, 1 problems found, 2 wrong usage.",
    version=lambda: dondoc.__version__,
    result_action="return_value",
    help_format="plaintext",
    default_parameter=Parameter(show_default=False),
    group_arguments=_ARGUMENTS,
    group_parameters=_OPTIONS,
)
app["--help"].group = _OPTIONS
app["--version"].group = _OPTIONS

outbox = App(
    name="outbox",
    help="Look at the letters, and see to those that did not leave.",
    help_epilogue="Example:\n  dondoc outbox --state refused --state uncertain",
    group=RUNNING,
)
app.command(outbox)

arrivals = App(
    name="arrivals",
    help="Look at what came in by mail and as files, and what became of each.",
    help_epilogue="Example:\n  dondoc arrivals --outcome aside",
    group=RUNNING,
)
app.command(arrivals)

link = App(
    name="link",
    help="Make links into the portal by hand, and take links back.",
    help_epilogue="Example:\n  dondoc link new can-bo@h-gia-binh.example",
    group=RUNNING,
)
app.command(link)


def command(group: Group, example: str, *, to: App = app, name: str | None = None) -> Callable[[F], F]:
    """Add a function to the program as a command, with an example under its help."""

    def add(function: F) -> F:
        to.command(
            function,
            name=name or function.__name__.rstrip("_"),
            group=group,
            help_epilogue=f"Example:\n{_indented(example)}",
        )
        return function

    return add


def _indented(example: str) -> str:
    return "\n".join(f"  {line}" for line in example.splitlines())

"""What many commands take: who does it, when it happened, and whether the answer is for a program."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dondoc.errors import DondocError

if TYPE_CHECKING:
    from dondoc.authoring.check import Checked
    from dondoc.authoring.load import Loaded
    from dondoc.core.organisation import Organisation


class WrongUsage(DondocError):
    """A word on the command line cannot be understood."""

    exit_code = 2


AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Answer with JSON, for programs.")]
At = Annotated[
    str | None,
    Parameter(name="--at", help="An instant, as 2023-06-18T16:00; without an offset, in the organisation's zone."),
]
Day = Annotated[str | None, Parameter(name="--to", help="A day, as 2023-06-30; its end is meant.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Recording:
    """The options of a command that records something."""

    by: Annotated[
        str | None, Parameter(name="--by", help="Who does it; by default, the name you are logged in with.")
    ] = None
    at: Annotated[
        str | None,
        Parameter(name="--at", help="When it happened, as 2023-06-18T16:00; by default now."),
    ] = None
    json: AsJson = False

    @property
    def who(self) -> str:
        """The name to be recorded."""
        if self.by is not None:
            if not self.by.strip():
                raise WrongUsage("--by names nobody. Write who does it, as in --by van-thu.")
            return self.by.strip()
        try:
            return getpass.getuser()
        except (OSError, KeyError) as error:
            raise WrongUsage("Your login has no name. Say who does it, as in --by van-thu.") from error


USUALLY = Recording()
"""Nothing said: by whoever is logged in, now, for people to read."""


def day(text: str | None, option: str = "--to") -> date | None:
    """Read a day; WrongUsage says how to write it."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"`{text}` is not a day. Write {option} like {option} 2023-06-30.") from None


def instant(text: str | None, zone: tzinfo, option: str = "--at") -> datetime | None:
    """Read an instant, in `zone` where it has no offset; WrongUsage says how to write it."""
    from dondoc.core.instants import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text, zone)
    except ValueError as error:
        raise WrongUsage(f"{option}: {error}.") from None


def existing(file: Path) -> Path:
    """The file, if it is there; WrongUsage otherwise."""
    if file.is_dir():
        raise WrongUsage(f"{file} is a folder. Name a file in it.")
    if not file.is_file():
        raise WrongUsage(f"There is no file {file}. Check the path.")
    return file


def fresh(file: Path) -> Path:
    """The file, if nothing is there yet; WrongUsage otherwise."""
    if file.exists():
        raise WrongUsage(f"{file} is there already. Choose another name, or remove it first.")
    return file


def mistaken(file: Path) -> WrongUsage:
    """Says that a file has mistakes, and how to see them."""
    return WrongUsage(f"{file} has mistakes. `dondoc check {file}` shows each with its place.")


def organisation_in(file: Path) -> Loaded[Organisation]:
    """The organisation that a file is, without mistakes; WrongUsage otherwise."""
    from dondoc.authoring.load import load_organisation, read_file

    loaded = load_organisation(read_file(existing(file)), str(file))
    root = loaded.source.root
    if root is not None and "plan" in {*root.entries, *root.lost}:
        raise WrongUsage(f"{file} is a plan. Name an organisation, as in {file.with_name('organisation.yaml')}.")
    if loaded.value is None:
        raise mistaken(file)
    return loaded


def plan_in(file: Path) -> Checked:
    """The plan that a file is, without mistakes, and its organisation; WrongUsage otherwise."""
    from dondoc.authoring.check import check_file

    checked = check_file(existing(file))
    if checked.plan is None:
        if checked.organisation is not None:
            raise WrongUsage(f"{file} is an organisation. Name a plan.")
        raise mistaken(file)
    return checked

"""`dondoc backup`, `restore` and `erase`: what is kept, brought elsewhere, or must not be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dondoc.cli.commands import OBLIGATIONS, RUNNING, command
from dondoc.cli.obligations import ONE, Why
from dondoc.cli.options import USUALLY, AsJson, Recording, existing, fresh
from dondoc.cli.place import moment, workplace
from dondoc.cli.terminal import agreed, as_json, many, say


@command(RUNNING, "dondoc backup dondoc-2023-06-20.zip")
def backup(
    file: Annotated[Path, Parameter(help="The file to write; it is never overwritten.")], /, *, json: AsJson = False
) -> int:
    """Write the whole ledger, every file and the settings without their secrets into one archive.

    Rounds may go on meanwhile: the archive is of one moment. Keep it safe, it holds everything that was handed in.
    """
    from dondoc.desk.backup import back_up

    with workplace() as place:
        made = back_up(place, fresh(file))
    if json:
        as_json({"file": str(file), "rows": made.rows, "files": made.files, "made_at": made.made_at})
    else:
        say(f"{file}: {made.rows} rows and {made.files} files as of {made.made_at[:16]}Z.")
    return 0


@command(RUNNING, "dondoc restore dondoc-2023-06-20.zip")
def restore(
    file: Annotated[Path, Parameter(help="What `dondoc backup` wrote.")], /, *, recording: Recording = USUALLY
) -> int:
    """Fill an empty ledger, SQLite or PostgreSQL, from a backup that is verified first.

    Sending is stopped then, since letters may have left after the backup was made: look at `dondoc doctor`, then
    `dondoc resume`.
    """
    from dondoc.desk.backup import restore as restore_it
    from dondoc.desk.workplace import open_workplace
    from dondoc.settings import load_settings

    place = open_workplace(load_settings())
    try:
        made = restore_it(place, existing(file), by=recording.who)
    finally:
        place.database.close()
    if recording.json:
        as_json({"rows": made.rows, "files": made.files, "made_at": made.made_at, "paused": True})
    else:
        say(f"{made.rows} rows and {made.files} files as of {made.made_at[:16]}Z are restored.")
        say("Nothing is sent until `dondoc resume`: see first what left after the backup was made.")
    return 0


@command(OBLIGATIONS, f'dondoc erase {ONE} --why "Có tên trẻ em"\ndondoc erase {ONE}#1 --why "Nhầm" --yes')
def erase(
    what: Annotated[str, Parameter(name="OBLIGATION", help="Its id; with #N, that version alone.")],
    /,
    *,
    why: Why,
    yes: Annotated[bool, Parameter(negative="", help="Do not ask first.")] = False,
    recording: Recording = USUALLY,
) -> int:
    """Erase for good what was handed in: answers, files, drafts and the mails it came by.

    That something was handed in, when, and its digest stay in the history. Backups made before still hold it.
    """
    from dondoc.desk.erasing import erase as erase_it
    from dondoc.desk.erasing import foresee_erasure

    with workplace() as place:
        there = place.at(moment(place, recording.at))
        found = foresee_erasure(there, what)
        counts = ", ".join(
            many(len(some), what)
            for some, what in ((found.versions, "version"), (found.files, "file"), (found.arrivals, "arrival"))
        )
        told = f"{counts} of {found.obligation}"
        if not (yes or agreed(f"Erase {told}, for good?", alone=f"nothing was erased: add --yes to erase {told}")):
            say("Nothing was erased.")
            return 0
        done = erase_it(there, what, by=recording.who, why=why)
    if recording.json:
        as_json(
            {
                "obligation": done.obligation, "versions": list(done.versions), "files": list(done.files),
                "arrivals": list(done.arrivals), "events": list(done.events),
            }
        )  # fmt: skip
    else:
        say(f"Erased: {told}. Backups made before still hold it.")
    return 0

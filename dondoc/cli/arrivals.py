"""Commands about what came in: every message and file, what became of it, and looking into one again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dondoc.cli.commands import RUNNING, arrivals, command
from dondoc.cli.options import AsJson
from dondoc.cli.place import workplace, zone_of
from dondoc.cli.terminal import as_json, said_at, say, table

if TYPE_CHECKING:
    from datetime import tzinfo

    from dondoc.store.arrivals import Arrival

Number = Annotated[int, Parameter(name="ARRIVAL", help="Its number, as `dondoc arrivals` shows it.")]
OutcomeName = Literal["waiting", "submitted", "decided", "refused", "aside", "bounce", "ignored", "broken"]


@arrivals.default
def list_arrivals(
    *,
    outcome: Annotated[
        tuple[OutcomeName, ...], Parameter(help="Only what came to this; may be given several times.", negative="")
    ] = (),
    limit: Annotated[int, Parameter(help="How many at most; 50 if nothing is said.")] = 50,
    json: AsJson = False,
) -> int:
    """List what came in, the newest first, and what became of each.

    A report was handed in (submitted), something was decided (decided), it was answered with what has to be put
    right (refused), it waits for a person (aside), a letter came back (bounce), it is nobody's answer (ignored), it
    cannot be read (broken), or nobody has looked into it yet (waiting). Nothing that came in is ever thrown away.
    """
    from dondoc.store.arrivals import recent_arrivals

    with workplace() as place:
        zone = zone_of(place)
        with place.database.reading() as connection:
            found = recent_arrivals(connection, limit, outcome or None)
    if json:
        as_json([_data(one, zone) for one in found])
        return 0
    table(
        ("arrival", "at", "by", "outcome", "obligation", "detail"),
        [
            (
                str(one.id),
                said_at(one.arrived_at, zone),
                one.source,
                one.outcome or "waiting",
                one.obligation or "",
                one.detail.partition("\n")[0],
            )
            for one in found
        ],
    )
    return 0


@command(RUNNING, "dondoc arrivals show 12\ndondoc arrivals show 12 --raw", to=arrivals, name="show")
def show_arrival(
    arrival: Number,
    /,
    *,
    raw: Annotated[bool, Parameter(help="Write it out exactly as it came.", negative="")] = False,
    json: AsJson = False,
) -> int:
    """Show what came in: when, what became of it, and the text that its sender wrote."""
    from dondoc.desk.by_hand import contents
    from dondoc.store.arrivals import find_arrival

    with workplace() as place:
        zone = zone_of(place)
        with place.database.reading() as connection:
            found = find_arrival(connection, arrival)
        if raw:
            sys.stdout.buffer.writelines(place.attachments.read(found.digest))
            return 0
        inside = contents(place, found)
    if json:
        files = [{"name": file.name, "size": len(file.content)} for file in inside.files]
        as_json(_data(found, zone) | {"text": inside.text, "files": files})
        return 0
    say(f"Arrived:  {said_at(found.arrived_at, zone)}, by {found.source}, {found.size} bytes")
    say(f"Outcome:  {_became(found)}")
    if found.obligation:
        say(f"About:    {found.obligation}")
    for file in inside.files:
        say(f"File:     {file.name}, {len(file.content)} bytes")
    say("")
    say(inside.text)
    return 0


@command(RUNNING, "dondoc arrivals retry 12", to=arrivals, name="retry")
def retry_arrival(arrival: Number, /, *, json: AsJson = False) -> int:
    """Look into something again that was not recorded, after the organisation or the plan was mended."""
    from dondoc.desk.collect import read_arrivals, record_arrivals
    from dondoc.store.arrivals import find_arrival, reopen

    with workplace() as place:
        zone = zone_of(place)
        with place.database.writing() as connection:
            reopen(connection, arrival)
            found = find_arrival(connection, arrival)
        record_arrivals(place, read_arrivals(place, [found]))
        with place.database.reading() as connection:
            found = find_arrival(connection, arrival)
    if json:
        as_json(_data(found, zone))
    else:
        say(f"Arrival {found.id}: {_became(found)}.")
    return 0 if found.outcome in ("submitted", "decided") else 1


def _became(one: Arrival) -> str:
    return f"{one.outcome or 'waiting'}{f' ({one.detail})' if one.detail else ''}"


def _data(one: Arrival, zone: tzinfo) -> dict[str, Any]:
    from dondoc.core.instants import iso

    return {
        "id": one.id,
        "arrived_at": iso(one.arrived_at, zone),
        "source": one.source,
        "outcome": one.outcome or "waiting",
        "detail": one.detail,
        "obligation": one.obligation,
        "size": one.size,
        "digest": one.digest,
    }

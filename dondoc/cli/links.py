"""Commands about links into the portal: making one by hand, and taking links back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from cyclopts import Parameter

from dondoc.cli.commands import RUNNING, command, link
from dondoc.cli.options import USUALLY, Recording, WrongUsage
from dondoc.cli.place import workplace, zone_of
from dondoc.cli.terminal import as_json, said_at, say

PurposeName = Literal["answer", "review", "read", "sign_in", "api"]
LONGEST_DAYS = 400


@command(
    RUNNING,
    "dondoc link new can-bo@h-gia-binh.example --to unit:h-gia-binh --days 30\n"
    "dondoc link new chu-tich@tinh-hoi.example --for sign_in",
    to=link,
)
def new(
    person: Annotated[str, Parameter(name="PERSON", help="The address of a contact in the organisation file.")],
    /,
    *,
    to: Annotated[
        str, Parameter(help="Opens only this: an obligation, a plan, or unit:UNIT; without it, what the person may do.")
    ] = "",
    for_: Annotated[
        PurposeName,
        Parameter(
            name="--for", help="To answer (if nothing is said), to review, to read, to sign in once, or for programs."
        ),
    ] = "answer",
    days: Annotated[int | None, Parameter(help="How long it opens something; 30 days, to sign in 15 minutes.")] = None,
    recording: Recording = USUALLY,
) -> int:
    """Make a link for one person and print it; it is not kept, so hand it over at once."""
    from dondoc.core.instants import iso
    from dondoc.desk.links import SIGN_IN_WITHIN, new_link

    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise WrongUsage(f"--days {days} is not possible: write 1 to {LONGEST_DAYS}.")
    lasts = timedelta(days=days or 30) if days or for_ != "sign_in" else SIGN_IN_WITHIN
    with workplace() as place:
        made, address = new_link(
            place, person.strip().lower(), purpose=for_, target=to, lasts=lasts, by=recording.who
        )  # fmt: skip
        zone = zone_of(place)
    if recording.json:
        as_json({"id": made.id, "link": address, "person": made.person, "expires_at": iso(made.expires_at, zone)})
    else:
        say(address)
        say(f"For {made.person}, until {said_at(made.expires_at, zone)}; `dondoc link revoke {made.id}` takes it back.")
    return 0


@command(
    RUNNING,
    "dondoc link revoke 4kxq7d2m5zgc6wha\ndondoc link revoke can-bo@h-gia-binh.example --why 'Đã chuyển công tác'",
    to=link,
)
def revoke(
    what: Annotated[
        str, Parameter(name="LINK", help="The id of a link or of a letter; or a person, for all links so far.")
    ],
    /,
    *,
    why: Annotated[str, Parameter(help="The reason; it is kept.")] = "",
    recording: Recording = USUALLY,
) -> int:
    """Take back a link, the links in a letter, or all that a person was sent so far: they open nothing from now on."""
    from dondoc.desk.links import revoke as take_back

    with workplace() as place:
        kind = take_back(place, what.strip().lower(), by=recording.who, why=why)
    if recording.json:
        as_json({"revoked": what, "kind": kind})
    else:
        say({
            "link": f"Link {what} opens nothing any more.",
            "letter": f"The links in letter {what} open nothing any more.",
            "person": f"What {what} was sent so far opens nothing any more; new letters carry new links.",
        }[kind])  # fmt: skip
    return 0

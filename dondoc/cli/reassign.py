"""`dondoc reassign`: a duty given to another unit, or everything a person holds to another person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dondoc.cli.commands import OBLIGATIONS, command
from dondoc.cli.obligations import ONE, Why, record_and_tell
from dondoc.cli.options import USUALLY, Recording, WrongUsage
from dondoc.cli.place import moment, workplace
from dondoc.cli.proposals import ALONE, ask_for_the_word, refuse, show_problems, show_proposal
from dondoc.cli.terminal import agreed, as_json, say, table

if TYPE_CHECKING:
    from dondoc.desk.handover import Passing


@command(
    OBLIGATIONS,
    f'dondoc reassign {ONE} --to h-luong-tai --why "Chuyển địa bàn"\n'
    "dondoc reassign can-bo@h-gia-binh.example --to lan@h-gia-binh.example --yes",
)
def reassign(
    what: Annotated[
        str, Parameter(name="OBLIGATION|PERSON", help="An obligation's id; a person's address; or UNIT/ROLE.")
    ],
    /,
    *,
    to: Annotated[str, Parameter(help="The unit that owes it now; or the person: an address, or UNIT/ROLE.")],
    name: Annotated[str, Parameter(help="The name of a person who is not in the organisation yet.")] = "",
    organisation: Annotated[
        Path | None, Parameter(help="The organisation.yaml to edit; by default the one with that person.")
    ] = None,
    yes: Annotated[bool, Parameter(negative="", help="Do not ask first.")] = False,
    confirm: Annotated[
        str | None, Parameter(help="The word that is asked for before duties are dropped that were answered.")
    ] = None,
    why: Why = "",
    recording: Recording = USUALLY,
) -> int:
    """Give a duty to another unit, or everything a person holds to another person; those concerned are told once.

    A person's posts are changed in organisation.yaml, which is then applied: letters of every plan on it go to the
    other person. An address means all posts of that person, UNIT/ROLE that one alone.
    """
    from dondoc.desk.obligations import reassign as reassign_it

    if "@" in what or what.count("/") == 1:
        return _person(what, to, name, organisation, yes, confirm, why, recording)
    if name or organisation or confirm:
        raise WrongUsage("--name, --organisation and --confirm are for reassigning a person, not an obligation.")
    return record_and_tell(
        what, recording, lambda place, at: reassign_it(place, what, to, by=recording.who, why=why, at=at)
    )


def _person(
    who: str,
    to: str,
    name: str,
    organisation: Path | None,
    yes: bool,
    confirm: str | None,
    why: str,
    recording: Recording,
) -> int:
    from dondoc.desk.handover import carry_out, organisation_file, prepare

    with workplace() as place:
        there = place.at(moment(place, recording.at))
        passing = prepare(there, who, to, organisation or organisation_file(there, who), name=name)
        proposal = passing.proposal
        if proposal.refused:
            refuse(proposal, as_data=recording.json)
            return 1
        if not recording.json:
            show_problems(proposal.problems, 1)
            _show(passing, who)
            show_proposal(proposal)
        if proposal.word and confirm != proposal.word:
            ask_for_the_word(proposal, as_data=recording.json)
            return 1
        if not (yes or agreed("Apply?", alone=ALONE, as_data=recording.json)):
            say("Nothing was changed.")
            return 0
        applied = bool(carry_out(there, passing, by=recording.who, why=why, confirm=confirm))
    if recording.json:
        as_json({"reassigned": True, "applied": applied, **_data(passing)})
    else:
        done = "changed and applied" if applied else "changed; nothing was applied, and nobody was told"
        say(f"{passing.handover.called} holds this now; {passing.file} is {done}.")
    return 0


def _show(passing: Passing, who: str) -> None:
    table(("post", "before", "after"), [(post, who, passing.handover.called) for post in passing.handover.posts])
    duties = passing.duties
    say(f"Open duties that both are told of: {len(duties)}.")
    for one in duties:
        say(f"  {one}")


def _data(passing: Passing) -> dict[str, object]:
    handover = passing.handover
    return {"to": handover.called, "posts": list(handover.posts), "duties": list(passing.duties)}

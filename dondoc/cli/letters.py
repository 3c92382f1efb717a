"""Commands about letters: what lies in the outbox, and what a person does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from dondoc.cli.commands import RUNNING, command, outbox
from dondoc.cli.options import USUALLY, AsJson, Recording, WrongUsage
from dondoc.cli.place import moment, workplace, zone_of
from dondoc.cli.terminal import as_json, said_at, say, table

if TYPE_CHECKING:
    from datetime import tzinfo

    from dondoc.store.letters import Delivery

LetterId = Annotated[str, Parameter(name="LETTER", help="Its id, as `dondoc outbox` shows it.")]
StateName = Literal["queued", "claimed", "sent", "refused", "uncertain", "voided", "to_hand_over"]


@outbox.default
def list_letters(
    *,
    state: Annotated[
        tuple[StateName, ...], Parameter(help="Only letters in this state; may be given several times.", negative="")
    ] = (),
    plan: Annotated[str | None, Parameter(help="Only letters of this plan.")] = None,
    to: Annotated[str | None, Parameter(help="Only letters to this address.")] = None,
    about: Annotated[str | None, Parameter(help="Only letters about this obligation.")] = None,
    limit: Annotated[int, Parameter(help="How many at most; 50 if nothing is said.")] = 50,
    json: AsJson = False,
) -> int:
    """List letters, the newest first.

    A letter waits (queued), is being sent (claimed), has left (sent), was refused, may or may not have arrived
    (uncertain), was dropped because it was no longer true (voided), or is given to its recipient by hand
    (to_hand_over).
    """
    from dondoc.store.letters import letters

    with workplace() as place:
        zone = zone_of(place, plan)
        with place.database.reading() as connection:
            found = letters(
                connection,
                states=state or None,
                plan=plan,
                recipient=to.lower() if to and "@" in to else to,
                obligation=about,
                limit=limit,
            )
    if json:
        as_json([_data(one, zone) for one in found])
        return 0
    table(
        ("letter", "day", "to", "kind", "state", "subject"),
        [
            (
                one.letter.id,
                f"{one.letter.day:%d/%m/%Y}",
                one.letter.recipient.key,
                one.letter.kind,
                one.state,
                one.letter.subject,
            )
            for one in found
        ],
    )
    return 0


@command(RUNNING, "dondoc outbox show 4kxq7d2m5zgc6wha", to=outbox)
def show(letter: LetterId, /, *, json: AsJson = False) -> int:
    """Show a letter: to whom, about what, what became of it, and its text; what opens its links is left out."""
    from dondoc.links import masked
    from dondoc.store.letters import letter as find

    with workplace() as place:
        zone = zone_of(place)
        with place.database.reading() as connection:
            found = find(connection, letter)
    one = found.letter
    if json:
        as_json(_data(found, zone) | {"text": masked(one.text), "html": masked(one.html), "short": masked(one.short)})
        return 0
    say(f"To:       {one.recipient.name} <{one.recipient.address or one.recipient.key}>")
    say(f"Subject:  {one.subject}")
    say(f"Written:  {said_at(one.created_at, zone)}; leaves from {said_at(one.not_before, zone)}")
    if one.valid_until:
        say(f"True:     until {said_at(one.valid_until, zone)}")
    say(f"State:    {found.state}{f' ({found.error})' if found.error else ''}, {found.attempts} attempts")
    for obligation, step in one.steps:
        say(f"Step:     {step.rung}{f' #{step.ordinal}' if step.ordinal else ''} for {obligation}")
    say("")
    say(masked(one.text))
    return 0


@command(RUNNING, "dondoc outbox retry 4kxq7d2m5zgc6wha", to=outbox)
def retry(letter: LetterId, /, *, recording: Recording = USUALLY) -> int:
    """Send a letter again that was refused or may not have arrived; with the next round."""
    from dondoc.store import outbox as box

    with workplace() as place:
        now = moment(place, recording.at) or place.now()
        with place.database.writing() as connection:
            again = box.retry(connection, letter, by=recording.who, now=now)
    return _tell(
        letter,
        "queued" if again else "voided",
        "leaves with the next round" if again else "is no longer true and was dropped; what is due now is written anew",
        recording,
    )


@command(RUNNING, 'dondoc outbox cancel 4kxq7d2m5zgc6wha --why "Đã gọi điện"', to=outbox)
def cancel(
    letter: LetterId,
    /,
    *,
    why: Annotated[str, Parameter(help="The reason; it is kept with the letter.")],
    recording: Recording = USUALLY,
) -> int:
    """Keep a letter that has not left from leaving; it is not written again."""
    from dondoc.store import outbox as box

    with workplace() as place:
        now = moment(place, recording.at) or place.now()
        with place.database.writing() as connection:
            box.cancel(connection, letter, why=why, by=recording.who, now=now)
    return _tell(letter, "refused", "will not leave", recording)


@command(RUNNING, "dondoc outbox handed 4kxq7d2m5zgc6wha --at 2023-06-05T09:30", to=outbox)
def handed(letter: LetterId, /, *, recording: Recording = USUALLY) -> int:
    """Record that a letter was given to its recipient on paper, in a chat or over the telephone."""
    from dondoc.store import outbox as box

    with workplace() as place:
        now = place.now()
        at = moment(place, recording.at) or now
        if at > now:
            raise WrongUsage("--at lies in the future. Give the instant at which it was handed over.")
        with place.database.writing() as connection:
            box.hand_over(connection, letter, at=at, by=recording.who, now=now)
    return _tell(letter, "sent", "was handed over", recording)


@command(RUNNING, "dondoc outbox readmit can-bo@h-gia-binh.example", to=outbox)
def readmit(
    address: Annotated[str, Parameter(name="ADDRESS", help="The address, as `dondoc doctor` shows it.")],
    /,
    *,
    recording: Recording = USUALLY,
) -> int:
    """Write to an address again from which letters came back; it is right, or has been mended.

    An address that is corrected in the organisation's file needs no word: another address is another one.
    """
    from dondoc.store.bounces import readmit as write_again

    with workplace() as place:
        now = moment(place, recording.at) or place.now()
        with place.database.writing() as connection:
            again = write_again(connection, address, now=now)
    if recording.json:
        as_json({"address": address.lower(), "queued": again})
    else:
        say(f"{address} is written to again; {again} letters that waited leave with the next round.")
    return 0


def _tell(letter: str, state: str, sentence: str, recording: Recording) -> int:
    if recording.json:
        as_json({"letter": letter, "state": state})
    else:
        say(f"Letter {letter} {sentence}.")
    return 0


def _data(found: Delivery, zone: tzinfo) -> dict[str, Any]:
    from dondoc.core.instants import iso

    one = found.letter
    return {
        "id": one.id,
        "day": one.day.isoformat(),
        "to": one.recipient.key,
        "kind": one.kind,
        "state": found.state,
        "subject": one.subject,
        "created_at": iso(one.created_at, zone),
        "not_before": iso(one.not_before, zone),
        "valid_until": iso(one.valid_until, zone) if one.valid_until else None,
        "attempts": found.attempts,
        "error": found.error,
        "plans": list(one.plans),
        "about": list(one.about),
        "steps": [
            {"obligation": obligation, "rung": step.rung, "ordinal": step.ordinal} for obligation, step in one.steps
        ],
    }

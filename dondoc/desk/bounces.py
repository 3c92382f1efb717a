"""What a bounce comes to: an event on the letter that came back, an address at rest, and whoever has to know."""

from __future__ import annotations

from email.message import EmailMessage

from dondoc.core.letter import Letter
from dondoc.desk.notify import notify
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import Arrival, Result, settle, take_up
from dondoc.store.bounces import record_bounce
from dondoc.store.letters import find_letter
from notifications.bounces import Bounce, read_bounce


def take_in_bounce(place: Workplace, arrival: Arrival, data: bytes, message: EmailMessage) -> None:
    """Record what a bounce says, tell of it and settle the arrival, all at once; a second bounce changes nothing.

    A letter that is only late is noted. One that will not arrive is `Bounced`; where its address is dead, nothing
    more is sent there. A bounce of no letter of ours is kept for a person to look at.
    """
    bounce = read_bounce(data, message)
    with place.database.writing() as connection:
        if not take_up(connection, arrival.id):
            return
        now, traces = place.now(), bounce.traces
        letter = find_letter(connection, traces.ids, traces.tokens, traces.sender)
        outcome, detail = _judged(bounce, letter)
        lost = [one for one in bounce.failures if one.lost]
        if letter is not None and lost:
            rehearsal = place.settings.redirect_to is not None
            address = (letter.recipient.address or "").lower()
            dead = any(one.dead for one in lost) and not rehearsal
            fact = record_bounce(
                connection,
                letter.id,
                lost[0].sentence,
                at=arrival.arrived_at,
                now=now,
                dead=address if dead else None,
            )
            if fact is None:
                detail = f"{detail}; known before"
            elif letter.kind != "alert":  # or two dead addresses would tell of each other for ever
                notify(connection, place, [fact], now, letter)
        place.reached("bounce-recorded")
        settle(connection, arrival.id, outcome, now=now, detail=detail)


def _judged(bounce: Bounce, letter: Letter | None) -> tuple[Result, str]:
    said = "; ".join(f"{one.address} {one.action}: {one.sentence}" for one in bounce.failures)
    if letter is None:
        return "aside", f"a bounce of no letter that we know ({said or 'it names no address'})"
    if not bounce.failures:
        return "aside", f"a bounce of letter {letter.id} that does not say what is wrong"
    return "bounce", f"letter {letter.id}: {said}"

"""Delivery: claim letters from the outbox, send them, and record of each what became of it.

At least once: what was sent is recorded before the next letter of the same connection begins, so that a crash
leaves at most one letter a connection in doubt. Those are uncertain, and tried once more with the same Message-ID.
What the connections have to tell at one time is recorded in one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta, tzinfo
from typing import assert_never
from zoneinfo import ZoneInfo

from dondoc.core.history import Refused, Sent, Uncertain
from dondoc.core.letter import Letter
from dondoc.desk.calls import write_call_lists
from dondoc.desk.follow_up import Tally
from dondoc.desk.mail_servers import mail_out
from dondoc.desk.notify import notify
from dondoc.desk.other_channels import tell_by_channels
from dondoc.desk.workplace import Workplace
from dondoc.store.delivery import Claimed, Outcome, Result, claim, record_outcomes
from dondoc.store.letters import find_letter
from dondoc.store.plans import applied_plans
from notifications import outcome as sending
from notifications.envelope import Sender, message_of
from notifications.maildrop import Maildrop
from notifications.mime import Attachment, Unwritable, needs_smtputf8, to_bytes
from notifications.pace import Pace
from notifications.smtp import Courier

CLAIM = 100
"""Letters claimed at once: few enough to be held in memory, and to be sent well within the lease."""

LEASE = timedelta(minutes=15)
"""After which a worker that was not heard of again counts as dead."""

CONNECTIONS = 8

TOGETHER_WITHIN = 0.02
"""Seconds that an outcome waits for those of the letters being sent meanwhile, to be recorded with them."""

LOOK_AGAIN = 0.1
"""Seconds until it is looked again whether another round has written letters."""

Carrier = Courier | Maildrop
"""What takes letters out of the house: a mail server, or a folder."""


def carrier_of(place: Workplace) -> Carrier:
    """The mail server that the settings name, else the folder where letters are written as .eml."""
    server = mail_out(place.settings)
    if server is None:
        return Maildrop(place.settings.outbox_folder)
    return Courier(server, connections=CONNECTIONS, stage=place.reached)


async def deliver(place: Workplace, worker: str, more: Callable[[int], bool] = lambda _: False) -> Tally:
    """Send everything that may leave now; `worker` names this worker in its claims.

    A mail server that cannot be reached leaves the letters in the outbox: they are tried again in later rounds.
    When there are none it asks how many times it asked in vain now whether `more` are being written, and waits.
    """
    in_vain = 0
    sender = Sender.of(place.settings.sender, place.settings.redirect_to)
    tally = Tally()
    pace = Pace(place.settings.letters_per_minute, place.settings.letters_per_minute_to_a_domain)
    zones = await asyncio.to_thread(_zones, place)
    await asyncio.to_thread(write_call_lists, place)
    async with carrier_of(place) as carrier:
        while True:
            done = await _claim_and_send(place, worker, carrier, sender, pace, zones)
            if done is not None:
                tally, in_vain = tally + done, 0
                continue
            in_vain += 1
            if not await asyncio.to_thread(more, in_vain):
                return tally + Tally(sent=await tell_by_channels(place))
            await asyncio.sleep(LOOK_AGAIN)


async def _claim_and_send(
    place: Workplace, worker: str, carrier: Carrier, sender: Sender, pace: Pace, zones: dict[str, ZoneInfo]
) -> Tally | None:
    """What came of some letters, which nothing holds any more when the next are claimed; None where there are none."""
    place.reached("before-claim")
    claimed = await asyncio.to_thread(_claim, place, worker, pace.at_once(CLAIM, LEASE / 3))
    place.reached("claimed")
    if not claimed:
        return None
    waiting = iter(claimed.letters)
    register = _Register(place, worker)

    async def work() -> None:
        for letter in waiting:
            await pace.turn(letter.recipient.address or "")
            with register.expecting():
                result = await _send(place, carrier, letter, sender, _zone(letter, zones))
            place.reached("before-record")
            await register.record(letter, result)
            place.reached("recorded")

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return register.tally + Tally(voided=claimed.voided, uncertain=claimed.uncertain)


class _Register:
    """Records what became of letters: all that is told while one transaction is written goes into the next.

    A synced transaction costs as much as sending several letters, so it waits a moment for those just being sent.
    """

    def __init__(self, place: Workplace, worker: str) -> None:
        self._place, self._worker = place, worker
        self._waiting: list[tuple[Letter, Outcome]] = []
        self._next: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._on_the_way = 0
        self._arrived = asyncio.Event()
        self.tally = Tally()

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Around the sending of a letter."""
        self._on_the_way += 1
        try:
            yield
        finally:
            self._on_the_way -= 1
            if not self._on_the_way:
                self._arrived.set()

    async def record(self, letter: Letter, outcome: Outcome) -> None:
        """Return when it is recorded; what keeps a transaction from being written, is raised to all who wait for it."""
        self._waiting.append((letter, outcome))
        self._next = self._next or asyncio.create_task(self._write())
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        async with self._writing:
            if self._on_the_way:
                self._arrived.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), TOGETHER_WITHIN)
            together, self._waiting, self._next = self._waiting, [], None
            self.tally += await asyncio.to_thread(_record, self._place, together, self._worker)


def _claim(place: Workplace, worker: str, limit: int) -> Claimed:
    """The letters to send now; the administrator is told of those whose worker was not heard of again."""
    now = place.now()
    with place.database.writing() as connection:
        claimed = claim(connection, now=now, token=worker, limit=limit, lease=LEASE)
        for fact in claimed.doubts:
            about = find_letter(connection, [fact.letter], (), "")
            if about is not None and about.kind != "alert":
                notify(connection, place, [fact], now, about)
        return claimed


async def _send(place: Workplace, carrier: Carrier, letter: Letter, sender: Sender, zone: tzinfo) -> Outcome:
    try:
        message = message_of(letter, sender, zone, _enclosed(place, letter))
        found = await carrier.send(
            sender.mailbox.address,
            message.to.address,
            to_bytes(message),
            utf8=needs_smtputf8(message),
            envelope_id=letter.id,
        )
    except Unwritable as error:
        return Outcome(letter.id, "refused", str(error))
    except FileNotFoundError as error:
        return Outcome(letter.id, "refused", f"what goes with it is not there any more: {error.filename}")
    result: Result
    match found:
        case sending.Sent(reply):
            result, detail = "sent", reply
        case sending.Refused(code, reply, permanent):
            result, detail = ("refused" if permanent else "put off"), f"{code} {reply}"
        case sending.Uncertain(reason):
            result, detail = "uncertain", reason
        case sending.NotSent(reason):
            result, detail = "not sent", reason
        case _:
            assert_never(found)
    return Outcome(letter.id, result, detail)


def _enclosed(place: Workplace, letter: Letter) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            one.name,
            one.content_type,
            b"".join(place.attachments.read(one.digest)) if one.digest else one.text.encode(),
        )
        for one in letter.enclosures
    )


def _record(place: Workplace, told: list[tuple[Letter, Outcome]], worker: str) -> Tally:
    now = place.now()
    with place.database.writing() as connection:
        recorded = record_outcomes(connection, [outcome for _, outcome in told], token=worker, now=now)
        trouble = [fact for fact in recorded.facts if not isinstance(fact, Sent)]
        for letter, _ in told if trouble else ():
            of_it = [fact for fact in trouble if fact.letter == letter.id]
            if of_it and letter.kind != "alert":
                notify(connection, place, of_it, now, letter)
        place.reached("recording")
    kinds = [type(fact) for fact in recorded.facts]
    return Tally(sent=kinds.count(Sent), uncertain=kinds.count(Uncertain), failed=kinds.count(Refused))


def _zones(place: Workplace) -> dict[str, ZoneInfo]:
    with place.database.reading() as connection:
        return {one.plan.plan: one.calendar.zone for one in applied_plans(connection)}


def _zone(letter: Letter, zones: dict[str, ZoneInfo]) -> tzinfo:
    return next((zones[plan] for plan in letter.plans if plan in zones), ZoneInfo("UTC"))

"""Letters that come back: the event on the right letter, an address at rest, and everybody who has to know."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from dondoc.core.history import Bounced, LetterEvent, Sent
from dondoc.core.letter import Letter
from dondoc.desk import mailbox
from dondoc.desk.collect import collect
from dondoc.desk.explain import explain_address
from dondoc.desk.round import run_round
from dondoc.desk.status import status_of
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import bounces, outbox
from dondoc.store.arrivals import Arrival, arrived, recent_arrivals
from dondoc.store.letters import Delivery, letter, letters
from dondoc.store.matters import load
from tests.places import local, workplace
from tests.servers.mailstack import MOVED_AWAY, MailStack
from tests.small_plan import H1

OFFICER, HEAD, ADMINISTRATOR = "can-bo@gia-binh.example", "chu-tich@gia-binh.example", "quan-tri@hoi.example"


@pytest.fixture
def place(office: Workplace) -> Workplace:
    return office.at(local("2023-06-19 10:00"))


async def reminder(place: Workplace, to: str = OFFICER) -> Letter:
    """The reminder of 19/6, sent."""
    await run_round(place)
    with place.database.reading() as connection:
        return next(one.letter for one in letters(connection, recipient=to) if one.letter.kind == "duties")


def bounce(place: Workplace, about: Letter, key: str = "1:1", status: str = "5.1.1", action: str = "failed") -> Arrival:
    """A bounce of that letter arrives and is looked into."""
    text = (
        "From: MAILER-DAEMON@mx.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {about.recipient.address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 unknown user\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{about.id}@x>\r\n{key}: x\r\n\r\n--B--\r\n"
    )
    kept = place.attachments.keep([text.encode()])
    with place.database.writing() as connection:
        arrived(connection, "mail", key, kept, arrived_at=place.now(), now=place.now())
    collect(place)
    with place.database.reading() as connection:
        return recent_arrivals(connection, 1)[0]


def state(place: Workplace, one: Letter) -> Delivery:
    with place.database.reading() as connection:
        return letter(connection, one.id)


def fates(place: Workplace, obligation: str = H1) -> list[type[LetterEvent]]:
    with place.database.reading() as connection:
        ((_, history),) = load(connection, [obligation])
    return [type(fact) for fact in history if isinstance(fact, LetterEvent)]


def alerts(place: Workplace) -> dict[str, Letter]:
    with place.database.reading() as connection:
        return {one.letter.recipient.key: one.letter for one in letters(connection) if one.letter.kind == "alert"}


async def test_a_bounce_is_an_event_of_its_letter_and_those_concerned_hear_of_it(place: Workplace) -> None:
    sent = await reminder(place)
    arrival = bounce(place, sent)
    assert (arrival.outcome, arrival.detail.startswith(f"letter {sent.id}: {OFFICER} failed")) == ("bounce", True)
    assert fates(place) == [Sent, Bounced]
    assert (state(place, sent).state, "came back: 5.1.1 550 unknown user" in state(place, sent).error) == (
        "refused",
        True,
    )
    told = alerts(place)
    assert set(told) == {HEAD, ADMINISTRATOR}
    assert told[ADMINISTRATOR].subject.startswith(f"[Cảnh báo] Thư bị trả lại: {OFFICER}")
    assert "5.1.1 550 unknown user" in told[ADMINISTRATOR].text
    assert "Đề nghị đồng chí báo địa chỉ thư đúng cho đơn vị đầu mối" in told[HEAD].text
    assert "550" not in told[HEAD].text
    assert status_of(place, H1).came_back
    told_of = explain_address(place, OFFICER)
    assert told_of.dead is not None
    assert told_of.dead.why == "5.1.1 550 unknown user"


async def test_a_second_bounce_of_the_same_letter_changes_nothing(place: Workplace) -> None:
    sent = await reminder(place)
    bounce(place, sent)
    again = bounce(place, sent, "1:2")
    assert (again.outcome, again.detail.endswith("; known before")) == ("bounce", True)
    assert fates(place) == [Sent, Bounced]


async def test_nothing_more_is_sent_to_a_dead_address_until_it_is_readmitted(place: Workplace) -> None:
    sent = await reminder(place)
    bounce(place, sent)
    later = place.at(local("2023-06-21 08:00"))
    await run_round(later)
    with place.database.reading() as connection:
        chase = next(one for one in letters(connection, recipient=OFFICER) if one.letter.id != sent.id)
    assert (chase.letter.kind, chase.state) == ("duties", "to_hand_over")
    said = r"letters to can-bo@gia-binh\.example come back .*readmit"
    with later.database.writing() as connection, pytest.raises(NotAllowed, match=said):
        outbox.retry(connection, sent.id, by="x", now=later.now())

    with later.database.writing() as connection:
        assert bounces.readmit(connection, OFFICER, now=later.now()) == 1
    await run_round(later)
    assert state(later, chase.letter).state == "sent"
    with later.database.writing() as connection, pytest.raises(NotAllowed, match="it never ceased"):
        bounces.readmit(connection, OFFICER, now=later.now())


async def test_what_waits_for_a_dead_address_is_given_by_hand(place: Workplace) -> None:
    sent = await reminder(place)
    with place.database.writing() as connection:
        waiting = replace(sent, id="k7qx2m4zgc6whaab", natural_key="receipt|x|y", kind="receipt", steps=())
        assert outbox.enqueue(connection, waiting)
    bounce(place, sent)
    assert (state(place, waiting).state, state(place, waiting).error) == (
        "to_hand_over",
        "came back: 5.1.1 550 unknown user",
    )


@pytest.mark.parametrize(
    ("action", "status", "fates_", "next_state"),
    [
        pytest.param("delayed", "4.4.1", [Sent], "sent", id="late: nothing is lost"),
        pytest.param("failed", "5.2.2", [Sent, Bounced], "refused", id="full: this letter is lost, not the address"),
    ],
)
async def test_what_is_not_for_good_leaves_the_address_alone(
    place: Workplace, action: str, status: str, fates_: list[type], next_state: str
) -> None:
    sent = await reminder(place)
    bounce(place, sent, status=status, action=action)
    assert (fates(place), state(place, sent).state) == (fates_, next_state)
    assert explain_address(place, OFFICER).dead is None
    await run_round(place.at(local("2023-06-21 08:00")))
    with place.database.reading() as connection:
        newest = next(one for one in letters(connection, recipient=OFFICER) if one.letter.kind == "duties")
    assert newest.letter.id != sent.id
    assert newest.state == "sent"


async def test_in_a_rehearsal_no_ones_own_address_is_dead(place: Workplace) -> None:
    sent = await reminder(place)
    rehearsal = workplace(place.settings.home, place.database.url, at=place.now(), redirect_to="tap-duot@hoi.example")
    bounce(rehearsal, sent)
    assert explain_address(place, OFFICER).dead is None


async def test_a_bounce_of_an_alert_does_not_ring_for_ever(place: Workplace) -> None:
    bounce(place, await reminder(place))
    await run_round(place)
    bounce(place, alerts(place)[ADMINISTRATOR], "1:2")
    assert set(alerts(place)) == {HEAD, ADMINISTRATOR}
    assert explain_address(place, ADMINISTRATOR).dead is not None


async def test_a_bounce_of_no_letter_of_ours_is_kept_for_a_person(place: Workplace) -> None:
    other = replace(await reminder(place), id="a" * 16)
    arrival = bounce(place, other)
    assert (arrival.outcome, arrival.detail.startswith("a bounce of no letter that we know")) == ("aside", True)
    assert alerts(place) == {}


class Killed(BaseException):
    pass


async def test_a_bounce_cut_off_in_the_middle_is_recorded_once_afterwards(place: Workplace) -> None:
    sent = await reminder(place)

    def cut_off(point: str) -> None:
        if point == "bounce-recorded":
            raise Killed

    with pytest.raises(Killed):
        bounce(replace(place, reached=cut_off), sent)
    assert (fates(place), alerts(place)) == ([Sent], {})
    collect(place)
    assert (fates(place), set(alerts(place))) == ([Sent, Bounced], {HEAD, ADMINISTRATOR})


@pytest.mark.servers
async def test_a_real_bounce_from_postfix_finds_its_letter(tmp_path: Path, box: MailStack) -> None:
    from dondoc.desk.plans import apply_plan
    from tests.small_plan import ORGANISATION, write_plan

    place = workplace(
        tmp_path / "home",
        f"sqlite:///{tmp_path / 'd.db'}",
        smtp_url=box.smtp_url(),
        imap_url=box.imap_url(),
        **{"from": "Đôn đốc <nhac-viec@hoi.example>"},
    )
    file = write_plan(tmp_path / "plans", organisation=ORGANISATION.replace(OFFICER, MOVED_AWAY))
    apply_plan(place, file, by="quan-tri")
    there = place.at(local("2023-06-19 10:00"))
    sent = await reminder(there, MOVED_AWAY)
    assert state(there, sent).state == "sent", state(there, sent).error
    for _ in range(150):
        mailbox.take_in_mail(there)
        collect(there)
        if state(there, sent).state == "refused":
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail(box.log())
    assert fates(there) == [Sent, Bounced]
    with there.database.reading() as connection:
        raw = b"".join(there.attachments.read(recent_arrivals(connection, 1)[0].digest)).decode()
        assert MOVED_AWAY in bounces.known_dead(connection)
    assert f"Original-Envelope-Id: {sent.id}" in raw, "Postfix repeats what the envelope was called"

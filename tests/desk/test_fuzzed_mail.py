"""Thousands of damaged replies: none is fatal, nothing is stored by half, and every one is accounted for."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from dondoc.core.history import Submitted
from dondoc.desk.mailbox import record_mail
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import arrived, recent_arrivals, waiting
from dondoc.store.letters import letters
from dondoc.store.submissions import submissions_of
from notifications.traces import token_of
from tests.desk.answered import OFFICER, events_of, letter_to, pdf
from tests.places import local, workplace
from tests.small_plan import H1, XAC_NHAN, write_plan

SEED, MESSAGES = 20230619, 5_000
REPLIES = Path(__file__).parent.parent / "notifications" / "replies"
WORDS = (
    b"base64", b"quoted-printable", b"utf-8", b"utf-7", b"windows-1258", b"multipart/mixed", b"text/html", b"boundary=",
    b"message/rfc822", b"charset=", b"filename*0*=utf-8''%E1", b"=?utf-8?b?4bqk?=", b"\r\n\r\n", b"--", b">", b"\t",
    b"<blockquote>", b"<![CDATA[", b"&#xfffffff;", b"I12: 4", b"I13:", b"\x00", b"\xff\xfe", b"%PDF-", b"PK\x03\x04",
)  # fmt: skip


def damaged(seeds: list[bytes], chance: random.Random) -> bytes:
    """One of the messages with up to a dozen of its bytes, words, lines or parts changed."""
    message = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(message) + 1)
        match chance.randrange(7):
            case 0 if message:
                message[at % len(message)] = chance.randrange(256)
            case 1:
                del message[at : at + chance.randrange(80)]
            case 2:
                message[at:at] = chance.choice(WORDS)
            case 3:
                message[at:at] = message[at : at + chance.randrange(400)]
            case 4:
                lines = message.split(b"\r\n")
                chance.shuffle(lines) if chance.random() < 0.1 else lines.pop(chance.randrange(len(lines)))
                message = bytearray(b"\r\n".join(lines))
            case 5 if chance.random() < 0.2:
                del message[at:]
            case _:
                other = chance.choice(seeds)
                start = chance.randrange(len(other))
                message[at:at] = other[start : start + chance.randrange(300)]
    return bytes(message)


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    place = workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'dondoc.db'}")
    apply_plan(place, write_plan(tmp_path / "plans" / "hoi"), by="quan-tri")
    submit(place.at(local("2023-04-14 10:00")), XAC_NHAN, {}, by="x", channel="cli")
    asyncio.run(run_round(place.at(local("2023-06-19 08:00"))))
    return place.at(local("2023-06-19 10:00"))


@pytest.mark.proof
def test_every_damaged_reply_comes_to_something_and_nothing_is_stored_by_half(
    place: Workplace, proof_share: float
) -> None:
    letter = letter_to(place, OFFICER)
    seeds = [
        path.read_bytes().replace(b"@LETTER@", letter.id.encode()).replace(b"@TOKEN@", token_of(letter.id).encode())
        for path in sorted(REPLIES.glob("*.eml"))
    ]
    with_scan = seeds[0].replace(b"--000000000000a1b2c305fe0--", b"--000000000000a1b2c305fe0\r\n"
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n" + pdf()
        + b"\r\n--000000000000a1b2c305fe0--")  # fmt: skip
    seeds.append(with_scan)
    chance = random.Random(SEED)
    sent = round(MESSAGES * proof_share)
    for number in range(sent):
        raw = damaged(seeds, chance)
        kept = place.attachments.keep([raw])
        with place.database.writing() as connection:
            assert arrived(connection, "mail", f"1:{number}", kept, arrived_at=place.now(), now=place.now())
            (arrival, *_) = recent_arrivals(connection, 1)
        record_mail(place, arrival)

    with place.database.reading() as connection:
        assert waiting(connection) == ()
        found = recent_arrivals(connection, sent + 1)
        versions = submissions_of(connection, H1)
        answers = [one for one in letters(connection, recipient=OFFICER, limit=10_000) if one.letter.kind == "answer"]
    counts = Counter(one.outcome for one in found)
    assert len(found) == sent
    assert counts["submitted"] > sent / 20, "some survive, else the damage proves nothing"
    assert not [one.detail for one in found if one.outcome == "broken"]
    recorded = [one for one in events_of(place, H1) if isinstance(one, Submitted)]
    assert [one.version for one in recorded] == [one.version for one in versions]
    assert len([one for one in found if one.outcome == "submitted"]) >= len(recorded)
    for version in versions:
        for file in version.attachments:
            assert sum(map(len, place.attachments.read(file.digest))) == file.size
    assert all(place.attachments.path(one.digest).stat().st_size == one.size for one in found)
    assert len(answers) <= 2, "within one hour"

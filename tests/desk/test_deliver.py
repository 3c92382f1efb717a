"""What leaves the outbox: the message that a letter becomes, with what goes along with it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from dondoc.core.letter import Enclosure
from dondoc.desk.deliver import deliver
from dondoc.desk.round import run_round
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import letters
from dondoc.store.outbox import enqueue
from tests.places import local

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\nEND:VCALENDAR\r\n"


def written(place: Workplace) -> dict[str, EmailMessage]:
    """The messages in the folder where letters are written, by their Message-IDs."""
    found = {}
    for file in place.settings.outbox_folder.iterdir():
        message = message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        found[str(message["message-id"])] = message
    return found


async def test_a_letter_takes_its_enclosures_along_and_carries_its_marks_out(office: Workplace) -> None:
    place = office.at(local("2023-06-19 08:00"))
    await run_round(place)
    with place.database.reading() as connection:
        (usual,) = (one.letter for one in letters(connection, recipient="can-bo@gia-binh.example", limit=1))
    kept = place.attachments.keep([CALENDAR])
    letter = replace(
        usual,
        id="k7qx2m4zgc6whaab",
        natural_key="receipt|x|y",
        kind="receipt",
        steps=(),
        created_at=local("2023-06-18 23:30"),
        enclosures=(Enclosure("Lịch công việc tháng 6 của Hội Phụ nữ huyện.ics", "text/calendar", kept.digest),),
    )
    with place.database.writing() as connection:
        assert enqueue(connection, letter)
    with place.database.reading() as connection:
        (stored,) = (one.letter for one in letters(connection, ids=[letter.id]))
    assert stored == letter
    assert (await deliver(place, "worker")).sent == 1

    message = written(place)["<k7qx2m4zgc6whaab@tinh-hoi.example>"]
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "Lịch công việc tháng 6 của Hội Phụ nữ huyện.ics"
    assert attachment.get_payload(decode=True) == CALENDAR
    assert message["reply-to"].addresses[0].addr_spec == "theo-doi+k7qx2m4z@tinh-hoi.example"
    assert str(message["references"]).endswith("<again.k7qx2m4zgc6whaab@tinh-hoi.example>")
    assert str(message["date"]) == "Mon, 19 Jun 2023 08:00:00 +0700", "when it may leave, not when it was written"


async def test_a_letter_whose_enclosure_was_erased_is_refused_with_the_reason(office: Workplace) -> None:
    place = office.at(local("2023-06-19 08:00"))
    await run_round(place)
    with place.database.reading() as connection:
        (usual,) = (one.letter for one in letters(connection, recipient="can-bo@gia-binh.example", limit=1))
    gone = (Enclosure("a.ics", "text/calendar", "0" * 64),)
    letter = replace(usual, id="k7qx2m4zgc6whaab", natural_key="receipt|x|y", steps=(), enclosures=gone)
    with place.database.writing() as connection:
        enqueue(connection, letter)
    assert (await deliver(place, "worker")).failed == 1
    with place.database.reading() as connection:
        (found,) = letters(connection, ids=[letter.id])
    assert (found.state, "is not there any more" in found.error) == ("refused", True)

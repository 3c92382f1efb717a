"""Replies all the way: the letter by Postfix and Dovecot to its unit, the answer back by IMAP, and what came of it."""

from __future__ import annotations

import asyncio
import email
import shutil
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import pytest
from aiosmtplib import SMTP
from imap_tools import AND
from openpyxl import load_workbook

from dondoc.core.letter import Letter
from dondoc.desk.collect import collect
from dondoc.desk.deliver import deliver
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from dondoc.store.arrivals import Arrival, recent_arrivals
from dondoc.store.letters import letters
from dondoc.store.submissions import Submission, submissions_of
from notifications.inbox import TAKEN
from notifications.traces import token_of
from tests.desk.answered import pdf
from tests.places import local, workplace
from tests.servers.mailstack import MailStack
from tests.small_plan import H1, ORGANISATION, PLAN, XAC_NHAN, write_plan

pytestmark = [pytest.mark.servers, pytest.mark.slow]

OURS = "nhac-viec@hoi.example"
THEIRS = "van-phong@luong-tai.example"
REPLIES = Path(__file__).parent.parent / "notifications" / "replies"
CLIENTS = sorted(path.stem for path in REPLIES.glob("*.eml"))


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory, mail: MailStack) -> Iterator[Path]:
    """The home of a place whose reminder of 19 June 2023 was delivered to the unit's real mailbox."""
    folder = tmp_path_factory.mktemp("morning")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(mail.ca_file))
        empty(mail)  # of what the tests of other files left, before the round reads it
        place = office(folder / "home", mail)
        organisation = ORGANISATION.replace("can-bo@gia-binh.example", THEIRS)
        plan = PLAN
        for vi, en in (("Số vụ tiếp nhận", "Cases received"), ("Số vụ giải quyết", "Cases settled")):
            plan = plan.replace(f"label: {vi}", f"label: {{vi: {vi}, en: {en}}}")
        apply_plan(place, write_plan(folder / "plans" / "hoi", plan, organisation), by="quan-tri")
        submit(place.at(local("2023-04-14 10:00")), XAC_NHAN, {}, by="x", channel="cli")
        asyncio.run(run_round(place.at(local("2023-06-19 08:00"))))
        place.database.close()
        yield folder / "home"


def office(home: Path, mail: MailStack) -> Workplace:
    settings = {"from": f"Đôn đốc <{OURS}>", "imap_url": mail.imap_url(), "smtp_url": mail.smtp_url()}
    return workplace(home, f"sqlite:///{home / 'dondoc.db'}", **settings)


def empty(mail: MailStack) -> None:
    """Leave nothing in our mailbox."""
    with mail.mailbox(OURS) as box:
        for folder in ("INBOX", TAKEN):
            if box.folder.exists(folder):
                box.folder.set(folder)
                box.delete(box.uids())


@pytest.fixture
def place(tmp_path: Path, morning: Path, mail: MailStack, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """At 10:00 on that day, with a place of its own and an empty mailbox."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail.ca_file))
    empty(mail)
    shutil.copytree(morning, tmp_path / "home")
    return office(tmp_path / "home", mail).at(local("2023-06-19 10:00"))


def reminder(place: Workplace) -> Letter:
    with place.database.reading() as connection:
        found = [one for one in letters(connection, recipient=THEIRS, obligation=H1) if one.letter.kind == "duties"]
    assert [(one.state, one.letter.about) for one in found] == [("sent", (H1,))]
    return found[0].letter


def delivered(mail: MailStack, user: str, search: AND) -> EmailMessage:
    """The message in the user's mailbox that is searched for, once it is there."""
    with mail.mailbox(user) as box:
        for _ in range(100):
            if found := list(box.fetch(search, mark_seen=False, reverse=True, charset="UTF-8")):
                message = email.message_from_bytes(found[0].obj.as_bytes(), policy=default)
                assert isinstance(message, EmailMessage)
                return message
            time.sleep(0.1)
            box.client.noop()
    raise AssertionError(f"nothing came to {user}\n{mail.log()}")


async def hand_over(mail: MailStack, raw: bytes, *, sender: str = THEIRS, signed_in: bool = True) -> None:
    """Give a message to Postfix: by the door with a password, or by the one in clear."""
    port = mail.submission_port if signed_in else mail.smtp_port
    client = SMTP(hostname="localhost", port=port, start_tls=signed_in, cert_bundle=str(mail.ca_file))
    async with client:
        if signed_in:
            await client.login(THEIRS, mail.users[THEIRS])
        await client.sendmail(sender, [OURS], raw)


def taken_in(place: Workplace, mail: MailStack) -> Arrival:
    """What became of the message, once Dovecot has it."""
    for _ in range(100):
        with mail.mailbox(OURS) as box:
            if box.uids():
                break
        time.sleep(0.05)
    collect(place)
    with place.database.reading() as connection:
        (arrival,) = recent_arrivals(connection)
    return arrival


def kept(place: Workplace) -> Submission:
    with place.database.reading() as connection:
        (found,) = submissions_of(connection, H1)
    return found


def filled_in(letter: Letter, name: str) -> bytes:
    raw = (REPLIES / f"{name}.eml").read_text(encoding="utf-8")
    raw = raw.replace("can-bo@gia-binh.example", THEIRS).replace("@LETTER@", letter.id)
    return (
        raw.replace("[#@TOKEN@]", f"[#{token_of(letter.id).upper()}]").replace("@TOKEN@", token_of(letter.id)).encode()
    )


def answer_to(letter: Letter, text: str, sender: str = THEIRS) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, OURS, "Re: bao cao"
    message["In-Reply-To"] = f"<{letter.id}@hoi.example>"
    message.set_content(text)
    return message


@pytest.mark.parametrize("name", CLIENTS)
async def test_the_figures_of_every_mail_program_are_a_submission_with_a_receipt(
    place: Workplace, mail: MailStack, name: str
) -> None:
    await hand_over(mail, filled_in(reminder(place), name).replace(b"\n", b"\r\n").replace(b"\r\r\n", b"\r\n"))
    arrival = taken_in(place, mail)
    assert (arrival.outcome, arrival.obligation) == ("submitted", H1), arrival.detail
    found = kept(place)
    assert (found.channel, found.by) == ("reply", THEIRS)
    assert {name: found.data[name] for name in ("I12", "I13")} == {"I12": 1250, "I13": 3}
    with place.database.reading() as connection:
        assert "receipt" in {one.letter.kind for one in letters(connection, recipient=THEIRS, obligation=H1)}


async def test_the_sheet_of_the_letter_comes_back_filled_in_with_a_scan_and_the_receipt_is_delivered(
    place: Workplace, mail: MailStack
) -> None:
    letter = reminder(place)
    came = delivered(mail, THEIRS, AND(subject="Nhắc việc"))
    (sheet,) = [file for file in came.iter_attachments() if str(file.get_filename()).endswith(".xlsx")]
    assert sheet.get_filename() == "bao-cao-gia-binh-2023-H1.xlsx"
    book = load_workbook(BytesIO(sheet.get_payload(decode=True)))
    for row in book.worksheets[0].iter_rows(max_col=3):
        if row[0].value in ("I12", "I13"):
            row[2].value = {"I12": 1250, "I13": 3}[row[0].value]
    out = BytesIO()
    book.save(out)
    message = answer_to(letter, "Gửi Ban biểu và bản quét.")
    message.add_attachment(out.getvalue(), maintype="application", subtype="octet-stream", filename="Bao cao.xlsx")
    message.add_attachment(pdf(), maintype="application", subtype="pdf", filename="Báo cáo đã ký.pdf")
    await hand_over(mail, message.as_bytes())
    assert taken_in(place, mail).outcome == "submitted"
    found = kept(place)
    assert found.data == {"I12": 1250, "I13": 3}
    assert [(one.filename, one.size) for one in found.attachments] == [("Báo cáo đã ký.pdf", len(pdf()))]
    await deliver(place, "test")
    receipt = delivered(mail, THEIRS, AND(subject="Đã nhận"))
    assert receipt["auto-submitted"] == "auto-generated"


async def test_wrong_figures_are_answered_and_the_answer_is_delivered_and_answered_in_turn(
    place: Workplace, mail: MailStack
) -> None:
    await hand_over(mail, answer_to(reminder(place), "I12: khoảng mười\nI13: 3").as_bytes())
    assert taken_in(place, mail).outcome == "refused"
    await deliver(place, "test")
    answer = delivered(mail, THEIRS, AND(subject="Chưa ghi nhận"))
    text = answer.get_body(("plain",)).get_content()
    assert "- I12 (Số vụ tiếp nhận): phải là số" in text
    assert "khoảng mười" not in text
    again = EmailMessage()
    again["From"], again["To"], again["Subject"] = THEIRS, answer["reply-to"], "Re: chưa ghi nhận"
    again.set_content("I12: 10\nI13: 3")
    await hand_over(mail, again.as_bytes())
    collected = place.at(local("2023-06-19 10:30"))
    for _ in range(100):
        collect(collected)
        with place.database.reading() as connection:
            if recent_arrivals(connection, 1, ["submitted"]):
                break
        await asyncio.sleep(0.05)
    assert kept(place).data == {"I12": 10, "I13": 3}


STRANGER = "ai-do@noi-khac.example"


async def test_a_strangers_reply_is_kept_aside(place: Workplace, mail: MailStack) -> None:
    message = answer_to(reminder(place), "I12: 9\nI13: 9", STRANGER)
    await hand_over(mail, message.as_bytes(), sender=STRANGER, signed_in=False)
    arrival = taken_in(place, mail)
    assert (arrival.outcome, "nobody of the organisation" in arrival.detail) == ("aside", True)
    assert_nothing_was_recorded(place, told=STRANGER)


async def test_a_forged_sender_is_disowned_by_our_own_server_and_kept_aside(place: Workplace, mail: MailStack) -> None:
    await hand_over(mail, answer_to(reminder(place), "I12: 9\nI13: 9").as_bytes(), signed_in=False)
    arrival = taken_in(place, mail)
    assert (arrival.outcome, "SPF: fail" in arrival.detail) == ("aside", True)
    assert_nothing_was_recorded(place, told=THEIRS)


def assert_nothing_was_recorded(place: Workplace, *, told: str) -> None:
    with place.database.reading() as connection:
        assert submissions_of(connection, H1) == ()
        found = [one.letter for one in letters(connection, recipient="quan-tri@hoi.example")]
        assert any(told in letter.subject for letter in found if letter.kind == "alert")
        about = letters(connection, recipient=told, obligation=H1)
        assert {one.letter.kind for one in about} <= {"duties"}


async def test_an_automatic_answer_is_nobodys_answer_and_is_not_answered(place: Workplace, mail: MailStack) -> None:
    message = answer_to(reminder(place), "Tôi đi vắng đến 30/6. I12: 9")
    message["Auto-Submitted"] = "auto-replied"
    await hand_over(mail, message.as_bytes())
    arrival = taken_in(place, mail)
    assert arrival.outcome == "ignored"
    with place.database.reading() as connection:
        assert submissions_of(connection, H1) == ()
        assert not [one for one in letters(connection, recipient=THEIRS) if one.letter.kind == "answer"]

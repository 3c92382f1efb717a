"""Whatever a letter says, and whoever it is to, reads back exactly as it was written."""

import doctest
import random
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications import mime
from notifications.mime import Attachment, Mailbox, in_ascii, one_line, to_bytes
from notifications.wire import dotted, with_crlf
from tests.notifications.written_letter import LETTER, VIETNAM, name_read, parsed, vietnamese


def assert_well_formed(data: bytes) -> None:
    """RFC 5322 §2.1.1, 2047 §2, 2045 §6.8: lines end in CRLF and keep their limits, nothing is beyond ASCII."""
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        assert line.strip(), "no line of a header is blank"
        assert len(line) <= (76 if b"=?utf-8?b?" in line else 78)
    assert max(map(len, body.split(b"\r\n"))) <= 78
    message = parsed(data)
    for part in message.walk():
        assert part.defects == []
        for value in part.values():
            assert value.defects == (), f"{value}: {value.defects}"


# --- random Vietnamese


@pytest.mark.proof
def test_random_vietnamese_subjects_names_and_file_names_read_back_exactly(proof_share: float):
    chance = random.Random(2023)
    for _ in range(int(10_000 * proof_share)):
        letter = replace(
            LETTER,
            sender=Mailbox(vietnamese(chance, 12), "theo-doi@hoi.example"),
            to=Mailbox(vietnamese(chance, 12), "a@b.example"),
            subject=vietnamese(chance),
            attachments=(
                Attachment(f"{vietnamese(chance, 12)}.docx", "application/octet-stream", chance.randbytes(99)),
            ),
        )
        data = to_bytes(letter)
        assert_well_formed(data)
        message = parsed(data)
        [file] = message.iter_attachments()
        assert message["subject"] == one_line(letter.subject)
        assert name_read(data, "from") == one_line(letter.sender.name)
        assert name_read(data, "to") == one_line(letter.to.name)
        assert file["content-disposition"].params["filename"] == re.sub(
            r"[/\\]", "_", one_line(letter.attachments[0].filename)
        )
        assert file.get_content() == letter.attachments[0].content


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
PIECES = [*"aàảãáạăằâđêôơưứỰ \"',;:<>()[]@\\=?_.-\r\n\t", "e\u0301", "u\u031b\u0323", "=?utf-8?q?x?="]
TEXT = ANY_TEXT | st.lists(st.sampled_from(PIECES), max_size=200).map("".join)


@given(TEXT)
@example("x" * 2000)
@example("=?utf-8?b?eA==?=")
@example("ế" * 300)
@example("a " * 100)
def test_any_subject_reads_back_as_its_one_line(subject: str):
    data = to_bytes(replace(LETTER, subject=subject))
    assert_well_formed(data)
    assert parsed(data)["subject"] == one_line(subject)


@given(TEXT)
@example('Nguyễn Thị "Hoa", Chủ tịch <ai@kia.example>')
@example('O\'Hara "x\\y", (z)')
@example("a" * 900)
def test_any_name_reads_back_and_the_address_stays(name: str):
    data = to_bytes(replace(LETTER, to=Mailbox(name, "a.b+c@d-e.example")))
    assert_well_formed(data)
    assert name_read(data, "to") == one_line(name)
    [address] = parsed(data)["to"].addresses
    assert address.addr_spec == "a.b+c@d-e.example"
    if len(one_line(name).encode()) <= 42:  # one encoded word
        assert address.display_name == one_line(name)


@given(TEXT.filter(one_line))
@example("Báo cáo “6 tháng”; bản cuối (1).docx")
@example("Kế hoạch " * 30 + ".pdf")
@example("plain.pdf")
@example('"quoted"')
@example("<pointed>")
@example("=?utf-8?q?x?=.pdf")
@example("x" * 255)
def test_any_file_name_reads_back_without_its_slashes(filename: str):
    letter = replace(LETTER, html=None, attachments=(Attachment(filename, "application/pdf", b"%PDF"),))
    data = to_bytes(letter)
    assert_well_formed(data)
    [file] = parsed(data).iter_attachments()
    assert file["content-disposition"].params["filename"] == re.sub(r"[/\\]", "_", one_line(filename))
    fallback = file["content-type"].params["name"]
    assert fallback.isascii()
    assert len(fallback) <= 60


@given(text=TEXT, html=st.none() | TEXT)
def test_any_text_reads_back_with_crlf_line_ends(text: str, html: str | None):
    data = to_bytes(replace(LETTER, text=text, html=html))
    assert_well_formed(data)
    assert with_crlf(bytes(data)) == data, "a line end that the wire would have to mend"
    assert dotted(bytes(data)) == dotted(data), "a dot at the beginning of a line"
    message = parsed(data)
    for wanted, subtype in ((text, "plain"), (html, "html")):
        if wanted is not None:
            body = message.get_body((subtype,))
            assert body is not None
            read = body.get_payload(decode=True).decode()
            assert read == re.sub("\r\n|\r|\n", "\r\n", unicodedata.normalize("NFC", wanted))


@given(ANY_TEXT)
def test_nothing_in_a_text_can_begin_a_header_of_its_own(evil: str):
    evil = f"x\r\nBcc: ai@kia.example\r\n\r\n{evil}\nX-Evil: 1"
    files = (Attachment(evil, "text/plain", b""),)
    letter = replace(
        LETTER,
        subject=evil,
        to=Mailbox(evil, "a@b.example"),
        sender=Mailbox(evil, "a@b.example"),
        headers=(("X-Plan", evil),),
        attachments=files,
    )
    data = to_bytes(letter)
    assert dotted(with_crlf(bytes(data))) == dotted(data), "the wire would have to mend it"
    message = parsed(data)
    assert message["bcc"] is None
    assert message["x-evil"] is None
    assert [part["x-evil"] or part["bcc"] for part in message.walk()] == [None] * 5


# --- the form


def test_a_letter_looks_like_this():
    letter = replace(
        LETTER,
        references=("<ke-hoach.luong-tai@hoi.example>", "<k7qx@hoi.example>"),
        in_reply_to="<k7qx@hoi.example>",
        list_id="ke-hoach-tre-em-2023.hoi.example",
        headers=(("X-Auto-Response-Suppress", "All"),),
        text="Kính gửi",
        html="<p>Kính gửi</p>",
    )
    assert to_bytes(letter).decode().split("\r\n") == [
        "From: =?utf-8?b?QmFuIHRoZW8gZMO1aQ==?= <theo-doi@hoi.example>",
        "To: =?utf-8?b?SOG7mWkgTEhQTiBodXnhu4duIEzGsMahbmcgVMOgaQ==?=",
        " <van-phong@luong-tai.example>",
        "Reply-To: theo-doi+k7qx@hoi.example",
        "Subject: =?utf-8?b?W05o4bqvYyB2aeG7h2NdIELDoW8gY8OhbyA2IHRow6FuZyBjw7Ru?=",
        " =?utf-8?b?ZyB0w6FjIHRy4bq7IGVtOiBjw7JuIDMgbmfDoHkgbMOgbSB2aeG7h2MgKGg=?=",
        " =?utf-8?b?4bqhbiAxOS82LzIwMjMp?=",
        "Date: Wed, 14 Jun 2023 08:00:00 +0700",
        "Message-ID: <nhac.luong-tai.2023-06-19@hoi.example>",
        "In-Reply-To: <k7qx@hoi.example>",
        "References: <ke-hoach.luong-tai@hoi.example> <k7qx@hoi.example>",
        "Auto-Submitted: auto-generated",
        "List-Id: <ke-hoach-tre-em-2023.hoi.example>",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative;",
        ' boundary="=_a_e7290c30ff8dc07fc2fa12f8"',
        "",
        "--=_a_e7290c30ff8dc07fc2fa12f8",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        "S8OtbmggZ+G7rWk=",
        "--=_a_e7290c30ff8dc07fc2fa12f8",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        "PHA+S8OtbmggZ+G7rWk8L3A+",
        "--=_a_e7290c30ff8dc07fc2fa12f8--",
        "",
    ]


@pytest.mark.parametrize(
    ("html", "files", "types"),
    [
        (None, 0, ["text/plain"]),
        ("<p>", 0, ["multipart/alternative", "text/plain", "text/html"]),
        (None, 1, ["multipart/mixed", "text/plain", "application/pdf"]),
        (
            "<p>",
            2,
            [
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "text/html",
                "application/pdf",
                "application/pdf",
            ],
        ),
    ],
)
def test_the_simplest_structure_that_holds_the_letter_is_used(html: str | None, files: int, types: list[str]):
    file = Attachment("a.pdf", "application/pdf", bytes(range(256)) * 200)
    message = parsed(to_bytes(replace(LETTER, html=html, attachments=(file,) * files)))
    assert [part.get_content_type() for part in message.walk()] == types
    assert [part.get_content() for part in message.iter_attachments()] == [file.content] * files


@pytest.mark.parametrize("size", [*range(200), 56 * 300, 57 * 300, 57 * 300 + 1, 57 * 1000, 100_000])
def test_files_of_every_size_read_back_in_lines_of_76(size: int):
    content = random.Random(size).randbytes(size)
    data = to_bytes(replace(LETTER, attachments=(Attachment("a.bin", "application/octet-stream", content),)))
    assert_well_formed(data)
    [file] = parsed(data).iter_attachments()
    assert file.get_content() == content


def test_an_icalendar_file_keeps_the_parameters_of_its_type():
    file = Attachment("han.ics", "text/calendar; method=PUBLISH; charset=utf-8", b"BEGIN:VCALENDAR\r\n")
    [part] = parsed(to_bytes(replace(LETTER, attachments=(file,)))).iter_attachments()
    assert part["content-type"].params == {"method": "PUBLISH", "charset": "utf-8", "name": "han.ics"}


def test_the_same_letter_has_the_same_bytes_and_another_id_another_boundary():
    assert to_bytes(LETTER) == to_bytes(replace(LETTER))
    boundaries = {parsed(to_bytes(replace(LETTER, message_id=f"<{n}@x>"))).get_boundary() for n in range(100)}
    assert len(boundaries) == 100


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (datetime(2023, 6, 4, 8, 0, tzinfo=VIETNAM), "Sun, 04 Jun 2023 08:00:00 +0700"),
        (datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), "Thu, 29 Feb 2024 23:59:59 +0000"),
        (
            datetime(2023, 1, 1, 0, 0, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
            "Sun, 01 Jan 2023 00:00:00 -0330",
        ),
    ],
)
def test_the_date_is_in_the_zone_that_it_came_in(date: datetime, written: str):
    message = parsed(to_bytes(replace(LETTER, date=date)))
    assert str(message["date"]) == written
    assert message["date"].datetime == date


def test_many_references_are_folded():
    references = tuple(f"<{n}.luong-tai.2023-06-19@hoi.example>" for n in range(40))
    data = to_bytes(replace(LETTER, references=references))
    assert_well_formed(data)
    assert tuple(str(parsed(data)["references"]).split()) == references


def test_a_long_web_address_in_a_header_is_left_whole():
    link = f"<https://don-doc.example/{'x' * 300}>"
    data = to_bytes(replace(LETTER, headers=(("List-Unsubscribe", link),)))
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in data


def test_text_without_accents_for_those_who_read_no_others():
    assert in_ascii("ĐÔN ĐỐC: Thuỳ, Quỳnh, ừ ữ ỗ") == "DON DOC: Thuy, Quynh, u u o"


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(mime).failed == 0

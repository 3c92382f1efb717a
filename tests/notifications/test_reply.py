"""Replies as the mail programs of offices write them: what is new in them, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.plan import FormField
from dondoc.core.reply import Asked, read_reply
from notifications.html_text import html_text
from notifications.message_body import read_body
from notifications.reply import new_text

REPLIES = Path(__file__).parent / "replies"
REPORT = Asked(
    "ke-hoach/bao-cao/gia-binh/2023-H1",
    1,
    "owner",
    ("Báo cáo 6 tháng", "Half-yearly report"),
    (
        FormField(id="I12", label={"vi": "Số vụ tiếp nhận", "en": "Cases received"}, type="integer"),
        FormField(id="I13", label={"vi": "Số vụ giải quyết", "en": "Cases settled"}, type="integer"),
        FormField(id="note", label={"vi": "Ghi chú", "en": "Note"}, type="long text", required=False),
    ),
)


def told(name: str) -> list[dict[str, str]]:
    """What each form of the text says: plain, and HTML where there is one."""
    body = read_body((REPLIES / f"{name}.eml").read_bytes())
    found = [read_reply(new_text(text), [REPORT]).said for text in body.texts]
    assert all(len(said) == 1 for said in found)
    assert not any(said[0].strange for said in found)
    return [dict(said[0].answers) for said in found]


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("gmail-vi", [{"I12": "1.250", "I13": "3"}] * 2),
        ("gmail-en", [{"I12": "1250", "I13": "3"}]),
        ("outlook-vi", [{"I12": "1.250", "I13": "3"}] * 2),
        ("outlook-en", [{"I12": "1250", "I13": "3"}]),
        ("ios-vi", [{"I12": "1250", "I13": "3"}] * 2),
        ("ios-en", [{"I12": "1250", "I13": "3"}]),
        (
            "thunderbird-vi",
            [{"I12": "1250", "I13": "3", "note": "một vụ chuyển từ năm 2022 sang, đã có biên bản"}],
        ),
        ("zimbra-vi", [{"I12": "1250", "I13": "3"}] * 2),
        ("roundcube-vi", [{"I12": "1250", "I13": "3"}]),
        ("yahoo-vi", [{"I12": "1.250", "I13": "3"}]),
        ("outlook-express-1258", [{"I12": "1250", "I13": "3"}]),
    ],
)
def test_the_figures_of_every_mail_program_are_read_and_the_quoted_letter_is_not(
    name: str, figures: list[dict[str, str]]
) -> None:
    assert told(name) == figures


def test_every_reply_quotes_the_letter_so_that_leaving_it_out_means_something() -> None:
    for path in REPLIES.glob("*.eml"):
        texts = read_body(path.read_bytes()).texts
        assert any("I12: (" in text or "I12: 7" in text for text in texts), path.name


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Đã nhận.\n\nOn 19 Jun 2023, at 8:00 AM, A <a@b.example> wrote:\n\nDear all", "Đã nhận."),
        ("> hỏi\nđáp\n> hỏi nữa\nđáp nữa", "đáp\nđáp nữa"),
        ("Vào ngày 19/6/2023 chúng tôi đã họp.\nI12: 4", "Vào ngày 19/6/2023 chúng tôi đã họp.\nI12: 4"),
        ("Từ: xã Lãng Ngâm\nI12: 4", "Từ: xã Lãng Ngâm\nI12: 4"),
        ("Vâng\n\n________________________________\nFrom: A\nSent: B\nTo: C\nSubject: D\n\nI12: 9", "Vâng"),
        ("Vâng\n\n*Từ:* A\n*Ngày:* B\n*Đến:* C\n\nI12: 9", "Vâng"),
        ("Vâng\n-----Thư gốc-----\nI12: 9", "Vâng"),
        ("Vâng\n\nBan Gia đình đã viết:\n> I12: 9", "Vâng"),
        ("I12: 4\n-- \nNguyễn Thị Hoa\nI12: 9\n\n> I12: 8\n\nI13: 3", "I12: 4\n\nI13: 3"),
        ("I12: 4\nĐã gửi từ Outlook cho Android", "I12: 4"),
        ("", ""),
    ],
)
def test_what_is_new_in_a_text(text: str, new: str) -> None:
    assert new_text(text) == new


def test_hidden_markup_and_logos_are_nothing() -> None:
    assert html_text("<style>I12: 9</style><p>I12: 4<!-- I13: 9 --></p><script>I13: 9</script>") == "I12: 4"
    logo = b'<p>I12: 4</p><img src="cid:logo">'
    raw = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/html\r\n\r\n"
        + logo
        + b"\r\n--x\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
    )
    body = read_body(raw)
    assert (body.texts, body.files) == (("I12: 4",), ())


def test_file_names_are_read_in_every_spelling() -> None:
    spelt = (
        b'filename="=?utf-8?B?QsOhbyBjw6FvLnBkZg==?="',
        b"filename*=utf-8''B%C3%A1o%20c%C3%A1o.pdf",
        'filename="Báo cáo.pdf"'.encode(),
        'filename="C:\\\\Users\\\\Hoa\\\\Báo cáo.pdf"'.encode(),
    )
    for name in spelt:
        raw = (
            b"MIME-Version: 1.0\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; " + name + b"\r\n\r\nJVBERi0=\r\n"
        )
        (file,) = read_body(raw).files
        assert (file.name, file.content) == ("Báo cáo.pdf", b"%PDF-")


def test_utf_7_is_not_read_and_named() -> None:
    raw = b"Content-Type: text/plain; charset=utf-7\r\n\r\nI12: 4 +ADw-script+AD4-\r\n"
    body = read_body(raw)
    assert (body.texts, body.unreadable) == ((), ("utf-7",))


@given(st.binary(max_size=600) | st.text(max_size=600).map(str.encode))
def test_no_bytes_are_so_broken_that_reading_them_fails(data: bytes) -> None:
    body = read_body(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + data)
    assert all(isinstance(new_text(text), str) for text in (*body.texts, data.decode("utf-8", "replace")))
    read_body(data)

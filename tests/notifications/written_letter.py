"""A letter to write as a message, and how a mail program reads one."""

import email
import random
import unicodedata
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from notifications.mime import Mailbox, Message

VIETNAM = timezone(timedelta(hours=7))
LETTER = Message(
    message_id="<nhac.luong-tai.2023-06-19@hoi.example>",
    sender=Mailbox("Ban theo dõi", "theo-doi@hoi.example"),
    to=Mailbox("Hội LHPN huyện Lương Tài", "van-phong@luong-tai.example"),
    reply_to=Mailbox("", "theo-doi+k7qx@hoi.example"),
    subject="[Nhắc việc] Báo cáo 6 tháng công tác trẻ em: còn 3 ngày làm việc (hạn 19/6/2023)",
    date=datetime(2023, 6, 14, 8, 0, tzinfo=VIETNAM),
    text="Kính gửi Hội LHPN huyện Lương Tài,\n\nBáo cáo đến hạn ngày 19/6/2023.\n",
    html="<p>Kính gửi Hội LHPN huyện Lương Tài,</p>\n<p>Báo cáo đến hạn ngày 19/6/2023.</p>\n",
)
VIETNAMESE = """
    Uỷ ban nhân dân tỉnh Bắc Ninh Hội Liên hiệp Phụ nữ huyện Lương Tài xã Tân Lãng Báo cáo công tác trẻ em sáu
    tháng đầu năm phường Đáp Cầu Quế Võ Thuận Thành Gia Bình Từ Sơn Yên Phong đôn đốc nhắc việc đến hạn nguyễn
    thuỳ Dương quyết định thường trực ban thường vụ ngữ nghĩa
"""
SYLLABLES = VIETNAMESE.split()
MARKS = [
    "",
    ",",
    ".",
    ":",
    ";",
    '"',
    "'",
    "(",
    ")",
    "<",
    ">",
    "@",
    "\\",
    "/",
    "=?",
    "?=",
    "_",
    "%",
    "19/6",
    "–",
    "“",
    "”",
]


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def name_read(data: bytes, field: str) -> str:
    """The display name as RFC 2047 §6.2 reads it.

    By the older of the standard library's two decoders: in Python 3.11 the newer one keeps a blank between two
    encoded words of a name, though not of a subject.
    """
    raw, _ = parseaddr(str(email.message_from_bytes(data)[field]))
    return str(make_header(decode_header(raw)))


def vietnamese(chance: random.Random, longest: int = 40) -> str:
    words = [chance.choice(SYLLABLES) + chance.choice([*[""] * 40, *MARKS]) for _ in range(chance.randint(1, longest))]
    text = " ".join(words)
    return unicodedata.normalize(chance.choice(["NFC", "NFC", "NFD"]), text)

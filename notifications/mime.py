"""Writes a letter as the bytes of an Internet message, the same bytes every time.

Our own because a round writes thousands: some twenty microseconds a letter, where the standard library takes
a millisecond and, in Python 3.11, loses a space when it folds a long Vietnamese subject.

RFC 5322 (form of messages) · 2045, 2046 (MIME) · 2047 (encoded words) · 2183, 2231 (file names) ·
2919 (List-Id) · 3834 (Auto-Submitted) · 6531, 6532 (SMTPUTF8) · 5890 (domain names with letters).
"""

import re
import struct
import unicodedata
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

LINE = 78
"""The length that RFC 5322 §2.1.1 asks of a line, without its CRLF; 998 is what it insists on."""
LINE_WITH_WORDS = 76
"""The length that RFC 2047 §2 insists on where a line has an encoded word, RFC 2045 §6.8 for base64."""
LONGEST_LINE = 998

_UNTIDY = re.compile(r"[^\S ]|[\0-\x1f\x7f-\x9f]|  |^ | $")
_BLANKS = re.compile(r"[\s\0-\x1f\x7f-\x9f]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ATOM = r"""[^\s\0-\x20\x7f-\x9f()<>\[\]:;@\\,."]+"""
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")  # a dot-atom; beyond ASCII as RFC 6531 §3.3 allows
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_CONTENT_TYPE = re.compile(r"(?!multipart/|message/)[a-z]+/[a-z0-9.+-]+(?:; ?[a-z-]+=[A-Za-z0-9._-]+)*")
_OWN_FIELDS = re.compile(
    "(?i)from|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|auto-submitted|list-id"
    "|mime-version|content-.*"
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Unwritable(ValueError):
    """A letter holds something that no Internet message can carry; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A person or office and where their mail goes; the name may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter; `content_type` such as `application/pdf`, in lower case."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A letter to one recipient; `date` carries the organisation's zone, ids are written `<left@right>`.

    Names, subject, file names and extra headers are one line: control characters, line ends among them, count
    as blanks, a run of blanks becomes one space and outer blanks go. So no text, wherever it comes from, can
    begin a header of its own. Everything is brought to Unicode's NFC.
    """

    message_id: str
    sender: Mailbox
    to: Mailbox
    reply_to: Mailbox | None
    subject: str
    date: datetime
    text: str
    html: str | None
    references: tuple[str, ...] = ()
    in_reply_to: str | None = None
    list_id: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


class Written(bytes):
    """A message by `to_bytes`: every line ends with CRLF and none begins with a dot, so nobody has to look again."""


def to_bytes(message: Message) -> Written:
    """The message as it goes over the wire: CRLF line ends, ASCII unless `needs_smtputf8`, nothing random.

    Texts become UTF-8 in base64: its lines keep every limit and no mail server has reason to touch them, so
    that a signature made over them stays valid. Boundaries come from the Message-ID and hold a `_`, which
    base64 does not have.

    Raises:
        Unwritable: an address, id, date, header or file that cannot be written correctly.
        UnicodeEncodeError: text with half a surrogate pair in it.
    """
    message_id = _message_id(message.message_id)
    body = _text_part("plain", message.text)
    if message.html is not None or message.attachments:
        mark = sha256(message_id.encode()).hexdigest()[:24]
        if message.html is not None:
            body = _multipart("alternative", f"=_a_{mark}", [body, _text_part("html", message.html)])
        if message.attachments:
            body = _multipart("mixed", f"=_m_{mark}", [body, *map(_attached, message.attachments)])
    head = "\r\n".join([*_fields(message, message_id), "MIME-Version: 1.0", ""])
    return Written(head.encode() + body)


def needs_smtputf8(message: Message) -> bool:
    """Whether only a server with SMTPUTF8 (RFC 6531) can take it: an address is not ASCII before its @.

    Names and subjects never need it (they are encoded words), nor do domains (RFC 5890).
    """
    boxes = (message.sender, message.to, message.reply_to)
    return any(not box.address.rpartition("@")[0].isascii() for box in boxes if box is not None)


@lru_cache(maxsize=4096)
def wire_address(address: str) -> str:
    """The address as it is written in a message and in its envelope: NFC, the domain in ASCII (RFC 5890).

    >>> wire_address("van-phong@hội-phụ-nữ.example")
    'van-phong@xn--hi-ph-n-2z4c8doe.example'

    Raises:
        Unwritable: it is no address; quoted local parts and numeric domains are not supported.
    """
    address = unicodedata.normalize("NFC", address)
    local, _, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise Unwritable(f"The domain of {address!r} cannot be written in ASCII: {error}") from error
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise Unwritable(f"{address!r} is no e-mail address: it needs the form name@domain, without blanks")
    if len(local.encode()) > 64 or len(domain) > 253:  # RFC 5321 §4.5.3.1
        raise Unwritable(f"The e-mail address {address!r} is longer than mail servers accept")
    return f"{local}@{domain}"


def one_line(text: str) -> str:
    r"""The text in NFC on one line: blanks of any kind and control characters, in any number, become one space.

    >>> one_line(" Báo cáo\r\nBcc: ai@kia.example ")
    'Báo cáo Bcc: ai@kia.example'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(" ", text).strip(" ") if _UNTIDY.search(text) else text


def in_ascii(text: str) -> str:
    """The text as a Vietnamese types it without accents; what has no such form becomes `_`.

    >>> in_ascii("Đôn đốc: Uỷ ban xã Tân Lãng → 6 tháng")
    'Don doc: Uy ban xa Tan Lang _ 6 thang'
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^\x20-\x7e]", "_", kept)


# --- the head


def _fields(message: Message, message_id: str) -> list[str]:
    fields = [_mailbox("From", message.sender), _mailbox("To", message.to)]
    if message.reply_to is not None:
        fields.append(_mailbox("Reply-To", message.reply_to))
    fields += [
        _text_field("Subject", message.subject, longest=LINE),
        f"Date: {_date(message.date)}",
        f"Message-ID: {message_id}",
    ]
    if message.in_reply_to is not None:
        fields.append(f"In-Reply-To: {_message_id(message.in_reply_to)}")
    if message.references:
        fields.append(_fold("References", list(map(_message_id, message.references))))
    fields.append("Auto-Submitted: auto-generated")
    if message.list_id is not None:
        if not _DOMAIN.fullmatch(message.list_id) or len(message.list_id) > 255:
            raise Unwritable(f"List-Id {message.list_id!r} is not made of labels and dots (RFC 2919 §2)")
        fields.append(f"List-Id: <{message.list_id}>")
    for name, value in message.headers:
        if not _FIELD_NAME.fullmatch(name) or _OWN_FIELDS.fullmatch(name):
            raise Unwritable(f"{name!r} cannot be added as a header: invalid, or written by us anyway")
        fields.append(_text_field(name, value, longest=LONGEST_LINE))
    return fields


@lru_cache(maxsize=1024)
def _mailbox(field: str, box: Mailbox) -> str:
    """`Field: Name <address>` (RFC 5322 §3.4): the name as it stands, in quotes, or in encoded words."""
    name, address = one_line(box.name), wire_address(box.address)
    if not name:
        return f"{field}: {address}"
    if name.isascii() and "=?" not in name and len(name) <= 50:
        if not _ATOMS.fullmatch(name):
            name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        name = "\r\n ".join(_encoded_words(name, len(field) + 2))
    line = f"{field}: {name}"
    used = len(line) - line.rfind("\n") - 1
    return line + (" " if used + len(address) + 3 <= LINE_WITH_WORDS else "\r\n ") + f"<{address}>"


def _text_field(field: str, value: str, *, longest: int) -> str:
    """A field of free text (RFC 5322 §3.6.5): as it is if ASCII within `longest`, else encoded."""
    value = one_line(value)
    if value.isascii() and "=?" not in value:
        plain = _fold(field, value.split(" "))
        if len(plain) <= longest or max(map(len, plain.split("\r\n"))) <= longest:
            return plain
    return f"{field}: " + "\r\n ".join(_encoded_words(value, len(field) + 2))


def _fold(field: str, words: list[str]) -> str:
    """The field with its words on lines of at most 78, if they allow; the space between two is kept."""
    line = f"{field}: {' '.join(words)}"
    if len(line) <= LINE:
        return line
    lines = [f"{field}: {words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= LINE:
            lines[-1] += " " + word
        else:
            lines.append(" " + word)
    return "\r\n".join(lines)


def _encoded_words(text: str, used: int) -> list[str]:
    """The text as encoded words in base64 (RFC 2047 §2), one a line; `used` columns of the first are taken.

    Readers drop the blank between two encoded words, so every space of the text is inside one; they are cut
    between characters, as RFC 2047 §5 demands.
    """
    data, words, start = text.encode(), [], 0
    while start < len(data):
        end = start + (LINE_WITH_WORDS - used - len("=?utf-8?b??=")) // 4 * 3
        while end < len(data) and data[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        words.append(f"=?utf-8?b?{b2a_base64(data[start:end], newline=False).decode()}?=")
        start, used = end, 1
    return words


def _date(date: datetime) -> str:
    """Date and time with the zone's offset (RFC 5322 §3.3), whatever the locale."""
    offset = date.utcoffset()
    if offset is None:
        raise Unwritable(f"The date of a letter needs a zone, {date} has none")
    minutes = round(offset.total_seconds() / 60)
    hours, minutes = divmod(abs(minutes), 60)
    sign = "-" if offset.total_seconds() < 0 else "+"
    return (
        f"{_DAYS[date.weekday()]}, {date.day:02} {_MONTHS[date.month]} {date.year:04} "
        f"{date.hour:02}:{date.minute:02}:{date.second:02} {sign}{hours:02}{minutes:02}"
    )


def _message_id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value) or len(value) > 900:
        raise Unwritable(f"{value!r} is no message id: it needs the form <left@right>, ASCII, no blanks")
    return value


# --- the body: an entity is its Content-… fields, an empty line, its content, CRLF


def _text_part(subtype: str, text: str) -> bytes:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _base64(text.replace("\n", "\r\n").encode())


def _multipart(subtype: str, boundary: str, entities: list[bytes]) -> bytes:
    delimiter = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + delimiter + delimiter.join(entities) + f"--{boundary}--\r\n".encode()


def _attached(file: Attachment) -> bytes:
    if not _CONTENT_TYPE.fullmatch(file.content_type) or len(file.content_type) > 100:
        raise Unwritable(f"No file is attached as {file.content_type!r}: give a type such as application/pdf")
    filename = re.sub(r"[/\\]", "_", one_line(file.filename))
    if not filename:
        raise Unwritable("A file can only be attached under a name")
    plain = re.sub(r'["/\\]', "_", in_ascii(filename)).replace("=?", "_?")
    if len(plain) > 60:
        stem, dot, ending = plain.rpartition(".")
        plain = stem[:48] + dot + ending if dot and len(ending) <= 10 else plain[:60]
    head = (
        f'Content-Type: {file.content_type};\r\n name="{plain}"\r\n'  # for readers that do not know RFC 2231
        f"Content-Disposition: attachment;\r\n {_filename(filename, as_it_is=plain == filename)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _base64(file.content)


def _filename(filename: str, *, as_it_is: bool) -> str:
    """The `filename` parameter (RFC 2231 §3, §4): percent-encoded UTF-8, in numbered sections if long."""
    if as_it_is:
        return f'filename="{filename}"'
    sections = ["utf-8''"]
    for letter in filename:
        encoded = quote(letter, safe="!#$&+-.^_`{|}~")
        if len(sections[-1]) + len(encoded) > 60:
            sections.append("")
        sections[-1] += encoded
    if len(sections) == 1:
        return f"filename*={sections[0]}"
    return ";\r\n ".join(f"filename*{number}*={section}" for number, section in enumerate(sections))


def _base64(data: bytes) -> bytes:
    """Base64 in lines of 76 (RFC 2045 §6.8), each with its CRLF."""
    encoded = b2a_base64(data, newline=False)
    full = len(encoded) // LINE_WITH_WORDS
    lines = _cutter(min(full, 300))(encoded)
    rest = range(len(lines) * LINE_WITH_WORDS, len(encoded), LINE_WITH_WORDS)
    return b"\r\n".join([*lines, *[encoded[at : at + LINE_WITH_WORDS] for at in rest], b""])


@lru_cache(maxsize=300)
def _cutter(lines: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """Cuts the first lines off at once: a third of the time that slicing takes."""
    return struct.Struct(f"{LINE_WITH_WORDS}s" * lines).unpack_from

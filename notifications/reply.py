"""The words that a person wrote into a reply, told from what the mail program quoted, and from signatures.

Programs quote in three ways: every line behind `>`; below a line that says who wrote when; below the head of the
answered letter ("Từ: … Đã gửi: …"). What stands behind no mark is new, wherever it stands: above, below or between.
"""

from __future__ import annotations

import re

from dondoc.core.text import nfc

_SPACES = re.compile(r"[ \u00a0\u202f\u2007\u2009\u3000]+")
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")

_ATTRIBUTION_LINES = 4
"""Over how many lines programs spread "Vào … đã viết:"."""

_OPENINGS = ("vào ", "ngày ", "lúc ", "on ", "le ", "am ")
_CLOSINGS = ("đã viết:", " viết:", "wrote:", "đã viết :", "wrote :")

_HEADS: tuple[frozenset[str], ...] = (
    frozenset({"từ", "from", "người gửi", "sender"}),
    frozenset({"đã gửi", "gửi", "ngày gửi", "ngày", "sent", "date", "thời gian", "vào lúc"}),
    frozenset({"tới", "đến", "gửi tới", "gửi đến", "người nhận", "to"}),
    frozenset({"chủ đề", "tiêu đề", "subject"}),
)
"""The lines of a quoted head, in Vietnamese and English: from, sent, to, subject."""

_DIVIDER = re.compile(
    r"[-_=—\s]*(?:original message|forwarded message|original appointment|thư gốc|tin nhắn gốc|thông điệp gốc"
    r"|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp|thư được chuyển tiếp|thông điệp được chuyển tiếp)[-_=—\s:]*",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"(?:(?:đã |được )?gửi từ|sent from|sent via|get outlook for|tải outlook cho|nhận outlook cho|lấy outlook cho)\b"
    r".{0,80}",
    re.IGNORECASE,
)


def new_text(text: str) -> str:
    r"""What the sender wrote, line by line, in NFC; empty where nothing is new.

    >>> new_text("I12: 4\n\nVào Th 2, 19 thg 6, 2023 vào lúc 08:00 Ban <a@b.example>\nđã viết:\n\n> Kính gửi\n")
    'I12: 4'
    """
    lines = [_tidy(line) for line in nfc(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    at, signed = 0, False
    while at < len(lines):
        line = lines[at]
        spread = _attribution(lines, at)
        if line.startswith(">"):
            signed = False
            at += 1
        elif spread:
            if not _quoted_below(lines, at + spread):
                break
            signed = False
            at += spread
        elif _DIVIDER.fullmatch(line) or _head(lines, at):
            if not _quoted_below(lines, at + 1):
                break
            at += 1
        else:
            signed = signed or line in ("--", "—")
            if not signed and not _SENT_FROM.fullmatch(line) and not _ruled(lines, at):
                kept.append(line)
            at += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _tidy(line: str) -> str:
    return _SPACES.sub(" ", _UNSEEN.sub("", line)).strip(" ")


def _attribution(lines: list[str], at: int) -> int:
    """Over how many lines from here it is said who wrote the quoted text; 0 where it is not."""
    first = lines[at].lower()
    if not first:
        return 0
    opened = first.startswith(_OPENINGS)
    if not opened and "<" not in first and not first.endswith(_CLOSINGS):
        return 0
    said = ""
    for spread in range(1, min(_ATTRIBUTION_LINES, len(lines) - at) + 1):
        line = lines[at + spread - 1].lower()
        if not line or line.startswith(">"):
            return 0
        said = f"{said} {line}".strip()
        if said.endswith(_CLOSINGS):
            dated = opened and any(sign.isdigit() for sign in said)
            named = "@" in said and "<" in said
            return spread if dated or named or _quoted_below(lines, at + spread) else 0
    return 0


def _quoted_below(lines: list[str], at: int) -> bool:
    """Whether what follows stands behind `>`, so that its end can be seen."""
    following = next((line for line in lines[at:] if line), "")
    return following.startswith(">")


def _head(lines: list[str], at: int) -> bool:
    """Whether the head of the answered letter begins here: who, and at least two more of when, to whom, what."""
    if _label(lines[at]) not in _HEADS[0]:
        return False
    labels = {_label(line) for line in lines[at + 1 : at + 14]}
    return sum(bool(labels & names) for names in _HEADS[1:]) >= 2


def _label(line: str) -> str:
    """What stands before the colon, without the stars of a bold text."""
    before, colon, _ = line.partition(":")
    return before.strip(" *\t").lower() if colon and len(before) <= 20 else ""


def _ruled(lines: list[str], at: int) -> bool:
    """A line of underscores or dashes above a quoted head, as Outlook draws it."""
    line = lines[at]
    return len(line) >= 10 and not line.strip("_-–—=*")

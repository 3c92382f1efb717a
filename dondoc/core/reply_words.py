"""The words by which people decide or ask in a reply, for each role in which somebody answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from dondoc.core.labels import BULLET, folded

Order = Literal[
    "nothing", "confirm", "done", "extend", "hold", "release", "accept", "return", "grant", "refuse"
]  # fmt: skip
"""What somebody asks for or decides by a word: nothing to report, confirmed, done, more time; hold or release
a dossier; accept or return a submission; grant or refuse more time."""

Role = Literal["owner", "holder", "reviewer", "grantor"]
"""As whom somebody answers about a duty; it decides which words mean something."""

WORDS: Mapping[Role, Mapping[Order, tuple[str, ...]]] = {
    "owner": {
        "nothing": (
            "không phát sinh",
            "không có phát sinh",
            "báo cáo không phát sinh",
            "không có",
            "nothing to report",
        ),
        "confirm": ("xác nhận", "đã nhận", "đã tiếp nhận", "đã rõ", "confirm", "confirmed", "acknowledged", "received"),
        "done": ("đã hoàn thành", "hoàn thành", "đã thực hiện", "đã xong", "done", "completed"),
        "extend": ("xin gia hạn", "đề nghị gia hạn", "kính đề nghị gia hạn", "request extension", "extend"),
    },
    "holder": {
        "hold": ("giữ lại", "tạm giữ", "hold"),
        "release": ("bỏ giữ", "thôi giữ", "không giữ nữa", "release"),
    },
    "reviewer": {
        "accept": ("duyệt", "đồng ý duyệt", "chấp nhận", "đồng ý", "accept", "accepted", "approve", "approved"),
        "return": ("trả lại", "không duyệt", "yêu cầu bổ sung", "đề nghị bổ sung", "return", "returned"),
    },
    "grantor": {
        "grant": ("đồng ý gia hạn", "đồng ý", "gia hạn", "cho gia hạn", "grant", "granted"),
        "refuse": ("không đồng ý gia hạn", "không đồng ý", "không gia hạn", "từ chối", "refuse", "refused"),
    },
}
"""The words that open a line, for each role; the longest that fits is meant."""

REASONED: frozenset[Order] = frozenset({"hold", "return", "extend", "refuse", "release"})
"""Orders behind which a reason may stand; behind the others only words that add nothing."""

_ADDS_NOTHING = frozenset(
    [
        "a", "all", "and", "ban", "bao", "bo", "ca", "cam", "cao", "chi", "cua", "day", "dong", "du", "extension",
        "for", "gi", "gia", "han", "hop", "in", "is", "it", "ket", "ky", "nam", "nao", "nay", "ngay", "nhe", "nhiem",
        "of", "on", "period", "phat", "qua", "quy", "report", "reports", "request", "roi", "sinh", "task", "tasks",
        "tat", "thang", "thank", "thanks", "the", "this", "to", "toan", "trong", "truong", "vi", "viec", "vu", "xong",
        "y", "you",
    ]
)  # fmt: skip
_NEGATION = re.compile(
    r"\b(?:khong|ko|k|chua|chang|tu choi|nhung|tuy|tru|not|cannot|t|unable|declined?|but|however|except)\b"
)
"""In what was folded, which leaves a "t" of "don't"."""

_NOT_NOW = (
    r"(?:not(?: just)?(?: yet)?(?: now)?|later(?: on)?|chua(?: duoc| voi| voi vang)?|khong(?: duoc)?|ko|k|chang"
    r"|de sau|sau(?: nay| nhe| do)?)"
)
_TAKEN_BACK = re.compile(rf"{_NOT_NOW}(?: (?:a|nhe|please|thanks?))?")
"""All that stands behind a word and says that it is not meant, or not now: "Release not yet", "Trả lại sau"."""
_NEGATED = re.compile(rf"{_NOT_NOW}\b")
_POSTPONED = re.compile(
    r"\b(?:sau|later|khi|neu|if|when|once|until|unless|after|soon|tomorrow|will|mai|cho|doi|se|pending|before|truoc)\b"
)
_HAPPENED = re.compile(r"(?:da|confirmed|acknowledged|received|done|completed)\b")
"""What is told as done already cannot be meant for later."""

_DATE = r"(?:[0-9]{1,2} [0-9]{1,2} [0-9]{4}|[0-9]{4} [0-9]{2} [0-9]{2})"
_UNTIL = re.compile(rf"\b(?:(?:den|toi|until|to) )?(?:het )?(?:ngay )?{_DATE}\b")
_NAMED = re.compile(
    rf"\b(?:(?:ngay |on )?{_DATE}|(?:nam )?20[0-9]{{2}}|cao (?:3|6|9|12) thang"
    r"|(?:viec|vu|task|tasks|ngay|thang|quy|ky|period) [0-9]{1,3}(?! [0-9]{1,3}\b))\b"
)
"""Figures that tell which duty, which period or which day is meant; any other may say how much, as "50%" or "3/5"."""

REASON = re.compile(r"^(?:lý do|lí do|ly do|vì|reason|why|because)\s*[:=–-]?\s*", re.IGNORECASE)
"""What opens a reason."""


def order_in(line: str, role: Role) -> tuple[Order, str] | None:
    """The order that opens the line, and the reason behind it."""
    plain = BULLET.sub("", line).strip()
    words = folded(plain)
    fitting = [
        (phrase, order)
        for order, phrases in WORDS[role].items()
        for phrase in map(folded, phrases)
        if words == phrase or words.startswith(f"{phrase} ")
    ]
    if not fitting:
        return None
    phrase, order = max(fitting, key=lambda one: len(one[0]))
    behind, clause = _behind(plain, len(phrase.split())), _same_clause(plain, len(phrase.split()))
    if _TAKEN_BACK.fullmatch(folded(behind)) or (order == "release" and _NEGATED.match(clause)):
        return None
    if order in REASONED:
        return order, behind
    if order == "confirm" and _POSTPONED.search(clause) and not _HAPPENED.match(phrase):
        return None
    others = words[len(phrase) :]
    if _NEGATION.search(others):
        return None
    if order == "confirm":
        return order, ""
    named = _UNTIL if order == "grant" else _NAMED  # of a grant every figure counts: it is given to that day
    if not set("%?") & set(plain) and _ADDS_NOTHING.issuperset(named.sub("", others).split()):
        return order, behind if order == "grant" else ""
    return None


def _behind(line: str, words: int) -> str:
    """What stands in a line behind its first words, without the punctuation between."""
    return REASON.sub("", _without(line, words).lstrip(" :,.;–-—")).strip()


def _same_clause(line: str, words: int) -> str:
    """What goes on behind the first words of a line until its next punctuation, folded."""
    return folded(re.split(r"[:,.;()–—]|\s-\s", _without(line, words), maxsplit=1)[0])


def _without(line: str, words: int) -> str:
    for _ in range(words):
        line = re.sub(r"^\W*\w+", "", line, count=1)
    return line

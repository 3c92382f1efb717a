"""Whether a message is truly from whom it says, as far as the mail server that took it in has said so.

RFC 8601 (Authentication-Results) · 7489 (DMARC) · 7208 (SPF). Only what the last server wrote counts: it stands
uppermost; what was written further down may be the sender's own words. A server that says nothing is no reproach.
"""

from __future__ import annotations

import re
from email.message import Message
from email.utils import getaddresses

from dondoc.core.text import Text
from notifications.traces import raw

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*(\w+)", re.IGNORECASE)


def why_forged(message: Message) -> Text | None:
    """Why the sender cannot be believed; None when nothing speaks against them."""
    writers = [address for _, address in getaddresses(list(raw(message, "From"))) if "@" in address]
    if len(writers) != 1:
        many = len(writers)
        return Text(vi=f"thư ghi {many} người gửi", en=f"it names {many} senders")
    results = _results(message)
    if "fail" in results.get("dmarc", ()):
        return Text(
            vi="máy chủ của người gửi không nhận là đã gửi (DMARC: fail)",
            en="its sender's domain disowns it (DMARC: fail)",
        )
    sure = "pass" in (*results.get("dmarc", ()), *results.get("dkim", ()))
    spf = results.get("spf") or {_word(one) for one in raw(message, "Received-SPF")[:1]}
    if "fail" in spf and not sure:
        return Text(
            vi="thư đến từ máy chủ không được gửi cho địa chỉ ấy (SPF: fail)",
            en="its server may not send for that domain (SPF: fail)",
        )
    return None


def _results(message: Message) -> dict[str, set[str]]:
    headers = [_COMMENT.sub(" ", one) for one in raw(message, "Authentication-Results")]
    if not headers:
        return {}
    server = _word(headers[0])
    found: dict[str, set[str]] = {}
    for header in headers:
        if _word(header) == server:
            for method, result in _RESULT.findall(header.partition(";")[2]):
                found.setdefault(method.lower(), set()).add(result.lower())
    return found


def _word(text: str) -> str:
    return (re.split(r"[\s;]", text.strip(), maxsplit=1)[0]).lower()

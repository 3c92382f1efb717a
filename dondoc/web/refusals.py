"""Why somebody is not let in, or not now; each has a page that says what to do."""

from __future__ import annotations

from typing import Literal

from dondoc.desk.links import Unusable

Refusal = Unusable | Literal["no link", "not yours", "forged form", "too many", "too large", "missing"]

STATUS: dict[Refusal, int] = {
    "unknown": 404,
    "expired": 410,
    "revoked": 410,
    "used": 410,
    "stranger": 403,
    "no link": 401,
    "not yours": 403,
    "forged form": 403,
    "too many": 429,
    "too large": 413,
    "missing": 404,
}


class Refused(Exception):
    """The request is answered with a page that tells why; `after` seconds it may be tried again."""

    def __init__(self, why: Refusal, after: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


class LetIn(Exception):
    """A link was opened: its session is kept, and the same page is asked for again without the token."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to

"""The lint of messages finds what is wrong with one, and nothing with ours."""

from __future__ import annotations

import pytest

from notifications.mime import to_bytes
from tests.notifications.message_lint import lint
from tests.notifications.written_letter import LETTER

GOOD = to_bytes(LETTER)


def test_a_letter_of_ours_is_without_fault():
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("was", "becomes", "found"),
    [
        (b"\r\nDate:", b"\nDate:", "a bare CR or LF"),
        (b"Subject: ", b"Subject: " + b"x" * 1_000, "longer than 998"),
        (b"Wed, 14 Jun", b"Thu, 14 Jun", "no date of RFC 5322"),
        (b"Date: ", b"X-Date: ", "date is missing"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.0\r\nSubject: hai", "subject stands twice"),
        (b"\r\nMessage-ID: <", b"\r\nMessage-ID: <a b", "message-id is no message id"),
        (b"\r\n =?utf-8?b?", b"\r\n=?utf-8?b?", "neither a field nor its continuation"),
        (b"=?utf-8?b?", b"=?utf-8?b?" + b"QUJD" * 20, "too long for what is in it"),
        (b"To: ", "To: Hội".encode(), "beyond ASCII"),
        (b"; charset=utf-8", b"", "names no charset"),
        (b"base64\r\n\r\n", b"base64\r\n\r\n!", "text/plain.1: "),
        (b"--\r\n", b"\r\n", "multipart/alternative"),
    ],
)
def test_a_fault_is_found(was: bytes, becomes: bytes, found: str):
    assert was in GOOD
    assert any(found in one for one in lint(GOOD.replace(was, becomes, 1 if was != b"--\r\n" else -1)))

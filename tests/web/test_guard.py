"""What stands before every page: headers, sizes, rates, forms of our own, a journal without tokens."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dondoc.desk.links import new_link
from dondoc.web import limiting
from tests.places import local
from tests.servers.portal import Portal, serving
from tests.small_plan import H1
from tests.web.conftest import office
from tests.web.leading import csrf, signed_in

OFFICER = "can-bo@gia-binh.example"
ADMINISTRATOR = "quan-tri@hoi.example"


def link(portal: Portal, person: str = OFFICER) -> str:
    return new_link(portal.place, person, purpose="answer", lasts=timedelta(days=1), by="test")[1]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/dondoc.css", "/healthy"])
def test_every_answer_carries_the_safe_headers(portal: Portal, path: str) -> None:
    headers = portal.visit().get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert ("immutable" in headers["cache-control"]) == path.startswith("/static")
    assert ("no-store" in headers["cache-control"]) != path.startswith("/static")
    assert "server" not in headers


def test_over_https_cookies_are_secure_and_browsers_told_to_stay(tmp_path: Path) -> None:
    def make(_url: str):
        return office(tmp_path, "https://dondoc.example")

    with serving(make, local("2023-06-12 09:00")) as portal:
        answer = portal.visit().get("/sign-in")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert "Secure" in answer.headers["set-cookie"]


def test_a_form_from_elsewhere_is_refused(portal: Portal) -> None:
    with portal.visit() as browser:
        browser.get(link(portal))
        for more in ({}, {"csrf": "guessed"}):
            answer = browser.post("/leave", data=more)
            assert answer.status_code == 403
            assert "Chưa có gì được gửi đi" in answer.text
        foreign = browser.post("/leave", data={"csrf": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
        assert browser.get("/").status_code == 200


def test_what_announces_itself_as_too_large_is_refused_before_it_is_read(portal: Portal) -> None:
    where = urlsplit(portal.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n")
        answer = line.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413")


def test_what_grows_too_large_on_the_way_is_refused(portal: Portal) -> None:
    def endless():
        for _ in range(40):
            yield b"a" * 65536

    with portal.visit() as browser:
        answer = browser.post(
            "/sign-in", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_too_many_guesses_are_told_when_to_come_again(portal: Portal) -> None:
    with portal.visit() as guesser:
        answers = [guesser.get("/", params={"k": f"guess{n}.x"}) for n in range(limiting.WRONG_TOKEN.amount + 1)]
    assert {one.status_code for one in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60


def test_one_address_may_not_ask_without_end(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dondoc.web.guard.ADDRESS", limiting.parse("3/minute"))
    with portal.visit() as browser:
        assert [browser.get("/healthy").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_journal_tells_who_asked_for_what_and_no_token(portal: Portal) -> None:
    address = link(portal)
    with portal.visit() as browser:
        browser.get(address)
    lines = portal.journal(2)
    assert address.partition("?k=")[2] not in str(lines)
    assert [(one["path"], one["status"], one["person"]) for one in lines] == [("/?k=***", 303, ""), ("/", 200, OFFICER)]
    assert {one["address"] for one in lines} == {"127.0.0.1"}


def test_a_failure_shows_a_page_without_a_traceback_and_is_written_down(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("bí mật k=abc")

    monkeypatch.setattr("dondoc.web.home.house_letterhead", fail)
    with portal.visit() as browser:
        answer = browser.get(link(portal))
    assert answer.status_code == 500
    assert "Phần mềm gặp lỗi" in answer.text
    assert "bí mật" not in answer.text
    assert "RuntimeError: bí mật" in json.loads((portal.place.settings.home / "error.log").read_text())["traceback"]


ODD = (
    "/o/a%00b/c/d/e", "/t/ke-hoach/%00", "/list?unit=%00", f"/admin/arrivals/{'9' * 30}", "/admin/arrivals/-1",
    "/d/thuong-truc?since=0001-01-01", f"/review?done=accepted&many={'9' * 5000}", f"/list?first={'9' * 5000}",
    "/p/ke-hoach/report?period=%22%0d%0ax", "/api/v1/obligations/a%00/b/c/d", "//evil.example/?k=x",
)  # fmt: skip


def test_odd_names_and_numbers_are_answered_and_never_a_failure(tmp_path: Path, ledger_url: str) -> None:
    with (
        serving(lambda url: office(tmp_path, url, ledger_url), local("2023-06-12 09:00")) as portal,
        signed_in(portal, ADMINISTRATOR) as browser,
    ):
        found = {path: browser.get(path, follow_redirects=False).status_code for path in ODD}
        guard = csrf(browser.get("/admin"))
        revoked = browser.post("/admin/links", data={"csrf": guard, "key": "hoa@x.example", "why": "mất\0 máy"})
        assert revoked.status_code == 200
        with portal.visit() as unit:
            sent = {"csrf": csrf(unit.get(link(portal))), "to": "9999-12-31", "why": "ốm"}
            assert unit.post(f"/o/{H1}/extension", data=sent).status_code == 422
    assert {path: status for path, status in found.items() if status >= 500} == {}


def test_of_two_people_named_by_headers_nobody_is_believed(tmp_path: Path) -> None:
    more = {"proxy_header": "X-Forwarded-Email", "trusted_proxies": "127.0.0.1"}
    twice = [("X-Forwarded-Email", ADMINISTRATOR), ("X-Forwarded-Email", OFFICER)]
    with serving(lambda url: office(tmp_path, url, **more), local("2023-06-12 09:00")) as portal:
        assert portal.visit().get("/", headers=twice[1:]).status_code == 200
        assert portal.visit().get("/", headers=twice).status_code == 401
        portal.visit().get("/", headers=[("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9")])
        assert portal.journal(3)[2]["address"] == "203.0.113.9"


def test_a_proxy_is_believed_only_where_it_is_trusted(tmp_path: Path) -> None:
    given = {"X-Forwarded-Email": ADMINISTRATOR, "X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    for trusted, status, seen in (("127.0.0.1", 200, "203.0.113.9"), ("10.0.0.0/8", 401, "127.0.0.1")):
        folder = tmp_path / trusted.replace("/", "-")
        folder.mkdir()
        more = {"proxy_header": "X-Forwarded-Email", "trusted_proxies": trusted}
        with serving(lambda url, f=folder, m=more: office(f, url, **m), local("2023-06-12 09:00")) as portal:
            assert portal.visit().get("/", headers=given).status_code == status
            assert portal.journal(1)[0]["address"] == seen

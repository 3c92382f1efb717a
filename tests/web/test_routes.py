"""Every route of the portal and of its interface for programs, held to the table in `docs/security.md`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from dondoc.desk.links import new_link
from dondoc.desk.submissions import submit
from dondoc.desk.uploads import take_in
from dondoc.store.links import Purpose
from dondoc.web.app import create_app
from tests.places import local
from tests.servers.portal import Portal, serving
from tests.small_plan import FIGURES, H1, PLAN
from tests.web.conftest import office
from tests.web.leading import QUE_VO, SECRETARY, csrf, let_things_happen, signed_in
from tests.web.rich_plan import EVENT
from tests.web.test_admin import ADMINISTRATOR, aside

DOCUMENT = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
TABLE = DOCUMENT.partition("## Every route")[2].partition("\n## ")[0]
HEADER, _, *LINES = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"(?m)^\|.*", TABLE)]
ROWS = {cells[0].strip("`"): dict(zip(HEADER[1:], cells[1:], strict=True)) for cells in LINES}
"""What the document says: by route, and then by who comes, what is answered."""

LINKS: dict[str, tuple[str, Purpose]] = {
    "unit": ("can-bo@gia-binh.example", "answer"),
    "other unit": ("can-bo@que-vo.example", "answer"),
    "reviewer": ("can-bo@hoi.example", "review"),
    "leader": ("chu-tich@hoi.example", "read"),
    "unit's token": ("can-bo@gia-binh.example", "api"),
    "reviewer's token": ("can-bo@hoi.example", "api"),
}
SIGNED_IN = {"body": SECRETARY, "administrator": ADMINISTRATOR}

ASKED = {
    "GET /p/{plan}/report": "?period=2023-H1",
    "GET /d/{body}/dossier": "?plan=ke-hoach",
}
"""What a page has to be told to be found."""

TYPED = {"f-I12": "4", "f-I13": "3"}
SENT: dict[str, dict[str, str]] = {
    **{f"POST /o/{{plan}}/{{task}}/{{unit}}/{{period}}{part}": TYPED for part in ("", "/draft", "/files")},
    "POST /u/{unit}/events": {"event": "ke-hoach/vu-viec"},
    "POST /d/{body}": {"obligation": QUE_VO},
    "POST /p/{plan}/dispatch/{unit}": {"number": "5", "day": "2023-06-12"},
    "POST /feeds": {"what": "person"},
    "POST /api/v1/obligations/{plan}/{task}/{unit}/{period}/review": {"verdict": "return"},
    "POST /api/v1/obligations/{plan}/{task}/{unit}/{period}/extension": {"verdict": "ask"},
    "POST /api/v1/plans/{plan}/events": {"event": "vu-viec", "unit": "gia-binh"},
}
"""What has to stand in a form, or a message, before rights are asked about; the other forms are sent empty."""

LET_IN = (200, 201, 303, 409, 422)
"""A form that was let in is taken, or its sender is told what to put right."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A portal in which something of everything is there, and everybody who comes to it."""

    portal: Portal
    client: httpx.Client
    visitors: dict[str, dict[str, str]]
    """The headers with which each comes: a cookie, or a token."""
    secrets: dict[str, str]
    """What guards the forms of each."""
    named: dict[str, str]
    ledger: sqlite3.Connection

    def written(self) -> int:
        """A number that is another one once anything was written into the ledger."""
        version: int = self.ledger.execute("PRAGMA data_version").fetchone()[0]
        return version

    def ask(
        self, method: str, path: str, who: str, more: dict[str, str] | None = None, *, forged: bool = False
    ) -> httpx.Response:
        """The answer to somebody who asks for a path; `forged` leaves out what guards the form."""
        path = re.sub(r"\{(\w+)[^}]*\}", lambda part: self.named[part[1]], path)
        self.client.cookies.clear()  # what one answer sets, or takes away, says nothing to the next
        if method == "GET":
            return self.client.get(path, headers=self.visitors[who])
        if path.startswith("/api"):
            return self.client.post(path, headers=self.visitors[who], json=more or {})
        guard = {} if forged else {"csrf": self.secrets[who]}
        return self.client.post(path, headers=self.visitors[who], data={**guard, **(more or {})})


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    folder: Path = tmp_path_factory.mktemp("routes")
    with serving(lambda url: office(folder, url, plan=PLAN + EVENT), local("2023-06-12 09:00")) as portal:
        let_things_happen(portal)
        paper = b"%PDF-1.7\n%%EOF\n"
        kept = take_in(portal.place, "a.pdf", BytesIO(paper), len(paper), None)
        assert not submit(portal.place, H1, FIGURES, [kept], by="can-bo@gia-binh.example", channel="form").problems
        visitors: dict[str, dict[str, str]] = {}
        secrets: dict[str, str] = {}

        def comes(who: str, browser: httpx.Client, token: str = "") -> None:
            secrets[who] = csrf(browser.get("/sign-in"))
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
            visitors[who] = {"Cookie": cookie, "Authorization": f"Bearer {token}"} if token else {"Cookie": cookie}

        comes("stranger", portal.visit())
        for who, (person, purpose) in LINKS.items():
            address = new_link(portal.place, person, purpose=purpose, lasts=timedelta(days=1), by="test")[1]
            browser = portal.visit()
            if purpose == "api":
                comes(who, browser, address.partition("?k=")[2])
            else:
                assert browser.get(address).status_code == 200
                comes(who, browser)
        for who, person in SIGNED_IN.items():
            with signed_in(portal, person) as browser:
                comes(who, browser)
        plan, task, unit, period = H1.split("/")
        named = {"plan": plan, "task": task, "unit": unit, "period": period, "obligation": H1, "digest": kept.digest}
        named |= {"indicator": "I12", "body": "thuong-truc", "number": str(aside(portal)), "file": "dondoc.css"}
        with closing(sqlite3.connect(folder / "dondoc.db")) as ledger:
            client = portal.visit()
            client.follow_redirects = False
            yield Asking(portal, client, visitors, secrets, named, ledger)


def routes(found: list[BaseRoute], prefix: str = "") -> Iterator[str]:
    """All that an application answers, with what is mounted in it."""
    for one in iter_route_contexts(found):
        route = one.original_route
        if not isinstance(route, Mount):
            yield from (f"{method} {prefix}{one.path}" for method in one.methods - {"HEAD"})
        elif inside := route.routes:
            yield from routes(inside, f"{prefix}{route.path}")
        else:
            yield f"GET {prefix}{route.path}/{{file}}"


def test_the_table_has_a_row_for_every_route_and_no_other(asking: Asking) -> None:
    there = list(routes(create_app(asking.portal.place).routes))
    assert sorted(there) == sorted(ROWS)
    assert len(LINES) == len(ROWS)


def kind(method: str, answer: httpx.Response) -> str:
    let_in = answer.status_code == 200 if method == "GET" else answer.status_code in LET_IN
    return "yes" if let_in else str(answer.status_code)


@pytest.mark.parametrize("route", ROWS)
def test_everybody_is_answered_as_the_table_says_and_who_is_kept_out_changes_nothing(
    asking: Asking, route: str
) -> None:
    method, _, path = route.partition(" ")
    path, more, told = path + ASKED.get(route, ""), SENT.get(route), ROWS[route]
    let_in = [who for who, said in told.items() if method == "POST" and said == "yes"]
    before = asking.written()
    for who, said in told.items():
        if who not in let_in:
            assert kind(method, asking.ask(method, path, who, more)) == said, who
            continue
        assert asking.ask("GET", path, who).status_code < 500
        if not path.startswith("/api"):
            assert asking.ask(method, path, who, more, forged=True).status_code == 403, who
    assert asking.written() == before
    for who in let_in:
        assert kind(method, asking.ask(method, path, who, more)) == "yes", who

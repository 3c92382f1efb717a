"""The interface for programs: tokens that open so much and no more, one validator, nothing done twice."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from limits import parse
from sqlalchemy import func, select

from dondoc.desk.links import new_link, revoke
from dondoc.desk.plans import apply_plan
from dondoc.store import schema
from tests.servers.portal import Portal
from tests.small_plan import FIGURES, H1, ORGANISATION

OFFICER, REVIEWER, HEAD = "can-bo@gia-binh.example", "can-bo@hoi.example", "chu-tich@hoi.example"
OTHER_UNIT = "can-bo@que-vo.example"
DUTY = f"/api/v1/obligations/{H1}"


def program(portal: Portal, person: str = OFFICER, purpose: str = "api", target: str = "") -> httpx.Client:
    """A program with a token of that person."""
    _, address = new_link(
        portal.place, person, purpose=purpose, target=target, lasts=timedelta(days=1), by="quan-tri"
    )  # fmt: skip
    return portal.visit(headers={"Authorization": f"Bearer {address.partition('?k=')[2]}"})


def versions(portal: Portal) -> int:
    with portal.place.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(schema.submissions)) or 0


def test_a_program_learns_what_is_asked_hands_it_in_and_reads_how_it_stands(portal: Portal) -> None:
    with program(portal) as unit:
        assert unit.get("/api/v1/me").json()["units"] == ["gia-binh"]
        listed = unit.get("/api/v1/obligations").json()["obligations"]
        assert {one["owner"] for one in listed} == {"gia-binh"}
        assert H1 in {one["id"] for one in listed}
        asked = unit.get(f"{DUTY}/form").json()
        assert [field["id"] for field in asked["fields"]] == ["I12", "I13", "note"]
        answer = unit.post(f"{DUTY}/submissions", json={"data": FIGURES})
        assert answer.status_code == 201
        assert answer.json()["recorded"] is True
        assert answer.json()["late"] is False
        assert unit.get(DUTY).json()["standing"] == "submitted"
        told = unit.get(f"{DUTY}/history").json()
        assert any("gia-binh" in one["vi"] or "nộp" in one["vi"].lower() for one in told["happened"])


@pytest.mark.parametrize("unit", ["gia-luong", "gia-binh"])
def test_a_renamed_unit_reports_an_event_under_either_of_its_ids(
    rich_portal: Portal, tmp_path: Path, unit: str
) -> None:
    file = tmp_path / "plans" / "hoi" / "organisation.yaml"
    file.write_text(ORGANISATION.replace("id: gia-binh", "id: gia-luong\n    was: gia-binh"), encoding="utf-8")
    apply_plan(rich_portal.place, file, by="quan-tri")
    with program(rich_portal) as officer:
        answer = officer.post("/api/v1/plans/ke-hoach/events", json={"event": "vu-viec", "unit": unit})
        other = officer.post("/api/v1/plans/ke-hoach/events", json={"event": "vu-viec", "unit": "que-vo"})
    assert (answer.status_code, other.status_code) == (201, 403)
    assert [one["unit"] for one in answer.json()] == ["gia-binh"]


def test_what_has_to_be_put_right_comes_back_field_by_field_and_nothing_is_recorded(portal: Portal) -> None:
    with program(portal) as unit:
        answer = unit.post(f"{DUTY}/submissions", json={"data": {"I12": "nhiều", "I99": 1}})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {(one["field"], one["code"]) for one in answer.json()["problems"]} >= {
        ("I99", "unknown-field"), ("I13", "missing"),
    }  # fmt: skip
    assert versions(portal) == 0


def test_files_are_looked_into_before_they_are_taken(portal: Portal) -> None:
    false = {"name": "báo cáo.pdf", "content": b64encode(b"MZ\x90 no pdf").decode()}
    with program(portal) as unit:
        answer = unit.post(f"{DUTY}/submissions", json={"data": FIGURES, "files": [false]})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "files"
    assert versions(portal) == 0


def test_the_same_key_does_it_once_and_answers_again(portal: Portal) -> None:
    with program(portal) as unit:
        key = {"Idempotency-Key": "thang-6"}
        first = unit.post(f"{DUTY}/submissions", json={"data": FIGURES}, headers=key)
        again = unit.post(f"{DUTY}/submissions", json={"data": FIGURES}, headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert again.headers["Idempotent-Replayed"] == "true"
        other = unit.post(f"{DUTY}/submissions", json={"data": FIGURES | {"I12": 5}}, headers=key)
        assert other.status_code == 422
    assert versions(portal) == 1
    with program(portal) as another:  # a key belongs to its token
        answer = another.post(f"{DUTY}/submissions", json={"data": FIGURES | {"I12": 5}}, headers=key)
        assert answer.json()["version"] == 2


def test_a_key_is_free_again_where_nothing_was_done(portal: Portal) -> None:
    with program(portal) as unit:
        key = {"Idempotency-Key": "thang-6"}
        assert unit.post(f"{DUTY}/submissions", json={"data": {}}, headers=key).status_code == 422
        assert unit.post(f"{DUTY}/submissions", json={"data": FIGURES}, headers=key).status_code == 201


def test_a_reviewer_decides_and_a_unit_does_not(portal: Portal) -> None:
    with program(portal) as unit, program(portal, REVIEWER) as reviewer:
        unit.post(f"{DUTY}/submissions", json={"data": FIGURES})
        assert unit.post(f"{DUTY}/review", json={"verdict": "accept"}).status_code == 403
        returned = reviewer.post(
            f"{DUTY}/review", json={"verdict": "return", "note": "Xem lại I13", "to": "2023-06-16"}
        )
        assert returned.status_code == 201
        assert returned.json()["now"]["standing"] == "returned"
        assert unit.post(f"{DUTY}/submissions", json={"data": FIGURES | {"I13": 4}}).status_code == 201
        assert reviewer.post(f"{DUTY}/review", json={"verdict": "accept"}).json()["now"]["standing"] == "done_on_time"
        twice = reviewer.post(f"{DUTY}/review", json={"verdict": "accept"})
        assert twice.status_code == 409
        assert "accepted already" in twice.json()["title"]


def test_more_time_is_asked_by_the_unit_and_granted_by_the_focal_point(portal: Portal) -> None:
    with program(portal) as unit, program(portal, REVIEWER) as focal:
        asked = unit.post(f"{DUTY}/extension", json={"verdict": "ask", "to": "2023-06-26", "why": "Mất điện"})
        assert asked.status_code == 201
        assert unit.post(f"{DUTY}/extension", json={"verdict": "grant"}).status_code == 403
        granted = focal.post(f"{DUTY}/extension", json={"verdict": "grant"}).json()
        assert granted["now"]["due_day"] == "2023-06-26"
        assert granted["now"]["extended"] is True


@pytest.mark.parametrize(
    ("purpose", "target", "may"),
    [
        ("api", "", True),
        ("answer", "", True),
        ("answer", H1, True),
        ("answer", "unit:gia-binh", True),
        ("answer", "ke-hoach", True),
        ("read", "", False),
        ("review", "", False),
        ("answer", "ke-hoach/xac-nhan/gia-binh/once", False),
        ("answer", "unit:que-vo", False),
        ("answer", "ke-hoach/bao", False),
    ],
)
def test_a_token_opens_what_it_was_made_for(portal: Portal, purpose: str, target: str, may: bool) -> None:
    with program(portal, purpose=purpose, target=target) as unit:
        answer = unit.post(f"{DUTY}/submissions", json={"data": FIGURES})
    assert answer.status_code == (201 if may else 403)
    assert versions(portal) == int(may)


def test_one_unit_reads_nothing_of_another(portal: Portal) -> None:
    with program(portal, OTHER_UNIT) as stranger:
        for path in ("", "/form", "/history"):
            assert stranger.get(f"{DUTY}{path}").status_code == 403
        assert stranger.post(f"{DUTY}/submissions", json={"data": FIGURES}).status_code == 403
        assert stranger.get("/api/v1/obligations", params={"owner": "gia-binh"}).json()["obligations"] == []
        assert stranger.get("/api/v1/status").status_code == 403


def test_the_leadership_reads_the_four_cells(portal: Portal) -> None:
    with program(portal, HEAD, purpose="read") as leader:
        totals = leader.get("/api/v1/status", params={"plan": "ke-hoach"}).json()["totals"]
        assert totals["total"] == 6
        assert totals["open_overdue"] == 2  # both acknowledgements, due in April
        pages, after = [], ""
        while after is not None:
            page = leader.get("/api/v1/obligations", params={"limit": 4, "after": after}).json()
            pages.append([one["id"] for one in page["obligations"]])
            after = page["after"]
        assert [len(one) for one in pages] == [4, 2]


def test_without_a_token_or_with_one_that_is_over_nothing_is_told(portal: Portal) -> None:
    bare = httpx.get(f"{portal.url}{DUTY}")
    assert bare.status_code == 401
    assert bare.headers["WWW-Authenticate"] == "Bearer"
    forged = httpx.get(f"{portal.url}{DUTY}", headers={"Authorization": "Bearer abc.def"})
    assert forged.status_code == 401
    with program(portal) as unit:
        revoke(portal.place, OFFICER, by="quan-tri", why="Mất máy")
        assert unit.get("/api/v1/me").status_code == 401


def test_a_token_that_was_taken_back_is_not_even_answered_again(portal: Portal) -> None:
    key = {"Idempotency-Key": "thang-6"}
    with program(portal) as unit:
        assert unit.post(f"{DUTY}/submissions", json={"data": FIGURES}, headers=key).status_code == 201
        revoke(portal.place, OFFICER, by="quan-tri", why="Mất máy")
        for sent in (key, {"Idempotency-Key": "another"}):
            assert unit.post(f"{DUTY}/submissions", json={"data": FIGURES}, headers=sent).status_code == 401
    with portal.place.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.repeats)) == 1


def test_who_asks_too_often_is_refused_before_the_database_is_asked(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dondoc.web.api.callers.PROGRAM", parse("1/minute"))
    with program(portal) as unit:
        assert unit.get("/api/v1/me").status_code == 200

        def opened(*_: object) -> None:
            raise AssertionError("the ledger was asked")

        monkeypatch.setattr("dondoc.store.database.Database.reading", opened)
        monkeypatch.setattr("dondoc.store.database.Database.writing", opened)
        key = {"Idempotency-Key": "thang-6"}
        refused = unit.post(f"{DUTY}/submissions", json={"data": FIGURES}, headers=key)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0


def test_a_letters_link_is_no_token(portal: Portal) -> None:
    _, address = new_link(portal.place, HEAD, purpose="sign_in", lasts=timedelta(minutes=15), by="quan-tri")
    answer = httpx.get(
        f"{portal.url}/api/v1/me", headers={"Authorization": f"Bearer {address.partition('?k=')[2]}"}
    )  # fmt: skip
    assert answer.status_code == 401


def test_the_description_names_every_path_and_its_token(portal: Portal) -> None:
    described = httpx.get(f"{portal.url}/api/openapi.json").json()
    assert "/v1/obligations/{plan}/{task}/{unit}/{period}/submissions" in described["paths"]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert described["servers"] == [{"url": "/api"}]

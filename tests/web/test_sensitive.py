"""A sensitive answer is read by the unit that gave it and by its reviewer, and stands on nobody else's page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dondoc.desk.links import new_link
from dondoc.desk.submissions import submit
from dondoc.store.links import Purpose
from tests.servers.portal import Portal
from tests.small_plan import FIGURES, H1

SECRET = "Cháu Kh. ở thôn Đoài"
OWNER, REVIEWER = "can-bo@gia-binh.example", "can-bo@hoi.example"
PLAN, TASK, UNIT, PERIOD = H1.split("/")
PAGES = (
    "/",
    f"/o/{H1}", f"/o/{H1}/receipt", f"/review/{H1}", f"/h/{H1}", f"/units/{UNIT}", f"/u/{UNIT}", f"/p/{PLAN}",
    f"/t/{PLAN}/{TASK}/{PERIOD}", f"/list?plan={PLAN}", "/lead", "/d/thuong-truc", "/feeds/figures.json",
    "/feeds/ledger.csv", f"/api/v1/obligations/{H1}", f"/api/v1/obligations/{H1}/form",
    f"/api/v1/obligations/{H1}/history",
)  # fmt: skip


def read_by(portal: Portal, person: str, purpose: Purpose) -> set[str]:
    """The pages on which somebody who opened that link, or a program with its token, reads the answer."""
    _, link = new_link(portal.place, person, purpose=purpose, lasts=timedelta(days=1), by="test")
    token = {"Authorization": f"Bearer {link.partition('?k=')[2]}"}
    with portal.visit() as browser:
        browser.get(link)
        answers = {path: browser.get(path, headers=token if path.startswith("/api/") else None) for path in PAGES}
        assert any(one.status_code == 200 for one in answers.values()), "it sees something at all"
    return {path for path, one in answers.items() if SECRET in one.text}


@pytest.fixture
def handed_in(rich_portal: Portal) -> Portal:
    data = {**FIGURES, "vuong_mac": SECRET}
    assert submit(rich_portal.place, H1, data, by=f"Hoa ({OWNER})", channel="form").problems == ()
    return rich_portal


def test_the_unit_and_its_reviewer_read_it(handed_in: Portal) -> None:
    assert f"/o/{H1}/receipt" in read_by(handed_in, OWNER, "answer")
    assert f"/review/{H1}" in read_by(handed_in, REVIEWER, "review")


@pytest.mark.parametrize(
    ("person", "purpose"),
    [
        ("chu-tich@hoi.example", "read"),
        ("thu-ky@hoi.example", "read"),
        ("quan-tri@hoi.example", "read"),
        ("can-bo@que-vo.example", "answer"),
        ("truong-ban@hoi.example", "read"),
    ],
)
def test_nobody_else_reads_it(handed_in: Portal, person: str, purpose: Purpose) -> None:
    assert read_by(handed_in, person, purpose) == set()

"""A round through the flows on a real Prefect server: what it does, what it is called, and what leadership sees."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.exceptions import ParameterTypeError

from dondoc.desk.follow_up import Tally
from dondoc.desk.obligations import waive
from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import letters
from flows.deliver_letters import deliver_letters
from flows.follow_up import follow_up
from flows.send_reminders import send_reminders
from tasks.place import working_in
from tests.places import local, workplace
from tests.servers.prefect import artifacts, runs
from tests.small_plan import PLAN, write_plan

pytestmark = [pytest.mark.servers, pytest.mark.slow]

CHILDREN = ["Tiếp nhận báo cáo", "Nhắc việc", "Báo cáo việc quá hạn", "Gửi thư"]


@pytest.fixture
def plan_id(request: pytest.FixtureRequest) -> str:
    """A plan of each test's own: they share one Prefect server."""
    return "ke-hoach-" + str(abs(hash(request.node.name)))[:8]


@pytest.fixture
def office(tmp_path: Path, plan_id: str) -> Workplace:
    """The small plan in force since 13 April 2023, letters written as files."""
    place = workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'dondoc.db'}")
    plan = PLAN.replace("plan: ke-hoach\n", f"plan: {plan_id}\n")
    apply_plan(place, write_plan(tmp_path / "plans", plan=plan), by="quan-tri")
    return place


def hold(place: Workplace, when: str, **more: Any) -> Tally:
    async def go() -> Tally:
        with working_in(place):
            return await follow_up(local(when), **more)

    return asyncio.run(go())


def shown(api: str, plan: str) -> dict[str, tuple[str, str, str]]:
    """What leadership reads in the list of runs: name, state and its colour, by task."""
    return {
        run["name"].partition(" · ")[0]: (run["name"], run["state_name"], run["state_type"])
        for run in runs(api, tag=f"plan:{plan}")
        if "mirror" in run["tags"] and "overview" not in run["tags"]
    }


def test_a_round_reminds_delivers_and_shows_itself_with_its_four_parts(
    prefect: str, office: Workplace, plan_id: str
) -> None:
    assert hold(office, "2023-04-18 08:00", plan=plan_id) == Tally(decided=2, enqueued=2, sent=2)

    seen = [run for run in runs(prefect, tag=f"plan:{plan_id}") if "mirror" not in run["tags"]]
    assert sorted(run["name"] for run in seen) == sorted(f"{name} 2023-04-18 08:00" for name in CHILDREN)
    assert {run["state_type"] for run in seen} == {"COMPLETED"}
    assert {tag for run in seen for tag in run["tags"]} == {"ops", f"plan:{plan_id}"}
    parents = {run["parent_task_run_id"] for run in seen}
    assert None not in parents


def test_leadership_reads_each_task_and_period_as_one_run(prefect: str, office: Workplace, plan_id: str) -> None:
    hold(office, "2023-04-18 08:00")
    assert shown(prefect, plan_id) == {
        "Xác nhận": ("Xác nhận · 0/2 đã nộp · hạn 18/4/2023", "Đang thu", "PENDING"),
        "Báo cáo 6 tháng – 6 tháng đầu năm 2023": (
            "Báo cáo 6 tháng – 6 tháng đầu năm 2023 · 0/2 đã nộp · hạn 19/6/2023",
            "Đang thu",
            "PENDING",
        ),
        "Báo cáo 6 tháng – 6 tháng cuối năm 2023": (
            "Báo cáo 6 tháng – 6 tháng cuối năm 2023 · 0/2 đã nộp · hạn 19/12/2023",
            "Chưa đến kỳ",
            "PENDING",
        ),
    }
    hold(office, "2023-04-19 07:00")
    assert shown(prefect, plan_id)["Xác nhận"][1:] == ("Quá hạn", "FAILED")
    hold(office, "2023-04-19 08:00")
    assert shown(prefect, plan_id)["Xác nhận"][1:] == ("Quá hạn, đã báo cáo", "FAILED")
    (overdue,) = [run for run in runs(prefect, tag=f"plan:{plan_id}") if run["name"].startswith("Xác nhận")]
    assert overdue["state"]["message"] == (
        "đã nhận 0/2, hạn 18/4/2023 · quá hạn 2: Hội Phụ nữ huyện Gia Bình, Hội Phụ nữ thị xã Quế Võ, từ 19/4/2023"
        " · nhắc 1 lần, gần nhất 18/4/2023, thông báo lãnh đạo đơn vị 19/4/2023 · lãnh đạo đơn vị quyết định"
    )
    assert overdue["parameters"]["Đã nhận"] == "0/2"
    (plan,) = [run for run in runs(prefect, tag=f"plan:{plan_id}") if "overview" in run["tags"]]
    assert plan["state_name"] == "Có việc quá hạn, đã báo cáo"
    assert plan["name"] == (
        "Toàn kế hoạch · 2 việc quá hạn, 0/6 hoàn thành"
        " · Hội Phụ nữ huyện Gia Bình: Xác nhận, quá hạn từ 19/4/2023"
        " (thông báo lãnh đạo đơn vị 19/4/2023; lãnh đạo đơn vị quyết định)"
        " · Hội Phụ nữ thị xã Quế Võ: Xác nhận, quá hạn từ 19/4/2023"
        " (thông báo lãnh đạo đơn vị 19/4/2023; lãnh đạo đơn vị quyết định)"
    )


def test_the_table_of_a_mirror_goes_unit_by_unit_and_the_bulletin_names_what_is_overdue(
    prefect: str, office: Workplace, plan_id: str
) -> None:
    waive(office.at(local("2023-04-17 09:00")), f"{plan_id}/xac-nhan/que-vo/once", why="sáp nhập", by="van-thu")
    hold(office, "2023-04-19 08:00", plan=plan_id)
    table = artifacts(prefect, f"{plan_id}-xac-nhan-once")[0]
    assert [(row["Đơn vị"], row["Tình trạng"]) for row in json.loads(table["data"])] == [
        ("Hội Phụ nữ huyện Gia Bình", "quá hạn"),
        ("Hội Phụ nữ thị xã Quế Võ", "được miễn"),
    ]
    assert "](http" in table["description"]

    (units,) = artifacts(prefect, f"tinh-hinh-{plan_id}")[:1]
    assert json.loads(units["data"])[0] == {
        "Đơn vị": "Hội Phụ nữ huyện Gia Bình",
        "Hoàn thành đúng hạn": 0,
        "Hoàn thành quá hạn": 0,
        "Chưa xong, trong hạn": 2,
        "Chưa xong, quá hạn": 1,
        "Tổng số": 3,
    }
    page = artifacts(prefect, "vong-don-doc")[0]["data"]
    assert page.startswith("# Vòng đôn đốc 19/4/2023 08:00")
    assert "1. **Hội Phụ nữ huyện Gia Bình** – [Xác nhận](http" in page
    assert "quá hạn từ **19/4/2023**. Đã xử lý: " in page
    assert artifacts(prefect, f"ke-hoach-{plan_id}")[0]["data"].startswith("**1 việc quá hạn**, 1 đã báo cáo lên trên")


def test_a_round_in_which_nothing_happens_publishes_nothing(prefect: str, office: Workplace, plan_id: str) -> None:
    hold(office, "2023-04-18 08:00", plan=plan_id)
    pages = len(artifacts(prefect, "vong-don-doc"))
    tables = len(artifacts(prefect, f"{plan_id}-xac-nhan-once"))
    assert hold(office, "2023-04-18 09:00", plan=plan_id) == Tally()
    assert len(artifacts(prefect, "vong-don-doc")) == pages
    assert len(artifacts(prefect, f"{plan_id}-xac-nhan-once")) == tables


def test_two_rounds_at_once_write_each_letter_once(prefect: str, office: Workplace, plan_id: str) -> None:
    async def both() -> tuple[Tally, Tally]:
        with working_in(office):
            return await asyncio.gather(*(follow_up(local("2023-04-18 08:00")) for _ in range(2)))

    one, other = asyncio.run(both())
    assert (one + other).enqueued == 2
    assert (one + other).sent == 2
    with office.database.reading() as connection:
        assert len(letters(connection)) == 2


def test_each_part_runs_alone(prefect: str, office: Workplace) -> None:
    async def go() -> tuple[Tally, Tally]:
        with working_in(office):
            return await send_reminders(local("2023-04-18 08:00")), await deliver_letters(local("2023-04-18 08:00"))

    written, sent = asyncio.run(go())
    assert (written.enqueued, sent.sent) == (2, 2)


def test_an_instant_without_its_offset_is_refused(prefect: str, office: Workplace) -> None:
    with pytest.raises(ParameterTypeError, match="timezone"):
        asyncio.run(follow_up(datetime(2023, 4, 18, 8, 0)))  # noqa: DTZ001 - that is the mistake

"""Mirror runs that were lost or tampered with are mended; where Prefect is away nothing fails."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from dondoc.errors import PrefectUnreachable
from dondoc.service.prefect_server import free_port
from flows.follow_up import follow_up
from tasks.mirrors import repair_mirrors
from tasks.place import working_in
from tests.places import local, workplace
from tests.servers.prefect import ask, runs, speaking_to, until
from tests.small_plan import PLAN, write_plan

pytestmark = [pytest.mark.servers, pytest.mark.slow]

MORNING = local("2023-04-18 08:00")


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Workplace:
    """A plan of each test's own in force since 13 April 2023."""
    office = workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'dondoc.db'}")
    plan = PLAN.replace("plan: ke-hoach\n", f"plan: {request.node.name.replace('_', '-')[:40]}\n")
    apply_plan(office, write_plan(tmp_path / "plans", plan=plan), by="quan-tri")
    return office


def mirrors(api: str, request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    plan = request.node.name.replace("_", "-")[:40]
    return {run["name"].partition(" · ")[0]: run for run in runs(api, tag=f"plan:{plan}") if "mirror" in run["tags"]}


def lose(api: str, run: dict[str, Any]) -> None:
    with urlopen(Request(f"{api}/flow_runs/{run['id']}", method="DELETE"), timeout=30):
        pass


def mend(place: Workplace) -> int:
    return asyncio.run(repair_mirrors(place, MORNING))


def test_the_first_repair_makes_them_all_and_the_next_finds_nothing_to_do(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    assert mend(place) == 4, "three tasks and periods, and the plan"
    made = mirrors(prefect, request)
    assert len(made) == 4
    assert max(run["estimated_start_time_delta"] for run in made.values()) < 5, "Prefect would call it late"
    assert mend(place) == 0


def test_a_lost_run_is_made_again_and_a_wrong_one_put_right(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    mend(place)
    before = mirrors(prefect, request)
    lose(prefect, before["Xác nhận"])
    other = before["Báo cáo 6 tháng – 6 tháng đầu năm 2023"]
    ask(prefect, f"/flow_runs/{other['id']}/set_state", state={"type": "CANCELLED", "name": "Cancelled"}, force=True)
    assert mend(place) == 2
    after = mirrors(prefect, request)
    assert after["Xác nhận"]["id"] != before["Xác nhận"]["id"]
    assert after["Báo cáo 6 tháng – 6 tháng đầu năm 2023"]["state_name"] == "Đang thu"
    assert mend(place) == 0


def test_when_prefect_lost_its_database_all_of_it_is_made_again_with_every_artifact(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    mend(place)
    before = mirrors(prefect, request)
    for run in before.values():
        lose(prefect, run)
    assert mend(place) == 4
    after = mirrors(prefect, request)
    assert after.keys() == before.keys()
    assert not {run["id"] for run in after.values()} & {run["id"] for run in before.values()}
    (plan,) = [run for run in after.values() if "overview" in run["tags"]]
    drawn = ask(prefect, "/artifacts/filter", flow_runs={"id": {"any_": [plan["id"]]}})
    assert sorted(one["type"] for one in drawn) == ["markdown", "progress", "table"]
    assert mend(place) == 0


def test_another_language_is_told_to_prefect_by_the_next_look(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    mend(place)
    place = replace(place, settings=place.settings.model_copy(update={"prefect_language": "en"}))
    assert mend(place) == 4
    found = mirrors(prefect, request)
    assert {run["state_name"] for run in found.values()} == {"Collecting", "Upcoming", "In progress"}
    assert found["The whole plan"]["name"] == "The whole plan · 0/6 done, nothing overdue"


def test_a_plan_tells_prefects_automations_that_it_changed(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    asyncio.run(repair_mirrors(place, local("2023-04-19 08:00")))
    number = f"dondoc.plan.{request.node.name.replace('_', '-')[:40]}"
    wanted = {"resource": {"id": [number]}, "occurred": {"since": "2020-01-01T00:00:00Z"}}
    told = until(lambda: ask(prefect, "/events/filter", filter=wanted)["events"], 20)
    assert sorted(one["event"] for one in told) == ["dondoc.plan.changed", "dondoc.plan.overdue"]
    assert told[0]["payload"]["overdue"] == 2


def test_a_round_makes_anew_the_run_that_it_finds_lost(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    mend(place)
    lose(prefect, mirrors(prefect, request)["Xác nhận"])

    async def late() -> None:
        with working_in(place):
            await follow_up(local("2023-04-19 07:00"))

    asyncio.run(late())
    assert mirrors(prefect, request)["Xác nhận"]["state_name"] == "Quá hạn"


def test_what_was_made_but_not_remembered_is_found_again(
    prefect: str, place: Workplace, request: pytest.FixtureRequest
) -> None:
    mend(place)
    before = mirrors(prefect, request)
    with place.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM mirrors")
    assert mend(place) == 4
    assert {run["id"] for run in mirrors(prefect, request).values()} == {run["id"] for run in before.values()}


def test_without_prefect_the_repair_says_what_to_do(place: Workplace, tmp_path: Path) -> None:
    with (
        speaking_to(f"http://127.0.0.1:{free_port()}/api", tmp_path / "nowhere"),
        pytest.raises(PrefectUnreachable, match="dondoc up"),
    ):
        mend(place)

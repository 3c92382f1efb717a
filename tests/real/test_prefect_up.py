"""`dondoc up` on a clean machine: a schedule truly fires, workers share the work, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import email
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from dondoc.service.children import Child
from dondoc.service.deployments import worker_command
from dondoc.service.prefect_server import answers, free_port, port_is_free
from tests.core.telling import VIETNAM
from tests.servers.prefect import artifacts, ask, runs, until
from tests.small_plan import write_plan

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 240.0

SOONER = {
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT1S",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "3",
}
"""How often Prefect's server and worker look whether there is something to do: the same work, less waiting for it."""

FLOWS = (
    "apply_plan", "compile_report", "collect_submissions", "deliver_letters", "escalate_overdue",
    "follow_up", "send_reminders", "tell_administrator",
)  # fmt: skip


@dataclass
class Up:
    """A running `dondoc up`."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    environment: dict[str, str]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def said(self) -> str:
        return (self.home / "up.log").read_text(encoding="utf-8")

    def deployment(self, flow: str) -> dict[str, Any]:
        (found,) = ask(self.api, "/deployments/filter", flows={"name": {"any_": [flow]}})
        return found

    def start(self, flow: str, **parameters: Any) -> str:
        """Ask for a run of the flow's deployment; its id."""
        deployment = self.deployment(flow)["id"]
        return ask(self.api, f"/deployments/{deployment}/create_flow_run", parameters=parameters)["id"]

    def run(self, number: str) -> dict[str, Any]:
        return ask(self.api, "/flow_runs/filter", flow_runs={"id": {"any_": [number]}})[0]

    def finish(self, *flows: str, **parameters: Any) -> list[str]:
        """Run these flows at once and wait: how each ended. One that met a scheduled run is asked for again."""
        asked = [self.start(flow, **parameters) for flow in flows]
        ended = [until(lambda one=one: self._ended(one), PATIENCE) for one in asked]
        again = [flow for flow, state in zip(flows, ended, strict=True) if state == "CANCELLED"]
        return [state for state in ended if state != "CANCELLED"] + (self.finish(*again, **parameters) if again else [])

    def _ended(self, number: str) -> str | None:
        state = self.run(number)["state_type"]
        return state if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    home, port = folder / "home", free_port()
    home.mkdir()
    write_plan(folder / "plans")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DONDOC_"))}
    environment = {**clean, **SOONER, "DONDOC_HOME": str(home), "DONDOC_PLANS": str(folder / "plans")}
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [str(BIN / "dondoc"), "up", "--port", str(port), "--portal-port", str(free_port())],
            env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    running = Up(process, home, port, environment)
    try:
        until(lambda: "Ctrl-C" in running.said or process.poll() is not None, PATIENCE)
        assert process.poll() is None, running.said
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()


def belonging_to(home: Path) -> list[str]:
    """What still runs with this home."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                if str(home).encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def test_every_flow_has_its_deployment_entered_by_module_with_its_hours_in_vietnam(up: Up) -> None:
    found = {one["entrypoint"]: one for one in ask(up.api, "/deployments/filter")}
    assert sorted(found) == sorted(f"flows.{name}.{name}" for name in FLOWS)
    assert {one["work_pool_name"] for one in found.values()} == {"dondoc"}
    assert [one["pull_steps"] for one in found.values()] == [[]] * len(FLOWS)
    limits = {name: one["concurrency_options"] for name, one in found.items()}
    assert limits.pop("flows.tell_administrator.tell_administrator") is None
    assert {one["collision_strategy"] for one in limits.values()} == {"CANCEL_NEW"}
    schedules = {name: [one["schedule"] for one in each["schedules"]] for name, each in found.items()}
    assert schedules["flows.follow_up.follow_up"][0]["cron"] == "0 * * * *"
    assert {one["timezone"] for each in schedules.values() for one in each} == {"Asia/Ho_Chi_Minh"}


@pytest.mark.tree
def test_deploying_all_by_hand_changes_nothing(up: Up) -> None:
    before = {one["id"] for one in ask(up.api, "/deployments/filter")}
    automations = sorted(one["name"] for one in ask(up.api, "/automations/filter"))
    assert len(automations) == 5
    done = subprocess.run(
        [str(BIN / "prefect"), "--no-prompt", "deploy", "--all"],
        cwd=ROOT,
        env={**up.environment, "PREFECT_API_URL": up.api, "PREFECT_HOME": str(up.home / "hand")},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert {one["id"] for one in ask(up.api, "/deployments/filter")} == before
    assert sorted(one["name"] for one in ask(up.api, "/automations/filter")) == automations


def test_a_second_one_on_the_same_port_says_so_and_starts_nothing(up: Up, tmp_path: Path) -> None:
    environment = {**up.environment, "DONDOC_HOME": str(tmp_path)}
    done = subprocess.run(
        [str(BIN / "dondoc"), "up", "--port", str(up.port)],
        env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"Port {up.port} of this machine is in use" in done.stderr
    assert belonging_to(tmp_path) == []


def test_a_scheduled_round_fires_and_leadership_sees_it_in_correct_vietnamese(up: Up) -> None:
    on_12_june = {"file": "ke-hoach.yaml", "by": "quan-tri", "at": "2023-06-12T08:00:00+07:00"}
    assert up.finish("apply-plan", **on_12_june) == ["COMPLETED"]

    deployment = up.deployment("follow-up")["id"]
    (schedule,) = _add_schedule(up, deployment, every=timedelta(seconds=20))
    try:
        fired = until(lambda: [one for one in runs(up.api, flow="follow-up") if _completed(one)], PATIENCE)[0]
    finally:
        _delete(up, f"/deployments/{deployment}/schedules/{schedule['id']}")
    assert "auto-scheduled" in fired["tags"]
    assert fired["name"].startswith("Vòng đôn đốc 20")

    tasks = ask(up.api, "/task_runs/filter", flow_runs={"id": {"any_": [fired["id"]]}})
    inside = {one["id"] for one in tasks}
    parts = [one["name"] for one in ask(up.api, "/flow_runs/filter") if one["parent_task_run_id"] in inside]
    assert sorted(name[:-17] for name in parts) == ["Báo cáo việc quá hạn", "Gửi thư", "Nhắc việc", "Tiếp nhận báo cáo"]

    mirrors = {one["name"].partition(" · ")[0]: one for one in runs(up.api, tag="plan:ke-hoach") if _shows(one)}
    late = mirrors["Báo cáo 6 tháng – 6 tháng đầu năm 2023"]
    units = "Hội Phụ nữ huyện Gia Bình, Hội Phụ nữ thị xã Quế Võ"
    in_office = VIETNAM.in_office(
        datetime.fromisoformat(fired["start_time"])
    )  # then their heads are told in this round
    assert (late["state_name"], late["state_type"]) == ("Quá hạn, đã báo cáo" if in_office else "Quá hạn", "FAILED")
    assert f"0/2 đã nộp, 2 quá hạn từ 20/6/2023: {units} · " in late["name"]
    assert late["state"]["message"].startswith(f"đã nhận 0/2, hạn 19/6/2023 · quá hạn 2: {units}, từ 20/6/2023 · ")
    rows = json.loads(artifacts(up.api, "ke-hoach-bao-cao-2023-h1")[0]["data"])
    assert [row["Tình trạng"] for row in rows] == ["quá hạn", "quá hạn"]
    assert "## Đang quá hạn (4)" in artifacts(up.api, "vong-don-doc")[0]["data"]


def test_a_round_that_is_killed_is_held_again_and_the_administrator_hears_of_it(up: Up) -> None:
    killed = until(lambda: _kill_a_scheduled_round(up))
    begun = _begun_by(up, killed)
    again = until(lambda: _held_by_automation(up))
    assert until(lambda: up.run(killed)["state_type"] == "CRASHED")
    assert "auto-scheduled" not in again["tags"], "or it would be held again and again"
    (letter,) = until(lambda: _alarms(up, "crashed"))
    assert letter.startswith("[Cảnh báo] Vòng đôn đốc bị gián đoạn: follow-up 20")
    assert begun
    assert until(lambda: "RUNNING" not in {part["state_type"] for part in _begun_by(up, killed)})


def test_when_no_round_was_held_one_is_and_the_administrator_hears_of_it(up: Up) -> None:
    """The automations as they were installed, but for the two hours, which are ten seconds here."""
    installed = [one for one in ask(up.api, "/automations/filter") if one["trigger"].get("posture") == "Proactive"]
    assert [one["trigger"]["within"] for one in installed] == [7800, 7800]
    held = len(_started_by_automation(up))
    made = []
    try:
        for one in installed:
            kept = {name: one[name] for name in ("name", "enabled", "actions")}
            sooner = {name: value for name, value in one["trigger"].items() if name != "id"} | {"within": 10}
            made.append(ask(up.api, "/automations/", **kept, trigger=sooner)["id"])
        (letter,) = until(lambda: _alarms(up, "missed"))
        until(lambda: len(_started_by_automation(up)) > held)
    finally:
        for one in made:
            _delete(up, f"/automations/{one}")
    assert letter.startswith("[Cảnh báo] Không có vòng đôn đốc nào hoàn thành")


def test_a_worker_that_dies_is_started_again_and_two_workers_write_each_letter_once(up: Up) -> None:
    until(lambda: not _under_way(up), PATIENCE)  # or a round dies with the worker, and none begins until its lease ends
    log = up.home / "prefect" / "worker.log"
    begun = log.read_text().count("started!")
    (worker,) = [one for one in Path("/proc").iterdir() if _is_worker_of(one, up.home)]
    os.kill(int(worker.name), signal.SIGKILL)

    environment = {**up.environment, "PREFECT_API_URL": up.api, "PREFECT_HOME": str(up.home / "second")}
    second = Child(worker_command("second"), environment, up.home / "second.log")
    try:
        until(lambda: log.read_text().count("started!") > begun, PATIENCE)
        until(lambda: "started!" in second.log.read_text(), PATIENCE)
        at = "2023-06-19T08:00:00+07:00"
        assert up.finish("follow-up", "send-reminders", "escalate-overdue", at=at) == ["COMPLETED"] * 3
        assert up.finish("deliver-letters", at=at) == ["COMPLETED"]
    finally:
        second.stop()
    found = [email.message_from_bytes(file.read_bytes()) for file in (up.home / "outbox").rglob("*.eml")]
    written = Counter((one["To"], one["Subject"]) for one in found)
    assert len(written) >= 2
    assert set(written.values()) == {1}


def test_ctrl_c_leaves_no_process_and_no_open_port(up: Up) -> None:
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(60) == 0
    assert "Nothing is left running" in up.said
    assert belonging_to(up.home) == []
    assert port_is_free(up.port)
    assert not answers(up.api)


def _completed(run: dict[str, Any]) -> bool:
    return run["state_type"] == "COMPLETED"


def _delete(up: Up, path: str) -> None:
    with urlopen(Request(f"{up.api}{path}", method="DELETE")):
        pass


def _begun_by(up: Up, number: str) -> list[dict[str, Any]]:
    """The runs that are parts of this one."""
    return ask(up.api, "/flow_runs/filter", flow_runs={"parent_flow_run_id": {"any_": [number]}})


def _kill_a_scheduled_round(up: Up) -> str | None:
    """Kill -9 the process of a round that a schedule started, while a part of it runs; the run's id.

    Where none is under way one is asked for, marked as a schedule marks its runs.
    """
    rounds = [
        one
        for one in runs(up.api, flow="follow-up")
        if one["state_type"] in ("SCHEDULED", "PENDING", "RUNNING") and "auto-scheduled" in one["tags"]
    ]
    if not any(one["auto_scheduled"] is False for one in rounds):
        deployment = up.deployment("follow-up")["id"]
        ask(up.api, f"/deployments/{deployment}/create_flow_run", tags=["auto-scheduled"])
    for one in rounds:
        if one["state_type"] == "RUNNING" and any(part["state_type"] == "RUNNING" for part in _begun_by(up, one["id"])):
            mark = f"PREFECT__FLOW_RUN_ID={one['id']}".encode()
            for folder in Path("/proc").iterdir():
                with suppress(OSError):
                    if folder.name.isdigit() and mark in (folder / "environ").read_bytes():
                        os.kill(int(folder.name), signal.SIGKILL)
                        return str(one["id"])
    return None


def _under_way(up: Up) -> list[dict[str, Any]]:
    """The runs that go on, or should have begun."""
    unfinished = {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING", "CANCELLING"]}}
    begun = {"before_": datetime.now(UTC).isoformat()}
    found = ask(up.api, "/flow_runs/filter", flow_runs={"state": unfinished, "expected_start_time": begun})
    return [one for one in found if not _shows(one)]


def _started_by_automation(up: Up) -> list[dict[str, Any]]:
    return [one for one in runs(up.api, flow="follow-up") if (one["created_by"] or {}).get("type") == "AUTOMATION"]


def _held_by_automation(up: Up) -> dict[str, Any] | None:
    return next((one for one in _started_by_automation(up) if _completed(one)), None)


def _alarms(up: Up, what: str) -> list[str]:
    """The subjects of the letters of this kind that lie in the outbox, or left."""
    with sqlite3.connect(up.home / "dondoc.db") as ledger:
        query = "SELECT subject FROM outbox WHERE natural_key LIKE ?"
        return [subject for (subject,) in ledger.execute(query, (f"alert|%|round {what} %",))]


def _shows(run: dict[str, Any]) -> bool:
    return "mirror" in run["tags"]


def _add_schedule(up: Up, deployment: str, every: timedelta) -> list[dict[str, Any]]:
    begins = datetime.now(UTC) + timedelta(seconds=2)
    schedule = {"interval": every.total_seconds(), "anchor_date": begins.isoformat(), "timezone": "UTC"}
    body = json.dumps([{"active": True, "schedule": schedule}]).encode()
    request = Request(f"{up.api}/deployments/{deployment}/schedules", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _is_worker_of(folder: Path, home: Path) -> bool:
    with suppress(OSError):
        words = (folder / "cmdline").read_bytes()
        return b"worker\0start" in words and str(home).encode() in (folder / "environ").read_bytes()
    return False

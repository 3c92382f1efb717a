"""`dondoc round` and `dondoc mirror` beside a real Prefect server: the flow runs there, and its picture is mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from dondoc.service.prefect_server import local_prefect
from tests.small_plan import write_plan

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with local_prefect(tmp_path_factory.mktemp("prefect")) as api:
        yield api


def dondoc(home: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from dondoc.cli import main; main()", *words],
        env={**os.environ, "DONDOC_HOME": str(home), "PREFECT_HOME": str(home / "client"), **environ},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def runs(api: str) -> list[dict[str, Any]]:
    asked = Request(f"{api}/flow_runs/filter", data=b"{}", headers={"content-type": "application/json"})
    with urlopen(asked, timeout=30) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def test_a_round_is_a_flow_run_and_the_mirror_shows_each_task_and_period(prefect: str, tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plans")
    home = tmp_path / "home"
    assert dondoc(home, "apply", str(plan), "--yes", "--at", "2023-04-13T08:00").returncode == 0

    held = dondoc(home, "round", "--at", "2023-04-18T08:00", "--json", PREFECT_API_URL=prefect)
    assert held.returncode == 0, held.stderr
    assert json.loads(held.stdout)["sent"] == 2
    shown = runs(prefect)
    assert any(one["state"]["name"] == "Completed" and "2023-04-18 08:00" in one["name"] for one in shown)
    mirrors = {one["name"] for one in shown if "mirror" in one["tags"]}
    assert len(mirrors) == 4, "the whole plan, the acknowledgement and the two half-yearly reports"

    mended = dondoc(home, "mirror", "--at", "2023-04-18T08:00", "--json", PREFECT_API_URL=prefect)
    assert (mended.returncode, json.loads(mended.stdout)) == (0, {"mended": 0}), mended.stderr


def test_without_prefect_the_mirror_says_what_to_do(tmp_path: Path) -> None:
    for api in ("", "http://127.0.0.1:1/api"):
        answer = dondoc(tmp_path / "home", "mirror", PREFECT_API_URL=api)
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "dondoc up" in answer.stderr

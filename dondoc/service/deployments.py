"""Putting our deployments onto a Prefect server: the work pool, everything that prefect.yaml lists, saved filters."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from dondoc.core.plan_mirror import overdue_names
from dondoc.errors import DondocError

POOL = "dondoc"
PATIENCE = 180.0

TWO_YEARS = {"type": "span", "seconds": -63_072_000}
"""As the Runs page says it: else it shows the last seven days, and the run of a plan is as old as the plan."""

FILTERS: dict[str, dict[str, list[str]]] = {
    "Kế hoạch · Plans": {"tag": ["overview"]},
    "Quá hạn · Overdue": {"tag": ["mirror"], "state": [*overdue_names()]},
    "Từng việc · Tasks": {"tag": ["mirror"]},
    "Vận hành · Operations": {"tag": ["ops"]},
    "Báo quản trị · Alarms": {"tag": ["alarm"]},
}
"""What Prefect's Runs page offers by name: leadership's view first, the machinery apart from it."""


class NotDeployed(DondocError):
    """Prefect did not take the deployments."""

    def __init__(self, command: str, words: str) -> None:
        super().__init__(
            f"The deployments could not be written to Prefect. The ledger is not affected. "
            f"`{command}` said:\n{words.strip()[-2000:]}"
        )


def deployment_file() -> Path:
    """prefect.yaml: beside the flows in a copy of the repository, inside the package when it was installed."""
    installed = Path(__file__).with_name("prefect.yaml")
    flows = find_spec("flows")
    assert flows is not None
    assert flows.origin is not None  # the wheel ships the flows
    beside = Path(flows.origin).parents[1] / "prefect.yaml"
    return installed if installed.is_file() else beside


def deploy(environment: Mapping[str, str]) -> None:
    """Make the work pool if it is not there, and write every deployment and saved filter; to be repeated at will.

    Raises:
        NotDeployed: with what Prefect said.
    """
    if not _pool_is_there(environment["PREFECT_API_URL"]):
        _prefect(environment, "work-pool", "create", POOL, "--type", "process")
    _prefect(environment, "--no-prompt", "deploy", "--all", "--prefect-file", str(deployment_file()))
    for name in reversed(FILTERS):
        _save_filter(environment["PREFECT_API_URL"], name)


def runs_address(url: str, name: str) -> str:
    """The address, below that of the interface, of the Runs page under one of `FILTERS`."""
    return f"{url}/runs?{urlencode({**FILTERS[name], **TWO_YEARS}, doseq=True)}"


def _save_filter(api: str, name: str) -> None:
    """Let the Runs page offer a filter; the words for what it holds are those of its interface."""
    chosen = {**FILTERS[name], "range": TWO_YEARS}
    filters = [
        {"object": "flowRun", "property": what, "type": "", "operation": "", "value": value}
        for what, value in chosen.items()
    ]
    body = json.dumps({"name": name, "filters": filters}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urlopen(Request(f"{api}/saved_searches/", body, headers, method="PUT"), timeout=10):  # noqa: S310 - ours
            pass
    except OSError as error:
        raise NotDeployed("saved_searches", str(error)) from error


def worker_command(name: str) -> list[str]:
    """The command of a worker that executes our runs on this machine."""
    return [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name]


def _pool_is_there(api: str) -> bool:
    """Whether the work pool exists; what an operator changed in it stays as it is."""
    try:
        with urlopen(f"{api}/work_pools/{POOL}", timeout=10) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except HTTPError as error:
        if error.code == 404:
            return False
        raise NotDeployed("work-pool inspect", str(error)) from error
    except OSError as error:
        raise NotDeployed("work-pool inspect", str(error)) from error


def _prefect(environment: Mapping[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "prefect", *words]
    try:
        done = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            start_new_session=True,  # Ctrl-C is ours to answer
        )
    except subprocess.TimeoutExpired as error:
        raise NotDeployed(" ".join(words), f"nothing for {PATIENCE:.0f} seconds") from error
    if done.returncode != 0:
        raise NotDeployed(" ".join(words), done.stdout + done.stderr)

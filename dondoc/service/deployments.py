"""Putting our deployments onto a Prefect server: the work pool, then everything that prefect.yaml lists."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from dondoc.errors import DondocError

POOL = "dondoc"
PATIENCE = 180.0


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
    """Make the work pool if it is not there, and write every deployment; to be repeated at will.

    Raises:
        NotDeployed: with what Prefect said.
    """
    if not _pool_is_there(environment["PREFECT_API_URL"]):
        _prefect(environment, "work-pool", "create", POOL, "--type", "process")
    _prefect(environment, "--no-prompt", "deploy", "--all", "--prefect-file", str(deployment_file()))


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

"""Asking a real Prefect server what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen


def ask(api: str, path: str, **body: Any) -> Any:
    """POST `body` and read the answer."""
    request = Request(f"{api}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def runs(api: str, *, tag: str | None = None, flow: str | None = None) -> list[dict[str, Any]]:
    """The flow runs with this tag or of this flow, the oldest first."""
    wanted: dict[str, Any] = {"sort": "START_TIME_ASC"}
    if tag:
        wanted["flow_runs"] = {"tags": {"all_": [tag]}}
    if flow:
        wanted["flows"] = {"name": {"any_": [flow]}}
    return ask(api, "/flow_runs/filter", **wanted)


def artifacts(api: str, key: str) -> list[dict[str, Any]]:
    """The artifacts under a key, the newest first."""
    return ask(api, "/artifacts/filter", artifacts={"key": {"any_": [key]}}, sort="CREATED_DESC")


def until(what: Any, seconds: float = 90.0) -> Any:
    """Call `what` until it returns something true, and return that."""
    end = monotonic() + seconds
    while not (found := what()):
        assert monotonic() < end, f"{what} did not come true in {seconds:.0f} s"
        sleep(0.3)
    return found


@contextmanager
def speaking_to(api: str, home: Path) -> Iterator[str]:
    """Have the flows that are called in this process speak to the server at `api`."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

    ours = {PREFECT_API_URL: api, PREFECT_HOME: home, PREFECT_LOGGING_TO_API_ENABLED: False}
    with temporary_settings(updates=ours):
        yield api

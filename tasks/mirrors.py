"""Mirror runs: for each task and period a run in Prefect whose name, state and table say how it stands.

A mirror run is executed by nobody. It is made once, under an idempotency key, and its state is set as the matter goes
on; where Prefect lost it, another is made. The ledger never depends on it: what cannot be told now is told later.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from prefect import get_client, task
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import ArtifactCreate, LogCreate
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Running, to_state_create

from dondoc.clock import now
from dondoc.core.mirror import MirrorState, Picture
from dondoc.desk.mirrors import Showing, gather_showings, remember_told
from dondoc.desk.workplace import Workplace
from dondoc.errors import PrefectUnreachable
from dondoc.store.mirrors import Mirror
from tasks.patience import ONCE
from tasks.place import workplace
from tasks.sealed import Sealed

MIRROR, OVERVIEW = "mirror", "overview"
"""The tag of every mirror, and the one that the run of a whole plan has besides."""

BATCH = 100
"""Mirrors that are told of in one task run."""

AWAY: Final = (httpx.HTTPError, PrefectHTTPStatusError, RuntimeError)
"""How it shows that Prefect cannot be spoken to (its client says RuntimeError when there is no server)."""

_TYPES: dict[MirrorState, StateType] = {
    "Upcoming": StateType.PENDING,
    "Collecting": StateType.PENDING,  # a Scheduled one would turn Late
    "Overdue": StateType.FAILED,
    "Escalated": StateType.FAILED,
    "Collected": StateType.COMPLETED,
    "Closed": StateType.COMPLETED,
}


@task(name="show-mirrors", **ONCE)
async def _show(batch: Sealed[tuple[Showing, ...]], at: datetime) -> None:
    await show(workplace(at), batch.content, at)


async def gather_mirrors(at: datetime, plan: str | None = None) -> tuple[Showing, ...]:
    """Tasks and periods about which something was recorded, or that time has changed, at `at` (aware)."""
    return await asyncio.to_thread(gather_showings, workplace(at), at, plan)


async def show_mirrors(showings: tuple[Showing, ...], at: datetime) -> None:
    """Have Prefect show those it does not show yet, in batches."""
    news = tuple(one for one in showings if one.to_be_told)
    for start in range(0, len(news), BATCH):
        await _show(Sealed(news[start : start + BATCH]), at)
    if len(news) < len(showings):
        looked_at = [one.looked_at(at) for one in showings if not one.to_be_told]
        await asyncio.to_thread(remember_told, workplace(at), looked_at)


async def show(place: Workplace, showings: Iterable[Showing], at: datetime) -> int:
    """Have Prefect show each picture, and remember it; how many runs were made or changed.

    What is due first is made last, since Prefect's list begins with the newest run.
    What was told is remembered even when Prefect goes away in the middle, which raises.
    """
    told: list[Mirror] = []
    ledger = place.database.engine.url.render_as_string(hide_password=True)
    try:
        async with get_client() as client:
            for one in sorted(showings, key=lambda one: one.picture.due, reverse=True):
                told.append(await _tell(client, one, ledger, at))  # noqa: PERF401 - what was told stays told
    finally:
        await asyncio.to_thread(remember_told, place, told)
    return len(told)


async def repair_mirrors(place: Workplace, at: datetime | None = None, plan: str | None = None) -> int:
    """Compare every mirror with what Prefect holds, and mend what is lost or differs; how many were mended.

    Raises:
        PrefectUnreachable: nothing is lost by it.
    """
    at = at or place.now()
    showings = await asyncio.to_thread(lambda: gather_showings(place.at(at), at, plan, every=True))
    try:
        async with get_client() as client:
            wrong = [one for one in showings if one.to_be_told or await _is_wrong(client, one)]
        return await show(place, wrong, at)
    except AWAY as error:
        raise PrefectUnreachable(_api_url(), error) from error


async def _tell(client: PrefectClient, one: Showing, ledger: str, at: datetime) -> Mirror:
    """Have a run show the picture: the one it has, else another."""
    generation = one.mirror.generation
    run: UUID | None = None
    if one.mirror.prefect_run_id is not None:
        run = UUID(one.mirror.prefect_run_id)
        if not await _change(client, run, one.picture):
            run, generation = None, generation + 1
    if run is None:
        run = await _make(client, one, f"{ledger} {generation}")
    await _draw(client, run, one)
    if one.picture.message != (one.mirror.pushed_state or {}).get("message") or generation != one.mirror.generation:
        await _note(client, run, one.picture, at)
    if one.of_plan:
        await _emit(client, one, at)
    return one.told(str(run), generation, at)


async def _make(client: PrefectClient, one: Showing, which: str) -> UUID:
    """Make the run, once for each ledger and generation, which `which` names."""
    found = one.picture
    key = sha256(f"{which} {found.plan}/{found.task}/{found.period}".encode()).hexdigest()
    flow = await client.create_flow_from_name(_speakable(one.title))
    answer = await client.request(
        "POST",
        "/flow_runs/",
        json={
            "flow_id": str(flow),
            "name": found.name,
            "tags": [f"plan:{found.plan}", MIRROR, *([OVERVIEW] if one.of_plan else [])],
            "parameters": found.parameters,
            "state": to_state_create(Running()).model_dump(mode="json"),  # begun at once, or it would be called late
            "idempotency_key": f"dondoc-{key}",
        },
    )
    answer.raise_for_status()
    run = UUID(answer.json()["id"])
    if answer.status_code == httpx.codes.OK:  # made before, and forgotten: it may show an older picture
        await client.update_flow_run(run, name=found.name, parameters=found.parameters)
    await client.set_flow_run_state(run, _state(found), force=True)
    return run


async def _change(client: PrefectClient, run: UUID, found: Picture) -> bool:
    """Have the run show the picture; False where Prefect does not know it any more."""
    try:
        (await client.update_flow_run(run, name=found.name, parameters=found.parameters)).raise_for_status()
        await client.set_flow_run_state(run, _state(found), force=True)
    except ObjectNotFound:
        return False
    except (httpx.HTTPStatusError, PrefectHTTPStatusError) as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            return False
        raise
    return True


async def _is_wrong(client: PrefectClient, one: Showing) -> bool:
    """Whether the run that should show the picture does not, or is not there."""
    if one.mirror.prefect_run_id is None:
        return False
    try:
        run = await client.read_flow_run(UUID(one.mirror.prefect_run_id))
    except ObjectNotFound:
        return True
    found, state = one.picture, run.state
    return state is None or (run.name, state.name, state.message) != (found.name, found.state_name, found.message)


async def _draw(client: PrefectClient, run: UUID, one: Showing) -> None:
    """The artifacts of a run: a table unit by unit; of a plan also its page and how far it has come."""
    found = one.picture
    description = f"**{found.name}**\n\n[{one.page}]({one.page})"
    rows = json.dumps(found.rows, ensure_ascii=False)
    if one.of_plan:
        drawn = [
            ArtifactCreate(key=artifact_key("tien-do", found.plan), type="progress", data=found.progress),
            ArtifactCreate(key=artifact_key("tinh-hinh", found.plan), type="table", data=rows),
            ArtifactCreate(key=artifact_key("ke-hoach", found.plan), type="markdown", data=found.page),
        ]
    else:
        drawn = [ArtifactCreate(key=artifact_key(found.plan, found.task, found.period), type="table", data=rows)]
    for artifact in drawn:
        await client.create_artifact(artifact.model_copy(update={"flow_run_id": run, "description": description}))


async def _emit(client: PrefectClient, one: Showing, at: datetime) -> None:
    """Events of a plan, for automations to hook on; nothing of ours relies on them."""
    found = one.picture
    happened = ["changed", *(what for what in ("overdue", "escalated") if one.rose(what))]
    events = [
        {
            "id": str(uuid4()),
            "occurred": now().isoformat(),
            "event": f"dondoc.plan.{what}",
            "resource": {"prefect.resource.id": f"dondoc.plan.{found.plan}", "prefect.resource.name": one.title},
            "payload": {
                "at": at.isoformat(),
                "name": found.name,
                "overdue": found.figures.overdue,
                "escalated": found.figures.escalated,
            },
        }
        for what in happened
    ]
    (await client.request("POST", "/events", json=events)).raise_for_status()


async def _note(client: PrefectClient, run: UUID, found: Picture, at: datetime) -> None:
    """A line in the run's log, which Prefect shows first: how it stood from when on."""
    level = logging.WARNING if _TYPES[found.state] is StateType.FAILED else logging.INFO
    line = LogCreate(name="dondoc", level=level, message=found.message, timestamp=at, flow_run_id=run)
    await client.create_logs([line])


def artifact_key(*parts: str) -> str:
    """A key as Prefect asks for it: small letters, digits and dashes.

    >>> artifact_key("tre-em-2023", "bao-cao-6-thang", "2023-H1")
    'tre-em-2023-bao-cao-6-thang-2023-h1'
    """
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")


def _state(found: Picture) -> State[Any]:
    return State(type=_TYPES[found.state], name=found.state_name, message=found.message)


def _speakable(title: str) -> str:
    """The title as a flow's name, in which Prefect forbids some signs."""
    return re.sub(r"\s+", " ", re.sub(r"[/%&<>]", " ", title)).strip()


def _api_url() -> str:
    from prefect.settings import get_current_settings

    return get_current_settings().api.url or "PREFECT_API_URL"

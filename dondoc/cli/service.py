"""Commands that keep dondoc running: rounds and the examination of everything they need."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dondoc.cli.commands import RUNNING, command
from dondoc.cli.options import AsJson, At, WrongUsage
from dondoc.cli.place import moment, workplace
from dondoc.cli.terminal import as_json, say, table, warn

if TYPE_CHECKING:
    from datetime import datetime

    from dondoc.desk.follow_up import Tally
    from dondoc.desk.workplace import Workplace


@command(RUNNING, "dondoc round\ndondoc round --at 2023-06-05T08:00 --plan tre-em-2023 --json")
def round_(
    *,
    at: At = None,
    plan: Annotated[str | None, Parameter(help="Decide for this plan only.")] = None,
    direct: Annotated[bool, Parameter(negative="", help="Without Prefect, even where it answers.")] = False,
    json: AsJson = False,
) -> int:
    """Hold one round: collect what came in, remind, chase, escalate, and send the letters.

    It runs as a Prefect flow where PREFECT_API_URL names a server that answers, else by itself.
    """
    import asyncio

    from dondoc.desk.reach import reach_mail_server
    from dondoc.store.letters import letters
    from dondoc.store.plans import applied

    with workplace() as place:
        instant = moment(place, at, plan)
        if plan is not None:
            with place.database.reading() as connection:
                applied(connection, plan)
        tally = asyncio.run(_hold(place, instant, plan, direct=direct))
        with place.database.reading() as connection:
            stuck = any(one.error for one in letters(connection, states=["queued"], limit=1_000))
        if json:
            as_json(asdict(tally))
        else:
            say(
                f"Decided {tally.decided} steps, wrote {tally.enqueued} letters; sent {tally.sent}, "
                f"uncertain {tally.uncertain}, refused {tally.failed}, dropped as no longer true {tally.voided}."
            )
        if stuck:
            reach_mail_server(place.settings)
    return 0


async def _hold(place: Workplace, at: datetime | None, plan: str | None, *, direct: bool) -> Tally:
    """Hold the round through Prefect's flow where a server answers; whatever Prefect does, the round is held."""
    import asyncio

    from dondoc.desk.reach import reach_prefect
    from dondoc.desk.round import run_round
    from dondoc.errors import PrefectUnreachable

    url = _prefect_url()
    if url and not direct:
        try:
            await asyncio.to_thread(reach_prefect, url)
            return await _through_prefect(place, at, plan, url)
        except PrefectUnreachable as error:
            warn(str(error))
    return await run_round(place, at, plan, progress=_show)


def _show(tally: Tally) -> None:
    """What was done so far, where a person looks on."""
    if tally.enqueued and sys.stderr.isatty():
        print(f"decided {tally.decided} steps, wrote {tally.enqueued} letters …", file=sys.stderr, flush=True)


async def _through_prefect(place: Workplace, at: datetime | None, plan: str | None, url: str) -> Tally:
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")  # read when Prefect is imported
    from dondoc.errors import PrefectUnreachable
    from flows.follow_up import follow_up
    from tasks.mirrors import AWAY
    from tasks.place import working_in

    try:
        with working_in(place):
            return await follow_up(at, plan)
    except AWAY as error:
        raise PrefectUnreachable(url, error) from error


def _prefect_url() -> str:
    return os.environ.get("PREFECT_API_URL", "").strip()


@command(RUNNING, "dondoc mirror\ndondoc mirror tre-em-2023")
def mirror(
    plan: Annotated[str | None, Parameter(help="The id of a plan; without it, all of them.")] = None,
    /,
    *,
    at: At = None,
    json: AsJson = False,
) -> int:
    """Repair Prefect's picture: compare the run of every task and period with the ledger, and mend what differs."""
    import asyncio

    from dondoc.desk.reach import reach_prefect
    from dondoc.errors import PrefectUnreachable

    url = _prefect_url()
    if not url:
        raise PrefectUnreachable("PREFECT_API_URL", "it is not set")
    reach_prefect(url)
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    from tasks.mirrors import repair_mirrors

    with workplace() as place:
        mended = asyncio.run(repair_mirrors(place, moment(place, at, plan), plan))
    if json:
        as_json({"mended": mended})
    else:
        say(f"{mended} of Prefect's runs were mended." if mended else "Prefect shows what the ledger says.")
    return 0


@command(RUNNING, "dondoc up\ndondoc up --port 4300")
def up(
    *,
    port: Annotated[
        int | None, Parameter(help="Where Prefect's interface listens on this machine; 4200 if nothing is said.")
    ] = None,
    portal_port: Annotated[
        int | None, Parameter(help="Where the portal listens on this machine; 8765 if nothing is said.")
    ] = None,
) -> int:
    """Start everything on this machine until Ctrl-C: the ledger, Prefect with its schedules, a worker, the portal."""
    from dondoc.service import portal, prefect_server
    from dondoc.service.up import up as start
    from dondoc.settings import load_settings

    start(
        load_settings(),
        _port(port, "--port") or prefect_server.DEFAULT_PORT,
        _port(portal_port, "--portal-port") or portal.DEFAULT_PORT,
        say,
    )
    return 0


@command(RUNNING, "dondoc serve\ndondoc serve --host 0.0.0.0 --port 8080")
def serve(
    *,
    host: Annotated[str, Parameter(help="The address to listen at; this machine alone if nothing is said.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int | None, Parameter(help="The port to listen at; 8765 if nothing is said.")] = None,
) -> int:
    """Serve the portal until Ctrl-C: the pages that the links in letters open."""
    import asyncio

    from dondoc.desk.deliver import deliver
    from dondoc.service import portal as service
    from dondoc.web.app import portal

    asked = _port(port, "--port")
    with workplace() as place:

        def send() -> None:
            asyncio.run(deliver(place, f"portal-{os.getpid()}"))

        postman = service.Postman(send)
        try:
            service.serve(
                portal(place, postman.post),
                host=host,
                port=service.DEFAULT_PORT if asked is None else asked,
                listening=lambda found: say(
                    f"The portal listens at http://{host}:{found}; links in letters lead to {place.settings.base_url}. "
                    f"Stop with Ctrl-C."
                ),
            )
        finally:
            postman.stop()
    return 0


def _port(given: int | None, option: str) -> int | None:
    if given is not None and not 1024 <= given <= 65535:
        raise WrongUsage(f"{given} is no port for this: write one from 1024 to 65535, as in {option} 4300.")
    return given


@command(RUNNING, "dondoc doctor")
def doctor(
    *,
    quick: Annotated[bool, Parameter(negative="", help="Do not compute every obligation's next action anew.")] = False,
    json: AsJson = False,
) -> int:
    """Look at everything that dondoc needs, and say how to mend what is wrong (then the exit status is 1)."""
    from dondoc.desk.doctor import examine

    findings = examine(os.environ, quick=quick)
    if json:
        as_json([one.as_data() for one in findings])
    else:
        table(("", "what", "found", "what to do"), [(one.state, one.name, one.found, one.mend) for one in findings])
    return 1 if any(one.state == "wrong" for one in findings) else 0

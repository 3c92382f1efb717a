"""The task that compiles a report and leaves it where reports are kept."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from prefect import task

from dondoc.desk.reports import Form, Wish, compile_report
from tasks.patience import PATIENTLY
from tasks.place import workplace


@task(name="write-report", **PATIENTLY)
async def write_report(plan: str, period: str, form: Form, at: datetime | None) -> Path:
    """Compile the report of a plan on a period into `reports/` of dondoc's own folder; returns the file.

    The same figures written again replace the file, so that a repeated run leaves one.
    """
    place = workplace()
    written = await asyncio.to_thread(compile_report, place, plan, period, Wish(form, at))
    folder = place.settings.home.absolute() / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{plan}-{period}.{form}"
    file.write_bytes(written)
    return file

"""What runs are called: in the list of runs people read the plan's time, whatever time it was executed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prefect.runtime import flow_run

from tasks.place import manner, workplace


def named(vietnamese: str, english: str) -> Callable[[], str]:
    """Names such as `Vòng đôn đốc 2023-06-19 08:00`, for `flow_run_name`."""

    def name() -> str:
        given = flow_run.parameters.get("at")
        place = workplace()
        at = datetime.fromisoformat(given) if isinstance(given, str) else given or place.now()
        zone, language = manner(place)
        return f"{english if language == 'en' else vietnamese} {at.astimezone(zone):%Y-%m-%d %H:%M}"

    return name

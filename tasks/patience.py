"""What every task has in common: nothing cached or kept by Prefect, and patience with what passes by itself."""

from __future__ import annotations

from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from dondoc.errors import DatabaseUnreachable, MailboxUnreachable, MailServerUnreachable

PASSING = (DatabaseUnreachable, MailServerUnreachable, MailboxUnreachable, TimeoutError, ConnectionError)
"""What may be over a little later; everything else is told at once."""


def passes_by_itself(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again may help."""
    return isinstance(state.data, PASSING)


ONCE: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
"""For a task that is not tried again: the ledger alone remembers."""

PATIENTLY: dict[str, Any] = {
    **ONCE,
    "retries": 4,
    "retry_delay_seconds": exponential_backoff(backoff_factor=2),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": passes_by_itself,
}
"""For a task that may be repeated without doing anything twice."""

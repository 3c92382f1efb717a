"""Two hundred units hand in within the same minute, and the portal is killed meanwhile: no receipt is empty words."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from benchmarks.portal import TASK, everybody, office, unit
from dondoc.core.history import Submitted
from dondoc.store.matters import load
from dondoc.store.submissions import latest_submissions

pytestmark = [pytest.mark.proof, pytest.mark.slow]

UNITS, MINUTE = 200, 60.0


@pytest.fixture(params=["sqlite", "postgresql"] if os.environ.get("DONDOC_PROVE") == "whole" else ["sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database."""
    return (
        f"sqlite:///{tmp_path / 'crowd.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_database")
    )


def test_every_receipt_given_is_a_submission_kept(tmp_path: Path, ledger: str, proof_share: float) -> None:
    units, spread = round(UNITS * proof_share), MINUTE * proof_share
    with office(tmp_path, ledger, units) as (served, place, links):

        def killed_and_started_again() -> None:
            served.kill()
            served.start()

        crowd = asyncio.run(everybody(served.url, links, spread, killed_and_started_again))
        obligations = {TASK.format(unit(n)): n for n in range(units)}
        with place.database.reading() as connection:
            kept = latest_submissions(connection, obligations)
            events = {
                one.id: [fact for fact in history if isinstance(fact, Submitted)]
                for one, history in load(connection, obligations)
            }
    assert len(crowd.receipts) == units
    assert crowd.receipts == {unit(n): kept[one].reference for one, n in obligations.items()}
    assert {one: dict(found.data) for one, found in kept.items()} == {
        one: {"I12": n + 5, "I13": n} for one, n in obligations.items()
    }
    assert {len(found) for found in events.values()} == {1}, "whoever asked again after the kill counts once"
    if proof_share == 1:
        assert crowd.percentile(0.95) < 1.0

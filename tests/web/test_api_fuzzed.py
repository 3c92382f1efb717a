"""Twenty thousand requests made from the interface's own description: none breaks it, none is answered otherwise."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

from dondoc.desk.links import new_link
from dondoc.desk.workplace import Workplace
from dondoc.web.api.app import api
from dondoc.web.limiting import Doorkeeper
from tests.places import local
from tests.small_plan import FIGURES, H1
from tests.web.conftest import office

CASES = 20_000
DUTY = dict(zip(("plan", "task", "unit", "period"), H1.split("/"), strict=True))


class _Patient(Doorkeeper):
    """Thousands of requests a minute are meant here."""

    def knock(self, *_: object) -> None:
        pass


def token(place: Workplace, person: str) -> dict[str, str]:
    _, address = new_link(place, person, purpose="api", lasts=timedelta(days=1), by="test")
    return {"Authorization": f"Bearer {address.partition('?k=')[2]}"}


def addressed(app: ASGIApp) -> ASGIApp:
    """The interface as the guard hands requests to it."""

    async def handed_on(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["address"] = "127.0.0.1"
        await app(scope, receive, send)

    return handed_on


@pytest.mark.proof
@pytest.mark.timeout(0)
def test_whatever_the_description_allows_is_answered_as_it_says(tmp_path: Path, proof_share: float) -> None:
    place = office(tmp_path, "http://127.0.0.1:8765").at(local("2023-06-12 09:00"))
    tokens = [token(place, who) for who in ("can-bo@gia-binh.example", "can-bo@hoi.example")]
    schema = schemathesis.openapi.from_asgi("/openapi.json", addressed(api(place, lambda: None, _Patient())))
    operations = [one.ok() for one in schema.get_all_operations()]
    each = int(CASES * proof_share / len(operations))
    seen: Counter[int] = Counter()
    for operation in operations:
        _ask(operation, tokens, each, seen)
    place.database.close()
    assert max(seen) < 500
    assert {200, 201, 403, 404, 422} <= set(seen), seen  # the cases reach beyond the door


def _ask(operation: APIOperation, tokens: list[dict[str, str]], times: int, seen: Counter[int]) -> None:
    """Ask so many times; half of the requests are about a duty there is, half of the answers fit it."""

    @settings(max_examples=times, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), who=st.sampled_from(tokens), real=st.booleans(), fit=st.booleans())
    def every(case: Case, who: dict[str, str], real: bool, fit: bool) -> None:
        if real:
            case.path_parameters = {name: DUTY.get(name, value) for name, value in (case.path_parameters or {}).items()}
        if fit and isinstance(case.body, dict) and "data" in case.body:
            case.body = {**case.body, "data": FIGURES, "nothing": False, "files": []}
        case.headers = {**(case.headers or {}), **who}
        response = case.call()
        seen[response.status_code] += 1
        assert response.status_code < 500, f"{response.status_code}: {case.as_curl_command()}"
        case.validate_response(response, excluded_checks=[positive_data_acceptance])  # the plan's own form decides

    every()

"""14. An extension with a cap, and severity that chooses the deadline: one month, extendable to three."""

from datetime import date
from pathlib import Path

import pytest

from dondoc.core.happened import Happened, Incident
from dondoc.desk.events import raise_event
from dondoc.desk.obligations import extend
from dondoc.errors import NotAllowed
from tests.desk.matters import stands
from tests.language.saying import office, placed, table
from tests.places import local

TASK = "- {id: t, title: T, owner: gia-binh, due: 2023-06-19, extension: {at_most: 1 month, times: 1}}"
ONE = "p/t/gia-binh/once"
INCIDENTS = """
- id: su-co
  title: Báo cáo sự cố
  owner: ban-b
  on_event:
    event: su-co
    raised_by: each district
    due: {nghiem-trong: 24 hours after, thong-thuong: 1 month after}
  extension: {until: 3 months after event}
"""


def test_an_extension_may_go_as_far_as_the_plan_allows_and_no_further(tmp_path: Path) -> None:
    place = office(tmp_path, TASK).at(local("2023-06-12 09:00"))
    with pytest.raises(NotAllowed, match="the plan allows none beyond 19/07/2023"):
        extend(place, ONE, "ask", by="x", to=date(2023, 7, 20))
    extend(place, ONE, "ask", by="x", to=date(2023, 7, 19), why="Mất điện")
    extend(place, ONE, "grant", by="x")
    one = stands(place, ONE)
    assert str(one.now.due.day(one.calendar)) == "2023-07-19"


def test_it_may_be_extended_so_many_times(tmp_path: Path) -> None:
    place = office(tmp_path, TASK).at(local("2023-06-12 09:00"))
    extend(place, ONE, "grant", by="x", to=date(2023, 6, 26))
    with pytest.raises(NotAllowed, match="the plan allows 1 and no more"):
        extend(place, ONE, "grant", by="x", to=date(2023, 6, 30))


def test_severity_chooses_the_deadline() -> None:
    at = local("2023-06-12 09:00")
    grave = Incident("su-co", "su-co-1", "gia-binh", at, "nghiem-trong")
    usual = Incident("su-co", "su-co-2", "gia-binh", at, "thong-thuong")
    assert table(INCIDENTS, Happened(incidents=(grave, usual))) == [
        "ban-b su-co-1 2023-06-13 09:00",
        "ban-b su-co-2 2023-07-12",
    ]


def test_the_severity_has_to_be_said_and_the_cap_may_count_from_the_event(tmp_path: Path) -> None:
    place = office(tmp_path, INCIDENTS).at(local("2023-06-12 09:00"))
    with pytest.raises(NotAllowed, match="its severity is not said"):
        raise_event(place, "p", "su-co", unit="gia-binh", by="x")
    with pytest.raises(NotAllowed, match="`nang` is no severity of it"):
        raise_event(place, "p", "su-co", unit="gia-binh", by="x", severity="nang")
    (fact,) = raise_event(place, "p", "su-co", unit="gia-binh", by="x", severity="thong-thuong")
    with pytest.raises(NotAllowed, match="none beyond 12/09/2023"):
        extend(place, fact.obligation, "grant", by="x", to=date(2023, 9, 13))
    extend(place, fact.obligation, "grant", by="x", to=date(2023, 9, 12))


def test_mistakes_are_located() -> None:
    assert placed(TASK.replace("1 month", "1 moon")) == ["deadline-syntax at moon, times: 1}}"]
    assert placed(INCIDENTS.replace("24 hours after", "24 hours aftre")) == ["deadline-syntax at aftre, thong-thuong:"]

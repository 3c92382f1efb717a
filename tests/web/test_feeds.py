"""Feeds: calendars behind signed addresses that two parsers read, the ledger as CSV, metrics, figures, reports."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO, StringIO

import httpx
import icalendar
import pytest
import vobject
from openpyxl import load_workbook
from prometheus_client.parser import text_string_to_metric_families

from dondoc.desk.links import new_link, revoke
from tests.servers.portal import Portal
from tests.small_plan import H1
from tests.web.leading import QUE_VO, SECRETARY, csrf, let_things_happen, signed_in


@pytest.fixture
def fed(portal: Portal) -> Portal:
    let_things_happen(portal)
    return portal


def address(browser: httpx.Client, what: str) -> str:
    """A new address of a feed."""
    made = browser.post("/feeds", data={"csrf": csrf(browser.get("/feeds")), "what": what})
    found = re.search(r'readonly value="([^"]+)"', made.text)
    assert found, made.text
    return unescape(found[1])


def test_a_calendar_opens_in_two_parsers_until_it_is_taken_back(fed: Portal) -> None:
    with signed_in(fed, "can-bo@que-vo.example") as unit:
        own, of_unit = address(unit, "person"), address(unit, "unit:que-vo")
        foreign = unit.post("/feeds", data={"csrf": csrf(unit.get("/feeds")), "what": "unit:gia-binh"})
        assert foreign.status_code == 403
    answer = httpx.get(of_unit)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.text).walk("VEVENT")
    due = {str(one["UID"]).partition("/due")[0]: one["DTSTART"].dt for one in events}
    assert due[QUE_VO] == date(2023, 6, 19)
    assert not any("gia-binh" in uid for uid in due)
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))  # neither parser minds, phones do
    second = vobject.readOne(answer.text).vevent_list
    assert {one.uid.value.partition("/due")[0]: one.dtstart.value for one in second} == due
    assert [one.summary.value for one in second] == [str(one["SUMMARY"]) for one in events]
    assert httpx.get(own).text.count("BEGIN:VEVENT") == len(due)
    with fed.visit() as browser:  # the address opens its feed, and no page
        token = of_unit.partition("?k=")[2]
        assert browser.get(f"/u/que-vo?k={token}").status_code == 403
    revoke(fed.place, token.partition(".")[0], by="test", why="lost")
    assert httpx.get(of_unit).status_code == 410
    assert httpx.get(f"{fed.url}/feeds/calendar.ics").status_code == 401


def test_a_leaders_calendar_opens_none_of_the_leaderships_pages(fed: Portal) -> None:
    with signed_in(fed, SECRETARY) as leader:
        of_plan = address(leader, "plan:ke-hoach")
    assert H1 in httpx.get(of_plan).text.replace("\r\n ", "")
    with fed.visit() as browser:
        assert browser.get(f"/lead?k={of_plan.partition('?k=')[2]}").status_code == 403


def test_metrics_are_read_by_prometheus_and_given_to_the_administrator_alone(fed: Portal) -> None:
    with signed_in(fed, "quan-tri@hoi.example") as administrator:
        of_metrics = address(administrator, "metrics")
        assert administrator.get("/metrics").status_code == 200
    token = of_metrics.partition("?k=")[2]
    found = httpx.get(f"{fed.url}/metrics", headers={"Authorization": f"Bearer {token}"}).text
    assert found == httpx.get(of_metrics).text
    cells = {
        sample.labels["cell"]: sample.value
        for family in text_string_to_metric_families(found)
        for sample in family.samples
        if sample.name == "dondoc_obligations"
    }
    assert (cells["open_overdue"], cells["open_in_time"], cells["done_on_time"]) == (3, 3, 0)
    with signed_in(fed, SECRETARY) as leader:
        assert leader.get("/metrics").status_code == 403
        other = address(leader, "person").partition("?k=")[2]
    assert httpx.get(f"{fed.url}/metrics?k={other}").status_code == 403
    assert httpx.get(f"{fed.url}/metrics").status_code == 401


def test_the_ledger_its_dictionary_open_figures_and_reports_are_for_the_leadership(fed: Portal) -> None:
    paths = [f"/p/ke-hoach/{name}" for name in ("ledger.csv", "dictionary.csv", "figures.json")]
    reports = [f"/p/ke-hoach/report?period=2023-H1&as={form}" for form in ("docx", "xlsx", "pdf")]
    with signed_in(fed, SECRETARY) as leader:
        ledger, dictionary, figures = (leader.get(path) for path in paths)
        word, workbook, pdf = (leader.get(path) for path in reports)
        assert leader.get("/p/ke-hoach/report?period=1999&as=pdf").status_code == 404
        assert leader.get("/p/khong-co/ledger.csv").status_code == 404
    rows = {row["id"]: row for row in csv.DictReader(StringIO(ledger.content.decode("utf-8-sig")))}
    assert (rows[QUE_VO]["standing"], rows[QUE_VO]["escalated_to"]) == ("overdue", "thuong-truc")
    assert [row["column"] for row in csv.DictReader(StringIO(dictionary.content.decode("utf-8-sig")))] == [*rows[H1]]
    assert json.loads(figures.text)["totals"]["open_overdue"] == 3
    assert (word.content[:2], pdf.content[:4]) == (b"PK", b"%PDF")
    assert load_workbook(BytesIO(workbook.content)).sheetnames
    with signed_in(fed, "can-bo@que-vo.example") as unit:
        assert [unit.get(path).status_code for path in (*paths, *reports)] == [403] * 6


@pytest.mark.parametrize("target", ["", H1])
def test_a_link_made_for_something_else_makes_no_calendar(fed: Portal, target: str) -> None:
    person = "can-bo@que-vo.example"
    _, link = new_link(fed.place, person, purpose="answer", target=target, lasts=timedelta(days=1), by="test")
    with fed.visit() as browser:
        browser.get(link)
        assert browser.get("/feeds").status_code == 403

"""The ledger for other programs."""

from __future__ import annotations

import csv
import json
from io import StringIO

import icalendar
from prometheus_client.parser import text_string_to_metric_families

from dondoc.desk.feeds import calendar, ledger_csv, metrics, open_figures
from dondoc.desk.status import status
from dondoc.desk.workplace import Workplace
from dondoc.reports.feeds import DICTIONARY, dictionary_csv

PLAN = "tre-em-2023"


def test_every_obligation_is_exported_with_every_column_of_the_dictionary(office: Workplace) -> None:
    rows = list(csv.DictReader(StringIO(ledger_csv(office, PLAN))))
    found = status(office, PLAN)
    assert len(rows) == len(found.obligations)
    assert list(rows[0]) == [name for name, *_ in DICTIONARY]
    assert list(rows[0]) == [row["column"] for row in csv.DictReader(StringIO(dictionary_csv()))]
    by_id = {row["id"]: row for row in rows}
    for one in found.obligations:
        row, data = by_id[one.obligation.id], one.as_data()
        assert (row["standing"], row["due"], row["received_at"]) == (
            data["standing"], data["due"], data["submitted_at"] or "",
        )  # fmt: skip
    late = by_id[f"{PLAN}/bao-cao-6-thang/h-yen-phong/2023-H1"]
    assert (late["standing"], late["counted_as"], late["owner_name"]) == (
        "overdue", "open_overdue", "Hội LHPN huyện Yên Phong",
    )  # fmt: skip


def test_what_a_spreadsheet_would_reckon_is_written_as_text() -> None:
    from dondoc.reports.feeds import _csv

    assert _csv([("=1+1", "@x", "a,b")]) == "'=1+1,'@x,\"a,b\"\r\n"


def test_a_parser_of_metrics_reads_the_counts(office: Workplace) -> None:
    families = {one.name: one for one in text_string_to_metric_families(metrics(office).decode())}
    cells = {one.labels["cell"]: one.value for one in families["dondoc_obligations"].samples}
    totals = status(office, PLAN).tally.in_force.as_data()
    assert cells == {cell: count for cell, count in totals.items() if cell != "total"}
    assert families["dondoc_escalations_open"].samples[0].value == 0


def test_open_figures_hide_small_sensitive_counts(office: Workplace) -> None:
    found = json.loads(open_figures(office, PLAN))
    assert found["totals"] == status(office, PLAN).tally.in_force.as_data()
    half = {one["id"]: one for one in found["indicators"] if one["period"] == "2023-H1"}
    assert (half["I01"]["total"], half["I01"]["computed"]["en"]) == (91, "Sum of 7 of 8 units")
    assert half["I12"]["hidden"]
    assert set(half["I12"]["units"].values()) == {None}


def test_a_calendar_has_the_deadlines_of_a_unit_a_person_or_a_plan(office: Workplace) -> None:
    def uids(text: str) -> set[str]:
        return {str(one["UID"]) for one in icalendar.Calendar.from_ical(text).walk("VEVENT")}

    whole, unit = uids(calendar(office, plan=PLAN)), uids(calendar(office, unit="h-yen-phong"))
    person = uids(calendar(office, person="can-bo@h-yen-phong.example"))
    assert unit < whole
    assert unit == person
    assert f"{PLAN}/bao-cao-6-thang/h-yen-phong/2023-H1/due@hoi-lhpn-bac-ninh" in unit

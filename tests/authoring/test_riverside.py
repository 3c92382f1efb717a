"""The compliance calendar of an English group of clinics: another country, another language, another kind of plan."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dondoc.authoring.check import check_file
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule

FOLDER = Path(__file__).parents[2] / "plan_definitions" / "riverside-clinic"

# Worked out by hand with England's bank holidays of 2025/26: Good Friday 18/4/2025, 3/4/2026, Easter Monday 21/4/2025
# and 6/4/2026, 5/5, 26/5, 25/8, 25/12, 26/12, 1/1. Periods are named after the year in which the financial year ends.
# task, period: how many owe it, opens, due
CALENDAR = """
read              once     3  2025-04-01  2025-04-08
fire-drill        spring   3  2025-04-01  2025-05-30
data-security     once     1  2025-04-01  2025-06-30
risk-register     2026-Q1  3  2025-04-01  2025-07-14
controlled-drugs  2026-Q1  1  2025-04-01  2025-07-21
water             2026-H1  1  2025-04-01  2025-09-30
calibration       once     1  2025-04-01  2025-09-30
risk-register     2026-Q2  3  2025-07-01  2025-10-14
controlled-drugs  2026-Q2  1  2025-07-01  2025-10-20
fire-drill        autumn   3  2025-04-01  2025-10-31
flu               once     3  2025-09-15  2025-12-05
risk-register     2026-Q3  3  2025-10-01  2026-01-15
controlled-drugs  2026-Q3  1  2025-10-01  2026-01-20
training          once     3  2025-10-01  2026-01-30
water             2026-H2  1  2025-10-01  2026-03-31
risk-register     2026-Q4  3  2026-01-01  2026-04-16
controlled-drugs  2026-Q4  1  2026-01-01  2026-04-20
quality-report    2026     3  2025-04-01  2026-04-23
quality-account   2026     1  2025-04-01  2026-04-30
"""
LAST_WORKING_DAYS = """
2025-04-30 2025-05-30 2025-06-30 2025-07-31 2025-08-29 2025-09-30
2025-10-31 2025-11-28 2025-12-31 2026-01-30 2026-02-27 2026-03-31
"""


@pytest.fixture(scope="module")
def shipped() -> tuple[Plan, Organisation]:
    checked = check_file(FOLDER / "compliance-2025.yaml")
    assert checked.problems == ()
    assert checked.plan is not None
    assert checked.organisation is not None
    return checked.plan, checked.organisation


def test_the_year_is_the_one_worked_out_by_hand(shipped: tuple[Plan, Organisation]) -> None:
    calendar = shipped[1].work_calendar()
    found = Counter(
        (one.task, one.period, str(calendar.day_of(one.opens)), str(one.due.day(calendar)))
        for one in schedule(*shipped)
    )
    lines = [line.split() for line in CALENDAR.strip().splitlines()]
    expected = {(task, period, opens, due): int(count) for task, period, count, opens, due in lines}
    for day in LAST_WORKING_DAYS.split():
        expected["hand-hygiene", day[:7], f"{day[:7]}-01", day] = 3
    assert found == expected


def test_instants_are_those_of_london_in_summer_and_in_winter(shipped: tuple[Plan, Organisation]) -> None:
    due = {one.id: one.due.at for one in schedule(*shipped)}
    assert due["compliance-2025/data-security/records/once"] == datetime(2025, 6, 30, 11, 0, tzinfo=UTC)
    assert due["compliance-2025/training/harbour/once"] == datetime(2026, 1, 31, 0, 0, tzinfo=UTC)
    assert due["compliance-2025/read/station/once"] == datetime(2025, 4, 8, 23, 0, tzinfo=UTC)


def test_a_clinic_owes_twenty_two_things_and_nothing_is_vietnamese(shipped: tuple[Plan, Organisation]) -> None:
    owed = schedule(*shipped)
    assert Counter(one.unit for one in owed)["harbour"] == 22
    assert len(owed) == 75
    titles = {one.title("en") for one in owed}
    assert "Fire drill – spring" in titles
    assert all(title.isascii() or "–" in title for title in titles)


def test_every_quote_stands_in_the_document(shipped: tuple[Plan, Organisation]) -> None:
    text = " ".join((FOLDER / "compliance-calendar-2025.txt").read_text(encoding="utf-8").split())
    quotes = [task.source or "?" for task in shipped[0].tasks()]
    assert [quote for quote in quotes if " ".join(quote.split()) not in text] == []
    assert len(quotes) == 14


def test_nobody_is_named_and_every_address_leads_nowhere() -> None:
    text = (FOLDER / "organisation.yaml").read_text(encoding="utf-8")
    addresses = [word.strip("{},") for word in text.split() if "@" in word]
    assert len(addresses) > 15
    assert all(address.endswith(".example") for address in addresses)

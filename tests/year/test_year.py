"""The year's letters against a table written by hand, and what must hold of every letter of the year."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from dondoc.core.statistics import Counts, by_owner, tally_by
from dondoc.demo.performance import ZONE
from dondoc.desk.round import run_round
from dondoc.desk.status import status
from tests.year.played import WEEKDAYS, Duty, PlayedYear, by_time, table_as_played, table_by_hand

OFF = {
    *(date(2023, 4, 29) + timedelta(days) for days in range(5)),  # Hùng Kings, 30/4, 1/5 and the days in lieu: to 3/5
    *(date(2023, 9, 1) + timedelta(days) for days in range(4)),  # National Day and the day in lieu: 1-4/9
    date(2024, 1, 1),
}
OFFICE = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))

DIGESTS = {"duties", "review", "dossier", "copy", "forewarning"}


@pytest.mark.parametrize("duty", table_by_hand(), ids=" ".join)
def test_every_letter_about_a_periodic_report_is_the_one_worked_out_by_hand(duty: Duty, year: PlayedYear) -> None:
    assert by_time(table_as_played(year)[duty]) == by_time(table_by_hand()[duty])


def test_the_table_by_hand_covers_both_reports_of_the_eight_districts_and_names_the_right_weekdays() -> None:
    table = table_by_hand()
    assert Counter(task for task, _ in table) == {"bao-cao-6-thang": 8, "bao-cao-nam": 8}
    for row in (row for rows in table.values() for row in rows):
        day = datetime.strptime(row[4:14], "%d/%m/%Y").date()  # noqa: DTZ007 - a day
        assert WEEKDAYS[day.weekday()] == row[:3], row


def test_no_letter_leaves_on_a_weekend_a_holiday_or_outside_office_hours(year: PlayedYear) -> None:
    assert len(year.arrived) > 300
    for one in year.arrived:
        assert one.at.weekday() < 5, one
        assert one.at.date() not in OFF, one
        assert any(opens <= one.at.time() < closes for opens, closes in OFFICE), one


def test_nobody_gets_two_letters_of_a_kind_on_a_day(year: PlayedYear) -> None:
    digests = Counter((one.mailbox, one.kind, one.at.date()) for one in year.arrived if one.kind in DIGESTS)
    assert max(digests.values()) == 1


def test_every_letter_of_the_ledger_arrived_once(year: PlayedYear) -> None:
    arrived = Counter((one.opened.id, one.mailbox) for one in year.arrived)
    assert arrived == Counter((one.letter.id, one.letter.recipient.address) for one in year.sent)
    assert set(arrived.values()) == {1}


def test_the_administrator_hears_of_the_dead_address_and_of_nothing_else(year: PlayedYear) -> None:
    heard = [(f"{one.at:%d/%m/%Y %H:%M}", one.kind) for one in year.arrived if one.mailbox.startswith("quan-tri@")]
    assert heard == [("20/06/2023 08:00", "alert"), ("20/12/2023 08:00", "alert")]
    assert {one.letter.recipient.address for one in year.refused} == {"chu-tich@tx-thuan-thanh.example"}
    letter = next(one.opened for one in year.arrived if one.kind == "alert")
    assert "chu-tich@tx-thuan-thanh.example" in letter.text
    assert "550 5.1.1 no such mailbox" in letter.text


def test_the_year_ends_with_everything_done_and_four_late_reports(year: PlayedYear) -> None:
    at = datetime(2024, 1, 31, 17, 0, tzinfo=ZONE)
    found = status(year.place, "tre-em-2023", at)
    units = tally_by(((one.obligation, one.now) for one in found.obligations), at, by_owner)
    on_time = {"tp-bac-ninh", "tp-tu-son", "tx-que-vo", "h-gia-binh", "h-luong-tai", "h-tien-du"}
    expected = dict.fromkeys(on_time, Counts(done_on_time=10))
    expected |= dict.fromkeys(("tx-thuan-thanh", "h-yen-phong"), Counts(done_on_time=8, done_late=2))
    expected |= {"ban-gdxh": Counts(done_on_time=5), "ban-tg": Counts(done_on_time=4)}
    expected |= dict.fromkeys(("ban-tccslp", "van-phong"), Counts(done_on_time=1))
    assert {unit: tally.in_force for unit, tally in units.items()} == expected
    assert units["h-luong-tai"].original == Counts(done_on_time=8, done_late=2)
    assert sum(tally.in_force.total for tally in units.values()) == 91


def test_another_round_at_the_end_finds_nothing_to_do(year: PlayedYear) -> None:
    tally = asyncio.run(run_round(year.place, datetime(2024, 1, 31, 17, 0, tzinfo=ZONE)))
    assert (tally.decided, tally.enqueued, tally.sent) == (0, 0, 0)

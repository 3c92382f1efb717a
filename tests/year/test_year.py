"""The year's letters against a table written by hand, what must hold of each, and what the demo prints of it all.

One module, so that the year is played once also where modules are shared out among processes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from dondoc.core.statistics import Counts, by_owner, tally_by
from dondoc.demo.ending import tell_the_end
from dondoc.demo.narration import Narrator
from dondoc.demo.people import Deed
from dondoc.demo.performance import END, ZONE
from dondoc.demo.stage import Stage
from dondoc.desk.round import run_round
from dondoc.desk.status import status
from tests.notifications.message_lint import lint
from tests.places import PLANS, local
from tests.year.played import WEEKDAYS, Duty, PlayedYear, by_time, table_as_played, table_by_hand

OFF = {
    *(date(2023, 4, 29) + timedelta(days) for days in range(5)),  # Hùng Kings, 30/4, 1/5 and the days in lieu: to 3/5
    *(date(2023, 9, 1) + timedelta(days) for days in range(4)),  # National Day and the day in lieu: 1-4/9
    date(2024, 1, 1),
}
OFFICE = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))

DIGESTS = {"duties", "review", "dossier", "copy", "forewarning", "closing"}


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


def test_the_standing_board_hears_every_week_in_which_something_runs(year: PlayedYear) -> None:
    """From the Monday after the plan was issued to the one on whose morning the last report is still under review.

    On the Mondays 1/5 (a long holiday, until 3/5), 4/9 and 1/1/2024, all off, it comes on the next working day.
    """
    summaries = [one for one in year.arrived if one.kind == "summary"]
    assert {one.mailbox for one in summaries} == {"thu-ky@thuong-truc.example"}
    days = [one.at.date() for one in summaries]
    mondays = [date(2023, 4, 17) + timedelta(weeks=n) for n in range(39)]
    moved = {date(2023, 5, 1): date(2023, 5, 4), date(2023, 9, 4): date(2023, 9, 5), date(2024, 1, 1): date(2024, 1, 2)}
    assert days == [moved.get(day, day) for day in mondays]
    third_of_july = summaries[11].opened.text
    assert "Đang thực hiện, quá hạn: 1" in third_of_july or "KÍNH ĐỀ NGHỊ XEM XÉT" in third_of_july


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


# -- what is printed

STORY = """\
  16/06/2023 08:00  Nhắc trước hạn 1 ngày làm việc → can-bo@h-yen-phong.example
  19/06/2023 08:00  Nhắc đúng ngày đến hạn → can-bo@h-yen-phong.example
  20/06/2023 08:00  Thông báo người đứng đầu đơn vị thực hiện → chu-tich@h-yen-phong.example
  26/06/2023 08:00  Báo cáo lên Thường trực Hội LHPN tỉnh Bắc Ninh → thu-ky@thuong-truc.example
  03/07/2023 08:00  Báo cáo lên Ban Thường vụ Hội LHPN tỉnh Bắc Ninh → thu-ky@ban-thuong-vu.example
  04/07/2023 10:00  Nhận báo cáo lần 1 lúc 10:00 4/7/2023, qua thư mục nhận
  06/07/2023 10:00  Đã duyệt
"""
REPORT = "Báo cáo kết quả thực hiện công tác trẻ em – 6 tháng đầu năm 2023 – Hội LHPN huyện Yên Phong"
TABLE = {
    "Hội LHPN thị xã Thuận Thành": [8, 2, 0, 0, 10],
    "Hội LHPN huyện Lương Tài": [10, 0, 0, 0, 10],
    "Hội LHPN huyện Yên Phong": [8, 2, 0, 0, 10],
    "Ban Gia đình Xã hội": [5, 0, 0, 0, 5],
    "Toàn kế hoạch": [87, 4, 0, 0, 91],
    "Nếu tính theo hạn ban đầu": [85, 6, 0, 0, 91],
}


def printed() -> tuple[Console, StringIO]:
    out = StringIO()
    return Console(file=out, width=160, highlight=False), out


def stage_of(year: PlayedYear) -> Stage:
    return Stage(year.place.settings.home, PLANS)


def test_every_letter_of_the_year_keeps_the_rules_for_messages(year: PlayedYear) -> None:
    files = [arrival.file for played in year.rounds for arrival in played.arrivals]
    assert len(files) > 150
    assert {file.name: found for file in files if (found := lint(file.read_bytes()))} == {}


@pytest.fixture
def ending(year: PlayedYear) -> list[str]:
    console, out = printed()
    tell_the_end(console, year.place, stage_of(year), END, ".venv/bin/dondoc")
    return out.getvalue().splitlines()


def test_the_story_of_the_silent_district_is_told_step_by_step_in_vietnamese(ending: list[str]) -> None:
    assert ending[1] == "Báo cáo kết quả thực hiện công tác trẻ em – 6 tháng đầu năm 2023 – Hội LHPN huyện Yên Phong"
    for line in STORY.splitlines():
        assert any(one.startswith(line) for one in ending), line


def test_the_four_cells_stand_unit_by_unit(ending: list[str]) -> None:
    for name, cells in TABLE.items():
        (row,) = (line for line in ending if line.startswith(f"{name}  "))
        assert [int(cell) for cell in row.removeprefix(name).split()] == cells


def test_it_says_what_lies_where_and_ends_with_the_one_command_that_opens_it(
    ending: list[str], year: PlayedYear
) -> None:
    places = {
        line.split()[0]: Path(line.split()[1]) for line in ending if line.startswith(("Letters", "Answers", "Plan"))
    }
    assert all(place.is_dir() for place in places.values())
    assert any(f"{len(year.arrived)} .eml files in 18 mailboxes" in line for line in ending)
    assert ending[-1] == f"Open it all: DONDOC_HOME={year.place.settings.home} .venv/bin/dondoc up"


def test_each_round_is_a_line_that_says_what_arrived_and_what_people_did(year: PlayedYear) -> None:
    console, out = printed()
    narrator = Narrator(console, stage_of(year).unit_names())
    when = "2023-06-19 10:00"
    for unit, outcome in (("h-gia-binh", "returned"), ("tp-bac-ninh", "accepted"), ("h-tien-du", "handed in")):
        deed = Deed(local(when), f"tre-em-2023/bao-cao-6-thang/{unit}/2023-H1", "review", "somebody", 0)
        narrator.deed(deed, outcome)  # type: ignore[arg-type]
    rounds = {played.at: played for played in year.rounds}
    with narrator.watching() as bar:
        narrator.round(rounds[local(when)], bar)
        narrator.round(rounds[local("2023-06-20 08:00")], bar)
    lines = out.getvalue().splitlines()
    assert lines[0] == (
        "Mon 19/06/2023 10:00  1 Trả lại, 1 Đã duyệt, 1 Đã nhận"
        " · returned: Huyện Gia Bình · accepted: Thành phố Bắc Ninh · handed in: Huyện Tiên Du"
    )
    assert lines[1].startswith("Tue 20/06/2023 08:00  ")
    notable = [line.strip().partition(": ") for line in lines[2:]]
    assert [(to, subject) for to, _, subject in notable] == [
        ("chu-tich@h-yen-phong.example", f"[Đề nghị chỉ đạo] {REPORT}: quá hạn 1 ngày làm việc"),
        ("quan-tri@tinh-hoi.example", "[Cảnh báo] Thư bị từ chối: chu-tich@tx-thuan-thanh.example"),
    ]
    assert (narrator.rounds, narrator.letters) == (2, 8)

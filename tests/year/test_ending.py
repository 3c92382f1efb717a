"""What the demo prints: a line for every round, and at the end a story, a table and where everything lies."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from dondoc.demo.ending import tell_the_end
from dondoc.demo.narration import Narrator
from dondoc.demo.people import Deed
from dondoc.demo.performance import END
from dondoc.demo.stage import Stage
from tests.places import PLANS, local
from tests.year.played import PlayedYear

STORY = """\
  16/06/2023 08:00  Nhắc trước hạn 1 ngày làm việc → can-bo@h-yen-phong.example
  19/06/2023 08:00  Nhắc đúng ngày đến hạn → can-bo@h-yen-phong.example
  20/06/2023 08:00  Báo cáo lên người đứng đầu đơn vị thực hiện → chu-tich@h-yen-phong.example
  26/06/2023 08:00  Báo cáo lên Thường trực Hội LHPN tỉnh Bắc Ninh → thu-ky@thuong-truc.example
  03/07/2023 08:00  Báo cáo lên Ban Thường vụ Hội LHPN tỉnh Bắc Ninh → thu-ky@ban-thuong-vu.example
  04/07/2023 10:00  Nhận báo cáo lần 1
  06/07/2023 10:00  Đã duyệt
"""
REPORT = "Báo cáo kết quả thực hiện công tác trẻ em – Hội LHPN huyện Yên Phong"
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

"""What leadership reads of a whole plan: how many are overdue, who, since when, what was done, who decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dondoc.core.mirror import Figures, Late, Picture
from dondoc.core.plan_mirror import Surroundings, plan_picture
from tests.core.telling import local

TIEN_DU = Late(
    since=date(2023, 6, 20),
    owner="Hội LHPN huyện Tiên Du",
    title="Báo cáo 6 tháng",
    done="nhắc 6 lần, gần nhất 23/6/2023, báo cáo Thường trực 26/6/2023",
    last="báo cáo Thường trực 26/6/2023",
    decides="Thường trực",
    task="bao-cao-6-thang",
    period="2023-H1",
)
REPORTS = Figures(
    {"gia-binh": {"done_on_time": 1}, "tien-du": {"open_overdue": 1, "waived": 1}}, (TIEN_DU,), 1, 1, under_review=0
)
LISTS = Figures({"gia-binh": {"done_late": 1}, "tien-du": {"open_in_time": 1}}, (), 0, 0, 0)


def shown(*parts: Figures, language: str = "vi") -> Picture:
    about = Surroundings(
        language, str.upper, "https://x.example/p/ke-hoach", lambda t, p: f"https://x.example/t/{t}/{p}"
    )
    return plan_picture("ke-hoach", parts, local("2023-06-28 08:00"), "08:00 28/06/2023", about)


def test_its_name_says_how_many_are_overdue_who_since_when_what_was_done_and_who_decides() -> None:
    found = shown(REPORTS, LISTS)
    assert found.name == (
        "Toàn kế hoạch · 1 việc quá hạn, 2/4 hoàn thành · Hội LHPN huyện Tiên Du: Báo cáo 6 tháng, "
        "quá hạn từ 20/6/2023 (báo cáo Thường trực 26/6/2023; Thường trực quyết định)"
    )
    assert (found.state, found.state_name) == ("Escalated", "Có việc quá hạn, đã báo cáo")
    assert found.progress == 50.0


def test_its_page_lists_what_is_overdue_and_the_four_cells_which_add_up() -> None:
    page = shown(REPORTS, LISTS).page
    assert (
        "1. **Hội LHPN huyện Tiên Du** – [Báo cáo 6 tháng](https://x.example/t/bao-cao-6-thang/2023-H1): "
        "quá hạn từ **20/6/2023**. Đã xử lý: nhắc 6 lần, gần nhất 23/6/2023, báo cáo Thường trực 26/6/2023. "
        "Chờ quyết định: **Thường trực**."
    ) in page
    cells = [line.split(" | ")[1].strip(" |") for line in page.splitlines() if line.startswith(("| H", "| C", "| T"))]
    assert cells == ["1", "1", "1", "1", "4"]
    assert "1 được miễn" in page


def test_its_table_goes_unit_by_unit_and_ends_with_the_whole() -> None:
    rows = shown(REPORTS, LISTS).rows
    assert [list(row.values()) for row in rows] == [
        ["GIA-BINH", 1, 1, 0, 0, 2],
        ["TIEN-DU", 0, 0, 1, 1, 2],
        ["Toàn kế hoạch", 1, 1, 1, 1, 4],
    ]


def test_in_english_all_of_it_is_english() -> None:
    found = shown(REPORTS, LISTS, language="en")
    assert found.name.startswith("The whole plan · 1 overdue, 2/4 done · Hội LHPN huyện Tiên Du: ")
    assert found.state_name == "Something overdue, put before"
    assert "## Overdue (1)" in found.page


def test_the_longest_overdue_comes_first_and_the_rest_is_counted() -> None:
    later = [replace(TIEN_DU, since=date(2023, 6, 21), owner=f"Xã {n:02}") for n in range(29)]
    older = replace(TIEN_DU, since=date(2023, 5, 2), owner="Xã cũ nhất")
    found = shown(REPORTS, Figures({"x": {"open_overdue": 45}}, (*later, older), 45, 0, 0))
    assert "Toàn kế hoạch · 46 việc quá hạn, 1/47 hoàn thành · Xã cũ nhất: " in found.name
    assert found.name.endswith(" · và 43 việc khác")
    assert "30. **" in found.page
    assert "31. **" not in found.page
    assert "và 16 việc khác" in found.page


def test_without_anything_overdue_it_says_so() -> None:
    found = shown(LISTS)
    assert found.name == "Toàn kế hoạch · 1/2 việc hoàn thành, không việc nào quá hạn"
    assert found.state == "Collecting"
    assert "Không có việc nào quá hạn." in found.page

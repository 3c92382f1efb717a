"""21. Several sources of money for a task, amounts planned and used: 4.1a, 4.1b, 4.2."""

from decimal import Decimal
from pathlib import Path

import pytest

from dondoc.core.amounts import funds
from dondoc.desk.reports import Wish, compile_report
from dondoc.desk.submissions import submit
from tests.language.saying import office, placed, plan_of, problems
from tests.places import local

HEAD = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
funding:
  - {id: ngan-sach, title: Ngân sách, amount: 500000000}
  - {id: de-an-938, title: Đề án 938}
  - {id: xa-hoi-hoa, title: Xã hội hoá}
forms:
  f: {fields: [{id: da_chi, label: Đã chi, type: money}, {id: tai_tro, label: Tài trợ, type: money}]}
"""
TASKS = """
- id: tap-huan
  title: Tập huấn
  owner: ban-a
  due: 2023-09-29
  submit: f
  funding: [{line: ngan-sach, planned: 300000000, used: da_chi}, {line: xa-hoi-hoa, used: tai_tro}]
- {id: in-an, title: In ấn, owner: ban-b, due: 2023-10-31, funding: [{line: ngan-sach, planned: 150000000}, de-an-938]}
"""


def test_planned_and_used_are_added_up_by_source() -> None:
    plan, _ = plan_of(TASKS, HEAD)
    reported = {("tap-huan", "da_chi"): Decimal(280_000_000), ("tap-huan", "tai_tro"): Decimal(40_000_000)}
    found = funds(plan, reported)
    assert [(one.line, one.planned, one.used, one.left) for one in found] == [
        ("ngan-sach", 450_000_000, 280_000_000, 220_000_000),
        ("de-an-938", 0, 0, 0),
        ("xa-hoi-hoa", 0, 40_000_000, -40_000_000),
    ]


EACH_QUARTER = TASKS.replace("due: 2023-09-29", "due: {every: quarter, by: last working day}")


@pytest.mark.parametrize(
    ("period", "used", "left"), [("2023-Q2", "80.000.000", "420.000.000"), ("2023-Q3", "280.000.000", "220.000.000")]
)
def test_the_report_tells_what_each_source_has_and_what_was_used_of_it_until_then(
    tmp_path: Path, period: str, used: str, left: str
) -> None:
    place = office(tmp_path, EACH_QUARTER, head=HEAD)
    for quarter, day, spent in (("Q2", "2023-06-29", 80_000_000), ("Q3", "2023-09-28", 200_000_000)):
        there = place.at(local(f"{day} 09:00"))
        receipt = submit(
            there, f"p/tap-huan/ban-a/2023-{quarter}", {"da_chi": spent, "tai_tro": 0}, by="x", channel="form"
        )
        assert receipt.problems == ()
    page = compile_report(place.at(local("2023-10-02 09:00")), "p", period, Wish("html")).decode()
    assert "Đơn vị có số liệu" not in page, "a plan that measures nothing has no table of indicators"
    rows = page.partition("Kinh phí")[2].partition("</table>")[0].split("<tr>")
    (line,) = [row for row in rows if "Ngân sách (đồng)" in row]
    assert [figure in line for figure in ("500.000.000", "450.000.000", used, left)] == [True] * 4


def test_a_plan_that_says_nothing_of_amounts_tells_of_none(tmp_path: Path) -> None:
    plain = EACH_QUARTER.replace("planned: 300000000, used: da_chi", "").replace(", used: tai_tro", "")
    head = HEAD.replace(", amount: 500000000", "")
    place = office(tmp_path, plain.replace("planned: 150000000", "").replace("ngan-sach, }", "ngan-sach}"), head=head)
    page = compile_report(place.at(local("2023-07-03 09:00")), "p", "2023-Q2", Wish("html")).decode()
    assert "Ngân sách (đồng)" not in page


def test_one_source_may_be_named_alone() -> None:
    head, _, _ = HEAD.partition("forms:")
    plan, _ = plan_of("- {id: t, title: T, owner: ban-a, due: 2023-09-29, funding: de-an-938}", head)
    assert [share.line for share in next(plan.tasks()).funding] == ["de-an-938"]


def test_more_than_there_is_and_lines_and_fields_there_are_not_are_located() -> None:
    assert problems(TASKS.replace("150000000", "250000000"), HEAD) == [
        "too-much-planned: tasks plan 550000000 from `ngan-sach`, which has 500000000; mend one of them"
    ]
    assert placed(TASKS.replace("line: xa-hoi-hoa", "line: xa-hoi"), HEAD) == [
        "unknown-funding-line at {line: xa-hoi, used:"
    ]
    millions = HEAD.replace("label: Đã chi, type: money", "label: Đã chi, type: money, unit: triệu đồng")
    assert problems(TASKS, millions) == [
        (
            "other-money: `da_chi` is reported in triệu đồng, and `ngan-sach` is counted in đồng; "
            "ask for it in the same, or give the line its `unit`"
        )
    ]
    counted = millions.replace("amount: 500000000", "amount: 500, unit: triệu đồng")
    assert problems(TASKS.replace("000000", ""), counted) == []
    assert placed(TASKS.replace("used: da_chi", "used: da_chj"), HEAD) == ["unknown-field at da_chj}, {line: xa-h"]

"""21. Several sources of money for a task, amounts planned and used: 4.1a, 4.1b, 4.2."""

from decimal import Decimal

from dondoc.core.amounts import funds
from tests.language.saying import placed, plan_of, problems

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
    assert placed(TASKS.replace("used: da_chi", "used: da_chj"), HEAD) == ["unknown-field at da_chj}, {line: xa-h"]

"""11. Targets of units that add up to a total, and progress against them: 2.305 nhà by district."""

from decimal import Decimal

from dondoc.core.amounts import progress
from tests.language.saying import placed, plan_of, problems

HEAD = """\
plan: p
title: Xoá nhà tạm
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
forms: {nha: {fields: [{id: I20, label: Số nhà, type: integer, over_time: latest, across_units: sum}]}}
"""
TASK = """
- id: nha-o
  title: Hỗ trợ nhà ở
  owner: each district
  due: 2023-11-30
  submit: nha
  targets: {I20: {total: 2305, units: {gia-binh: 1200, que-vo: 1105}}}
"""


def test_progress_is_told_by_unit_and_in_all() -> None:
    plan, _ = plan_of(TASK, HEAD)
    target = next(plan.tasks()).targets["I20"]
    found = progress("I20", target, {("gia-binh", "I20"): Decimal(300), ("que-vo", "I20"): Decimal(161)})
    assert [(one.unit, one.target, one.reached) for one in found] == [
        ("gia-binh", 1200, 300),
        ("que-vo", 1105, 161),
        (None, 2305, 461),
    ]
    assert (found[0].share, found[2].share) == (Decimal("0.25"), Decimal("0.2"))


def test_parts_that_do_not_add_up_are_located() -> None:
    assert problems(TASK.replace("1105", "1100"), HEAD) == [
        "does-not-add-up: the units' parts come to 2300, the total is 2305; mend the total or the parts"
    ]
    assert placed(TASK.replace("1105", "1100"), HEAD) == ["does-not-add-up at 2305, units: {gia-bi"]


def test_a_part_is_of_a_unit_that_owes_it_and_of_a_field_there_is() -> None:
    assert placed(TASK.replace("que-vo: 1105", "que-va: 1105"), HEAD) == ["unknown-unit at 1105}}}"]
    assert placed(TASK.replace("que-vo: 1105", "xa-1: 1105"), HEAD) == ["not-an-owner at 1105}}}"]
    assert problems(TASK.replace("{I20:", "{I2:"), HEAD) == [
        "unknown-field: there is no field `I2`; did you mean `I20`?"
    ]

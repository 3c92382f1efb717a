"""5. Extra content in one occurrence only; a form by role and by period."""

from dondoc.core.content import form_for
from tests.language.saying import placed, plan_of

HEAD = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
forms:
  quy:
    fields: [{id: so_buoi, label: Số buổi, type: integer}, {id: ghi_chu, label: Ghi chú, required: false}]
    files: {min: 0, types: [pdf], max_mb: 10}
  nam-sau:
    fields: [{id: ke_hoach, label: Kế hoạch năm sau, type: long text}, {id: so_buoi, label: Trùng, type: text}]
    files: {min: 1, types: [docx], max_mb: 20}
  cua-tinh: {fields: [{id: tong, label: Tổng, type: integer}]}
"""
TASK = """
- id: bao-cao
  title: Báo cáo quý
  owner: [tinh, each district]
  due: {every: quarter, by: day 20 of last month}
  submit:
    form: quy
    also: {form: nam-sau, only: [Q3]}
    instead: {form: cua-tinh, owner: tinh}
"""


def fields(unit: str, period: str, task: str = TASK) -> list[str]:
    plan, organisation = plan_of(task, HEAD)
    form = form_for(plan, organisation, next(plan.tasks()), unit, period)
    return [field.id for field in form.fields] if form else []


def test_the_third_quarter_asks_for_next_years_plan_too() -> None:
    assert fields("gia-binh", "2023-Q2") == ["so_buoi", "ghi_chu"]
    assert fields("gia-binh", "2023-Q3") == ["so_buoi", "ghi_chu", "ke_hoach"]  # so_buoi is asked once
    assert fields("gia-binh", "2023-Q4") == ["so_buoi", "ghi_chu"]


def test_the_province_fills_in_a_form_of_its_own() -> None:
    assert fields("tinh", "2023-Q2") == ["tong"]
    assert fields("tinh", "2023-Q3") == ["tong", "ke_hoach", "so_buoi"]


def test_of_files_the_widest_terms_hold() -> None:
    plan, organisation = plan_of(TASK, HEAD)
    form = form_for(plan, organisation, next(plan.tasks()), "gia-binh", "2023-Q3")
    assert form is not None
    assert form.files is not None
    assert (form.files.min, form.files.types, form.files.max_mb) == (1, ("pdf", "docx"), 20)


def test_a_form_and_a_period_there_is_not_are_located() -> None:
    assert placed(TASK.replace("form: nam-sau", "form: nam-truoc"), HEAD) == [
        "unknown-form at nam-truoc, only: [Q3",
    ]
    assert placed(TASK.replace("[Q3]", "[Q5]"), HEAD) == ["unknown-period at Q5]}"]

"""17. A section embedded in a larger report: "lồng ghép vào báo cáo 6 tháng"."""

from dondoc.core.content import form_for
from tests.language.saying import placed, plan_of, table

HEAD = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
forms:
  chung: {fields: [{id: chung, label: Kết quả chung, type: long text}]}
  tre-em: {fields: [{id: tre_em, label: Số trẻ em, type: integer}]}
"""
TASKS = """
- {id: bao-cao, title: Báo cáo 6 tháng, owner: each district, due: 2023-06-19, submit: chung}
- {id: tre-em, title: Công tác trẻ em, owner: gia-binh, embedded_in: bao-cao, submit: tre-em}
"""


def test_an_embedded_section_has_no_obligation_of_its_own() -> None:
    assert table(TASKS, head=HEAD) == ["gia-binh once 2023-06-19", "que-vo once 2023-06-19"]


def test_its_questions_stand_in_the_larger_report_of_those_who_owe_it() -> None:
    plan, organisation = plan_of(TASKS, HEAD)
    report = next(plan.tasks())
    asked = {unit: form_for(plan, organisation, report, unit, "once") for unit in ("gia-binh", "que-vo")}
    assert {unit: [field.id for field in form.fields] for unit, form in asked.items() if form} == {
        "gia-binh": ["chung", "tre_em"],
        "que-vo": ["chung"],
    }


def test_it_stands_in_a_report_with_a_form() -> None:
    assert placed(TASKS.replace("embedded_in: bao-cao", "embedded_in: bao-co"), HEAD) == [
        "unknown-task at bao-co, submit: tre-"
    ]
    assert "not-a-report at bao-cao, submit: tre" in placed(TASKS.replace("submit: chung", "submit: files"), HEAD)
    assert "circle at tre-em, submit: tre-" in placed(
        TASKS.replace("embedded_in: bao-cao", "embedded_in: tre-em"), HEAD
    )

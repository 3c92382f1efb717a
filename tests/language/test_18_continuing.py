"""18. A continuing duty without a date, reported inside a periodic report: "thường xuyên, định kỳ"."""

from tests.language.saying import problems, table

TASKS = """
- id: truyen-thong
  title: Tổ chức các hoạt động truyền thông
  owner: [tinh, each district]
  continuing: {reported_in: [bao-cao], fields: [I01]}
- {id: bao-cao, title: Báo cáo, owner: each district, due: 2023-06-19, submit: f}
"""
HEAD = """\
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
forms:
  f: {fields: [{id: I01, label: Số buổi, type: integer}]}
"""


def test_a_continuing_duty_has_no_obligation_of_its_own() -> None:
    assert table(TASKS, head=HEAD) == ["gia-binh once 2023-06-19", "que-vo once 2023-06-19"]


def test_it_is_told_of_in_a_report_there_is_in_a_field_it_has() -> None:
    assert problems(TASKS.replace("reported_in: [bao-cao]", "reported_in: [bao-cap]"), HEAD) == [
        "unknown-task: there is no task `bao-cap`; did you mean `bao-cao`?"
    ]
    assert problems(TASKS.replace("fields: [I01]", "fields: [I02]"), HEAD) == [
        "unknown-field: there is no field `I02`; did you mean `I01`?"
    ]

"""4. A longer report absorbs a shorter one: the six months' report includes June's, and figures are not added twice."""

from dondoc.core.absorbing import Absorption, Report
from tests.language.saying import plan_of, problems, table

TASKS = """
- {id: thang, title: Báo cáo tháng, owner: gia-binh, due: {every: month, by: day 25, only: ['05', '06', '07', '12']}}
- id: nua-nam
  title: Báo cáo 6 tháng
  owner: gia-binh
  due: {every: half-year, by: day 20 of last month}
  absorbs: thang
- {id: nam, title: Báo cáo năm, owner: gia-binh, due: {every: year, by: day 20 of last month}, absorbs: nua-nam}
"""


def counted(*reports: str) -> list[str]:
    plan, organisation = plan_of(TASKS)
    named = [Report(task, "gia-binh", period) for task, _, period in (one.partition(" ") for one in reports)]
    found = Absorption(plan, organisation.work_calendar()).counted(named, lambda one: one)
    return [f"{one.task} {one.period}" for one in found]


def test_what_a_longer_report_contains_is_not_counted_beside_it() -> None:
    assert counted("thang 2023-05", "thang 2023-06", "nua-nam 2023-H1", "thang 2023-07") == [
        "nua-nam 2023-H1",
        "thang 2023-07",
    ]


def test_while_the_longer_one_is_missing_the_shorter_ones_count() -> None:
    assert counted("thang 2023-05", "thang 2023-06") == ["thang 2023-05", "thang 2023-06"]


def test_a_year_contains_what_its_halves_contain() -> None:
    assert counted("nam 2023", "thang 2023-07", "nua-nam 2023-H1", "nua-nam 2023-H2") == ["nam 2023"]


def test_another_units_report_contains_nothing_of_mine() -> None:
    plan, organisation = plan_of(TASKS)
    absorption = Absorption(plan, organisation.work_calendar())
    assert not absorption.contains(Report("nam", "que-vo", "2023"), Report("nua-nam", "gia-binh", "2023-H1"))


def test_a_longer_report_may_stand_in_place_of_the_shorter_that_closes_on_the_same_day() -> None:
    in_place = TASKS.replace("absorbs: thang", "absorbs: {task: thang, in_place: true}")
    assert [row for row in table(TASKS) if "-06" in row.split()[1]] == ["gia-binh 2023-06 2023-06-26"]
    assert table(in_place) == [
        "gia-binh 2023-05 2023-05-25",
        "gia-binh 2023-H1 2023-06-20",  # June is in it
        "gia-binh 2023-07 2023-07-25",
        "gia-binh 2023-H2 2023-12-20",  # and December
        "gia-binh 2023 2023-12-20",
    ]


def test_only_those_who_owe_the_longer_one_are_spared_the_shorter() -> None:
    tasks = TASKS.replace("absorbs: thang", "absorbs: {task: thang, in_place: true}").replace(
        "Báo cáo tháng, owner: gia-binh", "Báo cáo tháng, owner: each district"
    )
    assert [row for row in table(tasks) if row.split()[1] == "2023-06"] == ["que-vo 2023-06 2023-06-26"]


def test_it_absorbs_a_task_there_is_and_not_itself() -> None:
    assert problems(TASKS.replace("absorbs: thang", "absorbs: thag")) == [
        "unknown-task: there is no task `thag`; did you mean `thang`?"
    ]
    assert "circle: this leads from `nam` back to itself; name another task" in problems(
        TASKS.replace("absorbs: nua-nam", "absorbs: nam")
    )

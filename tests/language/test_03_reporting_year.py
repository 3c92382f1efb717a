"""3. A reporting year that is not the calendar year, and its cut-off dates: 15/12 to 14/12, 1/10 to 30/9."""

from dondoc.core.schedule import Timetable
from tests.language.saying import owed, plan_of, table


def test_a_reporting_year_from_15_december_takes_the_year_in_which_it_ends() -> None:
    due = "{every: half-year, year_from: 12-15, by: 3 working days after cut-off}"
    task = f"- {{id: t, title: T, owner: gia-binh, due: {due}}}"
    assert table(task) == [
        "gia-binh 2023-H1 2023-06-19",  # cut-off Wednesday 14/6: 15, 16, 19
        "gia-binh 2023-H2 2023-12-19",  # cut-off Thursday 14/12: 15, 18, 19
    ]
    assert owed(task)[0].due.explain("vi").startswith("3 ngày làm việc sau ngày chốt số liệu 14/6/2023 = 19/6/2023")


def test_the_figures_run_from_cut_off_to_cut_off() -> None:
    task = "- {id: t, title: T, owner: gia-binh, due: {every: year, year_from: 10-01, by: day 15 of October}}"
    plan, organisation = plan_of(task)
    (period,) = Timetable(plan, organisation.work_calendar()).periods(next(plan.tasks()))
    assert (period.name, str(period.start), str(period.cut_off)) == ("2023", "2022-10-01", "2023-09-30")


def test_a_due_day_after_the_reporting_year_is_in_its_year() -> None:
    task = "- {id: t, title: T, owner: gia-binh, due: {every: year, year_from: 10-01, by: 10 days after cut-off}}"
    assert table(task) == ["gia-binh 2023 2023-10-10"]

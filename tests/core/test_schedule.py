"""From a plan to its obligations; the expected days were worked out by hand on a calendar of 2023."""

from datetime import UTC, date, datetime, timedelta
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import Owners, schedule
from dondoc.core.terms import policy_of, terms_for, terms_of

ORGANISATION = """
organisation: hoi
name: Hội
calendar: {holidays: VN}
levels: [province, district, commune]
units:
  - {id: tinh, level: province, name: Tỉnh Hội}
  - {id: ban-a, in: tinh, kind: department, name: Ban A}
  - {id: ban-b, in: tinh, kind: department, name: Ban B}
  - {id: que-vo, in: tinh, level: district, name: Quế Võ, valid_from: 2023-04-10, replaces: que-vo-cu}
  - {id: gia-binh, in: tinh, level: district, name: Gia Bình}
  - {id: que-vo-cu, in: tinh, level: district, name: Quế Võ (huyện), valid_until: 2023-04-09}
  - {id: xa-1, in: gia-binh, level: commune, name: Xã 1}
  - {id: xa-2, in: gia-binh, level: commune, name: Xã 2, valid_until: 2023-06-30}
  - {id: xa-3, in: que-vo, level: commune, name: Xã 3}
committees:
  - {id: thuong-truc, name: Thường trực}
"""

PLAN = """
plan: p
title: Kế hoạch
issued: 2023-04-13
period: 2023-04-13/2023-12-31
focal_point: ban-a
policies:
  usual:
    remind: [7 days before, on the day]
    chase: every 2 working days after
    escalate: [{after: 1 working day, to: head of owner}, {after: 5 working days, to: thuong-truc}]
  gap: {extends: usual, remind: [3 days before]}
  far: {extends: gap, chase: every 5 working days after}
policy: usual
sections:
  - id: "1"
    title: Phần
    tasks:
"""


def organisation(text: str = ORGANISATION) -> Organisation:
    loaded = load_organisation(text)
    assert loaded.value is not None, "\n".join(str(problem) for problem in loaded.problems)
    return loaded.value


def plan(tasks: str, text: str = PLAN) -> Plan:
    loaded = load_plan(text + indent(tasks, "      "))
    assert loaded.value is not None, "\n".join(str(problem) for problem in loaded.problems)
    return loaded.value


def owed(tasks: str) -> tuple[Obligation, ...]:
    return schedule(plan(tasks), organisation())


def table(tasks: str) -> list[tuple[str, str]]:
    """Unit/period and the local day of each deadline."""
    calendar = organisation().work_calendar()
    return [(f"{one.unit}/{one.period}", one.due.day(calendar).isoformat()) for one in owed(tasks)]


# --- when ---


def test_a_date_is_due_once_and_ends_at_local_midnight() -> None:
    [one] = owed("- {id: t, title: Báo cáo, owner: gia-binh, due: 2023-06-19}")
    assert one.id == "p/t/gia-binh/once"
    assert one.title("vi") == "Báo cáo"
    assert one.due.at == datetime(2023, 6, 19, 17, tzinfo=UTC)  # 20/6 00:00 in Vietnam
    assert one.opens == datetime(2023, 4, 12, 17, tzinfo=UTC)  # 13/4 00:00, the day of issue


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("3 working days after plan.issued", "2023-04-18"),  # 13/4 is a Thursday: 14, 17, 18
        ("10 working days after plan.issued", "2023-04-27"),
        ("before 2023-06-01", "2023-05-31"),
        ("before lunar 15/8", "2023-09-28"),  # Mid-Autumn was 29/9/2023
        ("in July 2023", "2023-07-31"),
        ("in December 2023", "2023-12-29"),  # 30 and 31 are a weekend
        ("end of September 2023", "2023-09-29"),  # the 30th is a Saturday
        ("2023-06-18", "2023-06-18"),  # a Sunday written out stays
        ("4 days after 2023-06-14", "2023-06-19"),  # 18/6 is a Sunday: the next working day
        ("{every: half-year, only: [H1], year_from: 12-15, by: 3 working days after cut-off}", "2023-06-19"),
        ("{every: half-year, only: [H1], year_from: 12-15, by: 5 working days after cut-off}", "2023-06-21"),
        ("{every: year, year_from: 12-15, by: 3 working days after cut-off}", "2023-12-19"),
        ("{every: year, by: day 30 of month 4 next year}", "2024-05-02"),  # 30/4 and 1/5 are holidays
    ],
)
def test_a_deadline_falls_on_the_day_worked_out_by_hand(due: str, day: str) -> None:
    assert [row[1] for row in table(f"- {{id: t, title: T, owner: gia-binh, due: {due}}}")] == [day]


def test_a_recurring_duty_is_owed_for_each_period_whose_figures_close_within_the_plan() -> None:
    task = "- {id: t, title: Báo cáo, owner: gia-binh, due: {every: quarter, by: last working day}}"
    assert table(task) == [
        ("gia-binh/2023-Q2", "2023-06-30"),
        ("gia-binh/2023-Q3", "2023-09-29"),
        ("gia-binh/2023-Q4", "2023-12-29"),
    ]
    assert owed(task)[0].title("vi") == "Báo cáo – quý II năm 2023"
    assert owed(task)[1].title("en") == "Báo cáo – quarter 3 of 2023"


@pytest.mark.parametrize(
    ("first", "periods"),
    [("whole", ["2023-Q2", "2023-Q3", "2023-Q4"]), ("skip", ["2023-Q3", "2023-Q4"])],
)
def test_the_period_under_way_at_the_plans_start_is_counted_whole_or_skipped(first: str, periods: list[str]) -> None:
    found = owed(
        f"- {{id: t, title: T, owner: gia-binh, first_period: {first}, due: {{every: quarter, by: last day}}}}"
    )
    assert [one.period for one in found] == periods


def test_what_fell_due_before_the_plan_was_issued_is_not_owed() -> None:
    found = table("- {id: t, title: T, owner: gia-binh, due: {every: month, by: day 10, only: ['04', '05']}}")
    assert found == [("gia-binh/2023-05", "2023-05-10")]


def test_a_recurring_duty_opens_with_its_period_and_never_before_the_plan_is_issued() -> None:
    found = owed("- {id: t, title: T, owner: gia-binh, due: {every: quarter, by: last day, only: [Q2, Q3]}}")
    assert [one.opens for one in found] == [
        datetime(2023, 4, 12, 17, tzinfo=UTC),
        datetime(2023, 6, 30, 17, tzinfo=UTC),  # 1/7 00:00
    ]


def test_a_duty_opens_when_it_says_so_or_with_its_window() -> None:
    by_itself = "- {id: t, title: T, owner: gia-binh, due: 2023-06-30, opens: 2023-06-05}"
    with_window = "- {id: t, title: T, owner: gia-binh, due: 2023-07-10, during: 2023-06-01/2023-06-30}"
    assert owed(by_itself)[0].opens == datetime(2023, 6, 4, 17, tzinfo=UTC)
    assert owed(with_window)[0].opens == datetime(2023, 5, 31, 17, tzinfo=UTC)


def test_a_window_alone_is_due_on_its_last_day() -> None:
    assert table("- {id: t, title: T, owner: gia-binh, during: 2023-06-01/2023-06-30}") == [
        ("gia-binh/once", "2023-06-30")
    ]


def test_occasions_are_periods_of_their_own_with_their_own_reminders() -> None:
    task = """
- id: bang-ron
  title: Treo băng zôn
  owner: gia-binh
  occasions:
    - {id: trung-thu, title: Tết Trung thu, due: before lunar 15/8, remind: [30 days before]}
    - {id: thieu-nhi, due: before 2023-06-01}
"""
    assert table(task) == [("gia-binh/thieu-nhi", "2023-05-31"), ("gia-binh/trung-thu", "2023-09-28")]
    children, moon = owed(task)
    assert [str(step.span.n) for step in moon.terms.policy.remind if step.span] == ["30"]
    assert len(children.terms.policy.remind) == 2
    assert (children.title("vi"), moon.title("vi")) == ("Treo băng zôn", "Treo băng zôn – Tết Trung thu")
    terms = terms_of(plan(task), organisation())
    assert terms_for(terms, "bang-ron", "trung-thu") == moon.terms
    assert terms_for(terms, "bang-ron", "thieu-nhi") == children.terms


def test_a_continuing_duty_has_no_obligation_of_its_own() -> None:
    assert owed("- {id: t, title: T, owner: gia-binh, continuing: {reported_in: [r]}}") == ()


def test_a_task_may_count_from_anothers_deadline_of_the_same_period() -> None:
    tasks = """
- {id: sau, title: T, owner: gia-binh, due: {every: quarter, by: 2 working days after truoc.due}}
- {id: truoc, title: T, owner: ban-a, due: {every: quarter, by: last working day}}
"""
    assert [row for row in table(tasks) if row[0].startswith("gia-binh")] == [
        ("gia-binh/2023-Q2", "2023-07-04"),  # 30/6 is a Friday
        ("gia-binh/2023-Q3", "2023-10-03"),
        ("gia-binh/2023-Q4", "2024-01-03"),  # 29/12 is a Friday, 1/1 a holiday
    ]


def test_tasks_that_count_from_one_another_in_a_circle_owe_nothing() -> None:
    tasks = """
- {id: a, title: T, owner: gia-binh, due: 1 day after b.due}
- {id: b, title: T, owner: gia-binh, due: 1 day after a.due}
"""
    assert owed(tasks) == ()


def test_office_hours_may_end_the_day_and_a_day_off_may_be_moved() -> None:
    [one] = owed("- {id: t, title: T, owner: gia-binh, due: 2023-06-18, roll: next working day, day_ends: office}")
    assert one.due.at == datetime(2023, 6, 19, 10, tzinfo=UTC)  # 17:00 in Vietnam


# --- who ---


@pytest.mark.parametrize(
    ("owner", "units"),
    [
        ("gia-binh", ["gia-binh"]),
        ("[gia-binh, ban-a]", ["ban-a", "gia-binh"]),
        ("each district", ["que-vo", "gia-binh"]),
        ("each department", ["ban-a", "ban-b"]),
        ("{each: commune, under: gia-binh}", ["xa-1", "xa-2"]),
        ("{each: commune, under: tinh, except: xa-1}", ["xa-2", "xa-3"]),
        ("[each district, gia-binh]", ["que-vo", "gia-binh"]),
    ],
)
def test_owners_are_units_in_the_organisations_order_none_twice(owner: str, units: list[str]) -> None:
    assert [one.unit for one in owed(f"- {{id: t, title: T, owner: {owner}, due: 2023-06-19}}")] == units


@pytest.mark.parametrize(("due", "units"), [("2023-06-30", ["xa-1", "xa-2"]), ("2023-07-03", ["xa-1"])])
def test_a_unit_owes_what_falls_due_while_it_exists(due: str, units: list[str]) -> None:
    task = f"- {{id: t, title: T, owner: {{each: commune, under: gia-binh}}, due: {due}}}"
    assert [one.unit for one in owed(task)] == units


def test_units_inside_one_another_in_a_circle_are_below_nothing() -> None:
    circle = organisation(
        ORGANISATION.replace("in: gia-binh, level: commune, name: Xã 1", "in: xa-1, level: commune, name: X")
    )
    assert not Owners(circle).within("xa-1", "gia-binh")


# --- terms ---


def test_a_policy_extends_another_part_by_part() -> None:
    far = policy_of(plan("[]"), "far")
    assert (far.remind, far.chase) == (("3 days before",), "every 5 working days after")
    assert far.escalate is not None
    assert len(far.escalate) == 2


def test_a_task_replaces_parts_of_the_plans_own_policy() -> None:
    task = "- {id: t, title: T, owner: gia-binh, due: 2023-06-19, policy: {remind: [1 day before]}}"
    [one] = owed(task)
    assert len(one.terms.policy.remind) == 1
    assert [rung.name for rung in one.terms.policy.escalate] == ["escalate/head of owner", "escalate/thuong-truc"]
    assert [rung.committee for rung in one.terms.policy.escalate] == [False, True]


def test_a_circle_of_policies_and_an_unknown_one_come_to_an_end() -> None:
    circle = PLAN.replace("gap: {extends: usual", "gap: {extends: far")
    assert policy_of(plan("[]", circle), "far").chase == "every 5 working days after"
    assert policy_of(plan("[]"), "nowhere").remind is None


def test_terms_are_shared_among_the_units_and_carry_what_letters_need() -> None:
    task = """
- id: t
  title: Báo cáo
  owner: each district
  due: 2023-06-19
  through: ban-a
  assumed: due
  submit: {form: f, review: {by: ban-a, within: 2 working days}, locks: at the deadline}
"""
    first, second = owed(task)
    assert first.terms is second.terms
    assert first.due is second.due
    terms = first.terms
    assert (terms.section, terms.form, terms.through, terms.assumed) == ("1", "f", "ban-a", ("due",))
    assert terms.locked_at_deadline
    assert terms.review is not None
    assert (terms.review.by, terms.review.within.span) == ("ban-a", terms.review.within.span)


# --- always ---

DUES = st.sampled_from([
    "2023-05-04", "2023-06-19", "3 working days after plan.issued", "before lunar 15/8", "in July 2023",
    "{every: month, by: day 20}", "{every: quarter, by: last working day}", "{every: week, by: Friday}",
    "{every: half-year, year_from: 12-15, by: 3 working days after cut-off}",
])  # fmt: skip
OWNERS = st.sampled_from(["each district", "each commune", "ban-a", "[gia-binh, each department]", "tinh"])


@given(st.lists(st.tuples(DUES, OWNERS), max_size=6))
def test_a_schedule_is_deterministic_in_order_and_without_twins(tasks: list[tuple[str, str]]) -> None:
    written = "\n".join(
        f"- {{id: t{number}, title: T, owner: {owner}, due: {due}}}" for number, (due, owner) in enumerate(tasks)
    )
    read = plan(written or "[]")
    found = schedule(read, organisation())
    assert found == schedule(plan(written or "[]"), organisation())
    assert [one.due.at for one in found] == sorted(one.due.at for one in found)
    assert len({one.id for one in found}) == len(found)
    assert all(one.opens < one.due.at for one in found)


@given(st.dates(date(2023, 4, 14), date(2023, 12, 31)), st.integers(1, 60))
def test_a_duty_is_due_exactly_as_many_working_days_later_as_it_says(start: date, count: int) -> None:
    calendar = organisation().work_calendar()
    [one] = owed(f"- {{id: t, title: T, owner: tinh, due: {count} working days after {start}}}")
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    assert one.due.day(calendar) == day

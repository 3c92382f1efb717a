"""Three reporting regimes in force, said whole: their days are worked out by hand from the regulation."""

from pathlib import Path

import pytest

from dondoc.core.happened import Happened, Incident
from dondoc.core.schedule import schedule
from dondoc.desk.events import raise_event
from dondoc.desk.submissions import submit
from tests.desk.matters import stands, story
from tests.language.saying import office, plan_of, problems, table
from tests.places import local

# -- the State's own reports: Nghị định 09/2019/NĐ-CP, điều 12: what is reported closes on the 14th

STATE = """\
plan: p
title: Chế độ báo cáo định kỳ năm 2024
issued: 2023-12-15
period: 2023-12-15/2024-12-31
focal_point: ban-a
"""
REPORTS = """
- {id: thang, title: Báo cáo tháng, owner: xa-1,
   due: {every: month, year_from: 12-15, by: 1 working day after cut-off}}
- {id: quy, title: Báo cáo quý, owner: xa-1, absorbs: {task: thang, in_place: true},
   due: {every: quarter, year_from: 12-15, by: 1 working day after cut-off}}
- id: sau-thang
  title: Báo cáo 6 tháng
  owner: xa-1
  due: {every: half-year, only: [H1], year_from: 12-15, by: 1 working day after cut-off}
  absorbs: [{task: thang, in_place: true}, {task: quy, in_place: true}]
- id: chin-thang
  title: Báo cáo 9 tháng
  owner: xa-1
  due: {every: first 9 months, year_from: 12-15, by: 1 working day after cut-off}
  absorbs: [{task: thang, in_place: true}, {task: quy, in_place: true}, sau-thang]
- id: nam
  title: Báo cáo năm
  owner: xa-1
  due: {every: year, year_from: 12-15, by: 1 working day after cut-off}
  absorbs: [{task: thang, in_place: true}, {task: quy, in_place: true}, chin-thang]
"""


def test_the_states_year_of_reports_is_twelve_each_in_place_of_what_it_contains() -> None:
    assert problems(REPORTS, STATE) == []
    assert table(REPORTS, head=STATE) == [
        "xa-1 2024-01 2024-01-15",  # closed on Sunday the 14th
        "xa-1 2024-02 2024-02-15",  # the 14th is the last day of Tết off
        "xa-1 2024-Q1 2024-03-15",
        "xa-1 2024-04 2024-04-15",
        "xa-1 2024-05 2024-05-15",
        "xa-1 2024-H1 2024-06-17",  # closed on Friday the 14th
        "xa-1 2024-07 2024-07-15",
        "xa-1 2024-08 2024-08-15",
        "xa-1 2024-9M 2024-09-16",  # closed on a Saturday
        "xa-1 2024-10 2024-10-15",
        "xa-1 2024-11 2024-11-15",
        "xa-1 2024 2024-12-16",
    ]


def test_nine_months_begin_each_year_and_are_called_so() -> None:
    task = "- {id: t, title: T, owner: tinh, due: {every: first 9 months, year_from: 12-15, by: 2 days after cut-off}}"
    head = STATE.replace("2024-12-31", "2025-12-31")
    found = schedule(*plan_of(task, head))
    assert [(one.period, one.period_title.within("vi") if one.period_title else "") for one in found] == [
        ("2024-9M", "9 tháng đầu năm 2024"),
        ("2025-9M", "9 tháng đầu năm 2025"),
    ]


def test_nine_months_that_drift_through_the_years_are_pointed_out() -> None:
    task = "- {id: t, title: T, owner: tinh, due: {every: 9 months, by: 2 days after cut-off}}"
    (said,) = problems(task, STATE)
    assert said == (
        "drifting-period: every 9 months does not come back at the same time of each year; "
        "write `first 9 months` for those that begin each year, or `year_from` as a whole date"
    )


TIERS = """
- {id: xa, title: Xã, owner: each commune, due: {every: month, only: ['05', '06'], year_from: 12-15, by: day 15}}
- {id: xa-6, title: Xã 6 tháng, owner: each commune, absorbs: {task: xa, in_place: true},
   due: {every: half-year, only: [H1], year_from: 12-15, by: 1 working day after cut-off}}
- {id: huyen, title: Huyện, owner: each district,
   due: {every: month, only: ['05', '06'], year_from: 12-15, by: 2 working days after xa.done}}
"""


def test_who_waits_for_a_report_waits_for_the_longer_one_that_stands_in_its_place() -> None:
    done = {
        ("xa", "xa-3", "2024-05"): local("2024-05-14 09:00"),
        ("xa-6", "xa-3", "2024-H1"): local("2024-06-18 09:00"),
    }
    found = table(TIERS, Happened(done=done), head=STATE)
    assert [row for row in found if row.startswith("que-vo")] == [
        "que-vo 2024-05 2024-05-16",
        "que-vo 2024-06 2024-06-20",
    ]


def test_the_longer_report_is_counted_among_those_that_came_in_from_below(tmp_path: Path) -> None:
    tasks = TIERS.replace("by: 2 working days after xa.done}", "by: day 18}, needs: {task: xa}")
    place = office(tmp_path, tasks, head=STATE, at="2023-12-15 08:00").at(local("2024-06-15 09:00"))
    submit(place, "p/xa-6/xa-1/2024-H1", {}, by="xa", channel="form")
    receipt = submit(place, "p/huyen/gia-binh/2024-06", {}, by="huyen", channel="form")
    assert [one.vi for one in receipt.warnings] == ["Mới có 1/2 đơn vị cấp dưới nộp: số liệu có thể chưa đủ."]


# -- a listed company: Thông tư 96/2020/TT-BTC, điều 10, 11, 14

LISTED = """\
plan: p
title: Công bố thông tin năm 2026
issued: 2026-01-05
period: 2026-01-01/2026-12-31
focal_point: ban-a
"""
DISCLOSURE = """
- {id: kiem-toan, title: Ký báo cáo kiểm toán, owner: ban-b, due: 2026-03-20, submit: {document: signed}}
- {id: nam, title: BCTC năm, owner: ban-a, due: {earlier of: [90 days after 2025-12-31, 10 days after kiem-toan.done]}}
- {id: thuong-nien, title: Báo cáo thường niên, owner: ban-a,
   due: {earlier of: [110 days after 2025-12-31, 20 days after nam.done]}}
- {id: soat-xet, title: Ký báo cáo soát xét, owner: ban-b, due: 2026-08-20, submit: {document: signed}}
- id: ban-nien
  title: BCTC bán niên
  owner: ban-a
  due: {every: half-year, only: [H1], by: {earlier of: [5 days after soat-xet.done, 60 days after cut-off]}}
- {id: quy, title: BCTC quý, owner: ban-a, due: {every: quarter, by: 30 days after cut-off}}
- {id: bat-thuong, title: CBTT bất thường, owner: ban-a, urgent: true,
   on_event: {event: bat-thuong, raised_by: focal point, due: 24 hours after}}
"""
SILENT = [
    "ban-b once 2026-03-20",
    "ban-a once 2026-03-31",  # 90 days after 31/12
    "ban-a once 2026-04-20",  # 110 days
    "ban-a 2026-Q1 2026-05-04",  # 30/4 and 1/5 are holidays, then a weekend
    "ban-a 2026-Q2 2026-07-30",
    "ban-b once 2026-08-20",
    "ban-a 2026-H1 2026-09-03",  # 60 days are 29/8, a Saturday; then the National Day's days off
    "ban-a 2026-Q3 2026-10-30",
    "ban-a 2026-Q4 2027-02-01",  # 30/1/2027 is a Saturday
]


def test_a_listed_companys_year_if_nobody_signs_early() -> None:
    assert problems(DISCLOSURE, LISTED) == []
    assert table(DISCLOSURE, head=LISTED) == SILENT


def test_what_is_signed_early_is_published_early() -> None:
    done = {
        ("kiem-toan", "ban-b", "once"): local("2026-03-02 15:00"),
        ("nam", "ban-a", "once"): local("2026-03-10 15:00"),
        ("soat-xet", "ban-b", "once"): local("2026-08-12 10:00"),
    }
    event = Incident("bat-thuong", "bat-thuong-2026-05-15", "ban-a", local("2026-05-15 16:40"))  # a Friday
    found = table(DISCLOSURE, Happened(done=done, incidents=(event,)), head=LISTED)
    assert set(found) - set(SILENT) == {
        "ban-a once 2026-03-12",  # 10 days after 2/3
        "ban-a once 2026-03-30",  # 20 days after 10/3
        "ban-a 2026-H1 2026-08-17",  # 5 days after 12/8
        "ban-a bat-thuong-2026-05-15 2026-05-16 16:40",  # hours run on through Saturday
    }


# -- incidents in the European Union: NIS2 art. 23, GDPR art. 33 and 34, DORA art. 19 with its time limits

UNION = """\
plan: p
title: Notification of incidents
issued: 2026-01-02
period: 2026-01-01/2026-12-31
focal_point: ban-a
"""
NOTIFY = """
- {id: warning, title: Early warning, owner: ban-a, urgent: true,
   on_event: {event: incident, raised_by: each district, due: 24 hours after}}
- {id: notification, title: Notification, owner: ban-a, urgent: true, on_event: {event: incident, due: 72 hours after}}
- {id: final, title: Final report, owner: ban-a, due: 1 month after notification.done}
- {id: authority, title: To the authority, owner: ban-b, urgent: true,
   on_event: {event: breach, raised_by: focal point, due: {no-risk: none, risk: 72 hours after, high: 72 hours after}}}
- {id: persons, title: To the persons, owner: ban-b,
   on_event: {event: breach, due: {no-risk: none, risk: none, high: 3 days after}}}
- {id: register, title: In the register, owner: ban-b, on_event: {event: breach, due: 10 days after}}
- {id: classify, title: Classification, owner: ban-a,
   on_event: {event: ict, raised_by: focal point, due: 24 hours after}}
- {id: initial, title: Initial notification, owner: ban-a, urgent: true,
   on_event: {event: ict, due: {earlier of: [4 hours after classify.done, 24 hours after]}}}
- {id: interim, title: Intermediate report, owner: ban-a, due: 72 hours after initial.done}
"""
AWARE = local("2026-03-06 22:10")  # a Friday night


def test_nothing_is_owed_before_something_happens() -> None:
    assert problems(NOTIFY, UNION) == []
    assert table(NOTIFY, head=UNION) == []


def test_warning_notification_and_a_month_after_the_notification_the_final_report() -> None:
    event = Incident("incident", "incident-2026-03-06", "gia-binh", AWARE)
    done = {("notification", "ban-a", event.name): local("2026-03-09 18:00")}
    assert table(NOTIFY, Happened(done=done, incidents=(event,)), head=UNION) == [
        "ban-a incident-2026-03-06 2026-03-07 22:10",
        "ban-a incident-2026-03-06 2026-03-09 22:10",
        "ban-a incident-2026-03-06 2026-04-09",
    ]


@pytest.mark.parametrize(
    ("severity", "owed"),
    [
        ("no-risk", ["2026-03-16"]),
        ("risk", ["2026-03-09 22:10", "2026-03-16"]),
        ("high", ["2026-03-09", "2026-03-09 22:10", "2026-03-16"]),
    ],
)
def test_of_a_severity_that_asks_for_nothing_nothing_is_owed(severity: str, owed: list[str]) -> None:
    event = Incident("breach", "breach-2026-03-06", "ban-a", AWARE, severity)
    found = table(NOTIFY, Happened(incidents=(event,)), head=UNION)
    assert sorted(found) == sorted(f"ban-b breach-2026-03-06 {due}" for due in owed)


def test_four_hours_after_it_is_classified_but_a_day_after_it_is_known(tmp_path: Path) -> None:
    place = office(tmp_path, NOTIFY, head=UNION, at="2026-03-06 22:10")
    raise_event(place, "p", "ict", unit="ban-a", by="x")
    one = "p/initial/ban-a/ict-2026-03-06"
    assert stands(place, one).now.due.at == local("2026-03-07 22:10")
    there = place.at(local("2026-03-07 06:00"))
    submit(there, "p/classify/ban-a/ict-2026-03-06", {}, by="ban-a", channel="form")
    assert stands(there, one).now.due.at == local("2026-03-07 10:00")
    assert story(there, one) == ["Scheduled", "Raised", "Amended"]


def test_mistakes_are_located() -> None:
    (said,) = problems(NOTIFY.replace("risk: none, high: 3 days", "high: 3 days"), UNION)
    assert said == (
        "other-severities: another task after `breach` knows no-risk, risk, high; "
        "name the same severities, with `none` for one that asks for nothing"
    )
    wrong = problems(NOTIFY.replace("4 hours after classify.done", "4 hours after clasify.done"), UNION)
    assert wrong == ["unknown-task: there is no task `clasify`; did you mean `classify.done`?"]

"""7. Duties that follow from an event, in hours or working days, repeated until it is over: "ngay khi phát sinh"."""

from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.core.happened import Happened, Incident
from dondoc.core.round import ESCALATIONS, REMINDERS
from dondoc.desk.events import close_event, raise_event
from dondoc.desk.follow_up import decide_letters, gather, write_letters
from dondoc.desk.obligations import undo
from dondoc.desk.plans import apply_plan
from dondoc.desk.submissions import submit
from dondoc.errors import NotAllowed
from tests.core.telling import VIETNAM
from tests.desk.matters import letters_of, stands, story
from tests.language.saying import office, placed, problems, table
from tests.places import local

ONCE = """
- id: vu-viec
  title: Báo cáo vụ việc
  owner: ban-b
  on_event: {event: vu-viec, raised_by: [each district, focal point], due: 24 hours after}
  urgent: true
"""
AGAIN = ONCE.replace("24 hours after}", "24 hours after, again: {every: 3 working days, until: closed}}")
INCIDENT = Incident("vu-viec", "vu-viec-2023-06-12", "gia-binh", local("2023-06-10 21:30"))  # a Saturday night


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("24 hours after", "2023-06-11 21:30"),  # elapsed hours, on a Sunday
        ("72 hours after event", "2023-06-13 21:30"),
        ("3 working days after", "2023-06-14"),
        ("10 days after event", "2023-06-20"),
        ("1 month after", "2023-07-10"),
    ],
)
def test_the_deadline_counts_from_the_event(due: str, expected: str) -> None:
    task = ONCE.replace("24 hours after", due)
    assert table(task) == []
    assert table(task, Happened(incidents=(INCIDENT,))) == [f"ban-b vu-viec-2023-06-12 {expected}"]


def test_the_unit_that_raises_an_event_owes_the_duty_where_it_is_an_owner() -> None:
    task = ONCE.replace("owner: ban-b", "owner: each district")
    assert table(task, Happened(incidents=(INCIDENT,))) == ["gia-binh vu-viec-2023-06-12 2023-06-11 21:30"]


def test_a_report_follows_a_report_until_the_event_is_closed() -> None:
    first, second = ("vu-viec", "ban-b", "vu-viec-2023-06-12"), ("vu-viec", "ban-b", "vu-viec-2023-06-12.2")
    reported = {first: local("2023-06-11 10:00"), second: local("2023-06-20 10:00")}
    assert table(AGAIN, Happened(incidents=(INCIDENT,), done=dict(list(reported.items())[:1])))[1:] == [
        "ban-b vu-viec-2023-06-12.2 2023-06-14"  # three working days after Sunday 11/6
    ]
    assert table(AGAIN, Happened(incidents=(INCIDENT,), done=reported))[2:] == [
        "ban-b vu-viec-2023-06-12.3 2023-06-23"  # 19/6 was over when the second came late, on 20/6
    ]


def test_an_event_makes_obligations_and_tells_their_owner_at_once_at_any_hour(tmp_path: Path) -> None:
    place = office(tmp_path, ONCE).at(local("2023-06-10 22:00"))
    (fact,) = raise_event(place, "p", "vu-viec", unit="gia-binh", by="gia-binh", at=local("2023-06-10 21:30"))
    assert fact.obligation == "p/vu-viec/ban-b/vu-viec-2023-06-10"
    one = stands(place, fact.obligation)
    assert one.now.due.at == local("2023-06-11 21:30")
    (told,) = letters_of(place, "reassigned")
    assert (told.letter.recipient.unit, told.letter.urgent) == ("ban-b", True)
    assert told.letter.not_before == local("2023-06-10 22:00")
    assert "sự việc ngày 10/6/2023" in told.letter.text


def test_urgent_reminders_leave_at_any_hour(tmp_path: Path) -> None:
    task = ONCE + "  policy: {remind: [6 hours before]}\n"
    place = office(tmp_path, task).at(local("2023-06-10 22:00"))
    raise_event(place, "p", "vu-viec", unit="gia-binh", by="x", at=local("2023-06-10 21:30"))
    at = local("2023-06-11 15:30")  # a Sunday afternoon, six hours before
    assert write_letters(place.at(at), decide_letters(gather(place, at), REMINDERS, at), at).enqueued == 1


def test_of_what_is_urgent_hours_run_on_after_the_deadline_by_day_and_night(tmp_path: Path) -> None:
    policy = "{remind: [6 hours before], chase: every 4 hours after, escalate: [{after: 8 hours, to: tinh}]}"
    place = office(tmp_path, ONCE + f"  policy: {policy}\n").at(local("2023-06-10 22:00"))
    (fact,) = raise_event(place, "p", "vu-viec", unit="gia-binh", by="x", at=local("2023-06-10 21:30"))
    hours = [local("2023-06-10 22:30") + timedelta(hours=number) for number in range(36)]
    left = [
        f"{VIETNAM.local(at):%d %H:%M}"
        for at in hours
        for kinds in (REMINDERS, ESCALATIONS)
        if write_letters(place.at(at), decide_letters(gather(place, at), kinds, at), at).enqueued
    ]
    # six hours before 21:30 on Sunday 11/6, then every four hours after it; Monday's 05:30 to the province as well
    assert left[:5] == ["11 15:30", "12 01:30", "12 05:30", "12 05:30", "12 09:30"]
    assert stands(place.at(local("2023-06-12 09:30")), fact.obligation).standing == "overdue"


def test_events_of_one_day_are_told_apart_and_none_is_lost_when_the_plan_is_applied_again(tmp_path: Path) -> None:
    place = office(tmp_path, ONCE).at(local("2023-06-12 15:00"))
    names = [
        raise_event(place, "p", "vu-viec", unit=unit, by="x")[0].obligation.rpartition("/")[2]
        for unit in ("gia-binh", "gia-binh", "ban-a")
    ]
    assert names == ["vu-viec-2023-06-12", "vu-viec-2023-06-12-2", "vu-viec-2023-06-12-3"]
    file = tmp_path / "plan.yaml"
    file.write_text(file.read_text().replace("Báo cáo vụ việc", "Báo cáo vụ việc phát sinh"))
    _, (adoption,) = apply_plan(place, file, by="quan-tri")
    assert adoption.amendment is not None
    assert (adoption.amendment.unchanged, adoption.amendment.dropped) == (3, ())


def test_closing_an_event_ends_the_repetition(tmp_path: Path) -> None:
    place = office(tmp_path, AGAIN).at(local("2023-06-12 15:00"))
    (fact,) = raise_event(place, "p", "vu-viec", unit="gia-binh", by="x")
    submit(place, fact.obligation, {}, by="ban-b", channel="form")
    again = f"{fact.obligation}.2"
    assert stands(place, again).standing == "due_soon"
    close_event(place.at(local("2023-06-13 09:00")), "p", "vu-viec-2023-06-12", by="quan-tri")
    assert stands(place.at(local("2023-06-13 09:00")), again).standing == "cancelled"
    with pytest.raises(NotAllowed, match="closed already"):
        close_event(place, "p", "vu-viec-2023-06-12", by="quan-tri")


def test_an_event_raised_by_mistake_is_taken_back(tmp_path: Path) -> None:
    place = office(tmp_path, ONCE).at(local("2023-06-12 15:00"))
    (fact,) = raise_event(place, "p", "vu-viec", unit="gia-binh", by="x")
    undo(place, fact.id, by="quan-tri", why="Nhầm")
    assert story(place, fact.obligation) == ["Scheduled", "Raised", "Voided", "Cancelled"]


@pytest.mark.parametrize(
    ("event", "unit", "sentence"),
    [
        ("vu-vie", "gia-binh", "the plan knows no such event. It knows: vu-viec"),
        ("vu-viec", "xa-1", "xa-1 may not raise it"),
    ],
)
def test_what_the_plan_does_not_foresee_is_refused(tmp_path: Path, event: str, unit: str, sentence: str) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        raise_event(office(tmp_path, ONCE), "p", event, unit=unit, by="x")


def test_mistakes_are_located() -> None:
    assert placed(ONCE.replace("24 hours after", "24 hour aftr")) == ["deadline-syntax at aftr}"]
    assert placed(ONCE.replace("each district", "each distric")) == ["unknown-level at distric, focal point"]
    assert problems(ONCE.replace("raised_by: [each district, focal point], ", "")) == [
        "nobody-raises: nobody may raise `vu-viec`; add `raised_by: each LEVEL`"
    ]
    assert placed(AGAIN.replace("3 working days", "3 workin days")) == ["deadline-syntax at workin days, until:"]

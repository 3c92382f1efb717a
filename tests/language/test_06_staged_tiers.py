"""6. Staged tiers: communes on 15/6, districts on 19/6, the province on 21/6, each needing the one below."""

from pathlib import Path

from dondoc.core.happened import Happened
from dondoc.desk.obligations import undo, waive
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from tests.desk.matters import letters_of, stands, story
from tests.language.saying import office, owed, placed, problems, table
from tests.places import local

FIXED = """
- {id: xa, title: Báo cáo xã, owner: each commune, due: 2023-06-15}
- {id: huyen, title: Báo cáo huyện, owner: each district, due: 2023-06-19, needs: {task: xa, wait: true}}
- {id: tinh, title: Báo cáo tỉnh, owner: tinh, due: 2023-06-21, needs: {task: huyen, wait: true}}
"""
COUNTED = """
- {id: xa, title: Báo cáo xã, owner: each commune, due: 2023-06-15}
- {id: huyen, title: Báo cáo huyện, owner: each district, due: 2 working days after xa.done}
- {id: tinh, title: Báo cáo tỉnh, owner: tinh, due: 2 working days after huyen.done}
"""
STATIC = COUNTED.replace(".done", ".due")


def in_(task: str, unit: str, when: str) -> dict[tuple[str, str, str], object]:
    return {(task, unit, "once"): local(when)}


def hand_in(place: Workplace, obligation: str, when: str) -> Workplace:
    there = place.at(local(when))
    receipt = submit(there, obligation, {}, by="can-bo", channel="form")
    assert receipt.problems == ()
    return there


def test_each_tier_has_its_date_and_opens_when_the_one_below_falls_due() -> None:
    assert table(FIXED) == [
        "xa-1 once 2023-06-15",
        "xa-2 once 2023-06-15",
        "xa-3 once 2023-06-15",
        "gia-binh once 2023-06-19",
        "que-vo once 2023-06-19",
        "tinh once 2023-06-21",
    ]
    assert [one.opens for one in owed(FIXED)[3:]] == [
        local("2023-06-16 00:00"),
        local("2023-06-16 00:00"),
        local("2023-06-20 00:00"),
    ]


def test_who_waits_keeps_its_distance_from_the_last_that_comes_in_late() -> None:
    done = {
        ("xa", "xa-1", "once"): local("2023-06-14 09:00"),
        ("xa", "xa-2", "once"): local("2023-06-20 09:00"),  # a Tuesday, three working days late
        ("xa", "xa-3", "once"): local("2023-06-15 09:00"),
    }
    found = table(FIXED, Happened(done=done))
    assert found[3:] == ["que-vo once 2023-06-19", "tinh once 2023-06-21", "gia-binh once 2023-06-22"]


def test_a_tier_may_count_from_the_deadline_of_the_one_below() -> None:
    assert table(STATIC)[3:] == ["gia-binh once 2023-06-19", "que-vo once 2023-06-19", "tinh once 2023-06-21"]


def test_a_tier_may_count_from_what_came_in_and_is_owed_only_then() -> None:
    assert table(COUNTED) == ["xa-1 once 2023-06-15", "xa-2 once 2023-06-15", "xa-3 once 2023-06-15"]
    some = Happened(
        done={("xa", "xa-1", "once"): local("2023-06-14 09:00"), ("xa", "xa-3", "once"): local("2023-06-13 09:00")}
    )
    assert table(COUNTED, some)[3:] == ["que-vo once 2023-06-15"]  # xa-3 is all there is below it; xa-2 is missing


def test_the_district_learns_of_its_deadline_when_the_last_commune_hands_in(tmp_path: Path) -> None:
    place = office(tmp_path, COUNTED)
    hand_in(place, "p/xa/xa-1/once", "2023-06-13 09:00")
    place = hand_in(place, "p/xa/xa-2/once", "2023-06-14 10:00")  # Wednesday
    one = stands(place, "p/huyen/gia-binh/once")
    assert (str(one.now.due.day(one.calendar)), one.standing) == ("2023-06-16", "due_soon")
    assert story(place, "p/huyen/gia-binh/once") == ["Scheduled"]


def test_a_commune_that_is_waived_is_not_waited_for(tmp_path: Path) -> None:
    place = office(tmp_path, COUNTED)
    place = hand_in(place, "p/xa/xa-1/once", "2023-06-13 09:00")
    waive(place, "p/xa/xa-2/once", by="quan-tri", why="Sáp nhập")
    one = stands(place, "p/huyen/gia-binh/once")
    assert str(one.now.due.day(one.calendar)) == "2023-06-15"


def test_a_mistake_taken_back_takes_back_what_followed_from_it(tmp_path: Path) -> None:
    place = office(tmp_path, COUNTED)
    there = place.at(local("2023-06-13 09:00"))
    receipt = submit(there, "p/xa/xa-3/once", {}, by="can-bo", channel="form")
    assert stands(there, "p/huyen/que-vo/once").standing == "due_soon"
    undo(there, receipt.event, by="quan-tri", why="Ghi nhầm")
    assert stands(there, "p/huyen/que-vo/once").standing == "cancelled"
    submit(there.at(local("2023-06-15 09:00")), "p/xa/xa-3/once", {}, by="can-bo", channel="form")
    assert story(there, "p/huyen/que-vo/once") == ["Scheduled", "Cancelled", "Voided", "Amended"]


def test_whoever_waits_is_told_when_the_deadline_moves(tmp_path: Path) -> None:
    place = office(tmp_path, FIXED)
    hand_in(place, "p/xa/xa-1/once", "2023-06-14 09:00")
    place = hand_in(place, "p/xa/xa-2/once", "2023-06-20 09:00")
    assert story(place, "p/huyen/gia-binh/once") == ["Scheduled", "Amended"]
    (told,) = letters_of(place, "amended")
    assert told.letter.recipient.unit == "gia-binh"
    assert "22/6/2023" in told.letter.text


def test_who_hands_in_before_those_below_is_told_how_many_are_missing(tmp_path: Path) -> None:
    place = office(tmp_path, FIXED.replace("wait: true", "wait: false"))
    place = hand_in(place, "p/xa/xa-1/once", "2023-06-14 09:00").at(local("2023-06-16 09:00"))
    receipt = submit(place, "p/huyen/gia-binh/once", {}, by="huyen", channel="form")
    assert [one.vi for one in receipt.warnings] == ["Mới có 1/2 đơn vị cấp dưới nộp: số liệu có thể chưa đủ."]


def test_what_is_needed_is_a_task_and_no_circle() -> None:
    assert problems(FIXED.replace("task: huyen", "task: huyn"))[0] == (
        "unknown-task: there is no task `huyn`; did you mean `huyen`?"
    )
    assert "circle at tinh, wait: true}}" in placed(FIXED.replace("task: huyen", "task: tinh"))

"""13. So many working days after an event or an approval; the reviewer's clock, with a deemed decision."""

from pathlib import Path

from dondoc.core.round import REVIEWS
from dondoc.desk.follow_up import decide_letters, gather, write_letters
from dondoc.desk.obligations import review
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from tests.desk.matters import letters_of, stands, story
from tests.language.saying import office, placed
from tests.places import local

TASKS = """
- id: de-an
  title: Đề án
  owner: gia-binh
  due: 2023-06-19
  submit: {what: acknowledgement, review: {by: ban-a, within: 30 days, deemed: accepted}}
- {id: trien-khai, title: Triển khai, owner: gia-binh, due: 5 working days after de-an.accepted}
"""
DE_AN, TRIEN_KHAI = "p/de-an/gia-binh/once", "p/trien-khai/gia-binh/once"


def round_at(place: Workplace, when: str) -> None:
    at = local(when)
    write_letters(place.at(at), decide_letters(gather(place, at), REVIEWS, at), at)


def handed_in(tmp_path: Path, tasks: str = TASKS) -> Workplace:
    place = office(tmp_path, tasks).at(local("2023-06-12 09:00"))
    assert submit(place, DE_AN, {}, by="gia-binh", channel="form").problems == ()
    return place


def test_a_duty_begins_with_an_approval(tmp_path: Path) -> None:
    place = handed_in(tmp_path).at(local("2023-06-14 10:00"))
    review(place, DE_AN, "accept", by="ban-a")
    one = stands(place, TRIEN_KHAI)
    assert str(one.now.due.day(one.calendar)) == "2023-06-21"  # 15, 16, 19, 20, 21


def test_silence_accepts_when_the_reviewers_time_is_over(tmp_path: Path) -> None:
    place = handed_in(tmp_path)
    round_at(place, "2023-07-12 08:00")  # the last of 30 days from 12/6: a reminder
    assert stands(place.at(local("2023-07-12 09:00")), DE_AN).standing == "submitted"
    round_at(place, "2023-07-13 08:00")
    one = stands(place.at(local("2023-07-13 09:00")), DE_AN)
    assert one.standing == "done_on_time"
    assert one.now.accepted is not None
    assert one.now.accepted.happened_at == local("2023-07-13 00:00")
    assert one.now.accepted.why == "hết thời hạn duyệt 12/7/2023"
    assert len(letters_of(place, "accepted")) == 1
    next_one = stands(place.at(local("2023-07-13 09:00")), TRIEN_KHAI)
    assert str(next_one.now.due.day(next_one.calendar)) == "2023-07-20"  # and what counts from it follows


def test_silence_may_refuse(tmp_path: Path) -> None:
    place = handed_in(tmp_path, TASKS.replace("deemed: accepted", "deemed: refused"))
    round_at(place, "2023-07-13 08:00")
    one = stands(place.at(local("2023-07-13 09:00")), DE_AN)
    assert one.standing == "returned"
    assert str(one.now.answer_by.day(one.calendar)) == "2023-07-18"


def test_a_decision_in_time_is_not_overruled(tmp_path: Path) -> None:
    place = handed_in(tmp_path).at(local("2023-07-12 16:00"))
    review(place, DE_AN, "accept", by="ban-a")
    round_at(place, "2023-07-13 08:00")
    assert story(place, DE_AN).count("Accepted") == 1


def test_what_nobody_reviews_is_never_accepted() -> None:
    bad = TASKS.replace(
        "submit: {what: acknowledgement, review: {by: ban-a, within: 30 days, deemed: accepted}}", "submit: files"
    )
    assert placed(bad) == ["unknown-anchor at de-an.accepted}"]
    assert placed(TASKS.replace("deemed: accepted", "deemed: acepted"))[0] == "unknown-choice at acepted}}"

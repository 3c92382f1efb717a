"""Deciding about one obligation: what is recorded, whom it is told to, and what is not possible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dondoc.core.history import Escalated, Step, Submitted
from dondoc.core.round import REMINDERS
from dondoc.desk.follow_up import decide_letters, gather, write_letters
from dondoc.desk.obligations import direct, extend, hold, release, review, undo, waive
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, Overtaken, UnknownObligation
from dondoc.store.ledger import record
from tests.desk.matters import letters_of, stands, story
from tests.places import local
from tests.small_plan import FIGURES, H1, H2, XAC_NHAN


def hand_in(office: Workplace, when: str = "2023-06-16 10:00", obligation: str = H1, **figures: int) -> Workplace:
    place = office.at(local(when))
    receipt = submit(place, obligation, {**FIGURES, **figures}, by="can-bo@gia-binh.example", channel="form")
    assert receipt.problems == ()
    return place


def remind(place: Workplace) -> int:
    at = place.now()
    return write_letters(place, decide_letters(gather(place, at), REMINDERS, at), at).enqueued


def test_an_accepted_report_is_done_and_the_owner_is_told(office: Workplace) -> None:
    place = hand_in(office).at(local("2023-06-20 09:00"))
    event = review(place, H1, "accept", by="can-bo@hoi.example", note="Đầy đủ")
    assert (event.by, event.why, event.id > 0) == ("can-bo@hoi.example", "Đầy đủ", True)
    assert stands(place, H1).standing == "done_on_time"
    (told,) = letters_of(place, "accepted")
    assert told.letter.recipient.unit == "gia-binh"


def test_a_returned_report_is_to_be_answered_in_three_working_days(office: Workplace) -> None:
    place = hand_in(office).at(local("2023-06-20 09:00"))
    review(place, H1, "return", by="can-bo@hoi.example", note="Thiếu mục II")
    now = stands(place, H1)
    assert now.standing == "returned"
    assert now.now.answer_by.day(now.calendar) == date(2023, 6, 23)
    (told,) = letters_of(place, "returned")
    assert "Thiếu mục II" in told.letter.text


def test_a_return_starts_the_reminders_anew(office: Workplace) -> None:
    place = hand_in(office).at(local("2023-06-20 09:00"))
    review(place, H1, "return", by="r", note="Thiếu", to=date(2023, 6, 30))
    on_the_day = place.at(local("2023-06-30 08:00"))
    assert remind(on_the_day) >= 1
    assert any(H1 in one.letter.about for one in letters_of(on_the_day, "duties"))


def test_a_return_answered_by_its_date_leaves_the_report_on_time(office: Workplace) -> None:
    place = hand_in(office).at(local("2023-06-20 09:00"))
    review(place, H1, "return", by="r", note="Thiếu")
    again = hand_in(office, "2023-06-23 16:00", I13=4)
    review(again, H1, "accept", by="r")
    assert stands(again, H1).standing == "done_on_time"
    assert story(again, H1) == ["Scheduled", "Submitted", "Returned", "Submitted", "Accepted"]


def test_an_extension_is_asked_for_and_granted_for_the_day_that_was_asked(office: Workplace) -> None:
    place = office.at(local("2023-06-15 09:00"))
    extend(place, H1, "ask", by="can-bo@gia-binh.example", why="Mất điện", to=date(2023, 6, 26))
    assert stands(place, H1).now.extension_asked is not None
    extend(place, H1, "grant", by="truong-ban@hoi.example")
    now = stands(place, H1)
    assert (now.now.extended, now.now.due.day(now.calendar)) == (True, date(2023, 6, 26))
    assert now.now.original_due.day(now.calendar) == date(2023, 6, 19)
    assert [one.letter.recipient.unit for one in letters_of(place, "extension")] == ["gia-binh"]
    assert stands(place.at(local("2023-06-22 09:00")), H1).standing == "due_soon"


def test_an_extension_starts_the_reminders_anew(office: Workplace) -> None:
    assert remind(office.at(local("2023-06-12 08:00"))) == 2
    extend(office.at(local("2023-06-15 09:00")), H1, "grant", by="t", to=date(2023, 6, 30), why="Lũ")
    later = office.at(local("2023-06-23 08:00"))
    remind(later)
    told = [one.letter for one in letters_of(later, "duties") if one.letter.day == date(2023, 6, 23)]
    assert any(H1 in letter.about for letter in told)


def test_an_extension_that_was_asked_for_may_be_granted_after_the_report_came(office: Workplace) -> None:
    extend(office.at(local("2023-06-16 09:00")), H1, "ask", by="o", to=date(2023, 6, 26))
    place = hand_in(office, "2023-06-23 09:00")
    extend(place, H1, "grant", by="t")
    review(place, H1, "accept", by="r")
    assert stands(place, H1).standing == "done_on_time"


def test_a_review_cannot_come_before_the_report(office: Workplace) -> None:
    place = hand_in(office)
    with pytest.raises(NotAllowed, match="only received at 16/06/2023 10:00"):
        review(place, H1, "accept", by="r", at=local("2023-06-16 09:59"))


def test_a_refused_extension_leaves_the_deadline(office: Workplace) -> None:
    place = office.at(local("2023-06-15 09:00"))
    extend(place, H1, "ask", by="o", to=date(2023, 6, 26))
    extend(place, H1, "refuse", by="t", why="Đã đủ thời gian")
    now = stands(place, H1)
    assert (now.now.extended, now.now.extension_asked) == (False, None)


def test_a_waived_duty_lies_outside_the_total_and_the_owner_is_told(office: Workplace) -> None:
    place = office.at(local("2023-06-15 09:00"))
    waive(place, H1, by="t", why="Đã sáp nhập")
    assert stands(place, H1).standing == "waived"
    assert stands(place, H1).next_at is None
    assert len(letters_of(place, "waived")) == 1


def test_a_held_matter_does_not_go_before_the_committee_until_it_is_released(office: Workplace) -> None:
    place = office.at(local("2023-06-22 09:00"))
    hold(place, H1, by="truong-ban@hoi.example", why="Đang làm việc với đơn vị")
    assert stands(place, H1).now.held is not None
    release(place, H1, by="truong-ban@hoi.example")
    assert stands(place, H1).now.held is None


def test_an_event_recorded_by_mistake_is_undone_and_both_stay_in_history(office: Workplace) -> None:
    place = hand_in(office)
    accepted = review(place, H1, "accept", by="r")
    undo(place, accepted.id, by="quan-tri", why="Ghi nhầm đơn vị")
    assert stands(place, H1).standing == "submitted"
    assert story(place, H1)[-2:] == ["Accepted", "Voided"]


def test_a_submission_recorded_for_the_wrong_unit_is_undone_and_its_owner_reminded_again(office: Workplace) -> None:
    place = office.at(local("2023-06-09 10:00"))
    receipt = submit(place, H1, FIGURES, by="van-thu", channel="paper")
    assert stands(place, H1).standing == "submitted"
    undo(place, receipt.event, by="van-thu", why="Ghi nhầm đơn vị")
    assert stands(place, H1).standing == "open"
    assert remind(office.at(local("2023-06-12 08:00"))) == 2


def test_an_event_happens_when_at_says_and_is_recorded_now(office: Workplace) -> None:
    place = hand_in(office).at(local("2023-06-26 09:00"))
    event = review(place, H1, "accept", by="r", at=local("2023-06-21 15:00"))
    assert (event.happened_at, event.recorded_at) == (local("2023-06-21 15:00"), local("2023-06-26 09:00"))


IMPOSSIBLE: list[tuple[str, str, Callable[[Workplace], object]]] = [
    ("reviewing nothing", "nothing was handed in", lambda place: review(place, H1, "accept", by="r")),
    ("returning nothing", "nothing was handed in", lambda place: review(place, H1, "return", by="r", note="x")),
    ("refusing nothing", "none was asked for", lambda place: extend(place, H1, "refuse", by="t")),
    ("granting no day", "no day was given", lambda place: extend(place, H1, "grant", by="t")),
    (
        "an earlier day", "19/06/2023 is not later than the deadline in force, 19/06/2023",
        lambda place: extend(place, H1, "grant", by="t", to=date(2023, 6, 19)),
    ),
    ("waiving without reason", "no reason was given", lambda place: waive(place, H1, by="t", why=" ")),
    ("releasing what is not held", "it is not held", lambda place: release(place, H1, by="t")),
    ("the future", "lies in the future", lambda place: waive(place, H1, by="t", why="x", at=local("2023-06-16 09:00"))),
    ("undoing what is not there", "no obligation has an event", lambda place: undo(place, 999_999, by="t", why="x")),
    ("undoing without reason", "no reason was given", lambda place: undo(place, 1, by="t", why="")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "act"), [one[1:] for one in IMPOSSIBLE], ids=[one[0] for one in IMPOSSIBLE])
def test_what_does_not_fit_is_refused_with_a_reason_and_changes_nothing(
    office: Workplace, why: str, act: Callable[[Workplace], object]
) -> None:
    place = office.at(local("2023-06-15 09:00"))
    with pytest.raises(NotAllowed, match=why):
        act(place)
    assert story(place, H1) == ["Scheduled"]


def test_what_is_closed_takes_no_more_decisions(office: Workplace) -> None:
    place = hand_in(office)
    review(place, H1, "accept", by="r")
    for act in (
        lambda: review(place, H1, "accept", by="r"),
        lambda: review(place, H1, "return", by="r", note="x"),
        lambda: extend(place, H1, "ask", by="o", to=date(2023, 7, 1)),
        lambda: waive(place, H1, by="t", why="x"),
    ):
        with pytest.raises(NotAllowed, match="accepted"):
            act()
    waive(place, H2, by="t", why="x")
    with pytest.raises(NotAllowed, match="waived"):
        extend(place, H2, "ask", by="o", to=date(2024, 7, 1))


def test_a_report_that_was_returned_cannot_be_accepted_before_it_comes_again(office: Workplace) -> None:
    place = hand_in(office)
    review(place, H1, "return", by="r", note="Thiếu")
    with pytest.raises(NotAllowed, match="not handed in again"):
        review(place, H1, "accept", by="r")


def test_a_duty_nobody_reviews_is_done_with_its_submission(office: Workplace) -> None:
    place = office.at(local("2023-04-17 09:00"))
    submit(place, XAC_NHAN, {}, by="o", channel="form")
    assert stands(place, XAC_NHAN).standing == "done_on_time"
    with pytest.raises(NotAllowed, match="it is done"):
        waive(place, XAC_NHAN, by="t", why="x")


def test_an_unknown_obligation_is_answered_with_the_nearest(office: Workplace) -> None:
    with pytest.raises(UnknownObligation, match=H1):
        waive(office, "ke-hoach/bao-cao/gia-binh/2023-h1", by="t", why="x")


def test_nothing_is_recorded_when_the_letter_that_tells_of_it_cannot_be_written(
    office: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise OSError("no template")

    monkeypatch.setattr("dondoc.desk.obligations.notify", fails)
    with pytest.raises(OSError, match="no template"):
        waive(office, H1, by="t", why="x")
    assert story(office, H1) == ["Scheduled"]


def test_a_receipt_on_paper_may_be_recorded_after_the_events_that_followed_it(office: Workplace) -> None:
    place = office.at(local("2023-06-26 09:00"))
    receipt = submit(place, H1, FIGURES, by="van-thu", channel="paper", at=local("2023-06-16 10:00"))
    assert isinstance(receipt.event, int)
    assert Submitted.__name__ in story(place, H1)


def before_the_board(office: Workplace) -> Workplace:
    """The report of Gia Bình was put before the standing committee."""
    place = office.at(local("2023-06-26 09:00"))
    put_up = Escalated(
        obligation=H1, happened_at=place.now(), recorded_at=place.now(), by="test", letter="l", to="thuong-truc",
        step=Step(0, "escalate/thuong-truc", 0, "thu-ky@hoi.example"),
    )  # fmt: skip
    with place.database.writing() as connection:
        record(connection, [put_up])
    return place


def test_that_a_body_wants_a_unit_urged_reaches_those_who_write_the_official_letter(office: Workplace) -> None:
    place = before_the_board(office)
    direct(place, H1, "thuong-truc", by="thu-ky@hoi.example", urged=True, why="Gửi trong tuần này.")
    found = letters_of(place, "alert")
    assert {one.letter.recipient.unit for one in found} == {"ban"}
    said = found[0].letter
    assert "Cần đôn đốc bằng công văn: Hội Phụ nữ huyện Gia Bình" in said.subject
    assert "Theo ý kiến chỉ đạo của Thường trực: Gửi trong tuần này." in said.text
    assert "/p/ke-hoach/dispatch/gia-binh?k=" in said.text


def test_a_matter_that_a_body_only_notes_or_may_not_decide_on_makes_nobody_write(office: Workplace) -> None:
    place = before_the_board(office)
    direct(place, H1, "thuong-truc", by="thu-ky@hoi.example", urged=False)
    with pytest.raises(NotAllowed, match="it stands before thuong-truc"):
        direct(place, H1, "ban", by="can-bo@hoi.example", urged=True)
    with pytest.raises(Overtaken):
        direct(place, H1, "thuong-truc", by="thu-ky@hoi.example", urged=True, seen=0)
    assert letters_of(place, "alert") == []
    assert story(place, H1).count("Directed") == 1

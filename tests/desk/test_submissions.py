"""Handing in: raw first, one validator, a receipt, every version kept, on time by when it was received."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from dondoc.desk.obligations import extend, review, waive
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import Attachment, submit
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store.submissions import submissions_of
from tests.desk.matters import letters_of, stands, story
from tests.places import adopt, local, workplace
from tests.small_plan import FIGURES, H1, H2, XAC_NHAN


def at(office: Workplace, when: str) -> Workplace:
    return office.at(local(when))


def test_a_report_is_kept_with_its_event_and_its_receipt(office: Workplace) -> None:
    place = at(office, "2023-06-16 10:00")
    receipt = submit(place, H1, {"I12": "1.234", "I13": "3 "}, by="can-bo@gia-binh.example", channel="form")
    assert (receipt.problems, receipt.late, receipt.reference) == ((), False, f"{H1}#1")
    assert receipt.sentence == f"Đã ghi nhận: {H1}#1, nhận lúc 2023-06-16T10:00:00+07:00, đúng hạn."
    with place.database.reading() as connection:
        (kept,) = submissions_of(connection, H1)
    assert (kept.data, kept.channel, kept.by) == ({"I12": 1234, "I13": 3}, "form", "can-bo@gia-binh.example")
    assert [one.letter.recipient.unit for one in letters_of(place, "receipt")] == ["gia-binh"]
    assert stands(place, H1).standing == "submitted"


def test_a_report_with_mistakes_is_not_recorded_and_every_mistake_is_told(office: Workplace) -> None:
    place = at(office, "2023-06-16 10:00")
    receipt = submit(place, H1, {"I12": "nhiều", "I99": 1}, by="o", channel="form")
    assert [(one.field, one.code) for one in receipt.problems] == [
        ("I99", "unknown-field"), ("I12", "not-a-number"), ("I13", "missing"),
    ]  # fmt: skip
    assert receipt.sentence == "Chưa ghi nhận: có 3 điểm cần sửa."
    assert story(place, H1) == ["Scheduled"]
    assert letters_of(place, "receipt") == []


def test_a_report_received_on_paper_before_the_deadline_and_typed_in_after_it_is_on_time(office: Workplace) -> None:
    place = at(office, "2023-06-25 09:00")
    receipt = submit(place, H1, FIGURES, by="van-thu", channel="paper", at=local("2023-06-18 16:00"))
    review(place, H1, "accept", by="r")
    assert receipt.late is False
    assert stands(place, H1).standing == "done_on_time"
    assert stands(place, H1, "2023-06-24 17:00").standing == "overdue"


@pytest.mark.parametrize(
    ("received", "late", "days"),
    [("2023-06-19 23:59", False, 0), ("2023-06-20 00:00", True, 1), ("2023-06-22 10:00", True, 3)],
)
def test_late_is_accepted_and_marked_late(office: Workplace, received: str, late: bool, days: int) -> None:
    place = at(office, received)
    receipt = submit(place, H1, FIGURES, by="o", channel="form")
    assert (receipt.late, stands(place, H1).days_late) == (late, days)


def test_a_plan_may_lock_a_duty_at_its_deadline_but_not_what_came_in_time(office: Workplace) -> None:
    place = at(office, "2023-04-19 08:00")
    with pytest.raises(NotAllowed, match="takes nothing after the deadline, 18/04/2023"):
        submit(place, XAC_NHAN, {}, by="o", channel="form")
    submit(place, XAC_NHAN, {}, by="van-thu", channel="paper", at=local("2023-04-18 17:00"))
    assert stands(place, XAC_NHAN).standing == "done_on_time"


def test_an_extension_opens_a_locked_duty_again(office: Workplace) -> None:
    place = at(office, "2023-04-19 08:00")
    extend(place, XAC_NHAN, "grant", by="t", to=date(2023, 4, 20))
    assert submit(place, XAC_NHAN, {}, by="o", channel="form").late is False


def test_before_the_cut_off_it_is_accepted_with_a_warning(office: Workplace) -> None:
    early = submit(at(office, "2023-06-13 09:00"), H1, FIGURES, by="o", channel="form")
    assert [one.within("en") for one in early.warnings] == [
        "It came before the cut-off on 14/06/2023: the figures may not be complete."
    ]
    later = submit(at(office, "2023-06-14 09:00"), H1, {**FIGURES, "I13": 2}, by="o", channel="form")
    assert later.warnings == ()


def test_a_correction_before_the_review_keeps_every_version(office: Workplace) -> None:
    submit(at(office, "2023-06-16 10:00"), H1, FIGURES, by="o", channel="form")
    place = at(office, "2023-06-21 10:00")
    second = submit(place, H1, {"I12": 5, "I13": 3}, by="o", channel="form")
    with place.database.reading() as connection:
        versions = submissions_of(connection, H1)
    assert [(one.version, one.data["I12"]) for one in versions] == [(1, 4), (2, 5)]
    assert second.reference.endswith("#2")
    review(place, H1, "accept", by="r")
    assert stands(place, H1).standing == "done_on_time", "the first version came in time"


def test_the_same_thing_sent_twice_is_one_submission(office: Workplace) -> None:
    first = submit(at(office, "2023-06-16 10:00"), H1, FIGURES, by="o", channel="form")
    place = at(office, "2023-06-16 10:05")
    again = submit(place, H1, {"I13": "3", "I12": " 4"}, by="o", channel="form")
    assert (again.repeated, again.event, again.reference) == (True, first.event, first.reference)
    assert story(place, H1).count("Submitted") == 1
    assert len(letters_of(place, "receipt")) == 1


def test_the_same_thing_sent_after_a_return_is_an_answer(office: Workplace) -> None:
    place = at(office, "2023-06-16 10:00")
    submit(place, H1, FIGURES, by="o", channel="form")
    review(place, H1, "return", by="r", note="Kiểm tra lại")
    again = submit(place, H1, FIGURES, by="o", channel="form")
    assert (again.repeated, again.reference) == (False, f"{H1}#2")


def test_what_was_accepted_stays_as_it_is(office: Workplace) -> None:
    place = at(office, "2023-06-16 10:00")
    submit(place, H1, FIGURES, by="o", channel="form")
    review(place, H1, "accept", by="r")
    with pytest.raises(NotAllowed, match="it was accepted"):
        submit(place, H1, {"I12": 9, "I13": 9}, by="o", channel="form")


def test_a_waived_duty_takes_nothing(office: Workplace) -> None:
    waive(office, H1, by="t", why="Sáp nhập")
    with pytest.raises(NotAllowed, match="it was waived"):
        submit(office, H1, FIGURES, by="o", channel="form")


def test_nothing_to_report_is_a_report(office: Workplace) -> None:
    place = at(office, "2023-06-16 10:00")
    receipt = submit(place, H1, {"note": "Không phát sinh"}, by="o", channel="form", nothing=True)
    assert receipt.problems == ()
    assert receipt.submission is not None
    assert receipt.submission.nothing_to_report
    assert stands(place, H1).standing == "submitted"


def test_checks_look_back_to_the_period_before(office: Workplace) -> None:
    submit(at(office, "2023-06-16 10:00"), H1, {"I12": 4, "I13": 1}, by="o", channel="form")
    place = at(office, "2023-12-18 10:00")
    refused = submit(place, H2, {"I12": 2, "I13": 7}, by="o", channel="form")
    assert "kỳ trước I12 = 4" in refused.problems[0].sentence()
    assert submit(place, H2, {"I12": 2, "I13": 6}, by="o", channel="form").problems == ()


BAC_NINH_REPORT = "tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1"


def test_files_are_stored_first_and_named_as_the_sender_named_them(tmp_path: Path, ledger_url: str) -> None:
    place = adopt(workplace(tmp_path, ledger_url)).at(local("2023-06-16 10:00"))
    scan = tmp_path / "Báo cáo.pdf"
    scan.write_bytes(b"%PDF-1.7 report")
    files = [Attachment("Báo cáo.pdf", scan), Attachment("phụ lục.exe", b"MZ")]
    refused = submit(place, BAC_NINH_REPORT, {}, files, by="o", channel="form")
    assert "wrong-type" in {one.code for one in refused.problems}
    figures = {f"I{n:02}": 0 for n in range(1, 14)}
    taken = submit(place, BAC_NINH_REPORT, figures | {"I14": "0/0"}, files[:1], by="o", channel="form")
    problems = {one.field for one in taken.problems}
    assert "files" not in problems
    stored = list((tmp_path / "attachments").glob("??/*"))
    assert {one.read_bytes() for one in stored} == {b"%PDF-1.7 report", b"MZ"}


def test_a_duty_from_before_adoption_counts_once_it_is_recorded(
    tmp_path: Path, ledger_url: str, plan_file: Path
) -> None:
    place = workplace(tmp_path / "later", ledger_url, at=local("2023-07-03 08:00"))
    apply_plan(place, plan_file, by="quan-tri")
    assert stands(place, H1).standing == "before_adoption"
    submit(place, H1, FIGURES, by="van-thu", channel="import", at=local("2023-06-18 16:00"))
    review(place, H1, "accept", by="r")
    assert stands(place, H1).standing == "done_on_time"
    assert letters_of(place, "receipt") == []


def test_a_submission_stops_the_reminders(office: Workplace) -> None:
    submit(at(office, "2023-06-09 10:00"), H1, FIGURES, by="o", channel="form")
    place = at(office, "2023-06-12 08:00")
    asyncio.run(run_round(place))
    told = {one.letter.recipient.unit: one.letter.about for one in letters_of(place, "duties")}
    assert H1 not in told["gia-binh"]
    assert H1.replace("gia-binh", "que-vo") in told["que-vo"]

"""What a body has before it, and the letter that urges the unit: from matters that were truly put up."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest

from dondoc.core.history import Accepted, Escalated, Event, Reminded, Step, Submitted
from dondoc.desk.reports import Wish, dispatch, dossier
from dondoc.desk.workplace import Workplace
from dondoc.store.ledger import record
from tests.places import PLANS, adopt, local, workplace

PLAN = "tre-em-2023"


def happens(place: Workplace, kind: type[Event], unit: str, when: str, **data: object) -> None:
    obligation = f"{PLAN}/bao-cao-6-thang/{unit}/2023-H1"
    about = {"obligation": obligation, "happened_at": local(when), "recorded_at": local(when), "by": "test"}
    with place.database.writing() as connection:
        record(connection, [kind(**about, **data)])  # type: ignore[arg-type]


def step(rung: str, ordinal: int = 0) -> Step:
    return Step(0, rung, ordinal, "x@y.example")


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """Yên Phong was urged twice and put before the Standing Board; Gia Bình was too, and has answered since."""
    place = adopt(workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'ledger.db'}", plans=str(PLANS)))
    for unit in ("h-yen-phong", "h-gia-binh"):
        happens(place, Reminded, unit, "2023-06-21 08:00", step=step("chase", 1), letter=f"{unit}-1")
        happens(place, Reminded, unit, "2023-06-23 08:00", step=step("chase", 2), letter=f"{unit}-2")
        up = {"step": step("escalate/thuong-truc"), "letter": f"{unit}-3", "to": "thuong-truc"}
        happens(place, Escalated, unit, "2023-06-26 08:00", **up)
    happens(place, Submitted, "h-gia-binh", "2023-06-27 09:00", version=1, channel="form")
    happens(place, Accepted, "h-gia-binh", "2023-06-27 15:00")
    return place.at(local("2023-06-28 08:00"))


def words(written: bytes) -> list[str]:
    return [one.text for one in docx.Document(BytesIO(written)).paragraphs if one.text]


def test_the_dossier_tells_what_is_open_and_what_was_settled_since_the_last_meeting(place: Workplace) -> None:
    said = words(dossier(place, PLAN, "thuong-truc", Wish("docx"), since=local("2023-06-20 00:00")))
    assert "I. Việc đang trình, chưa giải quyết (1)" in said
    title = "Báo cáo kết quả thực hiện công tác trẻ em – 6 tháng đầu năm 2023"
    assert f"1. Hội LHPN huyện Yên Phong: {title} (mới trình sau phiên trước)" in said
    assert "Hạn 19/6/2023, quá hạn 9 ngày. Trình ngày 26/6/2023 (2 ngày)." in said
    assert "Đã nhắc 2 lần, gần nhất ngày 23/6/2023." in said
    assert sum(one.startswith("Ý kiến chỉ đạo:") for one in said) == 1
    assert "II. Việc đã giải quyết sau phiên trước (1)" in said
    assert f"- Hội LHPN huyện Gia Bình: {title}, nhận ngày 27/6/2023" in said


def test_a_matter_that_was_before_the_last_meeting_is_not_called_new(place: Workplace) -> None:
    said = words(dossier(place, PLAN, "thuong-truc", Wish("docx"), since=local("2023-06-27 20:00")))
    assert not any("mới trình" in one for one in said)
    assert "II. Việc đã giải quyết sau phiên trước (0)" in said


def test_another_body_has_nothing_before_it(place: Workplace) -> None:
    said = words(dossier(place, PLAN, "ban-thuong-vu", Wish("docx")))
    assert "I. Việc đang trình, chưa giải quyết (0)" in said


def test_the_dossier_as_of_an_earlier_day_still_has_what_was_settled_later(place: Workplace) -> None:
    said = words(dossier(place, PLAN, "thuong-truc", Wish("docx", at=local("2023-06-26 10:00"))))
    assert "I. Việc đang trình, chưa giải quyết (2)" in said


def test_the_official_letter_counts_working_days_and_reminders(place: Workplace) -> None:
    early = Wish("docx", at=local("2023-06-28 08:00"))
    said = " ".join(words(dispatch(place, PLAN, "h-yen-phong", early, answer_by=date(2023, 6, 30))))
    assert "thời hạn ngày 19/6/2023" in said or "hạn ngày 19/6/2023, quá hạn 7 ngày làm việc;" in said
    assert "đã nhắc việc 2 lần, gần nhất ngày 23/6/2023." in said
    assert "chậm nhất ngày 30/6/2023." in said
    assert "Trân trọng./." in said

"""Replies by mail: what is counted, what is answered, what is kept for a person, and what nobody may say."""

from __future__ import annotations

import asyncio
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dondoc.core.history import (
    Accepted,
    ExtensionAsked,
    ExtensionGranted,
    Held,
    Released,
    Returned,
    Submitted,
)
from dondoc.desk.obligations import extend
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import submit
from dondoc.desk.workplace import Workplace
from dondoc.store.letters import letters
from dondoc.store.submissions import submissions_of
from notifications.answer_sheet import write_answer_sheet
from tests.desk.answered import OFFICER, answers_to, arrive, events_of, letter_to, pdf, reply
from tests.places import local, workplace
from tests.small_plan import H1, PLAN, XAC_NHAN, write_plan


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a place after the round of 19 June 2023: the report is due today, the confirmation is overdue."""
    folder = tmp_path_factory.mktemp("morning")
    place = workplace(folder / "home", f"sqlite:///{folder / 'home' / 'dondoc.db'}")
    plan = PLAN.replace(", locks: at the deadline", "").replace("I12 + previous.I12", "I12")
    apply_plan(place, write_plan(folder / "plans" / "hoi", plan), by="quan-tri")
    asyncio.run(run_round(place.at(local("2023-06-19 08:00"))))
    place.database.close()
    return folder / "home"


@pytest.fixture
def june(tmp_path: Path, morning: Path) -> Workplace:
    """At 10:00 on that day, with a place of its own."""
    shutil.copytree(morning, tmp_path / "home")
    return workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'dondoc.db'}").at(local("2023-06-19 10:00"))


def values(place: Workplace, obligation: str) -> dict[str, object]:
    with place.database.reading() as connection:
        (kept,) = submissions_of(connection, obligation)
    return dict(kept.data)


def kinds(place: Workplace, recipient: str = OFFICER) -> list[str]:
    with place.database.reading() as connection:
        return [one.letter.kind for one in letters(connection, recipient=recipient)]


async def test_figures_in_a_reply_are_a_submission_with_a_receipt(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    arrival = reply(june, letter, f"Mã việc: {H1}\nSố vụ tiếp nhận: 1.250 vụ\nI13 = 3\nGhi chú: đủ 14 xã")
    assert (arrival.outcome, arrival.obligation) == ("submitted", H1)
    assert values(june, H1) == {"I12": 1250, "I13": 3, "note": "đủ 14 xã"}
    (submitted,) = [one for one in events_of(june, H1) if isinstance(one, Submitted)]
    assert (submitted.channel, submitted.by, submitted.happened_at) == ("reply", OFFICER, june.now())
    assert "receipt" in kinds(june)
    assert answers_to(june) == []


def test_a_reply_is_counted_corrected_and_answered_on_each_kind_of_database(
    tmp_path: Path, ledger_url: str, plan_file: Path
) -> None:
    place = workplace(tmp_path / "home", ledger_url)
    apply_plan(place, plan_file, by="quan-tri")
    asyncio.run(run_round(place.at(local("2023-06-19 08:00"))))
    place = place.at(local("2023-06-19 10:00"))
    letter = letter_to(place, OFFICER)
    assert reply(place, letter, f"Mã việc: {H1}\nI12: rất nhiều").outcome == "refused"
    (answer,) = answers_to(place)
    assert "[Chưa ghi nhận]" in answer.subject
    arrival = reply(place, letter, f"Mã việc: {H1}\nI12 = 1.250\nI13 = 3\nGhi chú: đủ 14 xã")
    assert (arrival.outcome, arrival.obligation) == ("submitted", H1)
    assert values(place, H1) == {"I12": 1250, "I13": 3, "note": "đủ 14 xã"}
    assert [type(one).__name__ for one in events_of(place, H1)][-1] == "Submitted"
    assert "receipt" in kinds(place)
    stray = reply(place, letter, "Xin chào", sender="nguoi-la@noi-khac.example")
    assert stray.outcome == "aside"


async def test_wrong_figures_are_answered_line_by_line_and_nothing_of_them_is_quoted(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    arrival = reply(june, letter, f"{H1}\nI12: rất nhiều bí mật\nI13: 3,5\nI99: 4711")
    assert arrival.outcome == "refused"
    (answer,) = answers_to(june)
    assert "[Chưa ghi nhận]" in answer.subject
    for line in (
        "- I12 (Số vụ tiếp nhận): phải là số; hãy ghi như 1.234,5",
        "- I13 (Số vụ giải quyết): phải là số nguyên",
        "- dòng 4: biểu mẫu không có mục này",
    ):
        assert line in answer.text
    for quoted in ("bí mật", "3,5;", "4711", "I99"):
        assert quoted not in answer.text
        assert quoted not in answer.html
        assert quoted not in arrival.detail
    assert not [one for one in events_of(june, H1) if isinstance(one, Submitted)]


async def test_a_failed_check_names_its_rule_without_the_figures(june: Workplace) -> None:
    arrival = reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 417\nI13: 932")
    assert arrival.outcome == "refused", arrival
    (answer,) = answers_to(june)
    assert "số liệu chưa khớp với “I13 <= I12 or note”; hãy sửa hoặc giải thích trong ghi chú" in answer.text
    assert "417" not in answer.text
    assert "932" not in answer.text


async def test_a_reply_that_names_none_of_several_duties_is_asked_which(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    assert set(letter.about) == {H1, XAC_NHAN}
    arrival = reply(june, letter, "I12: 4\nI13: 3")
    assert (arrival.outcome, arrival.obligation) == ("refused", None)
    (answer,) = answers_to(june)
    assert "chưa rõ trả lời việc nào" in answer.subject
    assert H1 in answer.text
    assert XAC_NHAN in answer.text
    assert reply(june, answer, f"{H1}\nI12: 4\nI13: 3").outcome == "submitted"


async def test_two_duties_are_answered_in_one_reply(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    number = 1 + (letter.text.index(H1) > letter.text.index(XAC_NHAN))
    arrival = reply(
        june, letter, f"{number}. Báo cáo 6 tháng\nI12: 4\nI13: 3\n\n{3 - number}. Xác nhận đã nhận kế hoạch"
    )
    assert arrival.outcome == "submitted"
    assert values(june, H1) == {"I12": 4, "I13": 3}
    assert values(june, XAC_NHAN) == {}


async def test_once_one_duty_is_left_it_needs_no_name(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    submit(june, XAC_NHAN, {}, by="x", channel="cli")
    assert reply(june, letter, "I12: 4\nI13: 3").obligation == H1


async def test_nothing_to_report_is_an_answer(june: Workplace) -> None:
    assert reply(june, letter_to(june, OFFICER), f"{H1}: không phát sinh").outcome == "submitted"
    with june.database.reading() as connection:
        (kept,) = submissions_of(connection, H1)
    assert kept.nothing_to_report


async def test_the_sheet_that_came_back_filled_in_is_read_and_papers_are_kept(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    sheet = filled_in(june, {"I12": 1250, "I13": 3})
    arrival = reply(june, letter, "Gửi Ban.", files=(("bieu.xlsx", sheet), ("Báo cáo đã ký.pdf", pdf())))
    assert arrival.outcome == "submitted"
    with june.database.reading() as connection:
        (kept,) = submissions_of(connection, H1)
    assert kept.data == {"I12": 1250, "I13": 3}
    assert [(one.filename, one.type) for one in kept.attachments] == [("Báo cáo đã ký.pdf", "application/pdf")]
    assert b"".join(june.attachments.read(kept.attachments[0].digest)) == pdf()


def filled_in(place: Workplace, answers: dict[str, object], obligation: str = H1) -> bytes:
    from dondoc.desk.letterheads import letterheads
    from dondoc.desk.reply_duties import asked_about

    letter = letter_to(place, OFFICER)
    with place.database.reading() as connection:
        (head,) = letterheads(connection, place.settings)
        duties = asked_about(connection, head, letter, head.directory.known_by(OFFICER), place.now())
    fields = next(one.asked.fields for one in duties if one.asked.id == H1)
    book = load_workbook(BytesIO(write_answer_sheet(obligation, ["Báo cáo"], fields, "vi")))
    for row in book.worksheets[0].iter_rows(max_col=3):
        if row[0].value in answers:
            row[2].value = answers[row[0].value]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


async def test_a_sheet_with_a_formula_is_answered(june: Workplace) -> None:
    sheet = filled_in(june, {"I12": "=2+2", "I13": 3})
    assert reply(june, letter_to(june, OFFICER), "", files=(("bieu.xlsx", sheet),)).outcome == "refused"
    assert "I12 (Số vụ tiếp nhận): ô này có công thức" in answers_to(june)[0].text


async def test_text_and_sheet_that_differ_are_not_guessed(june: Workplace) -> None:
    sheet = filled_in(june, {"I12": 5, "I13": 3})
    arrival = reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 4", files=(("bieu.xlsx", sheet),))
    assert arrival.outcome == "refused"
    assert "I12 (Số vụ tiếp nhận): được trả lời hai lần" in answers_to(june)[0].text


async def test_a_reply_with_nothing_in_it_is_told_how_to_answer(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    submit(june, XAC_NHAN, {}, by="x", channel="cli")
    assert reply(june, letter, f"{H1}\nĐơn vị sẽ gửi sau.").outcome == "refused"
    assert "mỗi dòng một mục và số liệu" in answers_to(june)[0].text


async def test_thanks_for_a_receipt_are_kept_and_answered_by_nothing(june: Workplace) -> None:
    submit(june, H1, {"I12": 4, "I13": 3}, by="x", channel="cli")
    arrival = reply(june, letter_to(june, OFFICER, "receipt"), "Xin cảm ơn Ban.")
    assert arrival.outcome == "aside"
    assert answers_to(june) == []
    assert "alert" not in kinds(june, "quan-tri@hoi.example")


async def test_a_correction_before_the_review_is_a_second_version(june: Workplace) -> None:
    submit(june, H1, {"I12": 4, "I13": 3}, by="x", channel="cli")
    assert reply(june, letter_to(june, OFFICER, "receipt"), "I12: 5\nI13: 3").outcome == "submitted"
    with june.database.reading() as connection:
        assert [one.data["I12"] for one in submissions_of(connection, H1)] == [4, 5]


async def test_the_same_reply_twice_counts_once(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    reply(june, letter, f"{H1}\nI12: 4\nI13: 3")
    again = reply(june.at(local("2023-06-19 10:05")), letter, f"{H1}\nI12: 4\nI13: 3", heads=(("X-Again", "1"),))
    assert again.outcome == "ignored"
    assert len([one for one in events_of(june, H1) if isinstance(one, Submitted)]) == 1


async def test_a_strangers_reply_is_kept_aside_and_the_administrator_is_told(june: Workplace) -> None:
    arrival = reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 4\nI13: 3", sender="ai-do@noi-khac.example")
    assert arrival.outcome == "aside"
    assert "nobody of the organisation" in arrival.detail
    assert not [one for one in events_of(june, H1) if isinstance(one, Submitted)]
    alert = letter_to(june, "quan-tri@hoi.example", "alert")
    assert "ai-do@noi-khac.example" in alert.subject
    assert f"dondoc arrivals show {arrival.id}" in alert.text
    assert kinds(june, "ai-do@noi-khac.example") == []


async def test_another_unit_may_not_answer_for_this_one(june: Workplace) -> None:
    arrival = reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 4\nI13: 3", sender="can-bo@que-vo.example")
    assert arrival.outcome == "aside"
    assert "has nothing to say" in arrival.detail


async def test_the_head_of_the_unit_may_answer_and_is_told_so(june: Workplace) -> None:
    arrival = reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 4\nI13: 3", sender="chu-tich@gia-binh.example")
    assert arrival.outcome == "submitted"
    assert "Đã nhận kết quả." in answers_to(june, "chu-tich@gia-binh.example")[0].text


FORGED = [
    "mx.hoi.example; dmarc=fail (p=REJECT) header.from=gia-binh.example; dkim=none",
    "mx.hoi.example; spf=fail smtp.mailfrom=can-bo@gia-binh.example",
]
BELIEVED = [
    "mx.hoi.example; dmarc=pass header.from=gia-binh.example; spf=fail",
    "mx.hoi.example; spf=softfail smtp.mailfrom=gia-binh.example",
    "mx.hoi.example; spf=fail smtp.mailfrom=list.example; dkim=pass header.d=gia-binh.example",
    "mx.hoi.example; none",
]


@pytest.mark.parametrize("result", FORGED)
async def test_a_sender_whom_the_own_server_disowns_is_kept_aside(june: Workplace, result: str) -> None:
    heads = (("Authentication-Results", result),)
    arrival = reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 4\nI13: 3", heads=heads)
    assert (arrival.outcome, "FAIL" in arrival.detail.upper()) == ("aside", True)
    assert "alert" in kinds(june, "quan-tri@hoi.example")


@pytest.mark.parametrize("result", BELIEVED)
async def test_a_sender_is_believed_unless_the_own_server_objects(june: Workplace, result: str) -> None:
    heads = (("Authentication-Results", result),)
    assert reply(june, letter_to(june, OFFICER), f"{H1}\nI12: 4\nI13: 3", heads=heads).outcome == "submitted"


async def test_two_senders_are_none(june: Workplace) -> None:
    heads = f"From: a <{OFFICER}>, b <x@y.example>\r\nIn-Reply-To: <{letter_to(june, OFFICER).id}@x>\r\n"
    raw = f"{heads}\r\n{H1}\r\nI12: 4\r\n"
    assert "2 senders" in arrive(june, raw.encode()).detail


async def test_nobody_is_answered_more_than_twice_an_hour(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    details = [
        reply(june.at(local(f"2023-06-19 10:{minute}")), letter, f"{H1}\nI12: x{minute}").detail
        for minute in (10, 20, 30)
    ]
    assert ["not answered" in detail for detail in details] == [False, False, True]
    second, first = answers_to(june)
    assert (first.not_before, second.not_before) == (local("2023-06-19 10:10"), local("2023-06-19 11:00"))


async def test_an_extension_is_asked_for_and_granted_by_reply(june: Workplace) -> None:
    reply(june, letter_to(june, OFFICER), f"{H1}\nXin gia hạn đến 30/6/2023: chờ số liệu các xã")
    (asked,) = [one for one in events_of(june, H1) if isinstance(one, ExtensionAsked)]
    assert (asked.why, asked.by) == ("đến 30/6/2023: chờ số liệu các xã", OFFICER)
    assert "Đã ghi nhận đề nghị gia hạn đến thứ Sáu, 30/6/2023" in answers_to(june)[0].text
    day = june.at(local("2023-06-20 08:00"))
    await run_round(day)
    asks = letter_to(day, "can-bo@hoi.example", "review")
    arrival = reply(day.at(local("2023-06-20 09:00")), asks, "Đồng ý", sender="can-bo@hoi.example")
    assert arrival.outcome == "decided"
    assert [one for one in events_of(june, H1) if isinstance(one, ExtensionGranted)]


async def test_a_reviewer_accepts_or_returns_by_reply(june: Workplace) -> None:
    submit(june, H1, {"I12": 4, "I13": 3}, by="x", channel="cli")
    day = june.at(local("2023-06-20 08:00"))
    await run_round(day)
    asks = letter_to(day, "can-bo@hoi.example", "review")
    at = day.at(local("2023-06-20 09:00"))
    assert reply(at, asks, "Trả lại", sender="can-bo@hoi.example").outcome == "refused"
    assert "cần ghi lý do" in answers_to(at, "can-bo@hoi.example")[0].text
    arrival = reply(at, asks, "Trả lại: thiếu bản ký", sender="can-bo@hoi.example")
    (returned,) = [one for one in events_of(june, H1) if isinstance(one, Returned)]
    assert (arrival.outcome, returned.why) == ("decided", "thiếu bản ký")
    given_back = letter_to(at, OFFICER, "returned")
    assert reply(at, given_back, "I12: 4\nI13: 2").outcome == "submitted"
    assert reply(at, asks, "Duyệt", sender="can-bo@hoi.example").outcome == "decided"
    assert [one for one in events_of(june, H1) if isinstance(one, Accepted)]


async def test_the_owner_cannot_review_its_own_report(june: Workplace) -> None:
    submit(june, H1, {"I12": 4, "I13": 3}, by="x", channel="cli")
    day = june.at(local("2023-06-20 08:00"))
    await run_round(day)
    asks = letter_to(day, "can-bo@hoi.example", "review")
    assert reply(day, asks, "Duyệt").outcome == "aside"
    assert not [one for one in events_of(june, H1) if isinstance(one, Accepted)]


async def test_a_dossier_is_held_and_released_by_reply(june: Workplace) -> None:
    for day in ("2023-06-20", "2023-06-21"):
        await run_round(june.at(local(f"{day} 08:00")))
    place = june.at(local("2023-06-21 09:00"))
    told = letter_to(place, "truong-ban@hoi.example", "forewarning")
    assert H1 in told.about
    text = f"GIỮ LẠI, {H1}, đơn vị đang bổ sung"
    assert reply(place, told, text, sender="truong-ban@hoi.example").outcome == "decided"
    (held,) = [one for one in events_of(place, H1) if isinstance(one, Held)]
    assert (held.by, held.why) == ("truong-ban@hoi.example", "đơn vị đang bổ sung")
    answer = answers_to(place, "truong-ban@hoi.example")[0]
    assert "Đã giữ lại, chưa báo cáo cấp trên." in answer.text
    assert "đang bổ sung" not in answer.text
    assert reply(place, answer, "BỎ GIỮ", sender="truong-ban@hoi.example").outcome == "decided"
    assert [one for one in events_of(place, H1) if isinstance(one, Released)]
    other = reply(place, told, text, sender="can-bo@hoi.example")
    assert other.outcome == "aside"


async def test_more_time_needs_its_day(june: Workplace) -> None:
    reply(june, letter_to(june, OFFICER), f"{H1}\nXin gia hạn thêm vài hôm")
    assert "cần ghi ngày xin gia hạn, như 30/6/2023" in answers_to(june)[0].text


async def test_what_is_closed_stays_closed_and_is_said_in_a_sentence(june: Workplace) -> None:
    letter = letter_to(june, OFFICER)
    submit(june, XAC_NHAN, {}, by="x", channel="cli")
    extend(june, H1, "grant", by="x", to=local("2023-07-03 00:00").date())
    assert reply(june, letter, f"{XAC_NHAN}\nXin gia hạn đến 30/6/2023").outcome == "refused"
    (answer,) = answers_to(june)
    assert "`dondoc" not in answer.text


async def test_a_reply_cut_off_between_recording_and_settling_is_settled_the_next_time(
    june: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dondoc.desk import mailbox, replies

    letter = letter_to(june, OFFICER)
    monkeypatch.setattr(replies, "settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        reply(june, letter, f"{H1}\nI12: 4\nI13: 3")
    monkeypatch.undo()
    from dondoc.store.arrivals import recent_arrivals, waiting

    with june.database.reading() as connection:
        (arrival,) = waiting(connection)
    assert mailbox.record_mail(june.at(local("2023-06-19 11:00")), arrival)
    with june.database.reading() as connection:
        assert recent_arrivals(connection)[0].outcome == "submitted"
    assert len([one for one in events_of(june, H1) if isinstance(one, Submitted)]) == 1

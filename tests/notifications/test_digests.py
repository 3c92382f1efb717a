"""What stands in a digest: of duties, in dossiers and in requests for a review."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from dondoc.core.decide import AskReview
from dondoc.core.history import (
    Bounced,
    Escalated,
    ExtensionGranted,
    HandedOver,
    Refused,
    Reminded,
    Returned,
    Sent,
    Submitted,
)
from dondoc.core.letter import Letter, letter_id
from dondoc.core.organisation import Away
from notifications.letterhead import Letterhead
from notifications.render import render_digest
from tests.notifications.html_reading import Reading
from tests.notifications.letter_examples import (
    BANNERS,
    HALF_YEAR,
    REPORT,
    Recorder,
    chased,
    digest,
    duty,
    letterhead,
    local,
    plan,
    recipient,
)
from tests.notifications.rendered import EXAMPLES, HEAD, QUE_VO, WEDNESDAY, duties

# -- duties


def test_the_most_urgent_comes_first_and_is_named_in_the_subject():
    letter = EXAMPLES["vi", "duties-several"]
    headings = [letter.text.index(words) for words in ("QUÁ HẠN", "ĐẾN HẠN HÔM NAY", "SẮP ĐẾN HẠN")]
    assert headings == sorted(headings)
    assert letter.subject.startswith("[Đôn đốc] Treo băng rôn nhân Ngày Quốc tế thiếu nhi: quá hạn 10 ngày làm việc")
    assert " và 2 việc khác [#" in letter.subject


def test_the_subject_reads_as_people_expect():
    assert EXAMPLES["vi", "duties-one"].subject.startswith(
        "[Nhắc việc] Báo cáo 6 tháng công tác trẻ em: còn 3 ngày làm việc (hạn 19/6/2023) [#"
    )


@pytest.mark.parametrize(("kind", "rung"), [("duties", "chase"), ("dossier", "escalate/thuong-truc")])
def test_a_letter_about_very_many_duties_is_not_cut_off_by_mail_programs(kind, rung: str):
    many = [chased(HEAD, duty(HEAD, unit="h-gia-binh", period=f"{n:03}")) for n in range(130)]
    found = digest(kind, recipient(HEAD, "thuong-truc"), date(2023, 6, 26), many, rung, "thuong-truc")
    letter = render_digest(found, HEAD, local(HEAD, found.day), {one.id: history for one, history in many})
    assert len(letter.html.encode()) < 102_000  # where Gmail stops
    assert Reading(letter.html).problems == []
    assert all(one.id in letter.text for one, _ in many)
    assert all(f"{n}. " in Reading(letter.html).text for n in range(1, 131))


def test_an_urgent_duty_says_so_and_leaves_at_any_hour():
    urgent = duty(HEAD, replace(REPORT, urgent=True))
    letter = duties(urgent, clock="22:00")
    assert letter.subject.startswith("[Khẩn] ")
    assert letter.not_before == local(HEAD, WEDNESDAY, "22:00")
    assert letter.valid_until == local(HEAD, WEDNESDAY + timedelta(days=1), "00:00")


def test_several_plans_are_named_where_their_duties_begin():
    other = plan("phu-nu-2023", number="12/KH-BTV")
    head = letterhead(other=other)
    theirs = duty(head, replace(BANNERS, plan="phu-nu-2023"), title=None)
    letter = duties(duty(head), theirs, head=head)
    ours, others = "năm 2023” (ngày 13/4/2023)\n", "năm 2023” (số 12/KH-BTV ngày 13/4/2023)\n"
    assert ours in letter.text
    assert others in letter.text
    assert "Thực hiện" not in letter.text
    assert letter.plans == ("tre-em-2023", "phu-nu-2023")
    assert letter.thread == QUE_VO.key


def test_digests_of_one_plan_make_a_thread():
    assert EXAMPLES["vi", "duties-one"].thread == f"{QUE_VO.key}|tre-em-2023"
    assert EXAMPLES["vi", "duties-one"].thread == EXAMPLES["vi", "duties-overdue"].thread


@pytest.mark.parametrize(
    ("day", "clock", "leaves", "said"),
    [
        (WEDNESDAY, "08:00", (WEDNESDAY, "08:00"), "còn 3 ngày làm việc"),
        (WEDNESDAY, "12:00", (WEDNESDAY, "13:30"), "còn 3 ngày làm việc"),
        (WEDNESDAY, "17:00", (date(2023, 6, 15), "07:30"), "còn 2 ngày làm việc"),
        (date(2023, 6, 16), "18:00", (date(2023, 6, 19), "07:30"), "hạn hôm nay"),
    ],
)
def test_a_letter_is_true_on_the_day_it_leaves_and_valid_to_the_end_of_that_office_day(day, clock, leaves, said):
    letter = duties(duty(HEAD), day=day, clock=clock)
    assert letter.not_before == local(HEAD, *leaves)
    assert letter.valid_until == local(HEAD, leaves[0], "17:00")
    assert said in letter.subject


ASSUMED = "Văn bản không ghi thời hạn"


def test_that_a_deadline_is_our_own_is_said_only_while_it_is_the_one_in_force():
    record = Recorder(HEAD, duty(HEAD, BANNERS, period="trung-thu", title=None))
    assert ASSUMED in duties(record.of).text
    assert ASSUMED not in duties(record.of, day=date(2023, 6, 21)).text  # chased: not the moment to doubt it
    for kind in (ExtensionGranted, Returned):
        changed = Recorder(HEAD, record.of)
        changed.add(Submitted, date(2023, 6, 13), version=1, channel="form")
        changed.add(kind, date(2023, 6, 13), due=duty(HEAD, due=date(2023, 6, 30)).due)
        found = digest("duties", QUE_VO, WEDNESDAY, [(changed.of, changed.history)])
        assert ASSUMED not in render_digest(found, HEAD, local(HEAD, WEDNESDAY)).text


def test_in_whose_name_a_duty_is_done_is_said_to_whoever_does_it():
    one = duty(HEAD, replace(REPORT, on_behalf_of="ban-thuong-vu"))
    assert "Thực hiện thay mặt: Ban Thường vụ Hội LHPN tỉnh Bắc Ninh\n" in duties(one).text
    assert "Thực hiện thay mặt" not in duties(duty(HEAD)).text


def test_an_owner_is_named_to_others_only():
    theirs = duty(HEAD, unit="h-gia-binh")
    assert "Đơn vị: Hội LHPN huyện Gia Bình" in duties(theirs).text
    assert "Đơn vị:" not in duties(duty(HEAD)).text


def test_a_stand_in_of_another_unit_sees_whose_duty_it_is():
    away = Away(first=WEDNESDAY, last=WEDNESDAY)
    units = tuple(
        unit.model_copy(
            update={
                "people": tuple(
                    p.model_copy(update={"away": away, "stand_in": "h-gia-binh/officer"}) for p in unit.people
                )
            }
        )
        if unit.id == "tx-que-vo"
        else unit
        for unit in HEAD.directory.organisation.units
    )
    directory = type(HEAD.directory)(HEAD.directory.organisation.model_copy(update={"units": units}))
    head = Letterhead(directory, HEAD.plans, HEAD.calendar, HEAD.base_url)
    (stand_in,) = directory.people("tx-que-vo", "duties", WEDNESDAY)
    letter = duties(duty(head), head=head, to=stand_in)
    assert letter.text.startswith("Kính gửi: Hội LHPN huyện Gia Bình\n")
    assert "Đơn vị: Hội LHPN thị xã Quế Võ" in letter.text
    assert "\nNhận thay: cán bộ phụ trách của Hội LHPN thị xã Quế Võ (vắng đến hết thứ Tư, 14/6/2023)\n" in letter.text


def test_a_successor_is_not_told_whose_duties_it_took_over():
    units = (
        *HEAD.directory.organisation.units,
        HEAD.directory.organisation.units[3].model_copy(
            update={"called": "h-que-vo", "valid_until": date(2023, 4, 9), "people": ()}
        ),
    )
    organisation = HEAD.directory.organisation.model_copy(
        update={
            "units": tuple(
                one.model_copy(update={"replaces": ("h-que-vo",)}) if one.id == "tx-que-vo" else one for one in units
            )
        }
    )
    head = Letterhead(type(HEAD.directory)(organisation), HEAD.plans, HEAD.calendar, HEAD.base_url)
    assert "Đơn vị:" not in duties(duty(head, unit="h-que-vo"), head=head).text


def test_what_is_only_to_be_confirmed_is_asked_as_that():
    text = EXAMPLES["vi", "duties-several"].text
    assert "Cần gửi: xác nhận (không phải kèm văn bản)\nXác nhận tại: https://" in text
    assert ">Xác nhận</a>" in EXAMPLES["vi", "duties-several"].html


def test_steps_and_ids_are_those_of_the_digest():
    found = digest("duties", QUE_VO, WEDNESDAY, [(duty(HEAD), ()), (duty(HEAD, BANNERS, period="x"), ())])
    letter = render_digest(found, HEAD, local(HEAD, WEDNESDAY))
    assert letter.about == tuple(action.obligation.id for action in found.items)
    assert [(one, step.rung, step.recipient) for one, step in letter.steps] == [
        (one, "remind/7 days before", QUE_VO.key) for one in letter.about
    ]
    assert letter.id == letter_id(letter.natural_key)
    assert letter.subject.endswith(f" [#{letter.id[:8].upper()}]")


def test_a_letter_rendered_again_is_the_same_letter_and_a_new_generation_is_another():
    assert duties(duty(HEAD)) == duties(duty(HEAD))
    again = duties(duty(HEAD), generation=1)
    assert again.natural_key == duties(duty(HEAD)).natural_key
    assert again.id != duties(duty(HEAD)).id


def test_a_digest_names_each_duty_once_in_order():
    letter = EXAMPLES["vi", "duties-several"]
    places = [letter.text.index(f"{n}. ") for n in (1, 2, 3)]
    assert all(a < b for a, b in pairwise(places))
    assert HALF_YEAR.vi in letter.text
    assert chased(HEAD)[0].id in letter.text
    assert any(isinstance(fact, Sent) for fact in chased(HEAD)[1])


# -- dossiers


def told_in(letter: Letter) -> list[str]:
    return re.findall(r"^- (.+)$", letter.text, re.MULTILINE)


def test_a_dossier_tells_what_certainly_left_and_when():
    assert told_in(EXAMPLES["vi", "dossier-again"]) == [
        "5/6, 12/6/2023: nhắc việc trước hạn",  # the one of 16/6 never left
        "19/6/2023: nhắc việc đúng ngày hạn",
        "20/6/2023: thông báo lãnh đạo đơn vị",
        "21/6/2023: đôn đốc sau hạn",
        "22/6/2023: báo cáo Ban Gia đình Xã hội",
    ]


def dossier(record: Recorder) -> Letter:
    day = date(2023, 8, 1)
    found = digest(
        "dossier",
        recipient(HEAD, "thuong-truc"),
        day,
        [(record.of, record.history)],
        "escalate/thuong-truc",
        "thuong-truc",
    )
    return render_digest(found, HEAD, local(HEAD, day), {record.of.id: record.history})


def test_a_letter_that_came_back_was_not_sent_and_one_on_paper_was():
    record = Recorder(HEAD, duty(HEAD))
    record.step(Reminded, date(2023, 6, 12), "remind/7 days before")
    at = local(HEAD, date(2023, 6, 13))
    record.facts.append(Bounced(letter="letter0", happened_at=at, recorded_at=at))
    record.step(Reminded, date(2023, 6, 19), "remind/on the day", fate=None)
    record.facts.append(HandedOver(letter=record.facts[-1].letter, happened_at=at, recorded_at=at))
    assert told_in(dossier(record)) == [
        "13/6/2023: nhắc việc đúng ngày hạn",
        "13/6/2023: thư gửi đơn vị không đến được (bị trả lại)",
    ]


def test_a_letter_to_the_head_that_the_mail_server_refused_is_told_as_that():
    record = Recorder(HEAD, duty(HEAD))
    record.step(Escalated, date(2023, 6, 20), "escalate/head of owner", fate=None, to="head of owner")
    at = local(HEAD, date(2023, 6, 20), "08:01")
    record.facts.append(Refused(letter="letter0", happened_at=at, recorded_at=at, detail="550 no such mailbox"))
    assert told_in(dossier(record)) == ["20/6/2023: thư gửi lãnh đạo đơn vị không đến được (máy chủ thư từ chối)"]


def test_two_recipients_of_one_step_are_told_as_one():
    record = Recorder(HEAD, duty(HEAD))
    for reader in ("a@x.example", "b@x.example"):
        record.step(Reminded, date(2023, 6, 12), "remind/7 days before", reader)
    assert told_in(dossier(record)) == ["12/6/2023: nhắc việc trước hạn"]


def test_many_chasings_are_told_in_one_line():
    record = Recorder(HEAD, duty(HEAD))
    for day in (21, 23, 27, 29):
        record.step(Reminded, date(2023, 6, day), "chase")
    assert told_in(dossier(record)) == ["21/6 – 29/6/2023: đôn đốc sau hạn, 4 lần"]


def test_answers_and_decisions_stand_in_the_record_too():
    record = Recorder(HEAD, duty(HEAD))
    record.add(Submitted, date(2023, 6, 19), version=1, channel="form")
    record.add(Returned, date(2023, 6, 19), "15:00", due=record.of.due)
    assert told_in(dossier(record)) == ["19/6/2023: đơn vị gửi kết quả", "19/6/2023: trả lại để bổ sung, hạn 19/6/2023"]


def test_what_is_settled_is_told_as_settled():
    assert "ĐÃ GIẢI QUYẾT TỪ LẦN BÁO CÁO TRƯỚC" in EXAMPLES["vi", "dossier-committee"].text
    assert "ĐÃ GIẢI QUYẾT" not in EXAMPLES["vi", "dossier-again"].text


def test_a_forewarning_says_when_it_goes_how_to_hold_it_and_that_silence_releases():
    letter = EXAMPLES["vi", "forewarning"].text
    assert "Ngày làm việc tới (thứ Hai, 26/6/2023)" in letter  # written on a Friday
    assert "trả lời thư này, ghi: GIỮ LẠI, mã việc và lý do; hoặc báo quản trị hệ thống." in letter
    assert "Nếu không có ý kiến, các việc trên được báo cáo vào thứ Hai, 26/6/2023." in letter


# -- reviews


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2023, 6, 16), "Hạn duyệt: thứ Ba, 20/6/2023"),
        (date(2023, 6, 20), "Hạn duyệt: thứ Ba, 20/6/2023"),
        (date(2023, 6, 21), "Đã quá hạn duyệt (thứ Ba, 20/6/2023)."),
    ],
)
def test_a_reviewer_knows_by_when_to_decide(day: date, said: str):
    record = Recorder(HEAD, duty(HEAD))
    record.add(Submitted, date(2023, 6, 15), version=1, channel="form")
    found = digest("review", recipient(HEAD, "ban-gdxh"), day, [(record.of, record.history)], "review/asked")
    assert all(isinstance(action, AskReview) for action in found.items)
    assert said in render_digest(found, HEAD, local(HEAD, day)).text

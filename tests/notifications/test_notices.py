"""What a notice says, a receipt or an alert, and when it leaves."""

import re
from collections.abc import Sequence
from datetime import date

import pytest

from dondoc.core.history import Bounced, Returned, Submitted
from dondoc.core.notices import letters_of, notices
from dondoc.core.standing import situation
from notifications.render import notice_key, render_notice
from tests.notifications.letter_examples import BANNERS, Recorder, duty, local
from tests.notifications.rendered import EXAMPLES, HEAD, WEDNESDAY


def receipt(*facts: tuple[type, date, dict]) -> str:
    record = Recorder(HEAD, duty(HEAD))
    for kind, day, more in facts:
        record.add(kind, day, **more)
    before = situation(record.of, record.history[:-1])
    now = situation(record.of, record.history)
    told = notices(record.of, now, record.facts[-1], HEAD.directory, day, before=before)
    return render_notice(told, HEAD, local(HEAD, day)).text


def first_version(day: date):
    return (Submitted, day, {"version": 1, "channel": "form"})


def answer(day: date, version: int = 2):
    return (Submitted, day, {"version": version, "channel": "form"})


ON_THE_DAY = first_version(date(2023, 6, 19))
BACK = (Returned, date(2023, 6, 20), {"due": duty(HEAD, due=date(2023, 6, 23)).due, "why": "x"})


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([ON_THE_DAY], "Đúng hạn (hạn thứ Hai, 19/6/2023)."),
        ([first_version(date(2023, 6, 20))], "Hạn thứ Hai, 19/6/2023; quá hạn 1 ngày làm việc."),
        ([ON_THE_DAY, answer(date(2023, 6, 20))], "Đúng hạn (hạn thứ Hai, 19/6/2023)."),
        ([ON_THE_DAY, BACK, answer(date(2023, 6, 23))], "Gửi lại đúng thời hạn yêu cầu (thứ Sáu, 23/6/2023)."),
        ([ON_THE_DAY, BACK, answer(date(2023, 6, 26))], "Gửi lại sau thời hạn yêu cầu (thứ Sáu, 23/6/2023)."),
    ],
)
def test_a_receipt_says_whether_it_was_in_time(facts: Sequence[tuple[type, date, dict]], said: str):
    assert said in receipt(*facts)


def test_notices_stay_true_and_leave_in_office_hours():
    letter = EXAMPLES["vi", "receipt"]
    assert letter.valid_until is None
    assert letter.not_before == letter.created_at
    assert letter.thread == letter.about[0]
    assert letter.steps == ()


def test_a_letter_about_several_notices_is_kept_apart_from_one_about_the_first():
    one, other = duty(HEAD), duty(HEAD, BANNERS, period="x")
    facts = [Recorder(HEAD, of).add(Submitted, WEDNESDAY, version=1, channel="form") for of in (one, other)]
    told = [
        notices(of, situation(of, ()), fact, HEAD.directory, WEDNESDAY)[0]
        for of, fact in zip((one, other), facts, strict=True)
    ]
    assert notice_key(told) != notice_key(told[:1])
    assert len(letters_of(told)) == 2


def test_an_alert_names_the_letter_without_its_token():
    letter = EXAMPLES["vi", "alert-refused"]
    assert "[Đôn đốc] Báo cáo 6 tháng công tác trẻ em: quá hạn 1 ngày làm việc (hạn 19/6/2023)\n" in letter.text
    assert re.findall(r"\[#\w+\]", letter.text + letter.subject) == [letter.subject[-11:]] * 2
    assert letter.plans == ("tre-em-2023",)


def test_an_alert_about_a_letter_that_is_not_at_hand_still_says_what_happened():
    at = local(HEAD, WEDNESDAY)
    told = notices(None, None, Bounced(letter="abc", happened_at=at, recorded_at=at, id=1), HEAD.directory, WEDNESDAY)
    assert "Thư bị trả lại" in render_notice(told, HEAD, at).text

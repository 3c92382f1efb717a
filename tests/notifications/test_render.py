"""Every kind of letter: its words, its form, its times, and what it never says.

After a change of words, `DONDOC_SNAPSHOTS=write pytest tests/notifications/test_render.py` writes them anew.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from unicodedata import is_normalized, normalize

import pytest
from jinja2 import UndefinedError, meta, nodes

from dondoc.core.decide import AskReview
from dondoc.core.history import (
    Bounced,
    Escalated,
    ExtensionAsked,
    ExtensionGranted,
    HandedOver,
    Refused,
    Reminded,
    Returned,
    Sent,
    Submitted,
)
from dondoc.core.letter import Letter, letter_id
from dondoc.core.notices import letters_of, notices
from dondoc.core.organisation import Away
from dondoc.core.standing import situation
from notifications import words as of_templates
from notifications.context import CONTEXTS, NAMES
from notifications.letterhead import Letterhead
from notifications.render import notice_key, render_digest, render_notice
from notifications.translations import TEMPLATES
from tests.notifications.html_reading import Reading, contrast, inks
from tests.notifications.letter_examples import (
    BANNERS,
    HALF_YEAR,
    REPORT,
    Recorder,
    chased,
    digest,
    duty,
    examples,
    letterhead,
    local,
    plan,
    recipient,
    text,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"
EXAMPLES = {(language, name): letter for language in ("vi", "en") for name, letter in examples(language).items()}
IDS = [" ".join(key) for key in EXAMPLES]
every_letter = pytest.mark.parametrize(("key", "letter"), list(EXAMPLES.items()), ids=IDS)
every_vietnamese_letter = pytest.mark.parametrize(
    "letter", [letter for (language, _), letter in EXAMPLES.items() if language == "vi"]
)
HEAD = letterhead()
QUE_VO = recipient(HEAD)
WEDNESDAY = date(2023, 6, 14)


def duties(*matters, head: Letterhead = HEAD, to=QUE_VO, day: date = WEDNESDAY, clock: str = "08:00", **more) -> Letter:
    found = digest("duties", to, day, [(one, ()) for one in matters])
    return render_digest(found, head, local(head, day, clock), **more)


# -- words


@every_letter
def test_words_are_those_that_were_approved(key: tuple[str, str], letter: Letter):
    path = SNAPSHOTS / key[0] / f"{key[1]}.txt"
    words = f"{letter.subject}\n\n{letter.text}\n\n== {letter.short}\n"
    if os.environ.get("DONDOC_SNAPSHOTS") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words)
    assert words == path.read_text()


def test_every_kind_has_an_example_and_every_snapshot_its_letter():
    assert {letter.kind for letter in EXAMPLES.values()} == set(CONTEXTS)
    kept = {(path.parent.name, path.stem) for path in SNAPSHOTS.glob("*/*.txt")}
    assert kept == set(EXAMPLES)


@every_vietnamese_letter
def test_official_form_is_kept(letter: Letter):
    assert letter.text.startswith("Kính gửi: ")
    assert letter.text.count("Trân trọng./.") == 1
    body = letter.text.partition("Trân trọng./.")[0]
    assert re.search(r"leo thang|escalat|deadline|\bemail\b|tre hạn|qúa", body.replace("escalate/", "")) is None


@pytest.mark.parametrize(
    ("name", "said", "unsaid"),
    [
        ("duties-one", "Ban Gia đình Xã hội đề nghị đơn vị", "kính đề nghị"),
        ("duties-overdue", "đề nghị đơn vị khẩn trương hoàn thành", "kính đề nghị"),
        ("dossier-head", "đề nghị: đồng chí trực tiếp chỉ đạo", "kính đề nghị"),
        ("copy", "Đề nghị đơn vị khẩn trương hoàn thành", "Kính đề nghị"),
        ("dossier-committee", "Kính đề nghị Thường trực Hội LHPN tỉnh Bắc Ninh xem xét, chỉ đạo", " đề nghị đồng chí"),
        ("dossier-committee", "kính báo cáo Thường trực Hội LHPN tỉnh Bắc Ninh", " thông báo để"),
        ("dossier-focal-point", "kính đề nghị", "Đề nghị"),
        ("review", "kính đề nghị quý đơn vị", "Đề nghị"),
    ],
)
def test_requests_go_down_plainly_and_sideways_and_up_with_respect(name: str, said: str, unsaid: str):
    letter = EXAMPLES["vi", name]
    assert said in letter.text
    assert unsaid not in letter.text


@pytest.mark.parametrize(
    ("unit", "role", "opening"),
    [
        ("tx-que-vo", "officer", "Kính gửi: Hội LHPN thị xã Quế Võ\n"),
        ("tx-que-vo", "head", "Kính gửi: đồng chí Chủ tịch Hội LHPN thị xã Quế Võ\n"),
        ("ban-gdxh", "head", "Kính gửi: đồng chí Trưởng Ban Gia đình Xã hội\n"),
        ("thuong-truc", "", "Kính gửi: Thường trực Hội LHPN tỉnh Bắc Ninh\n(qua đồng chí Thư ký Thường trực)\n"),
        ("ban-thuong-vu", "", "Kính gửi: Ban Thường vụ Hội LHPN tỉnh Bắc Ninh\n\n"),
    ],
)
def test_people_units_and_bodies_are_addressed_each_in_their_way(unit: str, role: str, opening: str):
    assert duties(duty(HEAD), to=recipient(HEAD, unit, role)).text.startswith(opening)


def test_a_person_whose_name_does_not_tell_the_unit_is_addressed_with_it():
    person = replace(QUE_VO, name="Nguyễn Thị Hoa")
    assert duties(duty(HEAD), to=person).text.startswith("Kính gửi: đồng chí Nguyễn Thị Hoa, Hội LHPN thị xã Quế Võ\n")


def test_a_head_without_a_name_is_addressed_as_the_leader_of_the_unit():
    person = replace(QUE_VO, role="head")
    assert duties(duty(HEAD), to=person).text.startswith("Kính gửi: Lãnh đạo Hội LHPN thị xã Quế Võ\n")


# -- form


@every_letter
def test_html_is_balanced_and_has_one_action_per_item_and_no_images(key: tuple[str, str], letter: Letter):
    reading = Reading(letter.html)
    assert reading.problems == []
    assert ("html", {"lang": key[0]}) in reading.tags
    assert not {tag for tag, _ in reading.tags} & {"img", "script", "iframe", "form", "input"}
    ours = tuple(f"https://dondoc.example/{page}" for page in ("o/", "p/", "sign-in"))
    assert all(link.startswith(ours) for link in reading.links)
    own = letter.kind != "calls"  # in which links are words to be read out or pasted, nobody's to follow
    assert set(reading.links) == set(re.findall(r"https://\S+", letter.text) if own else ())


@every_letter
def test_html_says_what_the_text_says(key: tuple[str, str], letter: Letter):
    seen = Reading(letter.html).text.casefold()
    for line in letter.text.splitlines():
        words = re.sub(r"https://\S+|^- |^--$", "", line).strip().casefold()
        for part in re.split(r"(?<=\d): | – ", words.rpartition(" tại:")[0] or words.rpartition(" at:")[0] or words):
            if "http" not in line:
                assert part.strip(" :") in seen, part


@every_letter
def test_text_is_readable_in_the_light_and_in_the_dark(key: tuple[str, str], letter: Letter):
    for ink in inks(letter.html) - {"#ffffff"}:
        assert min(contrast(ink, "#ffffff"), contrast(ink, "#f5f7f9")) >= 4.5, ink
    assert contrast("#ffffff", "#0b5394") >= 4.5  # the button
    style = letter.html.partition("<style>")[2].partition("</style>")[0]
    assert ".button { background: #9ccbff !important; }\n  .button a { color: #10202f !important; }" in style
    assert contrast("#10202f", "#9ccbff") >= 4.5  # the button in the dark
    for ink in set(re.findall(r"[^-]color: (#[0-9a-f]{6})", style)) - {"#10202f"}:
        assert min(contrast(ink, "#1d232b"), contrast(ink, "#252d37")) >= 4.5, ink


@every_letter
def test_text_is_tidy(key: tuple[str, str], letter: Letter):
    for part in (letter.subject, letter.text, letter.html, letter.short):
        assert is_normalized("NFC", part)
        assert not re.search(r"\bNone\b|\{\{|\}\}|\{%|%\(|&amp;amp;|Undefined", part)
    assert not re.search(r"[ \t]+$|\n\n\n|  ", letter.text.replace("\n\n--", "\n--"), re.MULTILINE)
    assert "\n" not in letter.subject + letter.short
    assert letter.text == letter.text.strip() + "\n"


@every_letter
def test_a_short_text_fits_into_a_chat(key: tuple[str, str], letter: Letter):
    assert len(letter.short) <= 300
    links = re.findall(r"https://\S+", letter.text) if letter.kind != "calls" else []
    assert letter.short.endswith(tuple(links) or letter.short)


def test_a_short_text_fits_whatever_the_titles():
    long = replace(REPORT, title=text("Báo cáo " * 60, "Report " * 60))
    assert len(duties(duty(HEAD, long)).short) <= 300
    far = duty(HEAD, period="x" * 260)
    assert len(duties(far).short) <= 300


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "\"><img src=x onerror='x'>", "{{ 7*7 }}", "A & B\r\nBcc: x"]
)
def test_hostile_titles_stay_words(hostile: str):
    terms = replace(REPORT, title=text(hostile, hostile))
    letter = duties(duty(HEAD, terms, title=None))
    reading = Reading(letter.html)
    assert reading.problems == []
    assert not {tag for tag, _ in reading.tags} & {"script", "img"}
    assert " ".join(hostile.split()) in reading.text
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "49" not in letter.text


def test_a_reason_is_quoted_escaped_and_composed():
    assert "Lý do: Biểu 2 chưa có số liệu của 3 xã.\nĐề nghị bổ sung <cột 5>." in EXAMPLES["vi", "returned"].text
    assert "&lt;cột 5&gt;" in EXAMPLES["vi", "returned"].html
    record = Recorder(HEAD, duty(HEAD))
    record.add(Submitted, date(2023, 6, 15), version=1, channel="form")
    back = record.add(Returned, date(2023, 6, 16), due=record.of.due, why=normalize("NFD", "thiếu số liệu"))
    told = notices(record.of, situation(record.of, record.history), back, HEAD.directory, date(2023, 6, 16))
    assert "Lý do: thiếu số liệu" in render_notice(told, HEAD, back.recorded_at).text


# -- what letters never say


def test_no_letter_quotes_what_a_unit_wrote():
    secret = "Cháu Nguyễn Văn A, 12 tuổi"
    record = Recorder(HEAD, duty(HEAD))
    record.add(Submitted, date(2023, 6, 15), version=1, channel="form", submission="s1", why=secret)
    record.add(ExtensionAsked, date(2023, 6, 15), due=record.of.due, why=secret)
    now = situation(record.of, record.history)
    officer = recipient(HEAD, "ban-gdxh")
    day = date(2023, 6, 16)
    letters = [
        render_digest(
            digest("review", officer, day, [(record.of, record.history)], rung, "ban-gdxh"),
            HEAD,
            local(HEAD, day),
            {record.of.id: record.history},
        )
        for rung in ("review/asked", "extension/2")
    ]
    dossier = digest("dossier", officer, day, [(record.of, record.history)], "escalate/focal point", "focal point")
    letters.append(render_digest(dossier, HEAD, local(HEAD, day), {record.of.id: record.history}))
    told = notices(record.of, now, record.history[0], HEAD.directory, day)
    letters.append(render_notice(told, HEAD, local(HEAD, day)))
    for letter in letters:
        assert "Cháu" not in letter.text + letter.html + letter.subject + letter.short


# -- digests


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


# -- notices


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


# -- templates


@pytest.mark.parametrize("kind", CONTEXTS)
def test_templates_speak_only_of_what_their_context_has(kind):
    known = {*NAMES[CONTEXTS[kind]], "subject", "answering"}
    environment = of_templates._environment("vi", (TEMPLATES,))
    for name in (f"{kind}/subject.txt", f"{kind}/body.txt", f"{kind}/body.html", "_layout.html"):
        source, _, _ = environment.loader.get_source(environment, name)
        tree = environment.parse(source)
        made = {found.name for found in tree.find_all(nodes.Name) if found.ctx == "store"}
        assert meta.find_undeclared_variables(tree) - made <= known, name


def test_an_organisation_and_a_plan_may_have_their_own_words(tmp_path: Path):
    (tmp_path / "duties").mkdir()
    (tmp_path / "duties/subject.txt").write_text("Của tổ chức: {{ first.title }}\n")
    (tmp_path / "tre-em-2023/duties").mkdir(parents=True)
    (tmp_path / "tre-em-2023/duties/subject.txt").write_text("Của kế hoạch: {{ first.title }}\n")
    head = letterhead(other=plan("phu-nu-2023"))
    own = Letterhead(head.directory, head.plans, head.calendar, head.base_url, tmp_path)
    theirs = duty(own, replace(REPORT, plan="phu-nu-2023"))
    assert duties(duty(own), head=own).subject.startswith("Của kế hoạch: Báo cáo 6 tháng")
    assert duties(theirs, head=own).subject.startswith("Của tổ chức: Báo cáo 6 tháng")
    assert duties(duty(own), theirs, head=own).subject.startswith("Của tổ chức: ")
    assert duties(duty(own), head=own).text == duties(duty(HEAD)).text


def test_a_replacement_may_build_on_what_it_replaces(tmp_path: Path):
    (tmp_path / "_layout.html").write_text(
        '{% extends "shipped/_layout.html" %}{% block body %}<p>Thêm</p>{{ super() }}{% endblock %}'
    )
    own = Letterhead(HEAD.directory, HEAD.plans, HEAD.calendar, HEAD.base_url, tmp_path)
    assert Reading(duties(duty(own), head=own).html).problems == []


def test_a_replacement_that_asks_for_what_there_is_not_is_refused(tmp_path: Path):
    (tmp_path / "duties").mkdir()
    (tmp_path / "duties/subject.txt").write_text("{{ nobody_knows }}\n")
    own = Letterhead(HEAD.directory, HEAD.plans, HEAD.calendar, HEAD.base_url, tmp_path)
    with pytest.raises(UndefinedError, match="nobody_knows"):
        duties(duty(own), head=own)


def test_a_digest_names_each_duty_once_in_order():
    letter = EXAMPLES["vi", "duties-several"]
    places = [letter.text.index(f"{n}. ") for n in (1, 2, 3)]
    assert all(a < b for a, b in pairwise(places))
    assert HALF_YEAR.vi in letter.text
    assert chased(HEAD)[0].id in letter.text
    assert any(isinstance(fact, Sent) for fact in chased(HEAD)[1])

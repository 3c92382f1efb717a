"""Every kind of letter: its words, its form, the templates behind it, and what it never says.

After a change of words, `DONDOC_SNAPSHOTS=write pytest tests/notifications/test_render.py` writes them anew.
"""

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from unicodedata import is_normalized, normalize

import pytest
from jinja2 import UndefinedError, meta, nodes

from dondoc.core.history import ExtensionAsked, Returned, Submitted
from dondoc.core.letter import Letter
from dondoc.core.notices import notices
from dondoc.core.standing import situation
from notifications import words as of_templates
from notifications.context import CONTEXTS, NAMES
from notifications.letterhead import Letterhead
from notifications.render import render_digest, render_notice
from notifications.translations import TEMPLATES
from tests.notifications.html_reading import Reading, contrast, inks
from tests.notifications.letter_examples import REPORT, Recorder, digest, duty, letterhead, local, plan, recipient, text
from tests.notifications.rendered import EXAMPLES, HEAD, QUE_VO, duties, every_letter, every_vietnamese_letter

SNAPSHOTS = Path(__file__).parent / "snapshots"


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

"""The words of the Vietnamese letters against a list kept here: terms of the trade, forms of address, dates."""

from __future__ import annotations

import re

import pytest

from dondoc.core.letter import Letter
from tests.notifications.letter_examples import examples

LETTERS = examples("vi")
every_letter = pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)

AVOIDED = {
    r"\bdeadline\b|\bemail\b|\be-mail\b|\btask\b|\blink\b": "English where there is a word",
    r"leo thang": "say báo cáo, trình",
    r"\bsubmit|\breview\b": "gửi, duyệt",
    r"nộp phạt|xử phạt|kỷ luật": "a letter threatens nobody",
    r"\b(anh|chị|bạn|quý khách|quý vị)\b": "đồng chí, đơn vị",
    r"trễ hạn|trể hạn|chậm trễ|quá thời hạn": "quá hạn",
    r"nghiệm thu|phê chuẩn": "chấp nhận, duyệt",
    r"\bqúy\b|\bqui định\b|\bhoàn thành\s+xong\b|\bbăng zôn\b": "spelling",
    r"khiếu nại|tố cáo": "not what these letters do",
    r"[!?]": "official letters neither exclaim nor ask",
}
"""What no letter says, and why."""

TERMS = {
    "duties-overdue": ("quá hạn", "khẩn trương hoàn thành", "Thường trực"),
    "duties-one": ("còn 3 ngày làm việc", "Hạn: thứ Hai, 19/6/2023"),
    "review": ("xem xét, quyết định", "Hạn duyệt"),
    "returned": ("bổ sung, chỉnh sửa", "Gửi lại chậm nhất"),
    "accepted": ("được chấp nhận",),
    "extension-granted": ("đồng ý gia hạn", "Hạn ban đầu"),
    "extension-refused": ("chưa thể gia hạn",),
    "waived": ("được miễn thực hiện",),
    "dossier-committee": ("kính báo cáo", "xem xét, chỉ đạo"),
    "closing": ("kính báo cáo", "kết quả giải quyết", "được miễn thực hiện"),
    "copy": ("thông báo để", "báo cáo cấp trên xem xét"),
    "forewarning": ("GIỮ LẠI", "Nếu không có ý kiến"),
    "summary": ("Hoàn thành đúng hạn", "Đang thực hiện, quá hạn", "Tổng số"),
}
"""Terms that a letter of this kind has to use."""


def own_words(letter: Letter) -> str:
    """The text without addresses, ids and the reasons that people wrote."""
    text = re.sub(r"https?://\S+|\S+@\S+|Mã việc: \S+|\[#\w+\]|dondoc \S+ \S+ \S+", "", letter.text)
    return re.sub(r"Lý do: .*?(?=\n\S+:|\n\n)", "", text, flags=re.DOTALL)


@every_letter
@pytest.mark.parametrize(("avoided", "why"), AVOIDED.items(), ids=AVOIDED.values())
def test_no_letter_says_what_is_not_said(letter: Letter, avoided: str, why: str) -> None:
    found = re.search(avoided, own_words(letter), re.IGNORECASE)
    assert found is None, f"{found} ({why})"


@pytest.mark.parametrize(("name", "terms"), TERMS.items(), ids=TERMS)
def test_each_kind_uses_the_terms_of_the_trade(name: str, terms: tuple[str, ...]) -> None:
    assert [term for term in terms if term not in LETTERS[name].text] == []


@every_letter
def test_dates_are_written_as_people_say_them(letter: Letter) -> None:
    text = own_words(letter)
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\b0\d/\d|/0\d/|\bThứ (?=Hai|Ba|Tư|Năm|Sáu|Bảy)|Chủ Nhật", text)
    for weekday, day in re.findall(r"(thứ \w+|Chủ nhật)( ngày)? \d", text):
        raise AssertionError(f"a comma is missing after {weekday}{day}")


@every_letter
def test_it_opens_and_closes_as_official_letters_do(letter: Letter) -> None:
    assert letter.text.startswith("Kính gửi: ")
    assert "\nTrân trọng./.\n" in letter.text

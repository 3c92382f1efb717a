"""The words that letters tell people to answer with are words that replies are read by, in both languages.

They are taken from the rendered letters, so that neither can change without the other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby

import pytest

from dondoc.core.reply import Asked, read_reply
from dondoc.core.reply_words import Order, Role
from tests.notifications.letter_examples import examples

MEANT: dict[str, dict[str, set[tuple[Role, Order]]]] = {
    "vi": {
        "KHÔNG PHÁT SINH": {("owner", "nothing")},
        "XÁC NHẬN": {("owner", "confirm")},
        "XIN GIA HẠN ĐẾN": {("owner", "extend")},
        "DUYỆT": {("reviewer", "accept")},
        "TRẢ LẠI": {("reviewer", "return")},
        "ĐỒNG Ý": {("grantor", "grant")},
        "KHÔNG ĐỒNG Ý": {("grantor", "refuse")},
        "GIỮ LẠI": {("holder", "hold")},
        "BỎ GIỮ": {("holder", "release")},
    },
    "en": {
        "NOTHING TO REPORT": {("owner", "nothing")},
        "CONFIRMED": {("owner", "confirm")},
        "REQUEST EXTENSION": {("owner", "extend")},
        "ACCEPT": {("reviewer", "accept")},
        "RETURN": {("reviewer", "return")},
        "GRANT": {("grantor", "grant")},
        "REFUSE": {("grantor", "refuse")},
        "HOLD": {("holder", "hold")},
        "RELEASE": {("holder", "release")},
    },
}
"""What each word is meant to do, and as whom; written by hand."""

TELLS = re.compile(r"trả lời|\breply\b|\banswer this\b", re.IGNORECASE)
WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
WHY = {"vi": "chờ số liệu của công an huyện", "en": "waiting for the figures of the police"}
ONE = Asked("tre-em-2023/bao-cao-6-thang/tx-que-vo/2023-H1", 1, "owner", ("Báo cáo 6 tháng",))
OTHER = replace(ONE, id="tre-em-2023/bang-ron/tx-que-vo/quoc-te-thieu-nhi", n=2, titles=("Treo băng rôn",))
CASES = [(language, word, *one) for language, words in MEANT.items() for word, some in words.items() for one in some]


def told(language: str) -> set[str]:
    """The capitals in those lines of the letters that tell how to answer; tokens, ids and abbreviations left out."""
    lines = {line for one in examples(language).values() for line in one.text.splitlines() if TELLS.search(line)}
    plain = (re.sub(r"\[#\w+\]|https?://\S+|LHPN|“[^”]*”", "", line) for line in lines)
    return {
        word
        for line in plain
        for phrase in WORDS.findall(line)
        for capitals, some in groupby(phrase.split(), str.isupper)
        if capitals and len(word := " ".join(some)) > 1
    }


@pytest.mark.parametrize("language", MEANT)
def test_letters_name_these_words_and_no_others(language: str) -> None:
    assert told(language) == set(MEANT[language])


@pytest.mark.parametrize(("language", "word", "role", "order"), CASES)
@pytest.mark.parametrize("written", [str, str.lower, str.capitalize])
def test_a_word_that_a_letter_names_is_understood_as_it_was_meant(
    language: str, word: str, role: Role, order: Order, written: type[str]
) -> None:
    day = " 30/6/2023" if order == "extend" else ""
    (said,) = read_reply(f"{written(word)}{day}", [replace(ONE, role=role)]).said
    assert said.order == order


@pytest.mark.parametrize(("language", "word", "role", "order"), CASES)
def test_so_is_it_with_the_id_of_one_of_several_and_a_reason_in_any_order(
    language: str, word: str, role: Role, order: Order
) -> None:
    duties = [replace(ONE, role=role), replace(OTHER, role=role)]
    reasoned = order in ("hold", "return", "refuse")
    why = f", {WHY[language]}" if reasoned else ""
    for reply in (f"{OTHER.id}: {word}{why}", f"{word}, {OTHER.id}{why}", f"{OTHER.id}\n{word}{why}"):
        (said,) = read_reply(reply, duties).said
        assert (said.duty.id, said.order) == (OTHER.id, order), reply
        assert not reasoned or said.reason == WHY[language], reply

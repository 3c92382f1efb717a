"""Both languages say the same things, with the same gaps to be filled in."""

from __future__ import annotations

import re

from dondoc.reports.words import words_in


def test_every_sentence_is_there_in_both_languages_with_the_same_gaps() -> None:
    vi, en = words_in("vi"), words_in("en")
    assert vi.keys() == en.keys()
    gaps = {name: (set(re.findall(r"{\w+}", vi[name])), set(re.findall(r"{\w+}", en[name]))) for name in vi}
    assert {name: found for name, found in gaps.items() if found[0] != found[1]} == {}

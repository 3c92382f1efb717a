"""The lines of a PDF with text, and from where they stand on the page which of them begin a paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader

from dondoc.authoring.drafting.document import MARK

_INDENT = 8.0
"""From here on, in points, a line that does not begin at the margin is indented; documents indent by 28 or more."""

_ROOM = 1.2
"""So many times the usual distance of two lines is room between paragraphs."""

_OFTEN = 3
"""What a page has so many times is meant: indents that begin paragraphs, where centred lines begin anywhere."""

_LONG = 15
"""Where fewer than one line in so many begins a paragraph, a page does not show where paragraphs begin."""


@dataclass(slots=True)
class _Line:
    text: str
    x: float = 0.0
    y: float = 0.0


def pdf_lines(file: Path) -> list[str]:
    """All lines in order: an empty one where a paragraph is seen to begin, and in one what is seen to be one."""
    found: list[list[str]] = []
    for page in PdfReader(file).pages:
        lines = _lines(page)
        begins, goes_on = _shown(lines)
        for number, line in enumerate(lines):
            if number in goes_on and found and not MARK.match(line.text.strip()):
                found[-1].append(line.text)
            else:
                found += [[], [line.text]] if number in begins else [[line.text]]
    return [" ".join(parts) for parts in found]


def _lines(page: PageObject) -> list[_Line]:
    """The page's lines, without its number."""
    found = [_Line("")]

    def note(text: str, cm: Sequence[float], tm: Sequence[float], *_: Any) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                found.append(_Line(""))
            if part.strip() and not found[-1].text.strip():
                found[-1].x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                found[-1].y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found[-1].text += part

    page.extract_text(visitor_text=note)
    return [line for line in found if line.text.strip() and not line.text.strip(" -–").isdigit()]


def _shown(lines: Sequence[_Line]) -> tuple[set[int], set[int]]:
    """Which lines of a page begin a paragraph, and which go on with the one before; of the others nothing is known."""
    steps = [before.y - line.y for before, line in pairwise(lines)]
    margin, usual = _least(line.x for line in lines), _least(step for step in steps if step > 0)
    if margin is None or usual is None:
        return set(), set()
    where = Counter(round(line.x) for line in lines)
    indents = {x for x, often in where.items() if often >= _OFTEN and x > margin + _INDENT}
    begins = {number for number, line in enumerate(lines) if round(line.x) in indents}
    begins |= {number for number, step in enumerate(steps, start=1) if step > usual * _ROOM}
    if len(begins) * _LONG < len(lines):
        return begins, set()
    below = {number for number, step in enumerate(steps, start=1) if step > 0} | ({0} if indents else set())
    at_margin = {number for number, line in enumerate(lines) if abs(line.x - margin) < _INDENT}
    return begins, (at_margin & below) - begins


def _least(lengths: Iterable[float]) -> int | None:
    """The smallest of those that are found again and again: where text begins, or how far lines are apart."""
    return min((one for one, often in Counter(map(round, lengths)).items() if often >= _OFTEN), default=None)

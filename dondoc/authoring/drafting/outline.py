"""The tree of a document's numbered parts: I. / 1. / a) / –, with gaps in the numbering as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_MARKS = (
    ("roman", re.compile(r"([IVXLC]+)[.)]\s+(?=\S)")),
    ("number", re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,2})*)[.)]?\s+(?=[^\W\d])")),
    ("letter", re.compile(r"([a-zđ])[.)]\s+(?=\S)")),
    ("dash", re.compile(r"([-–•*])\s+(?=\S)")),
    ("plus", re.compile(r"([+])\s+(?=\S)")),
)
_PLAIN = 40
"""A plain paragraph ranks as one with a dash."""

_RECIPIENTS = re.compile(r"nơi nhận\b|(recipients|distribution)\s*:", re.IGNORECASE)
_SIGNATURE = re.compile(r"(TM\.|KT\.|Q\.|TL\.|TUQ\.)|(trên đây là|signed\b)", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """A part of the document: its number as written and in full (`II.2`), its words, and the parts below it."""

    number: str
    path: str
    depth: int
    text: str
    parts: list[Part] = field(default_factory=list)

    def leaves(self) -> Iterator[Part]:
        """The parts that have none below them, in order, with the path of what they stand in."""
        for part in self.parts:
            if part.parts:
                yield from part.leaves()
            else:
                yield part


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands before the first number, the numbered parts, the recipients."""

    opening: list[str]
    parts: list[Part]
    recipients: list[str]


def outline(paragraphs: Iterable[str]) -> Outline:
    """The parts of a document. A plain paragraph is a part of what it stands under.

    >>> found = outline(["KẾ HOẠCH", "I. NỘI DUNG", "1. Truyền thông", "- Tổ chức hội thi", "3. Giám sát"])
    >>> [(part.path, part.text) for part in found.parts[0].parts]
    [('I.1', 'Truyền thông'), ('I.3', 'Giám sát')]
    """
    opening: list[str] = []
    recipients: list[str] = []
    root = Part("", "", 0, "")
    here = [root]
    taken: set[str] = set()
    into: list[str] | None = None
    for text in paragraphs:
        if _RECIPIENTS.match(text):
            into = recipients
            rest = text.partition(":")[2].strip()
            recipients.extend([rest] if rest else [])
            continue
        if _SIGNATURE.match(text) and root.parts:
            into = []  # who signs, and what is said in parting
            continue
        if into is not None:
            into.append(re.sub(r"^[-–+•*]\s*", "", text).rstrip(";. "))
            continue
        number, depth, words = _marked(text)
        if not root.parts and number == "":
            opening.append(text)
            continue
        _put(here, taken, number, depth, words)
    return Outline(opening, root.parts, recipients)


def _marked(text: str) -> tuple[str, int, str]:
    for depth, (kind, mark) in enumerate(_MARKS, start=1):
        found = mark.match(text)
        if found:
            number = "" if kind in ("dash", "plus") else found[1]
            deeper = number.count(".") if kind == "number" else 0
            return number or "-", depth * 10 + deeper, text[found.end() :]
    return "", _PLAIN, text


def _put(here: list[Part], taken: set[str], number: str, depth: int, text: str) -> None:
    """Place a part below the nearest that is higher; `here` is the way to where we stand.

    A number that comes twice gets a mark, so that every path is that of one part.
    """
    while here[-1].depth >= depth:
        here.pop()
    above = here[-1]
    plain = number in ("", "-")
    name = str(len(above.parts) + 1) if plain else number
    dotted = number.rpartition(".")[2] if "." in number and above.number == number.rpartition(".")[0] else name
    path = f"{above.path}{'-' if plain else '.'}{dotted}" if above.path else dotted
    path = next(one for n in range(1, len(taken) + 2) if (one := path if n == 1 else f"{path}_{n}") not in taken)
    taken.add(path)
    part = Part(number, path, depth, text)
    above.parts.append(part)
    if number:
        here.append(part)

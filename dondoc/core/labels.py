"""Which field of a form a line of free writing answers: by the field's id or label, however it is spelt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from unicodedata import category, normalize

from dondoc.core.plan import FormField

BULLET = re.compile(r"^(?:[-–—•*+·▪◦]+\s+|\(?[0-9]{1,2}[.)]\s+|[a-zđ][.)]\s+)", re.IGNORECASE)
"""What stands before an item of a list."""

_CONTACT = frozenset(
    ["dien", "thoai", "dt", "sdt", "tel", "phone", "fax", "mobile", "email", "hotline", "zalo", "kinh", "gui"]
)
_SEPARATED = re.compile(r"\s*[:=：]\s*|\t+\s*")
_CODE = re.compile(r"[A-Za-z]{1,4}[0-9]{1,4}(?:\.\w+)?")
_AFTER_CODE = re.compile(r"\s*[:=：]\s*|\t+\s*|\s+[-–]\s+|\s+")
_COUNTED = re.compile(r"([-+]?[0-9][0-9., ]*)\s+([^\W\d_]+)\.?")
_NEAR_LABEL, _LIKE_LABEL = 0.9, 0.7


def folded(text: str) -> str:
    """Text as it is compared: without accents, case and punctuation.

    >>> folded("  Số vụ TIẾP NHẬN (đã xử lý): ")
    'so vu tiep nhan da xu ly'
    """
    plain = normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if category(sign) != "Mn")
    return " ".join(kept.split())


class Labels:
    """The fields of a form, found by what people write before their answers."""

    def __init__(self, fields: Sequence[FormField]) -> None:
        self._long = {one.id for one in fields if one.type in ("text", "long text", "list")}
        self._ids: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._counts = {
            one.id: set(folded(f"{one.label.vi} {one.label.en}").split())
            for one in fields
            if one.type in ("integer", "decimal")
        }
        parts = [part for one in fields if one.type == "ratio" for part in one.of]
        for one in fields:
            self._ids[one.id.casefold()] = one.id
            for label in (one.label.vi, one.label.en):
                if folded(label):
                    self._labels.setdefault(folded(label), one.id)
            for part in one.of if one.type == "ratio" else ():
                self._ids[f"{one.id}.{part}".casefold()] = f"{one.id}.{part}"
                if parts.count(part) == 1:
                    for name in (part, one.part(part).vi, one.part(part).en):
                        if folded(name):
                            self._labels.setdefault(folded(name), f"{one.id}.{part}")

    def is_long(self, name: str) -> bool:
        """Whether an answer to it may go over several lines."""
        return name in self._long

    def answer(self, line: str) -> tuple[str, str] | None:
        """The field that a line answers, and the answer; a figure without the word of its label behind it."""
        found = self._answered(line)
        if found is None:
            return None
        name, value = found
        counted = _COUNTED.fullmatch(value)
        if counted and folded(counted[2]) in self._counts.get(name, ()):
            value = counted[1].strip()
        return name, value

    def _answered(self, line: str) -> tuple[str, str] | None:
        plain = BULLET.sub("", line)
        if "\t" in plain:
            return self._row([cell.strip() for cell in plain.split("\t") if cell.strip()])
        code = _CODE.match(plain) or re.match(r"\w+(?:\.\w+)?", plain)
        if code and code[0].casefold() in self._ids:
            return self._after_code(self._ids[code[0].casefold()], plain[code.end() :])
        for separator in _SEPARATED.finditer(plain):
            name = self._labelled(plain[: separator.start()])
            if name is not None:
                return name, plain[separator.end() :].strip()
        return None

    def looks_like_answer(self, line: str) -> bool:
        """Whether a line seems to answer a field that the form does not have."""
        plain = BULLET.sub("", line)
        separator = _SEPARATED.search(plain)
        if separator is None or not plain[separator.end() :].strip():
            return False
        before = plain[: separator.start()].strip()
        if set(folded(before).split()) & _CONTACT:
            return False
        return bool(_CODE.fullmatch(before)) or bool(
            get_close_matches(folded(before), self._labels, n=1, cutoff=_LIKE_LABEL)
        )

    def _after_code(self, name: str, rest: str) -> tuple[str, str] | None:
        """`I12: 4`, `I12 – 4`, `I12 (Số vụ tiếp nhận): 4`."""
        coded = any(sign.isdigit() for sign in name)
        separator = _SEPARATED.search(rest)
        if separator is not None:
            between = rest[: separator.start()].strip()
            meant = coded or not between or (between.startswith("(") and between.endswith(")"))
            return (name, rest[separator.end() :].strip()) if meant else None
        gap = _AFTER_CODE.match(rest)
        value = rest[gap.end() :].strip() if gap else ""
        return (name, value) if coded and (value or not rest.strip()) else None

    def _row(self, cells: list[str]) -> tuple[str, str] | None:
        for cell in cells[:-1]:
            name = self._ids.get(cell.casefold()) or self._labelled(cell)
            if name is not None:
                return name, cells[-1]
        return None

    def _labelled(self, written: str) -> str | None:
        words = folded(re.sub(r"\([^)]*\)", " ", written)) or folded(written)
        if not words:
            return None
        if words in self._labels:
            return self._labels[words]
        whole = folded(written)
        if whole in self._labels:
            return self._labels[whole]
        near = get_close_matches(whole, self._labels, n=2, cutoff=_NEAR_LABEL)
        return self._labels[near[0]] if len(near) == 1 else None

"""Recognises the units of an organisation in a document's words, however they are capitalised or punctuated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import combining, normalize

from dondoc.core.organisation import Committee, Organisation, Unit

_LEVEL_WORDS = {
    "province": ("cấp tỉnh", "tỉnh hội", "provincial level"),
    "district": ("cấp huyện", "huyện, thị, thành", "các huyện", "district level"),
    "commune": ("cấp xã", "cấp cơ sở", "các xã", "hội cơ sở", "xã, phường", "commune level"),
}
"""How Vietnamese documents speak of the usual levels; a level of another name is looked for by that name."""

_LEAD = re.compile(r"\b(?:giao|phân công|đề nghị|yêu cầu|assigned to)\s+", re.IGNORECASE)
_DOES = re.compile(
    r"\s(?:làm|là|chủ trì|phối hợp|tham mưu|chịu trách nhiệm|thực hiện|xây dựng|theo dõi|hướng dẫn|shall|must|is to)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[,;]|\bvà\b|\band\b")
_FOCAL = re.compile(r"đầu mối[^.;]{0,40}(?:theo dõi|đôn đốc|tổng hợp)|focal point", re.IGNORECASE)
_THROUGH = re.compile(r"\b(?:qua|thông qua|through|via)\s+(.{3,80})", re.IGNORECASE)
_REPORT_TO = re.compile(r"\b(?:báo cáo|gửi|report)\b.{0,80}?\b(?:về|cho|lên|to)\s+(.{3,80})", re.IGNORECASE)
_ON_BEHALF = re.compile(r"\btham mưu\s+(?:cho\s+)?(.{3,80})", re.IGNORECASE)
_WITH = re.compile(r"\bphối hợp (?:với|cùng)\s+(?:các\s+)?((?:Sở|Ban|ngành|Công an|UBND|Phòng|Hội)\b[^,.;:(]{2,60}?)"
                   r"(?=\s+(?:trong|để|tổ chức|thực hiện|xây dựng|triển khai)\b|[,.;:(]|$)", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Who owes something; `said` when the document assigns it in so many words."""

    owner: tuple[str, ...]
    said: bool


class Names:
    """The names of an organisation's units and committees, longest first."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        bodies: list[Unit | Committee] = [*organisation.units, *organisation.committees]
        names = {
            folded(text): body.called
            for body in bodies
            for name in (body.short, body.name)
            if name
            for text in (name.vi, name.en)
            if len(folded(text)) > 1
        }
        self._names = dict(sorted(names.items(), key=lambda item: -len(item[0])))
        self._units = {unit.called for unit in organisation.units}

    def begins(self, words: str) -> str | None:
        """The unit or committee whose name these words begin with.

        >>> from dondoc.core.organisation import Organisation
        >>> unit = {"id": "ban-gdxh", "name": "Ban Gia đình – Xã hội"}
        >>> house = Organisation.model_validate({"organisation": "hoi", "name": "Hội", "units": [unit]})
        >>> Names(house).begins("Ban gia đình xã hội làm đầu mối")
        'ban-gdxh'
        """
        plain = f"{folded(words)} "
        return next((body for name, body in self._names.items() if plain.startswith(f"{name} ")), None)

    def unit(self, words: str) -> str | None:
        """The same, of units alone."""
        found = self.begins(words)
        return found if found in self._units else None

    def assigned(self, text: str) -> Found | None:
        """Who the document says must do it: `Giao X làm đầu mối`, `X chủ trì`."""
        leads = [text[found.end() :] for found in _LEAD.finditer(text)]
        for words in (*leads, text):
            does = _DOES.search(words)
            if does is None:
                continue
            parts = [words, *_LISTED.split(words[: does.start()])[1:]]
            units = dict.fromkeys(unit for part in parts if (unit := self.unit(part)))
            found = tuple(units) or (self.levels(words[: does.start()]) if words is not text else ())
            if found:
                return Found(found, said=True)
        return None

    def levels(self, words: str) -> tuple[str, ...]:
        """Whole levels that are spoken of, as `owner` writes them."""
        small = words.lower()
        found: list[str] = []
        for number, level in enumerate(self._organisation.levels):
            spoken = _LEVEL_WORDS.get(level, (f"each {level}", f"all {level}s", f"{level}s"))
            if any(word in small for word in spoken):
                of_level = [unit.called for unit in self._organisation.units if unit.level == level]
                found.extend(of_level if number == 0 and len(of_level) == 1 else [f"each {level}"] if of_level else [])
        return tuple(found)

    def everybody(self) -> tuple[str, ...]:
        """Every level that has units: `các cấp Hội`."""
        return tuple(
            owner
            for number, level in enumerate(self._organisation.levels)
            if (units := [unit.called for unit in self._organisation.units if unit.level == level])
            for owner in (units if number == 0 and len(units) == 1 else [f"each {level}"])
        )

    def parties(self, text: str, owner: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """`through`, `report_to` and `on_behalf_of`, where the words name a unit or committee."""
        for key, pattern in (("report_to", _REPORT_TO), ("through", _THROUGH), ("on_behalf_of", _ON_BEHALF)):
            for found in pattern.finditer(text):
                body = self.begins(found[1]) or self._above(found[1])
                if body and body not in owner:
                    yield key, body
                    break

    def _above(self, words: str) -> str | None:
        """`Hội LHPN tỉnh` for `Hội LHPN tỉnh Bắc Ninh`: the beginning of one name and of no other."""
        plain = folded(" ".join(words.split()[:3]))
        if len(plain.split()) < 3:
            return None
        found = {body for name, body in self._names.items() if name.startswith(f"{plain} ")}
        return found.pop() if len(found) == 1 else None


def partners(text: str) -> tuple[str, ...]:
    """Who else takes part, in the document's words.

    >>> partners("Phối hợp với các ngành liên quan thực hiện; phối hợp với Công an tỉnh trong xử lý")
    ('ngành liên quan', 'Công an tỉnh')
    """
    return tuple(dict.fromkeys(found[1].strip() for found in _WITH.finditer(text)))


def is_focal_point(text: str) -> bool:
    """Whether the words make somebody the one who follows the plan up."""
    return _FOCAL.search(text) is not None


def folded(text: str) -> str:
    """Small letters without accents and punctuation, in which names are compared."""
    plain = normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not combining(c))))

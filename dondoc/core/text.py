"""What a file may say: texts that people read, in one language or several, and days."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from re import fullmatch, split
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from dondoc.calendar.periods import MONTHS_EN
from dondoc.calendar.workdays import FIRST_YEAR, LAST_YEAR


class Strict(BaseModel):
    """Base of everything that enters from a file: frozen, unknown keys refused, defaults checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, populate_by_name=True)


class Text(Strict):
    """A text in Vietnamese, English or both; where one is missing the other is shown.

    >>> Text.model_validate("Báo cáo năm").within("en")
    'Báo cáo năm'
    >>> Text.model_validate({"vi": "Báo cáo năm", "en": "Annual report"}).within("en")
    'Annual report'
    """

    vi: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _one_text_is_shown_in_every_language(cls, value: Any) -> Any:
        if isinstance(value, list):
            raise ValueError("here stands a list, where one text should be; write it in one line, or put it in quotes")  # noqa: TRY004 - pydantic collects ValueError
        return {"vi": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _some_text_is_there(self) -> Text:
        if not (self.vi or self.en):
            raise ValueError("a text is empty; write it, or {vi: …, en: …}")
        return self

    def within(self, language: str) -> str:
        """The text in `language` ("vi" or "en"), else in the language that is there."""
        return (self.en or self.vi) if language == "en" else (self.vi or self.en)


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


def nfc(value: str) -> str:
    """`value` in Unicode NFC, the form in which every text is kept and compared."""
    return normalize("NFC", value)


OneOrMany = BeforeValidator(_one_or_many)
"""Annotation for a tuple that a file may write as a single item: `owner: x` or `owner: [x, y]`."""

Names = Annotated[tuple[str, ...], OneOrMany]


def parse_day(value: Any) -> Any:
    """Read a day as `2023-06-19`; ValueError with a sentence for anything else that was written.

    >>> parse_day("19/6/2023")
    Traceback (most recent call last):
    ValueError: `19/6/2023` is not a day as it is written here; write 2023-06-19
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"`{text}` is not a day as it is written here; write {_likely_day(text)}")
    year = int(text[:4])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} lies outside {FIRST_YEAR}-{LAST_YEAR}; write another")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day `{text}`; write one that the calendar has") from None


def _likely_day(text: str) -> str:
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return "year-month-day, as in 2023-06-19"


Day = Annotated[date, BeforeValidator(parse_day)]
"""A day written `2023-06-19` and no other way (pydantic alone takes 20230619 for seconds since 1970)."""


_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


def collation(text: str) -> tuple[tuple[object, ...], ...]:
    """A key by which texts sort as in a Vietnamese dictionary: letters first (d before đ, o before ô before ơ), then
    tones (ngang, huyền, hỏi, ngã, sắc, nặng); digits by their number.

    >>> sorted(["Từ Sơn", "Đình Bảng", "Quế Võ", "Dương Xá", "Tư", "Xã 10", "Xã 9"], key=collation)
    ['Dương Xá', 'Đình Bảng', 'Quế Võ', 'Tư', 'Từ Sơn', 'Xã 9', 'Xã 10']
    """
    words = tuple(_word(word) for word in split(r"[\s\-–.,/()]+", nfc(text).lower()) if word)
    return (
        *(letters for letters, _ in words),
        (),
        *(tones for _, tones in words),
    )


def _word(word: str) -> tuple[tuple[object, ...], tuple[object, ...]]:
    if word.isdecimal():
        return (0, int(word)), ()
    letters: list[int] = []
    tones: list[int] = []
    for character in word:
        base, tone = _without_tone(character)
        place = _LETTERS.find(base)
        letters.append(place if place >= 0 else len(_LETTERS) + ord(base[0]))
        tones.append(tone)
    return (1, *letters), tuple(tones)


@lru_cache(maxsize=512)
def _without_tone(character: str) -> tuple[str, int]:
    parts = normalize("NFD", character)
    tone = next((_TONES.index(mark) + 1 for mark in parts if mark in _TONES), 0)
    return normalize("NFC", "".join(mark for mark in parts if mark not in _TONES)), tone


@lru_cache(maxsize=4096)
def short_date(day: date, language: str) -> str:
    """The day as people of this language write it.

    >>> short_date(date(2023, 6, 19), "vi"), short_date(date(2023, 6, 19), "en")
    ('19/6/2023', '19 June 2023')
    """
    if language == "en":
        return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.day}/{day.month}/{day.year}"

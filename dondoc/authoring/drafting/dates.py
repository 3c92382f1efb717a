"""Recognises deadlines and cadences in a document's words; a date that is only mentioned is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_BY = (
    r"(?:trước|chậm nhất(?: là)?(?: vào)?(?: trước)?|muộn nhất(?: là)?|(?:xong|thành) (?:trước|trong)|hạn cuối|"
    r"đến hết|no later than|before|by)(?: ngày| the)?"
)
_DATE = re.compile(rf"{_BY}\s+([0-9]{{1,2}})[/.-]([0-9]{{1,2}})(?:[/.-]([0-9]{{4}}))?(?![0-9])", re.IGNORECASE)
_IN_WORDS = re.compile(rf"{_BY}\s+([0-9]{{1,2}})\s+tháng\s+([0-9]{{1,2}})(?:\s+năm\s+([0-9]{{4}}))?", re.IGNORECASE)
_ENGLISH = re.compile(rf"{_BY}\s+([0-9]{{1,2}})\s+([A-Z][a-z]{{2,8}})(?:\s+([0-9]{{4}}))?")
_MONTHLY = re.compile(rf"(?:{_BY}\s+|vào ngày\s+)([0-9]{{1,2}})\s+(?:hằng|hàng|mỗi|của)\s+tháng", re.IGNORECASE)
_IN_MONTH = re.compile(r"(?:trong|hết|cuối)\s+tháng\s+([0-9]{1,2})(?:\s*(?:/|năm)\s*([0-9]{4}))?", re.IGNORECASE)
_IN_QUARTER = re.compile(r"(?:trong|hết|cuối)\s+quý\s+([1-4]|IV|I{1,3})\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?:trong(?: vòng| thời hạn)?|within)\s+([0-9]{1,3})\s+(ngày làm việc|working days|ngày|days)\s*"
    r"(?:,?\s*(?:kể từ|sau|of|from|after)\b)", re.IGNORECASE,
)  # fmt: skip
_CADENCES = (
    ("week", re.compile(r"\b(?:hằng|hàng|mỗi) tuần|\bweekly|every week", re.IGNORECASE)),
    ("month", re.compile(r"\b(?:hằng|hàng|mỗi) tháng|\bmonthly|every month", re.IGNORECASE)),
    ("quarter", re.compile(r"\b(?:hằng|hàng|mỗi|theo) quý|\bquarterly|every quarter", re.IGNORECASE)),
    ("half-year", re.compile(r"\b6 tháng\b(?! đầu năm 20)|\bsáu tháng|half-year|every six months", re.IGNORECASE)),
    (
        "year",
        re.compile(r"\b(?:1|một) năm\b|\b(?:hằng|hàng) năm|báo cáo năm|\bannual|yearly|every year", re.IGNORECASE),
    ),
)
_REPORTS = re.compile(r"báo cáo (?:kết quả|định kỳ|tình hình|số liệu|6 tháng|năm|quý|tháng|về)|gửi báo cáo|\breport\b",
                      re.IGNORECASE)  # fmt: skip
_OCCASIONS = (
    ("tet-nguyen-dan", "Tết Nguyên đán", "before lunar 1/1", r"tết nguyên đán|tết cổ truyền"),
    ("quoc-te-phu-nu", "Ngày Quốc tế Phụ nữ", "before {year}-03-08", r"quốc tế phụ nữ|\b8/3\b"),
    ("quoc-te-thieu-nhi", "Ngày Quốc tế Thiếu nhi", "before {year}-06-01", r"tết thiếu nhi|quốc tế thiếu nhi|\b1/6\b"),
    ("gia-dinh-viet-nam", "Ngày Gia đình Việt Nam", "before {year}-06-28", r"gia đình việt nam|\b28/6\b"),
    ("thuong-binh-liet-si", "Ngày Thương binh – Liệt sĩ", "before {year}-07-27", r"thương binh|\b27/7\b"),
    ("trung-thu", "Tết Trung thu", "before lunar 15/8", r"trung thu"),
    ("phu-nu-viet-nam", "Ngày Phụ nữ Việt Nam", "before {year}-10-20", r"phụ nữ việt nam\b.{0,20}20/10|\b20/10\b"),
)
_WINDOWS = ((r"tháng hành động vì trẻ em", "{year}-06-01/{year}-06-30"),)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class When:
    """A deadline as a plan writes it: lines of YAML by key; `said` when the document gives the day itself.

    `name` tells the deadlines of one sentence apart (`6-thang`, `nam`); it is empty where there is one.
    """

    key: str
    value: str | dict[str, str] | list[dict[str, str]]
    said: bool
    name: str = ""


def deadlines(text: str, issued: date, last: date) -> list[When]:
    """What the words say or suggest about when it is due; nothing for a standing duty.

    >>> [when.value for when in deadlines("gửi trước ngày 25 hằng tháng", date(2023, 4, 13), date(2023, 12, 31))]
    [{'every': 'month', 'by': 'day 25'}]
    """
    found = list(_fixed(text, issued, last))
    if found:
        return found[:1]
    cadences = [name for name, pattern in _CADENCES if pattern.search(text)]
    if cadences and _REPORTS.search(text):
        return [_cadence(name, several=len(cadences) > 1) for name in cadences]
    occasions = list(_occasions(text, issued))
    if occasions:
        return [When("occasions", occasions, said=False)]
    for words, span in _WINDOWS:
        if re.search(words, text, re.IGNORECASE):
            return [When("during", span.format(year=issued.year), said=False)]
    if re.search(r"\b(?:sơ kết|tổng kết)\b", text) and cadences:
        return [_cadence(name, several=len(cadences) > 1) for name in cadences]
    return []


def is_report(text: str) -> bool:
    """Whether the words ask for a report."""
    return _REPORTS.search(text) is not None


def _fixed(text: str, issued: date, last: date) -> Iterator[When]:
    monthly = _MONTHLY.search(text)
    if monthly and 1 <= int(monthly[1]) <= 31:
        yield When("due", {"every": "month", "by": f"day {int(monthly[1])}"}, said=True)
    for pattern in (_DATE, _IN_WORDS, _ENGLISH):
        for found in pattern.finditer(text):
            day = _day(found[1], found[2], found[3], issued, last)
            if day is not None:
                yield When("due", day.isoformat(), said=True)
    within = _WITHIN.search(text)
    if within and int(within[1]):
        unit = "working days" if within[2].lower() in ("ngày làm việc", "working days") else "days"
        count = int(within[1])
        words = f"{count} {unit if count > 1 else unit.removesuffix('s')}"
        yield When("due", f"{words} after plan.issued", said=False)  # from when, the reader knows better
    month = _IN_MONTH.search(text)
    if month and 1 <= int(month[1]) <= 12:
        year = int(month[2]) if month[2] else _year(int(month[1]), issued, last)
        yield When("due", f"in {date(year, int(month[1]), 1):%B} {year}", said=True)
    quarter = _IN_QUARTER.search(text)
    if quarter:
        number = _ROMAN.get(quarter[1].upper()) or int(quarter[1])
        yield When("due", f"in {date(issued.year, number * 3, 1):%B} {_year(number * 3, issued, last)}", said=True)


def _cadence(name: str, *, several: bool) -> When:
    short = {"week": "tuan", "month": "thang", "quarter": "quy", "half-year": "6-thang", "year": "nam"}[name]
    due = {"every": name, "by": "last working day"}
    if name == "half-year" and several:
        due["only"] = "H1"  # the second half is the year's report
    return When("due", due, said=False, name=short if several else "")


def _occasions(text: str, issued: date) -> Iterator[dict[str, str]]:
    for name, title, due, words in _OCCASIONS:
        if re.search(words, text, re.IGNORECASE):
            yield {"id": name, "title": title, "due": due.format(year=issued.year)}


def _day(day: str, month: str, year: str | None, issued: date, last: date) -> date | None:
    number = int(month) if month.isdigit() else next(
        (n for n, name in enumerate(_ENGLISH_MONTHS, start=1) if month.lower().startswith(name)), 0
    )  # fmt: skip
    try:
        found = date(int(year) if year else _year(number, issued, last), number, int(day))
    except ValueError:
        return None
    return found if found > issued else None


def _year(month: int, issued: date, last: date) -> int:
    """The year in which a month without one falls: the first in which it has not ended when the plan begins."""
    return issued.year if month >= issued.month or last.year == issued.year else issued.year + 1

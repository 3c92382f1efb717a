"""Reading one answer as people write it: `1.234,5`, `1 234`, `19/6/2023`, `có`, `5/8`, `12 buổi`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from dondoc.core.plan import FormField
from dondoc.core.text import Text, nfc

DIGITS_AT_MOST = 18
TEXT_AT_MOST = {"text": 1_000, "long text": 20_000}
ITEMS_AT_MOST = 500

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CURRENCY = re.compile(r"\s*(?:₫|đ|đồng|vnđ|vnd|dong)\.?$", re.IGNORECASE)
_YES = frozenset({"có", "co", "yes", "y", "true", "đúng", "x", "1", "✓", "on", "rồi"})
_NO = frozenset({"không", "khong", "no", "n", "false", "sai", "0", "off", "chưa"})
_DAY_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.IGNORECASE)
_DAY_WRITTEN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Unreadable(ValueError):
    """An answer that cannot be read as its field asks; the sentence says what to write instead."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.message = Text(vi=vi, en=en)


def said(raw: object) -> bool:
    """Whether anything was answered at all.

    >>> said("  "), said([]), said(0), said(False)
    (False, False, True, True)
    """
    match raw:
        case None:
            return False
        case str():
            return bool(_plain(raw))
        case Mapping():
            return any(said(value) for value in raw.values())
        case list() | tuple():
            return any(said(item) for item in raw)
        case _:
            return True


def read_answer(field: FormField, raw: object, language: str = "vi") -> object:
    """The answer as it is kept; `language` decides what a lone `1.234` or `1,234` means.

    Raises:
        Unreadable: with a sentence for the sender.
    """
    match field.type:
        case "integer":
            return _whole(_limited(field, read_number(_bare(field, raw), language, whole=True)))
        case "decimal" | "money" | "percent":
            return _exact(_limited(field, read_number(_bare(field, raw), language)))
        case "ratio":
            return _ratio(field, raw, language)
        case "text" | "long text":
            return _text(raw, field.type)
        case "choice":
            return _choice(field, raw)
        case "multiple choice":
            chosen = dict.fromkeys(_choice(field, item) for item in _items(raw, r"[;\n]|, "))
            return list(chosen)
        case "boolean":
            return _boolean(raw)
        case "date":
            return _date(raw).isoformat()
        case "list":
            return _limited_items(field, [_text(item, "text") for item in _items(raw, r"\n")])
        case "table":
            return _table(field, raw)


def read_number(raw: object, language: str = "vi", *, whole: bool = False) -> Decimal:
    """A number as it is written in Vietnamese or English, exactly.

    >>> [str(read_number(text)) for text in ("1.234,5", "1 234", "1,234.5", "1.5", "1.234", "-3")]
    ['1234.5', '1234', '1234.5', '1.5', '1234', '-3']
    >>> str(read_number("1.234", "en")), str(read_number("1,234", whole=True))
    ('1.234', '1234')
    """
    match raw:
        case bool():
            raise _no_number(str(raw).lower())
        case int() | Decimal():
            number = Decimal(raw)
        case float():
            number = Decimal(repr(raw))
        case str():
            number = _written(_plain(raw), language, whole)
        case _:
            raise _no_number(str(raw))
    if not number.is_finite():
        raise _no_number(str(raw))
    if number.adjusted() >= DIGITS_AT_MOST or len(number.normalize().as_tuple().digits) > DIGITS_AT_MOST:
        raise Unreadable("too-long", "số có quá nhiều chữ số; hãy kiểm tra lại", "the number has too many digits")
    if whole and number != number.to_integral_value():
        shown = said_as(number, "vi"), said_as(number, "en")
        raise Unreadable(
            "not-whole", f"phải là số nguyên, không phải {shown[0]}", f"write a whole number, not {shown[1]}"
        )
    return number


def said_as(number: Decimal, language: str) -> str:
    """The number as a sentence shows it.

    >>> said_as(Decimal("1234567.50"), "vi"), said_as(Decimal("1234567.50"), "en")
    ('1.234.567,5', '1,234,567.5')
    """
    plain = f"{number.normalize():,f}"
    return plain.translate(str.maketrans(",.", ".,")) if language == "vi" else plain


def numeric(value: object) -> Decimal | None:
    """A kept amount (`12`, `"1234.5"`) as a number again; None for anything else.

    >>> numeric("1234.5"), numeric(7), numeric("bảy"), numeric(True)
    (Decimal('1234.5'), Decimal('7'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def halves(field: FormField, kept: object) -> tuple[Decimal, Decimal] | None:
    """Numerator and denominator of a kept ratio, by their names: a database gives them back in an order of its own.

    >>> halves(FormField(id="I14", label="Tỷ lệ", type="ratio", of=("dat", "xa")), {"xa": 8, "dat": 5})
    (Decimal('5'), Decimal('8'))
    """
    top, bottom = (numeric(kept.get(part)) if isinstance(kept, Mapping) else None for part in field.halves)
    return None if top is None or bottom is None else (top, bottom)


# -- numbers


def _written(text: str, language: str, whole: bool) -> Decimal:
    compact = _SPACES.sub(" ", text).replace("−", "-").replace("–", "-")
    compact = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", compact)
    sign, digits = ("-", compact[1:].strip()) if compact.startswith("-") else ("", compact.removeprefix("+"))
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*", digits):
        raise _no_number(text)
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        point = "." if digits.rindex(".") > digits.rindex(",") else ","
    elif dots + commas > 1:
        point = ""
    elif dots or commas:
        mark = "." if dots else ","
        groups = re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits) is not None
        point = "" if groups and (whole or mark == ("." if language == "vi" else ",")) else mark
    else:
        point = ""
    before, _, after = digits.partition(point) if point else (digits, "", "")
    if re.search(r"[.,]", before) and not re.fullmatch(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*", before):
        raise _no_number(text)
    if re.search(r"[.,]", after):
        raise _no_number(text)
    return Decimal(sign + re.sub("[.,]", "", before) + (f".{after}" if after else ""))


def _no_number(text: str) -> Unreadable:
    shown = _shown(text)
    return Unreadable(
        "not-a-number", f"“{shown}” không phải là số; hãy ghi như 1.234,5", f"“{shown}” is no number; write 1234.5"
    )


def _bare(field: FormField, raw: object) -> object:
    """The answer without the unit that people write behind the figure."""
    if not isinstance(raw, str):
        return raw
    text = _plain(raw)
    for unit in (field.unit.vi, field.unit.en) if field.unit else ():
        if unit and text.casefold().endswith(nfc(unit).casefold()):
            text = text[: -len(nfc(unit))]
            break
    if field.type == "money":
        text = _CURRENCY.sub("", text)
    if field.type == "percent":
        text = text.removesuffix("%")
    return text.strip()


def _limited(field: FormField, number: Decimal) -> Decimal:
    if field.min is not None and number < field.min:
        low = field.min
        raise Unreadable("too-small", f"phải từ {said_as(low, 'vi')} trở lên", f"must be at least {said_as(low, 'en')}")
    if field.max is not None and number > field.max:
        high = field.max
        raise Unreadable("too-large", f"không được quá {said_as(high, 'vi')}", f"must be at most {said_as(high, 'en')}")
    return number


def _whole(number: Decimal) -> int:
    return int(number)


def _exact(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _ratio(field: FormField, raw: object, language: str) -> dict[str, object]:
    top_name, bottom_name = field.halves
    match raw:
        case Mapping():
            parts: Sequence[object] = (raw.get(top_name), raw.get(bottom_name))
        case str():
            parts = re.split(r"[/:]", _plain(raw))
        case list() | tuple():
            parts = raw
        case _:
            parts = ()
    top_told, bottom_told = field.part(top_name), field.part(bottom_name)
    if len(parts) != 2 or not all(said(part) for part in parts):
        raise Unreadable(
            "not-a-ratio",
            f"cần cả hai số: {top_told.within('vi')} và {bottom_told.within('vi')}, ví dụ 5/8",
            f"both numbers are needed: {top_told.within('en')} and {bottom_told.within('en')}, as in 5/8",
        )
    top, bottom = (read_number(part, language) for part in parts)
    if top < 0 or bottom < 0:
        raise Unreadable("too-small", "hai số phải từ 0 trở lên", "neither number may be below 0")
    if bottom == 0 and top != 0:
        raise Unreadable(
            "no-whole",
            f"{bottom_told.within('vi')} là 0 nên {top_told.within('vi')} phải là 0",
            f"{bottom_told.within('en')} is 0, so {top_told.within('en')} must be 0",
        )
    if top > bottom * (Decimal(1) if field.max is None else field.max):
        raise Unreadable(
            "too-large",
            f"{top_told.within('vi')} ({said_as(top, 'vi')}) lớn hơn"
            f" {bottom_told.within('vi')} ({said_as(bottom, 'vi')})",
            f"{top_told.within('en')} ({said_as(top, 'en')}) is larger than"
            f" {bottom_told.within('en')} ({said_as(bottom, 'en')})",
        )
    return {
        name: int(part) if part == part.to_integral_value() else _exact(part)
        for name, part in ((top_name, top), (bottom_name, bottom))
    }


# -- words


def _plain(raw: str) -> str:
    return _CONTROL.sub("", nfc(raw)).strip()


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _text(raw: object, kind: str) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Unreadable("not-a-text", "phải là một đoạn chữ", "write a text")
    text = _plain(str(raw).replace("\r\n", "\n"))
    if kind == "text":
        text = _SPACES.sub(" ", text)
    most = TEXT_AT_MOST[kind]
    if len(text) > most:
        raise Unreadable(
            "too-long", f"dài {len(text)} ký tự, tối đa {most}", f"it has {len(text)} characters, at most {most}"
        )
    return text


def _key(text: str) -> str:
    return _SPACES.sub(" ", _plain(text)).casefold()


def _choice(field: FormField, raw: object) -> str:
    answer = _text(raw, "text")
    known = {_key(choice): nfc(choice) for choice in field.choices}
    if (found := known.get(_key(answer))) is not None:
        return found
    near = get_close_matches(_key(answer), known, n=1, cutoff=0.6)
    offered = [known[near[0]]] if near else list(known.values())[:9]
    raise Unreadable(
        "unknown-choice",
        f"không có lựa chọn “{_shown(answer)}”; hãy chọn: {' | '.join(offered)}",
        f"“{_shown(answer)}” is not among the choices; write {' | '.join(offered)}",
    )


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = _key(raw if isinstance(raw, str) else str(raw))
    if word in _YES or word in _NO:
        return word in _YES
    raise Unreadable("not-yes-or-no", "hãy ghi “có” hoặc “không”", "write yes or no")


def _date(raw: object) -> date:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    text = _SPACES.sub(" ", _plain(str(raw)))
    found = _day(text)
    if found is None or not 1900 <= found.year <= 2100:
        raise Unreadable(
            "not-a-day",
            f"“{_shown(text)}” không phải là ngày; hãy ghi như 19/6/2023",
            f"“{_shown(text)}” is no day; write 2023-06-19",
        )
    return found


def _day(text: str) -> date | None:
    written = _DAY_WRITTEN.fullmatch(text) or _DAY_IN_WORDS.fullmatch(text)
    try:
        if written:
            day, month, year = (int(part) for part in written.groups())
            return date(year, month, day)
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


# -- several


def _items(raw: object, separators: str) -> list[object]:
    found = re.split(separators, nfc(raw)) if isinstance(raw, str) else raw
    if not isinstance(found, list | tuple):
        raise Unreadable("not-a-list", "hãy ghi mỗi mục một dòng", "write one item on each line")
    items = [item for item in found if said(item)]
    if len(items) > ITEMS_AT_MOST:
        raise Unreadable("too-long", f"tối đa {ITEMS_AT_MOST} mục", f"at most {ITEMS_AT_MOST} items")
    return items


def _limited_items(field: FormField, items: list[str]) -> list[str]:
    _limited(field, Decimal(len(items)))
    return items


def _table(field: FormField, raw: object) -> list[dict[str, str]]:
    rows = _items(raw, r"\n")
    read: list[dict[str, str]] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise Unreadable("not-a-row", f"dòng {number} phải ghi theo cột", f"row {number} must name its columns")
        columns = {nfc(str(column)): cell for column, cell in row.items()}
        strange = [column for column in columns if field.of and column not in field.of]
        if strange:
            names = ", ".join(field.of)
            raise Unreadable(
                "unknown-column",
                f"dòng {number}: không có cột “{_shown(strange[0])}”; các cột là {names}",
                f"row {number}: there is no column “{_shown(strange[0])}”; the columns are {names}",
            )
        read.append(
            {column: _text(columns[column], "text") for column in field.of or columns if said(columns.get(column))}
        )
    return read

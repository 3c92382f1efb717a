"""A paper before it is written as DOCX, PDF or HTML: letterhead, title, blocks, signature and recipients."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from dondoc.core.organisation import Organisation
from dondoc.core.text import Names, Strict, Text, short_date
from dondoc.errors import DondocError, first_line

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


class Letterhead(Strict):
    """What stands above and below every paper of an organisation: `letterhead.yaml` in its folder of templates.

    `nd30` follows Decree 30/2020/NĐ-CP; `doan_the` writes number and title as mass organisations do, after the
    Party's guidance 36-HD/VPTW. `top` stands in place of the national title where an organisation has another. In the
    file every text may stand in two languages, `{vi: …, en: …}`.
    """

    style: Literal["nd30", "doan_the"] = "nd30"
    parent: str = ""
    body: str
    top: str = ""
    place: str = "…………"
    report_sign: str = "BC"
    dispatch_sign: str = ""
    authority: str = ""
    post: str = ""
    signer: str = ""
    report_to: Names = ()
    recipients: Names = ()
    dispatch_recipients: Names = ()
    phone: str = ""


class LetterheadWrong(DondocError):
    """The letterhead beside the plans cannot be read."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file}: {why}. Mend the file, or remove it to print the organisation's name alone.")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 `I. …`, 2 `1. …`, 3 `a) …`."""

    text: str
    level: int = 1
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; an `item` begins with a dash, and one that `leads` to a list stays on the page of its first item."""

    text: str
    item: bool = False
    leads: bool = field(init=False)
    kind: str = "paragraph"

    def __post_init__(self) -> None:
        object.__setattr__(self, "leads", self.text.endswith(":"))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under columns; `numbers` are right-aligned columns, `total` says that the last row is the sum."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numbers: tuple[int, ...] = ()
    total: bool = False
    wide: bool = False
    note: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG, with the words that stand for it."""

    title: str
    svg: str
    alt: str
    kind: str = "picture"


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is printed. Without `number` the line for it and its day stay blank for the clerk."""

    kind: Literal["report", "dispatch", "dossier"]
    language: str
    letterhead: Letterhead
    sign: str
    title: str
    about: str
    blocks: tuple[Block, ...]
    to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    number: str = ""
    day: date | None = None
    year: int = 0
    appendices: tuple[Block, ...] = field(default=())

    @property
    def number_line(self) -> str:
        """`Số: 05/BC-BTV`, as the letterhead's style has it; a number below ten gets a leading zero.

        A dossier is laid before a meeting and not issued, so that it has none.
        """
        if self.kind == "dossier":
            return ""
        number = self.number.zfill(2) if self.number.isdecimal() else self.number or " " * 8
        word = "No." if self.language == "en" else "Số"
        if self.letterhead.style == "doan_the":
            kind, dash, body = self.sign.partition("-")
            return f"{word} {number}-{kind}/{body}" if dash else f"{word} {number}-{self.sign}"
        return f"{word}: {number}/{self.sign}"

    def head_of(self, number: int) -> tuple[str, str, str]:
        """What stands above an appendix: its word and number, its title, and the paper with which it goes."""
        vi, block = self.language != "en", self.appendices[number - 1]
        title = "" if isinstance(block, Heading | Paragraph) else block.title
        given = self.number_line.replace(":", "")
        with_it = f"{self.title.capitalize()} {given[:1].lower()}{given[1:]}"
        day = self.place_and_day.removeprefix(f"{self.letterhead.place}, ")
        said = f"(Kèm theo {with_it} {day})" if vi else f"(Attached to {with_it}, {day})"
        word = appendix_name("Phụ lục" if vi else "Appendix", number, len(self.appendices))
        return word, title.upper(), said

    @property
    def place_and_day(self) -> str:
        """`Bắc Ninh, ngày 05 tháng 01 năm 2023`; days below ten and the first two months with a leading zero."""
        place = self.letterhead.place
        if self.language == "en":
            return f"{place}, {short_date(self.day, 'en')}" if self.day else f"{place}, …… {self.year}"
        if self.day is None:
            return f"{place}, ngày      tháng      năm {self.year}"
        month = f"{self.day.month:02}" if self.day.month < 3 else str(self.day.month)
        return f"{place}, ngày {self.day.day:02} tháng {month} năm {self.day.year}"

    def as_data(self) -> dict[str, Any]:
        """Everything as JSON holds it, for the templates."""
        head, appendices = self.letterhead, tuple(enumerate(self.appendices, 1))
        vi = self.language != "en"
        nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" if vi else "SOCIALIST REPUBLIC OF VIET NAM"
        motto = "Độc lập - Tự do - Hạnh phúc" if vi else "Independence - Freedom - Happiness"
        return {
            "kind": self.kind,
            "language": self.language,
            "style": head.style,
            "parent": head.parent.upper(),
            "body": head.body.upper(),
            "top": (head.top or nation).upper(),
            "motto": "" if head.top else motto,
            "number": self.number_line,
            "place_and_day": self.place_and_day,
            "title": self.title,
            "about": self.about,
            "to_word": "Kính gửi" if vi else "To",
            "to": list(self.to),
            "authority": head.authority.upper(),
            "post": head.post.upper(),
            "signer": head.signer,
            "recipients_word": "Nơi nhận" if vi else "Copies to",
            "recipients": list(self.recipients),
            "blocks": [asdict(block) for block in self.blocks],
            "appendices": [asdict(block) | {"head": self.head_of(number)} for number, block in appendices],
            "pictures": [block.svg for block in (*self.blocks, *self.appendices) if isinstance(block, Picture)],
        }


def appendix_name(word: str, number: int, of: int) -> str:
    """`Phụ lục II`; the only one has no number."""
    return f"{word} {ROMAN[number]}" if of > 1 else word


def templates_of(plans: Path, organisation: str) -> Path:
    """Where an organisation has its letterhead and templates: `reports/ORGANISATION` beside the plans, or `reports`."""
    own = plans / "reports" / organisation
    return own if own.is_dir() else plans / "reports"


def _within(language: str, value: Any) -> Any:
    """What a file says in one language, of the texts that it has in two."""
    if isinstance(value, dict):
        if value.keys() <= {"vi", "en"} and any(value.values()):
            return Text.model_validate(value).within(language)
        return {key: _within(language, one) for key, one in value.items()}
    return [_within(language, one) for one in value] if isinstance(value, list) else value


def letterhead_of(folder: Path, organisation: Organisation, language: str) -> Letterhead:
    """The letterhead in a folder of templates; without one, the organisation's name alone.

    Raises:
        LetterheadWrong: there is one that cannot be read.
    """
    file = folder / "letterhead.yaml"
    if not file.is_file():
        return Letterhead(body=organisation.name.within(language))
    try:
        return Letterhead.model_validate(_within(language, yaml.safe_load(file.read_text(encoding="utf-8"))))
    except ValidationError as error:
        where = error.errors()[0]
        named = ".".join(map(str, where["loc"]))
        raise LetterheadWrong(file, f"`{named}`: {where['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LetterheadWrong(file, first_line(str(error))) from error

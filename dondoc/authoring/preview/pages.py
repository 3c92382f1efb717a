"""A preview as a folder of pages that open in a browser without a server, and without JavaScript.

index.html has the calendar of the year, the load and what to look at again; duties.html every deadline with its reason;
days.html the year day by day; people/ a page for each recipient; letters/ each letter as its recipient would read it.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dondoc.authoring.preview.words import KINDS, WEEK, WORDS
from dondoc.calendar.workdays import WEEKDAYS, WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.burden import LetterLine, Load
from dondoc.core.letter import Kind, Letter, Recipient
from dondoc.core.obligation import Obligation
from dondoc.core.preview import Preview
from dondoc.core.text import short_date
from dondoc.errors import DondocError
from notifications.wording import number

TEMPLATES = Path(__file__).parent / "templates"
MARK = "written-by-dondoc-preview"
"""A file that says that the folder is a preview and may be written anew."""

NAMED = 4
"""So many units or people are named; of more, only the number."""

BUSIEST = 10
_DAY = timedelta(days=1)


class FolderNotFree(DondocError):
    """The folder holds something that no preview left there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds other files. Name a folder that is new or empty, or that an earlier preview wrote."
        )


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    day: date
    inside: bool
    off: str
    due: int
    letters: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month as weeks of seven cells; a cell is None outside the month."""

    name: str
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What falls due together: one task in one period, owed by several."""

    one: Obligation
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient, their page, and their load."""

    recipient: Recipient
    page: str
    unit: str
    load: Load


class Pages:
    """The folder while it is being written: letters come one by one, the pages at the end.

    Raises:
        FolderNotFree: it holds something else.
    """

    def __init__(self, folder: Path, language: str) -> None:
        self._folder = folder
        self._language = language
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / MARK).is_file():
                raise FolderNotFree(folder)
            for name in ("letters", "people"):
                shutil.rmtree(folder / name, ignore_errors=True)
        (folder / "letters").mkdir(parents=True, exist_ok=True)
        (folder / "people").mkdir(exist_ok=True)
        (folder / MARK).write_text("Written by `dondoc preview --html`; written anew when it is run again.\n")

    def add(self, letter: Letter) -> None:
        """Write a letter as its recipient would read it."""
        (self._folder / "letters" / f"{letter.id}.html").write_text(letter.html, encoding="utf-8")

    def finish(self, preview: Preview) -> None:
        """Write the pages around the letters."""
        book = _Book(preview, self._language)
        (self._folder / "style.css").write_text((TEMPLATES / "style.css").read_text(encoding="utf-8"), encoding="utf-8")
        for name in ("index", "duties", "days"):
            self._write(f"{name}.html", book, up="", here=name)
        by_person = _grouped(preview.letters)
        for person in book.people:
            self._write(
                f"people/{person.page}", book, template="person.html", up="../", here="person",
                person=person, letters=by_person[person.recipient.key],
            )  # fmt: skip

    def _write(self, name: str, book: _Book, *, template: str = "", **more: object) -> None:
        text = (
            _environment()
            .get_template(template or name)
            .render(
                book=book, words=WORDS[self._language], kinds=KINDS[self._language], language=self._language, **more
            )
        )
        (self._folder / name).write_text(text, encoding="utf-8")


class _Book:
    """What the pages ask for."""

    def __init__(self, preview: Preview, language: str) -> None:
        self.preview = preview
        self.language = language
        self.calendar: WorkCalendar = preview.calendar
        self.week = WEEK[language]
        self._directory = Directory(preview.organisation)
        self.occurrences = tuple(_occurrences(preview.obligations, self.name))
        self.people = tuple(self._people(preview.loads))
        self.pages = {person.recipient.key: person.page for person in self.people}
        self.due_on = Counter(one.due.day(self.calendar) for one in preview.obligations)
        self.letters_on = Counter(self.day_of(one) for one in preview.letters)
        self.busiest = sorted(self.letters_on.items(), key=lambda pair: (-pair[1], pair[0]))[:BUSIEST]

    def name(self, unit: str) -> str:
        return self._directory.name(unit, self.language)

    def day_of(self, letter: LetterLine) -> date:
        return self.calendar.day_of(letter.at)

    def said(self, day: date) -> str:
        return short_date(day, self.language)

    def long_date(self, day: date) -> str:
        return f"{WEEKDAYS[self.language][day.weekday()]}, {self.said(day)}"

    def clock(self, letter: LetterLine) -> str:
        return f"{self.calendar.local(letter.at):%H:%M}"

    def due(self, one: Obligation) -> str:
        day = self.long_date(one.due.day(self.calendar))
        return day if one.due.whole_day else f"{self.calendar.local(one.due.at):%H:%M} {day}"

    def why(self, one: Obligation) -> str:
        return one.due.explain("en" if self.language == "en" else "vi")

    def opens(self, one: Obligation) -> str:
        return self.said(self.calendar.day_of(one.opens))

    @property
    def months(self) -> Iterator[Month]:
        """The months of the preview."""
        month = self.preview.first.replace(day=1)
        while month <= self.preview.last:
            following = (month + 31 * _DAY).replace(day=1)
            name = f"Tháng {month.month}/{month.year}" if self.language == "vi" else f"{month:%B} {month.year}"
            yield Month(name, tuple(self._weeks(month, following)))
            month = following

    def _weeks(self, month: date, following: date) -> Iterator[tuple[Day | None, ...]]:
        day = month - month.weekday() * _DAY
        while day < following:
            week = [day + n * _DAY for n in range(7)]
            yield tuple(self._day(one) if month <= one < following else None for one in week)
            day += 7 * _DAY

    def _day(self, day: date) -> Day:
        inside = self.preview.first <= day <= self.preview.last
        off = self.calendar.why_off(day, self.language) or ""
        return Day(day, inside, off, self.due_on[day], self.letters_on[day])

    @property
    def days(self) -> Iterator[tuple[date, list[Occurrence], Counter[Kind], list[Person]]]:
        """The days on which something happens: what is due, the kinds of letters that leave, and to whom."""
        due: dict[date, list[Occurrence]] = {}
        for one in self.occurrences:
            due.setdefault(one.one.due.day(self.calendar), []).append(one)
        people = {person.recipient.key: person for person in self.people}
        kinds: dict[date, Counter[Kind]] = {}
        to: dict[date, dict[str, Person]] = {}
        for letter in self.preview.letters:
            day = self.day_of(letter)
            kinds.setdefault(day, Counter())[letter.kind] += 1
            to.setdefault(day, {})[letter.recipient.key] = people[letter.recipient.key]
        for day in sorted(due.keys() | kinds.keys()):
            yield day, due.get(day, []), kinds.get(day, Counter()), list(to.get(day, {}).values())

    def _people(self, loads: Iterable[Load]) -> Iterator[Person]:
        used: set[str] = set()
        for load in loads:
            name = re.sub(r"[^a-z0-9.-]+", "-", load.recipient.key.lower()).strip("-.")
            page, n = f"{name}.html", 2
            while page in used:
                page, n = f"{name}-{n}.html", n + 1
            used.add(page)
            yield Person(load.recipient, page, self.name(load.recipient.unit), load)


def _occurrences(obligations: Iterable[Obligation], name: Callable[[str], str]) -> Iterator[Occurrence]:
    together: dict[tuple[str, str, object], list[Obligation]] = {}
    for one in obligations:
        together.setdefault((one.task, one.period, one.due), []).append(one)
    for some in together.values():
        yield Occurrence(some[0], tuple(name(one.unit) for one in some))


def _grouped(letters: Iterable[LetterLine]) -> dict[str, list[LetterLine]]:
    found: dict[str, list[LetterLine]] = {}
    for one in letters:
        found.setdefault(one.recipient.key, []).append(one)
    return found


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["NAMED"] = NAMED
    environment.filters["told"] = number
    return environment

"""Brings a list of people, kept as a spreadsheet, into an organisation's file: what differs, and the text with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dondoc.authoring.drafting.document import unpacks_to_too_much
from dondoc.authoring.drafting.names import folded
from dondoc.authoring.text_edits import Edits, Place
from dondoc.core.organisation import Committee, Organisation, Person, Unit
from dondoc.core.text import Text, nfc
from dondoc.errors import DondocError, first_line, nearest

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "don vi", "to chuc"),
    "role": ("role", "chuc danh", "chuc vu"),
    "name": ("name", "ho ten", "ho va ten", "ten"),
    "email": ("email", "e mail", "thu dien tu", "dia chi email"),
    "phone": ("phone", "telephone", "dien thoai", "so dien thoai"),
    "contact": ("contact", "lien he", "cach lien he"),
    "receives": ("receives", "nhan", "nhan thu"),
}
"""The headings by which a column is known, without accents."""

_LISTS = ("receives",)
_MOST_ROWS = 100_000
Kind = Literal["added", "changed", "removed"]


class PeopleUnreadable(DondocError):
    """A spreadsheet of people cannot be read."""

    def __init__(self, file: Path, why: str, instead: str) -> None:
        super().__init__(f"{file} cannot be read as a list of people: {why}. {instead}")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: its number in the sheet, the unit as written, and what stands in the other columns."""

    number: int
    unit: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What the list says otherwise than the file, of one person: the key's value before and after."""

    kind: Kind
    body: str
    role: str
    key: str
    before: str
    after: str
    place: Place
    """Where in the file: of somebody new, the list that he or she joins."""
    person: Mapping[str, Any] = field(default_factory=dict)
    """Of somebody new, everything that is known."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, what cannot be understood, and who is in the file and not in the list."""

    changes: tuple[Change, ...]
    problems: tuple[str, ...]
    unlisted: tuple[str, ...]


def read_people(file: Path) -> list[Row]:
    """The rows of the first sheet; the first row names the columns, in English or Vietnamese."""
    from openpyxl import load_workbook

    try:
        too_much = unpacks_to_too_much(file)
    except OSError as error:
        raise PeopleUnreadable(file, first_line(error.strerror or error), "Check the path.") from None
    if too_much:
        raise PeopleUnreadable(file, "it unpacks to far more than a list", "Save the list alone.")
    try:
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        rows = [tuple(_cell(value) for value in row) for row in sheet.iter_rows(max_row=_MOST_ROWS, values_only=True)]
    except Exception as error:  # noqa: BLE001 - what a broken file makes the library raise is not told anywhere
        raise PeopleUnreadable(file, f"it is no XLSX file ({first_line(error)})", "Save it as .xlsx.") from None
    headings = [_column(cell) for cell in (rows[0] if rows else ())]
    if "unit" not in headings or "role" not in headings:
        raise PeopleUnreadable(
            file, "its first row does not name the columns",
            "Write unit, role, name, email, phone in it (đơn vị, chức danh, họ tên, email, điện thoại).",
        )  # fmt: skip
    found = []
    for number, row in enumerate(rows[1:], start=2):
        said = {key: cell for key, cell in zip(headings, row, strict=False) if key and cell}
        if said:
            found.append(Row(number, said.pop("unit", ""), said))
    return found


def compare(organisation: Organisation, rows: Iterable[Row], *, complete: bool = False) -> Comparison:
    """How the list differs from the file; with `complete`, whoever of a unit in it is not in the list is removed.

    A person is known by the unit and the role; several of one role by their order.
    """
    known = {body.called: people for body, people in bodies(organisation)}
    names = {folded(text): body.called for body, _ in bodies(organisation) for text in _texts(body)}
    changes: list[Change] = []
    problems: list[str] = []
    taken: dict[str, list[int]] = {}
    for row in rows:
        body = names.get(folded(row.unit))
        if body is None:
            near = nearest(folded(row.unit), names, at_most=1)
            hint = f"did you mean {names[near[0]]}?" if near else "write its id or its name"
            problems.append(f"row {row.number}: there is no unit `{row.unit}`; {hint}")
            continue
        wrong = _unreadable(row)
        if wrong:
            problems.append(f"row {row.number}: {wrong}")
            continue
        people = known[body]
        role = row.said.get("role", "officer")
        used = taken.setdefault(body, [])
        index = next((n for n, (_, one) in enumerate(people) if one.role == role and n not in used), None)
        if index is None:
            shown = ", ".join(f"{key}: {value}" for key, value in row.said.items() if key != "role")
            new = {key: _value(key, value) for key, value in row.said.items()}
            changes.append(Change("added", body, role, "", "", shown, _list_of(organisation, body), new))
            continue
        used.append(index)
        place, person = people[index]
        changes += [
            Change("changed", body, role, key, before, after, place)
            for key, after in row.said.items()
            if key != "role" and not _same(person, key, after) and (before := _said(person, key)) is not None
        ]
    gone = [(body, place, one) for body, used in taken.items()
            for n, (place, one) in enumerate(known[body]) if n not in used]  # fmt: skip
    if complete:
        changes += [
            Change("removed", body, one.role, "", _said(one, "email") or "", "", place) for body, place, one in gone
        ]
    return Comparison(tuple(changes), tuple(problems), () if complete else tuple(f"{b}/{p.role}" for b, _, p in gone))


def edited(text: str, changes: Iterable[Change]) -> str:
    """The organisation's text with the changes, everything else as it was, comments included."""
    edits = Edits(text)
    new: dict[Place, list[Mapping[str, Any]]] = {}
    for change in changes:
        match change.kind:
            case "added":
                new.setdefault(change.place, []).append(change.person)
            case "removed":
                edits.remove(change.place)
            case "changed":
                edits.set((*change.place, change.key), _value(change.key, change.after))
    for place, people in new.items():
        edits.append(place, *people)
    return edits.text()


def bodies(organisation: Organisation) -> Iterator[tuple[Unit | Committee, list[tuple[Place, Person]]]]:
    """Units and committees, each with its people and their places in the file."""
    for number, unit in enumerate(organisation.units):
        yield unit, [(("units", number, "people", n), person) for n, person in enumerate(unit.people)]
    for number, body in enumerate(organisation.committees):
        secretary: list[tuple[Place, Person]] = []
        if body.secretary:
            secretary.append((("committees", number, "secretary"), body.secretary))
        yield body, [*secretary, *((("committees", number, "members", n), one) for n, one in enumerate(body.members))]


def _list_of(organisation: Organisation, body: str) -> Place:
    for number, unit in enumerate(organisation.units):
        if unit.called == body:
            return ("units", number, "people")
    number = next(n for n, one in enumerate(organisation.committees) if one.id == body)
    return ("committees", number, "members")


def _texts(body: Unit | Committee) -> list[str]:
    """What a list may call it: its id, of today or in the ledger, or its name."""
    names = [text for name in (body.name, body.short) if name for text in (name.vi, name.en) if text]
    return [body.id, body.called, *names]


def _unreadable(row: Row) -> str:
    from pydantic import ValidationError

    said = {key: _value(key, value) for key, value in row.said.items()}
    try:
        person = Person.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = str(first["loc"][0]) if first["loc"] else "row"
        return f"{key}: {first['msg'].removeprefix('Value error, ')}"
    if person.contact == "mail" and person.email is None:
        return "there is no email; write one, or `paper` as the contact"
    return ""


def _value(key: str, text: str) -> Any:
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()] if key in _LISTS else text


def _same(person: Person, key: str, after: str) -> bool:
    before = getattr(person, key)
    if isinstance(before, Text):
        return after in (before.vi, before.en)
    if key in _LISTS:
        return list(before) == list(_value(key, after))
    return bool(before == after)


def _said(person: Person, key: str) -> str:
    before = getattr(person, key)
    if isinstance(before, Text):
        return before.vi or before.en
    return ", ".join(before) if isinstance(before, tuple) else (before or "")


def _column(heading: str) -> str | None:
    plain = folded(heading)
    return next((key for key, words in COLUMNS.items() if plain in words), None)


def _cell(value: object) -> str:
    if value is None:
        return ""
    number = isinstance(value, float) and value.is_integer()
    return nfc(" ".join(str(int(value) if number and isinstance(value, float) else value).split()))

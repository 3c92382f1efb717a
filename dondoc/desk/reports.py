"""Reports, dispatches and dossiers as files, with what people add to them: texts by the focal department, numbers by
the clerk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from dondoc.core.organisation import Organisation
from dondoc.desk.workplace import Workplace
from dondoc.errors import DondocError, NotAllowed, nearest
from dondoc.reports.compose import compose_report, narrative
from dondoc.reports.dispatch import compose_dispatch, still_numbered
from dondoc.reports.docx import write_docx
from dondoc.reports.dossier import compose_dossier, gather_dossier
from dondoc.reports.figures import Late, late
from dondoc.reports.gather import Gathered, gather_report
from dondoc.reports.html import write_html
from dondoc.reports.paper import Letterhead, Paper, letterhead_of, templates_of
from dondoc.reports.pdf import write_pdf
from dondoc.reports.xlsx import write_xlsx
from dondoc.store import papers, plans
from dondoc.store.adoption import take_turn
from dondoc.store.papers import Numbered
from dondoc.store.plans import Applied

Form = Literal["docx", "xlsx", "pdf", "html", "md"]
FORMS: tuple[Form, ...] = ("docx", "xlsx", "pdf", "html", "md")


class UnknownUnit(DondocError):
    """The organisation has no such unit or body."""

    def __init__(self, name: str, organisation: Organisation) -> None:
        ids = [one.called for one in organisation.units] + [one.id for one in organisation.committees]
        near = nearest(name, ids)
        guess = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"{organisation.name.within('vi')} has nothing called {name}.{guess}")


class UnknownPart(DondocError):
    """A text is for no part of the report."""

    def __init__(self, part: str, known: Mapping[str, str]) -> None:
        near = nearest(part, known)
        super().__init__(
            f"The report has no part `{part}`. Write one of: {', '.join(near or known)}. "
            f"`--out FILE.md` writes every part with its text."
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a paper is to be: as a file of this form, as it was known at `at`, with this number of the clerk's."""

    form: Form
    at: datetime | None = None
    numbered: Numbered | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The official letter to a unit of a plan as it would be now: the overdue matters it urges, the longest overdue
    first, and its number, if the clerk gave it one already.
    """

    unit: str
    late: tuple[Late, ...]
    numbered: Numbered | None


def compile_report(place: Workplace, plan: str, period: str, wish: Wish) -> bytes:
    """The report of a plan on a period, as a file.

    Raises:
        UnknownPlan, UnknownPeriod, DoesNotAddUp, LetterheadWrong, TemplateWrong.
    """
    applied, found = _gathered(place, plan, period, wish.at)
    letterhead, folder = _letterhead(place, applied)
    if wish.form == "xlsx":
        return write_xlsx(found)
    if wish.form == "md":
        own = texts_of(place, plan, period)
        return in_markdown({**narrative(found, letterhead), **own}).encode()
    numbered = wish.numbered or _number_of_report(place, plan, period)
    texts = texts_of(place, plan, period)
    paper = compose_report(
        found, letterhead, texts, number=numbered.number if numbered else "", day=numbered.day if numbered else None
    )
    written = _written(paper, wish.form, found.at, folder)
    if wish.numbered:
        record_number(place, "report", plan, period, wish.numbered, by=wish.by)
    return written


def dispatch(place: Workplace, plan: str, unit: str, wish: Wish, *, answer_by: date | None = None) -> bytes:
    """The official letter that urges a unit of a plan, as a file.

    Raises:
        UnknownPlan, UnknownUnit; NotAllowed: nothing of it is overdue, or the form is none of a letter's.
    """
    at = wish.at or place.now()
    with place.database.reading() as connection:
        applied = plans.applied(connection, plan)
        known = applied.organisation.unit(unit)
        if known is None:
            raise UnknownUnit(unit, applied.organisation)
        unit = known.id
        letter = letter_to(connection, applied, unit, at, as_of=wish.at)
    letterhead, folder = _letterhead(place, applied)
    numbered = wish.numbered or letter.numbered
    paper = compose_dispatch(applied, unit, letter.late, letterhead, at, by=answer_by, numbered=numbered)
    written = _written(paper, wish.form, at, folder)
    if wish.numbered:
        record_number(place, "dispatch", plan, unit, wish.numbered, by=wish.by)
    return written


def letter_to(
    connection: Connection, plan: Applied, unit: str, at: datetime, *, as_of: datetime | None = None
) -> Dispatch:
    """The official letter to a unit at `at` (aware)."""
    overdue = late(connection, plan, at, as_of=as_of, owner=unit)
    numbered = papers.numbers_of(connection, "dispatch", plan.plan.plan).get(unit)
    return Dispatch(unit, overdue, still_numbered(numbered, overdue, plan.calendar))


def letters_due(connection: Connection, plan: Applied, at: datetime, *, most: int) -> tuple[Dispatch, ...]:
    """The official letters that units of a plan are due at `at` (aware), for its `most` longest overdue matters."""

    def unit(one: Late) -> str:
        return one.now.owner

    overdue = late(connection, plan, at, limit=most)
    numbers = papers.numbers_of(connection, "dispatch", plan.plan.plan)
    found = [(owner, tuple(group)) for owner, group in groupby(sorted(overdue, key=unit), unit)]
    return tuple(
        Dispatch(owner, group, still_numbered(numbers.get(owner), group, plan.calendar))
        for owner, group in sorted(found, key=lambda one: (one[1][0].since, one[0]))
    )


def record_number(place: Workplace, kind: str, plan: str, about: str, numbered: Numbered, *, by: str) -> None:
    """Record the number that the clerk gave to a paper; `about` is its period or unit."""
    with place.database.writing() as connection:
        take_turn(connection, plan)
        papers.record_number(connection, kind, plan, about, numbered, by=by, now=place.now())


def dossier(place: Workplace, plan: str, body: str, wish: Wish, *, since: datetime | None = None) -> bytes:
    """The dossier of a body from a plan, as a file; `since` (aware) is its last meeting.

    Raises:
        UnknownPlan, UnknownUnit, NotAllowed.
    """
    at = wish.at or place.now()
    with place.database.reading() as connection:
        applied = plans.applied(connection, plan)
        known = applied.organisation.committee(body) or applied.organisation.unit(body)
        if known is None:
            raise UnknownUnit(body, applied.organisation)
        body = known.id
        found = gather_dossier(connection, applied, body, at, since=since, as_of=wish.at)
    letterhead, folder = _letterhead(place, applied)
    return _written(compose_dossier(found, letterhead), wish.form, at, folder)


def texts_of(place: Workplace, plan: str, period: str) -> dict[str, str]:
    """What the focal department wrote, by part."""
    with place.database.reading() as connection:
        return papers.texts_of(connection, plan, period)


def keep_texts(
    place: Workplace, plan: str, period: str, texts: Mapping[str, str], *, by: str, at: datetime | None = None
) -> tuple[str, ...]:
    """Keep what the focal department wrote; an empty text goes back to what is gathered. Returns what changed.

    What is as it is gathered, at `at` or now, is not kept, so that it stays current.

    Raises:
        UnknownPart: a text is for no part of the report; nothing is kept.
    """
    applied, found = _gathered(place, plan, period, at)
    letterhead, _ = _letterhead(place, applied)
    gathered = narrative(found, letterhead)
    for part in texts:
        if part not in gathered:
            raise UnknownPart(part, gathered)
    before = texts_of(place, plan, period)
    own = {part: text for part, text in texts.items() if part in before or text.strip() != gathered[part].strip()}
    with place.database.writing() as connection:
        take_turn(connection, plan)
        return papers.keep_texts(connection, plan, period, own, by=by, now=place.now())


def in_markdown(texts: Mapping[str, str]) -> str:
    """The parts as a file to be edited: `# PART` before each."""
    return "\n".join(f"# {part}\n\n{text.strip()}\n" for part, text in texts.items())


def from_markdown(text: str) -> dict[str, str]:
    r"""The parts of an edited file.

    >>> from_markdown("# situation\n\nMột.\n\nHai.\n\n# directions\n")
    {'situation': 'Một.\n\nHai.', 'directions': ''}
    """
    pieces = re.split(r"^# *(\S+) *$", text, flags=re.MULTILINE)
    return {part: body.strip() for part, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def _gathered(place: Workplace, plan: str, period: str, at: datetime | None) -> tuple[Applied, Gathered]:
    with place.database.reading() as connection:
        applied = plans.applied(connection, plan)
        return applied, gather_report(connection, applied, period, at or place.now(), as_of=at)


def _letterhead(place: Workplace, applied: Applied) -> tuple[Letterhead, Path]:
    folder = templates_of(place.settings.plans, applied.organisation.organisation)
    return letterhead_of(folder, applied.organisation, applied.organisation.language), folder


def _number_of_report(place: Workplace, plan: str, period: str) -> Numbered | None:
    with place.database.reading() as connection:
        return papers.numbers_of(connection, "report", plan).get(period)


def _written(paper: Paper, form: Form, at: datetime, templates: Path) -> bytes:
    match form:
        case "docx":
            return write_docx(paper, templates)
        case "pdf":
            return write_pdf(paper, at, templates)
        case "html":
            return write_html(paper, templates)
        case _:
            raise NotAllowed(
                f"Writing this paper as .{form}", "it has no such form", "Write it as .docx, .pdf or .html."
            )

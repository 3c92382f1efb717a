"""Many submissions at once, from a spreadsheet: all rows are sound and recorded together, or nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.content import form_for
from dondoc.core.forms import fields_of
from dondoc.core.history import Accepted
from dondoc.core.instants import parse_instant
from dondoc.core.plan import FormField, Submit, Task
from dondoc.core.standing import situation
from dondoc.desk.following import follow_on
from dondoc.desk.import_sheet import ABOUT, SheetRow, TemplateSheet, read_rows, write_template
from dondoc.desk.obligations import open_case
from dondoc.desk.submissions import Attachment, Offered, Receipt, SignedDocument, attach, take
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed, UnknownObligation
from dondoc.store import adoption, ledger, plans
from dondoc.store.matters import load, matters
from dondoc.store.plans import Applied
from dondoc.store.submissions import Attachment as KeptFile

NOON, CLOSE = time(12), time(17)
"""A day of receipt without an hour is taken for its noon, a day of acceptance for its evening."""

CHANNEL = "import"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing to put right, and the cell in which it stands."""

    cell: str
    message: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.message}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a spreadsheet; with problems nothing was recorded. `repeated` rows were recorded before."""

    problems: tuple[CellProblem, ...] = ()
    recorded: tuple[Receipt, ...] = ()
    repeated: tuple[Receipt, ...] = ()
    accepted: int = 0

    def as_data(self) -> dict[str, Any]:
        """The JSON of `dondoc import --json`."""
        return {
            "recorded": [one.reference for one in self.recorded],
            "repeated": [one.reference for one in self.repeated],
            "accepted": self.accepted,
            "problems": [{"cell": one.cell, "message": one.message} for one in self.problems],
        }


@dataclass(slots=True)
class _Tally:
    problems: list[CellProblem] = field(default_factory=list)
    recorded: list[Receipt] = field(default_factory=list)
    repeated: list[Receipt] = field(default_factory=list)
    accepted: int = 0


class _MustBePutRight(Exception):
    """Takes the whole transaction back."""


def template(place: Workplace, plan: str) -> bytes:
    """The spreadsheet in which to write what was handed in for the duties of a plan that are due and not recorded.

    Raises:
        UnknownPlan: it was never applied.
    """
    now = place.now()
    with place.database.reading() as connection:
        applied = plans.applied(connection, plan)
        language = applied.organisation.language
        rows: dict[str, list[tuple[str, str, str]]] = {}
        fields: dict[str, dict[str, FormField]] = {}
        for one, history in matters(connection, plan):
            stands = situation(one, history)
            missing = stands.first_receipt is None and not (stands.waived or stands.cancelled)
            if not missing or (one.due.met_by(now) and not stands.before_adoption):
                continue
            owner = applied.organisation.unit(stands.owner)
            day = f"{stands.due.day(applied.calendar):%d/%m/%Y}"
            rows.setdefault(one.task, []).append((one.id, owner.name.within(language) if owner else stands.owner, day))
            task = applied.plan.task(one.task)
            for asked in _questions(applied, task, one.unit, one.period) if task else ():
                fields.setdefault(one.task, {}).setdefault(asked.id, asked)
    sheets = [TemplateSheet(task, tuple(fields.get(task, {}).values()), some) for task, some in rows.items()]
    return write_template(sheets or [TemplateSheet("import", (), ())], language)


def import_file(place: Workplace, file: Path, *, by: str) -> Imported:
    """Record every row of a spreadsheet by the validator that every channel uses, in one transaction.

    A row that is what was recorded before, in whatever version, is recorded no second time. The files that it names
    lie beside the spreadsheet; they are stored first.

    Raises:
        SheetUnreadable: it is no such spreadsheet.
    """
    rows = read_rows(file)
    tally = _Tally()
    tally.problems += _twice(rows)
    kept = {id(row): _files(place, file.parent, row, tally.problems) for row in rows}
    try:
        with place.database.writing() as connection:
            known = list(_known(connection, rows, tally.problems))
            for plan in sorted({row.obligation.partition("/")[0] for row in known}):
                adoption.take_turn(connection, plan)
            ledger.lock(connection, [row.obligation for row in known])
            for row in known:
                _record(connection, place, row, kept[id(row)], by, tally)
            if tally.problems:
                raise _MustBePutRight  # noqa: TRY301 - out of the transaction, which goes back
            for plan in sorted({one.obligation.partition("/")[0] for one in tally.recorded}):
                follow_on(connection, place, plan, place.now())
    except _MustBePutRight:
        return Imported(problems=tuple(tally.problems))
    return Imported((), tuple(tally.recorded), tuple(tally.repeated), tally.accepted)


def _questions(applied: Applied, task: Task, unit: str, period: str) -> Iterator[FormField]:
    """What a row can answer; a table has rows of its own, which one cell cannot hold, and comes by another channel."""
    yield from (one for one in _asked(applied, task, unit, period) if one.type != "table")


def _asked(applied: Applied, task: Task, unit: str, period: str) -> tuple[FormField, ...]:
    form = form_for(applied.plan, applied.organisation, task, unit, period)
    return tuple(fields_of(form, task.submit or Submit()))


def _tables(connection: Connection, obligation: str) -> frozenset[str]:
    """The questions of a duty that are answered with a table."""
    ((one, _),) = load(connection, [obligation])
    applied = plans.applied(connection, one.plan)
    task = applied.plan.task(one.task)
    asked = _asked(applied, task, one.unit, one.period) if task else ()
    return frozenset(field.id for field in asked if field.type == "table")


def _told_of_table(field: str, obligation: str) -> str:
    other = f"take this row out, and record it with `dondoc submit {obligation} --data FILE.json` or on its page"
    return f"`{field}` is a table, which one row cannot hold; {other}"


def _twice(rows: list[SheetRow]) -> Iterator[CellProblem]:
    first: dict[str, SheetRow] = {}
    for row in rows:
        if first.setdefault(row.obligation, row) is not row:
            yield CellProblem(row.cell("obligation"), f"stands in {first[row.obligation].cell('obligation')} already")


def _known(connection: Connection, rows: list[SheetRow], problems: list[CellProblem]) -> Iterator[SheetRow]:
    for row in rows:
        problems += [CellProblem(cell, "holds a formula; paste its value") for cell in row.formulas]
        try:
            load(connection, [row.obligation])
        except UnknownObligation as error:
            problems.append(CellProblem(row.cell("obligation"), str(error)))
        else:
            yield row


def _files(place: Workplace, folder: Path, row: SheetRow, problems: list[CellProblem]) -> list[KeptFile]:
    found = []
    for name in (part.strip() for part in str(row.said.get("files", "")).split(";")):
        if not name:
            continue
        path = folder / name
        if Path(name).name != name or not path.is_file():
            problems.append(CellProblem(row.cell("files"), f"there is no file {name} beside the spreadsheet"))
        else:
            found.append(attach(place, Attachment(name, path)))
    return found


def _record(
    connection: Connection, place: Workplace, row: SheetRow, files: list[KeptFile], by: str, tally: _Tally
) -> None:
    calendar = plans.applied(connection, row.obligation.partition("/")[0]).calendar
    before = len(tally.problems)
    received = _day(row, "received", NOON, place.now(), calendar, tally.problems)
    accepted = _day(row, "accepted", CLOSE, place.now(), calendar, tally.problems)
    signed_on = _day(row, "signed_on", NOON, place.now(), calendar, tally.problems)
    if received is None and len(tally.problems) == before:
        tally.problems.append(CellProblem(row.cell("received"), "the day of receipt is missing; write 2023-06-18"))
    if len(tally.problems) > before:
        return
    said = row.said
    document = SignedDocument(
        str(said.get("document", "")), calendar.day_of(signed_on) if signed_on else None, str(said.get("signed_by", ""))
    )
    offered = Offered(
        row.obligation, {name: value for name, value in said.items() if name not in ABOUT}, files, by, CHANNEL,
        received, bool(said.get("nothing")), document, once=True,
    )  # fmt: skip
    try:
        receipt = take(connection, place, offered)
        if receipt.problems:
            tables = _tables(connection, row.obligation)
            tally.problems += [
                CellProblem(row.cell(one.field), _told_of_table(one.field, row.obligation))
                if one.field in tables
                else CellProblem(row.cell(one.field), one.sentence(receipt.language))
                for one in receipt.problems
            ]
            return
        (tally.repeated if receipt.repeated else tally.recorded).append(receipt)
        if accepted and not receipt.repeated:
            _accept(connection, place, row, max(accepted, received or accepted), by)
            tally.accepted += 1
    except NotAllowed as error:
        tally.problems.append(CellProblem(row.cell("obligation"), str(error)))


def _accept(connection: Connection, place: Workplace, row: SheetRow, at: datetime, by: str) -> None:
    """What was accepted on paper: nobody is told again."""
    case = open_case(connection, place, row.obligation, at)
    if not case.reviewed:
        raise NotAllowed("Accepting", "nobody reviews it", f"Empty the cell {row.cell('accepted')}.")
    fact = Accepted(obligation=row.obligation, happened_at=at, recorded_at=case.recorded_at, by=by)
    ledger.record(connection, [fact])


def _day(
    row: SheetRow, heading: str, hour: time, now: datetime, calendar: WorkCalendar, problems: list[CellProblem]
) -> datetime | None:
    """An instant or a day, as spreadsheets and people write it; never later than now, where it is today."""
    text = str(row.said.get(heading, "")).strip()
    if not text:
        return None
    try:
        day, month, year = (int(part) for part in text.split("/"))
        text = date(year, month, day).isoformat()
    except ValueError:
        pass  # written otherwise
    try:
        found = calendar.at(date.fromisoformat(text), hour) if len(text) == 10 else parse_instant(text, calendar.zone)
    except ValueError:
        problems.append(CellProblem(row.cell(heading), f"“{text}” is no day; write 2023-06-18, or 2023-06-18 16:00"))
        return None
    if calendar.day_of(found) > calendar.day_of(now):
        problems.append(CellProblem(row.cell(heading), f"{text} lies in the future"))
        return None
    return min(found, now)

"""What a compiled report tells of a period, gathered from the ledger before a word of it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from dondoc.calendar.periods import period_title
from dondoc.core.amounts import Funds, Progress, funds, progress
from dondoc.core.history import as_of as known_at
from dondoc.core.indicators import Indicator, Row, disclosed, indicators_of
from dondoc.core.obligation import Obligation
from dondoc.core.plan import FormField
from dondoc.core.standing import Situation, placing, situation
from dondoc.core.statistics import Tally
from dondoc.core.text import Text, collation
from dondoc.core.timetable import Timetable
from dondoc.errors import DondocError, nearest
from dondoc.reports.figures import PlanFigures, indicator_rows, known, plan_figures, reports_of, rows_of
from dondoc.store import matters
from dondoc.store.plans import Applied

DAY = timedelta(days=1)
AHEAD = timedelta(days=183)
"""How far a report looks ahead."""


class UnknownPeriod(DondocError):
    """The plan has no such period."""

    def __init__(self, plan: str, period: str, has: Iterable[str]) -> None:
        names = sorted(has)
        near = nearest(period, names)
        guess = f" Did you mean {' or '.join(near)}?" if near else f" It has {', '.join(names) or 'none'}."
        super().__init__(f"The plan {plan} has no period {period}.{guess}")


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its days, both included."""

    name: str
    title: Text
    start: date
    cut_off: date


@dataclass(frozen=True, slots=True)
class Sent:
    """One report that was owed for the period; `received` is the day on which the one that counts came."""

    obligation: Obligation
    now: Situation
    column: str
    due: date
    received: date | None
    days_late: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What units wrote to one question, each text with those that wrote it."""

    field: FormField
    texts: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """What falls due next."""

    title: str
    due: date
    units: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything a report on `span` tells, as it was known at `at`."""

    plan: Applied
    span: Span
    before: Span | None
    at: datetime
    figures: PlanFigures
    rows: tuple[Row, ...]
    rows_before: Mapping[str, Row]
    sent: tuple[Sent, ...]
    voices: tuple[Voice, ...]
    coming: tuple[Coming, ...]
    targets: tuple[Progress, ...]
    money: tuple[Funds, ...]
    trend: tuple[tuple[Span, Tally], ...]


def spans_of(plan: Applied) -> tuple[Span, ...]:
    """The periods of a plan in the order in which they close; of those of one name, that of a task with indicators."""
    timetable = Timetable(plan.plan, plan.calendar)
    first = {task for indicator in indicators_of(plan.plan) for task in indicator.tasks}
    found: dict[str, Span] = {}
    for task in sorted(plan.plan.tasks(), key=lambda task: task.ledger_id not in first):
        for one in timetable.periods(task):
            title = Text(vi=period_title(one.name), en=period_title(one.name, "en"))
            found.setdefault(one.name, Span(one.name, title, one.start, one.cut_off))
    return tuple(sorted(found.values(), key=lambda one: (one.cut_off, one.start)))


def gather_report(
    connection: Connection, plan: Applied, period: str, at: datetime, *, as_of: datetime | None = None
) -> Gathered:
    """Gather a report on `period` at `at` (aware); with `as_of`, from what was known then.

    Raises:
        UnknownPeriod: the plan has no such period.
        DoesNotAddUp: counts of the same thing differ.
    """
    spans = spans_of(plan)
    span = next((one for one in spans if one.name == period), None)
    if span is None:
        raise UnknownPeriod(plan.plan.plan, period, (one.name for one in spans))
    figures = plan_figures(connection, plan, at, as_of=as_of)
    before = _before(spans, span, plan)
    rows = indicator_rows(connection, plan, span.start, span.cut_off, as_of=as_of)
    earlier = indicator_rows(connection, plan, before.start, before.cut_off, as_of=as_of) if before else ()
    return Gathered(
        plan,
        span,
        before,
        at,
        figures,
        tuple(disclosed(row) for row in rows),
        {row.indicator.id: disclosed(row) for row in earlier},
        _sent(connection, plan, period, at, as_of),
        _voices(connection, plan, period, as_of),
        _coming(connection, plan, at, as_of),
        tuple(targets_of(plan, rows)),
        money_of(connection, plan, until=span.cut_off, as_of=as_of),
        tuple(
            (one, figures.counts.by_period[one.name])
            for one in spans
            if one.name in figures.counts.by_period and one.cut_off <= plan.calendar.day_of(at)
        ),
    )


def _before(spans: tuple[Span, ...], span: Span, plan: Applied) -> Span | None:
    """The last period with figures that closed before this one."""
    timetable = Timetable(plan.plan, plan.calendar)
    asking = {task for indicator in indicators_of(plan.plan) for task in indicator.tasks}
    with_figures = {
        one.name for task in plan.plan.tasks() if task.ledger_id in asking for one in timetable.periods(task)
    }
    earlier = [one for one in spans if one.cut_off < span.cut_off and one.name in with_figures]
    return earlier[-1] if earlier else None


def _sent(connection: Connection, plan: Applied, period: str, at: datetime, as_of: datetime | None) -> tuple[Sent, ...]:
    found: list[Sent] = []
    calendar = plan.calendar
    for obligation, history in matters.matters(connection, plan.plan.plan, period=period):
        facts = known_at(history, as_of) if as_of else history
        if history and not facts:
            continue
        now = situation(obligation, facts)
        column = placing(obligation, now).at(at)
        if column in ("waived", "cancelled", "before_adoption"):
            continue
        receipt, due = now.receipt(), now.due.day(calendar)
        until = receipt or at
        late = 0 if now.due.met_by(until) else max(1, (calendar.day_of(until) - due) // DAY)
        found.append(Sent(obligation, now, column, due, calendar.day_of(receipt) if receipt else None, late))
    names = {unit.id: unit.name.within(plan.organisation.language) for unit in plan.organisation.units}
    found.sort(key=lambda one: (collation(names.get(one.now.owner, one.now.owner)), one.obligation.id))
    return tuple(found)


def _voices(connection: Connection, plan: Applied, period: str, as_of: datetime | None) -> tuple[Voice, ...]:
    given, _ = reports_of(connection, plan, indicators_of(plan.plan), as_of=as_of)
    of_period = [one for one in given if one.period == period]
    names = {unit.id: (unit.short or unit.name).within(plan.organisation.language) for unit in plan.organisation.units}
    found: list[Voice] = []
    for field in _questions(plan):
        texts: dict[str, list[str]] = {}
        for one in of_period:
            said = one.values.get(field.id)
            if isinstance(said, str) and said.strip():
                texts.setdefault(said.strip(), []).append(names.get(one.unit, one.unit))
        ordered = [(tuple(sorted(units, key=collation)), text) for text, units in texts.items()]
        found.append(Voice(field, tuple(sorted(ordered, key=lambda one: collation(one[0][0])))))
    return tuple(found)


def _questions(plan: Applied) -> Iterator[FormField]:
    """The questions that are answered in sentences, of the forms that ask for indicators."""
    seen: set[str] = set()
    for form in plan.plan.forms.values():
        if any(field.over_time or field.across_units for field in form.fields):
            for field in form.fields:
                if field.type == "long text" and field.id not in seen:
                    seen.add(field.id)
                    yield field


def _coming(connection: Connection, plan: Applied, at: datetime, as_of: datetime | None) -> tuple[Coming, ...]:
    language = plan.organisation.language
    found: dict[tuple[date, str], int] = {}
    ahead: Iterable[Obligation]
    if as_of is None:
        ahead = matters.due_between(connection, plan.plan.plan, at, at + AHEAD)
    else:
        ahead = (
            one
            for one, now in known(connection, plan.plan.plan, as_of)
            if at < one.due.at <= at + AHEAD and placing(one, now).column == "open_in_time"
        )
    for obligation in ahead:
        key = (obligation.due.day(plan.calendar), obligation.title(language))
        found[key] = found.get(key, 0) + 1
    return tuple(Coming(title, day, units) for (day, title), units in sorted(found.items()))


def targets_of(plan: Applied, rows: Iterable[Row]) -> Iterator[Progress]:
    """How far the targets of a plan are reached, each over all units."""
    reached: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        for unit, entry in row.entries.items():
            if entry is not None and entry.figure.value is not None:
                reached[unit, row.indicator.id] = entry.figure.value
    for task in plan.plan.tasks():
        for field, target in task.targets.items():
            yield progress(field, target, reached)[-1]


def money_of(
    connection: Connection, plan: Applied, *, until: date | None = None, as_of: datetime | None = None
) -> tuple[Funds, ...]:
    """The plan's sources of money, as far as it says what there is or what is planned, or asks for what was used.

    What was used is what reports on days up to `until` say, over all units.
    """
    shares = [(task, share) for task in plan.plan.tasks() for share in task.funding]
    if not any(line.amount is not None for line in plan.plan.funding) and not any(
        share.planned is not None or share.used for _, share in shares
    ):
        return ()
    spent = [
        Indicator(
            field.model_copy(update={"over_time": field.over_time or "sum", "across_units": "sum"}), (task.ledger_id,)
        )
        for task, share in shares
        for field in (plan.plan.forms[task.submit.form].fields if task.submit and task.submit.form else ())
        if field.id == share.used
    ]
    given, owed = reports_of(connection, plan, spent, as_of=as_of)
    rows = rows_of(plan, spent, [one for one in given if until is None or one.cut_off <= until], owed)
    reported = {
        (row.indicator.tasks[0], row.indicator.id): total.value
        for row in map(disclosed, rows)
        if (total := row.total) is not None and total.value is not None
    }
    return funds(plan.plan, reported)

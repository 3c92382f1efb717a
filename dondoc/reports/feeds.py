"""The ledger for other programs: CSV with its data dictionary, metrics for Prometheus, open figures as JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.history import Reminded, matter_as_of
from dondoc.core.indicators import disclosed
from dondoc.core.instants import iso, iso_due
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, placing, situation, standing
from dondoc.core.statistics import Tally
from dondoc.reports.figures import indicator_rows, plan_figures
from dondoc.reports.gather import spans_of
from dondoc.store import letters, matters, standings
from dondoc.store.plans import Applied

DICTIONARY: tuple[tuple[str, str, str, str], ...] = (
    ("id", "text", "Mã nghĩa vụ: kế hoạch/nhiệm vụ/đơn vị/kỳ", "Identity: plan/task/unit/period; never changes"),
    ("plan", "text", "Mã kế hoạch", "The plan's id"),
    ("section", "text", "Mục của kế hoạch", "The plan's section"),
    ("task", "text", "Mã nhiệm vụ", "The task's id"),
    ("title", "text", "Tên nhiệm vụ và kỳ", "What is owed, and for which period"),
    ("period", "text", "Kỳ", "The period's name"),
    ("unit", "text", "Mã đơn vị được giao ban đầu", "The original owner's id"),
    ("owner", "text", "Mã đơn vị đang thực hiện", "The present owner's id"),
    ("owner_name", "text", "Tên đơn vị đang thực hiện", "The present owner's name"),
    ("opens", "instant", "Thời điểm bắt đầu", "When it opens (ISO 8601)"),
    ("due", "instant", "Thời hạn hiện hành", "The deadline in force"),
    ("original_due", "instant", "Thời hạn ban đầu", "The original deadline"),
    ("extended", "yes/no", "Được gia hạn", "Whether it was extended"),
    ("standing", "word", "Tình trạng", "upcoming, open, due_soon, due_today, overdue, submitted, returned, done_…"),
    ("counted_as", "word", "Ô thống kê theo hạn hiện hành", "The official cell by the deadline in force"),
    ("counted_as_original", "word", "Ô thống kê theo hạn ban đầu", "The official cell by the original deadline"),
    ("received_at", "instant", "Thời điểm nhận (tính đúng hạn)", "The receipt that counts"),
    ("escalated_to", "text", "Cấp đang xem xét", "Before whom it stands"),
    ("reminders", "number", "Số lần nhắc", "Reminders and chasers so far"),
)  # fmt: skip
"""Every column of the CSV: name, kind, and what it means in Vietnamese and English."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def dictionary_csv() -> str:
    """The data dictionary as CSV."""
    return _csv([("column", "type", "vi", "en"), *DICTIONARY])


def ledger_csv(connection: Connection, plan: Applied, at: datetime, *, as_of: datetime | None = None) -> Iterator[str]:
    """Every obligation of a plan at `at` (aware), a line at a time, the names of the columns first.

    Texts that a spreadsheet would take for a formula begin with an apostrophe.
    """
    directory = Directory(plan.organisation)
    yield _csv([tuple(name for name, *_ in DICTIONARY)])
    for obligation, history in matters.matters(connection, plan.plan.plan):
        then, facts = matter_as_of(obligation, history, as_of) if as_of else (obligation, history)
        if history and not facts:
            continue
        reminders = len({fact.letter for fact in facts if isinstance(fact, Reminded)})
        yield _csv([_line(then, situation(then, facts), reminders, plan, directory, at)])


def metrics(connection: Connection, plans: Iterable[Applied], at: datetime) -> bytes:
    """How the plans and the outbox stand, in the text format of Prometheus."""
    registry = CollectorRegistry()
    counted = Gauge("dondoc_obligations", "Obligations by official cell", ("plan", "cell"), registry=registry)
    original = Gauge(
        "dondoc_obligations_original", "Obligations by cell and original deadline", ("plan", "cell"), registry=registry
    )
    put_up = Gauge("dondoc_escalations_open", "Open matters that stand before somebody", ("plan",), registry=registry)
    outbox = Gauge("dondoc_letters", "Letters by state", ("state",), registry=registry)
    for plan in plans:
        name = plan.plan.plan
        tally = standings.tallies(connection, at, plan=name).get((), Tally())
        for gauge, counts in ((counted, tally.in_force), (original, tally.original)):
            for cell, count in counts.as_data().items():
                if cell != "total":
                    gauge.labels(name, cell).set(count)
        put_up.labels(name).set(len(standings.overdue(connection, at, plan=name, escalated=True)))
    for state, count in letters.counts(connection).items():
        outbox.labels(state).set(count)
    return generate_latest(registry)


def open_figures(connection: Connection, plan: Applied, at: datetime) -> dict[str, Any]:
    """What may be published of a plan: its counts, and every indicator by unit and period, sensitive rows hidden."""
    figures = plan_figures(connection, plan, at, grid=False)
    counts = figures.counts
    return {
        "plan": plan.plan.plan,
        "title": {"vi": plan.plan.title.within("vi"), "en": plan.plan.title.within("en")},
        "at": iso(at, plan.calendar.zone),
        "totals": counts.whole.in_force.as_data(),
        "totals_original": counts.whole.original.as_data(),
        "sections": {name: tally.in_force.as_data() for name, tally in counts.by_section.items()},
        "periods": {name: tally.in_force.as_data() for name, tally in counts.by_period.items()},
        "units": {name: tally.in_force.as_data() for name, tally in counts.by_unit.items()},
        "indicators": [
            {
                "id": row.indicator.id,
                "label": {"vi": row.indicator.label.within("vi"), "en": row.indicator.label.within("en")},
                "period": span.name,
                "total": _number(row.total.value) if row.total else None,
                "computed": {"vi": row.how().vi, "en": row.how().en},
                "units": {unit: _number(entry.figure.value) if entry else None for unit, entry in row.entries.items()},
                "hidden": row.hidden,
            }
            for span in spans_of(plan)
            for row in map(disclosed, indicator_rows(connection, plan, span.start, span.cut_off))
            if row.entries
        ],
    }


def _line(
    one: Obligation, now: Situation, reminders: int, plan: Applied, directory: Directory, at: datetime
) -> tuple[object, ...]:
    zone = plan.calendar.zone
    receipt = now.receipt()
    language = plan.organisation.language
    return (
        one.id,
        one.plan,
        one.terms.section,
        one.task,
        one.title(language),
        one.period,
        one.unit,
        now.owner,
        directory.name(now.owner, language),
        iso(one.opens, zone),
        iso_due(now.due, plan.calendar),
        iso_due(now.original_due, plan.calendar),
        "yes" if now.extended else "no",
        standing(one, now, at, plan.calendar),
        placing(one, now).at(at),
        placing(one, now, original=True).at(at),
        iso(receipt, zone) if receipt else "",
        now.escalated_to or "",
        reminders,
    )


def _csv(lines: Iterable[tuple[object, ...]]) -> str:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for line in lines:
        writer.writerow([_safe(cell) for cell in line])
    return written.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _number(value: Any) -> str | int | None:
    """Exact: a whole number as one, others as text."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else f"{value:f}"

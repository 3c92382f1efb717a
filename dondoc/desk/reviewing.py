"""What a reviewer decides on: everything that waits, and one submission with all that helps to judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.awaiting import Awaited, decisions_awaited
from dondoc.core.explanation import Line
from dondoc.core.forms import fields_of
from dondoc.core.history import Event, ExtensionAsked, Forewarned, History, StepTaken, Submitted, effective
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import HEAD
from dondoc.core.outliers import Beside, amount, beside
from dondoc.core.plan import FormField
from dondoc.core.roles import Roles
from dondoc.core.standing import Situation, situation
from dondoc.core.telling import event_sentence
from dondoc.core.text import Text
from dondoc.desk.answering import Sheet, open_sheet
from dondoc.desk.obligations import last_step
from dondoc.desk.submissions import asked_for, warnings_about
from dondoc.store import matters, plans
from dondoc.store.plans import Applied
from dondoc.store.standings import placed
from dondoc.store.submissions import Submission, answers, latest_submissions

ASKING = (Submitted, ExtensionAsked, Forewarned)
"""Events after which somebody's decision may be awaited."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What was last reported for a task by every unit, for every period."""

    data: Mapping[str, Mapping[str, Any]]
    owed: Mapping[str, tuple[str, str, datetime]]
    """Unit, period and deadline of each obligation of the task."""

    def before(self, one: Obligation) -> Mapping[str, Any] | None:
        """What the same unit reported for the period before."""
        earlier = [(due, id_) for id_, (unit, _, due) in self.owed.items() if unit == one.unit and due < one.due.at]
        return self.data.get(max(earlier)[1]) if earlier else None

    def others(self, one: Obligation, field: FormField) -> tuple[Decimal, ...]:
        """What the other units reported for the same period, of those that are in."""
        found = (
            amount(field, answer(self.data[id_], field))
            for id_, (unit, period, _) in self.owed.items()
            if unit != one.unit and period == one.period and id_ in self.data
        )
        return tuple(value for value in found if value is not None)

    def beside(self, one: Obligation, field: FormField) -> Beside | None:
        """A figure beside last period's and the other units'; None where the field is answered by no amount."""
        value = amount(field, answer(self.data.get(one.id, {}), field))
        if value is None:
            return None
        earlier = self.before(one)
        return beside(value, amount(field, answer(earlier, field)) if earlier else None, self.others(one, field))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One decision in the list of what waits."""

    obligation: Obligation
    now: Situation
    awaited: Awaited
    applied: Applied
    owner: str
    """The unit that owes it, by its id of today."""
    seen: int
    """The last change of the matter, as whoever decides from this list knows it."""
    submission: Submission | None
    marked: tuple[FormField, ...]
    """Figures worth a second look."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a submission, and what it changed of the one before."""

    submission: Submission
    changed: tuple[tuple[FormField, Any, Any], ...]
    files_added: tuple[str, ...]
    files_dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """One submission on the reviewer's desk."""

    sheet: Sheet
    awaited: tuple[Awaited, ...]
    seen: int
    reported: Reported
    warnings: tuple[Text, ...]
    versions: tuple[Version, ...]
    happened: tuple[Line, ...]


def decides(roles: Roles, one: Obligation, awaited: Awaited, applied: Applied, day: date) -> bool:
    """Whether somebody in these roles takes this decision: a reviewer, the focal point, or its head (or stand-in)."""
    focal_point = one.terms.focal_point
    match awaited.kind:
        case "review":
            return awaited.by in roles.reviews
        case "extension":
            return focal_point in roles.reviews
        case "forewarning" | "held":
            if any(place.at == focal_point and place.role == HEAD for place in roles.memberships):
                return True
            return any(head.key == roles.key for head in Directory(applied.organisation).head(focal_point, day))


def waiting_for(
    connection: Connection, roles: Roles, opened: Callable[[str], bool], now: datetime
) -> tuple[Waiting, ...]:
    """Everything that waits for a decision of somebody in these roles, the earliest due first, what is held last.

    `opened` says whether the visitor's links open an obligation.
    """
    found: list[Waiting] = []
    for applied in plans.applied_plans(connection):
        plan = applied.plan.plan
        if applied.organisation.organisation != roles.organisation:
            continue
        tasks = _tasks(applied, roles)
        directory = Directory(applied.organisation)
        day = applied.calendar.day_of(now)
        known = [
            (one, history)
            for one, history in matters.open_with(connection, plan, tasks, ASKING)
            if opened(one.id)
        ]  # fmt: skip
        latest = latest_submissions(connection, [one.id for one, _ in known])
        reported: dict[str, Reported] = {}
        for one, history in known:
            stands = situation(one, history)
            for awaited in decisions_awaited(one, stands, applied.calendar):
                if not decides(roles, one, awaited, applied, day):
                    continue
                owner = directory.present_unit(stands.owner, day)
                marked: tuple[FormField, ...] = ()
                if awaited.kind == "review":
                    fields = _fields(one, applied)
                    if one.task not in reported:
                        reported[one.task] = reported_for(connection, applied, one.task)
                    marked = _marked(reported[one.task], one, fields)
                found.append(
                    Waiting(
                        one, stands, awaited, applied, owner.id if owner else stands.owner, last_step(history),
                        latest.get(one.id), marked,
                    )
                )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.awaited.until or date.max, one.awaited.since, one.obligation.id)))


def open_review(connection: Connection, obligation: str, person: str, now: datetime) -> Review:
    """One submission as whoever decides sees it at `now` (aware).

    Raises:
        UnknownObligation: with the nearest ids.
    """
    sheet = open_sheet(connection, obligation, person, now)
    one, applied = sheet.obligation, sheet.applied
    received = sheet.versions[-1] if sheet.versions else None
    warnings: tuple[Text, ...] = ()
    if received is not None and not sheet.now.accepted:
        nothing = received.nothing_to_report
        warnings = warnings_about(connection, one, applied, received.received_at, nothing=nothing)
    return Review(
        sheet=sheet,
        awaited=decisions_awaited(one, sheet.now, applied.calendar),
        seen=last_step(sheet.history),
        reported=reported_for(connection, applied, one.task),
        warnings=warnings,
        versions=_versions(sheet),
        happened=happened_since(sheet.history, applied, 0),
    )


def happened_since(history: History, applied: Applied, seen: int) -> tuple[Line, ...]:
    """What was done about a matter after the change `seen`, the newest last; letters are left out."""
    directory = Directory(applied.organisation)
    kept = {fact.id for fact in effective(history)}
    return tuple(
        Line(fact.recorded_at, event_sentence(fact, applied.calendar, directory), fact.id, fact.id not in kept)
        for fact in history
        if isinstance(fact, Event) and not isinstance(fact, StepTaken) and fact.id > seen
    )


def reported_for(connection: Connection, applied: Applied, task: str) -> Reported:
    """What was last reported for a task of a plan."""
    plan = applied.plan.plan
    owed = {id_: (unit, period, due) for id_, unit, period, due, _ in placed(connection, plan, task)}
    return Reported(answers(connection, plan, task), owed)


def answer(data: Mapping[str, Any], field: FormField) -> Any:
    """What a field was answered, also where it was called otherwise then; None where it was not."""
    return data.get(field.was) if field.was is not None and field.id not in data else data.get(field.id)


def _tasks(applied: Applied, roles: Roles) -> set[str]:
    """The tasks about which somebody in these roles decides at all."""
    all_of_them = {task.ledger_id for task in applied.plan.tasks()}
    if applied.plan.focal_point in roles.reviews or any(place.role == HEAD for place in roles.memberships):
        return all_of_them
    return {
        task.ledger_id
        for task in applied.plan.tasks()
        if task.submit and task.submit.review and task.submit.review.by in roles.reviews
    }


def _fields(one: Obligation, applied: Applied) -> tuple[FormField, ...]:
    form, asked = asked_for(one, applied)
    return fields_of(form, asked)


def _marked(reported: Reported, one: Obligation, fields: Iterable[FormField]) -> tuple[FormField, ...]:
    seen = ((field, reported.beside(one, field)) for field in fields)
    return tuple(field for field, figure in seen if figure is not None and figure.why)


def _versions(sheet: Sheet) -> tuple[Version, ...]:
    found: list[Version] = []
    for number, version in enumerate(sheet.versions):
        before = sheet.versions[number - 1] if number else None
        old = before.data if before else {}
        changed = tuple(
            (field, old.get(field.id), version.data.get(field.id))
            for field in sheet.fields
            if before is not None and old.get(field.id) != version.data.get(field.id)
        )
        files = {one.digest: one.filename for one in version.attachments}
        earlier = {one.digest: one.filename for one in before.attachments} if before else files
        found.append(
            Version(
                version, changed,
                tuple(name for digest, name in files.items() if digest not in earlier),
                tuple(name for digest, name in earlier.items() if digest not in files),
            )
        )  # fmt: skip
    return tuple(found)

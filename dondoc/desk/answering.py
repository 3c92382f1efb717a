"""A duty as the unit that owes it sees it: what is asked, by when and why, what was written and handed in so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from dondoc.core.address import Directory
from dondoc.core.explanation import deadline_sentence
from dondoc.core.forms import Validated, fields_of, files_of
from dondoc.core.history import Event, History, Reassigned
from dondoc.core.letter import Recipient
from dondoc.core.notices import Notice
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.owners import Owners
from dondoc.core.plan import Files, Form, FormField, Submit
from dondoc.core.standing import Situation, Standing, situation, standing
from dondoc.core.text import Text
from dondoc.desk.events import raisers
from dondoc.desk.explain import scheduled_deadline
from dondoc.desk.letterheads import letterhead_of
from dondoc.desk.notify import tell
from dondoc.desk.obligations import open_case
from dondoc.desk.submissions import asked_for, check, previous_report, warnings_about
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import drafts as kept_drafts
from dondoc.store import ledger, matters, plans
from dondoc.store.drafts import Draft
from dondoc.store.plans import Applied
from dondoc.store.submissions import Attachment, Submission, submissions_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page of one duty shows.

    `draft` is the visitor's own unless handed in since, else a colleague's; `previous` what the unit reported for the
    period before.
    """

    obligation: Obligation
    history: History
    now: Situation
    standing: Standing
    applied: Applied
    form: Form | None
    asked: Submit
    owner: str
    """The unit that owes it today, by its id of today."""
    deadline: Text
    previous: tuple[Obligation, Mapping[str, object]] | None
    versions: tuple[Submission, ...]
    draft: Draft | None

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Everything that may be answered, the note included."""
        return fields_of(self.form, self.asked)

    @property
    def files(self) -> Files | None:
        """What may be attached; None where nothing is asked for."""
        return files_of(self.form, self.asked)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files of the draft; before there is one, those that were handed in last."""
        if self.draft is not None:
            return self.draft.attachments
        return self.versions[-1].attachments if self.versions else ()

    @property
    def numbers(self) -> str:
        """The language whose way of writing numbers is read."""
        return self.applied.organisation.language

    @property
    def reviewed(self) -> bool:
        """Whether somebody has to accept what is handed in."""
        return self.obligation.terms.review is not None

    @property
    def locked(self) -> bool:
        """The plan takes nothing after the deadline, and it has passed."""
        return self.obligation.terms.locked_at_deadline and self.standing == "overdue"

    @property
    def takes_answers(self) -> bool:
        """Whether something can be handed in, or corrected, now."""
        return not (self.now.cancelled or self.now.waived or self.now.accepted or self.locked)

    @property
    def may_extend(self) -> bool:
        """Whether more time can be asked for."""
        now = self.now
        return not (now.closed(self.reviewed) or now.submitted or now.extension_asked or now.accepted)

    def check(self, connection: Connection, data: Mapping[str, object], *, nothing: bool) -> Validated:
        """What would be kept of these answers, by the validator of every channel."""
        return check(connection, self.obligation, self.applied, data, self.attachments, nothing=nothing)

    def warnings(self, connection: Connection, at: datetime, *, nothing: bool) -> tuple[Text, ...]:
        """What is worth telling before it is handed in at `at` (aware)."""
        return warnings_about(connection, self.obligation, self.applied, at, nothing=nothing)


def open_sheet(connection: Connection, obligation: str, person: str, now: datetime) -> Sheet:
    """The page of a duty for a person (the contact's key) at `now` (aware).

    Raises:
        UnknownObligation: with the nearest ids.
    """
    ((one, history),) = matters.load(connection, [obligation])
    applied = plans.applied(connection, one.plan)
    stands = situation(one, history)
    form, asked = asked_for(one, applied)
    versions = submissions_of(connection, obligation)
    present = Directory(applied.organisation).present_unit(stands.owner, applied.calendar.day_of(now))
    return Sheet(
        obligation=one,
        history=history,
        now=stands,
        standing=standing(one, stands, now, applied.calendar),
        applied=applied,
        form=form,
        asked=asked,
        owner=present.id if present else stands.owner,
        deadline=deadline_sentence(stands, applied.calendar, scheduled_deadline(applied, one)),
        previous=previous_report(connection, one, form),
        versions=versions,
        draft=_draft(connection, obligation, person, versions),
    )


def save_draft(
    place: Workplace,
    obligation: str,
    person: str,
    *,
    data: Mapping[str, Any] | None = None,
    attachments: Sequence[Attachment] | None = None,
    answering: str | None = None,
) -> Draft:
    """Keep what was written so far; what is not given stays as it was (a colleague's draft is taken over)."""
    with place.database.writing() as connection:
        versions = submissions_of(connection, obligation)
        known = _draft(connection, obligation, person, versions)
        files = known.attachments if known else versions[-1].attachments if versions else ()
        draft = Draft(
            obligation,
            person,
            answering if answering is not None else known.answering if known else "",
            data if data is not None else known.data if known else {},
            tuple(attachments) if attachments is not None else files,
            place.now(),
        )
        kept_drafts.keep_draft(connection, draft)
    return draft


def drop_drafts(place: Workplace, obligation: str) -> None:
    """Forget what was written: it was handed in."""
    with place.database.writing() as connection:
        kept_drafts.drop_drafts(connection, obligation)


def colleagues(sheet: Sheet, person: str, day: date) -> tuple[Recipient, ...]:
    """Others of the owing unit to whom the duty may be handed."""
    directory = Directory(sheet.applied.organisation)
    found = {
        one.key: one
        for receives in ("duties", "copies", "escalations")
        for one in directory.people(sheet.owner, receives, day)
    }
    return tuple(one for one in found.values() if one.key != person)


def hand_to(place: Workplace, obligation: str, colleague: str, *, by: str, why: str = "") -> Event:
    """Have a colleague of the same unit deal with it: recorded, and told with a link of the colleague's own.

    Raises:
        NotAllowed: nobody of the unit is called so, or the matter is closed.
    """
    what = "Handing it over"
    with place.database.writing() as connection:
        case = open_case(connection, place, obligation, None)
        if case.now.closed(case.reviewed):
            raise NotAllowed(what, "nothing is expected any more", "`dondoc status` shows what is open.")
        sheet = open_sheet(connection, obligation, by, case.recorded_at)
        day = case.calendar.day_of(case.recorded_at)
        to = next((one for one in colleagues(sheet, "", day) if one.key == colleague), None)
        if to is None:
            raise NotAllowed(what, f"{colleague} is nobody of {sheet.owner}", "Choose one of the unit's people.")
        (event,) = ledger.record(
            connection,
            [
                Reassigned(
                    obligation=obligation, happened_at=case.at, recorded_at=case.recorded_at, by=by, why=why,
                    owner=case.now.owner, person=to.key,
                )
            ],
        )  # fmt: skip
        head = letterhead_of(connection, place.settings, sheet.obligation.plan)
        notice = Notice(to, "reassigned", sheet.obligation, case.now, event, case.now)
        tell(connection, [(head, notice)], case.recorded_at)
    assert isinstance(event, Event)  # what goes in comes out
    return event


@dataclass(frozen=True, slots=True)
class Awaited:
    """An event for which a plan waits, and which a unit may raise; `severities` are those it must choose from."""

    plan: str
    event: str
    title: Text
    severities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty in the list of a unit."""

    obligation: Obligation
    now: Situation
    standing: Standing
    applied: Applied
    drafted: bool


def owed_by(place: Workplace, unit: str, now: datetime) -> tuple[Owed, ...]:
    """Everything that a unit (by its id of today) owes or has done since it opened, the most urgent first."""
    found: list[Owed] = []
    with place.database.reading() as connection:
        for applied in plans.applied_plans(connection):
            if applied.organisation.unit(unit) is None:
                continue
            former = _former(applied.organisation, unit)
            jointly = {name for name, terms in applied.terms.items() if unit in terms.jointly}
            for one, history in matters.owed(connection, applied.plan.plan, (unit, *former), jointly):
                stands = situation(one, history)
                found.append(Owed(one, stands, standing(one, stands, now, applied.calendar), applied, drafted=False))
        begun = kept_drafts.drafted(connection, [one.obligation.id for one in found])
    return tuple(
        Owed(one.obligation, one.now, one.standing, one.applied, drafted=one.obligation.id in begun)
        for one in sorted(found, key=lambda one: (one.now.answer_by.at, one.obligation.id))
    )


def awaited_by(connection: Connection, unit: str) -> tuple[Awaited, ...]:
    """The events that this unit may raise."""
    found: dict[tuple[str, str], Awaited] = {}
    for applied in plans.applied_plans(connection):
        for task in applied.plan.tasks():
            clause = task.on_event
            if clause is None:
                continue
            may = Owners(applied.organisation).on(raisers(applied.plan, list(clause.raised_by)))
            if any(one.id == unit for one in may):
                key = (applied.plan.plan, clause.event)
                known = found.get(key)
                more = tuple(dict.fromkeys((*(known.severities if known else ()), *clause.severities)))
                title = clause.title or (known.title if known else task.title)
                found[key] = Awaited(*key, title, more)
    return tuple(found.values())


def _former(organisation: Organisation, unit: str) -> tuple[str, ...]:
    """The units that this one replaced, and those that they had replaced."""
    found: list[str] = []
    waiting = [unit]
    while waiting:
        one = organisation.unit(waiting.pop())
        more = [old for old in (one.replaces if one else ()) if old not in found]
        found += more
        waiting += more
    return tuple(found)


def _draft(connection: Connection, obligation: str, person: str, versions: Sequence[Submission]) -> Draft | None:
    """The person's draft, else a colleague's newest; none that is older than what was handed in."""
    since = versions[-1].recorded_at if versions else None
    found = [one for one in kept_drafts.drafts_of(connection, obligation) if since is None or one.saved_at >= since]
    return next((one for one in found if one.person == person), found[0] if found else None)

"""One letter for each thing that letters have to say: what the gallery shows, and overriding templates are tried on.

The stories are told with obligations of a real plan, moved in time so that what is due, late, returned and escalated
falls where each story needs it. Nothing is stored or sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dondoc.calendar.deadline import Deadline, day_deadline
from dondoc.calendar.grammar import Offset, Span
from dondoc.core.decide import (
    FOCAL_POINT,
    HEAD_OF_FOCAL_POINT,
    HEAD_OF_OWNER,
    OWNER,
    Action,
    AskReview,
    Copy,
    Escalate,
    Forewarn,
    Remind,
)
from dondoc.core.digest import Digest
from dondoc.core.history import (
    Accepted,
    Amended,
    Bounced,
    Cancelled,
    Escalated,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    Fact,
    History,
    LetterEvent,
    Reassigned,
    Refused,
    Reminded,
    Returned,
    RungSkipped,
    Scheduled,
    Sent,
    Step,
    StepTaken,
    Submitted,
    Uncertain,
    Waived,
)
from dondoc.core.letter import DigestKind, Kind, Letter, Recipient
from dondoc.core.notices import Notice, letters_of, notices
from dondoc.core.obligation import EscalationRung, Obligation, ReviewTerms
from dondoc.core.standing import Situation, situation
from notifications.letterhead import Letterhead
from notifications.render import render_digest, render_notice

ACTIONS: dict[DigestKind, type[Action]] = {
    "duties": Remind, "review": AskReview, "dossier": Escalate, "copy": Copy, "forewarning": Forewarn,
}  # fmt: skip
Matter = tuple[Obligation, History]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what the stories are about.

    `report` is reviewed, and goes up to the committee `board`; `neighbours` is the same duty of another unit. `errand`
    is another duty of the report's unit, `errand_next_door` the other unit's; `confirm` asks for a confirmation.
    """

    head: Letterhead
    report: Obligation
    neighbours: Obligation
    errand: Obligation
    errand_next_door: Obligation
    confirm: Obligation
    board: str

    @property
    def day(self) -> date:
        """The report's last day, from which the stories count."""
        return self.report.due.day(self.head.calendar)

    def working_day(self, n: int) -> date:
        """So many working days after the report's last day; before it, where negative."""
        return self.head.calendar.add(self.day, n)

    def until(self, n: int) -> Deadline:
        """The deadline of that working day."""
        return day_deadline(self.working_day(n), self.head.calendar)

    def due(self, one: Obligation, n: int) -> Obligation:
        """The same duty, due so many working days after the report."""
        return replace(one, due=self.until(n))


class Recorder:
    """The history of one obligation as it is told, with the ids a ledger would give."""

    def __init__(self, head: Letterhead, of: Obligation) -> None:
        self.head, self.of = head, of
        self.facts: list[Fact] = []

    def add(self, kind: type[Event], day: date, clock: str = "08:00", *, why: str = "", **more: Any) -> Event:
        """An event at a local time of day."""
        at = local(self.head, day, clock)
        event = kind(
            obligation=self.of.id, happened_at=at, recorded_at=at, by="x", why=why, id=len(self.facts) + 1, **more
        )
        self.facts.append(event)
        return event

    def step(
        self,
        kind: type[StepTaken],
        day: date,
        rung: str,
        reader: str = "reader",
        *,
        fate: type[LetterEvent] | None = Sent,
        **more: Any,
    ) -> None:
        """A letter that was written, and what became of it."""
        letter = f"letter{len(self.facts)}"
        self.add(kind, day, step=Step(0, rung, 0, reader), letter=letter, **more)
        if fate is not None:
            at = local(self.head, day, "08:01")
            self.facts.append(fate(letter=letter, happened_at=at, recorded_at=at, id=len(self.facts) + 1))

    @property
    def history(self) -> History:
        """What was told so far."""
        return tuple(self.facts)


def local(head: Letterhead, day: date, clock: str = "08:00") -> datetime:
    """A local time of day as an instant."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return head.calendar.at(day, time(hours, minutes))


def digest(
    kind: DigestKind,
    to: Recipient,
    day: date,
    matters: Iterable[Matter],
    rung: str = "remind/7 days before",
    towards: str = OWNER,
    ordinal: int = 0,
) -> Digest:
    """A digest of one action for each matter."""
    items = tuple(
        ACTIONS[kind](one, situation(one, history), 0, rung, ordinal, towards, one.opens) for one, history in matters
    )
    return Digest(to, kind, day, items)


def person(head: Letterhead, unit: str, role: str = "officer") -> Recipient:
    """Somebody who gets a unit's or a committee's letters; its head where asked for."""
    directory, day = head.directory, date.min
    if directory.organisation.committee(unit):
        found = directory.committee(unit, day)
    else:
        present = directory.organisation.unit(unit)
        day = (present.valid_from if present else None) or date(2000, 1, 1)
        found = directory.head(unit, day) if role == "head" else directory.people(unit, "duties", day)
        found = found or directory.people(unit, "duties", day)
    return found[0]


def chased(cast: Cast, one: Obligation | None = None) -> Matter:
    """A duty that was reminded of, chased, and brought to the head; one letter never left."""
    record = Recorder(cast.head, one or cast.report)
    record.add(Scheduled, cast.day - timedelta(days=60))
    record.step(Reminded, cast.day - timedelta(days=14), "remind/14 days before")
    record.step(Reminded, cast.day - timedelta(days=7), "remind/7 days before")
    record.step(Reminded, cast.working_day(-1), "remind/1 working days before", fate=None)
    record.step(Reminded, cast.day, "remind/on the day")
    record.step(Escalated, cast.working_day(1), "escalate/head of owner", "head", to=HEAD_OF_OWNER)
    record.step(Reminded, cast.working_day(2), "chase")
    record.step(Escalated, cast.working_day(3), "escalate/focal point", "focal", to=FOCAL_POINT)
    return record.of, record.history


@dataclass(frozen=True, slots=True)
class Scene:
    """What one letter tells, at an instant (aware UTC): a digest, or notices that share it."""

    at: datetime
    digest: Digest | None = None
    told: tuple[Notice, ...] = ()
    histories: Mapping[str, History] = field(default_factory=dict)
    settled: tuple[tuple[Obligation, Situation], ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of its letter."""
        return self.digest.kind if self.digest else self.told[0].kind

    def letter(self, head: Letterhead) -> Letter:
        """The letter, in the words of this letterhead."""
        if self.digest:
            return render_digest(self.digest, head, self.at, self.histories, settled=self.settled)
        return render_notice(self.told, head, self.at)


def examples(cast: Cast) -> dict[str, Letter]:
    """One letter for each thing that a letter can have to say, by name."""
    return {name: scene.letter(cast.head) for name, scene in scenes(cast)}


def scenes(cast: Cast) -> Iterator[tuple[str, Scene]]:
    """What these letters tell, by name, to be rendered with whatever words."""
    for part in (_duties_and_reviews, _dossiers, _notices, _alerts):
        yield from part(cast)


Named = Iterator[tuple[str, Scene]]


def _letter(
    cast: Cast,
    kind: DigestKind,
    to: Recipient,
    day: date,
    matters: Sequence[Matter],
    rung: str = "remind/7 days before",
    towards: str = OWNER,
    ordinal: int = 0,
    settled: Sequence[Matter] = (),
) -> Scene:
    found = digest(kind, to, day, matters, rung, towards, ordinal)
    histories = {one.id: history for one, history in matters}
    over = tuple((one, situation(one, history)) for one, history in settled)
    return Scene(local(cast.head, day), found, histories=histories, settled=over)


def _duties_and_reviews(cast: Cast) -> Named:
    head, report = cast.head, cast.report
    owner, officer = person(head, report.unit), person(head, _reviewer(report))
    before, after = cast.working_day(-1), cast.working_day(3)
    midweek = cast.working_day(-3)
    errand, confirm = cast.due(cast.errand, -13), cast.due(cast.confirm, -3)
    yield "duties-one", _letter(cast, "duties", owner, midweek, [(report, ())])
    yield "duties-several", _letter(cast, "duties", owner, midweek, [(errand, ()), (confirm, ()), (report, ())])
    yield "duties-overdue", _letter(cast, "duties", owner, cast.working_day(2), [(report, ())])
    sent = Recorder(head, report)
    sent.add(Submitted, cast.working_day(-2), "14:30", version=1, channel="form")
    asked = Recorder(head, cast.neighbours)
    asked.add(ExtensionAsked, cast.working_day(-2), "16:00", due=cast.until(5))
    waiting = [(sent.of, sent.history)]
    yield "review", _letter(cast, "review", officer, before, waiting, "review/asked", officer.unit)
    yield "review-late", _letter(cast, "review", officer, after, waiting, "review/chase", officer.unit)
    requests = [(asked.of, asked.history)]
    yield "review-extension", _letter(cast, "review", officer, before, requests, "extension/1", FOCAL_POINT)


def _dossiers(cast: Cast) -> Named:
    head, report, board = cast.head, cast.report, cast.board
    late, rung = cast.working_day(5), f"escalate/{board}"
    matters = [chased(cast, cast.due(cast.errand_next_door, 0)), chased(cast)]
    secretary, focal = person(head, board), person(head, report.terms.focal_point, "head")
    done = Recorder(head, cast.neighbours)
    done.add(Submitted, cast.working_day(4), version=1, channel="form")
    done.add(Accepted, cast.working_day(4), "15:00")
    settled = [(done.of, done.history)]
    yield "dossier-committee", _letter(cast, "dossier", secretary, late, matters, rung, board, settled=settled)
    yield "dossier-again", _letter(cast, "dossier", secretary, cast.working_day(15), matters[1:], rung, board, 1)
    to_head = person(head, report.unit, "head")
    first = [(report, ())]
    yield (
        "dossier-head",
        _letter(cast, "dossier", to_head, cast.working_day(1), first, "escalate/head of owner", HEAD_OF_OWNER),
    )
    third = cast.working_day(3)
    yield (
        "dossier-focal-point",
        _letter(cast, "dossier", focal, third, matters[1:], "escalate/focal point", FOCAL_POINT),
    )
    yield "copy", _letter(cast, "copy", person(head, report.unit), late, matters[1:], f"copy/{board}")
    fourth = cast.working_day(4)
    yield "forewarning", _letter(cast, "forewarning", focal, fourth, matters, f"forewarn/{board}", HEAD_OF_FOCAL_POINT)


def _told(record: Recorder, event: Event, *more: tuple[Recorder, Event]) -> list[Scene]:
    """What tells of events, each the last of its record."""
    head = record.head
    told = [
        notice
        for one, fact in ((record, event), *more)
        for notice in notices(
            one.of,
            situation(one.of, one.history),
            fact,
            head.directory,
            head.calendar.day_of(event.recorded_at),
            before=situation(one.of, one.history[:-1]),
        )
    ]
    return [Scene(event.recorded_at, told=group) for group in letters_of(told)]


def _notices(cast: Cast) -> Named:
    head, report = cast.head, cast.report
    record = Recorder(head, report)
    yield (
        "receipt",
        _told(record, record.add(Submitted, cast.working_day(-2), "14:30", version=1, channel="form"))[0],
    )
    back = record.add(
        Returned, cast.working_day(-1), "09:00", due=cast.until(2),
        why="Biểu 2 chưa có số liệu của 3 xã.\nĐề nghị bổ sung <cột 5>.",
    )  # fmt: skip
    yield "returned", _told(record, back)[0]
    again = record.add(Submitted, cast.working_day(1), "10:00", version=2, channel="reply")
    yield "receipt-late-second", _told(record, again)[0]
    yield "accepted", _told(record, record.add(Accepted, cast.working_day(2), "10:00"))[0]
    record = Recorder(head, cast.due(cast.confirm, -3))
    late = record.add(Submitted, cast.working_day(-1), version=1, channel="form")
    yield "receipt-late-no-review", _told(record, late)[0]

    record = Recorder(head, report)
    record.add(ExtensionAsked, cast.working_day(-2), due=cast.until(5), why="x")
    granted = record.add(ExtensionGranted, cast.working_day(-1), due=cast.until(5))
    yield "extension-granted", _told(record, granted)[0]
    record = Recorder(head, report)
    refused = record.add(ExtensionRefused, cast.working_day(-1), why="Số liệu cần cho báo cáo tỉnh ngày 21/6.")
    yield "extension-refused", _told(record, refused)[0]

    record = Recorder(head, report)
    early = cast.working_day(-12)
    yield "waived", _told(record, record.add(Waived, early, why="Đơn vị không có đối tượng."))[0]
    record, other = Recorder(head, cast.neighbours), Recorder(head, cast.errand_next_door)
    moved = record.add(Reassigned, early, owner=report.unit)
    both = _told(record, moved, (other, other.add(Reassigned, early, owner=report.unit)))
    yield "reassigned-gained", both[0]
    yield "reassigned-lost", both[1]
    record, other = Recorder(head, report), Recorder(head, cast.errand)
    amended = record.add(Amended, early, due=cast.until(9))
    (together,) = _told(record, amended, (other, other.add(Cancelled, early)))
    yield "amended", together


def _alerts(cast: Cast) -> Named:
    head, report, day = cast.head, cast.report, cast.working_day(1)
    record = Recorder(head, report)
    empty = record.add(RungSkipped, day, cycle=0, rung="escalate/head of owner", ordinal=0, empty=True)
    if head.directory.administrator() is None:
        return
    yield "alert-nobody", _told(record, empty)[0]
    at = local(head, day)
    lost = render_digest(digest("duties", person(head, report.unit), day, [(report, ())]), head, at)
    fates: dict[str, type[LetterEvent]] = {"refused": Refused, "bounced": Bounced, "uncertain": Uncertain}
    for name, kind in fates.items():
        fact = kind(letter=lost.id, happened_at=at, recorded_at=at, detail="550 5.1.1 <x>: no such user", id=7)
        told = notices(None, None, fact, head.directory, day, letter=lost)
        yield f"alert-{name}", Scene(at, told=told)


def cast_from(head: Letterhead, owed: Sequence[Obligation]) -> Cast | None:
    """The cast for stories about a plan's own obligations; None where it has none.

    What a plan lacks (a review, a ladder that ends at a committee) is lent to it, so that every kind can be shown.
    """
    reachable = [one for one in owed if head.directory.people(one.unit, "duties", one.due.day(head.calendar))]
    if not reachable:
        return None
    report = max(reachable, key=lambda one: (_suits(one, reachable), -one.due.at.timestamp()))
    unit = report.unit
    neighbours = next((one for one in reachable if one.task == report.task and one.unit != unit), report)
    errands = [one for one in reachable if one.unit == unit and one.task != report.task]
    errand = next((one for one in errands if one.terms.form != "acknowledgement"), (errands or [report])[0])
    next_door = next((one for one in reachable if one.task == errand.task and one.unit == neighbours.unit), errand)
    confirm = next((one for one in reachable if one.unit == unit and one.terms.form == "acknowledgement"), None)
    board = next(
        (rung.to for rung in report.terms.policy.escalate if rung.committee),
        next((body.id for body in head.directory.organisation.committees), report.terms.focal_point),
    )
    confirm = confirm or replace(errand, terms=replace(errand.terms, form="acknowledgement", review=None))
    lent = {one: _lent(one, board) for one in (report, neighbours)}
    return Cast(
        head,
        lent[report],
        lent[neighbours],
        errand,
        next_door,
        replace(confirm, terms=replace(confirm.terms, review=None)),
        board,
    )


def _suits(one: Obligation, owed: Sequence[Obligation]) -> int:
    """How well a duty tells the stories: a report with a form that is reviewed, for a period, and goes up far."""
    terms = one.terms
    form = terms.form not in {None, "acknowledgement", "files", "signed document", "nothing"}
    shared = any(other.task == one.task and other.unit != one.unit for other in owed)
    committee = any(rung.committee for rung in terms.policy.escalate)
    return 8 * (terms.review is not None) + 4 * form + 4 * shared + 2 * (one.period_title is not None) + committee


def _lent(one: Obligation, board: str) -> Obligation:
    terms = one.terms
    if terms.review is None:
        terms = replace(terms, review=ReviewTerms(terms.focal_point, Offset("after", Span(3, "working days"))))
    if not any(rung.to == board for rung in terms.policy.escalate):
        rung = EscalationRung(f"escalate/{board}", Offset("after", Span(5, "working days")), board, committee=True)
        terms = replace(terms, policy=replace(terms.policy, escalate=(*terms.policy.escalate, rung)))
    return one if terms is one.terms else replace(one, terms=terms)


def _reviewer(one: Obligation) -> str:
    return one.terms.review.by if one.terms.review else one.terms.focal_point

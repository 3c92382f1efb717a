"""One letter for each thing that letters have to say: what the gallery shows, and overriding templates are tried on.

The stories are told with obligations of a real plan, moved in time so that what is due, late, returned and escalated
falls where each story needs it. Nothing is stored or sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

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
    Resolve,
)
from dondoc.core.digest import Digest
from dondoc.core.history import (
    Accepted,
    Amended,
    Bounced,
    Cancelled,
    Directed,
    Escalated,
    Event,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    History,
    LetterEvent,
    Reassigned,
    Refused,
    Reminded,
    Returned,
    RungSkipped,
    Scheduled,
    Submitted,
    Uncertain,
    Waived,
)
from dondoc.core.letter import DigestKind, Kind, Letter, Recipient
from dondoc.core.notices import Notice, letters_of, notices
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation, situation
from dondoc.core.summary import Summary, summaries, summary_day
from notifications.answer_letters import Became, render_answer, render_stray
from notifications.calls import render_calls
from notifications.cast import Cast, Recorder, local, person
from notifications.letterhead import Letterhead
from notifications.render import render_digest, render_notice, render_sign_in
from notifications.summary import render_summary

ACTIONS: dict[DigestKind, type[Action]] = {
    "duties": Remind, "review": AskReview, "dossier": Escalate, "copy": Copy, "forewarning": Forewarn,
    "closing": Resolve,
}  # fmt: skip
Matter = tuple[Obligation, History]


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
    """What one letter tells, at an instant (aware UTC): a digest, notices that share it, an answer to a reply…"""

    at: datetime
    digest: Digest | None = None
    told: tuple[Notice, ...] = ()
    histories: Mapping[str, History] = field(default_factory=dict)
    settled: tuple[tuple[Obligation, Situation], ...] = ()
    signs_in: Recipient | None = None
    replied: Recipient | None = None
    became: tuple[Became, ...] = ()
    asks_which: bool = False
    stray: Recipient | None = None
    summary: Summary | None = None
    calls: tuple[Letter, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of its letter."""
        if self.signs_in:
            return "sign_in"
        if self.replied:
            return "answer"
        if self.calls:
            return "calls"
        if self.stray:
            return "alert"
        if self.summary:
            return "summary"
        return self.digest.kind if self.digest else self.told[0].kind

    def letter(self, head: Letterhead) -> Letter:
        """The letter, in the words of this letterhead."""
        if self.summary:
            return render_summary(self.summary, head, self.at)
        if self.digest:
            return render_digest(self.digest, head, self.at, self.histories, settled=self.settled)
        if self.replied:
            key = f"answer|{self.replied.key}|example"
            return render_answer(
                self.became, self.replied, head, self.at, key=key, leaves=self.at, asks_which=self.asks_which
            )
        if self.stray:
            who, en = "ai-do@noi-khac.example", self.stray.language == "en"
            why = "its sender is nobody of the organisation" if en else "người gửi không có trong tổ chức"
            return render_stray(who, why, 12, self.stray, head, self.at, key="alert|example", leaves=self.at)
        if self.calls and (clerk := head.directory.administrator()):
            return render_calls(self.calls, clerk, head, self.at)
        if self.signs_in:
            return render_sign_in("k7qxm2pa4dlr5zzz", self.signs_in, head, self.at, self.at + timedelta(minutes=15))
        return render_notice(self.told, head, self.at)


def examples(cast: Cast) -> dict[str, Letter]:
    """One letter for each thing that a letter can have to say, by name."""
    return {name: scene.letter(cast.head) for name, scene in scenes(cast)}


def scenes(cast: Cast) -> Iterator[tuple[str, Scene]]:
    """What these letters tell, by name, to be rendered with whatever words."""
    for part in (_duties_and_reviews, _dossiers, _notices, _alerts, _answers, _summaries):
        yield from part(cast)
    yield "sign-in", Scene(local(cast.head, cast.day, "09:00"), signs_in=person(cast.head, cast.report.unit))


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
    ended = []
    for one, over in ((report, Accepted), (cast.errand_next_door, Waived)):
        record = Recorder(head, one)
        record.facts += chased(cast, one)[1]
        record.step(Escalated, late, rung, "board", to=board)
        if over is Accepted:
            record.add(Submitted, cast.working_day(6), version=1, channel="form")
        record.add(over, cast.working_day(7), "15:00")
        ended.append((record.of, record.history))
    yield "closing", _letter(cast, "closing", secretary, cast.working_day(8), ended, f"resolved/{board}", board)
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


def _summaries(cast: Cast) -> Named:
    """A Monday on which one matter is before the committee, one is late, and one was done in the week before."""
    head, board = cast.head, cast.board
    monday = summary_day(cast.working_day(8), head.calendar)
    done = Recorder(head, cast.due(cast.errand, -1))
    done.add(Scheduled, cast.day - timedelta(days=60))
    done.add(Submitted, summary_day(monday - timedelta(days=4), head.calendar), version=1, channel="form")
    done.add(Accepted, summary_day(monday - timedelta(days=4), head.calendar), "15:00")
    above, history = chased(cast)
    going_up = Recorder(head, above)
    going_up.facts += history
    going_up.step(Escalated, cast.working_day(5), f"escalate/{board}", "board", to=board)
    late = Recorder(head, cast.neighbours)
    late.add(Scheduled, cast.day - timedelta(days=60))
    told = [
        (replace(one.of, terms=replace(one.of.terms, summary_to=(board,))), one.history)
        for one in (going_up, late, done)
    ]
    at = local(head, monday)
    yield from (("summary", Scene(at, summary=one)) for one in summaries(told, at, head.calendar, head.directory)[:1])


def _alerts(cast: Cast) -> Named:
    head, report, day = cast.head, cast.report, cast.working_day(1)
    record = Recorder(head, report)
    empty = record.add(RungSkipped, day, cycle=0, rung="escalate/head of owner", ordinal=0, empty=True)
    if head.directory.administrator() is None:
        return
    yield "alert-nobody", _told(record, empty)[0]
    board = Recorder(head, report)
    urged = board.add(Directed, day, body=cast.board, urged=True, why="Gửi trong tuần này.")
    yield "alert-urged", _told(board, urged)[0]
    at = local(head, day)
    lost = render_digest(digest("duties", person(head, report.unit), day, [(report, ())]), head, at)
    with_phone = replace(lost, recipient=replace(lost.recipient, phone="0912 345 678"))
    yield "calls", Scene(at, calls=(with_phone, lost))
    fates: dict[str, type[LetterEvent]] = {"refused": Refused, "bounced": Bounced, "uncertain": Uncertain}
    for name, kind in fates.items():
        fact = kind(letter=lost.id, happened_at=at, recorded_at=at, detail="550 5.1.1 <x>: no such user", id=7)
        told = notices(None, None, fact, head.directory, day, letter=lost)
        for whose, one in zip(("", "-unit"), told, strict=False):  # that a letter came back its unit's head hears, too
            yield f"alert-{name}{whose}", Scene(at, told=(one,))


def _answers(cast: Cast) -> Named:
    head, report, at = cast.head, cast.report, local(cast.head, cast.day, "10:00")
    owner = person(head, report.unit)
    now = situation(report, ())
    vi = owner.language != "en"
    problems = (
        ("I01: phải là số; hãy ghi như 1.234,5", "I07: chưa được điền")
        if vi
        else ("I01: must be a number; write it as 1234.5", "I07: is missing; please fill it in")
    )
    for name, one in {
        "problems": Became(report, now, "form", problems=problems),
        "hold": Became(report, now, "hold", "hold"),
        "extension": Became(report, now, "form", "extend", cast.working_day(5)),
    }.items():
        yield f"answer-{name}", Scene(at, replied=owner, became=(one,))
    two = (Became(report, now, "form"), Became(cast.confirm, situation(cast.confirm, ()), "confirm"))
    yield "answer-which", Scene(at, replied=owner, became=two, asks_which=True)
    administrator = head.directory.administrator()
    if administrator is not None:
        yield "alert-stray", Scene(at, stray=administrator)


def _reviewer(one: Obligation) -> str:
    return one.terms.review.by if one.terms.review else one.terms.focal_point

"""Letters of every kind about the children's plan of Bắc Ninh, with matters made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from dondoc.calendar.deadline import day_deadline
from dondoc.calendar.grammar import Offset, Span
from dondoc.core.address import Directory
from dondoc.core.decide import OWNER, Action, AskReview, Copy, Escalate, Forewarn, Remind
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
    Reassigned,
    Refused,
    Reminded,
    Returned,
    RungSkipped,
    Scheduled,
    Sent,
    Step,
    Submitted,
    Uncertain,
    Waived,
)
from dondoc.core.letter import DigestKind, Letter, Recipient
from dondoc.core.notices import letters_of, notices
from dondoc.core.obligation import EscalationRung, Obligation, ResolvedPolicy, ReviewTerms, Terms, obligation_id
from dondoc.core.organisation import Committee, Organisation, Person, Unit
from dondoc.core.plan import Files, Form, Plan
from dondoc.core.plan import Span as Days
from dondoc.core.standing import situation
from dondoc.core.text import Text
from notifications.letterhead import Letterhead
from notifications.render import render_digest, render_notice

PLAN = "tre-em-2023"
ESCAPED = "<script>alert('x')</script> & \"cộng tác\""


def text(vi: str, en: str) -> Text:
    return Text(vi=vi, en=en)


def unit(name: str, vi: str, en: str, language: str | None = None) -> Unit:
    people = (
        Person(role="head", name=text(f"Chủ tịch {vi}", f"Chairwoman of {en}"), email=f"chu-tich@{name}.example",
               receives=("escalations", "copies"), language=language),
        Person(role="officer", email=f"can-bo@{name}.example", receives=("duties", "copies"), language=language),
    )  # fmt: skip
    return Unit(id=name, level="district", inside="tinh-hoi", name=text(vi, en), people=people)


def organisation(language: str = "vi") -> Organisation:
    return Organisation(
        organisation="hoi-lhpn-bac-ninh",
        name=text("Hội Liên hiệp Phụ nữ tỉnh Bắc Ninh", "Bac Ninh Provincial Women's Union"),
        short=text("Hội LHPN tỉnh Bắc Ninh", "Bac Ninh Women's Union"),
        language=language,
        calendar={"holidays": "VN"},
        levels=("province", "district"),
        units=(
            Unit(id="tinh-hoi", level="province", name=text("Hội LHPN tỉnh Bắc Ninh", "Bac Ninh Women's Union")),
            Unit(
                id="ban-gdxh", inside="tinh-hoi", kind="department",
                name=text("Ban Gia đình Xã hội", "Family and Social Affairs Department"),
                people=(
                    Person(role="head", name=text("Trưởng Ban Gia đình Xã hội", "Head of Family and Social Affairs"),
                           email="truong-ban@gdxh.example", receives=("escalations", "copies")),
                    Person(role="officer", email="chuyen-vien@gdxh.example", receives=("duties",)),
                ),
            ),
            unit("h-gia-binh", "Hội LHPN huyện Gia Bình", "Women's Union of Gia Binh district"),
            unit("tx-que-vo", "Hội LHPN thị xã Quế Võ", "Women's Union of Que Vo town"),
        ),
        committees=(
            Committee(
                id="thuong-truc",
                name=text("Thường trực Hội LHPN tỉnh Bắc Ninh", "Standing Board of the Bac Ninh Women's Union"),
                secretary=Person(role="secretary", name=text("Thư ký Thường trực", "Secretary to the Board"),
                                 email="thu-ky@thuong-truc.example"),
            ),
            Committee(
                id="ban-thuong-vu",
                name=text("Ban Thường vụ Hội LHPN tỉnh Bắc Ninh", "Standing Committee of the Bac Ninh Women's Union"),
                secretary=Person(role="secretary", email="thu-ky@btv.example"),
            ),
        ),
        administrator=Person(
            role="administrator", email="quan-tri@tinh-hoi.example",
            name=text("Quản trị hệ thống đôn đốc", "Follow-up administrator"),
        ),
    )  # fmt: skip


def plan(plan_id: str = PLAN, number: str | None = None) -> Plan:
    return Plan(
        plan=plan_id,
        title=text(
            "Triển khai thực hiện công tác trẻ em trong các cấp Hội phụ nữ tỉnh Bắc Ninh năm 2023",
            "Work for children in the Women's Unions of Bac Ninh province in 2023",
        ),
        number=number,
        issued=date(2023, 4, 13),
        period=Days(first=date(2023, 4, 13), last=date(2023, 12, 31)),
        focal_point="ban-gdxh",
        forms={
            "bao-cao-dinh-ky": Form(
                title=text("Báo cáo định kỳ công tác trẻ em", "Periodic report on work for children"),
                files=Files(min=1),
            )
        },
    )


def letterhead(language: str = "vi", **others: Plan) -> Letterhead:
    home = organisation(language)
    plans = {PLAN: plan(), **{one.plan: one for one in others.values()}}
    return Letterhead(Directory(home), plans, home.work_calendar(), "https://dondoc.example/")


LADDER = (
    EscalationRung(
        "escalate/head of owner", Offset("after", Span(1, "working days")), "head of owner", committee=False
    ),
    EscalationRung("escalate/focal point", Offset("after", Span(3, "working days")), "focal point", committee=False),
    EscalationRung("escalate/thuong-truc", Offset("after", Span(5, "working days")), "thuong-truc", committee=True),
    EscalationRung("escalate/ban-thuong-vu", Offset("after", Span(10, "working days")), "ban-thuong-vu", committee=True,
                   again=Span(10, "working days")),
)  # fmt: skip


def terms(task: str, title: Text, *, plan_id: str = PLAN, form: str | None = "bao-cao-dinh-ky", **more) -> Terms:
    review = ReviewTerms("ban-gdxh", Offset("after", Span(3, "working days")))
    policy = ResolvedPolicy(chase=Span(2, "working days"), escalate=LADDER)
    return Terms(
        **{
            "plan": plan_id, "task": task, "section": "V.2", "title": title, "policy": policy,
            "focal_point": "ban-gdxh", "review": review, "form": form,
        } | more
    )  # fmt: skip


REPORT = terms("bao-cao-6-thang", text("Báo cáo 6 tháng công tác trẻ em", "Half-year report on work for children"))
HALF_YEAR = text("6 tháng đầu năm 2023", "first half of 2023")
BANNERS = terms(
    "bang-ron", text("Treo băng rôn nhân Ngày Quốc tế thiếu nhi", "Banners for International Children's Day"),
    section="II.2", form="files", assumed=("due",),
)  # fmt: skip
RECEIPT_OF_PLAN = terms("xac-nhan", text("Xác nhận đã nhận Kế hoạch", "Confirm receipt of the plan"),
                        form="acknowledgement", review=None)  # fmt: skip


def duty(
    head: Letterhead, of: Terms = REPORT, due: date = date(2023, 6, 19), unit: str = "tx-que-vo",
    period: str = "2023-H1", title: Text | None = HALF_YEAR,
) -> Obligation:  # fmt: skip
    return Obligation(
        id=obligation_id(of.plan, of.task, unit, period),
        terms=of,
        unit=unit,
        period=period,
        period_title=title,
        opens=datetime(2023, 4, 13, tzinfo=UTC),
        due=day_deadline(due, head.calendar),
    )


def local(head: Letterhead, day: date, clock: str = "08:00") -> datetime:
    hours, minutes = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=head.calendar.zone).astimezone(UTC)


def recipient(head: Letterhead, unit: str = "tx-que-vo", role: str = "officer") -> Recipient:
    day = date(2023, 6, 1)
    if head.directory.organisation.committee(unit):
        return head.directory.committee(unit, day)[0]
    found = head.directory.head(unit, day) if role == "head" else head.directory.people(unit, "duties", day)
    return found[0]


ACTIONS: dict[DigestKind, type[Action]] = {
    "duties": Remind, "review": AskReview, "dossier": Escalate, "copy": Copy, "forewarning": Forewarn,
}  # fmt: skip


def digest(
    kind: DigestKind,
    to: Recipient,
    day: date,
    matters: Sequence[tuple[Obligation, History]],
    rung: str = "remind/7 days before",
    towards: str = OWNER,
    ordinal: int = 0,
) -> Digest:
    items = tuple(
        ACTIONS[kind](one, situation(one, history), 0, rung, ordinal, towards, one.opens) for one, history in matters
    )
    return Digest(to, kind, day, items)


class Recorder:
    """Gives events the ids a ledger would."""

    def __init__(self, head: Letterhead, of: Obligation) -> None:
        self.head, self.of = head, of
        self.facts: list[Fact] = []

    def add(self, kind: type[Event], day: date, clock: str = "08:00", *, why: str = "", **more) -> Event:
        at = local(self.head, day, clock)
        event = kind(
            obligation=self.of.id, happened_at=at, recorded_at=at, by="x", why=why, id=len(self.facts) + 1, **more
        )
        self.facts.append(event)
        return event

    def step(
        self,
        kind: type[Event],
        day: date,
        rung: str,
        reader: str = "can-bo@tx-que-vo.example",
        *,
        left: bool = True,
        **more,
    ) -> None:
        letter = f"letter{len(self.facts)}"
        self.add(kind, day, step=Step(0, rung, 0, reader), letter=letter, **more)
        if left:
            at = local(self.head, day, "08:01")
            self.facts.append(Sent(letter=letter, happened_at=at, recorded_at=at, id=len(self.facts) + 1))

    @property
    def history(self) -> History:
        return tuple(self.facts)


def chased(head: Letterhead, of: Obligation | None = None) -> tuple[Obligation, History]:
    """A report that was reminded of, chased, and brought to the head; one letter never left."""
    one = of or duty(head)
    record = Recorder(head, one)
    record.add(Scheduled, date(2023, 4, 13))
    record.step(Reminded, date(2023, 6, 5), "remind/14 days before")
    record.step(Reminded, date(2023, 6, 12), "remind/7 days before")
    record.step(Reminded, date(2023, 6, 16), "remind/1 working days before", left=False)
    record.step(Reminded, date(2023, 6, 19), "remind/on the day")
    record.step(
        Escalated, date(2023, 6, 20), "escalate/head of owner", "chu-tich@tx-que-vo.example", to="head of owner"
    )
    record.step(Reminded, date(2023, 6, 21), "chase")
    record.step(Escalated, date(2023, 6, 22), "escalate/focal point", "truong-ban@gdxh.example", to="focal point")
    return one, record.history


def examples(language: str = "vi") -> dict[str, Letter]:
    """One letter for each thing that a letter can have to say, by name."""
    head = letterhead(language)
    return {**dict(_digests(head)), **dict(_notices(head))}


def _digests(head: Letterhead):
    que_vo, officer = recipient(head), recipient(head, "ban-gdxh")
    late = date(2023, 6, 26)

    def letter(kind, to, day, matters, *args, settled=(), **more) -> Letter:
        found = digest(kind, to, day, matters, *args, **more)
        histories = {one.id: history for one, history in matters}
        return render_digest(found, head, local(head, day), histories, settled=settled)

    wednesday = date(2023, 6, 14)
    report = (duty(head), ())
    banners = (duty(head, BANNERS, date(2023, 5, 31), period="quoc-te-thieu-nhi", title=None), ())
    confirm = (duty(head, RECEIPT_OF_PLAN, wednesday, period="once", title=None), ())
    yield "duties-one", letter("duties", que_vo, wednesday, [report])
    yield "duties-several", letter("duties", que_vo, wednesday, [banners, confirm, report])
    yield "duties-overdue", letter("duties", que_vo, date(2023, 6, 21), [report])

    sent = Recorder(head, duty(head))
    sent.add(Submitted, date(2023, 6, 15), "14:30", version=1, channel="form")
    asked = Recorder(head, duty(head, unit="h-gia-binh"))
    asked.add(ExtensionAsked, date(2023, 6, 15), "16:00", due=day_deadline(date(2023, 6, 26), head.calendar))
    yield "review", letter("review", officer, date(2023, 6, 16), [(sent.of, sent.history)], "review/asked", "ban-gdxh")
    late_review = letter("review", officer, date(2023, 6, 22), [(sent.of, sent.history)], "review/chase", "ban-gdxh")
    yield "review-late", late_review
    yield (
        "review-extension",
        letter("review", officer, date(2023, 6, 16), [(asked.of, asked.history)], "extension/1", "focal point"),
    )

    late_report = [chased(head)]
    banners_too = chased(head, duty(head, BANNERS, unit="h-gia-binh", period="quoc-te-thieu-nhi", title=None))
    matters = [banners_too, *late_report]
    board = recipient(head, "thuong-truc")
    rung = "escalate/thuong-truc"
    done = Recorder(head, duty(head, unit="h-gia-binh"))
    done.add(Submitted, date(2023, 6, 23), version=1, channel="form")
    done.add(Accepted, date(2023, 6, 23), "15:00")
    settled = [(done.of, situation(done.of, done.history))]
    yield "dossier-committee", letter("dossier", board, late, matters, rung, "thuong-truc", settled=settled)
    yield "dossier-again", letter("dossier", board, date(2023, 7, 10), late_report, rung, "thuong-truc", 1)
    to_head = recipient(head, "tx-que-vo", "head")
    yield (
        "dossier-head",
        letter("dossier", to_head, date(2023, 6, 20), [(duty(head), ())], "escalate/head of owner", "head of owner"),
    )
    to_focal = recipient(head, "ban-gdxh", "head")
    yield (
        "dossier-focal-point",
        letter("dossier", to_focal, date(2023, 6, 22), late_report, "escalate/focal point", "focal point"),
    )
    yield "copy", letter("copy", que_vo, late, late_report, "copy/thuong-truc")
    yield (
        "forewarning",
        letter("forewarning", to_focal, date(2023, 6, 23), matters, "forewarn/thuong-truc", "head of focal point"),
    )


def _notices(head: Letterhead):
    def letter(record: Recorder, event: Event, *more: tuple[Recorder, Event], before=None) -> Letter:
        day = head.calendar.day_of(event.recorded_at)
        told = []
        for one, fact in ((record, event), *more):
            earlier = situation(one.of, one.history[:-1])
            now = situation(one.of, one.history)
            told += notices(one.of, now, fact, head.directory, day, before=earlier)
        return [render_notice(group, head, event.recorded_at) for group in letters_of(told)]

    calendar = head.calendar

    def new(of: Obligation | None = None) -> Recorder:
        return Recorder(head, of or duty(head))

    record = new()
    received = record.add(Submitted, date(2023, 6, 15), "14:30", version=1, channel="form")
    (yield "receipt", letter(record, received)[0])
    back = record.add(
        Returned, date(2023, 6, 16), "09:00", due=day_deadline(date(2023, 6, 21), calendar),
        why="Biểu 2 chưa có số liệu của 3 xã.\nĐề nghị bổ sung <cột 5>.",
    )  # fmt: skip
    yield "returned", letter(record, back)[0]
    again = record.add(Submitted, date(2023, 6, 20), "10:00", version=2, channel="reply")
    yield "receipt-late-second", letter(record, again)[0]
    yield "accepted", letter(record, record.add(Accepted, date(2023, 6, 21), "10:00"))[0]

    record = new(duty(head, RECEIPT_OF_PLAN, date(2023, 4, 18), period="once", title=None))
    yield (
        "receipt-late-no-review",
        letter(record, record.add(Submitted, date(2023, 4, 20), version=1, channel="form"))[0],
    )

    record = new()
    record.add(ExtensionAsked, date(2023, 6, 15), due=day_deadline(date(2023, 6, 26), calendar), why="bận")
    granted = record.add(ExtensionGranted, date(2023, 6, 16), due=day_deadline(date(2023, 6, 26), calendar))
    yield "extension-granted", letter(record, granted)[0]
    refused = new().add(ExtensionRefused, date(2023, 6, 16), why="Số liệu cần cho báo cáo tỉnh ngày 21/6.")
    record = new()
    record.facts.append(refused)
    yield "extension-refused", letter(record, refused)[0]

    record = new()
    yield "waived", letter(record, record.add(Waived, date(2023, 6, 1), why="Đơn vị không có đối tượng."))[0]

    record, other = (
        new(duty(head, unit="h-gia-binh")),
        new(duty(head, BANNERS, date(2023, 9, 28), "h-gia-binh", "trung-thu", None)),
    )
    moved = record.add(Reassigned, date(2023, 6, 1), owner="tx-que-vo")
    both = letter(record, moved, (other, other.add(Reassigned, date(2023, 6, 1), owner="tx-que-vo")))
    yield "reassigned-gained", both[0]
    yield "reassigned-lost", both[1]

    record, other = new(), new(duty(head, BANNERS, date(2023, 9, 28), period="trung-thu", title=None))
    amended = record.add(Amended, date(2023, 6, 1), due=day_deadline(date(2023, 6, 30), calendar))
    (together,) = letter(record, amended, (other, other.add(Cancelled, date(2023, 6, 1))))
    yield "amended", together

    record = new()
    empty = record.add(RungSkipped, date(2023, 6, 20), cycle=0, rung="escalate/head of owner", ordinal=0, empty=True)
    yield "alert-nobody", letter(record, empty)[0]
    at = local(head, date(2023, 6, 20))
    lost = render_digest(digest("duties", recipient(head), date(2023, 6, 20), [(duty(head), ())]), head, at)
    for name, kind in (("refused", Refused), ("bounced", Bounced), ("uncertain", Uncertain)):
        fact = kind(letter=lost.id, happened_at=at, recorded_at=at, detail="550 5.1.1 <x>: no such user", id=7)
        told = notices(None, None, fact, head.directory, date(2023, 6, 20), letter=lost)
        yield f"alert-{name}", render_notice(told, head, at)

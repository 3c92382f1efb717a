"""Letters of every kind about the children's plan of Bắc Ninh, with matters made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dondoc.calendar.deadline import day_deadline
from dondoc.calendar.grammar import Offset, Span
from dondoc.core.address import Directory
from dondoc.core.history import History
from dondoc.core.letter import Letter, Recipient
from dondoc.core.obligation import EscalationRung, Obligation, ResolvedPolicy, ReviewTerms, Terms, obligation_id
from dondoc.core.organisation import Committee, Organisation, Person, Unit
from dondoc.core.plan import Files, Form, Plan
from dondoc.core.plan import Span as Days
from dondoc.core.text import Text
from notifications import examples as stories
from notifications.cast import Cast, Recorder, local
from notifications.examples import digest
from notifications.letterhead import Letterhead

__all__ = ["Recorder", "digest", "local"]

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


def recipient(head: Letterhead, unit: str = "tx-que-vo", role: str = "officer") -> Recipient:
    day = date(2023, 6, 1)
    if head.directory.organisation.committee(unit):
        return head.directory.committee(unit, day)[0]
    found = head.directory.head(unit, day) if role == "head" else head.directory.people(unit, "duties", day)
    return found[0]


def cast(head: Letterhead) -> Cast:
    """The report of Quế Võ and of Gia Bình, the banners of both, and a confirmation."""
    occasion = {"period": "quoc-te-thieu-nhi", "title": None}
    return Cast(
        head=head,
        report=duty(head),
        neighbours=duty(head, unit="h-gia-binh"),
        errand=duty(head, BANNERS, **occasion),
        errand_next_door=duty(head, BANNERS, unit="h-gia-binh", **occasion),
        confirm=duty(head, RECEIPT_OF_PLAN, period="once", title=None),
        board="thuong-truc",
    )


def chased(head: Letterhead, of: Obligation | None = None) -> tuple[Obligation, History]:
    """A report that was reminded of, chased, and brought to the head; one letter never left."""
    return stories.chased(cast(head), of)


def examples(language: str = "vi") -> dict[str, Letter]:
    """One letter for each thing that a letter can have to say, by name."""
    return stories.examples(cast(letterhead(language)))

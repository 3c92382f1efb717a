"""Units that are alike are foreseen once for all, and every letter is what it is when each is foreseen by itself."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dondoc.calendar.deadline import day_deadline
from dondoc.core.amendment import first_adoption
from dondoc.core.assumption import Assume
from dondoc.core.foresight import foresee
from dondoc.core.history import Amended
from dondoc.core.kindred import gather
from dondoc.core.letter import Letter
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.desk.preview import Wish, letterhead_of, preview_plan, render_all
from dondoc.links import masked
from dondoc.settings import load_settings
from notifications.letterhead import reply_token
from tests.core.telling import VIETNAM
from tests.places import ISSUED

EXAMPLES = 400 if os.environ.get("DONDOC_PROVE") == "whole" else 20
SETTINGS = load_settings({})
END = ISSUED + timedelta(days=75)


def unit(called: str, /, **more: Any) -> dict[str, Any]:
    people = [
        {"role": "head", "email": f"chu-tich@{called}.example", "receives": ["escalations"]},
        {"role": "officer", "name": f"Trần Thị {called}", "email": f"Can-Bo@{called}.example"},
    ]
    return {"id": called, "name": f"Hội xã {called}", "level": "commune", "in": "tinh", "people": people} | more


def house(*units: dict[str, Any]) -> Organisation:
    department = unit("ban", kind="department", level="province")
    return Organisation.model_validate(
        {
            "organisation": "hoi",
            "name": {"vi": "Hội tỉnh", "en": "The Union"},
            "calendar": {"holidays": "VN"},
            "administrator": {"role": "administrator", "email": "quan-tri@hoi.example"},
            "units": [{"id": "tinh", "name": "Hội tỉnh", "level": "province"}, department, *units],
            "committees": [{"id": "ban-tv", "name": "Thường vụ", "secretary": {"email": "thu-ky@hoi.example"}}],
        }
    )


def plan(**more: Any) -> Plan:
    tasks = [
        {"id": "hai", "title": "Nộp & báo <cáo>", "owner": "each commune", "due": "2023-05-10"},
        {"id": "mot", "title": "Xác nhận", "owner": "each commune", "due": "2023-04-28"},
        {
            "id": "thang", "title": {"vi": "Hằng tháng", "en": "Monthly"}, "owner": "each commune",
            "due": {"every": "month", "by": "5 days after period.end"}, "submit": {"what": "files", "review": "ban"},
        },
    ]  # fmt: skip
    return Plan.model_validate(
        {
            "plan": "p", "title": "Kế hoạch", "issued": "2023-04-13", "period": "2023-04-13/2023-06-30",
            "focal_point": "ban", "weekly_summary": ["ban-tv"],
            "policy": {
                "remind": ["5 days before", "on the day"],
                "chase": "every 2 working days after",
                "escalate": [
                    {"after": "1 working day", "to": "head of owner"},
                    {"after": "3 working days", "to": "focal point"},
                    {"after": "4 working days", "to": "ban-tv", "again": "every 5 working days"},
                ],
            },
            "sections": [{"id": "I", "title": "Việc", "tasks": [{**one, **more} for one in tasks]}],
        }
    )  # fmt: skip


def told(letter: Letter) -> object:
    """All of a letter but its id, into which the numbers of events go that are counted otherwise here."""
    words = (letter.subject, letter.text, letter.html, letter.short)
    said = [masked(text).replace(reply_token(letter.id), "") for text in words]
    to = (letter.recipient, letter.kind, letter.not_before, letter.valid_until, letter.thread, letter.plans)
    return to, said, letter.about, letter.steps, letter.enclosures


def by_themselves(what: Plan, organisation: Organisation, assume: Assume) -> list[Letter]:
    """Every unit foreseen by itself."""
    head = letterhead_of(organisation, [what], SETTINGS)
    begin = head.calendar.at(what.issued, ISSUED.min.time())
    standing = tuple(first_adoption(schedule(what, organisation), begin))
    end = head.calendar.day_ends(END.date())
    future = foresee(standing, begin, end, head.calendar, head.directory, assume=assume)
    return [one for one in render_all(future, head) if one.not_before < end and what.plan in one.plans]


def together(what: Plan, organisation: Organisation, assume: Assume) -> list[Letter]:
    shown: list[Letter] = []
    preview_plan(what, organisation, SETTINGS, Wish(last=END.date(), assume=assume, each=shown.append))
    return shown


def stood_for(what: Plan, organisation: Organisation) -> set[str]:
    standing = first_adoption(schedule(what, organisation), ISSUED)
    return {one.unit for some in gather(organisation, standing).kin.values() for one in some}


NAMES = ("an", "binh", "chau", "dong", "en")
OFFICER = {"role": "officer", "email": "x@x.example"}
AWAY = {"role": "head", "email": "h@x.example", "away": "2023-05-02/2023-05-09"}
ODD: list[dict[str, Any]] = [
    {},
    {"name": {"vi": "Hội <Đào & Mai>", "en": "Peach & Plum"}},
    {"name": "Hội   cách"},
    {"people": []},
    {"people": [{"role": "head", "contact": "paper"}]},
    {"people": [OFFICER]},
    {"people": [{**OFFICER, "email": "quan-tri@hoi.example"}]},
    {"people": [{**OFFICER, "language": "en"}, AWAY]},
    {"people": [{**OFFICER, "name": "Chủ tịch Hội xã an"}]},
    {"attributes": {"miền": "núi"}},
    {"valid_until": "2023-05-04"},
    {"in": "an"},
]  # fmt: skip


@st.composite
def houses(draw: st.DrawFn) -> Organisation:
    """Communes of which some are alike, some have a peculiarity in common, and some have one of their own."""
    oddities = draw(st.lists(st.sampled_from(ODD), min_size=1, max_size=2))
    units = [unit(name, **draw(st.sampled_from([{}, *oddities]))) for name in draw(st.permutations(NAMES))]
    for one in units:
        own = [{**person} for person in one["people"]]
        if draw(st.booleans()):
            own = [
                person | ({"email": f"{one['id']}-{person['email']}"} if "email" in person else {}) for person in own
            ]
        one["people"] = own
    return house(*units)


@pytest.mark.proof
@settings(max_examples=EXAMPLES, deadline=None)
@given(houses(), st.sampled_from(["silent", "on-time"]), st.sampled_from([{}, {"with": "an"}, {"urgent": True}]))
def test_every_letter_is_as_if_each_unit_were_foreseen_by_itself(
    organisation: Organisation, assume: Assume, more: dict[str, Any]
) -> None:
    what = plan(**more)
    apart = by_themselves(what, organisation, assume)
    assert sorted(map(repr, map(told, together(what, organisation, assume)))) == sorted(map(repr, map(told, apart)))


def test_a_title_that_looks_like_a_blank_is_written_as_it_stands() -> None:
    what = plan(title="Nộp x4bl7nk99999x")
    shown = together(what, house(*map(unit, NAMES)), "silent")
    assert all("Nộp x4bl7nk99999x" in one.text for one in shown if one.kind == "duties")


def test_without_answers_the_letters_have_the_very_ids_that_they_will_be_sent_under() -> None:
    what, organisation = plan(), house(*map(unit, NAMES))
    assert {one.id for one in together(what, organisation, "silent")} == {
        one.id for one in by_themselves(what, organisation, "silent")
    }


@pytest.mark.parametrize(
    ("units", "task", "expected"),
    [
        pytest.param([unit("an"), unit("binh")], {}, {"an", "binh"}, id="alike but for names"),
        pytest.param([unit("an"), unit("binh"), unit("chau", name="Xã  C")], {}, {"an", "binh"}, id="two blanks"),
        pytest.param([unit("an"), unit("binh", level="district")], {}, set(), id="one owes nothing"),
        pytest.param([unit("an"), unit("binh"), unit("chau", people=[])], {}, {"an", "binh"}, id="other people"),
        pytest.param([unit("an"), unit("binh"), unit("chau", **{"in": "an"})], {}, set(), id="one is in one"),
        pytest.param([unit("an"), unit("binh")], {"with": "an"}, set(), id="one works along"),
        pytest.param([unit("an"), unit("binh"), unit("chau")], {"with": "an"}, {"binh", "chau"}, id="the rest"),
        pytest.param([unit("an"), unit("binh", people=unit("an")["people"])], {}, set(), id="people of both"),
    ],
)  # fmt: skip
def test_one_stands_for_units_that_nothing_tells_apart(
    units: list[dict[str, Any]], task: dict[str, Any], expected: set[str]
) -> None:
    assert stood_for(plan(**task), house(*units)) == expected


def test_an_edit_that_moves_the_deadline_of_all_leaves_them_alike_and_one_of_its_own_does_not() -> None:
    organisation, later = house(*map(unit, NAMES)), day_deadline(END.date(), VIETNAM)
    standing = list(first_adoption(schedule(plan(), organisation), ISSUED))

    def moved(*units: str) -> set[str]:
        events = [
            (one, (*known, Amended(obligation=one.id, happened_at=ISSUED, recorded_at=ISSUED, by="x", id=n, due=later)))
            if one.unit in units and one.task == "hai"
            else (one, known)
            for n, (one, known) in enumerate(standing, 5)
        ]
        return {one.unit for some in gather(organisation, events).kin.values() for one in some}

    assert moved(*NAMES) == set(NAMES)
    assert moved("an") == set(NAMES) - {"an"}

"""Before anything is sent it is told which steps would reach nobody, and for whom."""

from __future__ import annotations

import pytest

from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.address import Directory
from dondoc.core.schedule import schedule
from dondoc.core.unreached import unreached
from tests.small_plan import ORGANISATION, PLAN


def told(organisation: str, language: str = "vi") -> list[str]:
    plan, house = load_plan(PLAN).value, load_organisation(organisation).value
    assert plan is not None
    assert house is not None
    calendar = house.work_calendar()
    return [one.text.within(language) for one in unreached(schedule(plan, house), Directory(house), calendar)]


def test_where_everybody_can_be_written_to_there_is_nothing_to_tell() -> None:
    assert told(ORGANISATION) == []


@pytest.mark.parametrize(
    ("line", "instead", "sentences"),
    [
        (
            ", secretary: {role: secretary, email: thu-ky@hoi.example}",
            "",
            ["Báo cáo lên Thường trực: không có ai để gửi (Hội Phụ nữ huyện Gia Bình, Hội Phụ nữ thị xã Quế Võ)."],
        ),
        (
            "      - {role: head, email: chu-tich@que-vo.example, receives: [escalations]}\n",
            "",
            ["Thông báo người đứng đầu Hội Phụ nữ thị xã Quế Võ: không có ai để gửi (Hội Phụ nữ thị xã Quế Võ)."],
        ),
    ],
)
def test_a_rung_without_anybody_is_told_of_once_for_all_it_concerns(
    line: str, instead: str, sentences: list[str]
) -> None:
    assert line in ORGANISATION
    assert told(ORGANISATION.replace(line, instead)) == sentences


def test_a_unit_without_people_is_not_reminded_and_its_review_reaches_nobody() -> None:
    nobody = ORGANISATION.replace("      - {role: officer, email: can-bo@hoi.example}\n", "").replace(
        "truong-ban@hoi.example, receives: [escalations]", "truong-ban@hoi.example, receives: [copies]"
    )
    assert told(nobody.replace("role: head, email: truong-ban", "role: deputy, email: truong-ban"), "en") == [
        "Review asked for: nobody can be written to (Hội Phụ nữ huyện Gia Bình, Hội Phụ nữ thị xã Quế Võ)."
    ]

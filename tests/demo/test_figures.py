"""Made-up answers: the same every time, and taken by the validator for every duty of the plan."""

from __future__ import annotations

from datetime import date

import pytest

from dondoc.core.content import form_for
from dondoc.core.forms import OfferedFile, validate
from dondoc.core.obligation import Obligation
from dondoc.core.plan import Submit
from dondoc.core.schedule import schedule
from dondoc.demo.figures import Answer, answer
from tests.places import bac_ninh

DAY = date(2023, 6, 19)


def answered(obligation: Obligation) -> Answer:
    return answer(obligation, *bac_ninh(), DAY)


@pytest.mark.parametrize("obligation", schedule(*bac_ninh()), ids=lambda one: one.id)
def test_every_duty_of_the_plan_can_be_answered(obligation: Obligation) -> None:
    plan, organisation = bac_ninh()
    task = plan.task(obligation.task)
    assert task is not None
    submit = task.submit or Submit()
    made_up = answered(obligation)
    files = [OfferedFile(name, len(content)) for name, content in made_up.files.items()]
    form = form_for(plan, organisation, task, obligation.unit, obligation.period)
    assert validate(form, submit, made_up.data, files).problems == ()
    assert answered(obligation) == made_up


@pytest.mark.parametrize("unit", ["h-gia-binh", "h-tien-du", "h-luong-tai", "tp-bac-ninh"])
def test_a_year_holds_at_least_what_its_first_half_held(unit: str) -> None:
    reports = {one.period: one for one in schedule(*bac_ninh()) if one.unit == unit and "bao-cao" in one.task}
    half, year = answered(reports["2023-H1"]).data, answered(reports["2023"]).data
    for flow in ("I01", "I02", "I06", "I12", "I13"):
        assert int(str(half[flow])) <= int(str(year[flow]))


def test_units_report_different_figures() -> None:
    reports = [one for one in schedule(*bac_ninh()) if one.task == "bao-cao-6-thang"]
    assert len({str(answered(one).data["I01"]) for one in reports}) > 4


def test_what_is_attached_is_a_pdf_of_one_page() -> None:
    report = next(one for one in schedule(*bac_ninh()) if one.task == "bao-cao-6-thang")
    ((name, content),) = answered(report).files.items()
    assert name.endswith(".pdf")
    assert content.startswith(b"%PDF-1.4")
    assert content.endswith(b"%%EOF\n")
    start = int(content.split(b"startxref\n")[1].split()[0])
    assert content[start : start + 4] == b"xref"
    assert content.count(b" obj\n") == 4

"""Every recipe of the cookbook is a sound plan and falls due on the days that it says."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from dondoc.authoring.check import check_texts
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.core.schedule import schedule

pytestmark = pytest.mark.tree

PAGE = (Path(__file__).parents[2] / "docs" / "cookbook.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(yaml plan|yaml unit|yaml|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RECIPES = {
    part.partition("\n")[0]: dict(BLOCK.findall(part)) for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
}
[BASE] = [text for kind, text in BLOCK.findall(PAGE) if kind == "yaml plan"]

ORGANISATION = """\
organisation: hoi
name: Hội
calendar: {holidays: VN}
levels: [province, district]
units:
  - {id: tinh-hoi, level: province, name: Tỉnh Hội, people: [{role: head, email: a@tinh-hoi.example}]}
  - {id: ban-gdxh, in: tinh-hoi, kind: department, name: Ban GĐXH, people: [{email: a@gdxh.example}]}
  - {id: ban-tg, in: tinh-hoi, kind: department, name: Ban Tuyên giáo, people: [{email: a@tg.example}]}
  - {id: h-gia-binh, in: tinh-hoi, level: district, name: Gia Bình, people: [{email: a@gia-binh.example}],
     attributes: {trung_tam: "yes"}}
  - {id: tx-que-vo, in: tinh-hoi, level: district, name: Quế Võ, people: [{email: a@que-vo.example}],
     valid_from: 2023-04-10, replaces: h-que-vo}
  - {id: h-que-vo, in: tinh-hoi, level: district, name: Quế Võ, valid_until: 2023-04-09}
committees:
  - {id: thuong-truc, name: Thường trực, secretary: {email: a@thuong-truc.example}}
"""


def test_there_are_recipes() -> None:
    assert len(RECIPES) >= 18
    assert all(recipe.keys() - {"yaml unit"} == {"yaml", "text"} for recipe in RECIPES.values())


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_falls_due_as_it_says(title: str) -> None:
    plan = load_plan(BASE + indent(RECIPES[title]["yaml"], " " * 6))
    units = indent(RECIPES[title].get("yaml unit", ""), "  ")
    found = check_texts(plan, load_organisation(ORGANISATION.replace("committees:", f"{units}committees:")))
    assert [str(problem) for problem in found.problems] == []
    assert found.plan is not None
    assert found.organisation is not None
    calendar = found.organisation.work_calendar()
    told: dict[str, None] = {}
    for one in schedule(found.plan, found.organisation):
        if one.task != "bao-cao-nam":
            clock = "" if one.due.whole_day else f" {calendar.local(one.due.at):%H:%M}"
            told[f"{one.task} {one.period} {one.due.day(calendar)}{clock}"] = None
    assert list(told) == RECIPES[title]["text"].splitlines()

"""An explanation names the place in the plan that asks for the duty."""

from __future__ import annotations

from pathlib import Path

from dondoc.desk.explain import explain_obligation
from dondoc.desk.plans import apply_plan
from dondoc.desk.workplace import Workplace
from tests.places import adopt, local, workplace
from tests.small_plan import H1, PLAN, write_plan


def test_the_rule_is_named_with_its_line_in_the_version_in_force(office: Workplace, plan_file: Path) -> None:
    line = PLAN[: PLAN.index("- id: bao-cao")].count("\n") + 1
    rule = explain_obligation(office, H1).rule
    assert rule is not None
    assert rule.en == f"Rule: section I, line {line} of plan ke-hoach, version 1."
    write_plan(plan_file.parent, "# một dòng\n" + PLAN.replace("due: 2023-04-18", "due: 2023-04-25"))
    apply_plan(office.at(local("2023-04-14 09:00")), plan_file, by="quan-tri")
    rule = explain_obligation(office, H1).rule
    assert rule is not None
    assert f"dòng {line + 1} của kế hoạch ke-hoach, phiên bản 2" in rule.vi


def test_without_the_plans_text_no_line_is_named(tmp_path: Path, ledger_url: str) -> None:
    place = adopt(workplace(tmp_path, ledger_url))
    assert explain_obligation(place, "tre-em-2023/bao-cao-6-thang/h-gia-binh/2023-H1").rule is None

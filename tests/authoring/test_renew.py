"""A plan is carried into the next year: dates moved and marked, the rest as it was, and it is sound."""

import difflib
import subprocess
import sys
from pathlib import Path

import pytest

from dondoc.authoring.check import check_file, check_texts
from dondoc.authoring.load import load_organisation, load_plan
from dondoc.authoring.renew import Renewed, moved, renew
from dondoc.core.schedule import schedule

PLANS = Path(__file__).parents[2] / "plan_definitions"


def renewed(file: Path, year: int) -> Renewed:
    plan = check_file(file).plan
    assert plan is not None
    return renew(file.read_text(encoding="utf-8"), plan, year)


def lines(before: str, after: str) -> list[str]:
    told = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in told if line[:1] in "+-"]


MOVED = {
    "2023-06-30": "2024-06-30",
    "2024-02-29": "2025-02-28",
    "2023-06-30 17:00": "2024-06-30 17:00",
    "2023-06-01/2023-06-30": "2024-06-01/2024-06-30",
    "in July 2023": "in July 2024",
    "before lunar 15/8/2023": "before lunar 15/8/2024",
    "before lunar 15/8": "before lunar 15/8",
    "FREQ=MONTHLY;UNTIL=20231231": "FREQ=MONTHLY;UNTIL=20241231",
    "3 working days after plan.issued": "3 working days after plan.issued",
}


@pytest.mark.parametrize("text", MOVED)
def test_dates_are_moved_wherever_they_stand(text: str) -> None:
    assert moved(text, 1) == MOVED[text]


def test_the_bac_ninh_plan_of_the_next_year_is_sound_and_owes_the_same() -> None:
    file = PLANS / "bac-ninh" / "tre-em-2023.yaml"
    new = renewed(file, 2024)
    beside = load_organisation((file.parent / "organisation.yaml").read_bytes())
    found = check_texts(load_plan(new.text), beside)
    assert {problem.code for problem in found.problems} <= {"day-off", "reminds-before-opening"}
    assert found.plan is not None
    assert found.organisation is not None
    assert found.plan.plan == new.plan == "tre-em-2024"
    assert found.plan.title.vi.endswith("năm 2024")
    owed = {one.id for one in schedule(found.plan, found.organisation)}
    assert {one.replace("tre-em-2024/", "").replace("2024", "2023") for one in owed} == {
        one.id.removeprefix("tre-em-2023/") for one in schedule(*_shipped(file))
    }


def _shipped(file: Path):  # type: ignore[no-untyped-def]
    checked = check_file(file)
    return checked.plan, checked.organisation


def test_comments_stay_and_only_lines_with_dates_change() -> None:
    file = PLANS / "riverside-clinic" / "compliance-2025.yaml"
    text = file.read_text(encoding="utf-8")
    new = renewed(file, 2026)
    changed = [line for line in lines(text, new.text) if line.startswith("+")]
    assert [line[2:].strip() for line in changed] == [
        "plan: compliance-2026",
        "title: Compliance calendar 2026/27",
        "issued: 2026-04-01",
        "period: 2026-04-01/2027-03-31",
        "- {id: spring, title: spring, due: 2026-05-30}",
        "- {id: autumn, title: autumn, due: 2026-10-31}",
        "assumed: [submit, occasions]",
        "due: in September 2026",
        "assumed: [submit, due]",
        "opens: 2026-10-01",
        "due: 2027-01-30",
        "assumed: [submit, due, opens]",
        "during: 2026-09-15/2026-11-28",
        "due: 2026-12-05",
        "assumed: [due, during]",
        "due: 2026-06-30 12:00",
        "assumed: [submit, due]",
    ]
    assert "fire-drill: occasions moved to the new year" in new.questions


def test_the_command_writes_a_new_file_and_says_what_to_look_at(tmp_path: Path) -> None:
    file = PLANS / "bac-ninh" / "tre-em-2023.yaml"
    out = tmp_path / "tre-em-2024.yaml"
    words = [sys.executable, "-c", "from dondoc.cli import main; main()", "renew", str(file), "--year", "2024"]
    done = subprocess.run([*words, "--out", str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "number: to be written" in done.stderr
    assert load_plan(out.read_bytes()).value is not None
    assert subprocess.run([*words, "--out", str(out)], capture_output=True, check=False).returncode == 2

"""The demo's folder: made from the real plan, cleared away only if a demo made it, with one officer away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dondoc.authoring.check import check_files
from dondoc.authoring.load import load_organisation
from dondoc.core.address import Directory
from dondoc.core.problem import has_errors
from dondoc.demo.stage import AWAY_IN_DECEMBER, ORGANISATION, PlanNotFound, Stage, StageNotFree, set_stage
from tests.places import PLANS


def who_is_written_to(stage: Stage, day: str) -> list[str]:
    organisation = load_organisation((stage.plans / ORGANISATION).read_bytes()).value
    assert organisation is not None
    return [one.key for one in Directory(organisation).people("h-tien-du", "duties", date.fromisoformat(day))]


def test_the_plan_and_the_organisation_are_copied_and_have_no_mistake(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "demo", PLANS)
    assert stage.plan.read_bytes() == (PLANS / "bac-ninh" / "tre-em-2023.yaml").read_bytes()
    assert not has_errors(check_files([stage.plan, stage.plans / ORGANISATION]))


@pytest.mark.parametrize(
    ("day", "in_june", "in_december"),
    [
        ("2023-06-11", "can-bo", "can-bo"),
        ("2023-06-12", "pho-chu-tich", "can-bo"),
        ("2023-06-23", "pho-chu-tich", "can-bo"),
        ("2023-06-24", "can-bo", "can-bo"),
        ("2023-12-11", "can-bo", "pho-chu-tich"),
        ("2023-12-22", "can-bo", "pho-chu-tich"),
        ("2023-12-23", "can-bo", "can-bo"),
    ],
)
def test_the_deputy_is_written_to_while_the_officer_is_away(
    day: str, in_june: str, in_december: str, tmp_path: Path
) -> None:
    stage = set_stage(tmp_path / "demo", PLANS)
    assert who_is_written_to(stage, day) == [f"{in_june}@h-tien-du.example"]
    stage.send_away(AWAY_IN_DECEMBER)
    assert who_is_written_to(stage, day) == [f"{in_december}@h-tien-du.example"]


def test_a_folder_named_from_where_one_stands_is_kept_whole_so_that_flows_find_it_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = set_stage(Path("demo"), PLANS)
    assert stage.home == tmp_path / "demo"
    assert stage.plan.is_absolute()


def test_what_an_earlier_demo_left_is_cleared_away(tmp_path: Path) -> None:
    stage = set_stage(tmp_path / "demo", PLANS)
    (stage.home / "dondoc.db").write_text("of the year before")
    set_stage(tmp_path / "demo", PLANS)
    assert not (stage.home / "dondoc.db").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(StageNotFree, match="Nothing was changed"):
        set_stage(tmp_path, PLANS)
    assert [file.name for file in tmp_path.iterdir()] == ["letters.txt"]


def test_without_the_plan_it_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(PlanNotFound, match="DONDOC_PLANS"):
        set_stage(tmp_path / "demo", tmp_path / "nowhere")
    assert not (tmp_path / "demo").exists()

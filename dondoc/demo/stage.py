"""The stage: a folder of the demo's own with copies of the plan and its organisation, in which one officer is away."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dondoc.authoring.load import load_organisation
from dondoc.errors import DondocError

PLAN = Path("bac-ninh", "tre-em-2023.yaml")
ORGANISATION = PLAN.with_name("organisation.yaml")
PLAN_ID = "tre-em-2023"
MARK = "played-by-demo"
"""A file that says that the folder is the demo's own and may be cleared away."""

SENDER = "Hội LHPN tỉnh Bắc Ninh <theo-doi@tinh-hoi.example>"

OFFICER = "      - {role: officer, email: can-bo@h-tien-du.example, receives: [duties, copies]}\n"
AWAY_WITH_A_STAND_IN = """\
      - role: officer
        email: can-bo@h-tien-du.example
        receives: [duties, copies]
        away: AWAY                        # đi tập huấn; Phó Chủ tịch nhận thư thay
        stand_in: deputy
      - role: deputy
        name: {vi: Phó Chủ tịch Hội LHPN huyện Tiên Du, en: Vice Chairwoman of the Women's Union of Tien Du district}
        email: pho-chu-tich@h-tien-du.example
        receives: []
"""
AWAY_IN_JUNE, AWAY_IN_DECEMBER = "2023-06-12/2023-06-23", "2023-12-11/2023-12-22"


class StageNotFree(DondocError):
    """The folder holds something that the demo did not put there."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"{home} is not empty and was not made by a demo. Nothing was changed. "
            f"Choose another folder with --home, or remove it yourself."
        )


class PlanNotFound(DondocError):
    """The plan that the demo plays is not where plans are looked for."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"The demo plays {file}, which is not there. "
            f"Start it in a copy of the repository, or set DONDOC_PLANS to its folder plan_definitions."
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the year is played, and the folder of plans that its own was copied from."""

    home: Path
    source: Path

    @property
    def plans(self) -> Path:
        return self.home / "plans"

    @property
    def plan(self) -> Path:
        """The plan's file; its organisation lies beside it."""
        return self.plans / PLAN

    @property
    def mailboxes(self) -> Path:
        return self.home / "mailboxes"

    def send_away(self, days: str) -> None:
        """Write the organisation anew, with the officer of Tiên Du away on these days."""
        text = (self.source / ORGANISATION).read_text(encoding="utf-8")
        assert OFFICER in text  # a test keeps the demo and the plan together
        away = AWAY_WITH_A_STAND_IN.replace("AWAY", days, 1)
        (self.plans / ORGANISATION).write_text(text.replace(OFFICER, away), encoding="utf-8")

    def unit_names(self) -> dict[str, str]:
        """The short names of the units, by id."""
        organisation = load_organisation((self.plans / ORGANISATION).read_bytes()).value
        return {unit.id: (unit.short or unit.name).within("vi") for unit in organisation.units} if organisation else {}

    def environment(self, **more: str) -> dict[str, str]:
        """The settings of this stage as variables; `smtp_url="…"` becomes DONDOC_SMTP_URL."""
        given = {"home": str(self.home), "plans": str(self.plans), "from": SENDER, **more}
        return {f"DONDOC_{name.upper()}": value for name, value in given.items()}


def set_stage(home: Path, plans: Path) -> Stage:
    """An empty stage in `home`, with copies of the plan and the organisation that lie in the folder `plans`.

    Raises:
        StageNotFree: there is something in `home` that no demo left there.
        PlanNotFound: `plans` does not hold the plan.
    """
    home, plans = home.absolute(), plans.absolute()
    if not (plans / PLAN).is_file():
        raise PlanNotFound(plans / PLAN)
    if home.is_dir() and any(home.iterdir()):
        if not (home / MARK).is_file():
            raise StageNotFree(home)
        shutil.rmtree(home)
    stage = Stage(home, plans)
    stage.plan.parent.mkdir(parents=True)
    (home / MARK).write_text(
        "This folder was made by `dondoc demo` and is cleared away when the demo is played again.\n"
    )
    for file in (plans / PLAN).parent.glob("*"):
        if file.is_file():
            shutil.copy(file, stage.plan.parent)
    stage.send_away(AWAY_IN_JUNE)
    return stage

"""Every kind of letter with examples from a plan, as a folder of pages: how it looks on a telephone and on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dondoc.authoring.preview.pages import TEMPLATES, FolderNotFree
from dondoc.authoring.preview.words import KINDS
from dondoc.core.address import Directory
from dondoc.core.letter import Letter
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.settings import Settings
from notifications.cast import cast_from
from notifications.examples import examples
from notifications.letterhead import Letterhead

MARK = "written-by-dondoc-letters"
WIDTHS = {"phone": 360, "desktop": 1000}


@dataclass(frozen=True, slots=True)
class Shown:
    """One letter of the gallery."""

    name: str
    kind: str
    letter: Letter


def letters_of_plan(plan: Plan, organisation: Organisation, settings: Settings, language: str) -> dict[str, Letter]:
    """A letter of every kind about the plan's own duties, in its own words where it has some; none of an empty plan."""
    house = organisation.model_copy(update={"language": language})
    own = settings.letters_folder
    head = Letterhead(
        Directory(house), {plan.plan: plan}, house.work_calendar(), settings.base_url, own if own.is_dir() else None
    )
    cast = cast_from(head, schedule(plan, house))
    return examples(cast) if cast else {}


def write_gallery(folder: Path, letters: Mapping[str, Letter], title: str, language: str) -> Path:
    """Write the letters and a page that shows them side by side; returns that page.

    Raises:
        FolderNotFree: the folder holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise FolderNotFree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    (folder / MARK).write_text("Written by `dondoc letters`; written anew when it is run again.\n")
    for name, letter in letters.items():
        (folder / f"{name}.html").write_text(letter.html, encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    kinds = KINDS[language]
    shown = [Shown(name, kinds[letter.kind], letter) for name, letter in letters.items()]
    page = environment.get_template("gallery.html").render(
        letters=shown, title=title, language=language, widths=WIDTHS, vi=language != "en"
    )
    index = folder / "index.html"
    index.write_text(page, encoding="utf-8")
    return index

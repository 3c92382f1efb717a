"""The README's commands give what the README says they give."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")

pytestmark = pytest.mark.tree


def told() -> list[tuple[str, str]]:
    """Each command of the README and the output printed below it."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall((TREE / "README.md").read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.strip()))
    return found


def test_the_commands_of_the_readme_print_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "plan_definitions").symlink_to(TREE / "plan_definitions")
    (tmp_path / ".dondoc-readme").mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))}
    environ |= {"PATH": f"{Path(sys.executable).parent}:{environ['PATH']}", "LOGNAME": "readme", "COLUMNS": "160"}
    bash = shutil.which("bash")
    assert bash is not None
    commands = told()
    assert len(commands) > 5
    for command, expected in commands:
        done = subprocess.run(
            [bash, "-c", command], check=False, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=120
        )
        assert done.stdout.strip() == expected, f"$ {command}\n{done.stderr}"


def links_of(page: Path) -> list[str]:
    return [link for link in LINK.findall(page.read_text(encoding="utf-8")) if ":" not in link]


def test_every_link_of_every_page_leads_to_a_file_and_a_heading_that_are_there() -> None:
    pages = [*TREE.glob("*.md"), *(TREE / "docs").rglob("*.md")]
    assert len(pages) > 20
    for page in pages:
        for link in links_of(page):
            file, _, heading = link.partition("#")
            target = page.parent / file if file else page
            assert target.exists(), f"{page}: {link}"
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
            anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert not heading or heading in anchors, f"{page}: {link}"


def test_the_readme_leads_to_every_page_once() -> None:
    linked = sorted(link for link in links_of(TREE / "README.md") if re.match(r"docs/.+\.md$", link))
    pages = [page for page in (TREE / "docs").rglob("*.md") if page.parent.name != "adr"]
    assert linked == sorted(page.relative_to(TREE).as_posix() for page in pages)

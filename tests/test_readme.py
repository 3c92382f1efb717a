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


def test_every_page_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (TREE / "README.md").read_text(encoding="utf-8"))
    assert links
    assert not [link for link in links if "://" not in link and not (TREE / link).exists()]

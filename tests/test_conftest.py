"""The tests' own machinery: real databases, and a CI in which nothing is skipped in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy

SKIPPING = """
import pytest

@pytest.mark.skip(reason="no mail server here")
def test_marked():
    pass

def test_inside():
    pytest.skip("no browser here")

@pytest.fixture
def server():
    pytest.skip("no database here")

def test_with_fixture(server):
    pass

@pytest.mark.xfail(reason="known")
def test_expected():
    assert False
"""
WHOLE_FILE = "import pytest\npytest.importorskip('a_library_that_is_not_there')\n"


def run_pytest(folder: Path, **environment: str) -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    root = Path(__file__).parents[1]
    (folder / "conftest.py").write_text((root / "tests/conftest.py").read_text())
    clean = {name: value for name, value in os.environ.items() if name != "DONDOC_NO_SKIP"}
    return subprocess.run(
        command,
        env={**clean, "PYTHONPATH": str(root), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_a_skip_is_only_a_skip_on_an_engineers_machine(tmp_path: Path):
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    assert "3 skipped, 1 xfailed" in run_pytest(tmp_path)


def test_in_ci_every_skip_is_a_failure_that_names_its_reason(tmp_path: Path):
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    output = run_pytest(tmp_path, DONDOC_NO_SKIP="1")
    for reason in ("no mail server here", "no browser here", "no database here"):
        assert reason in output
    assert "skipped in" not in output
    assert "1 xfailed" in output


def test_in_ci_a_file_skipped_as_a_whole_is_a_failure_too(tmp_path: Path):
    (tmp_path / "test_whole.py").write_text(WHOLE_FILE)
    output = run_pytest(tmp_path, DONDOC_NO_SKIP="1")
    assert "a_library_that_is_not_there" in output
    assert "1 error" in output


@pytest.mark.parametrize("round_", [1, 2])
def test_each_test_gets_an_empty_database_of_each_kind(database_url: str, round_: int):
    engine = sqlalchemy.create_engine(database_url, poolclass=sqlalchemy.NullPool)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE letter (subject TEXT)"))
        connection.execute(sqlalchemy.text("INSERT INTO letter VALUES ('Nhắc việc: Đông Anh, Lương Tài')"))
        assert connection.scalar(sqlalchemy.text("SELECT subject FROM letter")) == "Nhắc việc: Đông Anh, Lương Tài"

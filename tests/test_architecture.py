"""The walls of the house: who may import whom, who may read the clock, how large a room may be."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import api
from importlinter.application.use_cases import lint_imports

pytestmark = pytest.mark.tree

ROOT = Path(__file__).parents[1]
PACKAGES = ("dondoc", "flows", "tasks", "notifications")
PURE = ("dondoc/core", "dondoc/calendar")
LINES_AT_MOST = 400
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

PURE_LIBRARIES = {
    "dondoc.core",
    "dondoc.calendar",
    "pydantic",
    "pydantic_core",
    "lark",
    "dateutil",
    "holidays",
    "ephem",
}
OUTSIDE = {  # what the standard library has of files, processes, networks, threads, clocks, chance, logs
    "_thread", "aifc", "argparse", "asyncio", "asyncore", "atexit", "bz2", "cgi", "cgitb", "cmd",
    "code", "codeop", "concurrent", "configparser", "ctypes", "curses", "dbm", "email", "faulthandler",
    "fcntl", "fileinput", "ftplib", "gc", "getopt", "getpass", "glob", "gzip", "http", "imaplib",
    "importlib", "inspect", "io", "lib2to3", "linecache", "locale", "logging", "lzma", "mailbox",
    "marshal", "mimetypes", "mmap", "multiprocessing", "netrc", "nntplib", "optparse", "os", "pathlib",
    "pdb", "pickle", "pipes", "pkgutil", "platform", "poplib", "posix", "pty", "pwd", "queue", "random",
    "readline", "resource", "runpy", "sched", "secrets", "select", "selectors", "shelve", "shutil",
    "signal", "site", "smtpd", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess",
    "sys", "sysconfig", "syslog", "tarfile", "telnetlib", "tempfile", "termios", "threading", "time",
    "timeit", "tkinter", "tty", "urllib", "uuid", "venv", "warnings", "wave", "webbrowser", "wsgiref",
    "xmlrpc", "zipapp", "zipfile", "zipimport",
}  # fmt: skip
CLOCK_READERS = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime",
    "email.utils.localtime", "email.utils.formatdate", "pendulum.now", "pendulum.today", "pendulum.yesterday",
    "whenever.Instant.now", "ephem.now",
}  # fmt: skip


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(level=0, module=str(module), names=names):
                # `from dondoc import clock` imports dondoc.clock
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.ImportFrom(level=level):
                yield node.lineno, "." * level


def within(name: str, allowed: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def is_pure(name: str) -> bool:
    package = name.partition(".")[0]
    return within(name, PURE_LIBRARIES) or (package in sys.stdlib_module_names and package not in OUTSIDE)


def forbidden_imports(source: str) -> list[str]:
    """What a pure module imports without being allowed to, with its lines."""
    return [f"{line}: {name}" for line, name in imported_names(ast.parse(source)) if not is_pure(name)]


def clock_readings(source: str) -> list[str]:
    """Where a module reads the clock, under whatever name it imported the reader."""
    tree = ast.parse(source)
    known_as: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    known_as[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            case ast.ImportFrom(module=str(module), names=names):
                known_as |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in names}

    def meaning(node: ast.AST) -> str:
        match node:
            case ast.Name(id=name):
                return known_as.get(name, "")
            case ast.Attribute(value=value, attr=attribute):
                return f"{meaning(value)}.{attribute}"
            case _:
                return ""

    return [
        f"{node.lineno}: {meaning(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and meaning(node) in CLOCK_READERS
    ]


def opens_files(source: str) -> list[str]:
    """Built-in doors to the outside: open, input, print, exec and their kind."""
    doors = {"open", "input", "print", "exec", "eval", "__import__", "breakpoint"}
    return [
        f"{node.lineno}: {node.func.id}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in doors
    ]


def named(path: Path, findings: list[str]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{finding}" for finding in findings]


def test_imports_only_go_down_the_floors(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    passed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)
    assert passed, capsys.readouterr().out


def test_every_floor_of_the_contract_is_one_we_have_or_mean_to_build():
    contract = api.read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"][0]
    assert "(dondoc.core)" in contract["layers"]


def test_core_and_calendar_import_nothing_that_touches_the_outside():
    found = [
        finding
        for path in modules(*PURE)
        for finding in named(path, forbidden_imports(path.read_text()) + opens_files(path.read_text()))
    ]
    assert found == []


def test_only_the_clock_module_reads_the_clock():
    readers = {
        str(path.relative_to(ROOT)): found for path in modules(*PACKAGES) if (found := clock_readings(path.read_text()))
    }
    assert list(readers) == ["dondoc/clock.py"], readers


def test_no_module_is_longer_than_a_person_reads_in_one_go():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules(*PACKAGES, "tests")}
    assert {name: lines for name, lines in lengths.items() if lines > LINES_AT_MOST} == {}


def test_nothing_speaks_smtp_behind_the_back_of_delivery():
    users = [
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES)
        if any(within(name, {"smtplib"}) for _, name in imported_names(ast.parse(path.read_text())))
    ]
    assert users == []


def test_every_module_has_a_name_that_says_what_is_in_it():
    assert [str(path) for path in modules(*PACKAGES) if {path.stem, path.parent.name} & NAMELESS] == []


def test_every_module_opens_with_a_sentence():
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(*PACKAGES)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import os.path as p",
        "from os import path",
        "from pathlib import Path",
        "import collections, socket",
        "from dondoc import clock",
        "from dondoc.settings import Settings",
        "from dondoc.store import ledger",
        "from . import plan",
        "def late():\n    import time",
        "import calendars",
        "import importlib",
    ],
)
def test_the_detector_of_imports_finds_what_is_not_pure(source: str):
    assert forbidden_imports(source)


@pytest.mark.parametrize(
    "source",
    [
        "from dondoc.core import plan",
        "import dondoc.calendar.lunar",
        "from datetime import date",
        "import re, math",
    ],
)
def test_the_detector_of_imports_lets_the_pure_ones_pass(source: str):
    assert forbidden_imports(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as dt, UTC\nx = dt.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "import datetime as d\nd.date.today()",
        "from datetime import date\nf = date.today",
        "import time\ntime.time()",
        "from time import time as t\nt()",
        "from datetime import datetime as d\nfield(default_factory=d.now)",
        "import email.utils\nemail.utils.formatdate()",
        "import ephem\nephem.now()",
    ],
)
def test_the_detector_of_clocks_finds_each_way_of_reading_one(source: str):
    assert clock_readings(source)


@pytest.mark.parametrize(
    "source",
    [
        "from dondoc import clock\nclock.now()",
        "import time\ntime.monotonic()",
        "def f(now): return now.date()",
        "from datetime import datetime\ndatetime.fromisoformat('2023-06-15')",
    ],
)
def test_the_detector_of_clocks_lets_the_rest_pass(source: str):
    assert clock_readings(source) == []


def test_the_detector_of_doors_finds_an_opened_file():
    assert opens_files("open('plan.yaml')") == ["1: open"]
    assert opens_files("calendar.open(today)") == []

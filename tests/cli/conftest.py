"""`dondoc` as a program: run in this process, its output caught, in a folder of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dondoc.cli import run
from tests.small_plan import write_plan


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass
class Program:
    """Runs commands; `now` is the rehearsal's clock."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    home: Path
    plan: Path

    def __call__(self, *words: str | Path, now: str | None = None) -> Answer:
        if now is None:
            self.monkeypatch.delenv("DONDOC_NOW", raising=False)
        else:
            self.monkeypatch.setenv("DONDOC_NOW", now)
        self.capsys.readouterr()
        status = run([str(word) for word in words])
        printed = self.capsys.readouterr()
        return Answer(status, printed.out, printed.err)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(f"DONDOC_{name.upper()}", value)


@pytest.fixture
def dondoc(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    """The program on an empty ledger, the small plan lying beside it."""
    monkeypatch.chdir(tmp_path)
    for name in ("PREFECT_API_URL", "DONDOC_SMTP_URL", "DONDOC_IMAP_URL", "DONDOC_DATABASE_URL", "DONDOC_NOW"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DONDOC_PLANS", str(tmp_path / "plans"))
    return Program(monkeypatch, capsys, tmp_path / "home", write_plan(tmp_path / "plans" / "hoi"))


@pytest.fixture
def in_force(dondoc: Program) -> Program:
    """The program with the small plan applied on the day it was issued."""
    assert dondoc("apply", dondoc.plan, "--yes", now="2023-04-13T08:00").status == 0
    return dondoc

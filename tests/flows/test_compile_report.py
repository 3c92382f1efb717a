"""Compiling a report through its flow on a real Prefect server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from flows.compile_report import compile_report
from tasks.place import working_in
from tests.places import adopt, local, workplace
from tests.servers.prefect import runs

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def test_the_flow_leaves_the_report_where_reports_are_kept(tmp_path: Path, prefect: str) -> None:
    place = adopt(workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'dondoc.db'}"))

    async def go() -> list[str]:
        with working_in(place):
            return await compile_report("tre-em-2023", "2023-H1", ("html", "xlsx"), local("2023-06-28 08:00"))

    files = [Path(file) for file in asyncio.run(go())]
    assert [file.name for file in files] == ["tre-em-2023-2023-H1.html", "tre-em-2023-2023-H1.xlsx"]
    assert "BÁO CÁO" in files[0].read_text(encoding="utf-8")
    found = runs(prefect, flow="compile-report")
    assert [(run["name"], run["state_name"]) for run in found] == [("Tổng hợp báo cáo 2023-06-28 08:00", "Completed")]

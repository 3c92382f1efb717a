"""Compile the report of a plan on a period, as papers and as a workbook."""

from __future__ import annotations

from prefect import flow
from pydantic import AwareDatetime

from dondoc.desk.reports import Form
from flows.naming import named
from tasks.reports import write_report


@flow(name="compile-report", flow_run_name=named("Tổng hợp báo cáo", "Compile report"), persist_result=False)
async def compile_report(
    plan: str, period: str, forms: tuple[Form, ...] = ("docx", "xlsx", "pdf"), at: AwareDatetime | None = None
) -> list[str]:
    """Write the report on `period` in each form, as it stands or as it was known at `at`; returns the files."""
    return [str(await write_report(plan, period, form, at)) for form in forms]

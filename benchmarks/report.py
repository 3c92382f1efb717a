"""Compiling the report of a large plan: 126 units x 40 tasks x 2 years, from the ledger to each form of paper.

    python -m benchmarks.report

Seconds of wall time; the whole of it should take 20 at most.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.ledger import empty_database
from benchmarks.statistics import COUNTED, fill
from dondoc.reports.compose import compose_report
from dondoc.reports.docx import write_docx
from dondoc.reports.gather import gather_report
from dondoc.reports.html import write_html
from dondoc.reports.paper import Letterhead
from dondoc.reports.pdf import write_pdf
from dondoc.reports.xlsx import write_xlsx
from dondoc.store.database import migrate, open_database
from dondoc.store.plans import applied

GOAL = 20.0
"""Seconds."""


def measure(url: str, units: int, as_of: datetime | None, out: Path | None) -> dict[str, float]:
    """Seconds by stage."""
    database = open_database(url)
    migrate(database)
    fill(database, units, 2)
    spent: dict[str, float] = {}

    def timed(name: str, action: Callable[[], Any]) -> Any:
        start = perf_counter()
        found = action()
        spent[name] = perf_counter() - start
        return found

    with database.reading() as connection:
        plan = applied(connection, "tinh")
        found = timed("gather", lambda: gather_report(connection, plan, "2023", COUNTED, as_of=as_of))
    paper = timed("compose", lambda: compose_report(found, Letterhead(body="Hội LHPN tỉnh"), {}))
    written = {
        "docx": timed("docx", lambda: write_docx(paper)),
        "pdf": timed("pdf", lambda: write_pdf(paper, COUNTED)),
        "html": timed("html", lambda: write_html(paper)),
        "xlsx": timed("xlsx", lambda: write_xlsx(found)),
    }
    for form, content in written.items() if out else ():
        assert out is not None
        (out / f"report.{form}").write_bytes(content)
    database.close()
    return spent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--units", type=int, default=126)
    options.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    for kind in given.databases:
        for as_of in (None, COUNTED):
            with empty_database(kind) as url:
                spent = measure(url, given.units, as_of, given.out)
            told = "  ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items())
            whole = sum(spent.values())
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            when = "as of then" if as_of else "as it stands"
            met = "met" if whole <= GOAL else "MISSED"
            print(f"{kind:>11} {when}: {told}  all {whole:.2f} s (goal {GOAL:.0f}: {met}), peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()

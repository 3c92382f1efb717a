"""A paper as PDF, tagged and archivable (PDF/A-2a, PDF/UA-1), by typst; what it says goes in as JSON."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import typst

from dondoc.reports.charts import TEMPLATES
from dondoc.reports.docx import TemplateWrong
from dondoc.reports.paper import Paper


def write_pdf(paper: Paper, at: datetime, templates: Path | None = None, *, bundled_fonts: bool = False) -> bytes:
    """The paper as a PDF file dated `at`; `templates` may hold a `paper.typ` of one's own.

    Fonts are Times New Roman or those of its measures, as the machine has them; without any, or with `bundled_fonts`,
    one that comes along.

    Raises:
        TemplateWrong: typst cannot make anything of the template.
    """
    own = templates / "paper.typ" if templates else None
    source = own if own is not None and own.is_file() else TEMPLATES / "paper.typ"
    data = json.dumps(paper.as_data(), ensure_ascii=False)
    try:
        written = typst.compile(
            source.read_bytes(),
            sys_inputs={"paper": data},
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            ignore_system_fonts=bundled_fonts,
            timestamp=int(at.timestamp()),
        )
    except (typst.TypstError, RuntimeError) as error:
        raise TemplateWrong(str(source), str(error).splitlines()[0]) from error
    assert isinstance(written, bytes)  # no output file was named
    return written

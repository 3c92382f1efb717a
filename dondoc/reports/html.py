"""A paper as one HTML page that needs nothing else: no script, no file beside it, and it prints on A4."""

from __future__ import annotations

from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError

from dondoc.errors import first_line
from dondoc.reports.charts import TEMPLATES
from dondoc.reports.docx import TemplateWrong
from dondoc.reports.paper import Paper


def write_html(paper: Paper, templates: Path | None = None) -> bytes:
    """The paper as a page; `templates` may hold a `paper.html.j2` of one's own.

    Raises:
        TemplateWrong: the template cannot be filled in.
    """
    folders = [folder for folder in (templates, TEMPLATES) if folder is not None]
    loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    try:
        return environment.get_template("paper.html.j2").render(paper.as_data()).encode()
    except TemplateError as error:
        raise TemplateWrong("paper.html.j2", first_line(str(error))) from error

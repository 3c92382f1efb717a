"""Charts as SVG from a template, and as pictures for papers that cannot hold SVG."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from dondoc.core.statistics import Counts
from dondoc.reports.words import Words

TEMPLATES = Path(__file__).parent / "templates"
_COLOURS = (("#1b7837", "#ffffff"), ("#a6dba0", "#000000"), ("#d9d9d9", "#000000"), ("#b2182b", "#ffffff"))
CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue")
MOST_BARS = 30
"""More bars than a page holds say nothing."""


def cells_chart(rows: Sequence[tuple[str, Counts]], words: Words) -> str:
    """A bar for each row, in four parts: the cells, with their numbers; at most `MOST_BARS`, the most overdue first."""
    shown = list(rows)
    if len(shown) > MOST_BARS:
        shown = sorted(shown, key=lambda row: -row[1].open_overdue)[:MOST_BARS]
    return _template().render(
        rows=[
            {"name": name, "values": [getattr(counts, cell) for cell in CELLS], "total": counts.total}
            for name, counts in shown
        ],
        parts=[
            {"name": words[cell], "colour": colour, "ink": ink}
            for cell, (colour, ink) in zip(CELLS, _COLOURS, strict=True)
        ],
        most=max([counts.total for _, counts in shown] or [1]) or 1,
    )


def as_png(svg: str, *, zoom: float = 2.0) -> bytes:
    """The picture of a chart."""
    fonts = [str(folder) for folder in (Path("/usr/share/fonts"),) if folder.is_dir()]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, font_dirs=fonts, background="#ffffff"))


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.get_template("charts.svg.j2")

"""The portal's journals in the home folder: who asked for what (`access.log`), and what went wrong (`error.log`)."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from fastapi import Request

from dondoc import clock
from dondoc.desk.workplace import Workplace
from dondoc.links import masked
from dondoc.settings import Settings

LARGEST = 20_000_000
KEPT = 10
"""Files of that many bytes are kept beside the one being written."""


def access_log(settings: Settings) -> Callable[[dict[str, Any]], None]:
    """A function that writes one line of JSON for each request; tokens were masked before."""
    journal = _journal(settings.home / "access.log")

    def write(facts: dict[str, Any]) -> None:
        journal.info("request", **facts)

    return write


def error_log(request: Request, error: Exception) -> None:
    """Write down what went wrong, with its traceback; the visitor sees none of it."""
    place: Workplace = request.app.state.place
    told = masked("".join(traceback.format_exception(error)))
    _journal(place.settings.home / "error.log").error("failure", path=request.url.path, traceback=told)


def _journal(path: Path) -> Any:
    """A logger for this file; of one file there is one in the process."""
    logger = logging.getLogger(f"dondoc.web.{path.absolute()}")
    if not logger.handlers:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return structlog.wrap_logger(
        logger,
        processors=[_when, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.BoundLogger,
    )


def _when(_logger: Any, _name: str, facts: Any) -> Any:
    return {"at": clock.now().isoformat(timespec="milliseconds"), **facts}

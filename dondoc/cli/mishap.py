"""What nobody foresaw: a sentence for the person at the desk, the traceback into a file for whoever mends it."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import dondoc
from dondoc import clock
from dondoc.errors import first_line, without_password


def note_down(error: BaseException, words: Sequence[str]) -> str:
    """Write the traceback into `logs` in dondoc's folder (else a temporary one); returns the sentence that says so."""
    now = clock.now()
    text = "\n".join(
        (
            f"dondoc {dondoc.__version__}, Python {platform.python_version()}, {now.isoformat()}",
            f"dondoc {' '.join(words)}",
            "",
            "".join(traceback.format_exception(error)),
        )
    )
    home = Path(os.environ.get("DONDOC_HOME") or ".dondoc")
    name = f"error-{now:%Y%m%dT%H%M%S%f}.txt"
    for folder in (home / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / name
            file.write_text(without_password(text), encoding="utf-8")
        except OSError:
            continue
        return (
            f"Something went wrong that dondoc did not foresee ({type(error).__name__}: {first_line(error)}). "
            f"What was under way was undone. The particulars are in {file}: please send that file "
            f"to whoever looks after dondoc."
        )
    return f"Something went wrong that dondoc did not foresee ({type(error).__name__}: {first_line(error)})."

"""What stands beside a plan: the document it encodes, and the list of what that document promises."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dondoc.authoring.drafting.document import DocumentUnreadable, read_document
from dondoc.authoring.load import read_file
from dondoc.authoring.reading import MAX_BYTES
from dondoc.core.plan import Plan
from dondoc.core.text import nfc
from dondoc.errors import first_line


@dataclass(frozen=True, slots=True)
class Beside:
    """The document's words in one line, its commitments by id; None where the plan names none or it cannot be read."""

    document: str | None = None
    commitments: Mapping[str, str] | None = None
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """By the plan's key, why its file cannot be read."""


def read_beside(plan: Plan, folder: Path) -> Beside:
    """Read the files that a plan names; only names are followed, never paths that lead elsewhere."""
    unreadable: dict[str, str] = {}
    document: str | None = None
    commitments: dict[str, str] | None = None
    for key, name in (("source", plan.source), ("commitments", plan.commitments)):
        if name is None:
            continue
        if Path(name).name != name or name in {".", ".."}:
            unreadable[key] = "it must stand beside the plan"
            continue
        try:
            if key == "source":
                document = words(" ".join(read_document(folder / name)))
            else:
                commitments = _commitments(folder / name)
        except DocumentUnreadable as error:
            unreadable[key] = error.why
        except (OSError, ValueError, csv.Error) as error:
            unreadable[key] = first_line(getattr(error, "strerror", None) or error)
    return Beside(document, commitments, unreadable)


def words(text: str) -> str:
    """The text in one line and in NFC, as quotes are compared.

    >>> words(" Một  hai ")
    'Một hai'
    """
    return " ".join(nfc(text).split())


def _commitments(file: Path) -> dict[str, str]:
    data = read_file(file)
    if len(data) > MAX_BYTES:
        raise ValueError("it is too large")
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    if "id" not in (rows.fieldnames or ()):
        raise ValueError("its first line does not name a column `id`")
    return {nfc(row["id"]).strip(): words(row.get("quote") or "") for row in rows if row["id"]}

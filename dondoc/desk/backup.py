"""Backups: everything that cannot be made again in one file, and a place filled from it, which then waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dondoc.desk.workplace import Workplace
from dondoc.errors import without_password
from dondoc.settings import Settings
from dondoc.store import outbox
from dondoc.store.archive import Manifest, read_archive, write_archive


def back_up(place: Workplace, file: Path) -> Manifest:
    """Write the ledger, all files and the settings without their secrets; rounds may go on meanwhile."""
    return write_archive(place.database, place.attachments, file, plain_settings(place.settings), place.now())


def restore(place: Workplace, file: Path, *, by: str) -> Manifest:
    """Fill an empty ledger from a backup. Nothing is sent until somebody resumes: letters may have left since.

    Raises:
        NotRestored: it is damaged, or the ledger is not empty; nothing was changed.
    """

    def pause(connection: Connection, manifest: Manifest) -> None:
        why = f"restored from {file.name}, made at {manifest.made_at[:16]}Z"
        outbox.pause(connection, why=why, by=by, now=place.now())

    return read_archive(file, place.database, place.attachments, pause)


def plain_settings(settings: Settings) -> dict[str, Any]:
    """The settings for whoever sets up another machine: secrets are hidden, addresses without their passwords."""
    plain = {name: str(value) for name, value in settings.model_dump().items() if value not in (None, ())}
    for name in ("database_url", "smtp_url", "imap_url"):
        secret = getattr(settings, name)
        if secret is not None:
            plain[name] = without_password(secret.get_secret_value())
    plain.pop("secret_keys", None)
    return plain

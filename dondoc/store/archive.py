"""A whole ledger as one file, and a ledger from such a file, whatever database it lay in.

The archive is a ZIP: `manifest.json`, a table each in `tables/NAME.jsonl` (a row a line), and every file under the
digest of its content. The tables are read in one transaction, so they are of one moment also while rounds are held;
files are never changed and are stored before a row names them, so those of that moment are all there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sqlalchemy import Column, Connection, Date, DateTime, MetaData, Table, func, insert, select, text

from dondoc.errors import DatabaseOutdated, DondocError
from dondoc.store.attachments import Attachments
from dondoc.store.database import Database, migrate, migrate_to, revision
from dondoc.store.schema import Instant, metadata

FORMAT = 1
_PORTION, _PIECE = 1_000, 1 << 20


class NotRestored(DondocError):
    """An archive cannot be restored; the ledger is as it was."""

    def __init__(self, file: Path, why: str, instead: str) -> None:
        super().__init__(f"{file} is not restored: {why}. {instead}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds: rows and digest of each table, the digests of all files, and from where it is."""

    made_at: str
    revision: str
    tables: Mapping[str, tuple[int, str]]
    files: int
    settings: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(count for count, _ in self.tables.values())


def write_archive(
    database: Database, attachments: Attachments, file: Path, settings: Mapping[str, Any], now: datetime
) -> Manifest:
    """Write everything into `file`, whole or not at all; `now` (aware) is told in it."""
    part = file.with_name(f"{file.name}.part")
    try:
        with ZipFile(part, "w", ZIP_DEFLATED, compresslevel=3) as archive:
            with database.reading() as connection:
                found = revision(connection)
                assert found is not None  # whoever opened the ledger brought it up to date
                tables = {table.name: _write_table(connection, archive, table) for table in metadata.sorted_tables}
            files = 0
            for path in sorted(attachments.folder.glob("??/*")):
                if len(path.name) == 64:
                    archive.write(path, f"files/{path.name}", ZIP_STORED)
                    files += 1
            manifest = Manifest(now.isoformat(), found, tables, files, settings)
            archive.writestr("manifest.json", json.dumps(_as_data(manifest), ensure_ascii=False, indent=1))
        part.chmod(0o600)  # it holds everything
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What an archive says of itself.

    Raises:
        NotRestored: it is none of ours.
    """
    try:
        with ZipFile(file) as archive:
            data = json.loads(archive.read("manifest.json"))
        if data["format"] != FORMAT:
            raise NotRestored(file, f"its format is {data['format']}", "Restore it with newer software.")
        tables = {name: (int(rows), str(digest)) for name, (rows, digest) in data["tables"].items()}
        return Manifest(data["made_at"], data["revision"], tables, int(data["files"]), data["settings"])
    except (BadZipFile, KeyError, ValueError, TypeError, OSError, AttributeError) as error:
        why = f"it is no backup ({type(error).__name__})"
        raise NotRestored(file, why, "Name a file that `dondoc backup` wrote.") from None


def verify_archive(file: Path, manifest: Manifest) -> None:
    """Compare every table and file with its digest.

    Raises:
        NotRestored: something is missing or was changed.
    """
    damaged = "Take another backup; this one is damaged."
    try:
        with ZipFile(file) as archive:
            for name, (rows, digest) in manifest.tables.items():
                with archive.open(f"tables/{name}.jsonl") as content:
                    lines, found = _digest(content)
                if (lines, found) != (rows, digest):
                    raise NotRestored(file, f"its table {name} is not what was written", damaged)
            names = [one.filename for one in archive.infolist() if one.filename.startswith("files/")]
            for name in names:
                with archive.open(name) as content:
                    if _digest(content)[1] != name.removeprefix("files/"):
                        raise NotRestored(file, f"{name} is not what was written", damaged)
            if len(names) != manifest.files:
                raise NotRestored(file, f"it has {len(names)} files instead of {manifest.files}", damaged)
    except (BadZipFile, KeyError, OSError, EOFError, RuntimeError) as error:
        raise NotRestored(file, f"it cannot be read ({type(error).__name__})", damaged) from None


def read_archive(
    file: Path, database: Database, attachments: Attachments, then: Callable[[Connection, Manifest], None]
) -> Manifest:
    """Fill an empty ledger from an archive that was verified first; an older one is brought up to date.

    `then` is called in the transaction that fills it.

    Raises:
        NotRestored: it is damaged, made by newer software, or the ledger is not empty.
    """
    manifest = read_manifest(file)
    verify_archive(file, manifest)
    empty = "Name an empty database with DONDOC_DATABASE_URL."
    try:
        fits = migrate_to(database, manifest.revision)
    except DatabaseOutdated:
        raise NotRestored(file, f"it is of version {manifest.revision}, newer than this", "Update dondoc.") from None
    if not fits:
        raise NotRestored(file, "the ledger has tables of another version already", empty)
    with ZipFile(file) as archive:
        for one in archive.infolist():
            if one.filename.startswith("files/"):
                with archive.open(one) as content:
                    attachments.keep(iter(lambda: content.read(_PIECE), b""))
        with database.writing() as connection:
            tables = _of_that_version(connection, manifest)
            if any(connection.scalar(select(func.count()).select_from(table)) for table in tables):
                raise NotRestored(file, "the ledger is not empty", empty)
            for table in tables:
                try:
                    _read_table(connection, archive, table)
                except KeyError as column:
                    why = f"its table {table.name} has a column {column} that version {manifest.revision} has not"
                    raise NotRestored(file, why, "Take another backup; this one was changed.") from None
            _go_on_counting(connection, manifest)
            then(connection, manifest)
    migrate(database)
    return manifest


def _of_that_version(connection: Connection, manifest: Manifest) -> list[Table]:
    """The archive's tables as its own version has them: also what a later version has dropped."""
    found = MetaData()
    found.reflect(connection, only=list(manifest.tables))
    for table in found.tables.values():
        known: Mapping[str, Column[Any]] = dict(metadata.tables[table.name].c) if table.name in metadata.tables else {}
        for column in table.columns:
            if column.name in known:
                column.type = known[column.name].type
    return found.sorted_tables


def _there(manifest: Manifest) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name in manifest.tables]


def _write_table(connection: Connection, archive: ZipFile, table: Table) -> tuple[int, str]:
    """The table's rows, a line each; how many, and their digest."""
    digest, rows = sha256(), 0
    entry = ZipInfo(f"tables/{table.name}.jsonl", (1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    query = select(table).order_by(*table.primary_key.columns)
    with archive.open(entry, "w", force_zip64=True) as content:
        for row in connection.execution_options(yield_per=_PORTION).execute(query).mappings():
            line = _line(row)
            digest.update(line)
            content.write(line)
            rows += 1
    return rows, digest.hexdigest()


def _read_table(connection: Connection, archive: ZipFile, table: Table) -> None:
    some: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as content:
        for line in content:
            said = json.loads(line)
            some.append({key: _typed(table.c[key], value) for key, value in said.items()})
            if len(some) == _PORTION:
                connection.execute(insert(table), some)
                some.clear()
    if some:
        connection.execute(insert(table), some)


def _go_on_counting(connection: Connection, manifest: Manifest) -> None:
    """PostgreSQL numbers rows by sequences, which know nothing of rows that came with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in _there(manifest):
        number = table.autoincrement_column
        if number is not None:
            last = select(func.coalesce(func.max(number), 0) + 1).scalar_subquery()
            sequence = text(f"'{table.name}_{number.name}_seq'")
            connection.execute(select(func.setval(sequence, last, text("false"))))


def _line(row: Mapping[Any, Any]) -> bytes:
    """A row as it is written, the same whatever database it comes from."""
    said = {key: _plain(value) for key, value in row.items()}
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value  # an instant is a date too


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Instant | DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _digest(content: IO[bytes]) -> tuple[int, str]:
    """How many lines, and the digest of all."""
    digest, lines = sha256(), 0
    for piece in _pieces(content):
        digest.update(piece)
        lines += piece.count(b"\n")
    return lines, digest.hexdigest()


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: content.read(_PIECE), b"")


def _as_data(manifest: Manifest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": manifest.made_at,
        "revision": manifest.revision,
        "tables": {name: list(one) for name, one in manifest.tables.items()},
        "files": manifest.files,
        "settings": dict(manifest.settings),
    }

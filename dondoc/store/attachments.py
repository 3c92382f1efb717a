"""Files, each kept once under the digest of its content; stored whole before anybody looks into them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

_PIECE = 1 << 20


class TooLarge(ValueError):
    """More came than was agreed; nothing was kept."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes came")
        self.most = most


@dataclass(frozen=True, slots=True)
class Kept:
    """A content that lies in the folder: SHA-256 in hexadecimal, and its length in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Attachments:
    """A folder of contents: `ab/abcdef…`, named by their digest, never changed."""

    folder: Path

    def keep(self, pieces: Iterable[bytes], *, at_most: int | None = None) -> Kept:
        """Store the content that comes in these pieces, on the disk when this returns.

        A content that is there already is not stored twice; a crash leaves the whole or nothing.

        Raises:
            TooLarge: more than `at_most` bytes came.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=self.folder, prefix="arriving-")
        try:
            digest, size = sha256(), 0
            with os.fdopen(handle, "wb") as file:
                for piece in _no_more_than(at_most, pieces):
                    size += len(piece)
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            kept = Kept(digest.hexdigest(), size)
            place = self.path(kept.digest)
            if not place.parent.is_dir():
                place.parent.mkdir(exist_ok=True)
                _sync_folder(self.folder)
            Path(name).replace(place)
            _sync_folder(place.parent)
            return kept
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise

    def keep_file(self, path: Path, *, at_most: int | None = None) -> Kept:
        """Store the content of a file, a piece at a time."""
        with path.open("rb") as file:
            return self.keep(iter(lambda: file.read(_PIECE), b""), at_most=at_most)

    def read(self, digest: str) -> Iterator[bytes]:
        """The content, a piece at a time; FileNotFoundError when it is not (or no longer) there."""
        with self.path(digest).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def path(self, digest: str) -> Path:
        """Where the content of that digest lies; ValueError for what is no digest."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError(f"{digest!r} is no SHA-256 digest")
        return self.folder / digest[:2] / digest

    def erase(self, digest: str) -> bool:
        """Remove a content for good; whether it was there. The digest remains in the ledger as its tombstone."""
        try:
            self.path(digest).unlink()
        except FileNotFoundError:
            return False
        return True


def _no_more_than(at_most: int | None, pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if at_most is not None and size > at_most:
            raise TooLarge(at_most)
        yield piece


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

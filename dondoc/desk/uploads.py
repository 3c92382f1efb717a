"""Taking in a file that somebody sends: what it truly is, how large, and under which name; kept by its digest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

import puremagic

from dondoc.core.forms import MEGABYTE
from dondoc.core.plan import Files
from dondoc.core.text import Text, nfc
from dondoc.desk.workplace import Workplace
from dondoc.store.submissions import Attachment

LONGEST_NAME = 160
ENTRIES_AT_MOST = 5_000
UNPACKED_AT_MOST = 500 * MEGABYTE
RATIO_AT_MOST = 200
"""An archive that unpacks to more than so many times its size is a bomb, not a document."""

_PIECE = 1 << 18
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ZIPPED = {
    "docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "odt": "content.xml", "ods": "content.xml", "zip": "",
}  # fmt: skip
_OLE = frozenset({"doc", "xls", "ppt"})
_LIKE = {"jpg": "jpeg", "jpeg": "jpeg", "tif": "tiff", "tiff": "tiff", "htm": "html"}
_PLAIN = frozenset({"txt", "csv"})
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "tif": "image/tiff", "tiff": "image/tiff", "txt": "text/plain", "csv": "text/csv",
}  # fmt: skip

ACCEPTED = frozenset(_TYPES)
"""Endings of files that are taken at all; a plan may ask for fewer."""


class FileUnfit(ValueError):
    """A file is not taken; the sentence says why and what to send instead."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(vi=vi, en=en)


def take_in(place: Workplace, name: str, content: BinaryIO, size: int, terms: Files | None) -> Attachment:
    """Keep a file of `size` bytes under the digest of its content; its name stays as it was written.

    `terms` is what the plan asks for, None where it asks for no file.

    Raises:
        FileUnfit: it is empty, too large, of a kind that is not asked for, or not what its name says.
    """
    named = file_name(name)
    kind = ending(named)
    wanted = tuple(one.lower().lstrip(".") for one in terms.types) if terms and terms.types else ()
    most = (terms or Files()).max_mb
    if not size:
        raise FileUnfit(f"Tệp “{named}” rỗng.", f"The file “{named}” is empty.")
    if size > most * MEGABYTE:
        raise FileUnfit(
            f"Tệp “{named}” quá lớn: tối đa {most} MB.", f"The file “{named}” is too large: at most {most} MB."
        )
    if kind not in (wanted or ACCEPTED):
        kinds = ", ".join(wanted or sorted(ACCEPTED))
        raise FileUnfit(f"Tệp “{named}” phải thuộc loại: {kinds}.", f"The file “{named}” must be one of: {kinds}.")
    if not _is_what_it_says(kind, content):
        raise FileUnfit(
            f"Nội dung tệp “{named}” không phải {kind.upper()}; xin mở lại tệp, lưu đúng loại rồi gửi.",
            f"What is in “{named}” is no {kind.upper()}; please open it, save it as one, and send it again.",
        )
    content.seek(0)
    kept = place.attachments.keep(_pieces(content), at_most=most * MEGABYTE)
    return Attachment(kept.digest, named, _TYPES.get(kind, "application/octet-stream"), kept.size)


def file_name(given: str) -> str:
    """The name without folders and without what no name should hold; its letters stay as they are.

    >>> file_name("D:/Hoa/Báo cáo quý 3.pdf"), file_name("../../etc/passwd"), file_name("..")
    ('Báo cáo quý 3.pdf', 'passwd', 'tệp')
    """
    last = PurePosixPath(nfc(given).replace("\\", "/")).name
    clean = _UNFIT.sub("", last).strip(" .")
    stem, dot, end = clean.rpartition(".")
    if len(clean) > LONGEST_NAME:
        clean = f"{stem[: LONGEST_NAME - len(end) - 1]}{dot}{end}" if dot else clean[:LONGEST_NAME]
    return clean or "tệp"


def ending(name: str) -> str:
    """The ending of a name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _is_what_it_says(kind: str, content: BinaryIO) -> bool:
    content.seek(0)
    head = content.read(8192)
    if kind in _ZIPPED:
        return head[:4] == b"PK\x03\x04" and _is_sound_archive(content, _ZIPPED[kind])
    if kind in _OLE:
        return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    if kind in _PLAIN:
        return b"\x00" not in head and head.lstrip()[:1] != b"<"
    try:
        found = {one.extension.lstrip(".").lower() for one in puremagic.magic_string(head)}
    except puremagic.PureError:
        return False
    return _LIKE.get(kind, kind) in {_LIKE.get(one, one) for one in found}


def _is_sound_archive(content: BinaryIO, inside: str) -> bool:
    """Whether an archive holds what its kind holds, no more than its size lets expect, and no way out of a folder."""
    try:
        content.seek(0)
        with ZipFile(content) as archive:
            entries = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    unpacked = sum(one.file_size for one in entries)
    packed = sum(one.compress_size for one in entries)
    if len(entries) > ENTRIES_AT_MOST or unpacked > UNPACKED_AT_MOST or unpacked > RATIO_AT_MOST * max(packed, 1):
        return False
    names = [one.filename for one in entries]
    if any(name.startswith("/") or ".." in name.replace("\\", "/").split("/") for name in names):
        return False
    return any(name.startswith(inside) for name in names)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece

"""A thousand damaged, disguised and oddly named files: each is kept whole or refused with a sentence, none by half."""

from __future__ import annotations

import random
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from openpyxl import Workbook

from dondoc.core.plan import Files
from dondoc.desk.uploads import FileUnfit, take_in
from tests.places import workplace

UPLOADS = 1_000
SEED = 2023
NAMES = (
    "Báo cáo 6 tháng",
    "../../etc/passwd",
    "C:\\Hoa\\báo cáo",
    "a\x00b",
    "\u202egpj",
    "",
    " . ",
    "x" * 400,
    "Kế hoạch\n2",
)
ENDINGS = ("pdf", "docx", "xlsx", "png", "jpg", "txt", "zip", "exe", "PDF", "", "tar.gz")


def documents() -> list[bytes]:
    """One sound file of each kind, and an archive that unpacks without end."""
    word, sheet, bomb = BytesIO(), BytesIO(), BytesIO()
    document = Document()
    document.add_paragraph("Kết quả 6 tháng đầu năm")
    document.save(word)
    book = Workbook()
    book.active["A1"] = 12
    book.save(sheet)
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 20_000_000)
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    return [pdf, word.getvalue(), sheet.getvalue(), bomb.getvalue(), png, b"so lieu;12\n", b"MZ\x90\0", b""]


def damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((0, 0, 1, 5, 50))):
        if not changed:
            break
        where = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[where] = chance.randrange(256)
            case 1:
                del changed[where:]
            case 2:
                changed[where:where] = chance.randbytes(chance.randrange(200))
            case _:
                del changed[where : where + chance.randrange(500)]
    return bytes(changed)


@pytest.mark.proof
def test_every_upload_is_kept_whole_or_refused_with_a_sentence(tmp_path: Path, proof_share: float) -> None:
    place = workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'dondoc.db'}")
    chance, sound = random.Random(SEED), documents()
    kept: dict[str, int] = {}
    refused: list[str] = []
    for _ in range(int(UPLOADS * proof_share)):
        name = f"{chance.choice(NAMES)}.{chance.choice(ENDINGS)}".rstrip(".")
        content = damaged(chance.choice(sound), chance)
        terms = chance.choice((None, Files(types=("pdf", "docx", "xlsx"), max_mb=1)))
        try:
            found = take_in(place, name, BytesIO(content), len(content), terms)
        except FileUnfit as why:
            refused += [why.message.within("vi")]
            continue
        assert not set(found.filename) & set("/\\\x00\n\u202e")
        assert b"".join(place.attachments.read(found.digest)) == content
        kept[found.digest] = len(content)
    place.database.close()
    lying = {path.name: path for path in place.attachments.folder.rglob("*") if path.is_file()}
    assert set(lying) == set(kept), "nothing lies there by half"
    assert all(sha256(path.read_bytes()).hexdigest() == digest for digest, path in lying.items())
    assert kept
    assert refused
    assert all(sentence.endswith(".") for sentence in refused)

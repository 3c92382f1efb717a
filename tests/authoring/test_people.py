"""A spreadsheet of people is brought into the organisation's file, and nothing else in the file is touched."""

import difflib
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from dondoc.authoring.load import load_organisation
from dondoc.authoring.people import Comparison, PeopleUnreadable, compare, edited, read_people

FILE = Path(__file__).parents[2] / "plan_definitions" / "bac-ninh" / "organisation.yaml"
TEXT = FILE.read_text(encoding="utf-8")

SMALL = """\
organisation: hoi
name: Hội
units:
  - id: a
    name: Đơn vị A
    people:                       # ai nhận thư
      - role: head
        email: head@a.example     # giữ lại
        receives: [copies]
      - {role: officer, email: officer@a.example}
  - {id: b, name: Đơn vị B, people: [{role: head, email: head@b.example}, {role: officer, email: officer@b.example}]}

  # chưa có ai
  - id: c
    name: Đơn vị C
committees:
  - {id: tt, name: Thường trực, secretary: {email: s@tt.example}}
"""
LINE_OF_B = next(line for line in SMALL.splitlines() if "id: b" in line)


def sheet(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(folder / "people.xlsx")
    return folder / "people.xlsx"


def compared(text: str, file: Path, *, complete: bool = False) -> tuple[Comparison, str]:
    house = load_organisation(text).value
    assert house is not None
    found = compare(house, read_people(file), complete=complete)
    return found, edited(text, found.changes)


def lines(before: str, after: str) -> list[str]:
    told = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in told if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_changed_address_changes_one_word_and_no_comment(tmp_path: Path) -> None:
    file = sheet(tmp_path, ("Đơn vị", "Chức danh", "Email"), ("Đơn vị A", "head", "new@a.example"))
    found, text = compared(SMALL, file)
    assert [(c.kind, c.body, c.key, c.before, c.after) for c in found.changes] == [
        ("changed", "a", "email", "head@a.example", "new@a.example")
    ]
    assert found.unlisted == ("a/officer",)
    assert lines(SMALL, text) == [
        "-        email: head@a.example     # giữ lại",
        "+        email: new@a.example     # giữ lại",
    ]


@pytest.mark.parametrize("unit", ["moi", "a", "Đơn vị A"])
def test_a_renamed_unit_is_known_by_its_former_id_too(tmp_path: Path, unit: str) -> None:
    file = sheet(tmp_path, ("Đơn vị", "Chức danh", "Email"), (unit, "head", "new@a.example"))
    found, _ = compared(SMALL.replace("- id: a", "- id: moi\n    was: a"), file)
    assert ([(c.body, c.after) for c in found.changes], found.problems) == ([("moi", "new@a.example")], ())


def test_the_line_ends_of_windows_stay(tmp_path: Path) -> None:
    file = sheet(
        tmp_path, ("Đơn vị", "Chức danh", "Email"), ("a", "head", "new@a.example"), ("a", "clerk", "clerk@a.example")
    )
    written = SMALL.replace("\n", "\r\n")
    assert compared(written, file)[1] == compared(SMALL, file)[1].replace("\n", "\r\n")


def test_what_is_new_is_added_in_the_style_of_its_place(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ("unit", "role", "name", "email", "phone", "contact", "receives"),
        ("a", "head", "Chủ tịch", "head@a.example", 222, None, "copies; escalations"),
        ("a", "deputy", None, "deputy@a.example", None, None, None),
        ("b", "officer", "Cán bộ: nữ", "officer@b.example", None, None, None),
        ("c", "head", None, None, "0222 000", "paper", None),
        ("c", "officer", None, "officer@c.example", None, None, None),
        ("Thường trực", "officer", "Thư ký", "s@tt.example", None, None, None),
    )
    _, text = compared(SMALL, file)
    assert lines(SMALL, text) == [
        "-        receives: [copies]",
        "+        receives: [copies, escalations]",
        "+        name: Chủ tịch",
        "+        phone: 222",
        f"-{LINE_OF_B}",
        "+      - {role: deputy, email: deputy@a.example}",
        "+" + LINE_OF_B.replace("officer@b.example", 'officer@b.example, name: "Cán bộ: nữ"'),
        "+    people: [{role: head, phone: 0222 000, contact: paper}, {role: officer, email: officer@c.example}]",
        "-  - {id: tt, name: Thường trực, secretary: {email: s@tt.example}}",
        "+  - {id: tt, name: Thường trực, secretary: {email: s@tt.example, name: Thư ký}}",
    ]
    again, unchanged = compared(text, file)
    assert again.changes == ()
    assert unchanged == text


def test_a_complete_list_removes_whoever_is_not_in_it(tmp_path: Path) -> None:
    file = sheet(
        tmp_path, ("unit", "role", "email"), ("a", "head", "head@a.example"), ("b", "officer", "officer@b.example")
    )
    _, text = compared(SMALL, file, complete=True)
    assert lines(SMALL, text) == [
        "-      - {role: officer, email: officer@a.example}",
        f"-{LINE_OF_B}",
        "+  - {id: b, name: Đơn vị B, people: [{role: officer, email: officer@b.example}]}",
    ]


def test_rows_that_cannot_be_understood_are_told_with_their_number(tmp_path: Path) -> None:
    rows = [("unit", "role", "email"), ("Đơn vị D", "head", "x@d.example"), ("a", "head", "nobody"), (None, None, None)]
    found, _ = compared(SMALL, sheet(tmp_path, *rows))
    assert found.changes == ()
    assert [problem.partition(";")[0] for problem in found.problems] == [
        "row 2: there is no unit `Đơn vị D`",
        "row 3: email: 'nobody' is not an e-mail address",
    ]


def test_the_shipped_organisation_changes_in_one_line(tmp_path: Path) -> None:
    file = sheet(tmp_path, ("unit", "role", "email"), ("Hội LHPN huyện Gia Bình", "head", "moi@gia-binh.example"))
    found, text = compared(TEXT, file)
    assert [change.kind for change in found.changes] == ["changed"]
    assert len(lines(TEXT, text)) == 2


@pytest.mark.parametrize(("data", "why"), [(b"x", "it is no XLSX file"), (None, "No such file")])
def test_a_list_that_cannot_be_read_says_why(data: bytes | None, why: str, tmp_path: Path) -> None:
    if data:
        (tmp_path / "people.xlsx").write_bytes(data)
    with pytest.raises(PeopleUnreadable, match=why):
        read_people(tmp_path / "people.xlsx")
    with pytest.raises(PeopleUnreadable, match="does not name the columns"):
        read_people(sheet(tmp_path, ("a", "b")))


def test_the_command_shows_what_changes_and_writes_it_when_told_to(tmp_path: Path) -> None:
    target = tmp_path / "organisation.yaml"
    target.write_text(SMALL, encoding="utf-8")
    file = sheet(tmp_path, ("unit", "role", "email"), ("a", "head", "new@a.example"))
    words = [
        sys.executable,
        "-c",
        "from dondoc.cli import main; main()",
        "people",
        str(file),
        "--organisation",
        str(target),
    ]
    asked = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert asked.returncode == 2
    assert target.read_text(encoding="utf-8") == SMALL
    done = subprocess.run([*words, "--yes"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "new@a.example" in done.stdout
    assert "new@a.example" in target.read_text(encoding="utf-8")

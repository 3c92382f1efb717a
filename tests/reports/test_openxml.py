"""Papers and workbooks are held against the Open XML SDK's schemas and rules, every part of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

from dondoc.core.history import Escalated, Step
from dondoc.desk.reports import Form, Wish, compile_report, dispatch, dossier
from dondoc.desk.workplace import Workplace
from dondoc.store.ledger import record
from tests.places import PLANS, adopt, bac_ninh, local, workplace
from tests.reports.conftest import TASK, report_half_a_year

PLAN, UNIT, BODY = "tre-em-2023", "h-yen-phong", "thuong-truc"
LETTERHEAD = "reports/hoi-lhpn-bac-ninh/letterhead.yaml"


@pytest.fixture(
    scope="module", params=[("nd30", "vi"), ("doan_the", "vi"), ("nd30", "en"), ("doan_the", "en")], ids="-".join
)
def styled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """The half-year in a language, on paper with this letterhead, with a matter before the Standing Board."""
    style, language = request.param
    folder = tmp_path_factory.mktemp(f"{style}-{language}")
    letterhead = folder / "plans" / LETTERHEAD
    letterhead.parent.mkdir(parents=True)
    letterhead.write_text((PLANS / LETTERHEAD).read_text().replace("style: nd30", f"style: {style}"))
    plan, organisation = bac_ninh()
    organisation = organisation.model_copy(update={"language": language})
    place = workplace(folder, f"sqlite:///{folder / 'ledger.db'}", plans=str(folder / "plans"))
    at = report_half_a_year(adopt(place, plan, organisation))
    day = local("2023-06-26 08:00")
    step = Step(0, f"escalate/{BODY}", 0, "x@y.example")
    about = {"obligation": f"{TASK}/{UNIT}/2023-H1", "happened_at": day, "recorded_at": day, "by": "test"}
    with place.database.writing() as connection:
        record(connection, [Escalated(**about, step=step, letter="1", to=BODY)])  # type: ignore[arg-type]
    yield at
    place.database.close()


def findings(written: bytes, file: Path) -> list[str]:
    file.write_bytes(written)
    return [f"{one.part_uri} {one.path}: {one.description}" for one in OpenXmlValidator().validate(file).errors]


def paper(place: Workplace, name: str, form: Form) -> bytes:
    match name:
        case "official letter":
            return dispatch(place, PLAN, UNIT, Wish(form))
        case "dossier":
            return dossier(place, PLAN, BODY, Wish(form))
        case period:
            return compile_report(place, PLAN, period, Wish(form))


@pytest.mark.parametrize(
    ("name", "form"),
    [(period, form) for period in ("2023-H1", "2023") for form in ("docx", "xlsx")]
    + [("official letter", "docx"), ("dossier", "docx")],
)  # fmt: skip
def test_every_part_is_valid_open_xml(styled: Workplace, tmp_path: Path, name: str, form: Form) -> None:
    assert findings(paper(styled, name, form), tmp_path / f"paper.{form}") == []


def changed(written: bytes, part: str, old: str, new: str) -> bytes:
    """The file with something else once in one of its parts."""
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(written)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8", "surrogateescape")
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content.encode("utf-8", "surrogateescape"))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("form", "part", "old", "new"),
    [
        ("docx", "word/document.xml", "<w:keepNext/>", "<w:keepnext/>"),
        ("docx", "word/document.xml", '<w:jc w:val="right"/>', '<w:jc w:val="rightmost"/>'),
        ("docx", "word/document.xml", '<w:pStyle w:val="PaperTable"/>', '<w:jc w:val="left"/><w:pStyle/>'),
        ("docx", "word/styles.xml", "<w:style ", "<w:unheard/><w:style "),
        ("docx", "word/header1.xml", "<w:pPr>", "<w:pPr><w:lang/>"),
        ("xlsx", "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetdata/><sheetData>"),
    ],
)  # fmt: skip
def test_what_a_schema_forbids_is_found(
    office: Workplace, tmp_path: Path, form: Form, part: str, old: str, new: str
) -> None:
    """The proof that the check above can fail, in each kind of part and in each way: name, value, order."""
    wrong = changed(paper(office, "2023-H1", form), part, old, new)
    assert any(f"/{part} " in one for one in findings(wrong, tmp_path / f"wrong.{form}"))

"""Templates and letterheads of an organisation's own, in each of its languages."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest

from dondoc.reports.docx import TemplateWrong, write_docx
from dondoc.reports.docx_template import default_template
from dondoc.reports.paper import Letterhead, LetterheadWrong, Paper, Paragraph, letterhead_of, templates_of
from dondoc.reports.saying import Saying
from tests.places import PLANS, bac_ninh
from tests.reports.compiled import words


def test_an_organisation_may_have_templates_of_its_own(tmp_path: Path) -> None:
    document = docx.Document(BytesIO(default_template("report", "nd30")))
    document.paragraphs[0].insert_paragraph_before("MẪU RIÊNG CỦA HỘI")
    document.save(str(tmp_path / "report.docx"))
    paper = Paper("report", "vi", Letterhead(body="Hội"), "BC", "BÁO CÁO", "x", (Paragraph("Một."),), year=2023)
    assert "MẪU RIÊNG CỦA HỘI" in words(write_docx(paper, tmp_path))
    docx.Document().save(str(tmp_path / "report.docx"))
    with pytest.raises(TemplateWrong, match="content"):
        write_docx(paper, tmp_path)


def test_the_letterhead_beside_the_plans_is_read_or_told_what_is_wrong(tmp_path: Path) -> None:
    organisation = bac_ninh()[1]
    assert letterhead_of(templates_of(PLANS, organisation.organisation), organisation, "vi").place == "Bắc Ninh"
    assert letterhead_of(tmp_path, organisation, "vi").body == "Hội Liên hiệp Phụ nữ tỉnh Bắc Ninh"
    (tmp_path / "letterhead.yaml").write_text("style: nd31\nbody: x\n", encoding="utf-8")
    with pytest.raises(LetterheadWrong, match="style"):
        letterhead_of(tmp_path, organisation, "vi")
    (tmp_path / "letterhead.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(LetterheadWrong):
        letterhead_of(tmp_path, organisation, "vi")


def test_a_letterhead_in_two_languages_heads_a_paper_in_its_own(tmp_path: Path) -> None:
    organisation = bac_ninh()[1]
    folder = templates_of(PLANS, organisation.organisation)
    vi, en = (letterhead_of(folder, organisation, language) for language in ("vi", "en"))
    assert (vi.body, en.body) == (
        "Ban Thường vụ Hội LHPN tỉnh Bắc Ninh", "Standing Committee of the Bac Ninh Women's Union",
    )  # fmt: skip
    assert (vi.style, vi.report_sign) == (en.style, en.report_sign)
    assert en.recipients[0] == "Provincial People's Committee;"
    assert len(en.recipients) == len(vi.recipients)
    (tmp_path / "letterhead.yaml").write_text("body: {vi: Hội, fr: Union}\n", encoding="utf-8")
    with pytest.raises(LetterheadWrong, match="body"):
        letterhead_of(tmp_path, organisation, "vi")


def test_an_english_paper_writes_days_as_the_letters_do() -> None:
    day = date(2023, 6, 5)
    head = Letterhead(body="Union", place="Bắc Ninh")
    paper = Paper("report", "en", head, "R", "REPORT", "x", (), year=2023, day=day)
    assert paper.place_and_day == "Bắc Ninh, 5 June 2023"
    assert Saying(bac_ninh()[1], "en").day(day) == "5 June 2023"

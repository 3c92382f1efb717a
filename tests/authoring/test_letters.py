"""The gallery of letters, and the check of templates that replace ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dondoc.authoring.checks.letters import check_letters
from dondoc.authoring.preview.gallery import letters_of_plan, write_gallery
from dondoc.authoring.preview.pages import FolderNotFree
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.settings import Settings
from notifications.context import CONTEXTS
from tests.places import bac_ninh


@pytest.fixture(scope="module")
def shipped() -> tuple[Plan, Organisation]:
    return bac_ninh()


def told(folder: Path, shipped: tuple[Plan, Organisation], **files: str) -> list[str]:
    """What check says of templates, given as duties__subject_txt="…"."""
    for name, source in files.items():
        path = folder / (name.replace("___", "-").replace("__", "/").replace("_txt", ".txt").replace("_html", ".html"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return [
        f"{p.file.removeprefix(f'{folder}/')}:{p.line} {p.severity} {p.code}" for p in check_letters(folder, *shipped)
    ]


def test_a_folder_that_is_not_there_and_good_templates_have_no_problem(tmp_path: Path, shipped) -> None:
    assert check_letters(tmp_path / "nowhere", *shipped) == []
    good = '{% extends "shipped/duties/body.html" %}\n{% block body %}<p>Thêm</p>{{ super() }}{% endblock %}'
    assert told(tmp_path, shipped, duties__body_html=good, returned__subject_txt="{{ item.title }}") == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"duties__subject_txt": "Việc\n{{ first.titel }}\n"}, ["duties/subject.txt:2 error template-unknown-name"]),
        ({"returned__body_txt": "\n\n{% if x %}\n"}, ["returned/body.txt:3 error template-syntax"]),
        ({"copy__subject_txt": "{{ nobody }}"}, ["copy/subject.txt:1 error template-unknown-name"]),
        (
            {"duties__subject_txt": '{% paste "parts/things.txt" %}\n\n{{ things|shouted }}'},
            ["duties/subject.txt:3 error template-syntax"],
        ),
        ({"dutes__subject_txt": "x"}, ["dutes/subject.txt:1 warning no-such-template"]),
        ({"copy__body_html": "<p>Kính gửi</p>"}, ["copy/body.html:1 warning template-without-link"]),
        ({"parts__step_txt": "{{ step.when }}"}, ["parts/step.txt:1 error template-unknown-name"]),
        (
            {"tre___em___2023__duties__subject_txt": "{{ firts }}"},
            ["tre-em-2023/duties/subject.txt:1 error template-unknown-name"],
        ),
        ({"another___plan__duties__subject_txt": "{{ firts }}"}, []),  # checked with that plan
    ],
)
def test_a_broken_template_is_one_located_problem(
    tmp_path: Path, shipped: tuple[Plan, Organisation], files: dict[str, str], expected: list[str]
) -> None:
    assert told(tmp_path, shipped, **files) == expected


def test_the_gallery_shows_every_kind_about_the_plans_own_duties(
    tmp_path: Path, shipped: tuple[Plan, Organisation]
) -> None:
    plan, organisation = shipped
    letters = letters_of_plan(plan, organisation, Settings(plans=tmp_path / "none"), "vi")
    assert {one.kind for one in letters.values()} == set(CONTEXTS)
    assert all(about.startswith("tre-em-2023/") for one in letters.values() for about in one.about)
    assert "Báo cáo kết quả thực hiện công tác trẻ em – 6 tháng đầu năm 2023" in letters["duties-one"].text
    index = write_gallery(tmp_path / "thu", letters, "Thư", "vi")
    page = index.read_text(encoding="utf-8")
    frames = re.findall(r'<iframe src="([^"]+)" width="(\d+)"', page)
    assert frames == [(f"{name}.html", width) for name in letters for width in ("360", "1000")]
    assert all((index.parent / frame).is_file() for frame, _ in frames)


def test_a_gallery_is_not_written_over_something_else(tmp_path: Path) -> None:
    (tmp_path / "letters.docx").write_text("x")
    with pytest.raises(FolderNotFree):
        write_gallery(tmp_path, {}, "Thư", "vi")

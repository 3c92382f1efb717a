"""The pages of a preview in a real browser, from the disk: readable at any width, and axe finds nothing to mend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from dondoc.authoring.preview.pages import Pages
from dondoc.desk.preview import Wish, preview_plan
from dondoc.settings import load_settings
from tests.places import bac_ninh

pytestmark = [pytest.mark.servers, pytest.mark.slow]

WIDTHS = {"desktop": 1280, "phone": 360}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium here; `make system-deps` installs it")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield running
        running.close()


@pytest.fixture(scope="module", params=["vi", "en"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real plan until the end of June, everybody on time."""
    folder = tmp_path_factory.mktemp("xem-truoc")
    plan, organisation = bac_ninh()
    pages = Pages(folder, request.param)
    wish = Wish(last=plan.issued.replace(month=6), assume="on-time", each=pages.add)
    pages.finish(preview_plan(plan, organisation, load_settings({}), wish))
    return folder


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing_and_nothing_runs_off_the_page(browser: Browser, folder: Path, width: int) -> None:
    people = sorted((folder / "people").glob("*.html"))
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for file in (folder / "index.html", folder / "duties.html", folder / "days.html", people[0]):
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one, n) => one.open = n < 2)")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{file.name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{file.name} is wider than the screen"
    page.close()
    assert {url.partition(":")[0] for url in requests} == {"file"}, "nothing is fetched from anywhere else"


def test_a_letter_opens_where_it_is_listed(browser: Browser, folder: Path) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="can-bo@h-gia-binh.example").click()
    page.locator("summary").first.click()
    letter = page.frame_locator("iframe").first
    letter.get_by_text("Kính gửi: Hội LHPN huyện Gia Bình").first.wait_for()
    page.close()

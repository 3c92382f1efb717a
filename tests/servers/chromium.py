"""A real Chromium, and axe, which looks whether everybody can use what it shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = {"desktop": 1280, "phone": 360}


class NoChromium(Exception):
    """There is none on this machine."""

    def __init__(self) -> None:
        super().__init__("there is no chromium here; `make system-deps` installs it")


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser without a window.

    Raises:
        NoChromium: none is installed.
    """
    program = shutil.which("chromium")
    if program is None:
        raise NoChromium
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


def everybody_can_use(page: Page) -> None:
    """axe finds no violation, and nothing runs off the side of the screen."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than the screen"

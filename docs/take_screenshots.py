"""Takes the pictures in docs/images: plays the plan until the first days of July 2023 and opens Prefect's pages.

Run it as `.venv/bin/python docs/take_screenshots.py`; it needs Debian's chromium and nothing from outside: whatever
the pages ask of other hosts is refused.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402 - the tree's own packages come first

IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def play(home: Path) -> None:
    """The plan's year until the evening of 5 July, through the flows."""
    from dondoc.demo.holding import ThroughPrefect
    from dondoc.demo.performance import ZONE, performance
    from dondoc.demo.stage import set_stage

    async def go() -> None:
        stage = set_stage(home / "stage", ROOT / "plan_definitions")
        async with performance(stage, ThroughPrefect(), until=datetime(2023, 7, 5, 17, tzinfo=ZONE)) as year:
            async for played in year.play():
                print(played.at, played.tally)

    asyncio.run(go())


def shoot(url: str) -> None:
    """Photograph the list of runs, one mirror run and the newest bulletin."""
    api = f"{url}/api"
    report = next(one for one in _ask(api, "/flow_runs/filter") if one["name"].startswith("Báo cáo kết quả thực hiện"))
    bulletin = _ask(api, "/artifacts/filter", artifacts={"key": {"any_": ["vong-don-doc"]}}, sort="CREATED_DESC")[0]
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, size in (("", DESKTOP), ("-phone", PHONE)):
            page = browser.new_page(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
            page.route("**/*", lambda route: _only_here(route, url))
            _photograph(page, f"{url}/runs?tags=mirror", f"prefect-runs{name}", full=False)
            _photograph(page, f"{url}/runs/flow-run/{report['id']}?tab=Artifacts", f"prefect-mirror-run{name}")
            _photograph(page, f"{url}/artifacts/artifact/{bulletin['id']}", f"prefect-bulletin{name}")
        browser.close()


def _photograph(page: Page, address: str, name: str, *, full: bool = False) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2500)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=full)
    print(IMAGES / f"{name}.png")


def _only_here(route, url: str) -> None:  # type: ignore[no-untyped-def]
    same = urlsplit(route.request.url).netloc == urlsplit(url).netloc
    route.continue_() if same else route.abort()


def _ask(api: str, path: str, **body: object) -> list[dict]:  # type: ignore[type-arg]
    request = Request(f"{api}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def main() -> None:
    from dondoc.demo.holding import prefect_of_our_own

    IMAGES.mkdir(exist_ok=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dondoc-")))
        url = stack.enter_context(prefect_of_our_own(home))
        play(home)
        shoot(url)


if __name__ == "__main__":
    main()

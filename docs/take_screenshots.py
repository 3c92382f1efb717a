"""Takes the pictures in docs/images: plays the plan until late June 2023 and opens Prefect's pages.

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
DESKTOP, PHONE = {"width": 1280, "height": 1000}, {"width": 390, "height": 844}
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


def play(home: Path) -> None:
    """The plan's year until the morning of 27 June, when two reports are late, through the flows."""
    from dondoc.demo.holding import ThroughPrefect
    from dondoc.demo.performance import ZONE, performance
    from dondoc.demo.stage import set_stage

    async def go() -> None:
        stage = set_stage(home / "stage", ROOT / "plan_definitions")
        async with performance(stage, ThroughPrefect(), until=datetime(2023, 6, 27, 10, tzinfo=ZONE)) as year:
            async for played in year.play():
                print(played.at, played.tally)

    asyncio.run(go())


def shoot(url: str) -> None:
    """Photograph the list of mirror runs, the plan's run and page, and the run and the table of one that is late."""
    api = f"{url}/api"
    mirrors = _ask(api, "/flow_runs/filter", flow_runs={"tags": {"all_": ["mirror"]}})
    (whole,) = [one for one in mirrors if "overview" in one["tags"]]
    late = next(one for one in mirrors if one["state_type"] == "FAILED" and one is not whole)
    (table, *_), (page, *_), (bulletin, *_) = (
        _ask(api, "/artifacts/filter", sort="CREATED_DESC", **wanted)
        for wanted in (
            {"flow_runs": {"id": {"any_": [late["id"]]}}},
            {"artifacts": {"key": {"any_": ["ke-hoach-tre-em-2023"]}}},
            {"artifacts": {"key": {"any_": ["vong-don-doc"]}}},
        )
    )
    pages = {
        "runs": f"{url}/runs?tag=mirror",
        "plan-run": f"{url}/runs/flow-run/{whole['id']}",
        "plan-page": f"{url}/artifacts/artifact/{page['id']}",
        "mirror-run": f"{url}/runs/flow-run/{late['id']}",
        "mirror-table": f"{url}/artifacts/artifact/{table['id']}",
        "bulletin": f"{url}/artifacts/artifact/{bulletin['id']}",
    }
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for suffix, size in (("", DESKTOP), ("-phone", PHONE)):
            page = browser.new_page(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
            page.route("**/*", lambda route: _only_here(route, url))
            for name, address in pages.items():
                _photograph(page, address, f"prefect-{name}{suffix}")
        browser.close()


def _photograph(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2500)
    page.screenshot(path=IMAGES / f"{name}.png")
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

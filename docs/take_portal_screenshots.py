"""Takes the pictures of the leadership's pages in docs/images: the demo's year until 27 June 2023, then each page.

Run it as `.venv/bin/python docs/take_portal_screenshots.py [FOLDER]`; FOLDER is a demo's that was played so far before.
It needs Debian's chromium and nothing from outside.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dondoc.demo.holding import WithoutPrefect  # noqa: E402 - the tree's own packages come first
from dondoc.demo.performance import ZONE, performance  # noqa: E402
from dondoc.demo.stage import SENDER, set_stage  # noqa: E402
from dondoc.desk.workplace import Workplace, open_workplace  # noqa: E402
from dondoc.settings import load_settings  # noqa: E402
from dondoc.store.links import Link, keep_link  # noqa: E402
from tests.servers.chromium import running_chromium  # noqa: E402
from tests.servers.portal import Portal, serving  # noqa: E402

UNTIL = datetime(2023, 6, 27, 10, tzinfo=ZONE)
LEADER, ORGANISATION = "thu-ky@thuong-truc.example", "hoi-lhpn-bac-ninh"
SIZES = {"": {"width": 1280, "height": 1000}, "-phone": {"width": 390, "height": 844}}
PAGES = {
    "overview": "/lead",
    "plan": "/p/tre-em-2023",
    "history": "/h/tre-em-2023/bao-cao-6-thang/h-yen-phong/2023-H1",
    "dossier": "/d/thuong-truc?since=2023-06-20",
}
IN_FULL = ("plan",)
ON_A_PHONE = ("overview", "dossier")


async def play(home: Path) -> None:
    """The year until the morning on which two reports are late."""
    stage = set_stage(home, ROOT / "plan_definitions")
    async with performance(stage, WithoutPrefect(), until=UNTIL) as year:
        async for played in year.play():
            print(played.at, played.tally)


def sign_in(portal: Portal) -> str:
    """The address with which the leader signs in."""
    now = portal.clock.now
    key = f"picture{now.timestamp():.0f}"
    link = Link(key, "sign_in", LEADER, ORGANISATION, "", now, now + timedelta(1), None, "-")
    with portal.place.database.writing() as connection:
        keep_link(connection, link)
    return portal.signed("/sign-in", link.id)


def shoot(home: Path) -> None:
    """Photograph every page, wide and narrow."""

    def place(url: str) -> Workplace:
        given = {"home": str(home), "plans": str(home / "plans"), "from": SENDER, "base_url": url}
        return open_workplace(load_settings({f"DONDOC_{name.upper()}": value for name, value in given.items()}))

    with serving(place, UNTIL) as portal, running_chromium() as browser:
        for suffix, size in SIZES.items():
            portal.clock.now += timedelta(seconds=1)
            page = browser.new_page(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
            page.goto(sign_in(portal))
            page.click("main button[type=submit]")
            for name, path in PAGES.items():
                if suffix and name not in ON_A_PHONE:
                    continue
                page.goto(portal.url + path)
                picture = ROOT / "docs" / "images" / f"lead-{name}{suffix}.png"
                page.screenshot(path=picture, full_page=name in IN_FULL and not suffix)
                print(picture)


def main() -> None:
    with ExitStack() as stack:
        if len(sys.argv) > 1:
            home = Path(sys.argv[1])
        else:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dondoc-"))) / "stage"
            asyncio.run(play(home))
        shoot(home)


if __name__ == "__main__":
    main()

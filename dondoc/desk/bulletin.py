"""What leadership is told after a round in which something happened: what it did, and how the plans stand since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from dondoc.desk.follow_up import Tally
from dondoc.desk.mirrors import Showing
from dondoc.desk.workplace import Workplace
from dondoc.store.plans import applied

_VI = {
    "round": "# Vòng đôn đốc {at}", "did": "Việc trong vòng",
    "collected": "Báo cáo đã nhận", "decided": "Bước đã quyết định", "enqueued": "Thư đã soạn", "sent": "Thư đã gửi",
    "uncertain": "Thư chưa rõ đã tới", "failed": "Thư bị từ chối", "voided": "Thư bỏ vì không còn đúng",
}  # fmt: skip
_EN = {
    "round": "# Follow-up round {at}", "did": "In this round",
    "collected": "Reports received", "decided": "Steps decided", "enqueued": "Letters written", "sent": "Letters sent",
    "uncertain": "Letters in doubt", "failed": "Letters refused", "voided": "Letters dropped as no longer true",
}  # fmt: skip


def bulletin(place: Workplace, at: datetime, tally: Tally, collected: int, showings: Sequence[Showing]) -> str | None:
    """The page, in Markdown, of the round held at `at` (aware), of the plans among `showings`; None without a plan."""
    plans = [one for one in showings if one.of_plan]
    if not plans:
        return None
    with place.database.reading() as connection:
        calendar = applied(connection, plans[0].picture.plan).calendar
    words = _EN if plans[0].footprint["language"] == "en" else _VI
    local = at.astimezone(calendar.zone)
    did = {"collected": collected, **asdict(tally)}.items()
    table = "\n".join(f"| {words[name]} | {n} |" for name, n in did if n)
    head = words["round"].format(at=f"{local.day}/{local.month}/{local.year} {local:%H:%M}")
    pages = [f"# {one.title}\n\n{one.picture.page}" for one in plans]
    return "\n\n".join([head, f"| {words['did']} | |\n|---|---:|\n{table}", *pages])

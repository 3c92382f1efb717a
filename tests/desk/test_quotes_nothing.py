"""No letter carries what a unit handed in: no figure, no free text, no file name, whatever happens in a year.

Everything that people write has a value that stands nowhere else, and every letter of the year is searched for it.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

from dondoc.core.letter import Letter
from dondoc.desk.obligations import extend, review
from dondoc.desk.plans import apply_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import Attachment, submit
from dondoc.desk.workplace import Workplace
from dondoc.store import horizon
from dondoc.store.letters import letters
from tests.desk.answered import OFFICER, letter_to, reply
from tests.places import local, workplace
from tests.small_plan import H1, H2, PLAN, write_plan

FIELDS = """\
      - {id: I14, label: Số trẻ bị xâm hại, type: integer, sensitive: true, required: false, over_time: sum}
      - {id: ghi_chu, label: Ghi chú, type: long text, required: false}
"""
WITH_WORDS = PLAN.replace("    checks: [", f"{FIELDS}    files: {{min: 0}}\n    checks: [")
SENSITIVE, FIGURE = 738291, 918273
NOTE, FILE, WISH, WRONG, FREE = "zqxghichu", "zqxtentep", "zqxxingiahan", "zqxsai", "zqxtudo"
SAID = ("738291", "738.291", "918273", "918.273", NOTE, FILE, WISH, WRONG, FREE)
LAST = local("2024-01-31 17:00")


def go_on(place: Workplace, until: datetime) -> None:
    """Hold every hourly round that may have something to do."""
    now = place.now()
    while now <= until:
        asyncio.run(run_round(place, now))
        with place.database.reading() as connection:
            due = horizon.next_action(connection)
        if due is None:
            return
        now = max(now + timedelta(hours=1), due.replace(minute=0))


def whole(letter: Letter) -> str:
    """All that a letter says, its enclosures and their names too."""
    enclosed = (part for one in letter.enclosures for part in (one.name, one.text))
    return "\n".join((letter.subject, letter.text, letter.html, letter.short, *enclosed)).lower()


def handed_in(place: Workplace, obligation: str, figure: int = FIGURE) -> None:
    data = {"I12": figure, "I13": 3, "I14": SENSITIVE, "ghi_chu": f"{NOTE} về cháu A"}
    files = [Attachment(f"{FILE}.pdf", b"%PDF-1.4\n%%EOF\n")]
    receipt = submit(place, obligation, data, files, by=OFFICER, channel="form")
    assert receipt.problems == ()


def test_no_letter_of_a_year_carries_what_was_handed_in(tmp_path: Path) -> None:
    place = workplace(tmp_path / "home", f"sqlite:///{tmp_path / 'dondoc.db'}")
    apply_plan(place, write_plan(tmp_path / "plans" / "hoi", WITH_WORDS), by="quan-tri")
    go_on(place, local("2023-06-16 08:00"))
    extend(place.at(local("2023-06-16 09:00")), H1, "ask", by=OFFICER, why=WISH, to=date(2023, 6, 23))
    go_on(place.at(local("2023-06-16 10:00")), local("2023-06-19 10:00"))
    extend(place.at(local("2023-06-19 11:00")), H1, "refuse", by="truong-ban@hoi.example", why="Đã đủ thời gian")
    now = place.at(local("2023-06-19 14:00"))
    asked = letter_to(now, OFFICER)
    reply(now, asked, f"{H1}\nI12: {WRONG}\nI13: 3\n\n{FREE} kính mong ban xem xét", files=((f"{FILE}.exe", b"MZ"),))
    reply(now, asked, f"{H1}\nI12: {FIGURE}\nI13: 4\nI14: {SENSITIVE}\nGhi chú: {NOTE}", files=((f"{FILE}.txt", b"a"),))
    handed_in(now.at(local("2023-06-19 15:00")), H1)
    go_on(place.at(local("2023-06-19 16:00")), local("2023-06-21 08:00"))
    review(place.at(local("2023-06-21 09:00")), H1, "return", by="can-bo@hoi.example", note="Thiếu chữ ký")
    go_on(place.at(local("2023-06-21 10:00")), local("2023-06-22 08:00"))
    handed_in(place.at(local("2023-06-22 09:00")), H1, FIGURE)
    review(place.at(local("2023-06-23 09:00")), H1, "accept", by="can-bo@hoi.example")
    go_on(place.at(local("2023-06-23 10:00")), local("2024-01-03 08:00"))
    handed_in(place.at(local("2024-01-03 09:00")), H2)  # late: it stood before the committee
    go_on(place.at(local("2024-01-03 10:00")), LAST)
    with place.database.reading() as connection:
        written = [one.letter for one in letters(connection, limit=10_000)]
    assert {one.kind for one in written} >= {
        "duties", "review", "dossier", "copy", "forewarning", "receipt", "returned", "accepted", "extension", "answer",
    }  # fmt: skip
    found = {(one.kind, said) for one in written for said in SAID if said in whole(one)}
    assert found == set()

"""What all pages about one duty share: the duty that the address names, where it works, and how each page begins."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request

from dondoc.core.text import Text, short_date
from dondoc.desk.answering import Sheet
from dondoc.desk.workplace import Workplace
from dondoc.web.standings import TO_DO, standing_words
from notifications import wording
from notifications.letterhead import Letterhead

NO_REASON = Text(vi="Xin ghi lý do.", en="Please give the reason.")


async def _workplace(request: Request) -> Workplace:
    place: Workplace = request.app.state.place
    return place


async def _named(plan: str, task: str, unit: str, period: str) -> str:
    return f"{plan}/{task}/{unit}/{period}"


Place = Annotated[Workplace, Depends(_workplace)]
"""Where the portal works."""

Named = Annotated[str, Depends(_named)]
"""The id of the duty that the page's address names, whether or not there is one."""


def heading(sheet: Sheet, head: Letterhead, place: Workplace, language: str) -> dict[str, Any]:
    """What every page about the duty begins with, under the letterhead of its organisation."""
    one = sheet.obligation
    left = wording.remaining(sheet.now.answer_by, place.now(), sheet.applied.calendar, language)
    return {
        "title": one.title(language),
        "owner": head.name(sheet.owner, language),
        "plan_name": head.plan_name(one.plan, language),
        "standing": sheet.standing,
        "standing_words": standing_words(sheet.standing, language),
        "deadline": sheet.deadline.within(language),
        "left": left if sheet.standing in TO_DO else "",
    }


def received_late(sheet: Sheet) -> bool:
    """Whether what counts as received came after the deadline in force."""
    counts = sheet.now.receipt()
    return counts is not None and not sheet.now.due.met_by(counts)


def not_later(day: date | None, sheet: Sheet) -> Text | None:
    """What is wrong with a new deadline unless it is a day after the one in force."""
    in_force = sheet.now.answer_by.day(sheet.applied.calendar)
    if day is not None and day > in_force:
        return None
    return Text(
        vi=f"Xin chọn ngày sau hạn hiện nay ({short_date(in_force, 'vi')}).",
        en=f"Choose a day after {short_date(in_force, 'en')}.",
    )

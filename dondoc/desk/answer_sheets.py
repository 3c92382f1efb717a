"""Answering sheets that go out: with the letters that ask for a form, and one by one for whoever asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dondoc.core.content import form_for
from dondoc.core.forms import fields_of
from dondoc.core.letter import Enclosure, Letter
from dondoc.core.obligation import Obligation
from dondoc.core.plan import Submit
from dondoc.desk.workplace import Workplace
from notifications.answer_sheet import file_name, write_answer_sheet
from notifications.letterhead import Letterhead

AT_MOST = 3
"""Sheets that go with one letter; of more forms than that none is sent, and the portal is the shorter way."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def with_sheets(place: Workplace, letter: Letter, asked: Sequence[Obligation], head: Letterhead) -> Letter:
    """The letter with a sheet for each form that it asks for, where replies are collected and sheets are wanted."""
    settings = place.settings
    if settings.imap_url is None or not settings.answer_sheets or letter.recipient.channel != "mail":
        return letter
    language = letter.recipient.language
    sheets = [(one, content) for one in asked if (content := answer_sheet(one, head, language)) is not None]
    if not 1 <= len(sheets) <= AT_MOST:
        return letter
    enclosed = tuple(
        Enclosure(file_name(one.id), XLSX, place.attachments.keep([content]).digest) for one, content in sheets
    )
    return replace(letter, enclosures=(*letter.enclosures, *enclosed))


def answer_sheet(one: Obligation, head: Letterhead, language: str) -> bytes | None:
    """The sheet for what is asked of this duty; None where no form is."""
    plan = head.plans[one.plan]
    task = plan.task(one.task)
    form = form_for(plan, head.directory.organisation, task, one.unit, one.period) if task else None
    if task is None or form is None or not form.fields:
        return None
    titles = (one.title(language), head.name(one.unit, language), head.plan_name(plan.plan, language))
    return write_answer_sheet(one.id, titles, fields_of(form, task.submit or Submit()), language)

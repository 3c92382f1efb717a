"""From an obligation and where it stands to the item that names it in a letter."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TypedDict, get_args

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.obligation import Obligation
from dondoc.core.standing import Situation
from dondoc.core.text import short_date
from notifications import wording
from notifications.context import Item, StepKind, StepLine
from notifications.deeds import Deed, Deeds
from notifications.letterhead import Letterhead, Urgency

_SAYS_WHEN = frozenset({"due", "occasions", "during"})


_ORDER = {kind: place for place, kind in enumerate(get_args(StepKind))}
"""In which order is told what was done at one instant, however it was recorded."""

TOGETHER = 2
"""Steps that alternate, as a committee's dossiers and their copies do, are told in this many lines."""


class ItemParts(TypedDict):
    """The fields every item shares."""

    n: int
    id: str
    title: str
    short_title: str
    section: str
    under: str
    owner: str
    due: str
    due_date: str
    left: str
    when: str
    urgency: Urgency
    hand_in: str
    link: str
    urgent: bool
    confirms: bool
    behalf: str
    original_due: str
    returned_on: str
    assumed_due: bool
    next_body: str


def item_parts(
    obligation: Obligation,
    now: Situation,
    letterhead: Letterhead,
    at: datetime,
    language: str,
    *,
    n: int = 1,
    own: str = "",
    under: str = "",
) -> ItemParts:
    """What every item says, as of the instant `at` (aware UTC) at which the letter may be read.

    `own` is the recipient's unit: the owner is not named to itself.
    """
    terms, due = obligation.terms, letterhead.deadline_words(now.answer_by, at, language)
    owner = letterhead.owner(now.owner, at)
    return {
        "n": n,
        "id": obligation.id,
        "title": obligation.title(language),
        "short_title": terms.title.within(language),
        "section": terms.section,
        "under": under,
        "owner": "" if owner == own else letterhead.name(owner, language),
        "due": due.long,
        "due_date": due.short,
        "left": due.left,
        "when": due.phrase,
        "urgency": due.urgency,
        "hand_in": letterhead.hand_in(terms.plan, terms.form, language),
        "link": letterhead.link(obligation.id),
        "urgent": terms.urgent,
        "confirms": terms.form == "acknowledgement",
        "behalf": letterhead.name(terms.on_behalf_of, language) if terms.on_behalf_of else "",
        "original_due": (letterhead.deadline_words(now.original_due, at, language).short if now.extended else ""),
        "returned_on": _day(now.returned.happened_at, letterhead, language) if now.returned else "",
        "assumed_due": _assumed_in_force(obligation, now) and due.urgency != "overdue",
        "next_body": _next_committee(obligation, now, letterhead, language) if due.urgency == "overdue" else "",
    }


def item(
    obligation: Obligation,
    now: Situation,
    letterhead: Letterhead,
    at: datetime,
    language: str,
    *,
    n: int = 1,
    own: str = "",
    under: str = "",
) -> Item:
    """The item of a duty; arguments as for `item_parts`."""
    return Item(**item_parts(obligation, now, letterhead, at, language, n=n, own=own, under=under))


def steps_done(obligation: Obligation, done: Deeds, letterhead: Letterhead, language: str) -> tuple[StepLine, ...]:
    """What was done about a matter so far, in lines: the same of one kind on several days in one."""
    return _lines(done, obligation.terms.focal_point, letterhead.directory, letterhead.calendar, language)


@lru_cache(maxsize=4096)
def _lines(
    done: Deeds, focal_point: str, directory: Directory, calendar: WorkCalendar, language: str
) -> tuple[StepLine, ...]:
    """Many matters have the same behind them."""
    first: dict[tuple[date, StepKind, str], datetime] = {}
    for deed in done:
        to = _to(deed, focal_point, directory, calendar, language)
        first.setdefault((calendar.day_of(deed.at), deed.kind, to), deed.at)
    runs: list[tuple[StepKind, str, list[date]]] = []
    for day, kind, to in sorted(first, key=lambda done: (first[done], _ORDER[done[1]])):
        same = next((run for run in runs[-TOGETHER:] if run[:2] == (kind, to)), None)
        if same is None:
            runs.append((kind, to, [day]))
        else:
            same[2].append(day)
    return tuple(
        StepLine(wording.days(days, language), kind, to, len(days) if len(days) > 3 else 0) for kind, to, days in runs
    )


def _to(deed: Deed, focal_point: str, directory: Directory, calendar: WorkCalendar, language: str) -> str:
    if isinstance(deed.to, Deadline):
        return wording.short_deadline(deed.to, calendar, language)
    if deed.to:
        return _body_name(deed.to, focal_point, directory, language)
    return wording.owning_unit(language) if deed.kind in {"refused", "bounced"} else ""


def body_name(to: str, obligation: Obligation, letterhead: Letterhead, language: str) -> str:
    """The name of whom a rung leads to."""
    return _body_name(to, obligation.terms.focal_point, letterhead.directory, language)


def _body_name(to: str, focal_point: str, directory: Directory, language: str) -> str:
    if to == HEAD_OF_OWNER:
        return wording.head_of_unit(language)
    return directory.name(focal_point if to == FOCAL_POINT else to, language)


def _assumed_in_force(obligation: Obligation, now: Situation) -> bool:
    """Whether the day that is awaited is one that the plan document does not say, and nobody has set since."""
    return not (now.extended or now.returned) and not _SAYS_WHEN.isdisjoint(obligation.terms.assumed)


def _next_committee(obligation: Obligation, now: Situation, letterhead: Letterhead, language: str) -> str:
    for rung in obligation.terms.policy.escalate:
        if rung.committee and rung.name not in now.taken and rung.name not in now.skipped:
            return body_name(rung.to, obligation, letterhead, language)
    return ""


def _day(instant: datetime, letterhead: Letterhead, language: str) -> str:
    return short_date(letterhead.calendar.day_of(instant), language)

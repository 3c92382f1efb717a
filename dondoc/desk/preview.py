"""The whole year before anything is sent: every obligation and every letter, in virtual time, as in production.

From the plan alone, as if it came into force on the day on which it was issued; or on the ledger as it stands.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dondoc.calendar.workdays import WorkCalendar
from dondoc.core.address import Directory
from dondoc.core.amendment import first_adoption
from dondoc.core.assumption import Assume
from dondoc.core.burden import LetterLine, cautions, loads
from dondoc.core.foresight import DigestToCome, NoticeToCome, SummaryToCome, ToCome, foresee
from dondoc.core.kindred import NO_KIN, Kin, gather, spread
from dondoc.core.letter import Kind, Letter
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.preview import Preview
from dondoc.core.round import Matter
from dondoc.core.schedule import schedule
from dondoc.core.standing import situation
from dondoc.core.unreached import unreached
from dondoc.desk.plans import Proposal, house_after
from dondoc.desk.workplace import Workplace
from dondoc.links import Keys
from dondoc.settings import Settings
from dondoc.store.letters import written_on
from dondoc.store.plans import applied_plans
from notifications.blanks import filled
from notifications.deeds import remembering
from notifications.letterhead import Letterhead
from notifications.render import Draft, draft_digest, draft_notice
from notifications.summary import render_summary

AFTERWARDS = timedelta(days=31)
"""How long after the last deadline letters are still shown, unless told otherwise."""

_NOBODYS = Keys(("a preview is passed on to anybody",))
"""Signs links as long as real ones, so that the words around them are cut where they will be; no portal opens them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown: obligations and letters from `first` to `last`, if people behave as assumed.

    By default everything, letters until a month after the last deadline. `each` is handed every letter as it would
    be rendered.
    """

    first: date | None = None
    last: date | None = None
    assume: Assume = "silent"
    each: Callable[[Letter], None] | None = None


ALL = Wish()


def preview_plan(plan: Plan, organisation: Organisation, settings: Settings, wish: Wish = ALL) -> Preview:
    """Preview a plan by itself, as if it came into force on the day on which it was issued."""
    owed = schedule(plan, organisation)
    begin = organisation.work_calendar().at(plan.issued, time())
    letterhead = letterhead_of(organisation, [plan], settings)
    return _preview(plan, letterhead, tuple(first_adoption(owed, begin)), begin, frozenset(), wish)


def preview_on_ledger(place: Workplace, proposal: Proposal, wish: Wish = ALL) -> Preview:
    """Preview a plan as if it were applied now: with what was submitted and sent, beside the house's other plans.

    Shown are the plan's obligations and the letters that speak of them, from now on.
    """
    plan, organisation, now = proposal.plan, proposal.organisation, place.now()
    assert plan is not None  # whoever asks has a plan's proposal,
    assert organisation is not None  # and one that is not refused
    with place.database.reading() as connection:
        standing = house_after(connection, proposal, now)
        plans = [one.plan for one in applied_plans(connection) if one.plan.plan != plan.plan]
        written = written_on(connection, organisation.work_calendar().day_of(now))
    return _preview(plan, letterhead_of(organisation, [plan, *plans], place.settings), standing, now, written, wish)


def _preview(
    plan: Plan,
    letterhead: Letterhead,
    standing: Sequence[Matter],
    begin: datetime,
    written: frozenset[tuple[str, Kind]],
    wish: Wish,
) -> Preview:
    calendar = letterhead.calendar
    owed = sorted(_in_force(plan, standing), key=lambda one: one.due.at)
    start, end = wish.first or calendar.day_of(begin), wish.last or _end(plan, owed, calendar)
    until = calendar.day_ends(end)
    since = calendar.at(start, time())
    future = letters_to_come(standing, letterhead, begin, until, written, wish.assume)
    letters = (one for one in future if plan.plan in one.plans and since <= one.not_before < until)
    with _nothing_thrown_away():
        lines = tuple(_lines(letters, wish.each))
    spoken_of = {one for line in lines for one in line.about}
    everything = wish.first is None and wish.last is None
    shown = tuple(one for one in owed if everything or one.id in spoken_of or start <= one.due.day(calendar) <= end)
    burden = loads(lines, calendar)
    return Preview(
        plan, letterhead.directory.organisation, calendar, wish.assume, start, end, shown, lines, burden,
        (*unreached(shown, letterhead.directory, calendar), *cautions(shown, burden, calendar)),
    )  # fmt: skip


def letters_to_come(
    standing: Iterable[Matter],
    letterhead: Letterhead,
    begin: datetime,
    until: datetime,
    written: frozenset[tuple[str, Kind]],
    assume: Assume = "silent",
) -> Iterator[Letter]:
    """The letters from `begin` to `until` (aware), as they would be rendered.

    Where the words are ours, those to units that are alike are worked out once for all.
    """
    calendar, directory = letterhead.calendar, letterhead.directory
    if letterhead.overrides is not None:
        return render_all(
            foresee(standing, begin, until, calendar, directory, assume=assume, written=written), letterhead
        )
    house = gather(directory.organisation, standing, written)
    with_blanks = letterhead.with_directory(Directory(house.organisation))
    future = foresee(
        house.matters, begin, until, calendar, with_blanks.directory,
        assume=assume, written=written, whole=house.whole,
    )  # fmt: skip
    return render_all(future, with_blanks, house.kin)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Histories only grow, and nothing in them leads back to itself: looking for that again and again finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _in_force(plan: Plan, standing: Iterable[Matter]) -> Iterator[Obligation]:
    """The plan's obligations, each with the deadline in force; without those that it does not ask for any more."""
    for obligation, history in standing:
        if obligation.plan == plan.plan:
            now = situation(obligation, history)
            if not now.cancelled:
                yield obligation if now.due == obligation.due else replace(obligation, due=now.due)


def letterhead_of(organisation: Organisation, plans: Iterable[Plan], settings: Settings) -> Letterhead:
    """The letterhead of plans that are not in force (yet); the links under it open nothing."""
    overrides = settings.letters_folder
    return Letterhead(
        directory=Directory(organisation),
        plans={plan.plan: plan for plan in plans},
        calendar=organisation.work_calendar(),
        base_url=settings.base_url,
        overrides=overrides if overrides.is_dir() else None,
        keys=_NOBODYS,
    )


def render_all(
    future: Iterable[ToCome], letterhead: Letterhead, kin: Mapping[str, tuple[Kin, ...]] = NO_KIN
) -> Iterator[Letter]:
    """The letters to come, as they would be rendered; those to a blank as each of its `kin` gets them."""
    telling = remembering()

    def drafted(one: DigestToCome | NoticeToCome) -> Draft:
        if isinstance(one, NoticeToCome):
            return draft_notice(one.notices, letterhead, one.at)
        return draft_digest(one.digest, letterhead, one.at, one.histories, settled=one.settled, telling=telling)

    for one in future:
        if isinstance(one, SummaryToCome):
            yield render_summary(one.summary, letterhead, one.at)
        elif alike := kin.get(one.recipient.unit):
            yield from filled(drafted(one), alike, letterhead)
        else:
            yield from (drafted(other).letter for other in spread(one, kin))


def _lines(letters: Iterable[Letter], each: Callable[[Letter], None] | None) -> Iterator[LetterLine]:
    for one in letters:
        if each:
            each(one)
        yield LetterLine(one.id, one.not_before, one.recipient, one.kind, one.subject, one.about, one.steps)


def _end(plan: Plan, owed: Iterable[Obligation], calendar: WorkCalendar) -> date:
    last = max((one.due.day(calendar) for one in owed), default=plan.period.last)
    return max(plan.period.last, last + AFTERWARDS)

"""What an edit changes against what is in force, found by foreseeing both on today's ledger; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from dondoc.core.address import Directory
from dondoc.core.amendment import Amendment
from dondoc.core.difference import Difference, compare
from dondoc.core.history import Event
from dondoc.core.letter import Kind, Letter
from dondoc.core.notices import notices
from dondoc.core.round import Matter
from dondoc.core.standing import situation
from dondoc.core.statistics import Tally, count
from dondoc.desk.plans import Proposal, house_after
from dondoc.desk.preview import AFTERWARDS, letterhead_of, letters_to_come
from dondoc.desk.workplace import Workplace
from dondoc.store import plans
from dondoc.store.letters import written_on
from dondoc.store.matters import matters
from notifications.letterhead import Letterhead


def difference(place: Workplace, proposal: Proposal) -> Difference:
    """What applying the proposal now would change: duties, the letters to come if nobody answers, and the counts."""
    plan, organisation, now = proposal.plan, proposal.organisation, place.now()
    assert organisation is not None  # a proposal that is not refused has one
    calendar = organisation.work_calendar()
    with place.database.reading() as connection:
        in_force = plans.applied_plans(connection)
        house = [one for one in in_force if one.organisation.organisation == organisation.organisation]
        before = tuple(one for old in house for one in matters(connection, old.plan.plan))
        after = house_after(connection, proposal, now)
        own = tuple(one for one in before if plan is not None and one[0].plan == plan.plan)
        written = written_on(connection, calendar.day_of(now))
    version = next((one.version for one in house if plan is not None and one.plan.plan == plan.plan), 0)
    amendment = proposal.amendment or Amendment(added=proposal.owed)
    amended = tuple(one for one in after if plan is not None and one[0].plan == plan.plan)
    every_plan = {one.plan.plan: one.plan for one in house} | ({plan.plan: plan} if plan else {})
    old_head = _letterhead(house, place)
    new_head = letterhead_of(organisation, every_plan.values(), place.settings)
    until = _end((*before, *after), now)
    return Difference(
        plan=plan.plan if plan else "",
        version=version,
        calendar=calendar,
        amendment=amendment,
        letters=compare(
            _letters(before, old_head, now, until, written), _letters(after, new_head, now, until, written)
        ),
        told=tuple(_told((before, after), now, new_head.directory)),
        before=_tally(own, now),
        after=_tally(amended, now),
        word=proposal.word,
        others=tuple((one.plan.plan, one.amendment) for one in proposal.others),
        renamed=proposal.renamed,
    )


def _letterhead(house: Sequence[plans.Applied], place: Workplace) -> Letterhead | None:
    """The letterhead of what is in force, made like that of what is proposed: only words are compared."""
    if not house:
        return None
    newest = max(house, key=lambda one: one.applied_at)
    return letterhead_of(newest.organisation, [one.plan for one in house], place.settings)


def _end(standing: Iterable[Matter], now: datetime) -> datetime:
    return max((situation(*one).answer_by.at for one in standing), default=now) + AFTERWARDS


def _letters(
    standing: Iterable[Matter],
    head: Letterhead | None,
    now: datetime,
    until: datetime,
    written: frozenset[tuple[str, Kind]],
) -> Iterator[Letter]:
    return letters_to_come(standing, head, now, until, written) if head else iter(())


def _told(both: tuple[Iterable[Matter], Iterable[Matter]], now: datetime, directory: Directory) -> Iterator[str]:
    """Who is told at once: of every event that the edit adds to a history."""
    before, after = both
    known = {obligation.id: len(history) for obligation, history in before}
    day = directory.organisation.work_calendar().day_of(now)
    told: dict[str, None] = {}
    for obligation, history in after:
        for event in history[known.get(obligation.id, len(history)) :]:
            if isinstance(event, Event):
                for notice in notices(obligation, situation(obligation, history), event, directory, day):
                    told[notice.recipient.key] = None
    yield from sorted(told)


def _tally(standing: Iterable[Matter], now: datetime) -> Tally:
    return count(((obligation, situation(obligation, history)) for obligation, history in standing), now)

"""What holds of deciding whatever happens: hypothesis makes up histories, downtimes and deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dondoc.calendar.deadline import day_deadline
from dondoc.calendar.grammar import Span
from dondoc.core.cadence import most_times, shifted, slot_from
from dondoc.core.decide import Escalate, Remind, _Agenda, _agenda, awaits_telling, decide, next_action
from dondoc.core.folding import Folding
from dondoc.core.history import (
    Accepted,
    Amended,
    Bounced,
    Escalated,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    HandedOver,
    LetterVoided,
    Reminded,
    Returned,
    Sent,
    StepTaken,
    Voided,
    Waived,
)
from dondoc.core.standing import situation
from tests.core.telling import USUAL, VIETNAM, Story, report

DAYS = st.dates(date(2023, 4, 20), date(2023, 12, 20))
HAPPENINGS = st.sampled_from(
    ["submit", "return", "accept", "extend", "ask", "refuse", "amend", "waive", "undo", "round"]
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, datetime]:
    """A matter with any deadline, after a random run of rounds, events and silences; and the last instant."""
    due = draw(DAYS)
    policy = replace(USUAL, remind=tuple(draw(st.permutations(USUAL.remind)))[: draw(st.integers(0, 4))])
    obligation = replace(report(policy=policy), due=day_deadline(due, VIETNAM))
    story = Story(obligation, mail_works=draw(st.booleans()))
    now = datetime(2023, 4, 13, 1, 0, tzinfo=UTC)
    for _ in range(draw(st.integers(0, 8))):
        now += timedelta(hours=draw(st.integers(1, 24 * 30)))
        when = VIETNAM.local(now).strftime("%Y-%m-%d %H:%M")
        later = day_deadline(VIETNAM.day_of(now) + timedelta(days=draw(st.integers(0, 40))), VIETNAM)
        match draw(HAPPENINGS):
            case "submit":
                story.submits(when)
            case "return":
                story.happens(Returned, when, due=later)
            case "accept":
                story.happens(Accepted, when)
            case "extend":
                story.happens(ExtensionGranted, when, due=later)
            case "ask":
                story.happens(ExtensionAsked, when, due=later)
            case "refuse":
                story.happens(ExtensionRefused, when)
            case "amend":
                story.happens(Amended, when, due=later)
            case "waive":
                story.happens(Waived, when)
            case "undo" if story.history:
                story.happens(Voided, when, event=draw(st.integers(1, len(story.history))))
            case _:
                story.round(now)
    return story, now


@given(stories())
def test_something_is_decided_exactly_from_the_next_action_on(told: tuple[Story, datetime]) -> None:
    story, now = told
    history = tuple(story.history)
    at = next_action(story.obligation, history, VIETNAM)
    if at is None:
        assert decide(story.obligation, history, now + timedelta(days=400), VIETNAM) == ()
    else:
        assert decide(story.obligation, history, at, VIETNAM)
        assert not decide(story.obligation, history, at - timedelta(seconds=1), VIETNAM)


@given(stories())
def test_what_was_done_is_not_due_again_and_no_step_is_taken_twice(told: tuple[Story, datetime]) -> None:
    story, now = told
    story.round(now)
    assert decide(story.obligation, tuple(story.history), now, VIETNAM) == ()
    undone = {fact.event for fact in story.history if isinstance(fact, Voided)}
    steps = [fact.step for fact in story.history if isinstance(fact, StepTaken) and fact.id not in undone]
    assert len(steps) == len(set(steps))


@given(stories())
def test_letters_are_due_on_working_days_in_office_hours_only(told: tuple[Story, datetime]) -> None:
    story, _ = told
    at = next_action(story.obligation, tuple(story.history), VIETNAM)
    taken = {fact.recorded_at for fact in story.history}
    assert at is None or VIETNAM.in_office(at) or at in taken


@given(stories())
def test_one_round_reminds_at_most_once_and_climbs_at_most_one_rung(told: tuple[Story, datetime]) -> None:
    story, now = told
    actions = decide(story.obligation, tuple(story.history), now + timedelta(days=60), VIETNAM)
    assert sum(isinstance(action, Remind) for action in actions) <= 1
    assert sum(isinstance(action, Escalate) for action in actions) <= 1


@given(stories())
def test_no_rung_of_the_ladder_is_ever_jumped(told: tuple[Story, datetime]) -> None:
    story, now = told
    for days in range(0, 90, 7):
        story.round(now + timedelta(days=days))
    names = [rung.name for rung in USUAL.escalate]
    last = situation(story.obligation, tuple(story.history)).cycle
    climbed = [
        names.index(fact.step.rung)
        for fact in story.history
        if isinstance(fact, Escalated) and fact.step.cycle == last and fact.step.ordinal == 0
    ]
    assert climbed == list(range(len(climbed)))


@given(stories(), stories())
def test_matters_that_stand_alike_have_the_agenda_that_each_would_have_by_itself(
    one: tuple[Story, datetime], other: tuple[Story, datetime]
) -> None:
    for story, now in (one, other):
        standing = situation(story.obligation, tuple(story.history))
        terms, opens = story.obligation.terms, story.obligation.opens
        reckoned = _agenda(story.obligation, standing, VIETNAM, now)
        if reckoned:
            assert reckoned == tuple(_Agenda(terms, opens, standing, VIETNAM, now).entries())


@given(stories(), st.data())
def test_going_on_from_the_last_fact_comes_to_what_the_whole_history_says(
    told: tuple[Story, datetime], data: st.DataObject
) -> None:
    story, now = told
    letters = [fact.letter for fact in story.history if isinstance(fact, StepTaken)]
    for letter in data.draw(st.lists(st.sampled_from(letters), max_size=4)) if letters else ():
        kind = data.draw(st.sampled_from([Sent, Bounced, HandedOver, LetterVoided]))
        story.history.append(kind(letter=letter, happened_at=now, recorded_at=now, id=len(story.history) + 1))
        story.round(now + timedelta(days=data.draw(st.integers(0, 20))))
    whole = tuple(story.history)
    known = data.draw(st.integers(0, len(whole)))
    matter = Folding(story.obligation, whole[:known])
    looked_at = data.draw(st.sets(st.integers(known, len(whole))))
    for number, fact in enumerate(whole[known:], known + 1):
        matter.add(fact)
        if number in looked_at:
            assert matter.situation == situation(story.obligation, whole[:number])
    assert matter.history == whole
    assert matter.situation == situation(story.obligation, whole)


SPANS = st.builds(Span, st.integers(1, 40), st.sampled_from(["hours", "days", "working days", "weeks", "months"]))


@given(DAYS, SPANS, st.integers(0, 24 * 300))
def test_the_newest_repetition_is_the_one_that_counting_up_comes_to(start: date, every: Span, hours: int) -> None:
    until = VIETNAM.day_ends(start) + timedelta(hours=hours)

    def time(times: int) -> datetime:
        return slot_from(shifted(start, every, times, VIETNAM), VIETNAM)

    counted = 0
    while time(counted + 1) <= until:
        counted += 1
    at_most = most_times(start, every, VIETNAM.day_of(until), VIETNAM)
    while at_most > 0 and time(at_most) > until:
        at_most -= 1
    assert at_most == counted


@given(stories())
def test_that_a_letter_left_changes_the_next_action_only_where_that_is_foretold(told: tuple[Story, datetime]) -> None:
    story, now = told
    history = tuple(story.history)
    left = {fact.letter for fact in history if isinstance(fact, Sent)}
    for reminded in [fact for fact in history if isinstance(fact, Reminded) and fact.letter not in left]:
        sent = Sent(letter=reminded.letter, happened_at=now, recorded_at=now, id=len(history) + 1)
        before = next_action(story.obligation, history, VIETNAM)
        if next_action(story.obligation, (*history, sent), VIETNAM) != before:
            assert awaits_telling(story.obligation, situation(story.obligation, history))

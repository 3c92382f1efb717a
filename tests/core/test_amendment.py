"""Comparing the plan as now written with what stands in the ledger."""

from dataclasses import replace
from datetime import UTC, datetime

from dondoc.calendar.deadline import Deadline
from dondoc.calendar.grammar import parse_offset
from dondoc.core.amendment import Amendment, Moved, Restored, TakenOver, amend, as_amended
from dondoc.core.history import (
    Accepted,
    Amended,
    Cancelled,
    Event,
    ExtensionGranted,
    History,
    Scheduled,
    Submitted,
    Voided,
    Waived,
)
from dondoc.core.obligation import Obligation, ResolvedPolicy, ReviewTerms, Terms
from dondoc.core.standing import situation
from dondoc.core.text import Text


def at(day: int, month: int = 6) -> datetime:
    return datetime(2023, month, day, 17, tzinfo=UTC)


def due(day: int, month: int = 6) -> Deadline:
    return Deadline(at(day, month))


TERMS = Terms(
    plan="p",
    task="t",
    section="1",
    title=Text(vi="Báo cáo"),
    policy=ResolvedPolicy(),
    focal_point="ban",
    review=ReviewTerms("ban", parse_offset("3 working days")),
)


def owed(unit: str, deadline: Deadline) -> Obligation:
    return Obligation(f"p/t/{unit}/once", TERMS, unit, "once", None, at(1, 5), deadline)


QUE_VO = owed("que-vo", due(19))
TU_SON = owed("tu-son", due(19))
BY_THE_23RD = replace(QUE_VO, due=due(23))


def history(*events: Event) -> History:
    return tuple(replace(event, id=number) for number, event in enumerate(events, start=1))


def fact(kind: type[Event], day: int, **more: object) -> Event:
    return kind(obligation=QUE_VO.id, happened_at=at(day), recorded_at=at(day), by="x", **more)  # type: ignore[arg-type]


SCHEDULED = fact(Scheduled, 1)


def test_an_empty_ledger_gets_every_duty_in_the_schedules_order() -> None:
    assert amend([], [TU_SON, QUE_VO]) == Amendment(added=(TU_SON, QUE_VO))


def test_the_same_plan_again_changes_nothing() -> None:
    found = amend([(QUE_VO, history(SCHEDULED)), (TU_SON, ())], [QUE_VO, TU_SON])
    assert found == Amendment(unchanged=2)
    assert found.is_empty


def test_a_new_deadline_moves_the_duty_and_remembers_the_old_one() -> None:
    found = amend([(QUE_VO, history(SCHEDULED))], [BY_THE_23RD])
    assert found == Amendment(moved=(Moved(QUE_VO, due(19), due(23)),))


def test_an_earlier_amendment_is_what_a_new_edit_is_compared_with() -> None:
    amended = history(SCHEDULED, fact(Amended, 2, due=due(23)))
    assert amend([(QUE_VO, amended)], [BY_THE_23RD]).unchanged == 1
    assert amend([(QUE_VO, amended)], [QUE_VO]).moved == (Moved(QUE_VO, due(23), due(19)),)


def test_an_amendment_taken_back_no_longer_counts() -> None:
    undone = history(SCHEDULED, fact(Amended, 2, due=due(23)), fact(Voided, 3, event=2))
    assert amend([(QUE_VO, undone)], [QUE_VO]).unchanged == 1


def test_an_extension_is_not_an_edit_of_the_plan() -> None:
    extended = history(SCHEDULED, fact(ExtensionGranted, 2, due=due(30)))
    assert amend([(QUE_VO, extended)], [QUE_VO]) == Amendment(unchanged=1)
    assert amend([(QUE_VO, extended)], [BY_THE_23RD]).moved == (Moved(QUE_VO, due(19), due(23)),)


def test_a_duty_the_plan_no_longer_has_is_dropped_even_with_a_submission_under_review() -> None:
    waiting = history(SCHEDULED, fact(Submitted, 2, version=1, channel="form"))
    assert amend([(QUE_VO, waiting), (TU_SON, ())], [TU_SON]).dropped == (QUE_VO,)


def test_what_is_done_or_waived_stays_as_it_is() -> None:
    accepted = history(SCHEDULED, fact(Submitted, 2, version=1, channel="form"), fact(Accepted, 3))
    waived = history(SCHEDULED, fact(Waived, 2))
    for closed in (accepted, waived):
        assert amend([(QUE_VO, closed)], []) == Amendment(kept=(QUE_VO,))
        assert amend([(QUE_VO, closed)], [BY_THE_23RD]) == Amendment(kept=(QUE_VO,))
        assert amend([(QUE_VO, closed)], [QUE_VO]) == Amendment(unchanged=1)


def test_a_dropped_duty_that_returns_to_the_plan_is_restored_by_taking_back_its_cancellation() -> None:
    cancelled = history(SCHEDULED, fact(Cancelled, 2))
    assert amend([(QUE_VO, cancelled)], [QUE_VO]) == Amendment(restored=(Restored(QUE_VO, 2),))
    both = amend([(QUE_VO, cancelled)], [BY_THE_23RD])
    assert (both.restored, both.moved) == ((Restored(QUE_VO, 2),), (Moved(QUE_VO, due(19), due(23)),))
    assert amend([(QUE_VO, cancelled)], []) == Amendment(unchanged=1)


def test_dropped_duties_come_in_the_order_of_their_deadlines() -> None:
    later = owed("a", due(30))
    assert amend([(later, ()), (TU_SON, ()), (QUE_VO, ())], []).dropped == (QUE_VO, TU_SON, later)


def test_what_a_successor_takes_over_is_owed_by_it_in_what_is_foreseen_too() -> None:
    amendment = Amendment(taken_over=(TakenOver(QUE_VO, "tu-son"),))
    ((one, foreseen),) = as_amended([(QUE_VO, history(fact(Scheduled, 1)))], [QUE_VO], amendment, at(5))
    assert situation(one, foreseen).owner == "tu-son"

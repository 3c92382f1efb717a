"""Who is told at once of what, and what shares a letter."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dondoc.calendar.deadline import day_deadline
from dondoc.core import history
from dondoc.core.history import (
    Accepted,
    Amended,
    BeforeAdoption,
    Bounced,
    Cancelled,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    HandedOver,
    Held,
    LetterVoided,
    Reassigned,
    Refused,
    Released,
    Returned,
    RungSkipped,
    Scheduled,
    Sent,
    Submitted,
    Uncertain,
    Voided,
    Waived,
)
from dondoc.core.notices import Notice, letters_of, notices
from dondoc.core.standing import situation
from tests.notifications.letter_examples import BANNERS, duty, letterhead

HEAD = letterhead()
DIRECTORY = HEAD.directory
DAY = date(2023, 6, 20)
AT = datetime(2023, 6, 20, 2, tzinfo=UTC)
DUE = day_deadline(date(2023, 6, 26), HEAD.calendar)
REPORT = duty(HEAD)
QUE_VO, GIA_BINH = "can-bo@tx-que-vo.example", "can-bo@h-gia-binh.example"
ADMINISTRATOR = "quan-tri@tinh-hoi.example"


def event(kind, *, id=1, of=REPORT, **more):  # noqa: A002
    return kind(obligation=of.id, happened_at=AT, recorded_at=AT, by="x", id=id, **more)


def letter_event(kind, *, id=1):  # noqa: A002
    return kind(letter="abc", happened_at=AT, recorded_at=AT, id=id)


def told(fact, of=REPORT, before=None) -> tuple[Notice, ...]:
    now = situation(of, (fact,)) if hasattr(fact, "obligation") else None
    return notices(of if now else None, now, fact, DIRECTORY, DAY, before=before)


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (event(Submitted, version=1, channel="form"), "receipt"),
        (event(Submitted, version=1, channel="paper"), "receipt"),
        (event(Returned, due=DUE), "returned"),
        (event(Accepted), "accepted"),
        (event(ExtensionGranted, due=DUE), "extension"),
        (event(ExtensionRefused), "extension"),
        (event(Waived), "waived"),
        (event(Amended, due=DUE), "amended"),
        (event(Cancelled), "amended"),
    ],
)
def test_the_owners_people_are_told_of_what_concerns_their_duty(fact, kind):
    assert [(one.recipient.key, one.kind) for one in told(fact)] == [(QUE_VO, kind)]


@pytest.mark.parametrize(
    "fact",
    [
        event(Submitted, version=1, channel="import"),
        event(Scheduled),
        event(BeforeAdoption),
        event(ExtensionAsked, due=DUE),
        event(Held),
        event(Released),
        event(Voided, event=3),
        event(RungSkipped, cycle=0, rung="copy/thuong-truc", ordinal=0, empty=False),
        event(history.Directed, body="thuong-truc", urged=False),
    ],
)
def test_nobody_is_told_at_once_of_the_rest(fact):
    assert told(fact) == ()


@pytest.mark.parametrize(
    "fact",
    [
        event(RungSkipped, cycle=0, rung="escalate/head of owner", ordinal=0, empty=True),
        letter_event(Refused),
        letter_event(Bounced),
        letter_event(Uncertain),
    ],
)
def test_the_administrator_is_alerted_to_what_dondoc_cannot_solve(fact):
    assert [(one.recipient.key, one.kind) for one in told(fact)] == [(ADMINISTRATOR, "alert")]


def test_that_a_body_wants_a_unit_urged_is_told_to_the_focal_point_which_writes_the_letter():
    found = told(event(history.Directed, body="thuong-truc", urged=True))
    assert [(one.recipient.unit, one.kind) for one in found] == [(REPORT.terms.focal_point, "alert")]
    assert found[0].recipient.key != ADMINISTRATOR


@pytest.mark.parametrize("kind", [Sent, HandedOver, LetterVoided])
def test_letters_that_go_their_way_alert_nobody(kind):
    assert told(letter_event(kind)) == ()


def test_without_an_administrator_nobody_is_alerted():
    alone = type(DIRECTORY)(DIRECTORY.organisation.model_copy(update={"administrator": None}))
    assert notices(None, None, letter_event(Refused), alone, DAY) == ()


def test_a_reassignment_is_told_to_the_new_owner_and_to_the_old_one():
    fact = event(Reassigned, owner="h-gia-binh")
    found = told(fact, before=situation(REPORT, ()))
    assert [(one.recipient.key, one.former) for one in found] == [(GIA_BINH, False), (QUE_VO, True)]


def test_one_person_in_both_units_is_told_once_of_a_reassignment():
    units = tuple(
        unit.model_copy(update={"people": DIRECTORY.organisation.units[2].people}) if unit.id == "tx-que-vo" else unit
        for unit in DIRECTORY.organisation.units
    )
    both = type(DIRECTORY)(DIRECTORY.organisation.model_copy(update={"units": units}))
    fact = event(Reassigned, owner="h-gia-binh")
    found = notices(REPORT, situation(REPORT, (fact,)), fact, both, DAY, before=situation(REPORT, ()))
    assert [one.recipient.key for one in found] == [GIA_BINH]


def test_an_event_of_a_duty_is_refused_without_its_duty():
    with pytest.raises(ValueError, match="Accepted is told together with its obligation"):
        notices(None, None, event(Accepted), DIRECTORY, DAY)


def test_amendments_of_many_duties_of_a_plan_make_one_letter():
    other = duty(HEAD, BANNERS, period="trung-thu", title=None)
    found = [*told(event(Amended, due=DUE)), *told(event(Cancelled, of=other, id=2), of=other)]
    assert [len(letter) for letter in letters_of(found)] == [2]


def test_amendments_of_two_plans_make_two_letters():
    other = replace(REPORT, id="x/y", terms=replace(REPORT.terms, plan="khac"))
    found = [*told(event(Amended, due=DUE)), *told(event(Amended, of=other, id=2, due=DUE), of=other)]
    assert [len(letter) for letter in letters_of(found)] == [1, 1]


def test_two_receipts_stay_two_letters():
    first, second = event(Submitted, version=1, channel="form"), event(Submitted, id=2, version=2, channel="form")
    assert [len(letter) for letter in letters_of([*told(first), *told(second)])] == [1, 1]


def test_alerts_share_a_letter_whatever_they_are_about():
    empty = event(RungSkipped, cycle=0, rung="chase", ordinal=1, empty=True)
    assert [len(letter) for letter in letters_of([*told(letter_event(Refused)), *told(empty)])] == [2]


def test_the_key_of_a_notice_names_the_duty_or_letter_and_the_event():
    (accepted,) = told(event(Accepted, id=7))
    (refused,) = told(letter_event(Refused, id=9))
    assert accepted.key == f"{REPORT.id}#7"
    assert refused.key == f"abc#Refused {refused.event.recorded_at.isoformat()}"


def test_two_events_that_have_no_number_yet_have_different_keys():
    first, second = event(Accepted, id=0), event(Waived, id=0)
    assert told(first)[0].key != told(second)[0].key


def test_every_kind_of_event_is_decided_about():
    kinds = {kind for kind in vars(history).values() if isinstance(kind, type) and issubclass(kind, history.Event)}
    silent = {
        history.Event, history.Scheduled, history.BeforeAdoption, history.StepTaken, history.Reminded,
        history.Escalated, history.Copied, history.Forewarned, history.Resolved, history.ReviewAsked,
        history.ExtensionAsked, history.Held, history.Released, history.Voided, history.Closed, history.OpeningMoved,
        history.Erased,
    }  # fmt: skip
    spoken = {
        Submitted, Returned, Accepted, ExtensionGranted, ExtensionRefused, Waived, Reassigned, Amended,
        Cancelled, RungSkipped, history.Raised, history.Directed,
    }  # fmt: skip
    assert kinds == silent | spoken

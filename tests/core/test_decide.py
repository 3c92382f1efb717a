"""When a letter is due: tables of days written by hand for the report due on Monday 19/6/2023."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dondoc.core.decide import decide, still_owed
from dondoc.core.history import (
    Accepted,
    Bounced,
    ExtensionGranted,
    HandedOver,
    Held,
    LetterVoided,
    Released,
    Reminded,
    RungSkipped,
    Sent,
    Step,
    Waived,
)
from tests.core.telling import USUAL, VIETNAM, Story, by, local, report

SILENT_TO_THE_END = [
    ("05/06 08:00", "remind/14 days before"),
    ("12/06 08:00", "remind/7 days before"),
    ("16/06 08:00", "remind/1 working days before"),
    ("19/06 08:00", "remind/on the day"),
    ("20/06 08:00", "escalate/head of owner"),
    ("21/06 08:00", "chase#1"),
    ("22/06 08:00", "escalate/focal point"),
    ("23/06 08:00", "chase#2"),
    ("23/06 08:00", "forewarn/thuong-truc"),
    ("26/06 08:00", "escalate/thuong-truc"),
    ("26/06 08:00", "copy/thuong-truc"),
    ("30/06 08:00", "forewarn/ban-thuong-vu"),
    ("03/07 08:00", "escalate/ban-thuong-vu"),
    ("03/07 08:00", "copy/ban-thuong-vu"),
    ("14/07 08:00", "forewarn/ban-thuong-vu#1"),
    ("17/07 08:00", "escalate/ban-thuong-vu#1"),
    ("17/07 08:00", "copy/ban-thuong-vu#1"),
]


def test_a_silent_unit_is_reminded_chased_and_escalated_rung_by_rung() -> None:
    story = Story(report())
    assert sorted(story.runs("2023-04-13 08:00", "2023-07-20 17:00")) == sorted(SILENT_TO_THE_END)


def test_nothing_is_due_between_two_steps_so_a_second_round_finds_nothing() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-05 08:00")
    assert story.round(local("2023-06-05 08:00")) == []
    assert story.round(local("2023-06-11 17:00")) == []


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param("2023-05-03", [("28/04 08:00", "remind/1 working days before")], id="long holiday before it"),
        pytest.param("2023-06-05", [("02/06 08:00", "remind/1 working days before")], id="weekend before it"),
        pytest.param("2023-09-05", [("31/08 08:00", "remind/1 working days before")], id="national day"),
    ],
)
def test_the_last_reminder_leaves_on_the_working_day_before(due: str, expected: list[tuple[str, str]]) -> None:
    # 29/4–3/5/2023 and 1–4/9/2023 were days off
    policy = replace(USUAL, remind=USUAL.remind[2:3], chase=None, escalate=())
    story = Story(report(due=due, policy=policy))
    assert story.runs("2023-04-13 08:00", "2023-12-31 08:00") == expected


def test_a_reminder_whose_day_is_off_leaves_the_working_day_before() -> None:
    # fourteen days before Friday 15/9/2023 is Friday 1/9, off for National Day: it leaves on Thursday 31/8
    policy = replace(USUAL, remind=USUAL.remind[:1], chase=None, escalate=())
    assert Story(report(due="2023-09-15", policy=policy)).runs("2023-08-01 08:00", "2023-12-31 08:00") == [
        ("31/08 08:00", "remind/14 days before")
    ]


def test_a_chase_whose_day_is_off_leaves_the_next_working_day() -> None:
    policy = replace(USUAL, remind=(), chase=USUAL.chase, escalate=())
    story = Story(report(due="2023-08-31", policy=policy))
    assert story.runs("2023-08-01 08:00", "2023-09-06 23:00") == [("06/09 08:00", "chase#1")]  # 1–4/9 off


def test_reminders_before_the_opening_come_once_when_it_opens() -> None:
    story = Story(report(due="2023-04-18", opens="2023-04-13 00:00"))
    assert story.runs("2023-04-13 00:00", "2023-04-18 23:59") == [
        ("13/04 08:00", "remind/7 days before"),
        ("17/04 08:00", "remind/1 working days before"),
        ("18/04 08:00", "remind/on the day"),
    ]


def test_an_opening_after_the_letters_hour_is_told_the_next_working_day() -> None:
    story = Story(report(due="2023-04-18", opens="2023-04-13 09:30"))
    assert story.runs("2023-04-13 00:00", "2023-04-14 23:00") == [("14/04 08:00", "remind/7 days before")]


def test_after_downtime_reminders_collapse_to_the_newest_and_the_ladder_starts_at_its_lowest_rung() -> None:
    story = Story(report())
    assert story.round(local("2023-07-10 08:00")) == [
        ("10/07 08:00", "chase#7"),
        ("10/07 08:00", "escalate/head of owner"),
    ]


def test_after_downtime_the_ladder_keeps_its_gaps_and_a_committee_hears_last() -> None:
    story = Story(report())
    story.round(local("2023-07-10 08:00"))
    later = [entry for entry in story.runs("2023-07-10 08:00", "2023-07-31 17:00") if "chase" not in entry[1]]
    assert later == [
        ("12/07 08:00", "escalate/focal point"),  # two working days after the head, as planned
        ("13/07 08:00", "forewarn/thuong-truc"),
        ("14/07 08:00", "escalate/thuong-truc"),
        ("14/07 08:00", "copy/thuong-truc"),
        ("20/07 08:00", "forewarn/ban-thuong-vu"),
        ("21/07 08:00", "escalate/ban-thuong-vu"),
        ("21/07 08:00", "copy/ban-thuong-vu"),
    ]


def test_a_copy_of_a_dossier_stands_in_for_the_chase_that_falls_due_with_it() -> None:
    # rounds on 3/7 (head) and 5/7 (focal point), then none until Friday 7/7, when a chase and the dossier are due
    story = Story(report())
    story.round(local("2023-07-03 08:00"))
    story.round(local("2023-07-05 08:00"))
    assert story.round(local("2023-07-06 08:00")) == [("06/07 08:00", "forewarn/thuong-truc")]
    assert story.round(local("2023-07-07 08:00")) == [
        ("07/07 08:00", "escalate/thuong-truc"),
        ("07/07 08:00", "copy/thuong-truc"),
    ]
    assert "chase#7" not in [rung for _, rung in story.letters]


def test_while_the_dossier_is_held_the_owner_is_chased_as_before() -> None:
    story = Story(report())
    for day in ("03", "05", "06"):
        story.round(local(f"2023-07-{day} 08:00"))
    story.happens(Held, "2023-07-06 15:00")
    assert story.round(local("2023-07-07 08:00")) == [("07/07 08:00", "chase#7")]


def test_no_committee_hears_before_a_reminder_certainly_left_two_working_days_earlier() -> None:
    story = Story(report(), mail_works=False)
    story.runs("2023-04-13 08:00", "2023-07-10 17:00")
    assert not [rung for _, rung in story.letters if "thuong-truc" in rung]
    reminder = next(fact for fact in story.history if isinstance(fact, Reminded))
    story.of_letter(HandedOver, reminder.letter, "2023-07-11 09:00")  # on paper
    story.mail_works = True
    found = [entry for entry in story.runs("2023-07-11 09:00", "2023-07-13 17:00") if "chase" not in entry[1]]
    assert found == [
        ("12/07 08:00", "forewarn/thuong-truc"),
        ("13/07 08:00", "escalate/thuong-truc"),
        ("13/07 08:00", "copy/thuong-truc"),
    ]


def test_a_reminder_that_bounced_does_not_count_as_told() -> None:
    story = Story(report(), mail_works=False)
    story.runs("2023-04-13 08:00", "2023-06-22 17:00")
    for fact in list(story.history):
        if isinstance(fact, Reminded):
            story.of_letter(Sent, fact.letter, "2023-06-22 17:00")
            story.of_letter(Bounced, fact.letter, "2023-06-22 17:05")
    story.runs("2023-06-23 08:00", "2023-07-10 17:00")
    assert not [rung for _, rung in story.letters if "thuong-truc" in rung]


def test_a_held_dossier_waits_until_it_is_released() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-23 08:00")
    story.happens(Held, "2023-06-23 10:00", why="đang ốm")
    assert [r for _, r in story.runs("2023-06-23 10:00", "2023-06-27 17:00")] == ["chase#3"]
    story.happens(Released, "2023-06-28 09:00")
    assert story.runs("2023-06-28 09:00", "2023-06-28 09:00") == [
        ("28/06 09:00", "escalate/thuong-truc"),
        ("28/06 09:00", "copy/thuong-truc"),
    ]


def test_an_empty_rung_passes_on_at_once() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-19 17:00")
    story.happens(RungSkipped, "2023-06-20 08:00", cycle=0, rung="escalate/head of owner", ordinal=0, empty=True)
    assert story.round(local("2023-06-20 08:00")) == [("20/06 08:00", "escalate/focal point")]


def test_a_rung_that_leads_back_to_the_owner_is_skipped_and_the_next_keeps_its_time() -> None:
    story = Story(report())
    story.runs("2023-04-13 08:00", "2023-06-19 17:00")
    story.happens(RungSkipped, "2023-06-20 08:00", cycle=0, rung="escalate/head of owner", ordinal=0, empty=False)
    assert ("22/06 08:00", "escalate/focal point") in story.runs("2023-06-20 08:00", "2023-06-22 17:00")
    assert ("21/06 08:00", "escalate/focal point") not in story.letters


# -- letters that did not leave


def test_a_voided_letter_is_decided_anew() -> None:
    story = Story(report(), mail_works=False)
    story.runs("2023-04-13 08:00", "2023-06-12 08:00")
    reminder = [fact for fact in story.history if isinstance(fact, Reminded)][-1]
    story.of_letter(LetterVoided, reminder.letter, "2023-06-13 08:00")
    assert story.runs("2023-06-13 09:00", "2023-06-13 09:00") == [("13/06 09:00", "remind/7 days before")]


def test_a_step_that_reached_one_recipient_only_is_made_up_for_with_the_other() -> None:
    story = Story(report(), mail_works=False)
    for letter, recipient in (("one", "a@x.example"), ("two", "b@x.example")):
        step = Step(0, "remind/7 days before", 0, recipient)
        story.happens(Reminded, "2023-06-12 08:00", step=step, letter=letter)
    story.of_letter(Sent, "one", "2023-06-12 08:00")
    story.of_letter(LetterVoided, "two", "2023-06-13 07:30")
    (again,) = decide(story.obligation, tuple(story.history), local("2023-06-13 08:00"), VIETNAM)
    assert (again.rung, again.only) == ("remind/7 days before", frozenset({"b@x.example"}))


@pytest.mark.parametrize(
    ("event", "rung", "owed"),
    [
        (None, "remind/on the day", True),
        (None, "review/asked", False),
        ("submitted", "remind/on the day", False),
        ("submitted", "review/asked", True),
        ("accepted", "review/asked", False),
        ("waived", "remind/on the day", False),
        ("extended", "remind/on the day", False),
    ],
)
def test_a_letter_is_true_only_while_its_matter_stands_as_it_says(event: str | None, rung: str, owed: bool) -> None:
    story = Story(report())
    if event in {"submitted", "accepted"}:
        story.submits("2023-06-10 08:00")
    if event == "accepted":
        story.happens(Accepted, "2023-06-11 08:00")
    if event == "waived":
        story.happens(Waived, "2023-06-11 08:00")
    if event == "extended":
        story.happens(ExtensionGranted, "2023-06-11 08:00", due=by("2023-07-01"))
    assert still_owed(story.obligation, tuple(story.history), Step(0, rung, 0, "a@x.example")) is owed


def test_the_decision_depends_on_its_arguments_only() -> None:
    story = Story(report())
    now = local("2023-06-19 08:00") + timedelta(hours=1)
    assert decide(story.obligation, (), now, VIETNAM) == decide(story.obligation, (), now, VIETNAM) != ()

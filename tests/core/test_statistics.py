"""The four cells: they add up to the total, whatever happened, by the deadlines in force and by the original ones."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.history import Accepted, BeforeAdoption, Cancelled, ExtensionGranted, Waived
from dondoc.core.standing import situation
from dondoc.core.statistics import Counts, Tally, by_owner, by_task, count, tally_by
from tests.core.telling import Story, by, local, report
from tests.core.test_decide_properties import stories


def judged(*told: Story) -> list:
    return [(story.obligation, situation(story.obligation, tuple(story.history))) for story in told]


def tally(story: Story, when: str) -> Tally:
    return count(judged(story), local(when))


@pytest.mark.parametrize(
    ("submitted", "accepted", "when", "cell"),
    [
        (None, None, "2023-06-19 23:00", "open_in_time"),
        (None, None, "2023-06-20 00:00", "open_overdue"),
        ("2023-06-19 10:00", None, "2023-06-25 10:00", "open_in_time"),
        ("2023-06-20 10:00", None, "2023-06-25 10:00", "open_overdue"),
        ("2023-06-19 10:00", "2023-06-22 09:00", "2023-06-25 10:00", "done_on_time"),
        ("2023-06-20 10:00", "2023-06-22 09:00", "2023-06-25 10:00", "done_late"),
    ],
)
def test_each_matter_lies_in_one_cell(submitted: str | None, accepted: str | None, when: str, cell: str) -> None:
    story = Story(report())
    if submitted:
        story.submits(submitted)
    if accepted:
        story.happens(Accepted, accepted)
    assert tally(story, when).in_force == Counts(**{cell: 1})


@pytest.mark.parametrize(
    ("kind", "beside"), [(Waived, "waived"), (Cancelled, "cancelled"), (BeforeAdoption, "before_adoption")]
)
def test_what_nobody_owes_any_more_stands_beside_the_total(kind: type, beside: str) -> None:
    story = Story(report())
    story.happens(kind, "2023-06-01 09:00")
    counts = tally(story, "2023-06-25 09:00").in_force
    assert (counts, counts.total) == (Counts(**{beside: 1}), 0)


def test_an_extension_counts_both_ways() -> None:
    story = Story(report())
    story.happens(ExtensionGranted, "2023-06-15 09:00", due=by("2023-06-26"))
    story.submits("2023-06-23 09:00")
    story.happens(Accepted, "2023-06-23 10:00")
    found = tally(story, "2023-06-30 09:00")
    assert (found.in_force, found.original) == (Counts(done_on_time=1), Counts(done_late=1))


def test_counts_are_given_in_the_order_of_the_contract() -> None:
    assert list(Counts().as_data()) == [
        "done_on_time", "done_late", "open_in_time", "open_overdue", "total", "waived", "cancelled", "before_adoption",
    ]  # fmt: skip


def test_nothing_is_counted_as_nothing() -> None:
    assert count([], local("2023-06-25 09:00")) == Tally()


@given(st.lists(stories(), max_size=6))
def test_the_cells_add_up_whatever_happened(told: list[tuple[Story, datetime]]) -> None:
    instant = max((now for _, now in told), default=local("2023-06-20 00:00"))
    found = judged(*(story for story, _ in told))
    whole = count(found, instant)
    for counts in (whole.in_force, whole.original):
        assert counts.total + counts.waived + counts.cancelled + counts.before_adoption == len(told)
    for key in (by_owner, by_task):
        parts = tally_by(found, instant, key)
        assert sum(parts.values(), Tally()) == whole

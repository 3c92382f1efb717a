"""Reading on from what was read comes to what the whole history says, whatever happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dondoc.core.history import Bounced, HandedOver, LetterVoided, Refused, Sent, StepTaken
from notifications.deeds import deeds, remembering
from tests.core.telling import Story
from tests.core.test_decide_properties import stories


@given(stories(), st.data())
def test_reading_on_comes_to_what_the_whole_history_says(told: tuple[Story, datetime], data: st.DataObject) -> None:
    story, now = told
    letters = [fact.letter for fact in story.history if isinstance(fact, StepTaken)]
    for letter in data.draw(st.lists(st.sampled_from(letters), max_size=4)) if letters else ():
        kind = data.draw(st.sampled_from([Sent, Bounced, HandedOver, Refused, LetterVoided]))
        story.history.append(kind(letter=letter, happened_at=now, recorded_at=now, id=len(story.history) + 1))
        now += timedelta(days=data.draw(st.integers(0, 20)))
        story.round(now)
    whole, step = tuple(story.history), data.draw(st.integers(1, 4))
    telling = remembering()
    for number in (*range(0, len(whole), step), len(whole)):
        read = whole[:number]
        assert telling(read) == deeds(read)

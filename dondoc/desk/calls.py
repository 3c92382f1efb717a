"""Today's call list: who gets no mail is called or visited, and the administrator is told whom and what about."""

from __future__ import annotations

from dondoc.desk.letterheads import letterheads
from dondoc.desk.other_channels import channels_of
from dondoc.desk.workplace import Workplace
from dondoc.store.by_hand import to_hand_over
from dondoc.store.outbox import ALL_PLANS, Posting, enqueue_all, paused
from notifications.calls import render_calls


def write_call_lists(place: Workplace) -> int:
    """Put the list of each organisation into the outbox, once a working day from `letters_at` on; how many.

    What a channel takes, and what nobody needs to be called for, is not in it.
    """
    now, channels = place.now(), channels_of(place.settings)
    with place.database.reading() as connection:
        waiting = [one for one in to_hand_over(connection, now) if channels.of(one.recipient) is None]
        brakes = paused(connection)
        if not waiting or ALL_PLANS in brakes:
            return 0
    with place.database.writing() as connection:
        written = []
        for head in letterheads(connection, place.settings):
            calendar, clerk = head.calendar, head.directory.administrator()
            open_now = calendar.next_office_time(now) == now and calendar.local(now).time() >= calendar.letters_at
            theirs = [
                one
                for one in waiting
                if head.plans.keys() & set(one.plans) and not brakes.keys() & set(one.plans) and one.kind != "alert"
            ]
            if clerk is not None and theirs and open_now:
                written.append([Posting(render_calls(theirs, clerk, head, now))])
        return sum(enqueue_all(connection, written)) if written else 0

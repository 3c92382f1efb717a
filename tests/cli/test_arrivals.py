"""`dondoc arrivals`: what came in, what became of it, and another look after something was mended."""

from __future__ import annotations

from dondoc.desk.mailbox import record_mail
from dondoc.desk.workplace import open_workplace
from dondoc.settings import load_settings
from dondoc.store.arrivals import arrived, recent_arrivals
from dondoc.store.letters import letters
from tests.cli.conftest import Program
from tests.places import local
from tests.small_plan import H1, ORGANISATION

NOW = "2023-06-19T10:00"
REPLY = """From: Chị Lan <lan@gia-binh.example>
Subject: Re: nhac viec
In-Reply-To: <{letter}@hoi.example>
Content-Type: text/plain; charset=utf-8

Mã việc: {duty}
I12: 4
I13: 3

> Kính gửi: bí mật
"""


def reply_comes(dondoc: Program) -> None:
    """A reply of somebody who is not in the organisation file yet, kept and looked into."""
    place = open_workplace(load_settings()).at(local("2023-06-19 10:00"))
    with place.database.reading() as connection:
        found = letters(connection, recipient="can-bo@gia-binh.example")
    letter = next(one.letter for one in found if one.letter.kind == "duties")
    kept = place.attachments.keep([REPLY.format(letter=letter.id, duty=H1).encode()])
    with place.database.writing() as connection:
        arrived(connection, "mail", "1:1", kept, arrived_at=place.now(), now=place.now())
        (arrival,) = recent_arrivals(connection)
    record_mail(place, arrival)
    place.database.close()


def test_a_reply_is_listed_shown_and_recorded_once_its_sender_is_known(in_force: Program) -> None:
    assert in_force("round", now="2023-06-19T08:00").status == 0
    reply_comes(in_force)
    (listed,) = in_force("arrivals", "--outcome", "aside", "--json", now=NOW).data
    assert (listed["outcome"], listed["source"], "nobody of the organisation" in listed["detail"]) == (
        "aside",
        "mail",
        True,
    )
    shown = in_force("arrivals", "show", "1", now=NOW)
    assert "I12: 4" in shown.out
    assert "bí mật" not in shown.out
    still = in_force("arrivals", "retry", "1", now=NOW)
    assert (still.status, "aside" in still.out) == (1, True)

    people = ORGANISATION.replace("can-bo@gia-binh.example", "lan@gia-binh.example")
    (in_force.plan.parent / "organisation.yaml").write_text(people, encoding="utf-8")
    assert in_force("apply", in_force.plan, "--yes", now=NOW).status == 0
    again = in_force("arrivals", "retry", "1", "--json", now=NOW)
    assert (again.status, again.data["outcome"], again.data["obligation"]) == (0, "submitted", H1)
    assert in_force("arrivals", "--outcome", "waiting", "--outcome", "aside", "--json", now=NOW).data == []
    refused = in_force("arrivals", "retry", "1", now=NOW)
    assert (refused.status, "it was recorded" in refused.err) == (1, True)
    assert (in_force("arrivals", "show", "7", now=NOW).status, in_force("arrivals", now=NOW).status) == (1, 0)

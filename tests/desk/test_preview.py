"""The preview shows the letters that are sent: the same people, kinds, days, steps and words."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dondoc.core.assumption import next_deed
from dondoc.core.history import Event, Submitted
from dondoc.core.letter import Letter
from dondoc.core.standing import situation
from dondoc.desk.obligations import review
from dondoc.desk.plans import apply_plan, propose
from dondoc.desk.preview import Wish, preview_on_ledger, preview_plan
from dondoc.desk.round import run_round
from dondoc.desk.submissions import submit
from dondoc.desk.summaries import next_summary
from dondoc.desk.workplace import Workplace
from dondoc.links import keys_of, masked
from dondoc.store import horizon
from dondoc.store.letters import letters
from dondoc.store.matters import matters
from dondoc.store.plans import applied_plans
from notifications.letterhead import reply_token
from tests.places import ISSUED, adopt, bac_ninh, local, workplace
from tests.small_plan import FIGURES, PLAN, XAC_NHAN, write_plan

HOUR = timedelta(hours=1)


def opened(found: list[Letter], place: Workplace) -> set[str]:
    """The links among these letters' that the portal would open."""
    keys = keys_of(place.settings)
    read = (keys.read(token) for one in found for token in re.findall(r"[?&]k=([\w.~-]+)", one.text + one.html))
    return {link for link in read if link}


def play(place: Workplace, until: datetime) -> list[Letter]:
    """Hold every hourly round that may have something to do, with nobody answering; the letters of the outbox."""
    now = place.now()
    while now <= until:
        asyncio.run(run_round(place, now))
        with place.database.reading() as connection:
            moments = (horizon.next_action(connection), next_summary(connection, place, now))
            due = min((one for one in moments if one), default=None)
        if due is None:
            break
        now = max(now + HOUR, due.replace(minute=0))
    with place.database.reading() as connection:
        return [one.letter for one in letters(connection, limit=100_000)]


def play_in_time(place: Workplace, until: datetime) -> list[Letter]:
    """As `play`, and between the rounds everybody hands in and decides when `next_deed` says; people act first."""
    now = place.now()
    with place.database.reading() as connection:
        (applied,) = applied_plans(connection)
    while now <= until:
        with place.database.reading() as connection:
            standing = [(one, situation(one, history)) for one, history in matters(connection)]
            moments = (horizon.next_action(connection), next_summary(connection, place, now))
        found = (next_deed(one, stands, "on-time", now, applied.calendar) for one, stands in standing)
        deed = min((one for one in found if one), key=lambda one: (one.at, one.event.obligation), default=None)
        round_at = min((max(now, one.replace(minute=0)) for one in moments if one), default=None)
        if deed is not None and (round_at is None or deed.at <= round_at):
            act(place.at(deed.at), deed.event)
            now = deed.at
        elif round_at is not None:
            asyncio.run(run_round(place, round_at))
            now = round_at + HOUR
        else:
            break
    with place.database.reading() as connection:
        return [one.letter for one in letters(connection, limit=100_000) if one.letter.created_at <= until]


def act(there: Workplace, event: Event) -> None:
    if isinstance(event, Submitted):
        figures = FIGURES if "/bao-cao/" in event.obligation else {}
        submit(there, event.obligation, figures, channel="form", by=event.by)
    else:
        review(there, event.obligation, "accept", by=event.by)


def as_told(letter: Letter) -> tuple[object, ...]:
    """What a letter says, links without their signatures: those of a preview are nobody's."""
    words = map(masked, (letter.text, letter.html, letter.short))
    return (
        letter.id, letter.not_before, letter.recipient, letter.kind, letter.day, letter.steps, letter.subject,
        *words, letter.valid_until,
    )  # fmt: skip


def but_for_its_id(letter: Letter) -> str:
    """As `as_told`: the id of a notice goes by the number under which the ledger recorded its event."""
    _, *told = as_told(letter)
    return repr(told).replace(reply_token(letter.id), "")


@pytest.mark.slow
def test_the_letters_of_the_preview_are_those_that_rounds_write_when_nobody_answers(tmp_path: Path):
    place = adopt(workplace(tmp_path, f"sqlite:///{tmp_path / 'dondoc.db'}", at=ISSUED))
    until = local("2023-08-31 17:00")
    sent = play(place, until)
    shown: list[Letter] = []
    preview_plan(*bac_ninh(), place.settings, Wish(last=until.date(), each=shown.append))
    assert len(shown) > 300
    assert {one.kind for one in shown} == {"duties", "dossier", "copy", "forewarning", "summary"}
    assert sorted(map(as_told, shown)) == sorted(map(as_told, sent))
    assert opened(sent, place) == {one.id for one in sent}
    assert opened(shown, place) == set()


def test_the_small_plan_is_previewed_as_each_kind_of_database_sends_it(office: Workplace, plan_file: Path):
    until = local("2023-04-20 17:00")
    proposal = propose(office, plan_file)
    sent = play(office, until)
    assert proposal.plan is not None
    assert proposal.organisation is not None
    shown: list[Letter] = []
    preview_plan(proposal.plan, proposal.organisation, office.settings, Wish(last=until.date(), each=shown.append))
    assert {one.kind for one in shown} >= {"duties"}
    assert sorted(map(as_told, shown)) == sorted(map(as_told, sent))


def test_the_small_plan_is_previewed_as_it_is_sent_when_everybody_is_in_time(office: Workplace, plan_file: Path):
    until = local("2023-12-29 17:00")
    proposal = propose(office, plan_file)
    sent = play_in_time(office, until)
    assert proposal.plan is not None
    assert proposal.organisation is not None
    shown: list[Letter] = []
    wish = Wish(last=until.date(), assume="on-time", each=shown.append)
    preview_plan(proposal.plan, proposal.organisation, office.settings, wish)
    assert {one.kind for one in shown} >= {"duties", "receipt", "review", "accepted"}
    assert sorted(map(but_for_its_id, shown)) == sorted(map(but_for_its_id, sent))


def test_on_the_ledger_what_was_done_is_not_asked_for_again(office: Workplace, plan_file: Path):
    submit(office, XAC_NHAN, {}, channel="form", by="can-bo@gia-binh.example")
    asyncio.run(run_round(office, local("2023-04-13 08:00")))
    place = office.at(local("2023-04-14 09:00"))
    found = preview_on_ledger(place, propose(place, plan_file))
    april = {(f"{one.at:%d/%m}", one.recipient.key) for one in found.letters if one.at < local("2023-04-19 00:00")}
    assert april == {("18/04", "can-bo@que-vo.example")}
    assert len(found.obligations) == 6


def test_on_the_ledger_letters_are_shared_with_the_other_plans_of_the_house(office: Workplace, plan_file: Path):
    other = write_plan(plan_file.parent / "khac", PLAN.replace("plan: ke-hoach", "plan: khac"))
    apply_plan(office, other, by="quan-tri")
    shown: list[Letter] = []
    preview_on_ledger(
        office, propose(office, plan_file), Wish(last=local("2023-04-18 12:00").date(), each=shown.append)
    )
    assert shown
    assert all(one.plans == ("ke-hoach", "khac") for one in shown)
    sent = play(office, local("2023-04-18 12:00"))
    assert sorted(map(as_told, shown)) == sorted(as_told(one) for one in sent if one.kind in ("duties", "dossier"))

"""One person's posts handed to another: the organisation's file, what follows for every plan on it, who is told."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from dondoc.authoring.load import load_organisation, read_file
from dondoc.authoring.posts import Handover, hand_over, names_of
from dondoc.core.address import Directory, owner_people
from dondoc.core.history import Fact, Reassigned
from dondoc.core.letter import Recipient
from dondoc.core.notices import Notice
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation, Person
from dondoc.core.standing import situation
from dondoc.desk.letterheads import letterheads
from dondoc.desk.notify import tell
from dondoc.desk.plans import Proposal, adopt_with, propose
from dondoc.desk.workplace import Workplace
from dondoc.errors import NotAllowed
from dondoc.store import ledger, plans
from dondoc.store.adoption import Adoption
from dondoc.store.matters import load, matters
from notifications.letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class Passing:
    """What handing a person's posts over would come to; `duties` are the open ones that she is written to about."""

    file: Path
    before: bytes
    handover: Handover
    proposal: Proposal
    duties: tuple[str, ...]


def organisation_file(place: Workplace, who: str) -> Path:
    """The one organisation in the folder of plans in which somebody is called that.

    Raises:
        NotAllowed: there is none, or there are several.
    """
    found = []
    for file in sorted(place.settings.plans.glob("**/organisation.yaml")):
        house = load_organisation(read_file(file), str(file)).value
        if house is not None and {who, who.lower()} & names_of(house):
            found.append(file)
    if len(found) != 1:
        several = ", ".join(map(str, found))
        raise NotAllowed(
            "Reassigning",
            f"{who} is in {several}" if found else f"nobody is called {who} in {place.settings.plans}",
            "Name the file with --organisation.",
        )
    return found[0]


def prepare(place: Workplace, who: str, to: str, file: Path, *, name: str = "") -> Passing:
    """Work out what it comes to when `to` takes the posts of `who`; changes nothing.

    Raises:
        NotAllowed: the file has mistakes, or cannot be edited as it is written.
        NoSuchPerson: with the nearest.
    """
    what = f"Reassigning {who}"
    before = read_file(file)
    text = before.decode("utf-8-sig", errors="replace")
    house = load_organisation(text, str(file)).value
    if house is None:
        raise NotAllowed(what, f"{file} has mistakes", f"`dondoc check {file}` shows each with its place.")
    handover = hand_over(text, house, who, to, name)
    after = load_organisation(handover.text, str(file)).value
    if after is None or (handover.former.email and "@" in who and who.lower() in names_of(after)):
        raise NotAllowed(what, f"{file} cannot be edited as it is written", "Change it by hand, then `dondoc apply`.")
    with TemporaryDirectory() as folder:  # read as it will be, before anything is changed
        draft = Path(folder) / file.name
        draft.write_text(handover.text, encoding="utf-8")
        proposal = propose(place, draft)
    problems = tuple(replace(one, file=str(file)) if one.file == str(draft) else one for one in proposal.problems)
    proposal = replace(proposal, file=file, problems=problems)
    with place.database.reading() as connection:
        duties = tuple(one.id for _, one, _ in _held(connection, house, handover, place.now()))
    return Passing(file, before, handover, proposal, duties)


def carry_out(
    place: Workplace, passing: Passing, *, by: str, why: str = "", confirm: str | None = None
) -> tuple[Adoption, ...]:
    """Write the file and apply it; the ledger remembers who dealt with each open duty, and both people are told once.

    Raises:
        NotAllowed: as `adopt`, or the file was changed since this was prepared; file and ledger are as they were.
    """
    house = load_organisation(passing.before, str(passing.file)).value
    assert house is not None  # it was prepared from there
    now, handover = place.now(), passing.handover
    with ExitStack() as undo:
        with place.database.writing() as connection:
            held = list(_held(connection, house, handover, now))
            adoptions = adopt_with(connection, place, passing.proposal, by=by, confirm=confirm)
            facts = [
                Reassigned(
                    obligation=one.id, happened_at=now, recorded_at=now, by=by, why=why,
                    owner=owner, person=handover.called,
                )
                for owner, one, _ in held
            ]  # fmt: skip
            former = {one.id: person for _, one, person in held}
            tell(connection, _told(connection, place, ledger.record(connection, facts), former, handover, now), now)
            if read_file(passing.file) != passing.before:  # its plans are ours until the transaction ends
                raise NotAllowed(
                    f"Reassigning {handover.former.email}", f"{passing.file} was changed meanwhile", "Begin again."
                )
            undo.callback(passing.file.write_bytes, passing.before)
            passing.file.write_text(handover.text, encoding="utf-8")
        undo.pop_all()
    return adoptions


def _held(
    connection: Connection, house: Organisation, handover: Handover, now: datetime
) -> Iterator[tuple[str, Obligation, Recipient]]:
    """The open duties that the person is written to about: each with its owner of today, and how."""
    for applied in plans.applied_plans(connection):
        if applied.organisation.organisation != house.organisation:
            continue
        directory, day = Directory(applied.organisation), applied.calendar.day_of(now)
        for obligation, history in matters(connection, applied.plan.plan):
            standing = situation(obligation, history)
            closed = standing.closed(obligation.terms.review is not None) or standing.before_adoption
            if closed or obligation.opens > now:
                continue
            for person in owner_people(obligation, standing.owner, directory, "duties", day):
                if _holds(person, handover.posts, handover.former):
                    yield standing.owner, obligation, person


def _told(
    connection: Connection,
    place: Workplace,
    events: Iterable[Fact],
    former: Mapping[str, Recipient],
    handover: Handover,
    now: datetime,
) -> Iterator[tuple[Letterhead, Notice]]:
    heads = letterheads(connection, place.settings)
    for event in events:
        assert isinstance(event, Reassigned)  # what went in comes out
        ((obligation, history),) = load(connection, [event.obligation])
        head = next(one for one in heads if obligation.plan in one.plans)
        standing, day = situation(obligation, history), head.calendar.day_of(now)
        for person in owner_people(obligation, standing.owner, head.directory, "duties", day):
            if _holds(person, handover.posts, handover.successor):
                yield head, Notice(person, "reassigned", obligation, standing, event, standing)
        yield head, Notice(former[obligation.id], "reassigned", obligation, standing, event, standing, former=True)


def _holds(recipient: Recipient, posts: Container[str], person: Person) -> bool:
    return f"{recipient.unit}/{recipient.role}" in posts and recipient.address == person.email
